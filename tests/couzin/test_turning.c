// SPDX-License-Identifier: GPL-3.0-or-later
// New headings against angles on the sphere, cases worked out by hand, and the laws of the noise.
#include "solvers/couzin/turning.h"

#include <string.h>

#include "tests/couzin/states.h"

/// Rounding of a unit vector, and of an angle up to pi that is measured with it.
static const double ROUNDING = 2e-15;

static struct couzin_decision decision_of(int dimensions, double max_turn) {
    return (struct couzin_decision){.dimensions = dimensions,
                                    .max_turn = max_turn,
                                    .sin_max_turn = sin(max_turn),
                                    .cos_max_turn = cos(max_turn),
                                    .orientation_weight = 1.0};
}

/// Sums of one neighbour in the zone of attraction, in that direction.
static struct couzin_sums attracted_to(const double wish[3]) {
    return (struct couzin_sums){.attraction = {wish[0], wish[1], wish[2]}, .attracted = true};
}

static void assert_vector(const double a[3], double x, double y, double z, double tolerance) {
    const double b[3] = {x, y, z};
    for (int d = 0; d < 3; d++)
        assert_close(a[d], b[d], tolerance);
}

static void assert_unit(const double a[3]) { assert_close(sqrt(dot3(a, a)), 1.0, 4.0 * EPS); }

/// A unit vector at an angle from `heading`, at random round it, and the normal of their plane.
static void at_angle(uint64_t *sequence, int dimensions, const double heading[3], double angle,
                     double wish[3], double normal[3]) {
    double other[3], aside[3];
    do {
        direction(sequence, dimensions, other);
        cross3(heading, other, normal);
    } while (dot3(normal, normal) < 0.01);
    scale_to_unit(normal);
    cross3(normal, heading, aside);
    for (int d = 0; d < 3; d++)
        wish[d] = cos(angle) * heading[d] + sin(angle) * aside[d];
}

static void turns_by_max_turn(void **state) {
    (void)state;
    static const double turns[] = {0.0, 1e-9, 0.0698, 0.4, M_PI_2, 2.0, 3.0};
    uint64_t sequence = 1;
    for (int dimensions = 2; dimensions <= 3; dimensions++)
        for (size_t t = 0; t < sizeof turns / sizeof *turns; t++)
            for (int i = 0; i < 200; i++) {
                const double angle =
                    turns[t] + (M_PI - turns[t]) * (0.005 + 0.99 * uniform(&sequence));
                double heading[3], wish[3], normal[3], turned[3];
                direction(&sequence, dimensions, heading);
                at_angle(&sequence, dimensions, heading, angle, wish, normal);
                const struct couzin_decision by = decision_of(dimensions, turns[t]);
                const struct couzin_sums sums = attracted_to(wish);
                couzin_turn(COUZIN_2002, &by, &sums, heading, turned);
                assert_unit(turned);
                // The side on which the wish lies is known to the rounding of the wish over its
                // distance aside, which is not made perpendicular to the heading once more.
                const double side = ROUNDING / sin(angle);
                assert_close(angle3(heading, turned), turns[t], side);
                if (angle < 2.5)
                    assert_close(angle3(heading, turned), turns[t], ROUNDING);
                assert_close(dot3(turned, normal), 0.0, side);
                assert_close(angle3(turned, wish), angle - turns[t], side);
            }
}

static void reaches_what_is_near(void **state) {
    (void)state;
    static const double turns[] = {1e-9, 0.0698, M_PI_2, 2.0, M_PI, 7.0};
    uint64_t sequence = 2;
    for (enum couzin_rule rule = COUZIN_2002; rule <= COUZIN_WEIGHTED; rule++)
        for (size_t t = 0; t < sizeof turns / sizeof *turns; t++)
            for (int i = 0; i < 100; i++) {
                // The weighted rule's arc cosine does not see angles below 1e-8.
                const double angle = fmin(turns[t], M_PI) * 0.999 * uniform(&sequence);
                if (rule == COUZIN_WEIGHTED && turns[t] < 1e-7)
                    continue;
                double heading[3], wish[3], normal[3], turned[3];
                direction(&sequence, 3, heading);
                at_angle(&sequence, 3, heading, angle, wish, normal);
                // Sums are not of unit length.
                const struct couzin_sums sums =
                    attracted_to((const double[3]){3.0 * wish[0], 3.0 * wish[1], 3.0 * wish[2]});
                const struct couzin_decision by = decision_of(3, turns[t]);
                couzin_turn(rule, &by, &sums, heading, turned);
                assert_vector(turned, wish[0], wish[1], wish[2], ROUNDING);
            }
}

