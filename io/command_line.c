// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/command_line.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io/parameters_internal.h"

/* Items */

static const struct clau_option *find_long(const struct clau_command *command, const char *name,
                                           size_t length) {
    for (size_t i = 0; i < command->option_count; i++) {
        const struct clau_option *row = &command->options[i];
        if (strlen(row->name) == length && memcmp(row->name, name, length) == 0) {
            return row;
        }
    }
    return NULL;
}

static const struct clau_option *find_letter(const struct clau_command *command, char letter) {
    for (size_t i = 0; i < command->option_count; i++) {
        if (command->options[i].letter == letter && letter != '\0') {
            return &command->options[i];
        }
    }
    return NULL;
}

/// The option that a wrong name may stand for: near to it, or the only one that it begins. NULL
/// where there is none.
static const char *guess(const struct clau_command *command, const char *wrong) {
    enum { MOST_OPTIONS = 64, SHORTEST = 2 };
    const char *names[MOST_OPTIONS] = {NULL};
    const char *longer = NULL;
    size_t count = 0;
    size_t longer_count = 0;
    for (size_t i = 0; i < command->option_count && count < MOST_OPTIONS; i++) {
        const char *name = command->options[i].name;
        names[count++] = name;
        if (strlen(wrong) >= SHORTEST && strncmp(name, wrong, strlen(wrong)) == 0) {
            longer = name;
            longer_count++;
        }
    }
    const char *near = clau_nearest(wrong, names, count);
    return near != NULL ? near : longer_count == 1 ? longer : NULL;
}

static enum clau_status no_such_option(const struct clau_command_cursor *cursor, const char *name,
                                       size_t length, struct clau_error *error) {
    enum { LONGEST = 64 };
    char wrong[LONGEST] = "";
    const char *near = NULL;
    if (length < sizeof wrong) {
        memcpy(wrong, name, length);
        near = guess(cursor->command, wrong);
    }
    if (near != NULL) {
        return clau_error_set(error, CLAU_BAD_INPUT,
                              "%s: --%s: no such option; did you mean --%s? See %s --help",
                              cursor->program, wrong, near, cursor->program);
    }
    return clau_error_set(error, CLAU_BAD_INPUT, "%s: --%.*s: no such option, see %s --help",
                          cursor->program, (int)length, name, cursor->program);
}

static bool may_be_topic(const char *word) {
    static const char ending[] = ".toml";
    const size_t length = strlen(word);
    const size_t tail = sizeof ending - 1;
    return word[0] != '-' && word[0] != '\0' && strchr(word, '/') == NULL &&
           !(length >= tail && strcmp(word + length - tail, ending) == 0);
}

/// Completes an item by its option's value: `attached` (what follows = or the letter), or the next
/// word.
static enum clau_status take(struct clau_command_cursor *cursor, const struct clau_option *row,
                             const char *attached, struct clau_command_item *item,
                             struct clau_error *error) {
    const bool optional = row->type == CLAU_OPTION_TOPIC;
    item->option = row;
    item->text = attached;
    item->place = cursor->next - 1;
    if (row->argument == NULL && attached != NULL) {
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: --%s takes no value", cursor->program,
                              row->name);
    }
    if (row->argument == NULL || attached != NULL) {
        return CLAU_OK;
    }
    if (cursor->next < cursor->argc && (!optional || may_be_topic(cursor->argv[cursor->next]))) {
        item->place = cursor->next;
        item->text = cursor->argv[cursor->next++];
    } else if (!optional) {
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: --%s needs a value: %s", cursor->program,
                              row->name, row->argument);
    }
    return CLAU_OK;
}

static enum clau_status next_long(struct clau_command_cursor *cursor, const char *name,
                                  struct clau_command_item *item, struct clau_error *error) {
    const char *equals = strchr(name, '=');
    const size_t length = equals != NULL ? (size_t)(equals - name) : strlen(name);
    const struct clau_option *row = find_long(cursor->command, name, length);
    if (row == NULL) {
        return no_such_option(cursor, name, length, error);
    }
    item->by_letter = false;
    return take(cursor, row, equals != NULL ? equals + 1 : NULL, item, error);
}

/// Letters may be joined (-nf); the first that takes a value takes the rest of the word.
static enum clau_status next_letter(struct clau_command_cursor *cursor,
                                    struct clau_command_item *item, struct clau_error *error) {
    const char letter = *cursor->letters++;
    const char *rest = cursor->letters;
    const struct clau_option *row = find_letter(cursor->command, letter);
    if (row == NULL) {
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: -%c: no such option, see %s --help",
                              cursor->program, letter, cursor->program);
    }
    item->by_letter = true;
    if (row->argument != NULL || *rest == '\0') {
        cursor->letters = NULL;
    }
    return take(cursor, row, row->argument != NULL && *rest != '\0' ? rest : NULL, item, error);
}

