// SPDX-License-Identifier: GPL-3.0-or-later
/// The command line of a solver. One table of options drives both parsing and --help.
#ifndef CLAUSIUS_RUNTIME_OPTIONS_H
#define CLAUSIUS_RUNTIME_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "io/error.h"

/// Texts are borrowed from argv; NULL where not given.
struct clau_options {
    const char *config;  ///< path of the one operand
    const char *output;  ///< NetCDF file
    const char *restart; ///< checkpoint
    const char *topic;   ///< of --list; NULL: all
    const char **sets;   ///< owned array of the texts after --set, in order
    size_t set_count;
    bool dry_run, force, print_config, quiet, list, json, help, version, description;
    double maximum_walltime; ///< [s]; INFINITY where not given
    int64_t threads;         ///< 0 where not given
};

/// Reads the command line: -o FILE, -oFILE, --output FILE, --output=FILE; operands anywhere; `--`
/// ends the options. Errors: CLAU_BAD_INPUT, `program: what` (no operand is an error unless the
/// options ask for nothing but information).
enum clau_status clau_options_parse(const char *program, int argc, char *const *argv,
                                    struct clau_options *options, struct clau_error *error);
void clau_options_clear(struct clau_options *options);

/// The table as text, a line or more for each option.
void clau_options_describe(FILE *stream);

/// Seconds ("90", "1.5") or HH:MM:SS; true and *seconds set if it is a duration above 0.
bool clau_read_duration(const char *text, double *seconds);

#endif