/// Straight behind, any way round will do, and word 3 says which.
static void opposite_directions(void **state) {
    (void)state;
    static const double turns[] = {0.0698, 1.0, M_PI_2, 3.0};
    enum { DRAWS = 40000 };
    uint64_t sequence = 3;
    for (size_t t = 0; t < sizeof turns / sizeof *turns; t++) {
        double mean[3] = {0.0, 0.0, 0.0}, heading[3], turned[3];
        for (int i = 0; i < 100; i++) {
            direction(&sequence, 2, heading);
            const struct couzin_decision flat = decision_of(2, turns[t]);
            const struct couzin_sums back =
                attracted_to((const double[3]){-heading[0], -heading[1], 0.0});
            couzin_turn(COUZIN_2002, &flat, &back, heading, turned);
            assert_close(angle3(heading, turned), turns[t], ROUNDING);
            assert_true(turned[2] == 0.0);
        }
        for (size_t i = 0; i < DRAWS; i++) {
            struct couzin_decision by = decision_of(3, turns[t]);
            by.words = clau_random_uint64x4((struct clau_random_key){1, 0},
                                            (struct clau_random_counter){i, t, 0, 0});
            const double down[3] = {0.0, 0.0, -1.0};
            couzin_turn(COUZIN_2002, &by,
                        &(struct couzin_sums){.attraction = {0.0, 0.0, 2.0}, .attracted = true},
                        down, turned);
            assert_close(angle3(down, turned), turns[t], ROUNDING);
            for (int d = 0; d < 2; d++)
                mean[d] += turned[d] / sin(turns[t]) / DRAWS;
        }
        // Mean of cosine and sine of an even azimuth: 0, with standard error 1/sqrt(2 n). Five of
        // them.
        assert_vector(mean, 0.0, 0.0, 0.0, 5.0 / sqrt(2.0 * DRAWS));
    }
    // A heading that leaves no direction across by subtraction.
    const struct couzin_decision by = decision_of(3, 0.5);
    const double along[3] = {1.0, 0.0, 0.0};
    double turned[3];
    couzin_turn(COUZIN_2002, &by,
                &(struct couzin_sums){.repulsion = {1.0, 0.0, 0.0}, .repelled = true}, along,
                turned);
    assert_close(angle3(along, turned), 0.5, ROUNDING);
}

static void keeps_the_heading(void **state) {
    (void)state;
    uint64_t sequence = 4;
    for (enum couzin_rule rule = COUZIN_2002; rule <= COUZIN_WEIGHTED; rule++)
        for (int i = 0; i < 200; i++) {
            double heading[3], turned[3];
            direction(&sequence, i % 2 ? 2 : 3, heading);
            const struct couzin_decision by = decision_of(i % 2 ? 2 : 3, 0.3);
            couzin_turn(rule, &by, &(struct couzin_sums){0}, heading, turned);
            assert_vector(turned, heading[0], heading[1], heading[2], 2.0 * EPS);
            // Neighbours on opposite sides: sums that vanish but for round-off.
            couzin_turn(rule, &by,
                        &(struct couzin_sums){.repulsion = {1e-16, -2e-16, 0.0}, .repelled = true},
                        heading, turned);
            assert_vector(turned, heading[0], heading[1], heading[2], 2.0 * EPS);
            couzin_turn(rule, &by,
                        &(struct couzin_sums){.attraction = {0.0, 1e-15, 0.0}, .attracted = true},
                        heading, turned);
            assert_vector(turned, heading[0], heading[1], heading[2], 2.0 * EPS);
        }
}

