// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/analyze/options.h"

#include <stdlib.h>

#define MEMBER(name) offsetof(struct analyze_options, name)

static const struct clau_option rows[] = {
    {'o', "output", "REPORT", CLAU_OPTION_TEXT, MEMBER(output),
     "also write REPORT.txt, REPORT.nc and REPORT.svg", 0, 0},
    {'g', "group", "NAME", CLAU_OPTION_WORDS, MEMBER(names),
     "the files after it are runs of one group, as with several seeds", 0, 0},
    {'v', "variables", "A,B,...", CLAU_OPTION_TEXT, MEMBER(variables),
     "series that are analysed; default: all that every file has", 0, 0},
    {'m', "measure", "KEYS", CLAU_OPTION_WORDS, MEMBER(measures),
     "a measure: the keys of a [[diagnostics.measure]] between commas, what = \"...\", of = "
     "\"...\"; without of: of every series; repeatable",
     0, 0},
    {'s', "skip", "FRACTION", CLAU_OPTION_REAL, MEMBER(skip),
     "of the observations of each run, at its start, that is left out; default 0.5", 0, 1},
    {'p', "portrait", "A,B", CLAU_OPTION_TEXT, MEMBER(portrait),
     "series of the phase portrait; default: the first two", 0, 0},
    {'f', "force", NULL, CLAU_OPTION_FLAG, MEMBER(force), "replace an earlier report", 0, 0},
    {'l', "list", "MEASURE", CLAU_OPTION_TOPIC, MEMBER(list),
     "print which measures there are, or one of them with its keys", 0, 0},
    {0, "description", NULL, CLAU_OPTION_INFORM, MEMBER(description), NULL, 0, 0},
    {'h', "help", NULL, CLAU_OPTION_INFORM, MEMBER(help), "print this help", 0, 0},
    {'V', "version", NULL, CLAU_OPTION_INFORM, MEMBER(version), "print the version", 0, 0},
};

static const struct clau_command command = {
    .options = rows,
    .option_count = sizeof rows / sizeof *rows,
    .operand = "FILE.nc",
    .least = 1,
    .operands = MEMBER(operands),
};

static const char program[] = "clausius-analyze";

/// Hands out the names of groups: a file is of the group whose name stands last before it.
static enum clau_status name_groups(struct analyze_options *self, struct clau_error *error) {
    self->file_count = self->operands.count;
    self->files = self->operands.texts;
    self->groups = calloc(self->file_count + 1, sizeof *self->groups);
    if (self->groups == NULL) {
        return clau_error_set(error, CLAU_NO_MEMORY, "%s: out of memory", program);
    }
    size_t next = 0;
    for (size_t i = 0; i < self->file_count; i++) {
        while (next < self->names.count && self->names.places[next] < self->operands.places[i]) {
            next++;
        }
        self->groups[i] = next > 0 ? self->names.texts[next - 1] : NULL;
    }
    return CLAU_OK;
}

enum clau_status analyze_options_parse(int argc, char *const *argv, struct analyze_options *self,
                                       struct clau_error *error) {
    struct analyze_options result = {.skip = 0.5};
    enum clau_status status = clau_command_parse(&command, program, argc, argv, &result, error);
    if (status == CLAU_OK) {
        status = name_groups(&result, error);
    }
    if (status != CLAU_OK) {
        analyze_options_clear(&result);
        return status;
    }
    *self = result;
    return CLAU_OK;
}

void analyze_options_clear(struct analyze_options *self) {
    clau_command_clear(&command, self);
    free(self->groups);
    *self = (struct analyze_options){0};
}

void analyze_options_describe(FILE *stream) {
    fputs("usage: clausius analyze FILE.nc... [-g NAME FILE.nc...]... [options]\n\n"
          "Measures of the series in the outputs of runs, and a comparison of the runs: each file\n"
          "is a group of its own, or one of several runs of the group that -g names.\n\n",
          stream);
    clau_command_describe(&command, stream);
}
