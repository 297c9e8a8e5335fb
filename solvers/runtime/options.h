// SPDX-License-Identifier: GPL-3.0-or-later
/// The command line of a solver: one table for parsing, --help and the front command.
#ifndef CLAUSIUS_RUNTIME_OPTIONS_H
#define CLAUSIUS_RUNTIME_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "io/command_line.h"

/// Texts are borrowed from argv; NULL where not given.
struct clau_options {
    const char *config;  ///< path of the one operand
    const char *output;  ///< NetCDF file
    const char *restart; ///< checkpoint
    struct clau_topic list;
    struct clau_words sets; ///< the texts after --set, in order
    bool dry_run, force, print_config, quiet, json, help, version, description;
    double maximum_walltime;    ///< [s]; INFINITY where not given
    int64_t threads;            ///< 0 where not given
    struct clau_words operands; ///< the one that is `config`
    char *const *argv;          ///< the command line itself, borrowed
    int argc;
};

/// Reads the command line of a solver. Errors: CLAU_BAD_INPUT, `program: what` (no operand is an
/// error unless the options ask for nothing but information).
enum clau_status clau_options_parse(const char *program, int argc, char *const *argv,
                                    struct clau_options *options, struct clau_error *error);
void clau_options_clear(struct clau_options *options);

/// The table as text, a line or more for each option.
void clau_options_describe(FILE *stream);

/// Writes the command that continues the run from its checkpoint, for a shell in the same folder:
/// the words of the command line, but for --force and --restart, and the checkpoint.
void clau_options_print_continuation(const struct clau_options *options, const char *checkpoint,
                                     FILE *stream);

#endif
