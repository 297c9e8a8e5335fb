// SPDX-License-Identifier: GPL-3.0-or-later
// What is sensed, against a plain loop over the neighbours in extended precision. The source is
// included so that every instruction set that this machine has is tested, not its best alone.
#include "solvers/couzin/zones.c"

#include <float.h>
#include <stdlib.h>

#include "numerics/memory.h"
#include "tests/couzin/states.h"

enum { MOST = 1000 };

/// Edge of the periodic box, or of where the random candidates are.
static const double LENGTH = 8.0;

struct fixture {
    struct couzin_candidates candidates;
    double *position[3], *heading[3];
};

static void make_fixture(struct fixture *f) {
    for (int d = 0; d < 3; d++) {
        f->position[d] = clau_allocate(MOST, sizeof(double));
        f->heading[d] = clau_allocate(MOST, sizeof(double));
        assert_non_null(f->position[d]);
        assert_non_null(f->heading[d]);
        f->candidates.position[d] = f->position[d];
        f->candidates.heading[d] = f->heading[d];
    }
}

static void free_fixture(struct fixture *f) {
    for (int d = 0; d < 3; d++) {
        free(f->position[d]);
        free(f->heading[d]);
    }
}

static void put(struct fixture *f, size_t i, double x, double y, double z) {
    const double place[3] = {x, y, z};
    for (int d = 0; d < 3; d++) {
        f->position[d][i] = place[d];
        f->heading[d][i] = d == 1 ? 1.0 : 0.0;
    }
}

static size_t version_count(const struct version *versions[3]) {
    size_t count = 0;
    versions[count++] = &version_of_2;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2"))
        versions[count++] = &version_of_4;
    if (__builtin_cpu_supports("avx512f"))
        versions[count++] = &version_of_8;
#endif
    return count;
}

struct plain_sums {
    long double repulsion[3], orientation[3], attraction[3];
    bool repelled, oriented, attracted;
};

static void plain_sense(const struct couzin_candidates *all, const struct couzin_space *space,
                        const struct couzin_focal *focal, const struct couzin_zones *zones,
                        struct plain_sums *sums) {
    memset(sums, 0, sizeof *sums);
    for (size_t j = 0; j < all->count; j++) {
        long double towards[3] = {0.0L, 0.0L, 0.0L}, squared = 0.0L, ahead = 0.0L;
        for (int d = 0; d < space->dimensions; d++) {
            towards[d] = (long double)all->position[d][j] - focal->position[d];
            if (space->period > 0.0)
                towards[d] -= space->period * rintl(towards[d] / space->period);
            squared += towards[d] * towards[d];
        }
        if (squared == 0.0L)
            continue;
        for (int d = 0; d < 3; d++) {
            towards[d] /= sqrtl(squared);
            ahead += towards[d] * focal->heading[d];
        }
        const bool seen = ahead >= zones->cosine;
        if (squared < zones->repulsion2) {
            if (space->blind_repulsion && !seen)
                continue;
            sums->repelled = true;
            for (int d = 0; d < 3; d++)
                sums->repulsion[d] += towards[d];
        } else if (seen && squared < zones->orientation2) {
            sums->oriented = true;
            for (int d = 0; d < 3; d++)
                sums->orientation[d] += all->heading[d][j];
        } else if (seen && squared < zones->attraction2) {
            sums->attracted = true;
            for (int d = 0; d < 3; d++)
                sums->attraction[d] += towards[d];
        }
    }
}

/// Directions are good to 4e-16, and so is their sum's rounding for a hundred or so neighbours in
/// each of the eight parts, which walk at random: 1e-14 for the few neighbours of most cases.
static const double ROUNDING = 1e-13;

