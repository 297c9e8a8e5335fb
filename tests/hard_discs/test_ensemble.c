// SPDX-License-Identifier: GPL-3.0-or-later
// Mean and standard error over the runs of an ensemble.
#include <stdbool.h>

#include "solvers/hard_discs/ensemble.h"
#include "tests/approx.h"

/// By hand, of (1, 2, 4, 9): mean 4, squares 9 + 4 + 0 + 25 = 38, error sqrt(38 / 12). The second
/// column is 1e9 higher, where sums of squares alone would have lost all digits.
static void closed_form(void **state) {
    (void)state;
    static const double values[4][2] = {
        {1.0, 1e9 + 1.0}, {2.0, 1e9 + 2.0}, {4.0, 1e9 + 4.0}, {9.0, 1e9 + 9.0}};
    double mean[2], error[2];
    hd_ensemble_reduce(&values[0][0], 4, 2, mean, error);
    assert_true(mean[0] == 4.0 && mean[1] == 1e9 + 4.0);
    // Integers are exact; the square root is within half a unit of the last place.
    assert_relative(error[0], sqrt(38.0 / 12.0), 3e-16);
    assert_true(error[1] == error[0]);
}

static void of_two_half_their_distance(void **state) {
    (void)state;
    static const double values[2] = {0.1, -0.7};
    double mean, error;
    hd_ensemble_reduce(values, 2, 1, &mean, &error);
    assert_relative(mean, -0.3, 4e-16);
    assert_relative(error, 0.4, 4e-16);
}

/// In every bit, the sign of a zero included.
static void of_a_single_run_itself(void **state) {
    (void)state;
    static const double values[3] = {-0.0, 0.1, 1e300};
    double mean[3], error[3];
    hd_ensemble_reduce(values, 1, 3, mean, error);
    assert_memory_equal(mean, values, sizeof values);
    assert_true(isnan(error[0]) && isnan(error[1]) && isnan(error[2]));
}

static void missing_values_stay_missing(void **state) {
    (void)state;
    const double values[3][2] = {{1.0, 1.0}, {2.0, NAN}, {3.0, 3.0}};
    double mean[2], error[2];
    hd_ensemble_reduce(&values[0][0], 3, 2, mean, error);
    assert_true(isnan(mean[1]) && isnan(error[1]));
    assert_true(mean[0] == 2.0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(closed_form),
        cmocka_unit_test(of_two_half_their_distance),
        cmocka_unit_test(of_a_single_run_itself),
        cmocka_unit_test(missing_values_stay_missing),
    };
    return cmocka_run_group_tests_name("hard-discs-ensemble", tests, NULL, NULL);
}