static void cases_by_hand(void **state) {
    (void)state;
    const struct couzin_decision by = decision_of(3, M_PI);
    const double x[3] = {1.0, 0.0, 0.0};
    double turned[3];
    const double half = sqrt(0.5), third = sqrt(1.0 / 3.0), fifth = sqrt(0.2),
                 sixth = sqrt(1.0 / 6.0);
    // One neighbour in the zone of orientation heads to y: the own heading counts as much.
    struct couzin_sums sums = {.orientation = {0.0, 1.0, 0.0}, .oriented = true};
    couzin_turn(COUZIN_2002, &by, &sums, x, turned);
    assert_vector(turned, half, half, 0.0, ROUNDING);
    couzin_turn(COUZIN_WEIGHTED, &by, &sums, x, turned);
    assert_vector(turned, 0.0, 1.0, 0.0, ROUNDING);
    // Two of them: it counts once.
    sums.orientation[1] = 2.0;
    couzin_turn(COUZIN_2002, &by, &sums, x, turned);
    assert_vector(turned, fifth, 2.0 * fifth, 0.0, ROUNDING);
    // One of them and one in the zone of attraction: both sums weigh alike.
    sums = (struct couzin_sums){.orientation = {0.0, 1.0, 0.0},
                                .attraction = {0.0, 0.0, 1.0},
                                .oriented = true,
                                .attracted = true};
    couzin_turn(COUZIN_2002, &by, &sums, x, turned);
    assert_vector(turned, third, third, third, ROUNDING);
    couzin_turn(COUZIN_WEIGHTED, &by, &sums, x, turned);
    assert_vector(turned, 0.0, half, half, ROUNDING);
    struct couzin_decision heavy = by;
    heavy.orientation_weight = 2.0;
    couzin_turn(COUZIN_WEIGHTED, &heavy, &sums, x, turned);
    assert_vector(turned, 0.0, 2.0 * fifth, fifth, ROUNDING);
    // The weight is of the other rule only.
    couzin_turn(COUZIN_2002, &heavy, &sums, x, turned);
    assert_vector(turned, third, third, third, ROUNDING);
    // Attraction alone: without the own heading.
    sums = (struct couzin_sums){.attraction = {0.0, 0.0, 1.0}, .attracted = true};
    couzin_turn(COUZIN_2002, &by, &sums, x, turned);
    assert_vector(turned, 0.0, 0.0, 1.0, ROUNDING);
    // Repulsion comes first, and leads away.
    sums = (struct couzin_sums){.repulsion = {-1.0, -1.0, 2.0},
                                .orientation = {0.0, 9.0, 0.0},
                                .attraction = {0.0, 0.0, 9.0},
                                .repelled = true,
                                .oriented = true,
                                .attracted = true};
    for (enum couzin_rule rule = COUZIN_2002; rule <= COUZIN_WEIGHTED; rule++) {
        couzin_turn(rule, &by, &sums, x, turned);
        assert_vector(turned, sixth, sixth, -2.0 * sixth, ROUNDING);
    }
}

