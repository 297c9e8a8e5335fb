// SPDX-License-Identifier: GPL-3.0-or-later
// Cost of a step of a school: all pairs and cells, one thread and two. Prints distance tests a
// second and nanoseconds an individual, medians over rounds that do everything in turn. Exits 1 if
// cells do not save anything at 5000 individuals, if a step of ten times the individuals takes more
// than 12 times as long, or a search just too far for cells twice as long as one just near enough.
#include <math.h>
#include <stdio.h>
#include <string.h>
#ifdef _OPENMP
#include <omp.h>
#endif

#include "solvers/couzin/step.h"
#include "tests/benchmarks/timing.h"

enum { ROUNDS = 7 };

struct school {
    struct couzin_stepper stepper;
    struct couzin_flock now, next;
    uint64_t steps;
};

/// Uniform in a periodic box, isotropic headings; zones to 1, 3 and `reach`.
static bool school_init(struct school *school, size_t count, double density, double reach,
                        enum couzin_search search, int threads) {
    memset(school, 0, sizeof *school);
    struct couzin_stepper *stepper = &school->stepper;
    stepper->search = search;
    stepper->dimensions = 3;
    stepper->period = cbrt((double)count / density);
    stepper->key = (struct clau_random_key){20020313, 0};
    stepper->quantities[COUZIN_SPEED] = 3.0;
    stepper->quantities[COUZIN_REPULSION_RADIUS] = 1.0;
    stepper->quantities[COUZIN_ORIENTATION_RADIUS] = 3.0;
    stepper->quantities[COUZIN_ATTRACTION_RADIUS] = reach;
    stepper->quantities[COUZIN_BLIND_ANGLE] = 45.0;
    stepper->quantities[COUZIN_MAX_TURN] = 0.07;
    stepper->quantities[COUZIN_NOISE] = 0.05;
    if (!couzin_stepper_init(stepper, count, threads) || !couzin_flock_init(&school->now, count) ||
        !couzin_flock_init(&school->next, count))
        return false;
    for (uint64_t d = 0; d < 3; d++) {
        clau_random_fill_half_open(stepper->key, 0, 100 + d, 0, count, school->now.position[d]);
        clau_random_fill_normal(stepper->key, 0, 200 + d, 0, count, school->now.heading[d]);
    }
    for (size_t i = 0; i < count; i++) {
        double *const *u = school->now.heading;
        const double norm = sqrt(u[0][i] * u[0][i] + u[1][i] * u[1][i] + u[2][i] * u[2][i]);
        for (int d = 0; d < 3; d++) {
            u[d][i] /= norm;
            school->now.position[d][i] *= stepper->period;
        }
    }
    return true;
}

static void school_finish(struct school *school) {
    couzin_stepper_finish(&school->stepper);
    couzin_flock_finish(&school->now);
    couzin_flock_finish(&school->next);
}

/// Seconds a step.
static double time_steps(struct school *school, size_t steps) {
#ifdef _OPENMP
    omp_set_num_threads(school->stepper.threads);
#endif
    const double start = seconds();
    for (size_t i = 0; i < steps; i++) {
        couzin_step(&school->stepper, school->steps++, 0.1, &school->now, &school->next);
        const struct couzin_flock old = school->now;
        school->now = school->next;
        school->next = old;
    }
    return (seconds() - start) / (double)steps;
}

struct row {
    const char *name;
    size_t count;
    double density, reach;
    enum couzin_search search;
    int threads;
    size_t steps;
};

enum { PAIRS_200, PAIRS_5000, CELLS_5000, NEAR, FAR, CELLS_1E5, CELLS_1E5_TWO, CELLS_1E6, ROWS };

static const struct row rows[ROWS] = {
    [PAIRS_200] = {"pairs", 200, 0.0128, 10.0, COUZIN_SEARCH_PAIRS, 1, 500},
    [PAIRS_5000] = {"pairs", 5000, 0.0128, 10.0, COUZIN_SEARCH_PAIRS, 1, 1},
    [CELLS_5000] = {"cells", 5000, 0.0128, 10.0, COUZIN_SEARCH_AUTO, 1, 10},
    // Boxes of 50, and of 3 fineness / (2 fineness + 1) = 3/7 of it.
    [NEAR] = {"cells, 0.42 of the box", 5000, 0.04, 21.0, COUZIN_SEARCH_AUTO, 1, 1},
    [FAR] = {"pairs, 0.44 of the box", 5000, 0.04, 22.0, COUZIN_SEARCH_AUTO, 1, 1},
    [CELLS_1E5] = {"cells", 100000, 0.01, 10.0, COUZIN_SEARCH_AUTO, 1, 1},
    [CELLS_1E5_TWO] = {"cells", 100000, 0.01, 10.0, COUZIN_SEARCH_AUTO, 2, 1},
    [CELLS_1E6] = {"cells", 1000000, 0.01, 10.0, COUZIN_SEARCH_AUTO, 1, 1},
};

int main(void) {
    struct school schools[ROWS];
    double time[ROWS][ROUNDS], middle[ROWS];
    for (int row = 0; row < ROWS; row++) {
        const struct row *r = &rows[row];
        if (!school_init(&schools[row], r->count, r->density, r->reach, r->search, r->threads))
            return 1;
        time_steps(&schools[row], 1); // the first one sorts from scratch
    }
    for (int round = 0; round < ROUNDS; round++)
        for (int row = 0; row < ROWS; row++)
            time[row][round] = time_steps(&schools[row], rows[row].steps);
    printf("individuals  threads  ns/individual  1e6 tests/s  search\n");
    for (int row = 0; row < ROWS; row++) {
        middle[row] = median(time[row], ROUNDS);
        printf("%11zu  %7d  %13.1f  %11.1f  %s\n", rows[row].count, rows[row].threads,
               1e9 * middle[row] / (double)rows[row].count,
               1e-6 * (double)schools[row].stepper.tests / middle[row], rows[row].name);
        school_finish(&schools[row]);
    }
    const double growth = middle[CELLS_1E6] / middle[CELLS_1E5];
    const double cliff = middle[FAR] / middle[NEAR];
    printf("all pairs / cells at 5000: %.2f (more than 1)\n",
           middle[PAIRS_5000] / middle[CELLS_5000]);
    printf("pairs just too far for cells / cells: %.2f (at most 2)\n", cliff);
    printf("1e6 / 1e5 individuals: %.2f (at most 12)\n", growth);
    printf("one thread / two: %.2f\n", middle[CELLS_1E5] / middle[CELLS_1E5_TWO]);
    return middle[PAIRS_5000] > middle[CELLS_5000] && growth <= 12.0 && cliff <= 2.0 ? 0 : 1;
}
