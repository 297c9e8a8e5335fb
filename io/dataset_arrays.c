// SPDX-License-Identifier: GPL-3.0-or-later
// The arrays of a dataset as HDF5 has them. NetCDF makes the file, with dimensions, attributes and
// all; from then on HDF5 writes the records, into a store.
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/dataset_file.h"
#include "io/netcdf_file.h"

/// The attribute by which NetCDF tells how a variable was rounded.
static const char digits_attribute[] = "_QuantizeBitGroomNumberOfSignificantDigits";

enum clau_status clau_dataset_open_store(struct clau_dataset *dataset, const char *path,
                                         bool protect, struct clau_error *error) {
    const int descriptor = open(path, O_RDWR | O_CLOEXEC);
    if (descriptor < 0) {
        return clau_error_set(error, CLAU_IO_FAILED, "%s: %s", dataset->path, strerror(errno));
    }
    return clau_store_open(dataset->path, descriptor, protect ? dataset->journal : NULL,
                           &dataset->store, error);
}

/// HDF5's file in the store.
static hid_t open_file(struct clau_dataset *dataset) {
    const hid_t access = clau_store_access(dataset->store);
    const hid_t file = access >= 0 ? H5Fopen(dataset->path, H5F_ACC_RDWR, access) : -1;
    if (access >= 0) {
        H5Pclose(access);
    }
    if (file >= 0) {
        clau_store_settle(dataset->store);
    }
    return file;
}

/// Blocks are gathered in the dataset: a cache of chunks would only copy them once more, and put
/// their writing off.
static hid_t open_array(hid_t file, const char *name) {
    const hid_t access = H5Pcreate(H5P_DATASET_ACCESS);
    hid_t data = -1;
    if (access >= 0 && H5Pset_chunk_cache(access, 1, 1, 0.0) >= 0) {
        data = H5Dopen2(file, name, access);
    }
    if (access >= 0) {
        H5Pclose(access);
    }
    return data;
}

static int digits_of(hid_t data) {
    int digits = 0;
    if (H5Aexists(data, digits_attribute) > 0) {
        const hid_t attribute = H5Aopen(data, digits_attribute, H5P_DEFAULT);
        if (attribute >= 0) {
            H5Aread(attribute, H5T_NATIVE_INT, &digits);
            H5Aclose(attribute);
        }
    }
    return digits;
}

static long long records_of(hid_t data) {
    hsize_t extent[CLAU_MAXIMUM_RANK] = {0};
    const hid_t space = H5Dget_space(data);
    long long records = -1;
    if (space >= 0 && H5Sget_simple_extent_ndims(space) <= CLAU_MAXIMUM_RANK &&
        H5Sget_simple_extent_dims(space, extent, NULL) >= 0) {
        records = (long long)extent[0];
    }
    H5Sclose(space);
    return records;
}

static bool open_column(hid_t file, struct clau_column *column) {
    column->data = open_array(file, column->name);
    if (column->data < 0) {
        column->data = 0;
        return false;
    }
    const hid_t type = H5Dget_type(column->data);
    column->single = type >= 0 && H5Tget_size(type) == sizeof(float);
    H5Tclose(type);
    column->digits = digits_of(column->data);
    const long long records = column->series ? records_of(column->data) : 1;
    column->stored = records > 0 ? (size_t)records : 0;
    return records >= 0;
}

/// The series along a dimension that has no variable of its own.
static bool open_bare(struct clau_dataset *dataset, const struct clau_dimension *dimension,
                      const struct clau_variable *variables) {
    struct clau_bare_dimension *const bare = &dataset->bare[dataset->bare_count];
    bare->columns = calloc(dataset->column_count + 1, sizeof *bare->columns);
    if (bare->columns == NULL) {
        return false;
    }
    dataset->bare_count++;
    bare->column_count = 0;
    for (size_t i = 0; i < dataset->column_count; ++i) {
        if (dataset->columns[i].series &&
            strcmp(variables[i].dimensions[0], dimension->name) == 0) {
            bare->columns[bare->column_count++] = i;
        }
    }
    bare->data = open_array(dataset->file, dimension->name);
    const long long records = bare->data >= 0 ? records_of(bare->data) : -1;
    bare->stored = records > 0 ? (size_t)records : 0;
    return records >= 0;
}

