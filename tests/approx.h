// SPDX-License-Identifier: GPL-3.0-or-later
/// Helpers for numeric tests. cmocka 1.1.5 compares floating point as float only.
#ifndef CLAUSIUS_TESTS_APPROX_H
#define CLAUSIUS_TESTS_APPROX_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

/// Fails unless |result - expected| <= tolerance; NaN fails.
static inline void check_absolute(double result, double expected, double tolerance,
                                  const char *text, const char *file, int line) {
    if (!(fabs(result - expected) <= tolerance)) {
        print_error("%s: %.17g, expected %.17g +- %g (off by %g)\n", text, result, expected,
                    tolerance, result - expected);
        _fail(file, line);
    }
}

/// Fails unless |result - expected| <= tolerance |expected|; NaN fails.
static inline void check_relative(double result, double expected, double tolerance,
                                  const char *text, const char *file, int line) {
    check_absolute(result, expected, tolerance * fabs(expected), text, file, line);
}

#define assert_close(result, expected, tolerance)                                                  \
    check_absolute((result), (expected), (tolerance), #result, __FILE__, __LINE__)
#define assert_relative(result, expected, tolerance)                                               \
    check_relative((result), (expected), (tolerance), #result, __FILE__, __LINE__)

/// Ends a test that this machine does not allow, and says so. meson takes cmocka's own skip() for a
/// failure: it prints `not ok # SKIP`.
#define leave_out(reason)                                                                          \
    do {                                                                                           \
        print_message("# %s is left out: %s\n", __func__, reason);                                 \
        return;                                                                                    \
    } while (0)

#endif
