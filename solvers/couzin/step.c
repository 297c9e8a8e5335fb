// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/couzin/step.h"

#include <math.h>
#include <stdlib.h>
#ifdef _OPENMP
#include <omp.h>
#endif

#include "numerics/memory.h"

enum {
    /// Individuals that are served together by one array of candidates.
    GROUP = 64,
    /// Candidates gathered before they are tested: as many as a second-level cache holds well.
    CHUNK = 2048,
    /// Fewer individuals than these are tested pair by pair: cells cost more than they save.
    FEW = 256,
    /// Pairs below which one thread does it all. The work of 10^5 would do on a quiet machine, but
    /// where another program has the second core each step waits for that program's turn to end.
    PARALLEL_PAIRS = 1000000,
};

/// Candidates gathered by one thread for the individuals of one cell.
struct couzin_scratch {
    double *memory; ///< six arrays
    double *position[3], *heading[3];
};

static bool scratch_init(struct couzin_scratch *scratch) {
    const size_t length = CHUNK + 8; // whole vectors of eight
    scratch->memory = clau_allocate(6 * length, sizeof *scratch->memory);
    for (size_t d = 0; d < 3 && scratch->memory != NULL; d++) {
        scratch->position[d] = scratch->memory + d * length;
        scratch->heading[d] = scratch->memory + (d + 3) * length;
    }
    return scratch->memory != NULL;
}

bool couzin_stepper_init(struct couzin_stepper *stepper, size_t count, int threads) {
    stepper->threads = threads;
    stepper->cells = clau_cell_list_create(count);
    stepper->scratch = calloc((size_t)threads, sizeof *stepper->scratch);
    if (stepper->cells == NULL || stepper->scratch == NULL)
        return false;
    for (int thread = 0; thread < threads; thread++)
        if (!scratch_init(&stepper->scratch[thread]))
            return false;
    for (int q = 0; q < COUZIN_QUANTITY_COUNT; q++) {
        stepper->varied = stepper->varied || stepper->deviations[q] != NULL;
        for (size_t i = 0; i < count && stepper->deviations[q] != NULL; i++)
            stepper->largest_deviation[q] =
                fmax(stepper->largest_deviation[q], stepper->deviations[q][i]);
    }
    return true;
}

double couzin_stepper_memory(size_t count, int threads) {
    return clau_cell_list_memory(count) + threads * 6.0 * (CHUNK + 8) * sizeof(double);
}

void couzin_stepper_finish(struct couzin_stepper *stepper) {
    clau_cell_list_destroy(stepper->cells);
    for (int thread = 0; thread < stepper->threads && stepper->scratch != NULL; thread++)
        free(stepper->scratch[thread].memory);
    free(stepper->scratch);
}

double couzin_wrap(double x, double period) {
    if (!(period > 0.0) || (x >= 0.0 && x < period))
        return x;
    if (!(fabs(x) < 0x1p53 * period))
        return NAN;
    x -= period * floor(x / period);
    // What lies below 0 by less than an ulp of the period is rounded up to it.
    return x >= 0.0 && x < period ? x : 0.0;
}

// ---- one individual ---------------------------------------------------------------------------

static double own(const struct couzin_stepper *stepper, enum couzin_quantity q, uint32_t identity) {
    const double *deviations = stepper->deviations[q];
    return deviations == NULL ? stepper->quantities[q]
                              : couzin_own_value(q, stepper->quantities[q], deviations[identity]);
}

/// All that an individual's own numbers come to.
struct traits {
    struct couzin_zones zones;
    struct couzin_decision decision; ///< but for its random numbers and preferred direction
    double speed;
};

