// SPDX-License-Identifier: GPL-3.0-or-later
// Whole steps: the two searches and any number of threads against each other, symmetries, schools
// of two that are worked out by hand, and a school of individuals that differ against a loop.
#include "solvers/couzin/step.h"

#include <stdlib.h>
#include <string.h>
#ifdef _OPENMP
#include <omp.h>
#endif

#include "numerics/memory.h"
#include "tests/couzin/states.h"

/// Several places where schools are.
enum arrangement { SPREAD, CROWDED, ON_A_CORNER, ARRANGEMENTS };

struct school {
    struct couzin_stepper stepper;
    struct couzin_flock now, next;
};

static const double QUANTITIES[COUZIN_QUANTITY_COUNT] = {[COUZIN_SPEED] = 2.0,
                                                         [COUZIN_REPULSION_RADIUS] = 0.5,
                                                         [COUZIN_ORIENTATION_RADIUS] = 1.5,
                                                         [COUZIN_ATTRACTION_RADIUS] = 2.5,
                                                         [COUZIN_BLIND_ANGLE] = 45.0,
                                                         [COUZIN_MAX_TURN] = 0.3,
                                                         [COUZIN_NOISE] = 0.1,
                                                         [COUZIN_ORIENTATION_WEIGHT] = 0.7};

static void set_threads(int threads) {
#ifdef _OPENMP
    omp_set_num_threads(threads);
#else
    (void)threads;
#endif
}

/// A school without anyone at their place yet.
static struct school school_of(size_t count, int dimensions, double period, int threads) {
    struct school s = {.stepper = {.dimensions = dimensions, .period = period, .key = {7, 0}}};
    memcpy(s.stepper.quantities, QUANTITIES, sizeof QUANTITIES);
    set_threads(threads);
    assert_true(couzin_flock_init(&s.now, count));
    assert_true(couzin_flock_init(&s.next, count));
    return s;
}

static void begin(struct school *s, int threads) {
    set_threads(threads);
    assert_true(couzin_stepper_init(&s->stepper, s->now.count, threads));
}

static void end(struct school *s) {
    couzin_stepper_finish(&s->stepper);
    couzin_flock_finish(&s->now);
    couzin_flock_finish(&s->next);
}

static void step(struct school *s, uint64_t number) {
    couzin_step(&s->stepper, number, 0.1, &s->now, &s->next);
    const struct couzin_flock old = s->now;
    s->now = s->next;
    s->next = old;
}

static void place(struct school *s, enum arrangement arrangement, double length, uint64_t seed) {
    uint64_t sequence = seed;
    for (size_t i = 0; i < s->now.count; i++) {
        double position[3] = {0.0, 0.0, 0.0}, heading[3];
        direction(&sequence, s->stepper.dimensions, heading);
        for (int d = 0; d < s->stepper.dimensions; d++) {
            double x = length * uniform(&sequence);
            if (arrangement == CROWDED)
                x = 0.5 * length + 0.02 * x;
            if (arrangement == ON_A_CORNER) {
                x = 0.1 * (x - 0.5 * length); // round the origin, and the faces there
                if (s->stepper.period > 0.0)
                    x = couzin_wrap(x, s->stepper.period);
            }
            position[d] = x;
        }
        set_individual(&s->now, i, position, heading);
    }
}

/// where[i]: place in memory of individual i.
static size_t *places_of(const struct couzin_flock *flock) {
    size_t *where = calloc(flock->count, sizeof *where);
    bool *found = calloc(flock->count, sizeof *found);
    assert_true(where != NULL && found != NULL);
    for (size_t k = 0; k < flock->count; k++) {
        assert_true(flock->identity[k] < flock->count && !found[flock->identity[k]]);
        found[flock->identity[k]] = true;
        where[flock->identity[k]] = k;
    }
    free(found);
    return where;
}

