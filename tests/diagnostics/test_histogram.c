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
        cmocka_unit_test(test_status_texts),
    };
    return cmocka_run_group_tests_name("histogram", tests, NULL, NULL);
}