/// The straight line between heading and wish, divided at max_turn / angle.
static void weighted_turns(void **state) {
    (void)state;
    const struct {
        double angle, turn; ///< turn = atan2(w sin a, 1 - w + w cos a), w = 0.4 / a, to 4 digits
    } cases[] = {{0.3, 0.3},    {0.4, 0.4},    {0.5, 0.4020}, {1.5, 0.3399},
                 {2.5, 0.1337}, {3.0, 0.0256}, {M_PI, 0.0}};
    uint64_t sequence = 5;
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
        for (int i = 0; i < 50; i++) {
            double heading[3], wish[3], normal[3], turned[3];
            const int dimensions = i % 2 ? 2 : 3;
            direction(&sequence, dimensions, heading);
            at_angle(&sequence, dimensions, heading, cases[c].angle, wish, normal);
            const struct couzin_decision by = decision_of(dimensions, 0.4);
            const struct couzin_sums sums = attracted_to(wish);
            couzin_turn(COUZIN_WEIGHTED, &by, &sums, heading, turned);
            assert_unit(turned);
            const double a = cases[c].angle, w = fmin(1.0, 0.4 / a);
            // The arc cosine near pi is good to the root of a rounding, and so is the turn's slope
            // there times that: w pi / (1 - 2 w) 1e-8.
            const double tolerance = a > 3.1 ? 1e-8 : 1e-14;
            assert_close(angle3(heading, turned), atan2(w * sin(a), 1.0 - w + w * cos(a)),
                         tolerance);
            assert_close(angle3(heading, turned), cases[c].turn, 5e-5);
            assert_close(dot3(turned, normal), 0.0, ROUNDING);
            if (a < M_PI)
                assert_close(angle3(turned, wish), a - angle3(heading, turned), tolerance);
        }
}

static struct clau_random_words words_of(size_t i) {
    return clau_random_uint64x4((struct clau_random_key){5, 0},
                                (struct clau_random_counter){i, 0, 0, 0});
}

enum { DRAWS = 100000 };

/// The error's angle is a wrapped Gaussian: the means of cos and of cos 2 are exp(-s^2/2) and
/// exp(-2 s^2), and the azimuth round the wish is even.
static void noise(void **state) {
    (void)state;
    static const double sigmas[] = {0.05, 0.5, 2.0};
    const double heading[3] = {0.6, 0.0, -0.8}, wish[3] = {-0.48, 0.6, -0.64};
    const double flat_heading[3] = {0.6, 0.8, 0.0}, flat_wish[3] = {-0.28, 0.96, 0.0};
    double first[3] = {0.8, 0.64, 0.0}, second[3];
    scale_to_unit(first); // across the wish: -0.48 * 0.8 + 0.6 * 0.64 = 0
    cross3(wish, first, second);
    for (int dimensions = 2; dimensions <= 3; dimensions++)
        for (size_t s = 0; s < sizeof sigmas / sizeof *sigmas; s++) {
            const double sigma = sigmas[s];
            double cosine[2] = {0.0, 0.0}, around[4] = {0.0}, aside = 0.0;
            for (size_t i = 0; i < DRAWS; i++) {
                struct couzin_decision by = decision_of(dimensions, M_PI);
                by.noise = sigma;
                by.words = words_of(i);
                const double *to = dimensions == 2 ? flat_wish : wish;
                const struct couzin_sums sums = attracted_to(to);
                double turned[3];
                couzin_turn(COUZIN_2002, &by, &sums, dimensions == 2 ? flat_heading : heading,
                            turned);
                assert_unit(turned);
                assert_true(dimensions == 3 || turned[2] == 0.0);
                const double c = dot3(turned, to);
                cosine[0] += c / DRAWS;
                cosine[1] += (2.0 * c * c - 1.0) / DRAWS;
                aside += (to[0] * turned[1] - to[1] * turned[0]) / DRAWS;
                const double azimuth = atan2(dot3(turned, second), dot3(turned, first));
                for (int k = 0; k < 2; k++) {
                    around[2 * k] += cos((k + 1) * azimuth) / DRAWS;
                    around[2 * k + 1] += sin((k + 1) * azimuth) / DRAWS;
                }
            }
            // Five standard errors: var cos(k a) = (1 + exp(-2 k^2 s^2)) / 2 - exp(-k^2 s^2).
            for (int k = 1; k <= 2; k++) {
                const double s2 = k * k * sigma * sigma;
                const double variance = 0.5 * (1.0 + exp(-2.0 * s2)) - exp(-s2);
                assert_close(cosine[k - 1], exp(-0.5 * s2), 5.0 * sqrt(variance / DRAWS));
            }
            // Sine in the plane: mean 0, variance (1 - exp(-2 s^2)) / 2.
            if (dimensions == 2)
                assert_close(aside, 0.0,
                             5.0 * sqrt(0.5 * (1.0 - exp(-2.0 * sigma * sigma)) / DRAWS));
            for (int k = 0; k < 4 && dimensions == 3; k++)
                assert_close(around[k], 0.0, 5.0 / sqrt(2.0 * DRAWS));
        }
}