static void expect_alike(const struct couzin_flock *a, const struct couzin_flock *b, double period,
                         double tolerance) {
    size_t *in_a = places_of(a), *in_b = places_of(b);
    for (size_t i = 0; i < a->count; i++)
        for (int d = 0; d < 3; d++) {
            assert_close(a->heading[d][in_a[i]], b->heading[d][in_b[i]], tolerance);
            double apart = a->position[d][in_a[i]] - b->position[d][in_b[i]];
            if (period > 0.0)
                apart -= period * rint(apart / period);
            assert_close(apart, 0.0, tolerance);
        }
    free(in_a);
    free(in_b);
}

static void expect_same_bits(const struct couzin_flock *a, const struct couzin_flock *b) {
    assert_memory_equal(a->identity, b->identity, a->count * sizeof *a->identity);
    for (int d = 0; d < 3; d++) {
        assert_memory_equal(a->position[d], b->position[d], a->count * sizeof(double));
        assert_memory_equal(a->heading[d], b->heading[d], a->count * sizeof(double));
    }
}

/// Sums of hundreds of unit vectors in another order, and images shifted beforehand: some 1e-14,
/// over the length of the sum, which is hardly below 0.01.
static const double OTHER_ORDER = 1e-12;

static void cells_find_what_pairs_find(void **state) {
    (void)state;
    static const struct {
        size_t count;
        double length;
    } sizes[] = {{1, 20.0},    {40, 9.0},     {300, 8.0},   {300, 30.0},
                 {1500, 13.0}, {2000, 100.0}, {500, 1000.0}};
    static const size_t SIZES = sizeof sizes / sizeof *sizes;
    size_t by_cells = 0;
    for (size_t s = 0; s < SIZES; s++)
        for (int variant = 0; variant < 8 * ARRANGEMENTS; variant++) {
            const double period = variant & 2 ? sizes[s].length : 0.0;
            struct school schools[2];
            for (int k = 0; k < 2; k++) {
                struct school *school = &schools[k];
                *school = school_of(sizes[s].count, variant & 1 ? 2 : 3, period, 1);
                school->stepper.rule = variant & 4 ? COUZIN_WEIGHTED : COUZIN_2002;
                school->stepper.search = k == 0 ? COUZIN_SEARCH_PAIRS : COUZIN_SEARCH_CELLS;
                begin(school, 1);
                place(school, (enum arrangement)(variant / 8), sizes[s].length, s + 1);
                step(school, 0);
            }
            by_cells += schools[1].stepper.cells->count > 0;
            expect_alike(&schools[0].now, &schools[1].now, period, OTHER_ORDER);
            for (int k = 0; k < 2; k++)
                end(&schools[k]);
        }
    // Crowded ones in the open have no use for cells; all others have them.
    assert_true(by_cells >= SIZES * 16);
}

/// Whatever the threads, in every bit, the order in memory included.
static void threads_change_no_bit(void **state) {
    (void)state;
    for (int variant = 0; variant < 6; variant++) {
        struct school first = {0};
        for (int threads = 1; threads <= 4; threads++) {
            const bool pairs = variant % 3 == 0;
            const double period = variant & 1 ? 12.0 : 0.0;
            struct school s = school_of(pairs ? 333 : 3000, variant < 3 ? 3 : 2, period, threads);
            s.stepper.search = pairs ? COUZIN_SEARCH_PAIRS : COUZIN_SEARCH_CELLS;
            begin(&s, threads);
            place(&s, variant % 3 == 2 ? ON_A_CORNER : SPREAD, 12.0, 3);
            for (uint64_t number = 0; number < 4; number++)
                step(&s, number);
            if (threads == 1) {
                first = s;
                continue;
            }
            expect_same_bits(&first.now, &s.now);
            // Nor is anyone served twice.
            assert_int_equal(first.stepper.tests, s.stepper.tests);
            end(&s);
        }
        end(&first);
    }
}

