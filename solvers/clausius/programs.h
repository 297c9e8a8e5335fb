// SPDX-License-Identifier: GPL-3.0-or-later
/// What the front command finds: solvers and tools beside it, scripts and configurations in the
/// suite's folder of data. All is looked for from where this program is, not from where it was
/// built.
#ifndef CLAUSIUS_FRONT_PROGRAMS_H
#define CLAUSIUS_FRONT_PROGRAMS_H

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>

enum { FRONT_PATH = PATH_MAX + 512 };

/// Folder of this program with a slash at its end; empty if it cannot be told.
void front_own_folder(char folder[FRONT_PATH]);

/// Path of something in the suite's data, "configs" or "scripts/plot"; false if it is not there.
bool front_data_path(const char *name, char path[FRONT_PATH]);

/// Writes usage, solvers and tools; false if a program is there but does not start, or no solver
/// is: what is wrong stands in the list.
bool front_print_help(FILE *stream);

/// Becomes clausius-NAME, found beside this program or else on PATH, or the script of that name;
/// returns, with an exit code, only if that fails. argv[0] is replaced; `called` is what this
/// program was called by.
int front_become(const char *called, const char *name, char **argv);

#endif