/// The error comes before the turn, which is by max_turn at most all the same.
static void noise_before_the_turn(void **state) {
    (void)state;
    uint64_t sequence = 6;
    for (size_t i = 0; i < 1000; i++) {
        double heading[3], turned[3];
        const int dimensions = i % 2 ? 2 : 3;
        direction(&sequence, dimensions, heading);
        struct couzin_decision by = decision_of(dimensions, 0.1);
        by.noise = 1.0;
        by.words = words_of(i);
        couzin_turn(COUZIN_2002, &by, &(struct couzin_sums){0}, heading, turned);
        double normal[2];
        clau_random_normal_pair(by.words.word[0], by.words.word[1], normal);
        // Wrapped round the circle, the error is at an angle of [0, pi] from the heading.
        assert_close(angle3(heading, turned), fmin(0.1, fabs(remainder(normal[0], 2.0 * M_PI))),
                     ROUNDING);
    }
}

static void weighted_noise(void **state) {
    (void)state;
    const double heading[3] = {1.0, 0.0, 0.0};
    uint64_t sequence = 7;
    for (size_t i = 0; i < 1000; i++) {
        double wish[3], turned[3], expected[3], normal[4];
        const int dimensions = i % 2 ? 2 : 3;
        direction(&sequence, dimensions, wish);
        struct couzin_decision by = decision_of(dimensions, M_PI);
        by.noise = 0.3;
        by.words = words_of(i);
        clau_random_normal_pair(by.words.word[0], by.words.word[1], normal);
        clau_random_normal_pair(by.words.word[2], by.words.word[3], normal + 2);
        for (int d = 0; d < 3; d++)
            expected[d] = d < dimensions ? wish[d] + 0.3 * normal[d] : 0.0;
        const double norm = sqrt(dot3(expected, expected));
        const struct couzin_sums sums = attracted_to(wish);
        couzin_turn(COUZIN_WEIGHTED, &by, &sums, heading, turned);
        assert_unit(turned);
        // The sum may be shorter than its parts.
        assert_vector(turned, expected[0] / norm, expected[1] / norm, expected[2] / norm,
                      ROUNDING / fmin(1.0, norm));
    }
    // Directions of normal numbers about (1, 0) in the plane, sigma = 1/2: their mean is
    // sqrt(pi/8) / sigma exp(-1/(4 sigma^2)) (I_0 + I_1)(1/(4 sigma^2)) (K. V. Mardia, P. E. Jupp,
    // "Directional statistics", 2000, section 3.5.6). A cosine's variance is at most 1.
    double mean[3] = {0.0, 0.0, 0.0}, turned[3];
    for (size_t i = 0; i < DRAWS; i++) {
        struct couzin_decision by = decision_of(2, 0.1);
        by.noise = 0.5;
        by.words = words_of(i);
        couzin_turn(COUZIN_WEIGHTED, &by, &(struct couzin_sums){0}, heading, turned);
        for (int d = 0; d < 3; d++)
            mean[d] += turned[d] / DRAWS;
    }
    const double length =
        sqrt(M_PI / 8.0) / 0.5 * exp(-1.0) * (1.2660658777520084 + 0.5651591039924851);
    assert_vector(mean, length, 0.0, 0.0, 5.0 / sqrt(DRAWS));
    assert_true(mean[2] == 0.0);
}