/// The order in which individuals stand in memory is nobody's business, but for round-off.
static void order_in_memory(void **state) {
    (void)state;
    enum { COUNT = 400 };
    struct school straight = school_of(COUNT, 3, 8.0, 1), shuffled = school_of(COUNT, 3, 8.0, 1);
    begin(&straight, 1);
    begin(&shuffled, 1);
    place(&straight, SPREAD, 8.0, 4);
    for (size_t k = 0; k < COUNT; k++) {
        const size_t from = (k * 151 + 17) % COUNT;
        shuffled.now.identity[k] = straight.now.identity[from];
        for (int d = 0; d < 3; d++) {
            shuffled.now.position[d][k] = straight.now.position[d][from];
            shuffled.now.heading[d][k] = straight.now.heading[d][from];
        }
    }
    step(&straight, 5);
    step(&shuffled, 5);
    expect_alike(&straight.now, &shuffled.now, 8.0, OTHER_ORDER);
    end(&straight);
    end(&shuffled);
}

/// A noiseless school shifted in its periodic box, or turned by a right angle, does the same there.
static void symmetries(void **state) {
    (void)state;
    enum { COUNT = 500 };
    for (int variant = 0; variant < 8; variant++) {
        const double period = variant & 1 ? 8.0 : 0.0;
        const int dimensions = variant & 2 ? 2 : 3;
        struct school s = school_of(COUNT, dimensions, period, 1),
                      moved = school_of(COUNT, dimensions, period, 1);
        struct school *const both[2] = {&s, &moved};
        for (int k = 0; k < 2; k++) {
            both[k]->stepper.quantities[COUZIN_NOISE] = 0.0;
            both[k]->stepper.search = variant & 4 ? COUZIN_SEARCH_CELLS : COUZIN_SEARCH_PAIRS;
            begin(both[k], 1);
            place(both[k], SPREAD, 8.0, 6);
        }
        // Shifted, in the plane as in space, by what is no multiple of a cell's width.
        const double shift[3] = {3.3, -1.7, dimensions == 3 ? 9.1 : 0.0};
        for (size_t i = 0; i < COUNT; i++)
            for (int d = 0; d < 3; d++)
                moved.now.position[d][i] =
                    d < dimensions ? couzin_wrap(moved.now.position[d][i] + shift[d], period) : 0.0;
        step(&s, 0);
        step(&moved, 0);
        size_t *in_moved = places_of(&moved.now);
        for (size_t i = 0; i < COUNT; i++)
            for (int d = 0; d < dimensions; d++) {
                double *x = &moved.now.position[d][in_moved[i]];
                *x = couzin_wrap(*x - shift[d], period);
            }
        free(in_moved);
        expect_alike(&s.now, &moved.now, period, OTHER_ORDER);
        end(&moved);
        end(&s);
        // Turned: (x, y) becomes (-y, x), which in the box is (L - y, x).
        s = school_of(COUNT, dimensions, period, 1);
        moved = school_of(COUNT, dimensions, period, 1);
        for (int k = 0; k < 2; k++) {
            both[k]->stepper.quantities[COUZIN_NOISE] = 0.0;
            begin(both[k], 1);
            place(both[k], SPREAD, 8.0, 7);
        }
        for (size_t i = 0; i < COUNT; i++) {
            moved.now.position[0][i] = couzin_wrap(period - s.now.position[1][i], period);
            moved.now.position[1][i] = s.now.position[0][i];
            moved.now.heading[0][i] = -s.now.heading[1][i];
            moved.now.heading[1][i] = s.now.heading[0][i];
        }
        step(&s, 0);
        step(&moved, 0);
        for (size_t k = 0; k < COUNT; k++) {
            const double x = s.now.position[0][k], ux = s.now.heading[0][k];
            s.now.position[0][k] = period - s.now.position[1][k];
            s.now.position[1][k] = x;
            s.now.heading[0][k] = -s.now.heading[1][k];
            s.now.heading[1][k] = ux;
        }
        expect_alike(&s.now, &moved.now, period, OTHER_ORDER);
        end(&moved);
        end(&s);
    }
}

