// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/netcdf_image.h"

#include <hdf5.h>
#include <netcdf.h>
#include <netcdf_mem.h>

#include "tests/io/folder.h"

/// An HDF5 file with a dataset, in the format of the versions given.
static char *make_file(const char *path, H5F_libver_t low, hsize_t user_block, size_t *size) {
    const hsize_t count = 100;
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS), creation = H5Pcreate(H5P_FILE_CREATE);
    assert_true(H5Pset_libver_bounds(access, low, H5F_LIBVER_LATEST) >= 0);
    assert_true(H5Pset_userblock(creation, user_block) >= 0);
    const hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, creation, access);
    const hid_t space = H5Screate_simple(1, &count, NULL);
    const hid_t set =
        H5Dcreate2(file, "x", H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    double values[100] = {0};
    assert_true(H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    H5Dclose(set);
    H5Sclose(space);
    assert_true(H5Fclose(file) >= 0);
    H5Pclose(access);
    H5Pclose(creation);
    return read_bytes(path, size);
}

static void every_superblock_tells_its_end(void **state) {
    const struct folder *folder = *state;
    static const H5F_libver_t formats[] = {H5F_LIBVER_EARLIEST, H5F_LIBVER_V18, H5F_LIBVER_V110};
    static const char versions[] = {0, 2, 3};
    for (size_t i = 0; i < sizeof versions; i++) {
        size_t size;
        uint64_t end = 0;
        char *bytes = make_file(folder->file, formats[i], 0, &size);
        assert_int_equal(bytes[8], versions[i]);
        assert_true(clau_hdf5_end(bytes, size, &end));
        assert_true(end == size);
        end = 7;
        assert_false(clau_hdf5_end(bytes, 63, &end));
        for (size_t k = 0; k < 8; k++) {
            bytes[k] ^= 1;
            assert_false(clau_hdf5_end(bytes, size, &end));
            bytes[k] ^= 1;
        }
        bytes[8] = 4; // a version to come
        assert_false(clau_hdf5_end(bytes, size, &end));
        assert_true(end == 7);
        free(bytes);
    }
}

static void images_come_back(void **state) {
    (void)state;
    enum { COUNT = 100000 };
    double *values = malloc(COUNT * sizeof *values), *got = calloc(COUNT, sizeof *got);
    for (int i = 0; i < COUNT; i++) {
        values[i] = i;
    }
    int file, other, dimension, id;
    const void *image = NULL;
    size_t size = 0;
    uint64_t end = 0;
    assert_int_equal(clau_netcdf_image_create(&other), NC_NOERR); // several at a time
    assert_int_equal(clau_netcdf_image_create(&file), NC_NOERR);
    assert_int_equal(nc_def_dim(file, "x", COUNT, &dimension), NC_NOERR);
    assert_int_equal(nc_def_var(file, "v", NC_DOUBLE, 1, &dimension, &id), NC_NOERR);
    assert_int_equal(nc_def_var(file, "a", NC_DOUBLE, 0, NULL, &id), NC_NOERR);
    assert_int_equal(nc_put_var_double(file, 0, values), NC_NOERR);
    assert_int_equal(clau_netcdf_image_bytes(file, &image, &size), NC_NOERR);
    assert_true(clau_hdf5_end(image, size, &end) && end == size);
    assert_true(size > COUNT * sizeof *values && size < COUNT * sizeof *values + 20000);
    char *copy = malloc(size);
    memcpy(copy, image, size);
    assert_int_equal(nc_close(file), NC_NOERR);
    assert_int_equal(nc_close(other), NC_NOERR);
    assert_int_equal(nc_open_mem("copy", NC_NOWRITE, size, copy, &file), NC_NOERR);
    assert_int_equal(nc_get_var_double(file, 0, got), NC_NOERR);
    assert_memory_equal(got, values, COUNT * sizeof *values);
    char name[NC_MAX_NAME + 1];
    assert_int_equal(nc_inq_varname(file, 1, name), NC_NOERR);
    assert_string_equal(name, "a"); // in the order of their definition
    nc_close(file);
    free(copy);
    free(values);
    free(got);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_in_folder(every_superblock_tells_its_end),
        cmocka_unit_test(images_come_back),
    };
    return cmocka_run_group_tests_name("io-netcdf_image", tests, NULL, NULL);
}
