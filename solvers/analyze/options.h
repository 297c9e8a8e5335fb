// SPDX-License-Identifier: GPL-3.0-or-later
/// The command line of clausius-analyze.
#ifndef CLAUSIUS_ANALYZE_OPTIONS_H
#define CLAUSIUS_ANALYZE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "io/command_line.h"

/// Texts are borrowed from argv.
struct analyze_options {
    struct clau_words operands; ///< the files
    struct clau_words names;    ///< the texts after --group
    const char **files;         ///< texts of the operands
    const char **groups;        ///< [file_count] owned array: name of the group that a file is of
    size_t file_count;
    const char *output;         ///< stem of the report's files; NULL: text only, to stdout
    struct clau_words measures; ///< the texts after --measure
    const char *variables;      ///< comma-separated; NULL: all
    const char *portrait;       ///< "a,b": variables of the phase portrait; NULL: the first two
    double skip;                ///< fraction of each run's observations that is left out
    struct clau_topic list;
    bool force, help, version, description;
};

/// Reads the command line. `-g NAME` names the group of the files after it; files before the first
/// -g are groups of their own, named by their stems. Errors: CLAU_BAD_INPUT.
enum clau_status analyze_options_parse(int argc, char *const *argv, struct analyze_options *options,
                                       struct clau_error *error);
void analyze_options_clear(struct analyze_options *options);
void analyze_options_describe(FILE *stream);

#endif
