// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/runtime/options.h"

#include <limits.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MEMBER(name) offsetof(struct clau_options, name)

static const struct clau_option rows[] = {
    {'o', "output", "FILE", CLAU_OPTION_TEXT, MEMBER(output),
     "NetCDF file (default: CONFIG's stem + .nc, in the current folder)", 0, 0},
    {'s', "set", "KEY=VALUE", CLAU_OPTION_WORDS, MEMBER(sets),
     "override one key by its dotted path, VALUE in TOML syntax; repeatable; "
     "initial.0.velocity=1.5 reaches into arrays",
     0, 0},
    {'n', "dry-run", NULL, CLAU_OPTION_FLAG, MEMBER(dry_run),
     "check the keys, and the state up to 10^5 points; print what would run, and the memory and "
     "disk "
     "it needs; write nothing",
     0, 0},
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

/* Continuation */

static bool is_same_file(const char *path, const struct stat *file) {
    struct stat other;
    return stat(path, &other) == 0 && other.st_dev == file->st_dev && other.st_ino == file->st_ino;
}

/// Whether the shell finds the file by a name without a slash. Of PATH's folders the first counts
/// that has a program of that name.
static bool is_on_path(const char *name, const struct stat *file) {
    const char *folders = getenv("PATH");
    while (folders != NULL) {
        char path[PATH_MAX];
        const size_t length = strcspn(folders, ":");
        const int written = snprintf(path, sizeof path, "%.*s%s%s", (int)length, folders,
                                     length > 0 ? "/" : "", name);
        if (written > 0 && (size_t)written < sizeof path && access(path, X_OK) == 0) {
            return is_same_file(path, file);
        }
        folders = folders[length] == ':' ? folders + length + 1 : NULL;
    }
    return false;
}

/// Writes the program as it was called if it is found by that, else its path.
static void print_program(const char *called, FILE *stream) {
    static const char self[] = "/proc/self/exe";
    char path[PATH_MAX] = "";
    struct stat file;
    const ssize_t length = readlink(self, path, sizeof path - 1);
    const bool known = length > 0 && stat(self, &file) == 0 && access(path, X_OK) == 0;
    const bool found = known && (strchr(called, '/') != NULL ? is_same_file(called, &file)
                                                             : is_on_path(called, &file));
    const char *word = known && !found ? path : called;
    if (strchr(word, '=') == NULL) {
        clau_print_shell_word(word, stream);
    } else {
        // Without quotes the first word would set a variable; a name in quotes does not.
        fputs("\"\"", stream);
        clau_print_shell_word(word, stream);
    }
}

static void print_option(const struct clau_command_item *item, FILE *stream) {
    if (item->by_letter) {
        fprintf(stream, " -%c", item->option->letter);
    } else {
        fprintf(stream, " --%s", item->option->name);
    }
    if (item->text != NULL) {
        fputc(item->option->type == CLAU_OPTION_TOPIC ? '=' : ' ', stream);
        clau_print_shell_word(item->text, stream);
    }
}

void clau_options_print_continuation(const struct clau_options *options, const char *checkpoint,
                                     FILE *stream) {
    struct clau_command_cursor cursor = {
        &command, "", options->argc, options->argv, .next = 1,
    };
    struct clau_command_item item;
    bool more = true;
    const bool last = options->config[0] == '-' && options->config[1] != '\0';
    print_program(options->argv[0], stream);
    if (!last) {
        fputc(' ', stream);
        clau_print_shell_word(options->config, stream);
    }
    while (clau_command_next(&cursor, &item, &more, NULL) == CLAU_OK && more) {
        const bool replaced = item.option != NULL && (item.option->offset == MEMBER(force) ||
                                                      item.option->offset == MEMBER(restart));
        if (item.option != NULL && !replaced) {
            print_option(&item, stream);
        }
    }
    fputs(" --restart ", stream);
    clau_print_shell_word(checkpoint, stream);
    if (last) {
        fputs(" -- ", stream);
        clau_print_shell_word(options->config, stream);
    }
}