enum clau_status clau_command_next(struct clau_command_cursor *cursor,
                                   struct clau_command_item *item, bool *more,
                                   struct clau_error *error) {
    *more = true;
    *item = (struct clau_command_item){0};
    if (cursor->letters != NULL) {
        return next_letter(cursor, item, error);
    }
    if (!cursor->operands_only && cursor->next < cursor->argc &&
        strcmp(cursor->argv[cursor->next], "--") == 0) {
        cursor->operands_only = true;
        cursor->next++;
    }
    if (cursor->next >= cursor->argc) {
        *more = false;
        return CLAU_OK;
    }
    const char *word = cursor->argv[cursor->next++];
    if (cursor->operands_only || word[0] != '-' || word[1] == '\0') {
        item->text = word;
        item->place = cursor->next - 1;
        return CLAU_OK;
    }
    if (word[1] == '-') {
        return next_long(cursor, word + 2, item, error);
    }
    cursor->letters = word + 1;
    return next_letter(cursor, item, error);
}

/* Values */

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

static enum clau_status read_integer(const char *program, const struct clau_option *row,
                                     const char *text, int64_t *value, struct clau_error *error) {
    char *end = NULL;
    errno = 0;
    const long long read = strtoll(text, &end, 10);
    if (end == text || *end != '\0' || errno != 0 || (double)read < row->minimum ||
        (double)read > row->maximum) {
        return clau_error_set(error, CLAU_BAD_INPUT,
                              "%s: --%s = %s: must be an integer from %.0f to %.0f", program,
                              row->name, text, row->minimum, row->maximum);
    }
    *value = read;
    return CLAU_OK;
}

static enum clau_status read_real(const char *program, const struct clau_option *row,
                                  const char *text, double *value, struct clau_error *error) {
    char *end = NULL;
    const double read = strtod(text, &end);
    if (end == text || *end != '\0' || !(read >= row->minimum && read < row->maximum)) {
        return clau_error_set(error, CLAU_BAD_INPUT,
                              "%s: --%s = %s: must be a number of at least %g and below %g",
                              program, row->name, text, row->minimum, row->maximum);
    }
    *value = read;
    return CLAU_OK;
}

/// The arrays have room for every word of the command line.
static void add_word(struct clau_words *words, const struct clau_command_item *item) {
    words->texts[words->count] = item->text;
    words->places[words->count++] = item->place;
}

static enum clau_status store(const char *program, const struct clau_command_item *item,
                              void *values, struct clau_error *error) {
    const struct clau_option *row = item->option;
    void *const member = (char *)values + row->offset;
    switch (row->type) {
    case CLAU_OPTION_FLAG:
    case CLAU_OPTION_INFORM:
        *(bool *)member = true;
        return CLAU_OK;
    case CLAU_OPTION_TOPIC:
        *(struct clau_topic *)member = (struct clau_topic){true, item->text};
        return CLAU_OK;
    case CLAU_OPTION_TEXT:
        *(const char **)member = item->text;
        if (*item->text == '\0') {
            return clau_error_set(error, CLAU_BAD_INPUT, "%s: --%s: is empty", program, row->name);
        }
        return CLAU_OK;
    case CLAU_OPTION_WORDS:
        add_word(member, item);
        return CLAU_OK;
    case CLAU_OPTION_INTEGER:
        return read_integer(program, row, item->text, member, error);
    case CLAU_OPTION_REAL:
        return read_real(program, row, item->text, member, error);
    case CLAU_OPTION_DURATION:
        if (!clau_read_duration(item->text, member)) {
            return clau_error_set(error, CLAU_BAD_INPUT,
                                  "%s: --%s = %s: must be a number of seconds above 0, or HH:MM:SS",
                                  program, row->name, item->text);
        }
        return CLAU_OK;
    }
    return clau_error_set(error, CLAU_INTERNAL, "%s: --%s: no such type", program, row->name);
}