static void set_two(struct school *s, const double x0[3], const double u0[3], const double x1[3],
                    const double u1[3]) {
    set_individual(&s->now, 0, x0, u0);
    set_individual(&s->now, 1, x1, u1);
    s->stepper.quantities[COUZIN_NOISE] = 0.0;
    begin(s, 1);
    step(s, 0);
}

static void expect_individual(const struct school *s, size_t i, double x, double y, double ux,
                              double uy) {
    // A few roundings of coordinates up to 8.
    assert_close(s->now.position[0][i], x, 4e-15);
    assert_close(s->now.position[1][i], y, 4e-15);
    assert_close(s->now.heading[0][i], ux, 4.0 * EPS);
    assert_close(s->now.heading[1][i], uy, 4.0 * EPS);
}

/// Speed 2, step 0.1, largest turn 0.3: each moves by 0.2 along its new heading.
static void schools_of_two(void **state) {
    (void)state;
    static const double right[3] = {1.0, 0.0, 0.0}, up[3] = {0.0, 1.0, 0.0};
    const double s3 = sin(0.3), c3 = cos(0.3);
    for (int variant = 0; variant < 4; variant++) {
        const int dimensions = variant & 1 ? 2 : 3;
        const double period = variant & 2 ? 8.0 : 0.0;
        // Too close: they turn away from each other as far as they can, exactly.
        struct school s = school_of(2, dimensions, period, 1);
        set_two(&s, (const double[3]){4.0, 4.0, 0.0}, right, (const double[3]){4.0, 4.25, 0.0},
                right);
        expect_individual(&s, 0, 4.0 + 0.2 * c3, 4.0 - 0.2 * s3, c3, -s3);
        expect_individual(&s, 1, 4.0 + 0.2 * c3, 4.25 + 0.2 * s3, c3, s3);
        // ... until they are on their ways.
        for (uint64_t number = 1; number < 6; number++)
            step(&s, number);
        assert_true(s.now.position[1][1] - s.now.position[1][0] > 0.5);
        end(&s);
        // In the zone of attraction: towards each other.
        s = school_of(2, dimensions, period, 1);
        set_two(&s, (const double[3]){4.0, 4.0, 0.0}, right, (const double[3]){4.0, 6.0, 0.0},
                right);
        expect_individual(&s, 0, 4.0 + 0.2 * c3, 4.0 + 0.2 * s3, c3, s3);
        expect_individual(&s, 1, 4.0 + 0.2 * c3, 6.0 - 0.2 * s3, c3, -s3);
        end(&s);
        // In the zone of orientation, one beside the other: both towards 45 degrees.
        s = school_of(2, dimensions, period, 1);
        set_two(&s, (const double[3]){4.0, 4.0, 0.0}, right, (const double[3]){4.0, 5.0, 0.0}, up);
        expect_individual(&s, 0, 4.0 + 0.2 * c3, 4.0 + 0.2 * s3, c3, s3);
        // The other one has it behind, in the blind cone, and does not turn.
        expect_individual(&s, 1, 4.0, 5.2, 0.0, 1.0);
        end(&s);
        // Behind and too close: felt all round in Couzin's rule, in the weighted one not.
        for (int weighted = 0; weighted < 2; weighted++) {
            s = school_of(2, dimensions, period, 1);
            s.stepper.rule = weighted ? COUZIN_WEIGHTED : COUZIN_2002;
            set_two(&s, (const double[3]){4.0, 4.0, 0.0}, right,
                    (const double[3]){3.75, 3.875, 0.0}, right);
            const double away = weighted ? 0.0 : fmin(0.3, atan2(0.125, 0.25));
            expect_individual(&s, 0, 4.0 + 0.2 * cos(away), 4.0 + 0.2 * sin(away), cos(away),
                              sin(away));
            end(&s);
        }
        // At one point: they do not sense each other.
        s = school_of(2, dimensions, period, 1);
        set_two(&s, (const double[3]){1.0, 1.0, 0.0}, right, (const double[3]){1.0, 1.0, 0.0}, up);
        expect_individual(&s, 0, 1.2, 1.0, 1.0, 0.0);
        expect_individual(&s, 1, 1.0, 1.2, 0.0, 1.0);
        end(&s);
    }
    // Across a face they are neighbours, in open space far apart.
    struct school s = school_of(2, 3, 8.0, 1);
    set_two(&s, (const double[3]){4.0, 0.125, 0.0}, right, (const double[3]){4.0, 7.875, 0.0},
            right);
    expect_individual(&s, 0, 4.0 + 0.2 * c3, 0.125 + 0.2 * s3, c3, s3);
    expect_individual(&s, 1, 4.0 + 0.2 * c3, 7.875 - 0.2 * s3, c3, -s3);
    end(&s);
    s = school_of(2, 3, 0.0, 1);
    set_two(&s, (const double[3]){4.0, 0.125, 0.0}, right, (const double[3]){4.0, 7.875, 0.0},
            right);
    expect_individual(&s, 0, 4.2, 0.125, 1.0, 0.0);
    expect_individual(&s, 1, 4.2, 7.875, 1.0, 0.0);
    end(&s);
    // Through the face, back into the box.
    s = school_of(2, 3, 8.0, 1);
    set_two(&s, (const double[3]){7.875, 1.0, 0.0}, right, (const double[3]){4.0, 7.875, 0.0}, up);
    expect_individual(&s, 0, 0.075, 1.0, 1.0, 0.0);
    expect_individual(&s, 1, 4.0, 0.075, 0.0, 1.0);
    end(&s);
}

