// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/runtime/options.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum option_type { FLAG, TEXT, OPTIONAL_TEXT, SETTING, THREADS, DURATION };

struct option_row {
    char letter;            ///< 0: long form only
    const char *name;       ///< without the dashes
    const char *argument;   ///< NULL: takes none
    enum option_type type;  ///< what is at the offset
    size_t offset;          ///< member that is set
    size_t argument_offset; ///< OPTIONAL_TEXT: member for the argument
    const char *help;       ///< lines separated by '\n'
};

#define MEMBER(name) offsetof(struct clau_options, name)

static const struct option_row rows[] = {
    {'o', "output", "FILE", TEXT, MEMBER(output), 0,
     "NetCDF file (default: CONFIG's stem + .nc, in the current folder)"},
    {'s', "set", "KEY=VALUE", SETTING, MEMBER(sets), 0,
     "override one key by its dotted path, VALUE in TOML syntax;\n"
     "repeatable; initial.0.velocity=1.5 reaches into arrays"},
    {'n', "dry-run", NULL, FLAG, MEMBER(dry_run), 0,
     "check the keys, and the state up to 10^5 points; print what would\n"
     "run, and the memory and disk it needs; write nothing"},
    {'f', "force", NULL, FLAG, MEMBER(force), 0, "replace an existing output"},
    {'r', "restart", "FILE", TEXT, MEMBER(restart), 0,
     "continue from a checkpoint; CONFIG must agree with it except for\n"
     "time.end and output.*. The output of that run, if there, is cut\n"
     "back to the checkpoint's records and continued; a new output\n"
     "begins with the first output time after the checkpoint"},
    {0, "max-walltime", "T", DURATION, MEMBER(maximum_walltime), 0,
     "seconds or HH:MM:SS; stop in time with a checkpoint"},
    {0, "print-config", NULL, FLAG, MEMBER(print_config), 0,
     "print the effective configuration, defaults included, as TOML"},
    {'t', "threads", "N", THREADS, MEMBER(threads), 0,
     "default: OMP_NUM_THREADS, else all cores; the numbers are the same"},
    {'q', "quiet", NULL, FLAG, MEMBER(quiet), 0, "no progress, no summary"},
    {0, "list", "TOPIC", OPTIONAL_TEXT, MEMBER(list), MEMBER(topic),
     "print the solver's tables: keys, initial, ..., observables\n"
     "(without TOPIC: all of them)"},
    {0, "json", NULL, FLAG, MEMBER(json), 0, "with --list: for machines"},
    {0, "description", NULL, FLAG, MEMBER(description), 0, "print one line on what is solved"},
    {'h', "help", NULL, FLAG, MEMBER(help), 0, "print this help"},
    {'V', "version", NULL, FLAG, MEMBER(version), 0, "print the version"},
};
enum { ROW_COUNT = sizeof rows / sizeof *rows };

void clau_options_describe(FILE *stream) {
    enum { COLUMN = 28 };
    for (size_t i = 0; i < ROW_COUNT; i++) {
        char left[64] = "      --";
        if (rows[i].letter != 0) {
            snprintf(left, sizeof left, "  -%c, --", rows[i].letter);
        }
        fprintf(stream, "%s%s", left, rows[i].name);
        size_t width = strlen(left) + strlen(rows[i].name);
        if (rows[i].argument != NULL) {
            const char *format = rows[i].type == OPTIONAL_TEXT ? " [%s]" : " %s";
            width += (size_t)fprintf(stream, format, rows[i].argument);
        }
        fprintf(stream, "%*s", width < COLUMN ? (int)(COLUMN - width) : 2, "");
        for (const char *c = rows[i].help; *c != '\0'; c++) {
            if (*c == '\n') {
                fprintf(stream, "\n%*s", COLUMN, "");
            } else {
                fputc(*c, stream);
            }
        }
        fputc('\n', stream);
    }
}