static void expect_plain(const struct couzin_candidates *all, const struct couzin_space *space,
                         const struct couzin_focal *focal, const struct couzin_zones *zones) {
    const struct version *versions[3];
    const size_t count = version_count(versions);
    struct plain_sums plain;
    struct couzin_sums first = {0}, sums;
    plain_sense(all, space, focal, zones, &plain);
    couzin_sense(all, space, focal, zones, &first);
    for (int d = 0; d < 3; d++) {
        assert_close(first.repulsion[d], (double)plain.repulsion[d], ROUNDING);
        assert_close(first.orientation[d], (double)plain.orientation[d], ROUNDING);
        assert_close(first.attraction[d], (double)plain.attraction[d], ROUNDING);
    }
    assert_int_equal(first.repelled, plain.repelled);
    assert_int_equal(first.oriented, plain.oriented);
    assert_int_equal(first.attracted, plain.attracted);
    for (size_t v = 0; v < count; v++) {
        memset(&sums, 0, sizeof sums);
        versions[v]->sense[space->dimensions == 2][space->period > 0.0][space->blind_repulsion](
            all, space->period, focal, zones, &sums);
        assert_memory_equal(sums.repulsion, first.repulsion, sizeof sums.repulsion);
        assert_memory_equal(sums.orientation, first.orientation, sizeof sums.orientation);
        assert_memory_equal(sums.attraction, first.attraction, sizeof sums.attraction);
        assert_true(sums.repelled == first.repelled && sums.oriented == first.oriented &&
                    sums.attracted == first.attracted);
    }
}

static const double cosines[] = {-2.0, 2.0, -0.7, 0.0, 0.3};

static void random_states(void **state) {
    (void)state;
    struct fixture f = {0};
    make_fixture(&f);
    uint64_t sequence = 1;
    for (size_t count = 0; count <= 41; count++)
        for (int variant = 0; variant < 8; variant++)
            for (size_t c = 0; c < sizeof cosines / sizeof *cosines; c++) {
                const struct couzin_space space = {variant & 1 ? 2 : 3, variant & 2 ? LENGTH : 0.0,
                                                   (variant & 4) != 0};
                // Radii among them in every order: individuals may deviate from the school's. The
                // largest is beyond half the box.
                const double radii[3] = {3.0 * uniform(&sequence), 5.0 * uniform(&sequence),
                                         7.0 * uniform(&sequence)};
                const struct couzin_zones zones = {radii[0] * radii[0], radii[1] * radii[1],
                                                   radii[2] * radii[2], cosines[c]};
                struct couzin_focal focal = {0};
                direction(&sequence, space.dimensions, focal.heading);
                for (int d = 0; d < space.dimensions; d++)
                    focal.position[d] = on_lattice(&sequence, LENGTH);
                f.candidates.count = count == 41 ? MOST : count;
                for (size_t i = 0; i < MOST; i++) {
                    double heading[3];
                    direction(&sequence, space.dimensions, heading);
                    for (int d = 0; d < 3; d++) {
                        f.position[d][i] =
                            d < space.dimensions ? on_lattice(&sequence, LENGTH) : 0.0;
                        f.heading[d][i] = heading[d];
                        // One in nine at the same place.
                        if (i % 9 == 3)
                            f.position[d][i] = focal.position[d];
                    }
                    if (i > f.candidates.count + 8)
                        break;
                }
                expect_plain(&f.candidates, &space, &focal, &zones);
            }
    free_fixture(&f);
}

/// The nearest image across one, two and three faces, each of the box's.
static void across_faces(void **state) {
    (void)state;
    struct fixture f = {0};
    make_fixture(&f);
    f.candidates.count = 27;
    const struct couzin_zones zones = {0.25, 0.6, 4.0, -2.0};
    for (int corner = 0; corner < 27; corner++) {
        struct couzin_focal focal = {.heading = {0.6, 0.8, 0.0}};
        for (int d = 0, rest = corner; d < 3; d++, rest /= 3)
            focal.position[d] = (const double[]){0.125, 4.0, LENGTH - 0.125}[rest % 3];
        for (int i = 0; i < 27; i++) {
            double place[3];
            for (int d = 0, rest = i; d < 3; d++, rest /= 3) {
                place[d] = focal.position[d] + 0.5 * (rest % 3 - 1);
                place[d] -= LENGTH * floor(place[d] / LENGTH);
            }
            put(&f, (size_t)i, place[0], place[1], place[2]);
        }
        for (int dimensions = 2; dimensions <= 3; dimensions++) {
            const struct couzin_space space = {dimensions, LENGTH, false};
            if (dimensions == 3)
                expect_plain(&f.candidates, &space, &focal, &zones);
            struct couzin_sums sums = {0};
            couzin_sense(&f.candidates, &space, &focal, &zones, &sums);
            // All images stand round the focal one: none is repulsed (the nearest are on the
            // radius), and what is left is symmetric.
            assert_false(sums.repelled);
            assert_int_equal(sums.attracted, dimensions == 3);
            for (int d = 0; d < 3; d++)
                assert_close(sums.attraction[d], 0.0, ROUNDING);
            // In space 18 of the 26 are nearer than those in the corners; in the plane, where z is
            // not looked at, all eight columns of three.
            assert_close(sums.orientation[1], dimensions == 3 ? 18.0 : 24.0, 0.0);
        }
    }
    free_fixture(&f);
}