/// d_hat + omega g, unless repelled.
static void informed(void **state) {
    (void)state;
    uint64_t sequence = 8;
    for (enum couzin_rule rule = COUZIN_2002; rule <= COUZIN_WEIGHTED; rule++)
        for (int i = 0; i < 200; i++) {
            const int dimensions = i % 2 ? 2 : 3;
            double heading[3], wish[3], goal[3], turned[3], mixed[3];
            direction(&sequence, dimensions, heading);
            direction(&sequence, dimensions, wish);
            direction(&sequence, dimensions, goal);
            struct couzin_decision by = decision_of(dimensions, M_PI);
            by.preferred = goal;
            by.preference = 2.0 * uniform(&sequence);
            for (int d = 0; d < 3; d++)
                mixed[d] = wish[d] + by.preference * goal[d];
            const double norm = sqrt(dot3(mixed, mixed));
            const struct couzin_sums sums =
                attracted_to((const double[3]){5.0 * wish[0], 5.0 * wish[1], 5.0 * wish[2]});
            couzin_turn(rule, &by, &sums, heading, turned);
            const double tolerance = ROUNDING / fmin(1.0, norm);
            assert_vector(turned, mixed[0] / norm, mixed[1] / norm, mixed[2] / norm, tolerance);
            // Alone, its heading is what is mixed with g.
            for (int d = 0; d < 3; d++)
                mixed[d] = heading[d] + by.preference * goal[d];
            scale_to_unit(mixed);
            couzin_turn(rule, &by, &(struct couzin_sums){0}, heading, turned);
            assert_close(angle3(turned, mixed), 0.0, 1e-13); // where they nearly cancel
            // Repelled, it thinks of nothing else.
            const struct couzin_sums repelled = {.repulsion = {-wish[0], -wish[1], -wish[2]},
                                                 .repelled = true};
            couzin_turn(rule, &by, &repelled, heading, turned);
            assert_vector(turned, wish[0], wish[1], wish[2], ROUNDING);
            // The two cancel: the social direction stays.
            by.preference = 1.0;
            const struct couzin_sums against =
                attracted_to((const double[3]){-goal[0], -goal[1], -goal[2]});
            couzin_turn(rule, &by, &against, heading, turned);
            assert_vector(turned, -goal[0], -goal[1], -goal[2], ROUNDING);
        }
}

static void always_unit_vectors(void **state) {
    (void)state;
    uint64_t sequence = 9;
    for (size_t i = 0; i < 20000; i++) {
        const int dimensions = i % 2 ? 2 : 3;
        double heading[3], turned[3], goal[3], part[3];
        direction(&sequence, dimensions, heading);
        direction(&sequence, dimensions, goal);
        struct couzin_sums sums = {
            .repelled = i % 3 == 0, .oriented = i % 5 < 2, .attracted = i % 7 < 3};
        double *const sum[3] = {sums.repulsion, sums.orientation, sums.attraction};
        const bool any[3] = {sums.repelled, sums.oriented, sums.attracted};
        for (int k = 0; k < 3; k++) {
            const double size = pow(10.0, 6.0 * uniform(&sequence) - 3.0);
            direction(&sequence, dimensions, part);
            for (int d = 0; d < 3 && any[k]; d++)
                sum[k][d] = size * part[d];
        }
        struct couzin_decision by = decision_of(dimensions, i % 4 ? uniform(&sequence) : 4.0);
        by.noise = i % 6 < 2 ? 0.0 : 3.0 * uniform(&sequence);
        by.orientation_weight = 2.0 * uniform(&sequence);
        by.preferred = i % 11 < 5 ? goal : NULL;
        by.preference = uniform(&sequence);
        by.words = words_of(i);
        couzin_turn(i % 13 < 6 ? COUZIN_2002 : COUZIN_WEIGHTED, &by, &sums, heading, turned);
        assert_unit(turned);
        assert_true(dimensions == 3 || turned[2] == 0.0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(turns_by_max_turn),
        cmocka_unit_test(reaches_what_is_near),
        cmocka_unit_test(opposite_directions),
        cmocka_unit_test(keeps_the_heading),
        cmocka_unit_test(cases_by_hand),
        cmocka_unit_test(weighted_turns),
        cmocka_unit_test(noise),
        cmocka_unit_test(noise_before_the_turn),
        cmocka_unit_test(weighted_noise),
        cmocka_unit_test(informed),
        cmocka_unit_test(always_unit_vectors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