static bool has_variable(const struct clau_dataset *dataset, const char *name) {
    for (size_t i = 0; i < dataset->column_count; ++i) {
        if (strcmp(dataset->columns[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

enum clau_status clau_dataset_open_arrays(struct clau_dataset *dataset,
                                          const struct clau_dimension *dimensions,
                                          size_t dimension_count,
                                          const struct clau_variable *variables,
                                          struct clau_error *error) {
    errno = 0;
    dataset->file = open_file(dataset);
    bool fine = dataset->file >= 0;
    if (!fine) {
        dataset->file = 0;
    }
    for (size_t i = 0; fine && i < dataset->column_count; ++i) {
        fine = open_column(dataset->file, &dataset->columns[i]);
    }
    dataset->bare = fine ? calloc(dimension_count + 1, sizeof *dataset->bare) : NULL;
    fine = dataset->bare != NULL;
    for (size_t d = 0; fine && d < dimension_count; ++d) {
        if (dimensions[d].length == CLAU_UNLIMITED && !has_variable(dataset, dimensions[d].name)) {
            fine = open_bare(dataset, &dimensions[d], variables);
        }
    }
    return fine ? CLAU_OK : clau_hdf5_failure(error, dataset->path, errno);
}

bool clau_dataset_close_arrays(struct clau_dataset *dataset) {
    bool fine = true;
    for (size_t i = 0; i < dataset->column_count; ++i) {
        if (dataset->columns[i].data > 0) {
            fine = H5Dclose(dataset->columns[i].data) >= 0 && fine;
            dataset->columns[i].data = 0;
        }
    }
    for (size_t i = 0; i < dataset->bare_count; ++i) {
        if (dataset->bare[i].data > 0) {
            fine = H5Dclose(dataset->bare[i].data) >= 0 && fine;
        }
        free(dataset->bare[i].columns);
    }
    free(dataset->bare);
    dataset->bare = NULL;
    dataset->bare_count = 0;
    if (dataset->file > 0) {
        fine = H5Fclose(dataset->file) >= 0 && fine;
        dataset->file = 0;
    }
    return fine;
}

bool clau_array_set_records(hid_t data, size_t records) {
    hsize_t extent[CLAU_MAXIMUM_RANK] = {0};
    const hid_t space = H5Dget_space(data);
    const bool known = space >= 0 && H5Sget_simple_extent_dims(space, extent, NULL) > 0;
    H5Sclose(space);
    if (!known || extent[0] == records) {
        return known;
    }
    extent[0] = records;
    return H5Dset_extent(data, extent) >= 0;
}

/// Values into a selection of the file's array; all of it for a fixed variable.
static bool write_block(const struct clau_column *column, size_t first, size_t count,
                        const void *values) {
    const hid_t type = column->single ? H5T_NATIVE_FLOAT : H5T_NATIVE_DOUBLE;
    if (!column->series) {
        return H5Dwrite(column->data, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0;
    }
    hsize_t start[CLAU_MAXIMUM_RANK] = {first}, extent[CLAU_MAXIMUM_RANK];
    for (int k = 0; k < column->rank; ++k) {
        extent[k] = k == 0 ? count : column->lengths[k];
    }
    const hid_t there = H5Dget_space(column->data);
    const hid_t here = H5Screate_simple(column->rank, extent, NULL);
    const bool fine = there >= 0 && here >= 0 &&
                      H5Sselect_hyperslab(there, H5S_SELECT_SET, start, NULL, extent, NULL) >= 0 &&
                      H5Dwrite(column->data, type, here, there, H5P_DEFAULT, values) >= 0;
    H5Sclose(here);
    H5Sclose(there);
    return fine;
}

bool clau_column_write(struct clau_column *column, size_t first, size_t count, const void *values) {
    if (column->series && first + count > column->stored) {
        if (!clau_array_set_records(column->data, first + count)) {
            return false;
        }
        column->stored = first + count;
    }
    return write_block(column, first, count, values);
}

bool clau_dataset_settle(struct clau_dataset *dataset) {
    for (size_t i = 0; i < dataset->bare_count; ++i) {
        struct clau_bare_dimension *const bare = &dataset->bare[i];
        size_t longest = 0;
        for (size_t k = 0; k < bare->column_count; ++k) {
            const size_t stored = dataset->columns[bare->columns[k]].stored;
            longest = stored > longest ? stored : longest;
        }
        if (longest != bare->stored && !clau_array_set_records(bare->data, longest)) {
            return false;
        }
        bare->stored = longest;
    }
    return H5Fflush(dataset->file, H5F_SCOPE_LOCAL) >= 0;
}

/* Significant digits: BitGroom (Zender 2016, doi:10.5194/gmd-9-3199-2016). The bits of the mantissa
   that the digits do not need are cleared in values of even index and set in those of odd index, so
   that the mean is kept. One bit more is kept than the digits need, as NetCDF does. Zero, and what
   is not finite, stays. */

/// Bits to be dropped of a mantissa of so many.
static int dropped_bits(int digits, int mantissa) {
    const int kept = (int)ceil(digits * log2(10.0)) + 1;
    return digits > 0 && kept < mantissa ? mantissa - kept : 0;
}

void clau_quantize(double *values, size_t count, int digits) {
    const uint64_t ones = ((uint64_t)1 << dropped_bits(digits, 52)) - 1;
    for (size_t i = 0; ones != 0 && i < count; ++i) {
        uint64_t bits;
        memcpy(&bits, &values[i], sizeof bits);
        if (isfinite(values[i]) && values[i] != 0.0) {
            bits = i % 2 == 0 ? bits & ~ones : bits | ones;
            memcpy(&values[i], &bits, sizeof bits);
        }
    }
}

void clau_quantize_single(float *values, size_t count, int digits) {
    const uint32_t ones = ((uint32_t)1 << dropped_bits(digits, 23)) - 1;
    for (size_t i = 0; ones != 0 && i < count; ++i) {
        uint32_t bits;
        memcpy(&bits, &values[i], sizeof bits);
        if (isfinite(values[i]) && values[i] != 0.0F) {
            bits = i % 2 == 0 ? bits & ~ones : bits | ones;
            memcpy(&values[i], &bits, sizeof bits);
        }
    }
}