static struct couzin_sums sense_one(double x, double y, double z, const struct couzin_zones *zones,
                                    const struct couzin_space *space) {
    static const struct couzin_focal focal = {{4.0, 4.0, 4.0}, {1.0, 0.0, 0.0}};
    struct fixture f = {0};
    make_fixture(&f);
    f.candidates.count = 1;
    put(&f, 0, 4.0 + x, 4.0 + y, 4.0 + z);
    struct couzin_sums sums = {0};
    couzin_sense(&f.candidates, space, &focal, zones, &sums);
    expect_plain(&f.candidates, space, &focal, zones);
    free_fixture(&f);
    return sums;
}

/// Whoever stands on a radius is in the zone beyond.
static void on_the_radii(void **state) {
    (void)state;
    const struct couzin_space spaces[] = {{3, 0.0, false}, {3, 16.0, true}, {2, 0.0, true}};
    const struct couzin_zones zones = {1.0, 4.0, 9.0, -2.0};
    for (size_t s = 0; s < 3; s++) {
        const double below = 1.0 - 0x1p-20;
        struct couzin_sums sums = sense_one(0.0, below, 0.0, &zones, &spaces[s]);
        assert_true(sums.repelled && !sums.oriented && !sums.attracted);
        assert_close(sums.repulsion[1], 1.0, 0.0);
        sums = sense_one(0.0, 1.0, 0.0, &zones, &spaces[s]);
        assert_true(!sums.repelled && sums.oriented && !sums.attracted);
        assert_close(sums.orientation[1], 1.0, 0.0);
        sums = sense_one(1.0 + below, 0.0, 0.0, &zones, &spaces[s]);
        assert_true(!sums.repelled && sums.oriented && !sums.attracted);
        sums = sense_one(2.0, 0.0, 0.0, &zones, &spaces[s]);
        assert_true(!sums.repelled && !sums.oriented && sums.attracted);
        assert_close(sums.attraction[0], 1.0, 0.0);
        sums = sense_one(3.0, 0.0, 0.0, &zones, &spaces[s]);
        assert_true(!sums.repelled && !sums.oriented && !sums.attracted);
        // No zone of orientation; none of any kind.
        sums = sense_one(1.0, 0.0, 0.0, &(struct couzin_zones){1.0, 1.0, 9.0, -2.0}, &spaces[s]);
        assert_true(!sums.repelled && !sums.oriented && sums.attracted);
        sums =
            sense_one(0x1p-20, 0.0, 0.0, &(struct couzin_zones){0.0, 0.0, 0.0, -2.0}, &spaces[s]);
        assert_true(!sums.repelled && !sums.oriented && !sums.attracted);
    }
}

