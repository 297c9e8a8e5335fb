// SPDX-License-Identifier: GPL-3.0-or-later
#include "numerics/composition.h"

#include <math.h>
#include <string.h>

// Published coefficients of the first half of each method; the middle ones follow from sums of 1,
// the second half from the symmetry.

/// Coefficients c_1 ... c_n and the same backwards: EVENn has c_n twice, ODDn once.
#define EVEN2(c1, c2)                                                                              \
    { c1, c2, c2, c1 }
#define EVEN3(c1, c2, c3)                                                                          \
    { c1, c2, c3, c3, c2, c1 }
#define EVEN4(c1, c2, c3, c4)                                                                      \
    { c1, c2, c3, c4, c4, c3, c2, c1 }
#define EVEN5(c1, c2, c3, c4, c5)                                                                  \
    { c1, c2, c3, c4, c5, c5, c4, c3, c2, c1 }
#define EVEN6(c1, c2, c3, c4, c5, c6)                                                              \
    { c1, c2, c3, c4, c5, c6, c6, c5, c4, c3, c2, c1 }
#define EVEN7(c1, c2, c3, c4, c5, c6, c7)                                                          \
    { c1, c2, c3, c4, c5, c6, c7, c7, c6, c5, c4, c3, c2, c1 }
#define EVEN8(c1, c2, c3, c4, c5, c6, c7, c8)                                                      \
    { c1, c2, c3, c4, c5, c6, c7, c8, c8, c7, c6, c5, c4, c3, c2, c1 }
#define EVEN9(c1, c2, c3, c4, c5, c6, c7, c8, c9)                                                  \
    { c1, c2, c3, c4, c5, c6, c7, c8, c9, c9, c8, c7, c6, c5, c4, c3, c2, c1 }
#define ODD2(c1, c2)                                                                               \
    { c1, c2, c1 }
#define ODD3(c1, c2, c3)                                                                           \
    { c1, c2, c3, c2, c1 }
#define ODD4(c1, c2, c3, c4)                                                                       \
    { c1, c2, c3, c4, c3, c2, c1 }
#define ODD5(c1, c2, c3, c4, c5)                                                                   \
    { c1, c2, c3, c4, c5, c4, c3, c2, c1 }
#define ODD6(c1, c2, c3, c4, c5, c6)                                                               \
    { c1, c2, c3, c4, c5, c6, c5, c4, c3, c2, c1 }
#define ODD8(c1, c2, c3, c4, c5, c6, c7, c8)                                                       \
    { c1, c2, c3, c4, c5, c6, c7, c8, c7, c6, c5, c4, c3, c2, c1 }
#define ODD9(c1, c2, c3, c4, c5, c6, c7, c8, c9)                                                   \
    { c1, c2, c3, c4, c5, c6, c7, c8, c9, c8, c7, c6, c5, c4, c3, c2, c1 }

/// A composition of Strang steps g_1 h, g_2 h, ..., g_n h, ..., g_1 h: drifts a = g, and kicks of
/// half a step each, of which neighbours are joined.
#define STRANG2(g1, g2) .a = ODD2(g1, g2), .b = EVEN2(0.5 * (g1), 0.5 * ((g1) + (g2)))
#define STRANG3(g1, g2, g3)                                                                        \
    .a = ODD3(g1, g2, g3), .b = EVEN3(0.5 * (g1), 0.5 * ((g1) + (g2)), 0.5 * ((g2) + (g3)))
#define STRANG4(g1, g2, g3, g4)                                                                    \
    .a = ODD4(g1, g2, g3, g4),                                                                     \
    .b = EVEN4(0.5 * (g1), 0.5 * ((g1) + (g2)), 0.5 * ((g2) + (g3)), 0.5 * ((g3) + (g4)))