/// A cone of nothing hides nobody straight behind, and one of everything hides who is straight
/// ahead, however the cosine is rounded.
static void no_cone_and_nothing_but(void **state) {
    (void)state;
    uint64_t sequence = 10;
    for (int i = 0; i < 400; i++) {
        const int dimensions = i & 1 ? 2 : 3;
        double u[3], other[3], place[3];
        const double origin[3] = {0.0, 0.0, 0.0}, back = 0.7 + 0.5 * uniform(&sequence);
        direction(&sequence, dimensions, u);
        direction(&sequence, dimensions, other);
        for (int behind = 0; behind < 2; behind++) {
            struct school s = school_of(2, dimensions, 0.0, 1);
            s.stepper.quantities[COUZIN_BLIND_ANGLE] = behind ? 0.0 : 180.0;
            for (int d = 0; d < 3; d++)
                place[d] = behind ? -back * u[d] : back * u[d];
            set_two(&s, origin, u, place, other);
            const double turned[3] = {s.now.heading[0][0], s.now.heading[1][0],
                                      s.now.heading[2][0]};
            // Seen, its heading halves the way; of two that nearly cancel, not to the last bit.
            const double turn = behind ? fmin(0.3, 0.5 * angle3(u, other)) : 0.0;
            assert_close(angle3(u, turned), turn, 4e-14);
            end(&s);
        }
    }
}

static void wrapping(void **state) {
    (void)state;
    static const double inside[] = {0.0, 1e-300, 4.0, 7.75};
    for (size_t i = 0; i < sizeof inside / sizeof *inside; i++)
        for (int turns = -2; turns <= 2; turns++) {
            if (turns != 0 && i == 1)
                continue;
            assert_close(couzin_wrap(inside[i] + 8.0 * turns, 8.0), inside[i], turns ? 2e-15 : 0.0);
        }
    assert_close(couzin_wrap(8.0, 8.0), 0.0, 0.0);
    // Less than half an ulp below 0 would round up to the period itself.
    assert_close(couzin_wrap(-1e-17, 8.0), 0.0, 0.0);
    assert_close(couzin_wrap(-3e5, 0.0), -3e5, 0.0);
    uint64_t sequence = 9;
    for (int i = 0; i < 10000; i++) {
        const double period = 0.1 + 100.0 * uniform(&sequence);
        const double x = couzin_wrap(1e3 * period * (uniform(&sequence) - 0.5), period);
        assert_true(x >= 0.0 && x < period);
    }
}