static struct traits traits_of(const struct couzin_stepper *stepper, uint32_t identity) {
    const double repulsion = own(stepper, COUZIN_REPULSION_RADIUS, identity);
    const double orientation = own(stepper, COUZIN_ORIENTATION_RADIUS, identity);
    const double attraction = own(stepper, COUZIN_ATTRACTION_RADIUS, identity);
    const double blind = own(stepper, COUZIN_BLIND_ANGLE, identity);
    const double max_turn = own(stepper, COUZIN_MAX_TURN, identity);
    return (struct traits){
        .zones = {.repulsion2 = repulsion * repulsion,
                  .orientation2 = orientation * orientation,
                  .attraction2 = attraction * attraction,
                  // Out of reach of round-off where the cone is empty, or is everything.
                  .cosine = blind <= 0.0     ? -2.0
                            : blind >= 180.0 ? 2.0
                                             : -cos(blind * M_PI / 180.0)},
        .decision = {.dimensions = stepper->dimensions,
                     .max_turn = max_turn,
                     .sin_max_turn = sin(max_turn),
                     .cos_max_turn = cos(max_turn),
                     .noise = own(stepper, COUZIN_NOISE, identity),
                     .orientation_weight = own(stepper, COUZIN_ORIENTATION_WEIGHT, identity),
                     .preference = stepper->preference},
        .speed = own(stepper, COUZIN_SPEED, identity),
    };
}

/// What all jobs of a step share.
struct task {
    struct couzin_stepper *stepper;
    uint64_t number;
    double duration;
    struct couzin_flock *now, *next;
    bool cells;           ///< neighbours are looked for in cells; else among all
    bool alone;           ///< nobody has any zone
    struct traits common; ///< everyone's, where nobody has deviations
};

/// Turns and moves individual number k of `now`.
static void decide(const struct task *task, size_t k, const struct couzin_sums *sums) {
    const struct couzin_stepper *stepper = task->stepper;
    const struct couzin_flock *now = task->now;
    struct couzin_flock *next = task->next;
    const uint32_t identity = now->identity[k];
    const struct traits own = stepper->varied ? traits_of(stepper, identity) : task->common;
    struct couzin_decision decision = own.decision;
    if (stepper->informed != NULL && stepper->informed[identity])
        decision.preferred = stepper->preferred;
    decision.words = clau_random_uint64x4(
        stepper->key, (struct clau_random_counter){task->number, identity, COUZIN_RANDOM_TURN, 0});
    const double heading[3] = {now->heading[0][k], now->heading[1][k], now->heading[2][k]};
    double turned[3];
    couzin_turn(stepper->rule, &decision, sums, heading, turned);
    for (int d = 0; d < 3; d++) {
        next->heading[d][k] = turned[d];
        next->position[d][k] = couzin_wrap(
            now->position[d][k] + own.speed * task->duration * turned[d], stepper->period);
    }
    next->identity[k] = identity;
}

// ---- groups of individuals --------------------------------------------------------------------

/// Individuals first ... first + count - 1 of `now`, at most GROUP, and what they sense.
struct group {
    size_t first, count;
    struct couzin_focal focal[GROUP];
    struct couzin_zones zones[GROUP];
    struct couzin_sums sums[GROUP];
    double low[3], high[3]; ///< the box round them
    double reach;           ///< the longest of their radii
};

/// fmax() is a call, for the sake of NaN.
static inline double larger(double a, double b) { return a > b ? a : b; }

static void gather_group(const struct task *task, size_t first, size_t count, struct group *group) {
    const struct couzin_flock *now = task->now;
    group->first = first;
    group->count = count;
    double reach2 = 0.0;
    for (int d = 0; d < 3; d++) {
        group->low[d] = INFINITY;
        group->high[d] = -INFINITY;
    }
    for (size_t k = 0; k < count; k++) {
        struct couzin_focal *focal = &group->focal[k];
        for (int d = 0; d < 3; d++) {
            focal->position[d] = now->position[d][first + k];
            focal->heading[d] = now->heading[d][first + k];
            const double x = focal->position[d];
            group->low[d] = x < group->low[d] ? x : group->low[d];
            group->high[d] = x > group->high[d] ? x : group->high[d];
        }
        group->zones[k] = task->stepper->varied
                              ? traits_of(task->stepper, now->identity[first + k]).zones
                              : task->common.zones;
        reach2 = larger(reach2, larger(group->zones[k].repulsion2, group->zones[k].orientation2));
        reach2 = larger(reach2, group->zones[k].attraction2);
        group->sums[k] = (struct couzin_sums){0};
    }
    group->reach = sqrt(reach2) * (1.0 + 1e-12); // more than what round-off may hide
}

