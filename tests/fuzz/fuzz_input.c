// SPDX-License-Identifier: GPL-3.0-or-later
// A NetCDF file of whoever: what clausius-analyze and initial files read of it.
#include <string.h>

#include "io/dataset.h"
#include "io/reader.h"
#include "tests/fuzz/fuzz.h"

static void read_values(struct clau_reader *reader, const char *name) {
    double *values = NULL, sum = 0.0;
    size_t count = 0;
    for (ptrdiff_t record = -2; record < 2; record++) {
        const enum clau_status status =
            record == -2 ? clau_reader_values(reader, name, &values, &count, NULL)
                         : clau_reader_record(reader, name, record, &values, &count, NULL);
        if (status == CLAU_OK) {
            for (size_t i = 0; i < count; i++) {
                sum += values[i];
            }
            free(values);
        }
    }
    volatile double sink = sum;
    (void)sink;
}

static void read_texts(const struct clau_reader *reader, const char *variable) {
    static const char *const names[] = {"title",  "source",    "status",
                                        "config", "long_name", "units"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        free(clau_reader_text(reader, variable, names[i]));
    }
}

static void read_series(struct clau_reader *reader, const char *dimension) {
    char **names = NULL;
    size_t count = 0;
    if (clau_reader_series(reader, dimension, &names, &count, NULL) == CLAU_OK) {
        for (size_t i = 0; i < count; i++) {
            read_values(reader, names[i]);
            read_texts(reader, names[i]);
        }
        free(names);
    }
    read_values(reader, dimension);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const names[] = {"psi_re", "phi", "x", "mass"};
    struct fuzz_file file = fuzz_file_make();
    struct clau_reader *reader = NULL;
    fuzz_file_add(&file, data, size);
    if (clau_reader_open(file.path, &reader, NULL) == CLAU_OK) {
        read_texts(reader, NULL);
        read_series(reader, "observation_time");
        read_series(reader, "time");
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
            read_values(reader, names[i]);
        }
        clau_reader_close(reader);
    }
    fuzz_file_close(&file);
    return 0;
}