/// A number of minutes or seconds after a colon: two digits, below 60.
static bool read_sixtieths(const char *text, double *value) {
    if (text[0] < '0' || text[0] > '5' || text[1] < '0' || text[1] > '9') {
        return false;
    }
    *value = 10 * (text[0] - '0') + (text[1] - '0');
    return true;
}

bool clau_read_duration(const char *text, double *seconds) {
    const size_t length = strlen(text);
    const char *colon = strchr(text, ':');
    if (length == 0 || strspn(text, colon == NULL ? "0123456789.eE+-" : "0123456789:") != length) {
        return false;
    }
    char *end = NULL;
    double value = strtod(text, &end);
    if (colon != NULL) {
        double minutes = 0;
        double rest = 0;
        if (colon == text || end != colon || strlen(colon) != 6 || colon[3] != ':' ||
            !read_sixtieths(colon + 1, &minutes) || !read_sixtieths(colon + 4, &rest)) {
            return false;
        }
        value = 3600 * value + 60 * minutes + rest;
    } else if (*end != '\0') {
        return false;
    }
    if (!isfinite(value) || !(value > 0)) {
        return false;
    }
    *seconds = value;
    return true;
}

static enum clau_status read_threads(const char *program, const char *text, int64_t *threads,
                                     struct clau_error *error) {
    enum { MAXIMUM = 4096 };
    assert(text != NULL); // the parser has seen to it
    char *end = NULL;
    errno = 0;
    const long value = strtol(text, &end, 10);
    if (end == text || *end != '\0' || errno != 0 || value < 1 || value > MAXIMUM) {
        return clau_error_set(error, CLAU_BAD_INPUT,
                              "%s: --threads = %s: must be an integer from 1 to %d", program, text,
                              MAXIMUM);
    }
    *threads = value;
    return CLAU_OK;
}

/// Sets the member of one option; argument is NULL where the row takes none or it is left out.
static enum clau_status apply(const char *program, const struct option_row *row,
                              const char *argument, struct clau_options *options,
                              struct clau_error *error) {
    char *const base = (char *)options;
    switch (row->type) {
    case OPTIONAL_TEXT:
        *(const char **)(void *)(base + row->argument_offset) = argument;
        *(bool *)(void *)(base + row->offset) = true;
        return CLAU_OK;
    case FLAG:
        *(bool *)(void *)(base + row->offset) = true;
        return CLAU_OK;
    case TEXT:
        *(const char **)(void *)(base + row->offset) = argument;
        if (*argument == '\0') {
            return clau_error_set(error, CLAU_BAD_INPUT, "%s: --%s: is empty", program, row->name);
        }
        return CLAU_OK;
    case SETTING:
        options->sets[options->set_count++] = argument;
        return CLAU_OK;
    case THREADS:
        return read_threads(program, argument, &options->threads, error);
    case DURATION:
        if (!clau_read_duration(argument, (double *)(void *)(base + row->offset))) {
            return clau_error_set(error, CLAU_BAD_INPUT,
                                  "%s: --%s = %s: must be a number of seconds above 0, or HH:MM:SS",
                                  program, row->name, argument);
        }
        return CLAU_OK;
    }
    return clau_error_set(error, CLAU_INTERNAL, "%s: --%s: no such type", program, row->name);
}

static const struct option_row *find_long(const char *name, size_t length) {
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (strlen(rows[i].name) == length && memcmp(rows[i].name, name, length) == 0) {
            return &rows[i];
        }
    }
    return NULL;
}

static const struct option_row *find_short(char letter) {
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (rows[i].letter == letter && letter != '\0') {
            return &rows[i];
        }
    }
    return NULL;
}

/// The arguments not read yet.
struct cursor {
    const char *program;
    int argc, next;
    char *const *argv;
};

