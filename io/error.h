// SPDX-License-Identifier: GPL-3.0-or-later
/// Errors as values: a status, and a finished sentence in memory of the caller.
///
/// No function of the libraries prints or exits. Whatever can fail returns an enum clau_status
/// and, on failure, fills a struct clau_error that the caller owns; outputs are set on success
/// only. The struct may be NULL when the caller does not want the sentence.
#ifndef CLAUSIUS_IO_ERROR_H
#define CLAUSIUS_IO_ERROR_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/// X(name, exit code of a program that ends with it, text)
#define CLAU_STATUS_TABLE(X)                                                                       \
    X(CLAU_OK, 0, "success")                                                                       \
    X(CLAU_BAD_INPUT, 2, "the user's input is wrong")                                              \
    X(CLAU_NO_MEMORY, 1, "out of memory")                                                          \
    X(CLAU_IO_FAILED, 1, "a file could not be read or written")                                    \
    X(CLAU_DIVERGED, 1, "the numerical solution broke down")                                       \
    X(CLAU_INTERNAL, 1, "a bug in the program")

enum clau_status {
#define CLAU_STATUS_ENUM(name, exit_code, text) name,
    CLAU_STATUS_TABLE(CLAU_STATUS_ENUM)
#undef CLAU_STATUS_ENUM
};

enum { CLAU_ERROR_LENGTH = 1024 };

struct clau_error {
    enum clau_status status;
    char message[CLAU_ERROR_LENGTH]; ///< one line, no trailing newline or full stop needed
};

/// Exit code of the status (0, 1 or 2) and its short text.
int clau_status_exit_code(enum clau_status status);
const char *clau_status_text(enum clau_status status);

/// Fills *error (if not NULL) with the status and the formatted sentence, cut to the buffer, with
/// spaces in place of line breaks and other control characters.
/// Returns the status, so that a failing function ends with `return clau_error_set(...)`.
enum clau_status clau_error_set(struct clau_error *error, enum clau_status status,
                                const char *format, ...) __attribute__((format(printf, 3, 4)));

#ifdef __cplusplus
}
#endif

#endif