/// Everyone in the group senses the candidates.
static void sense_all(const struct couzin_candidates *candidates, const struct couzin_space *space,
                      struct group *group) {
    for (size_t k = 0; k < group->count; k++)
        couzin_sense(candidates, space, &group->focal[k], &group->zones[k], &group->sums[k]);
}

static struct couzin_candidates part_of(const struct couzin_flock *flock, size_t first,
                                        size_t count) {
    struct couzin_candidates part = {.count = count};
    for (int d = 0; d < 3; d++) {
        part.position[d] = flock->position[d] + first;
        part.heading[d] = flock->heading[d] + first;
    }
    return part;
}

/// The group senses what is in the cells round its own, gathered in portions.
/// Returns the number of candidates.
static size_t sense_cells(const struct couzin_stepper *stepper, const struct couzin_flock *now,
                          size_t cell, struct couzin_scratch *scratch, struct group *group) {
    // Cells are next to one another, and images are shifted beforehand; those of a folded box are
    // from all over it.
    const bool folded = stepper->cells->folded;
    const struct couzin_space space = {stepper->dimensions, folded ? stepper->period : 0.0,
                                       stepper->rule == COUZIN_WEIGHTED};
    const double reach = folded ? INFINITY : group->reach;
    struct couzin_candidates gathered = {
        .position = {scratch->position[0], scratch->position[1], scratch->position[2]},
        .heading = {scratch->heading[0], scratch->heading[1], scratch->heading[2]},
    };
    struct clau_cell_run runs[CLAU_CELL_RUNS];
    const size_t run_count = clau_cell_list_runs(stepper->cells, cell, runs);
    size_t candidates = 0;
    for (size_t r = 0; r < run_count; r++) {
        candidates += runs[r].count;
        for (size_t done = 0; done < runs[r].count;) {
            const size_t rest = runs[r].count - done, room = CHUNK - gathered.count;
            const size_t count = rest < room ? rest : room;
            const struct couzin_candidates part = part_of(now, runs[r].first + done, count);
            gathered.count = couzin_pack(&part, runs[r].shift, group->low, group->high, reach,
                                         gathered.count, scratch->position, scratch->heading);
            done += count;
            if (gathered.count == CHUNK) {
                sense_all(&gathered, &space, group);
                gathered.count = 0;
            }
        }
    }
    sense_all(&gathered, &space, group);
    return candidates;
}

// ---- the step ---------------------------------------------------------------------------------

static void decide_group(const struct task *task, const struct group *group) {
    for (size_t k = 0; k < group->count; k++)
        decide(task, group->first + k, &group->sums[k]);
}

/// Search by pairs: individuals first ... last - 1, against all. Returns the tests made.
static uint64_t step_pairs(const struct task *task, size_t first, size_t last) {
    const struct couzin_stepper *stepper = task->stepper;
    const struct couzin_space space = {stepper->dimensions, stepper->period,
                                       stepper->rule == COUZIN_WEIGHTED};
    const struct couzin_candidates all = part_of(task->now, 0, task->now->count);
    uint64_t tests = 0;
    for (; first < last; first += GROUP) {
        struct group group;
        gather_group(task, first, last - first < GROUP ? last - first : GROUP, &group);
        if (!task->alone) {
            sense_all(&all, &space, &group);
            tests += group.count * all.count;
        }
        decide_group(task, &group);
    }
    return tests;
}

