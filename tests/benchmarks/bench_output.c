// SPDX-License-Identifier: GPL-3.0-or-later
// Output of a field through io/dataset against a plain loop of nc_put_vara_double with the same
// layout (one frame a chunk), from creating the file to closing it, measured in turns. Prints a row
// a size; exits 1 if ours has less than 0.7 of the plain throughput.
//
// usage: bench_output [FOLDER]   default: a file system in memory, as a disk's moods are no
//                                property of either; else the current folder
#include <netcdf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/dataset.h"
#include "tests/benchmarks/timing.h"

enum { ROUNDS = 11 };

static const size_t bytes_a_round = (size_t)64 << 20;

static void give_up(const char *message) {
    fprintf(stderr, "%s\n", message);
    exit(2);
}

static void check(int status) {
    if (status != NC_NOERR) {
        give_up(nc_strerror(status));
    }
}

static void write_plain(const char *path, size_t points, size_t frames, const double *values) {
    int file, ids[2], id, old_mode;
    const size_t chunk[2] = {1, points};
    check(nc_create(path, NC_NETCDF4 | NC_CLOBBER, &file));
    check(nc_set_fill(file, NC_NOFILL, &old_mode));
    check(nc_def_dim(file, "time", NC_UNLIMITED, &ids[0]));
    check(nc_def_dim(file, "x", points, &ids[1]));
    check(nc_def_var(file, "phi", NC_DOUBLE, 2, ids, &id));
    check(nc_def_var_chunking(file, id, NC_CHUNKED, chunk));
    check(nc_enddef(file));
    for (size_t frame = 0; frame < frames; frame++) {
        const size_t start[2] = {frame, 0};
        check(nc_put_vara_double(file, id, start, chunk, values));
    }
    check(nc_close(file));
}

static void write_ours(const char *path, size_t points, size_t frames, const double *values) {
    const struct clau_dimension dimensions[] = {{"time", CLAU_UNLIMITED}, {"x", points}};
    static const struct clau_variable phi = {
        .name = "phi", .dimensions = {"time", "x"}, .units = "1", .state = true};
    const struct clau_dataset_options options = {.replace = true};
    struct clau_error error;
    struct clau_dataset *dataset;
    if (clau_dataset_create(path, dimensions, 2, &phi, 1, &options, &dataset, &error) != CLAU_OK) {
        give_up(error.message);
    }
    for (size_t frame = 0; frame < frames; frame++) {
        if (clau_dataset_put(dataset, 0, frame, values, &error) != CLAU_OK) {
            give_up(error.message);
        }
    }
    if (clau_dataset_close(dataset, &error) != CLAU_OK) {
        give_up(error.message);
    }
}

/// [MB/s], on a path that is free, as a run finds it.
static double throughput(void (*write)(const char *, size_t, size_t, const double *),
                         const char *path, size_t points, size_t frames, const double *values) {
    unlink(path);
    const double start = seconds();
    write(path, points, frames, values);
    return 1e-6 * (double)(frames * points * sizeof *values) / (seconds() - start);
}

int main(int argc, char **argv) {
    static const size_t sizes[] = {512, 4096, 65536, 1 << 20};
    const char *folder = argc > 1 ? argv[1] : access("/dev/shm", W_OK) == 0 ? "/dev/shm" : ".";
    char path[4096];
    snprintf(path, sizeof path, "%s/bench_output_%ld.nc", folder, (long)getpid());
    int status = 0;
    puts("    points  plain[MB/s]   ours[MB/s]  ratio");
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        const size_t points = sizes[s], frames = bytes_a_round / (points * sizeof(double));
        double *values = malloc(points * sizeof *values);
        if (values == NULL) {
            give_up("out of memory");
        }
        for (size_t i = 0; i < points; i++) {
            values[i] = 1.0 / (double)(i + 1);
        }
        double plain[ROUNDS], ours[ROUNDS], ratio[ROUNDS];
        throughput(write_plain, path, points, frames, values); // wakes up libraries and memory
        for (int round = 0; round < ROUNDS; round++) {
            plain[round] = throughput(write_plain, path, points, frames, values);
            ours[round] = throughput(write_ours, path, points, frames, values);
            ratio[round] = ours[round] / plain[round];
        }
        unlink(path);
        free(values);
        const double typical = median(ratio, ROUNDS);
        printf("%10zu  %11.0f  %11.0f  %5.2f\n", points, median(plain, ROUNDS),
               median(ours, ROUNDS), typical);
        fflush(stdout);
        if (typical < 0.7) {
            status = 1;
        }
    }
    return status;
}