// ---- individuals that differ ------------------------------------------------------------------

/// What the individuals sense by their own radii and cones, and how they turn and swim, from a loop
/// over all pairs in the order of identities. Only the turn itself is the solver's
/// (test_turning.c).
static void loop_step(const struct couzin_stepper *stepper, const struct couzin_flock *now,
                      uint64_t number, double duration, struct couzin_flock *next) {
    for (size_t i = 0; i < now->count; i++) {
        double own[COUZIN_QUANTITY_COUNT];
        for (int q = 0; q < COUZIN_QUANTITY_COUNT; q++) {
            own[q] = stepper->quantities[q];
            if (stepper->deviations[q] != NULL)
                own[q] = fmax(0.0, own[q] + stepper->deviations[q][i]);
        }
        own[COUZIN_BLIND_ANGLE] = fmin(own[COUZIN_BLIND_ANGLE], 180.0);
        const double heading[3] = {now->heading[0][i], now->heading[1][i], now->heading[2][i]};
        struct couzin_sums sums = {0};
        for (size_t j = 0; j < now->count; j++) {
            double towards[3];
            for (int d = 0; d < 3; d++) {
                towards[d] = now->position[d][j] - now->position[d][i];
                if (stepper->period > 0.0)
                    towards[d] -= stepper->period * rint(towards[d] / stepper->period);
            }
            const double distance = sqrt(dot3(towards, towards));
            if (distance == 0.0)
                continue;
            scale_to_unit(towards);
            const bool seen =
                angle3(towards, heading) <= M_PI - own[COUZIN_BLIND_ANGLE] * M_PI / 180.0;
            const double *add = towards;
            const double ahead[3] = {now->heading[0][j], now->heading[1][j], now->heading[2][j]};
            double *sum = NULL;
            if (distance < own[COUZIN_REPULSION_RADIUS]) {
                if (stepper->rule == COUZIN_2002 || seen) {
                    sum = sums.repulsion;
                    sums.repelled = true;
                }
            } else if (seen && distance < own[COUZIN_ORIENTATION_RADIUS]) {
                sum = sums.orientation;
                add = ahead;
                sums.oriented = true;
            } else if (seen && distance < own[COUZIN_ATTRACTION_RADIUS]) {
                sum = sums.attraction;
                sums.attracted = true;
            }
            for (int d = 0; d < 3 && sum != NULL; d++)
                sum[d] += add[d];
        }
        const struct couzin_decision by = {
            .dimensions = stepper->dimensions,
            .max_turn = own[COUZIN_MAX_TURN],
            .sin_max_turn = sin(own[COUZIN_MAX_TURN]),
            .cos_max_turn = cos(own[COUZIN_MAX_TURN]),
            .noise = own[COUZIN_NOISE],
            .orientation_weight = own[COUZIN_ORIENTATION_WEIGHT],
            .preferred =
                stepper->informed != NULL && stepper->informed[i] ? stepper->preferred : NULL,
            .preference = stepper->preference,
            .words = clau_random_uint64x4(
                stepper->key, (struct clau_random_counter){number, i, COUZIN_RANDOM_TURN, 0})};
        double turned[3];
        couzin_turn(stepper->rule, &by, &sums, heading, turned);
        for (int d = 0; d < 3; d++) {
            next->heading[d][i] = turned[d];
            next->position[d][i] = couzin_wrap(
                now->position[d][i] + own[COUZIN_SPEED] * duration * turned[d], stepper->period);
        }
        next->identity[i] = (uint32_t)i;
    }
}