/// Finds the row's argument: `attached` (what follows = or the letter), or the next word.
static enum clau_status take(struct cursor *cursor, const struct option_row *row,
                             const char *attached, struct clau_options *options,
                             struct clau_error *error) {
    const char *argument = attached;
    if (row->argument == NULL && attached != NULL) {
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: --%s takes no value", cursor->program,
                              row->name);
    }
    if (row->argument != NULL && attached == NULL && cursor->next < cursor->argc &&
        (row->type != OPTIONAL_TEXT || cursor->argv[cursor->next][0] != '-')) {
        argument = cursor->argv[cursor->next++];
    }
    if (row->argument != NULL && row->type != OPTIONAL_TEXT && argument == NULL) {
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: --%s needs a value: %s", cursor->program,
                              row->name, row->argument);
    }
    return apply(cursor->program, row, argument, options, error);
}

static enum clau_status read_long(struct cursor *cursor, const char *name,
                                  struct clau_options *options, struct clau_error *error) {
    const char *equals = strchr(name, '=');
    const size_t length = equals != NULL ? (size_t)(equals - name) : strlen(name);
    const struct option_row *row = find_long(name, length);
    if (row == NULL) {
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: --%.*s: no such option, see %s --help",
                              cursor->program, (int)length, name, cursor->program);
    }
    return take(cursor, row, equals != NULL ? equals + 1 : NULL, options, error);
}

/// Letters may be joined (-nf); the first that takes a value takes the rest of the word.
static enum clau_status read_short(struct cursor *cursor, const char *letters,
                                   struct clau_options *options, struct clau_error *error) {
    enum clau_status status = CLAU_OK;
    for (; *letters != '\0' && status == CLAU_OK; letters++) {
        const struct option_row *row = find_short(*letters);
        if (row == NULL) {
            return clau_error_set(error, CLAU_BAD_INPUT, "%s: -%c: no such option, see %s --help",
                                  cursor->program, *letters, cursor->program);
        }
        if (row->argument != NULL) {
            return take(cursor, row, letters[1] != '\0' ? letters + 1 : NULL, options, error);
        }
        status = apply(cursor->program, row, NULL, options, error);
    }
    return status;
}

static enum clau_status read_operand(const char *program, const char *text,
                                     struct clau_options *options, struct clau_error *error) {
    if (options->config != NULL) {
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: one CONFIG at a time: %s, then %s",
                              program, options->config, text);
    }
    options->config = text;
    return CLAU_OK;
}

static enum clau_status read_all(struct cursor *cursor, struct clau_options *options,
                                 struct clau_error *error) {
    bool operands_only = false;
    enum clau_status status = CLAU_OK;
    while (cursor->next < cursor->argc && status == CLAU_OK) {
        const char *word = cursor->argv[cursor->next++];
        if (operands_only || word[0] != '-' || word[1] == '\0') {
            status = read_operand(cursor->program, word, options, error);
        } else if (word[1] != '-') {
            status = read_short(cursor, word + 1, options, error);
        } else if (word[2] != '\0') {
            status = read_long(cursor, word + 2, options, error);
        } else {
            operands_only = true;
        }
    }
    return status;
}

enum clau_status clau_options_parse(const char *program, int argc, char *const *argv,
                                    struct clau_options *options, struct clau_error *error) {
    struct clau_options result = {.maximum_walltime = INFINITY};
    result.sets = calloc((size_t)argc + 1, sizeof *result.sets);
    if (result.sets == NULL) {
        return clau_error_set(error, CLAU_NO_MEMORY, "%s: out of memory", program);
    }
    struct cursor cursor = {.program = program, .argc = argc, .next = 1, .argv = argv};
    enum clau_status status = read_all(&cursor, &result, error);
    const bool information = result.help || result.version || result.list || result.description;
    if (status == CLAU_OK && result.config == NULL && !information) {
        status = clau_error_set(error, CLAU_BAD_INPUT, "%s: CONFIG.toml is missing, see %s --help",
                                program, program);
    }
    if (status == CLAU_OK && result.json && !result.list) {
        status = clau_error_set(error, CLAU_BAD_INPUT, "%s: --json goes with --list", program);
    }
    if (status != CLAU_OK) {
        clau_options_clear(&result);
        return status;
    }
    *options = result;
    return CLAU_OK;
}

void clau_options_clear(struct clau_options *options) {
    free(options->sets);
    *options = (struct clau_options){0};
}