#define STRANG5(g1, g2, g3, g4, g5)                                                                \
    .a = ODD5(g1, g2, g3, g4, g5),                                                                 \
    .b = EVEN5(0.5 * (g1), 0.5 * ((g1) + (g2)), 0.5 * ((g2) + (g3)), 0.5 * ((g3) + (g4)),          \
               0.5 * ((g4) + (g5)))
#define STRANG8(g1, g2, g3, g4, g5, g6, g7, g8)                                                    \
    .a = ODD8(g1, g2, g3, g4, g5, g6, g7, g8),                                                     \
    .b = EVEN8(0.5 * (g1), 0.5 * ((g1) + (g2)), 0.5 * ((g2) + (g3)), 0.5 * ((g3) + (g4)),          \
               0.5 * ((g4) + (g5)), 0.5 * ((g5) + (g6)), 0.5 * ((g6) + (g7)), 0.5 * ((g7) + (g8)))
#define STRANG9(g1, g2, g3, g4, g5, g6, g7, g8, g9)                                                \
    .a = ODD9(g1, g2, g3, g4, g5, g6, g7, g8, g9),                                                 \
    .b = EVEN9(0.5 * (g1), 0.5 * ((g1) + (g2)), 0.5 * ((g2) + (g3)), 0.5 * ((g3) + (g4)),          \
               0.5 * ((g4) + (g5)), 0.5 * ((g5) + (g6)), 0.5 * ((g6) + (g7)), 0.5 * ((g7) + (g8)), \
               0.5 * ((g8) + (g9)))

/// 1/(2 - 2^(1/3)) and 1/(4 - 4^(1/3))
#define TRIPLE_JUMP 1.3512071919596576340476878089715
#define SUZUKI 0.41449077179437573714235406286076

