// SPDX-License-Identifier: GPL-3.0-or-later
// Reading one variable of any NetCDF file.
#include "io/dataset.h"
#include "io/reader.h"

enum clau_status clau_dataset_read(const char *path, const char *variable, ptrdiff_t record,
                                   double **values, size_t *count, struct clau_error *error) {
    struct clau_reader *reader;
    enum clau_status status = clau_reader_open(path, &reader, error);
    if (status == CLAU_OK) {
        status = clau_reader_record(reader, variable, record, values, count, error);
        clau_reader_close(reader);
    }
    return status;
}
