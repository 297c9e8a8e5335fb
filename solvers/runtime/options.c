// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/runtime/options.h"

#include <math.h>
#include <stddef.h>

#define MEMBER(name) offsetof(struct clau_options, name)

static const struct clau_option rows[] = {
    {'o', "output", "FILE", CLAU_OPTION_TEXT, MEMBER(output),
     "NetCDF file (default: CONFIG's stem + .nc, in the current folder)", 0, 0},
    {'s', "set", "KEY=VALUE", CLAU_OPTION_WORDS, MEMBER(sets),
     "override one key by its dotted path, VALUE in TOML syntax; repeatable; "
     "initial.0.velocity=1.5 reaches into arrays",
     0, 0},
    {'n', "dry-run", NULL, CLAU_OPTION_FLAG, MEMBER(dry_run),
     "check everything, print what would run, write nothing", 0, 0},
    {'f', "force", NULL, CLAU_OPTION_FLAG, MEMBER(force), "replace an existing output", 0, 0},
    {'r', "restart", "FILE", CLAU_OPTION_TEXT, MEMBER(restart),
     "continue from a checkpoint; CONFIG must agree with it except for time.end and output.*. The "
     "output of that run, if there, is cut back to the checkpoint's records and continued; a new "
     "output begins with the first output time after the checkpoint",
     0, 0},
    {0, "max-walltime", "T", CLAU_OPTION_DURATION, MEMBER(maximum_walltime),
     "seconds or HH:MM:SS; stop in time with a checkpoint", 0, 0},
    {0, "print-config", NULL, CLAU_OPTION_FLAG, MEMBER(print_config),
     "print the effective configuration, defaults included, as TOML", 0, 0},
    {'t', "threads", "N", CLAU_OPTION_INTEGER, MEMBER(threads),
     "default: OMP_NUM_THREADS, else all cores; the numbers are the same", 1, 4096},
    {'q', "quiet", NULL, CLAU_OPTION_FLAG, MEMBER(quiet), "no progress, no summary", 0, 0},
    {0, "list", "TOPIC", CLAU_OPTION_TOPIC, MEMBER(list),
     "print a table of the solver: keys, initial, ..., observables (without TOPIC: which there "
     "are)",
     0, 0},
    {0, "json", NULL, CLAU_OPTION_FLAG, MEMBER(json), "with --list: for machines", 0, 0},
    {0, "description", NULL, CLAU_OPTION_INFORM, MEMBER(description),
     "print one line on what is solved", 0, 0},
    {'h', "help", NULL, CLAU_OPTION_INFORM, MEMBER(help), "print this help", 0, 0},
    {'V', "version", NULL, CLAU_OPTION_INFORM, MEMBER(version), "print the version", 0, 0},
};

static const struct clau_command command = {
    .options = rows,
    .option_count = sizeof rows / sizeof *rows,
    .operand = "CONFIG.toml",
    .least = 1,
    .most = 1,
    .operands = MEMBER(operands),
};

void clau_options_describe(FILE *stream) { clau_command_describe(&command, stream); }

enum clau_status clau_options_parse(const char *program, int argc, char *const *argv,
                                    struct clau_options *options, struct clau_error *error) {
    struct clau_options result = {.maximum_walltime = INFINITY, .argc = argc, .argv = argv};
    const enum clau_status status =
        clau_command_parse(&command, program, argc, argv, &result, error);
    if (status != CLAU_OK) {
        return status;
    }
    if (result.json && !result.list.given) {
        clau_options_clear(&result);
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: --json goes with --list", program);
    }
    result.config = result.operands.count > 0 ? result.operands.texts[0] : NULL;
    *options = result;
    return CLAU_OK;
}

void clau_options_clear(struct clau_options *options) {
    clau_command_clear(&command, options);
    *options = (struct clau_options){0};
}
