// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/toml_scan.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct scan {
    const char *begin, *at, *end;
    size_t line, column;
    unsigned parts;  ///< of the key that is being read, or was before this value
    bool in_value;   ///< dots are those of numbers
    bool at_start;   ///< of a line outside all brackets
    bool in_header;  ///< keys follow its brackets
    unsigned levels; ///< open brackets
    unsigned depth;  ///< those and the parts of the keys before them
    unsigned char cost[CLAU_TOML_DEPTH]; ///< what each open bracket added to depth
    char open[CLAU_TOML_DEPTH];          ///< which bracket each is
    struct clau_toml_fault *fault;
};

static bool refuse(const struct scan *scan, const char *what) {
    *scan->fault = (struct clau_toml_fault){.line = scan->line, .column = scan->column};
    snprintf(scan->fault->what, sizeof scan->fault->what, "%s", what);
    return false;
}

static unsigned char byte(const struct scan *scan, size_t ahead) {
    return (size_t)(scan->end - scan->at) > ahead ? (unsigned char)scan->at[ahead] : 0;
}

/// Bytes of the well-formed UTF-8 sequence of two to four bytes here; 0 where there is none.
static size_t sequence(const struct scan *scan) {
    const unsigned char first = byte(scan, 0), second = byte(scan, 1);
    const size_t length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    // Below these bounds of the second byte: a character written too long; above: a surrogate, or
    // beyond U+10FFFF.
    const unsigned char low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    const unsigned char high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (first < 0xc2 || first > 0xf4 || second < low || second > high) {
        return 0;
    }
    for (size_t i = 2; i < length; i++) {
        if ((byte(scan, i) & 0xc0) != 0x80) {
            return 0;
        }
    }
    return length;
}

/// Goes on by one character, which must be one that TOML allows somewhere.
static bool advance(struct scan *scan) {
    const unsigned char c = byte(scan, 0);
    size_t length = 1;
    if (c == 0) {
        return refuse(scan, "holds a NUL byte: not a text");
    }
    if (c == '\r' && byte(scan, 1) != '\n') {
        return refuse(scan, "a carriage return without a line feed");
    }
    if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f) {
        char what[64];
        snprintf(what, sizeof what, "the control character 0x%02x", c);
        return refuse(scan, what);
    }
    if (c >= 0x80 && (length = sequence(scan)) == 0) {
        return refuse(scan, "a byte that is not UTF-8");
    }
    scan->at += length;
    scan->column++;
    if (c == '\n') {
        scan->line++;
        scan->column = 1;
    }
    return true;
}

static bool advance_by(struct scan *scan, unsigned count) {
    while (count > 0 && advance(scan)) {
        count--;
    }
    return count == 0;
}

static bool quotes(const struct scan *scan, unsigned char quote, unsigned count) {
    for (unsigned i = 0; i < count; i++) {
        if (byte(scan, i) != quote) {
            return false;
        }
    }
    return true;
}

static bool is_blank(unsigned char c) { return c == ' ' || c == '\t'; }

/// Behind the \ that joins lines toml++ is undefined on characters outside ASCII.
static bool check_join(const struct scan *scan) {
    size_t ahead = 1;
    while (is_blank(byte(scan, ahead)) || byte(scan, ahead) == '\r' || byte(scan, ahead) == '\n') {
        ahead++;
    }
    return byte(scan, ahead) < 0x80 ||
           refuse(scan, "a character outside ASCII behind a \\ that joins lines");
}

/// Whether what stands here is a value, or an element of an array.
static bool in_value(const struct scan *scan) {
    return scan->in_value ||
           (!scan->in_header && scan->levels > 0 && scan->open[scan->levels - 1] == '[');
}

/// Strings and brackets stand alone: in the middle of a word, which is wrong, toml++ reads on
/// through them as part of that.
static bool check_start(const struct scan *scan) {
    const char *before =
        in_value(scan) || strchr("[{", *scan->at) != NULL ? " \t\n=[{," : " \t\n=[{,.";
    return scan->at == scan->begin || strchr(before, scan->at[-1]) != NULL ||
           refuse(scan, "a quote or bracket in the middle of a word");
}

/// Over a string, from its first quote to behind its last one. One that does not end on its
/// line, or in the text, is left to the parser, which does not get beyond it.
static bool skip_string(struct scan *scan) {
    const unsigned char quote = byte(scan, 0);
    const unsigned around = quotes(scan, quote, 3) ? 3 : 1;
    if (!check_start(scan) || !advance_by(scan, around)) {
        return false;
    }
    while (scan->at < scan->end) {
        const unsigned char c = byte(scan, 0);
        if (c == '\n' && around == 1) {
            scan->at = scan->end;
            return true;
        }
        if (c == quote && quotes(scan, quote, around)) {
            // Up to two quotes of the content may stand before the three that end it.
            const unsigned more = around == 1              ? 0
                                  : quotes(scan, quote, 5) ? 2
                                                           : quotes(scan, quote, 4);
            return advance_by(scan, around + more);
        }
        const bool escape = c == '\\' && quote == '"' && scan->end - scan->at > 1;
        if (escape && around == 3 && !check_join(scan)) {
            return false;
        }
        if (!advance(scan) || (escape && byte(scan, 0) != '\n' && !advance(scan))) {
            return false;
        }
    }
    return true;
}