/// The cell that individual k of the sorted order is in.
static size_t cell_of(const struct clau_cell_list *cells, size_t k) {
    size_t low = 0, high = cells->cell_count; // start[low] <= k < start[high]
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (cells->start[middle] <= k)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/// Search by cells, for the groups that begin among individuals first ... last - 1. The groups are
/// those of each cell alone, GROUP by GROUP from its start, whatever the portions of this search.
static uint64_t step_cells(const struct task *task, size_t first, size_t last,
                           struct couzin_scratch *scratch) {
    const struct clau_cell_list *cells = task->stepper->cells;
    uint64_t tests = 0;
    size_t cell = cell_of(cells, first);
    size_t k = cells->start[cell] + (first - cells->start[cell] + GROUP - 1) / GROUP * GROUP;
    while (cell < cells->cell_count) {
        const size_t end = cells->start[cell + 1];
        if (k >= end) {
            k = end;
            cell++;
            continue;
        }
        if (k >= last)
            break;
        struct group group;
        gather_group(task, k, end - k < GROUP ? end - k : GROUP, &group);
        tests += group.count * sense_cells(task->stepper, task->now, cell, scratch, &group);
        decide_group(task, &group);
        k += group.count;
    }
    return tests;
}

/// A portion of the step: individuals first ... last - 1.
static uint64_t step_portion(const struct task *task, size_t first, size_t last) {
    int thread = 0;
#ifdef _OPENMP
    thread = omp_get_thread_num();
#endif
    return task->cells ? step_cells(task, first, last, &task->stepper->scratch[thread])
                       : step_pairs(task, first, last);
}

/// The longest radius of anyone.
static double longest_reach(const struct couzin_stepper *stepper) {
    double reach = 0.0;
    for (enum couzin_quantity q = COUZIN_REPULSION_RADIUS; q <= COUZIN_ATTRACTION_RADIUS; q++)
        reach = larger(reach,
                       couzin_own_value(q, stepper->quantities[q], stepper->largest_deviation[q]));
    return reach;
}

/// Sorts `now` into cells if they are to be used; whether they are.
static bool sort_flock(struct couzin_stepper *stepper, double reach, struct couzin_flock *now,
                       struct couzin_flock *next) {
    const size_t count = now->count;
    if (stepper->search == COUZIN_SEARCH_PAIRS ||
        (stepper->search == COUZIN_SEARCH_AUTO && count < FEW))
        return false;
    const double *const position[3] = {now->position[0], now->position[1], now->position[2]};
    const struct clau_cell_space space = {stepper->dimensions, stepper->period};
    const int fineness = clau_cell_list_fineness(space, count, position, reach);
    if (!clau_cell_list_build(stepper->cells, space, count, position, reach, fineness))
        return false;
    couzin_flock_permute(now, stepper->cells->order, next);
    const struct couzin_flock sorted = *next;
    *next = *now;
    *now = sorted;
    return true;
}

void couzin_step(struct couzin_stepper *stepper, uint64_t number, double duration,
                 struct couzin_flock *now, struct couzin_flock *next) {
    const double reach = longest_reach(stepper);
    const bool cells = sort_flock(stepper, reach, now, next);
    const struct task task = {.stepper = stepper,
                              .number = number,
                              .duration = duration,
                              .now = now,
                              .next = next,
                              .cells = cells,
                              .alone = !(reach > 0.0),
                              .common = traits_of(stepper, 0)};
    const size_t count = now->count;
    // Some hundred portions: they take different times where individuals are crowded.
    const size_t length = count / 128 < 8 ? 8 : count / 128 > 1024 ? 1024 : count / 128;
    const size_t portions = (count + length - 1) / length;
    uint64_t tests = 0;
    if (stepper->threads > 1 && (double)count * (double)count > PARALLEL_PAIRS) {
#pragma omp parallel for num_threads(stepper->threads) schedule(dynamic) reduction(+ : tests)
        for (size_t p = 0; p < portions; p++)
            tests += step_portion(&task, p * length, p + 1 < portions ? (p + 1) * length : count);
    } else {
        tests = step_portion(&task, 0, count);
    }
    stepper->tests = tests;
}
