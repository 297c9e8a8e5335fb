// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/histogram.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "diagnostics/entropy.h"
#include "tests/approx.h"

static void test_bins_are_half_open_and_the_last_closed(void **state) {
    (void)state;
    const double values[] = {0.0,    0.25,   0.5,     0.75,     1.0,
                             0.2499, 1.0001, -0.0001, INFINITY, -INFINITY};
    const double expected[] = {2.0, 1.0, 1.0, 2.0};
    double counts[4];
    assert_int_equal(clau_histogram_uniform(values, 10, 0.0, 1.0, 4, counts), CLAU_MEASURE_OK);
    assert_memory_equal(counts, expected, sizeof expected);
}

// On every edge i * width + minimum, and on both its neighbours: the rule, applied to the edges
// as they are rounded.
static void check_edges(double minimum, double maximum, size_t bins) {
    double *counts = calloc(bins, sizeof *counts);
    assert_non_null(counts);
    const double width = (maximum - minimum) / (double)bins;
    for (size_t i = 0; i <= bins; ++i) {
        const double edge = i == bins ? maximum : (double)i * width + minimum;
        const double values[] = {nextafter(edge, -INFINITY), edge, nextafter(edge, INFINITY)};
        const size_t homes[] = {i - 1, i == bins ? i - 1 : i, i};
        for (int k = 0; k < 3; ++k) {
            assert_int_equal(clau_histogram_uniform(values + k, 1, minimum, maximum, bins, counts),
                             CLAU_MEASURE_OK);
            for (size_t bin = 0; bin < bins; ++bin) {
                assert_true(counts[bin] == (bin == homes[k] ? 1.0 : 0.0));
            }
        }
    }
    free(counts);
}

static void test_values_on_edges(void **state) {
    (void)state;
    check_edges(0.0, 1.0, 10);
    check_edges(-0.3, 0.7, 37);
    check_edges(1e3, 1e3 + 0.1, 64);
    check_edges(-1e-200, 3e-200, 7);
    check_edges(0.0, 2.5, 300); // more bins than the small tables have
}

static void test_every_count(void **state) {
    (void)state;
    static double values[5000];
    double few[200], many[2000];
    // Lengths around the blocks', each value counted once.
    for (size_t count = 0; count <= 5000; count = count < 1100 ? count + 1 : count + 977) {
        for (size_t i = 0; i < count; ++i) {
            values[i] = fmod(0.61803398874989484820 * (double)i, 1.0);
        }
        double sum = 0.0;
        assert_int_equal(clau_histogram_uniform(values, count, 0.0, 1.0, 200, few),
                         CLAU_MEASURE_OK);
        assert_int_equal(clau_histogram_uniform(values, count, 0.0, 1.0, 2000, many),
                         CLAU_MEASURE_OK);
        for (size_t bin = 0; bin < 200; ++bin) {
            double parts = 0.0;
            for (size_t part = 0; part < 10; ++part) {
                parts += many[10 * bin + part];
            }
            assert_true(parts == few[bin]);
            sum += few[bin];
        }
        assert_true(sum == (double)count);
    }
}

static void test_a_range_without_width(void **state) {
    (void)state;
    const double values[] = {2.0, 1.0, 2.0, 3.0};
    const double expected[] = {2.0, 0.0, 0.0};
    double counts[3];
    assert_int_equal(clau_histogram_uniform(values, 4, 2.0, 2.0, 3, counts), CLAU_MEASURE_OK);
    assert_memory_equal(counts, expected, sizeof expected);
}

static void test_errors(void **state) {
    (void)state;
    double values[1000] = {0.0}, counts[4] = {77.0};
    values[999] = NAN;
    assert_int_equal(clau_histogram_uniform(values, 1000, 0.0, 1.0, 4, counts),
                     CLAU_MEASURE_NOT_A_NUMBER);
    assert_int_equal(clau_histogram_uniform(values, 1000, 0.0, 0.0, 4, counts),
                     CLAU_MEASURE_NOT_A_NUMBER);
    const struct {
        double minimum, maximum;
    } ranges[] = {{1.0, 0.0},
                  {NAN, 1.0},
                  {0.0, NAN},
                  {0.0, INFINITY},
                  {-INFINITY, 0.0},
                  {-1e308, 1e308},
                  {0.0, 4.0 * 0x1p-1023}};
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; ++i) {
        assert_int_equal(
            clau_histogram_uniform(values, 9, ranges[i].minimum, ranges[i].maximum, 4, counts),
            CLAU_MEASURE_BAD_RANGE);
    }
    assert_int_equal(clau_histogram_uniform(values, 9, 0.0, 1.0, 0, counts), CLAU_MEASURE_BAD_BINS);
    assert_int_equal(clau_histogram_uniform(values, 9, 0.0, 1.0, (size_t)INT32_MAX + 1, counts),
                     CLAU_MEASURE_BAD_BINS);
    assert_true(counts[0] == 77.0);
}

