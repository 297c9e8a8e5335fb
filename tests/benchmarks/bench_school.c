// SPDX-License-Identifier: GPL-3.0-or-later
// Cost of all measures of a school [microseconds a frame]: median over rounds, and the fastest
// round. Prints a row a size; a largest size may be given. Exits 1 if a result is not finite.
#include <math.h>
#include <stdio.h>

#include "diagnostics/school.h"
#include "numerics/random.h"
#include "tests/benchmarks/timing.h"

enum { ROUNDS = 11 };

static const double length = 50.0;

/// Positions uniform in the box, headings isotropic; clustered: half in a ball of length / 1000.
static void fill(size_t count, bool clustered, double *values) {
    const struct clau_random_key key = {20020313, 0};
    clau_random_fill_half_open(key, 0, 0, 0, 3 * count, values);
    clau_random_fill_normal(key, 0, 1, 0, 3 * count, values + 3 * count);
    for (size_t i = 0; i < count; i++) {
        double *u = values + 3 * count + i;
        const double norm = sqrt(u[0] * u[0] + u[count] * u[count] + u[2 * count] * u[2 * count]);
        for (size_t d = 0; d < 3; d++) {
            u[d * count] /= norm;
            values[d * count + i] *= clustered && i % 2 ? length * 1e-3 : length;
        }
    }
}

static double measure(struct clau_school_workspace *workspace, const struct clau_school *school) {
    struct clau_school_measures measures;
    const enum clau_measure_status status = clau_school_measure(workspace, school, NULL, &measures);
    return status == CLAU_MEASURE_OK ? measures.entropies.schooling_index : NAN;
}

static double groups(struct clau_school_workspace *workspace, const struct clau_school *school) {
    struct clau_school_groups found;
    const double link = 0.5 * length / cbrt((double)school->count);
    const enum clau_measure_status status = clau_school_groups(workspace, school, link, &found);
    return status == CLAU_MEASURE_OK ? found.mean_size : NAN;
}

static double correlation(struct clau_school_workspace *workspace,
                          const struct clau_school *school) {
    double c[25];
    const enum clau_measure_status status = clau_school_velocity_correlation(
        workspace, school, NULL, 0.5 * school->length, 25, c, NULL);
    return status == CLAU_MEASURE_OK ? c[20] : NAN;
}

static const struct {
    const char *name;
    double (*run)(struct clau_school_workspace *workspace, const struct clau_school *school);
} kinds[] = {{"measures", measure}, {"groups", groups}, {"correlation", correlation}};

static int bench(size_t count, bool clustered) {
    double *values = malloc(6 * count * sizeof *values), sum = 0.0;
    struct clau_school_workspace *workspace = clau_school_workspace_create(count);
    if (values == NULL || workspace == NULL) {
        free(values);
        clau_school_workspace_destroy(workspace);
        return 1;
    }
    fill(count, clustered, values);
    struct clau_school school = {
        .count = count, .dimensions = 3, .length = length, .periodic = true};
    for (size_t d = 0; d < 3; d++) {
        school.position[d] = values + d * count;
        school.heading[d] = values + (3 + d) * count;
    }
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        const size_t repeats = count < 100000 ? 1 + 200000 / count : 1;
        double time[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            const double start = seconds();
            for (size_t i = 0; i < repeats; i++)
                sum += kinds[k].run(workspace, &school);
            time[round] = 1e6 * (seconds() - start) / (double)repeats;
        }
        const double middle = median(time, ROUNDS); // sorts
        printf("%-11s  %11zu  %-9s  %11.1f  %12.1f\n", kinds[k].name, count,
               clustered ? "clustered" : "uniform", middle, time[0]);
        fflush(stdout);
    }
    free(values);
    clau_school_workspace_destroy(workspace);
    return isfinite(sum) ? 0 : 1; // which also keeps the calls from being optimised away
}

int main(int argc, char **argv) {
    const size_t largest = argc > 1 ? strtoul(argv[1], NULL, 10) : 10000;
    static const size_t sizes[] = {200, 10000, 1000000};
    int status = 0;
    puts("measure      individuals  state      median [us]  fastest [us]");
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes && sizes[s] <= largest; s++) {
        status |= bench(sizes[s], false);
        if (sizes[s] > 200)
            status |= bench(sizes[s], true);
    }
    return status;
}