/// Whoever stands on the edge of the cone is seen; repulsion is felt in it, or not.
static void on_the_edge_of_the_cone(void **state) {
    (void)state;
    const struct {
        double x, y, cosine;
        bool seen;
    } cases[] = {
        {-2.0, 0.0, -1.0, true},    {-2.0, 0.0, -1.0 + DBL_EPSILON / 2, false},
        {-2.0, 0.0, -2.0, true},    {0.0, 2.0, 0.0, true},
        {0.0, 2.0, DBL_MIN, false}, {2.0, 0.0, 1.0, true},
        {2.0, 0.0, 2.0, false},     {-2.0, 2.0, -0.71, true},
        {-2.0, 2.0, -0.7, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int blind = 0; blind < 2; blind++)
            for (int periodic = 0; periodic < 2; periodic++) {
                const struct couzin_space space = {3, periodic ? 16.0 : 0.0, blind != 0};
                const double c = cases[i].cosine;
                struct couzin_sums sums = sense_one(
                    cases[i].x, cases[i].y, 0.0, &(struct couzin_zones){0.0, 0.0, 9.0, c}, &space);
                assert_int_equal(sums.attracted, cases[i].seen);
                sums = sense_one(cases[i].x, cases[i].y, 0.0,
                                 &(struct couzin_zones){0.0, 9.0, 9.0, c}, &space);
                assert_int_equal(sums.oriented, cases[i].seen);
                sums = sense_one(cases[i].x, cases[i].y, 0.0,
                                 &(struct couzin_zones){9.0, 9.0, 9.0, c}, &space);
                assert_int_equal(sums.repelled, cases[i].seen || !blind);
            }
}

/// Sums go on from what they were, and those that are out of reach leave no trace, even where
/// squares overflow.
static void sums_go_on(void **state) {
    (void)state;
    struct fixture f = {0};
    make_fixture(&f);
    put(&f, 0, 1.0, 0.0, 0.0);
    put(&f, 1, 1e200, 0.0, -1e200);
    put(&f, 2, 0.0, 0.0, 0.0);
    f.candidates.count = 3;
    const struct couzin_space space = {3, 0.0, false};
    const struct couzin_focal focal = {.heading = {1.0, 0.0, 0.0}};
    const struct couzin_zones zones = {0.25, 0.5, 4.0, -2.0};
    struct couzin_sums sums = {
        {1.0, 2.0, 3.0}, {4.0, 5.0, 6.0}, {7.0, 8.0, 9.0}, true, false, false};
    couzin_sense(&f.candidates, &space, &focal, &zones, &sums);
    const struct couzin_sums expected = {
        {1.0, 2.0, 3.0}, {4.0, 5.0, 6.0}, {8.0, 8.0, 9.0}, true, false, true};
    assert_memory_equal(sums.repulsion, expected.repulsion, sizeof sums.repulsion);
    assert_memory_equal(sums.orientation, expected.orientation, sizeof sums.orientation);
    assert_memory_equal(sums.attraction, expected.attraction, sizeof sums.attraction);
    assert_true(sums.repelled && !sums.oriented && sums.attracted);
    free_fixture(&f);
}

/// Kept, and shifted, in their order: those nearer to the box than the reach.
static void packing(void **state) {
    (void)state;
    struct fixture from = {0}, to = {0};
    make_fixture(&from);
    make_fixture(&to);
    const struct version *versions[3];
    const size_t version_number = version_count(versions);
    const double low[3] = {2.0, 3.0, 2.0}, high[3] = {4.0, 3.0, 5.0}, reach = 1.5;
    uint64_t sequence = 2;
    for (size_t count = 0; count <= 40; count++)
        for (size_t v = 0; v < version_number; v++) {
            const double shift[3] = {count % 2 ? 8.0 : 0.0, -8.0 * (double)(count % 3), 0.25};
            size_t expected = 5;
            double position[3][64], heading[3][64];
            for (size_t i = 0; i < count; i++) {
                double squared = 0.0, u[3];
                direction(&sequence, 3, u);
                for (int d = 0; d < 3; d++) {
                    // In steps of 1/2: many stand just on the reach.
                    const double place = floor(uniform(&sequence) * 16.0) / 2.0;
                    const double outside = fmax(fmax(low[d] - place, place - high[d]), 0.0);
                    squared += outside * outside;
                    from.position[d][i] = place - shift[d];
                    from.heading[d][i] = u[d];
                    position[d][expected] = place;
                    heading[d][expected] = u[d];
                }
                expected += squared < reach * reach;
            }
            from.candidates.count = count;
            // What stands in memory behind them is none of them.
            for (size_t i = count; i < count + 8; i++)
                for (int d = 0; d < 3; d++)
                    from.position[d][i] = 3.0 - shift[d];
            for (int d = 0; d < 3; d++)
                for (size_t i = 0; i < 5; i++)
                    to.position[d][i] = to.heading[d][i] = position[d][i] = heading[d][i] = 77.0;
            const size_t found = versions[v]->pack(&from.candidates, shift, low, high, reach, 5,
                                                   to.position, to.heading);
            assert_int_equal(found, expected);
            for (int d = 0; d < 3; d++) {
                assert_memory_equal(to.position[d], position[d], expected * sizeof(double));
                assert_memory_equal(to.heading[d], heading[d], expected * sizeof(double));
            }
        }
    from.candidates.count = 40;
    const size_t same = couzin_pack(&from.candidates, (const double[3]){0.0}, low, high, 1e9, 0,
                                    to.position, to.heading);
    assert_int_equal(same, 40);
    const size_t none = couzin_pack(&from.candidates, (const double[3]){0.0}, low, high, 0.0, 0,
                                    to.position, to.heading);
    assert_int_equal(none, 0);
    free_fixture(&from);
    free_fixture(&to);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_states), cmocka_unit_test(across_faces),
        cmocka_unit_test(on_the_radii),  cmocka_unit_test(on_the_edge_of_the_cone),
        cmocka_unit_test(sums_go_on),    cmocka_unit_test(packing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