static void test_extent(void **state) {
    (void)state;
    double values[100], minimum = 77.0, maximum = 77.0;
    for (int low = 0; low < 100; low += 9) {
        for (int high = 1; high < 100; high += 9) {
            memset(values, 0, sizeof values);
            values[low] = -1.0;
            values[high] = 2.0;
            assert_int_equal(clau_histogram_extent(values, 100, &minimum, &maximum),
                             CLAU_MEASURE_OK);
            assert_true(minimum == (low == high ? 0.0 : -1.0) && maximum == 2.0);
        }
    }
    minimum = 77.0;
    assert_int_equal(clau_histogram_extent(values, 0, &minimum, &maximum), CLAU_MEASURE_EMPTY);
    values[98] = -INFINITY;
    assert_int_equal(clau_histogram_extent(values, 100, &minimum, &maximum), CLAU_MEASURE_INFINITE);
    values[40] = NAN;
    assert_int_equal(clau_histogram_extent(values, 100, &minimum, &maximum),
                     CLAU_MEASURE_NOT_A_NUMBER);
    assert_true(minimum == 77.0);
}

static void test_amplitudes(void **state) {
    (void)state;
    double magnitudes[512], counts[64], entropy;
    // A constant field, and one that is constant but for rounding.
    for (int variant = 0; variant < 3; ++variant) {
        for (int i = 0; i < 512; ++i) {
            magnitudes[i] = variant == 0 ? 0.7 : variant == 1 ? nextafter(0.7, i % 3) : 0.0;
        }
        assert_int_equal(clau_histogram_amplitude(magnitudes, 512, 64, counts), CLAU_MEASURE_OK);
        assert_int_equal(clau_entropy_shannon(counts, 64, &entropy), CLAU_MEASURE_OK);
        assert_true(entropy == 0.0);
        assert_true(counts[variant == 2 ? 0 : 63] == 512.0);
    }
    // Equally many in every bin, the largest in the last.
    for (int i = 0; i < 512; ++i) {
        magnitudes[i] = (i + 1) / 512.0 - (i == 511 ? 0.0 : 1.0 / 1024.0);
    }
    assert_int_equal(clau_histogram_amplitude(magnitudes, 512, 64, counts), CLAU_MEASURE_OK);
    assert_int_equal(clau_entropy_shannon(counts, 64, &entropy), CLAU_MEASURE_OK);
    assert_relative(entropy, log(64.0), 1e-15);
    magnitudes[3] = -0.1;
    assert_int_equal(clau_histogram_amplitude(magnitudes, 512, 64, counts), CLAU_MEASURE_NEGATIVE);
}

static struct clau_bins bins_by(const double *values, size_t count, enum clau_bin_rule rule) {
    struct clau_bins bins;
    assert_int_equal(clau_histogram_bins(values, count, rule, &bins), CLAU_MEASURE_OK);
    return bins;
}

// 0, 1, ..., 999 in a scrambled order: IQR 499.5, s = sqrt((1000^2 - 1)/12) = 288.675.
static void test_rules_for_bins(void **state) {
    (void)state;
    double values[1000], equal[5] = {4.0, 4.0, 4.0, 4.0, 4.0};
    for (size_t i = 0; i < 1000; ++i) {
        values[i] = (double)(i * 617 % 1000);
    }
    // Widths 999 / (log2(1000) + 1), 2 * 499.5 / 10 and (24 sqrt(pi)/1000)^(1/3) * 288.675.
    const size_t expected[] = {11, 10, 10};
    const struct clau_bins sturges = bins_by(values, 1000, CLAU_BINS_STURGES);
    assert_int_equal(sturges.count, expected[0]);
    assert_int_equal(bins_by(values, 1000, CLAU_BINS_SCOTT).count, expected[1]);
    assert_int_equal(bins_by(values, 1000, CLAU_BINS_FREEDMAN_DIACONIS).count, expected[2]);
    assert_true(sturges.minimum == 0.0 && sturges.maximum == 999.0);
    for (int rule = CLAU_BINS_STURGES; rule <= CLAU_BINS_FREEDMAN_DIACONIS; ++rule) {
        const struct clau_bins one = bins_by(equal, 5, (enum clau_bin_rule)rule);
        assert_true(one.count == 1 && one.minimum == 4.0 && one.maximum == 4.0);
        assert_int_equal(bins_by(equal, 1, (enum clau_bin_rule)rule).count, 1);
    }
    // The outlier of a narrow distribution: too many bins.
    values[0] = 1e13;
    struct clau_bins bins = {.count = 77};
    assert_int_equal(clau_histogram_bins(values, 1000, CLAU_BINS_FREEDMAN_DIACONIS, &bins),
                     CLAU_MEASURE_BAD_BINS);
    assert_int_equal(clau_histogram_bins(values, 0, CLAU_BINS_SCOTT, &bins), CLAU_MEASURE_EMPTY);
    assert_int_equal(clau_histogram_bins(values, 9, (enum clau_bin_rule)3, &bins),
                     CLAU_MEASURE_BAD_OPTION);
    values[1] = INFINITY;
    assert_int_equal(clau_histogram_bins(values, 9, CLAU_BINS_SCOTT, &bins), CLAU_MEASURE_INFINITE);
    values[1] = NAN;
    assert_int_equal(clau_histogram_bins(values, 9, CLAU_BINS_SCOTT, &bins),
                     CLAU_MEASURE_NOT_A_NUMBER);
    const double wide[] = {-1e308, 1e308};
    assert_int_equal(clau_histogram_bins(wide, 2, CLAU_BINS_SCOTT, &bins), CLAU_MEASURE_BAD_RANGE);
    assert_int_equal(bins.count, 77);
}