/// A copy of a flock, in the order of identities.
static void copy_in_order(const struct couzin_flock *from, struct couzin_flock *to) {
    size_t *where = places_of(from);
    for (size_t i = 0; i < from->count; i++)
        for (int d = 0; d < 3; d++) {
            to->position[d][i] = from->position[d][where[i]];
            to->heading[d][i] = from->heading[d][where[i]];
            to->identity[i] = (uint32_t)i;
        }
    free(where);
}

/// Own deviations of every quantity, informed individuals, and steps that end early, against the
/// loop, step by step.
static void individuals_that_differ(void **state) {
    (void)state;
    enum { COUNT = 400 };
    for (int variant = 0; variant < 16; variant++) {
        const double period = variant & 1 ? 20.0 : 0.0;
        const int dimensions = variant & 2 ? 2 : 3;
        struct school s = school_of(COUNT, dimensions, period, 2);
        double *deviations[COUZIN_QUANTITY_COUNT];
        bool informed[COUNT];
        uint64_t sequence = (uint64_t)variant + 11;
        for (int q = 0; q < COUZIN_QUANTITY_COUNT; q++) {
            deviations[q] = clau_allocate(COUNT, sizeof(double));
            // Some fall below 0, and are cut there. Radii stay below a third of the box: cells.
            const double width = q >= COUZIN_REPULSION_RADIUS && q <= COUZIN_ATTRACTION_RADIUS
                                     ? 1.2 * QUANTITIES[q]
                                     : 2.4 * QUANTITIES[q];
            for (size_t i = 0; i < COUNT; i++)
                deviations[q][i] = width * (uniform(&sequence) - 0.5);
            s.stepper.deviations[q] = deviations[q];
        }
        deviations[COUZIN_BLIND_ANGLE][5] = 200.0;
        deviations[COUZIN_REPULSION_RADIUS][6] = -9.0;
        for (size_t i = 0; i < COUNT; i++)
            informed[i] = uniform(&sequence) < 0.3;
        s.stepper.informed = informed;
        s.stepper.preference = 0.8;
        s.stepper.preferred[0] = 0.6;
        s.stepper.preferred[1] = 0.8;
        s.stepper.rule = variant & 4 ? COUZIN_WEIGHTED : COUZIN_2002;
        s.stepper.search = variant & 8 ? COUZIN_SEARCH_CELLS : COUZIN_SEARCH_PAIRS;
        begin(&s, 2);
        place(&s, SPREAD, 20.0, (uint64_t)variant + 1);
        struct couzin_flock before, expected;
        assert_true(couzin_flock_init(&before, COUNT) && couzin_flock_init(&expected, COUNT));
        for (uint64_t number = 0; number < 3; number++) {
            copy_in_order(&s.now, &before);
            const double duration = number == 1 ? 0.03 : 0.1;
            loop_step(&s.stepper, &before, number, duration, &expected);
            couzin_step(&s.stepper, number, duration, &s.now, &s.next);
            expect_alike(&expected, &s.next, period, OTHER_ORDER);
            assert_int_equal(s.stepper.cells->count > 0, (variant & 8) != 0);
            // `now` is sorted, and not changed.
            expect_alike(&before, &s.now, 0.0, 0.0);
            const struct couzin_flock old = s.now;
            s.now = s.next;
            s.next = old;
        }
        couzin_flock_finish(&before);
        couzin_flock_finish(&expected);
        end(&s);
        for (int q = 0; q < COUZIN_QUANTITY_COUNT; q++)
            free(deviations[q]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_find_what_pairs_find),
        cmocka_unit_test(threads_change_no_bit),
        cmocka_unit_test(order_in_memory),
        cmocka_unit_test(symmetries),
        cmocka_unit_test(schools_of_two),
        cmocka_unit_test(no_cone_and_nothing_but),
        cmocka_unit_test(wrapping),
        cmocka_unit_test(individuals_that_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