static const struct clau_composition compositions[] = {
    {
        // G. Strang, SIAM J. Numer. Anal. 5, 506 (1968); velocity Verlet, Stormer's method.
        .name = "strang",
        .source = "Strang 1968; Stormer-Verlet",
        .order = 2,
        .stages = 1,
        .kick_first = true,
        .a = {1.0},
        .b = {0.5, 0.5},
    },
    {
        // S. Blanes and P. C. Moan, J. Comput. Appl. Math. 142, 313-330 (2002), table 3, SRKN_6^b.
        .name = "blanes-moan-rkn-6b",
        .source = "Blanes and Moan 2002, SRKN_6^b",
        .order = 4,
        .stages = 6,
        .kick_first = true,
        .nystrom = true,
        .a = EVEN3(0.245298957184271, 0.604872665711080,
                   0.5 - (0.245298957184271 + 0.604872665711080)),
        .b = ODD4(0.0829844064174052, 0.396309801498368, -0.0390563049223486,
                  1.0 - 2.0 * (0.0829844064174052 + 0.396309801498368 - 0.0390563049223486)),
    },
    {
        // Blanes and Moan 2002, table 2, S_6. Either part may be the first; on Kepler's problem and
        // the nonlinear Schroedinger equation the error is smaller when it is the drift.
        .name = "blanes-moan-6",
        .source = "Blanes and Moan 2002, S_6",
        .order = 4,
        .stages = 6,
        .kick_first = false,
        .b = EVEN3(0.209515106613362, -0.143851773179818,
                   0.5 - (0.209515106613362 - 0.143851773179818)),
        .a = ODD4(0.0792036964311957, 0.353172906049774, -0.0420650803577195,
                  1.0 - 2.0 * (0.0792036964311957 + 0.353172906049774 - 0.0420650803577195)),
    },
    {
        // M. Suzuki, Phys. Lett. A 146, 319 (1990): five Strang steps, milder than three.
        .name = "suzuki-4",
        .source = "Suzuki 1990, fractal of order 4",
        .order = 4,
        .stages = 5,
        .kick_first = true,
        STRANG3(SUZUKI, SUZUKI, 1.0 - 4.0 * SUZUKI),
    },
    {
        // E. Forest and R. D. Ruth, Physica D 43, 105 (1990); H. Yoshida, Phys. Lett. A 150, 262
        // (1990): the triple jump. Long steps and a large error; for comparison.
        .name = "yoshida-4",
        .source = "Forest and Ruth 1990, Yoshida 1990",
        .order = 4,
        .stages = 3,
        .kick_first = true,
        STRANG2(TRIPLE_JUMP, 1.0 - 2.0 * TRIPLE_JUMP),
    },
    {
        // Blanes and Moan 2002, table 3, SRKN_14^a.
        .name = "blanes-moan-rkn-14a",
        .source = "Blanes and Moan 2002, SRKN_14^a",
        .order = 6,
        .stages = 14,
        .kick_first = false,
        .nystrom = true,
        .a = ODD8(0.0378593198406116, 0.102635633102435, -0.0258678882665587, 0.314241403071447,
                  -0.130144459517415, 0.106417700369543, -0.00879424312851058,
                  1.0 - 2.0 * (0.0378593198406116 + 0.102635633102435 - 0.0258678882665587 +
                               0.314241403071447 - 0.130144459517415 + 0.106417700369543 -
                               0.00879424312851058)),
        .b = EVEN7(0.09171915262446165, 0.183983170005006, -0.05653436583288827,
                   0.004914688774712854, 0.143761127168358, 0.328567693746804,
                   0.5 - (0.09171915262446165 + 0.183983170005006 - 0.05653436583288827 +
                          0.004914688774712854 + 0.143761127168358 + 0.328567693746804)),
    },
    {
        // Blanes and Moan 2002, table 3, SRKN_11^b.
        .name = "blanes-moan-rkn-11b",
        .source = "Blanes and Moan 2002, SRKN_11^b",
        .order = 6,
        .stages = 11,
        .kick_first = true,
        .nystrom = true,
        .a = ODD6(0.123229775946271, 0.290553797799558, -0.127049212625417, -0.246331761062075,
                  0.357208872795928,
                  1.0 - 2.0 * (0.123229775946271 + 0.290553797799558 - 0.127049212625417 -
                               0.246331761062075 + 0.357208872795928)),
        .b = EVEN6(0.0414649985182624, 0.198128671918067, -0.0400061921041533, 0.0752539843015807,
                   -0.0115113874206879,
                   0.5 - (0.0414649985182624 + 0.198128671918067 - 0.0400061921041533 +
                          0.0752539843015807 - 0.0115113874206879)),
    },
    {
        // Blanes and Moan 2002, table 2, S_10.
        .name = "blanes-moan-10",
        .source = "Blanes and Moan 2002, S_10",
        .order = 6,
        .stages = 10,
        .kick_first = false,
        .b = EVEN5(
            0.148816447901042, -0.132385865767784, 0.067307604692185, 0.432666402578175,
            0.5 - (0.148816447901042 - 0.132385865767784 + 0.067307604692185 + 0.432666402578175)),
        .a = ODD6(0.0502627644003922, 0.413514300428344, 0.0450798897943977, -0.188054853819569,
                  0.541960678450780,
                  1.0 - 2.0 * (0.0502627644003922 + 0.413514300428344 + 0.0450798897943977 -
                               0.188054853819569 + 0.541960678450780)),
    },
    {
        // W. Kahan and R.-C. Li, Math. Comp. 66, 1089 (1997), s9odr6a; also Hairer, Lubich and
        // Wanner, Geometric Numerical Integration, V.3.2, (3.12).
        .name = "kahan-li-6",
        .source = "Kahan and Li 1997, s9odr6a",
        .order = 6,
        .stages = 9,
        .kick_first = true,
        STRANG5(0.39216144400731413927925056, 0.33259913678935943859974864,
                -0.70624617255763935980996482, 0.08221359629355080023149045,
                0.79854399093482996339895035),
    },
    {
        // Yoshida 1990, solution A of order 6; Hairer, Lubich and Wanner V.3.2, (3.11).
        .name = "yoshida-6",
        .source = "Yoshida 1990, order 6, solution A",
        .order = 6,
        .stages = 7,
        .kick_first = true,
        STRANG4(0.78451361047755726381949763, 0.23557321335935813368479318,
                -1.17767998417887100694641568, 1.31518632068391121888424973),
    },
    {
        // Kahan and Li 1997, s17odr8a; Hairer, Lubich and Wanner V.3.2, (3.14).
        .name = "kahan-li-8",
        .source = "Kahan and Li 1997, s17odr8a",
        .order = 8,
        .stages = 17,
        .kick_first = true,
        STRANG9(0.13020248308889008087881763, 0.56116298177510838456196441,
                -0.38947496264484728640807860, 0.15884190655515560089621075,
                -0.39590389413323757733623154, 0.18453964097831570709183254,
                0.25837438768632204729397911, 0.29501172360931029887096624,
                -0.60550853383003451169892108),
    },
    {
        // M. Suzuki and K. Umeno 1993; R. I. McLachlan, SIAM J. Sci. Comput. 16, 151 (1995);
        // Hairer, Lubich and Wanner V.3.2, (3.13).
        .name = "suzuki-umeno-8",
        .source = "Suzuki and Umeno 1993, McLachlan 1995, order 8",
        .order = 8,
        .stages = 15,
        .kick_first = true,
        STRANG8(0.74167036435061295344822780, -0.40910082580003159399730010,
                0.19075471029623837995387626, -0.57386247111608226665638773,
                0.29906418130365592384446354, 0.33462491824529818378495798,
                0.31529309239676659663205666, -0.79688793935291635401978884),
    },
};