static void test_pairs(void **state) {
    (void)state;
    // Two bins across, three along; the last pair is outside in y.
    const double x[] = {0.0, 0.5, 1.0, 0.2, 0.7}, y[] = {0.0, 2.0, 3.0, 1.5, 3.1};
    const double expected[] = {1.0, 1.0, 0.0, 0.0, 0.0, 2.0};
    const uint32_t bin[] = {0, 5, 5, 1, 6}, along[] = {0, 2, 2, 1, 3};
    const struct clau_bins across = {0.0, 1.0, 2}, up = {0.0, 3.0, 3}, none = {0.0, 1.0, 0};
    const struct clau_bins many = {0.0, 1.0, 1 << 16}, narrow = {1.0, 0.0, 2};
    double counts[6], edges[4];
    uint32_t numbers[5];
    assert_int_equal(clau_histogram_plane(x, across, y, up, 5, counts), CLAU_MEASURE_OK);
    assert_memory_equal(counts, expected, sizeof expected);
    assert_int_equal(clau_histogram_plane_numbers(x, across, y, up, 5, numbers), CLAU_MEASURE_OK);
    assert_memory_equal(numbers, bin, sizeof bin);
    assert_int_equal(clau_histogram_numbers(y, 5, up, numbers), CLAU_MEASURE_OK);
    assert_memory_equal(numbers, along, sizeof along);
    assert_int_equal(clau_histogram_edges(up, edges), CLAU_MEASURE_OK);
    assert_true(edges[0] == 0.0 && edges[1] == 1.0 && edges[2] == 2.0 && edges[3] == 3.0);
    // A range without width holds the values that equal it.
    const struct clau_bins point = {0.2, 0.2, 4};
    const uint32_t at_point[] = {4, 4, 4, 0, 4};
    assert_int_equal(clau_histogram_numbers(x, 5, point, numbers), CLAU_MEASURE_OK);
    assert_memory_equal(numbers, at_point, sizeof at_point);

    const double bad[] = {0.0, NAN};
    counts[0] = 77.0;
    assert_int_equal(clau_histogram_plane(x, across, bad, up, 2, counts),
                     CLAU_MEASURE_NOT_A_NUMBER);
    assert_int_equal(clau_histogram_plane(x, none, y, up, 5, counts), CLAU_MEASURE_BAD_BINS);
    assert_int_equal(clau_histogram_plane(x, many, y, many, 5, counts), CLAU_MEASURE_BAD_BINS);
    assert_int_equal(clau_histogram_plane(x, across, y, narrow, 5, counts), CLAU_MEASURE_BAD_RANGE);
    assert_int_equal(clau_histogram_numbers(bad, 2, up, numbers), CLAU_MEASURE_NOT_A_NUMBER);
    assert_int_equal(clau_histogram_edges(none, edges), CLAU_MEASURE_BAD_BINS);
    assert_true(counts[0] == 77.0);
}

static void test_status_texts(void **state) {
    (void)state;
    assert_string_equal(clau_measure_status_text(CLAU_MEASURE_OK), "success");
    assert_string_equal(clau_measure_status_text(CLAU_MEASURE_BAD_BINS),
                        "a histogram must have 1 to 2^31 - 1 bins");
    assert_string_equal(clau_measure_status_text((enum clau_measure_status)1000), "unknown status");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bins_are_half_open_and_the_last_closed),
        cmocka_unit_test(test_values_on_edges),
        cmocka_unit_test(test_every_count),
        cmocka_unit_test(test_a_range_without_width),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_extent),
        cmocka_unit_test(test_amplitudes),
        cmocka_unit_test(test_rules_for_bins),
        cmocka_unit_test(test_pairs),
        cmocka_unit_test(test_status_texts),
    };
    return cmocka_run_group_tests_name("histogram", tests, NULL, NULL);
}
