// SPDX-License-Identifier: GPL-3.0-or-later
/// The one reader of command lines. A table says what a program understands; parsing, errors, hints
/// and --help follow from it. Values land in a plain struct at the rows' offsets.
///
///     struct options { bool force, help; const char *output; struct clau_words files; };
///     static const struct clau_option rows[] = {
///         {'o', "output", "FILE", CLAU_OPTION_TEXT, offsetof(struct options, output),
///          .help = "file that is written"},
///         {'f', "force", NULL, CLAU_OPTION_FLAG, offsetof(struct options, force),
///          .help = "replace it"},
///         {'h', "help", NULL, CLAU_OPTION_INFORM, offsetof(struct options, help),
///          .help = "print this help"},
///     };
///     static const struct clau_command command = {
///         rows, sizeof rows / sizeof *rows, "FILE.nc", 1, 1, offsetof(struct options, files)};
///
/// Understood are -o FILE, -oFILE, --output FILE, --output=FILE, and letters joined as in -fo FILE.
/// Operands may stand anywhere; `--` ends the options. The last one of equal options counts.
#ifndef CLAUSIUS_IO_COMMAND_LINE_H
#define CLAUSIUS_IO_COMMAND_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "io/error.h"

/// What stands at the offset of a row. Texts are borrowed from argv.
enum clau_option_type {
    CLAU_OPTION_FLAG,     ///< bool, set to true
    CLAU_OPTION_INFORM,   ///< the same; beside it operands may be missing, as with --help
    CLAU_OPTION_TEXT,     ///< const char *, not empty
    CLAU_OPTION_WORDS,    ///< struct clau_words: repeatable
    CLAU_OPTION_INTEGER,  ///< int64_t between the row's minimum and maximum
    CLAU_OPTION_REAL,     ///< double, at least the minimum and below the maximum
    CLAU_OPTION_DURATION, ///< double [s] above 0, from seconds or HH:MM:SS
    CLAU_OPTION_TOPIC,    ///< struct clau_topic; operands may be missing beside it
};

/// Texts in the order in which they were given.
struct clau_words {
    size_t count;
    const char **texts; ///< owned array
    int *places;        ///< owned array: where each stands in argv, to compare with others
};

/// An option whose value may be left out: `--list`, `--list keys`, `--list=keys`. A word after it
/// is its value unless it is an option, holds a slash or ends in ".toml": so it is clear without
/// knowing the topics.
struct clau_topic {
    bool given;
    const char *name; ///< NULL: left out
};

struct clau_option {
    char letter;          ///< 0: long form only
    const char *name;     ///< without the dashes
    const char *argument; ///< what --help calls its value; NULL: it takes none
    enum clau_option_type type;
    size_t offset;
    const char *help; ///< plain text, wrapped when printed; NULL: not in --help
    double minimum, maximum;
};

struct clau_command {
    const struct clau_option *options;
    size_t option_count;
    const char *operand; ///< what messages call an operand: "CONFIG.toml"
    size_t least, most;  ///< how many operands there must be, and may be (0: any number)
    size_t operands;     ///< offset of a struct clau_words
};

/// Reads the command line into `values`, which holds the defaults, its words zeroed. `program` is
/// the name in messages. To be cleared in the end. Errors: CLAU_BAD_INPUT `program: what`,
/// CLAU_NO_MEMORY; what was read until then stands in `values`, and nothing is left to clear.
enum clau_status clau_command_parse(const struct clau_command *command, const char *program,
                                    int argc, char *const *argv, void *values,
                                    struct clau_error *error);
/// Frees the words in `values`, and zeroes them.
void clau_command_clear(const struct clau_command *command, void *values);

/// The options, a line or more for each, none wider than a terminal.
void clau_command_describe(const struct clau_command *command, FILE *stream);

/// One item of a command line, as it was written.
struct clau_command_item {
    const struct clau_option *option; ///< NULL: an operand
    const char *text;                 ///< operand, or value of the option (NULL: none)
    int place;                        ///< where the text stands in argv
    bool by_letter;                   ///< the option was given by its letter
};

/// The items not read yet; begins as {command, program, argc, argv, .next = 1}.
struct clau_command_cursor {
    const struct clau_command *command;
    const char *program;
    int argc;
    char *const *argv;
    int next;
    const char *letters; ///< the rest of a word of joined letters
    bool operands_only;
};

/// Reads the next item, *more: there was one. Values are not checked. Errors: CLAU_BAD_INPUT.
enum clau_status clau_command_next(struct clau_command_cursor *cursor,
                                   struct clau_command_item *item, bool *more,
                                   struct clau_error *error);

/// Seconds ("90", "1.5") or HH:MM:SS; true and *seconds set if it is a duration above 0.
bool clau_read_duration(const char *text, double *seconds);

/// Writes a word so that a POSIX shell reads it back as it is, in quotes where it needs them.
void clau_print_shell_word(const char *word, FILE *stream);

#endif