enum { COUNT = sizeof compositions / sizeof compositions[0] };

const struct clau_composition *clau_compositions(size_t *count) {
    *count = COUNT;
    return compositions;
}

const struct clau_composition *clau_composition_find(const char *name) {
    for (size_t i = 0; i < COUNT; ++i) {
        if (strcmp(compositions[i].name, name) == 0) {
            return &compositions[i];
        }
    }
    return NULL;
}

const struct clau_composition *clau_composition_of_order(int order, bool nystrom) {
    for (size_t i = 0; i < COUNT; ++i) {
        if (compositions[i].order == order && (nystrom || !compositions[i].nystrom)) {
            return &compositions[i];
        }
    }
    return NULL;
}

/// Half the trace of the step's matrix on (q, p) with omega = 1.
static double half_trace(const struct clau_composition *method, double x) {
    // Columns of the matrix: what becomes of q = 1 and of p = 1.
    double q[2] = {1.0, 0.0}, p[2] = {0.0, 1.0};
    for (int column = 0; column < 2; ++column) {
        for (int i = 0; i <= method->stages; ++i) {
            const bool last = i == method->stages;
            if (method->kick_first) {
                p[column] -= method->b[i] * x * q[column];
                q[column] += last ? 0.0 : method->a[i] * x * p[column];
            } else {
                q[column] += method->a[i] * x * p[column];
                p[column] -= last ? 0.0 : method->b[i] * x * q[column];
            }
        }
    }
    return 0.5 * (q[0] + p[1]);
}

double clau_composition_stability(const struct clau_composition *method) {
    // Rounding of the trace where it touches 2 without leaving; the first touch is at x = pi.
    const double rounding = 1e-12;
    const double step = 1e-3;
    double stable = 0.0;
    while (fabs(half_trace(method, stable + step)) <= 1.0 + rounding) {
        stable += step;
    }
    double unstable = stable + step;
    for (int i = 0; i < 60; ++i) {
        const double middle = 0.5 * (stable + unstable);
        if (fabs(half_trace(method, middle)) <= 1.0 + rounding) {
            stable = middle;
        } else {
            unstable = middle;
        }
    }
    return stable;
}
