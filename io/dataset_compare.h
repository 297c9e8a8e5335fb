// SPDX-License-Identifier: GPL-3.0-or-later
/// Comparing the variables of two NetCDF files bit by bit: a NaN is equal to a NaN of the same bits
/// alone, and 0 is not -0.
#ifndef CLAUSIUS_IO_DATASET_COMPARE_H
#define CLAUSIUS_IO_DATASET_COMPARE_H

#include <stdbool.h>
#include <stddef.h>

#include "io/error.h"

enum clau_difference_kind {
    CLAU_DIFFERENT_VALUES,
    CLAU_DIFFERENT_SHAPE, ///< type, dimensions or lengths
    CLAU_ONLY_IN_FIRST,
    CLAU_ONLY_IN_SECOND,
};

struct clau_difference {
    const char *variable;
    enum clau_difference_kind kind;
    const char *dimension; ///< of the records, the variable's first one; NULL: a single number
    size_t record;         ///< the first one that differs
    size_t count, total;   ///< values that differ, of those compared
    double largest;        ///< difference of numbers; NaN where a number stands against a NaN
};

struct clau_comparison {
    /// Along unlimited dimensions the first file may have fewer records: those it has are compared.
    bool first_is_cut;
    /// Called for each variable that differs; may be NULL.
    void (*found)(void *context, const struct clau_difference *difference);
    /// Asked now and then whether to go on; may be NULL.
    bool (*go_on)(void *context);
    void *context;

    size_t variables, different; ///< set: how many there are, and how many differ
};

/// Compares all variables. Errors: CLAU_BAD_INPUT where a file cannot be read, CLAU_NO_MEMORY;
/// where go_on said no, CLAU_OK, and the counts are those so far.
enum clau_status clau_datasets_compare(const char *first, const char *second,
                                       struct clau_comparison *comparison,
                                       struct clau_error *error);

#endif
