// SPDX-License-Identifier: GPL-3.0-or-later
/// Coefficients of the Dormand-Prince method of order 8(5,3), "DOP853": Hairer, Norsett & Wanner,
/// Solving Ordinary Differential Equations I, 2nd ed. (1993), sections II.5, II.6 and II.10.
///
/// Stages are counted from 0. Stages 0 to 11 give the solution of order 8; its weights b_j are row
/// 12 of a, so that stage 12 is the derivative at the end of the step, which is stage 0 of the
/// next one. Stages 13 to 15 are for dense output only. The order conditions, the measured order
/// and a step of Hairer's own program are in the tests.
#ifndef CLAUSIUS_NUMERICS_DORMAND_PRINCE_853_H
#define CLAUSIUS_NUMERICS_DORMAND_PRINCE_853_H

enum { CLAU_DP853_STAGES = 12, CLAU_DP853_EXTENDED_STAGES = 16 };

extern const double clau_dp853_c[CLAU_DP853_EXTENDED_STAGES];
extern const double clau_dp853_a[CLAU_DP853_EXTENDED_STAGES][CLAU_DP853_EXTENDED_STAGES];

/// Solution of order 8 minus that of order 5: h sum_j error5[j] k_j.
extern const double clau_dp853_error5[CLAU_DP853_STAGES];
/// Weights of the solution of order 3; the difference of a[12][j] and these is the second error
/// estimator.
extern const double clau_dp853_third[CLAU_DP853_STAGES];

/// Rows 4 to 7 of the dense output of order 7: with s = (t - t_old)/h, r = 1 - s, the step
/// D = h sum_j b_j k_j and the derivatives f0 = k_0, f1 = k_12,
///   y(t) = y_old + s (D + r (h f0 - D + s (2 D - h (f0 + f1)
///          + r (d_0 + s (d_1 + r (d_2 + s d_3)))))),  d_i = h sum_j dense[i][j] k_j.
extern const double clau_dp853_dense[4][CLAU_DP853_EXTENDED_STAGES];

/// Weights w_j(s) of the dense output, y(t_old + s h) = y_old + h sum_j w_j k_j, for 0 <= s <= 1.
void clau_dp853_dense_weights(double s, double weights[CLAU_DP853_EXTENDED_STAGES]);

#endif