static bool skip_comment(struct scan *scan) {
    while (scan->at < scan->end && byte(scan, 0) != '\n') {
        if (!advance(scan)) {
            return false;
        }
    }
    return true;
}

static void next_entry(struct scan *scan) {
    scan->parts = 0;
    scan->in_value = false;
}

static bool deepen(struct scan *scan) {
    const unsigned cost = scan->parts > 0 ? scan->parts : 1;
    if (scan->depth + cost > CLAU_TOML_DEPTH) {
        char what[64];
        snprintf(what, sizeof what, "is nested more than %d deep", CLAU_TOML_DEPTH);
        return refuse(scan, what);
    }
    scan->depth += cost;
    scan->open[scan->levels] = *scan->at;
    scan->cost[scan->levels++] = (unsigned char)cost;
    next_entry(scan);
    return true;
}

/// toml++ is undefined where a table is closed that is an array. More closed than was opened is
/// left to it.
static bool rise(struct scan *scan) {
    if (scan->levels > 0) {
        const char opened = scan->open[scan->levels - 1];
        if (opened != (*scan->at == ']' ? '[' : '{')) {
            return refuse(scan, opened == '[' ? "'}' where ']' is due" : "']' where '}' is due");
        }
        scan->depth -= scan->cost[--scan->levels];
    }
    next_entry(scan);
    return true;
}

static bool add_part(struct scan *scan) {
    if (scan->in_value) {
        return true;
    }
    scan->parts = scan->parts > 0 ? scan->parts + 1 : 2;
    if (scan->parts > CLAU_TOML_PARTS) {
        char what[64];
        snprintf(what, sizeof what, "a key of more than %d parts", CLAU_TOML_PARTS);
        return refuse(scan, what);
    }
    return true;
}

static bool is_digit(unsigned char c) { return c >= '0' && c <= '9'; }

static bool begins_key(unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' ||
           c == '-' || c == '"' || c == '\'' || c >= 0x80;
}

/// A header must name something: toml++ is undefined on one that begins with anything else.
static bool check_header(const struct scan *scan) {
    size_t ahead = 1;
    if (byte(scan, ahead) == '[') {
        ahead++;
    }
    while (is_blank(byte(scan, ahead))) {
        ahead++;
    }
    return begins_key(byte(scan, ahead)) || refuse(scan, "a header without a name");
}

/// A date, of which toml++ is undefined on some that are none; no key takes one.
static bool check_date(const struct scan *scan) {
    for (size_t i = 0; i < 4; i++) {
        if (!is_digit(byte(scan, i))) {
            return true;
        }
    }
    return byte(scan, 4) != '-' || refuse(scan, "a date, which no key takes");
}

/// Over what stands here: a string, a comment or one character of anything else.
static bool step(struct scan *scan) {
    const unsigned char c = byte(scan, 0);
    if ((c == '[' && scan->at_start && !check_header(scan)) || (is_digit(c) && !check_date(scan))) {
        return false;
    }
    scan->in_header = c != '\n' && (scan->in_header || (c == '[' && scan->at_start));
    scan->at_start = (c == '\n' && scan->levels == 0) || (scan->at_start && is_blank(c));
    switch (c) {
    case '"':
    case '\'':
        return skip_string(scan);
    case '#':
        return skip_comment(scan);
    case '[':
    case '{':
        return check_start(scan) && deepen(scan) && advance(scan);
    case ']':
    case '}':
        return rise(scan) && advance(scan);
    case ':':
        return refuse(scan, "a colon, as in a time, which no key takes");
    case '.':
        return add_part(scan) && advance(scan);
    case '=':
        if (in_value(scan)) {
            return refuse(scan, "'=' in a value");
        }
        scan->in_value = true;
        break;
    case '\n':
    case ',':
        next_entry(scan);
        break;
    default:
        if (c >= 0x80 && sequence(scan) > 0) {
            return refuse(scan, "a character outside ASCII, which needs quotes around it");
        }
    }
    return advance(scan);
}

bool clau_toml_scan(const char *text, size_t length, struct clau_toml_fault *fault) {
    struct scan scan = {.begin = text,
                        .at = text,
                        .end = text + length,
                        .line = 1,
                        .column = 1,
                        .at_start = true,
                        .fault = fault};
    if (length > CLAU_TOML_BYTES) {
        char what[64];
        snprintf(what, sizeof what, "is longer than %d MiB: not a configuration",
                 CLAU_TOML_BYTES >> 20);
        scan.line = scan.column = 0;
        return refuse(&scan, what);
    }
    if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        scan.begin = scan.at += 3;
    }
    // The parser ends at a header that its line does not end, and says what it lacks.
    while (scan.at < scan.end && !(scan.in_header && scan.levels > 0 && *scan.at == '\n')) {
        if (!step(&scan)) {
            return false;
        }
    }
    return true;
}
