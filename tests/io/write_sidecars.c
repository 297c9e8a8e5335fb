// SPDX-License-Identifier: GPL-3.0-or-later
// Writes small runs with their sidecars into a folder: a wave on a line, one in a plane, particles
// in space. check_sidecar.py knows the same formulas.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "io/dataset.h"
#include "io/sidecar.h"

enum { NT = 5, NX = 24, NY = 7, PARTICLES = 9, MAXIMUM = NX * NY };

static const double times[NT] = {0.0, 0.1, 0.25, 0.7, 1.0};

/// Differs for each variable, snapshot and place. Both sides take the sine of the same argument.
static double value(size_t variable, size_t time, size_t i) {
    return sin(1.0 + 10.0 * (double)variable + 100.0 * (double)time + (double)i);
}

static enum clau_status write_run(const char *folder, const char *name, struct clau_sidecar sidecar,
                                  const struct clau_dimension *dimensions, size_t dimension_count,
                                  const struct clau_variable *variables, struct clau_error *error) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.nc", folder, name);
    const struct clau_dataset_options options = {.replace = true,
                                                 .single_precision = sidecar.single_precision};
    struct clau_dataset *dataset = NULL;
    size_t count = 1;
    for (size_t d = 1; d < dimension_count; d++) {
        count *= dimensions[d].length;
    }
    // The time comes first in the table, then the variables of the sidecar.
    enum clau_status status =
        clau_dataset_create(path, dimensions, dimension_count, variables,
                            sidecar.variable_count + 1, &options, &dataset, error);
    for (size_t t = 0; status == CLAU_OK && t < NT; t++) {
        status = clau_dataset_put(dataset, 0, t, &times[t], error);
        for (size_t v = 0; status == CLAU_OK && v < sidecar.variable_count; v++) {
            double values[MAXIMUM];
            for (size_t i = 0; i < count; i++) {
                values[i] = value(v, t, i);
            }
            status = clau_dataset_put(dataset, v + 1, t, values, error);
        }
    }
    if (status != CLAU_OK) {
        clau_dataset_close(dataset, NULL);
        return status;
    }
    sidecar.dataset_path = path;
    sidecar.times = times;
    sidecar.time_count = NT;
    status = clau_dataset_close(dataset, error);
    return status == CLAU_OK ? clau_sidecar_write(&sidecar, error) : status;
}

static enum clau_status write_line(const char *folder, bool single, struct clau_error *error) {
    static const struct clau_dimension dimensions[] = {{"time", CLAU_UNLIMITED}, {"x", NX}};
    static const struct clau_variable variables[] = {
        {.name = "time", .dimensions = {"time"}, .units = "1"},
        {.name = "psi_re", .dimensions = {"time", "x"}, .units = "1", .state = true},
        {.name = "psi_im", .dimensions = {"time", "x"}, .units = "1", .state = true},
    };
    static const char *const names[] = {"psi_re", "psi_im"};
    const struct clau_sidecar sidecar = {.rank = 1,
                                         .shape = {NX},
                                         .origin = {-3.0},
                                         .spacing = {0.25},
                                         .single_precision = single,
                                         .variables = names,
                                         .variable_count = 2};
    return write_run(folder, single ? "single" : "line", sidecar, dimensions, 2, variables, error);
}

static enum clau_status write_plane(const char *folder, struct clau_error *error) {
    static const struct clau_dimension dimensions[] = {
        {"time", CLAU_UNLIMITED}, {"y", NY}, {"x", NX}};
    static const struct clau_variable variables[] = {
        {.name = "time", .dimensions = {"time"}, .units = "1"},
        {.name = "psi_re", .dimensions = {"time", "y", "x"}, .units = "1", .state = true},
        {.name = "psi_im", .dimensions = {"time", "y", "x"}, .units = "1", .state = true},
    };
    static const char *const names[] = {"psi_re", "psi_im"};
    const struct clau_sidecar sidecar = {.rank = 2,
                                         .shape = {NY, NX},
                                         .origin = {5.0, -3.0},
                                         .spacing = {0.5, 0.25},
                                         .variables = names,
                                         .variable_count = 2};
    return write_run(folder, "plane", sidecar, dimensions, 3, variables, error);
}

static enum clau_status write_particles(const char *folder, bool plane, struct clau_error *error) {
    static const struct clau_dimension dimensions[] = {{"time", CLAU_UNLIMITED},
                                                       {"particle", PARTICLES}};
    static const char *const names[2][6] = {{"x", "y", "z", "vx", "vy", "vz"},
                                            {"x", "y", "vx", "vy"}};
    const size_t count = plane ? 4 : 6;
    struct clau_variable variables[7] = {{.name = "time", .dimensions = {"time"}, .units = "1"}};
    for (size_t v = 0; v < count; v++) {
        variables[v + 1] = (struct clau_variable){.name = names[plane][v],
                                                  .dimensions = {"time", "particle"},
                                                  .units = "1",
                                                  .state = true};
    }
    const struct clau_sidecar sidecar = {.particles = true,
                                         .rank = plane ? 2 : 3,
                                         .shape = {PARTICLES},
                                         .variables = names[plane],
                                         .variable_count = count};
    return write_run(folder, plane ? "discs" : "swarm", sidecar, dimensions, 2, variables, error);
}

int main(int argc, char **argv) {
    struct clau_error error = {CLAU_OK, ""};
    if (argc != 2) {
        fputs("usage: write_sidecars FOLDER\n", stderr);
        return 2;
    }
    if (write_line(argv[1], false, &error) != CLAU_OK ||
        write_line(argv[1], true, &error) != CLAU_OK || write_plane(argv[1], &error) != CLAU_OK ||
        write_particles(argv[1], false, &error) != CLAU_OK ||
        write_particles(argv[1], true, &error) != CLAU_OK) {
        fprintf(stderr, "%s\n", error.message);
        return 1;
    }
    return EXIT_SUCCESS;
}
