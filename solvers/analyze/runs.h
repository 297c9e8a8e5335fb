// SPDX-License-Identifier: GPL-3.0-or-later
/// The runs that are analysed: output files, in groups (regimes), and the series in them.
#ifndef CLAUSIUS_ANALYZE_RUNS_H
#define CLAUSIUS_ANALYZE_RUNS_H

#include <stddef.h>

#include "io/error.h"
#include "solvers/analyze/options.h"

/// One file. All series have `count` values, those of the observations that are analysed.
struct analyze_run {
    const char *path; ///< borrowed
    size_t group;
    char *title, *source, *status, *config; ///< owned; NULL where the file does not say
    size_t first;                           ///< observations before those that are analysed
    size_t count;
    double *times;   ///< [count] owned
    double **series; ///< [variables][count] owned
};

struct analyze_runs {
    size_t count, group_count, variable_count;
    struct analyze_run *runs; ///< in the order of the command line, those of a group together
    char **groups;            ///< [group_count] names, owned
    char **variables;         ///< [variable_count] names
    char **long_names;        ///< [variable_count] owned; NULL where there is none
    char **units;             ///< [variable_count] likewise
    char **left_out; ///< [left_out_count] owned: "NAME has missing values", of series that all
                     ///< files have
    size_t left_out_count;
};

/// Reads all files. The variables are those asked for, or else all plain observables (one number an
/// observation) that every file has with finite values that are not all the same in some file.
/// Errors name the file.
enum clau_status analyze_runs_read(struct analyze_runs *runs, const struct analyze_options *options,
                                   struct clau_error *error);
/// How many runs a group has.
size_t analyze_runs_of(const struct analyze_runs *runs, size_t group);

void analyze_runs_free(struct analyze_runs *runs);

#endif