static enum clau_status store_operand(const struct clau_command *command, const char *program,
                                      const struct clau_command_item *item, void *values,
                                      struct clau_error *error) {
    struct clau_words *words = (void *)((char *)values + command->operands);
    if (command->most == 0 || words->count < command->most) {
        add_word(words, item);
        return CLAU_OK;
    }
    if (command->most == 1) {
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: one %s at a time: %s, then %s", program,
                              command->operand, words->texts[0], item->text);
    }
    return clau_error_set(error, CLAU_BAD_INPUT, "%s: %s: one %s too many", program, item->text,
                          command->operand);
}

/// The words of one option, or (index option_count) the operands; NULL where a row has none.
static struct clau_words *words_at(const struct clau_command *command, size_t index, void *values) {
    if (index == command->option_count) {
        return (void *)((char *)values + command->operands);
    }
    const struct clau_option *row = &command->options[index];
    return row->type == CLAU_OPTION_WORDS ? (void *)((char *)values + row->offset) : NULL;
}

void clau_command_clear(const struct clau_command *command, void *values) {
    for (size_t i = 0; i <= command->option_count; i++) {
        struct clau_words *words = words_at(command, i, values);
        if (words != NULL) {
            free(words->texts);
            free(words->places);
            *words = (struct clau_words){0};
        }
    }
}

static enum clau_status make_room(const struct clau_command *command, const char *program,
                                  size_t room, void *values, struct clau_error *error) {
    for (size_t i = 0; i <= command->option_count; i++) {
        struct clau_words *words = words_at(command, i, values);
        if (words == NULL) {
            continue;
        }
        words->texts = calloc(room, sizeof *words->texts);
        words->places = calloc(room, sizeof *words->places);
        if (words->texts == NULL || words->places == NULL) {
            return clau_error_set(error, CLAU_NO_MEMORY, "%s: out of memory", program);
        }
    }
    return CLAU_OK;
}

static enum clau_status read_all(struct clau_command_cursor *cursor, void *values, bool *informs,
                                 struct clau_error *error) {
    struct clau_command_item item;
    bool more = true;
    enum clau_status status = clau_command_next(cursor, &item, &more, error);
    while (status == CLAU_OK && more) {
        if (item.option == NULL) {
            status = store_operand(cursor->command, cursor->program, &item, values, error);
        } else {
            status = store(cursor->program, &item, values, error);
            *informs = *informs || item.option->type == CLAU_OPTION_INFORM ||
                       item.option->type == CLAU_OPTION_TOPIC;
        }
        if (status == CLAU_OK) {
            status = clau_command_next(cursor, &item, &more, error);
        }
    }
    return status;
}

enum clau_status clau_command_parse(const struct clau_command *command, const char *program,
                                    int argc, char *const *argv, void *values,
                                    struct clau_error *error) {
    struct clau_command_cursor cursor = {command, program, argc, argv, .next = 1};
    bool informs = false;
    enum clau_status status = make_room(command, program, (size_t)argc + 1, values, error);
    if (status == CLAU_OK) {
        status = read_all(&cursor, values, &informs, error);
    }
    const struct clau_words *operands = (void *)((char *)values + command->operands);
    if (status == CLAU_OK && operands->count < command->least && !informs) {
        status = clau_error_set(error, CLAU_BAD_INPUT, "%s: %s is missing, see %s --help", program,
                                command->operand, program);
    }
    if (status != CLAU_OK) {
        clau_command_clear(command, values);
    }
    return status;
}

/* Text */

void clau_command_describe(const struct clau_command *command, FILE *stream) {
    enum { COLUMN = 28 };
    for (size_t i = 0; i < command->option_count; i++) {
        const struct clau_option *row = &command->options[i];
        if (row->help == NULL) {
            continue;
        }
        char left[128] = "      --";
        if (row->letter != 0) {
            snprintf(left, sizeof left, "  -%c, --", row->letter);
        }
        clau_append(left, sizeof left, "%s", row->name);
        if (row->argument != NULL) {
            clau_append(left, sizeof left, row->type == CLAU_OPTION_TOPIC ? " [%s]" : " %s",
                        row->argument);
        }
        const int width = (int)strlen(left);
        fprintf(stream, "%s%*s", left, width < COLUMN ? COLUMN - width : 2, "");
        clau_print_wrapped(row->help, COLUMN, stream);
    }
}

void clau_print_shell_word(const char *word, FILE *stream) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_-./:=@%+,";
    if (*word != '\0' && strspn(word, plain) == strlen(word)) {
        fputs(word, stream);
        return;
    }
    fputc('\'', stream);
    for (const char *c = word; *c != '\0'; c++) {
        if (*c == '\'') {
            fputs("'\\''", stream);
        } else {
            fputc(*c, stream);
        }
    }
    fputc('\'', stream);
}
