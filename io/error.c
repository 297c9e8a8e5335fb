// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/error.h"

#include <stdarg.h>
#include <stdio.h>

static const struct {
    int exit_code;
    const char *text;
} statuses[] = {
#define CLAU_STATUS_ROW(name, exit_code, text) [name] = {exit_code, text},
    CLAU_STATUS_TABLE(CLAU_STATUS_ROW)
#undef CLAU_STATUS_ROW
};

int clau_status_exit_code(enum clau_status status) { return statuses[status].exit_code; }

const char *clau_status_text(enum clau_status status) { return statuses[status].text; }

/// What is quoted of the user's texts and names may hold anything, also what moves a terminal's
/// cursor.
static void make_one_line(char *text) {
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < 0x20 || *text == 0x7f) {
            *text = ' ';
        }
    }
}

enum clau_status clau_error_set(struct clau_error *error, enum clau_status status,
                                const char *format, ...) {
    if (error != NULL) {
        va_list arguments;
        va_start(arguments, format);
        error->status = status;
        vsnprintf(error->message, sizeof error->message, format, arguments);
        va_end(arguments);
        make_one_line(error->message);
    }
    return status;
}
