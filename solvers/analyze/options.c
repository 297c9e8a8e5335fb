// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/analyze/options.h"

#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/// Long names, with the letter that stands for them, argument and help: one table.
static const struct {
    struct option option;
    const char *argument, *text;
} table[] = {
    {{"output", required_argument, NULL, 'o'},
     "REPORT",
     "also write REPORT.txt, REPORT.nc and REPORT.svg"},
    {{"group", required_argument, NULL, 'g'},
     "NAME",
     "the files after it are runs of one group, as with several seeds"},
    {{"variables", required_argument, NULL, 'v'},
     "A,B,...",
     "series that are analysed; default: all that every file has"},
    {{"measure", required_argument, NULL, 'm'},
     "KEYS",
     "a measure: the keys of a [[diagnostics.measure]] between commas, what = \"...\", of = "
     "\"...\"; without of: of every series. Repeatable"},
    {{"skip", required_argument, NULL, 's'},
     "FRACTION",
     "of the observations of each run, at its start, that is left out; default 0.5"},
    {{"portrait", required_argument, NULL, 'p'},
     "A,B",
     "series of the phase portrait; default: the first two"},
    {{"force", no_argument, NULL, 'f'}, NULL, "replace an earlier report"},
    {{"list", no_argument, NULL, 'l'}, NULL, "print the measures and their keys"},
    {{"help", no_argument, NULL, 'h'}, NULL, "print this"},
    {{"version", no_argument, NULL, 'V'}, NULL, "print the version"},
    {{"description", no_argument, NULL, 'd'}, NULL, NULL},
};
enum { ROWS = sizeof table / sizeof *table };

static enum clau_status complain(struct clau_error *error, const char *what, const char *value) {
    return clau_error_set(error, CLAU_BAD_INPUT, "clausius-analyze: %s%s", what, value);
}

static enum clau_status read_skip(const char *text, double *skip, struct clau_error *error) {
    char *end;
    *skip = strtod(text, &end);
    if (end == text || *end != '\0' || !(*skip >= 0.0 && *skip < 1.0))
        return complain(error, "--skip must be a fraction from 0 to less than 1, not ", text);
    return CLAU_OK;
}

static enum clau_status take(struct analyze_options *self, int letter, const char *value,
                             const char **group, struct clau_error *error) {
    switch (letter) {
    case 1:
        self->groups[self->file_count] = *group;
        self->files[self->file_count++] = value;
        break;
    case 'g':
        *group = value;
        break;
    case 'm':
        self->measures[self->measure_count++] = value;
        break;
    case 'o':
        self->output = value;
        break;
    case 'v':
        self->variables = value;
        break;
    case 'p':
        self->portrait = value;
        break;
    case 's':
        return read_skip(value, &self->skip, error);
    case 'f':
        self->force = true;
        break;
    case 'l':
        self->list = true;
        break;
    case 'h':
        self->help = true;
        break;
    case 'V':
        self->version = true;
        break;
    case 'd':
        self->description = true;
        break;
    default:
        return CLAU_BAD_INPUT;
    }
    return CLAU_OK;
}

enum clau_status analyze_options_parse(int argc, char *const *argv, struct analyze_options *self,
                                       struct clau_error *error) {
    struct option options[ROWS + 1] = {0};
    char letters[2 * ROWS + 3] = "-:"; // operands in their places; no messages
    char *end = letters + 2;
    for (int i = 0; i < ROWS; i++) {
        options[i] = table[i].option;
        *end++ = (char)table[i].option.val;
        if (table[i].option.has_arg == required_argument)
            *end++ = ':';
    }
    const size_t room = (size_t)argc + 1;
    *self = (struct analyze_options){.skip = 0.5,
                                     .files = calloc(room, sizeof *self->files),
                                     .groups = calloc(room, sizeof *self->groups),
                                     .measures = calloc(room, sizeof *self->measures)};
    if (self->files == NULL || self->groups == NULL || self->measures == NULL)
        return clau_error_set(error, CLAU_NO_MEMORY, "out of memory");
    const char *group = NULL;
    int letter;
    optind = 0;
    while ((letter = getopt_long(argc, argv, letters, options, NULL)) != -1) {
        if (letter == '?')
            return complain(error, "no such option: ", argv[optind - 1]);
        if (letter == ':')
            return complain(error, "a value is missing after ", argv[optind - 1]);
        const enum clau_status status = take(self, letter, optarg, &group, error);
        if (status != CLAU_OK)
            return status;
    }
    for (; optind < argc; optind++) // after "--"
        take(self, 1, argv[optind], &group, error);
    const bool informs = self->help || self->version || self->list || self->description;
    if (self->file_count == 0 && !informs)
        return complain(error, "no file: ", "FILE.nc... are the outputs of runs");
    return CLAU_OK;
}

void analyze_options_clear(struct analyze_options *self) {
    free(self->files);
    free(self->groups);
    free(self->measures);
    *self = (struct analyze_options){0};
}

void analyze_options_describe(FILE *stream) {
    fputs("usage: clausius analyze FILE.nc... [-g NAME FILE.nc...]... [options]\n\n"
          "Measures of the series in the outputs of runs, and a comparison of the runs: each file\n"
          "is a group of its own, or one of several runs of the group that -g names.\n\n",
          stream);
    for (int i = 0; i < ROWS; i++) {
        if (table[i].text == NULL)
            continue;
        char name[64];
        snprintf(name, sizeof name, "-%c, --%s %s", table[i].option.val, table[i].option.name,
                 table[i].argument != NULL ? table[i].argument : "");
        fprintf(stream, "  %-24s %s\n", name, table[i].text);
    }
}
