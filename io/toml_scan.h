// SPDX-License-Identifier: GPL-3.0-or-later
/// What is looked at in a TOML text before the parser sees it. Internal to io/.
///
/// toml++ recurses once for each part of a dotted key or header, so that a long one overflows the
/// stack, and is undefined on some characters outside ASCII, on headers that do not begin with a
/// key, on dates that are none and on brackets that do not match. These are refused here, with
/// whatever else is no TOML whoever reads it: bytes that are not UTF-8, control characters.
#ifndef CLAUSIUS_IO_TOML_SCAN_H
#define CLAUSIUS_IO_TOML_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    CLAU_TOML_BYTES = 16 << 20, ///< of a text
    CLAU_TOML_PARTS = 32,       ///< of a dotted key or header
    CLAU_TOML_DEPTH = 64,       ///< of arrays, tables and parts of keys within one value
};

/// What is wrong with a text, and where: line and column, in characters, count from 1; they are 0
/// where it is the whole.
struct clau_toml_fault {
    size_t line, column;
    char what[96];
};

/// Whether a text of `length` bytes may be parsed; if not, *fault says why. A byte order mark and
/// lines that end with CR LF are fine. Constant memory, one pass.
bool clau_toml_scan(const char *text, size_t length, struct clau_toml_fault *fault);

#ifdef __cplusplus
}
#endif

#endif
