// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/toml_scan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/toml.h"
#include "tests/approx.h"

static void accept(const char *text) {
    struct clau_toml_fault fault = {.what = ""};
    if (!clau_toml_scan(text, strlen(text), &fault)) {
        fail_msg("%s: %zu:%zu: %s", text, fault.line, fault.column, fault.what);
    }
}

/// The text is refused at that place, with a reason that holds `part`.
static void refuse_bytes(const char *text, size_t length, size_t line, size_t column,
                         const char *part) {
    struct clau_toml_fault fault = {.what = ""};
    if (clau_toml_scan(text, length, &fault)) {
        fail_msg("accepted: %.60s", text);
    }
    if (strstr(fault.what, part) == NULL) {
        fail_msg("%.60s: \"%s\" holds no \"%s\"", text, fault.what, part);
    }
    assert_int_equal(fault.line, line);
    assert_int_equal(fault.column, column);
}

static void refuse(const char *text, size_t line, size_t column, const char *part) {
    refuse_bytes(text, strlen(text), line, column, part);
}

/// before, `count` times part, after; free().
static char *repeated(const char *before, const char *part, size_t count, const char *after) {
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    assert_non_null(stream);
    fputs(before, stream);
    for (size_t i = 0; i < count; i++) {
        fputs(part, stream);
    }
    fputs(after, stream);
    fclose(stream);
    return text;
}

static void check_limit(const char *before, const char *part, size_t most, const char *after,
                        size_t column, const char *what) {
    char *text = repeated(before, part, most, after);
    accept(text);
    free(text);
    text = repeated(before, part, most + 1, after);
    refuse(text, 1, column, what);
    free(text);
    text = repeated(before, part, 200000, after);
    refuse(text, 1, column, what);
    free(text);
}

static void long_keys(void **state) {
    (void)state;
    check_limit("a", ".a", 31, " = 1\n", 64, "more than 32 parts");
    check_limit("[a", ".a", 31, "]\n", 65, "more than 32 parts");
    check_limit("[[ a", " . a", 31, "]]\n", 130, "more than 32 parts");
    check_limit("\"a\"", ".'b'", 31, " = 1\n", 128, "more than 32 parts");
    check_limit("x = { a", ".a", 31, " = 1 }\n", 70, "more than 32 parts");
    // Dots of numbers, and keys one after the other, do not add up.
    char *text = repeated("", "a.b.c = 1.5\n", 100, "");
    accept(text);
    free(text);
    text = repeated("x = [", "1.5, ", 100, "]\n");
    accept(text);
    free(text);
    text = repeated("x = [", "{a.b = 1.5}, ", 100, "]\n");
    accept(text);
    free(text);
}

static void deep_values(void **state) {
    (void)state;
    check_limit("x = ", "[", 64, "", 69, "more than 64 deep");
    check_limit("x = ", "{a = ", 64, "", 5 + 64 * 5, "more than 64 deep");
    // Parts of keys are levels, too: a table in a table each.
    check_limit("x = ", "{a.b.c = ", 64 / 3 + 1, "", 0 + 5 + (64 / 3 + 1) * 9, "more than 64 deep");
    // What is closed does not add up.
    char *text = repeated("x = [", "[[{a.b.c = []}]],\n", 1000, "]\n");
    accept(text);
    free(text);
    // More is closed than was opened: for the parser to say.
    accept("x = ]]]]}}}}\n");
}

static void strings_and_comments_hold_anything(void **state) {
    (void)state;
    static const char *const around[][2] = {
        {"# ", "\nx = 1\n"},          {"x = '", "'\n"},
        {"x = \"", "\"\n"},           {"x = '''\n", "\n'''\n"},
        {"x = \"\"\"", "\"\"\"\n"},   {"x = \"\"\"\"\"", "\"\"\"\"\"\n"},
        {"x = ''''' \\", "''''' \n"}, {"x = \"\\\"", "\"\n"},
        {"x = '\\'\ny = \"", "\"\n"}, {"x = \"\"\"\\\"\"\"", "\"\"\"\n"},
        {"x = \"\"\ny = \"", "\"\n"}, {"x = \"\\\\\"\ny = '", "'\n"},
    };
    for (size_t i = 0; i < sizeof around / sizeof *around; i++) {
        char *text = repeated(around[i][0], "[{a.b\xc3\xb6", 100, around[i][1]);
        accept(text);
        free(text);
        // Behind it, brackets count again.
        char *open = repeated("", "[", 65, "");
        text = repeated(around[i][0], "[{a.b\xc3\xb6", 100, around[i][1]);
        char *both = repeated(text, open, 1, "");
        struct clau_toml_fault fault;
        assert_false(clau_toml_scan(both, strlen(both), &fault));
        free(both);
        free(text);
        free(open);
    }
    accept("x = \"\"\"\r\na\\\r\n  b\"\"\"\r\n");
    accept("\xef\xbb\xbf[grid]\r\npoints = 8 # \xe2\x82\xac\r\n");
    accept("");
    accept("x = \"unfinished");
    accept("x = \"unfinished\\");
    accept("x = '''unfinished''");
}

static void bytes_that_are_no_text(void **state) {
    (void)state;
    refuse_bytes("a = 1\n\0b", 8, 2, 1, "NUL");
    refuse_bytes("a = '\0'", 7, 1, 6, "NUL");
    refuse_bytes("a = \"\\\0\"", 8, 1, 7, "NUL");
    refuse_bytes("# \0", 3, 1, 3, "NUL");
    static const char *const broken[] = {
        "\x80",
        "\xff",
        "\xc3",
        "\xc3(",
        "\xc0\xaf",
        "\xe0\x80\xaf",
        "\xed\xa0\x80",
        "\xe2\x82",
        "\xf0\x80\x80\x80",
        "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80",
        "\xf0\x9f\x98",
    };
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        char *text = repeated("# caf\xc3\xa9\nx = '", broken[i], 1, "'\n");
        refuse(text, 2, 6, "not UTF-8");
        free(text);
        text = repeated("# ", broken[i], 1, "\n");
        refuse(text, 1, 3, "not UTF-8");
        free(text);
        text = repeated("", broken[i], 1, " = 1\n");
        refuse(text, 1, 1, "not UTF-8");
        free(text);
    }
    refuse("a = 1\rb = 2\n", 1, 6, "carriage return");
    refuse("# a\rb = 2\n", 1, 4, "carriage return");
    refuse("a = '\x01'\n", 1, 6, "control character 0x01");
    refuse("# \x7f\n", 1, 3, "control character 0x7f");
    refuse("# \x0b[[\n", 1, 3, "control character 0x0b");
}

static void keys_outside_ascii(void **state) {
    (void)state;
    refuse("gr\xc3\xb6\xc3\x9f"
           "e = 1\n",
           1, 3, "quotes");
    refuse("# \xc3\xb6\n[a.\xe2\x82\xac]\n", 2, 4, "quotes");
    refuse("a = \xc3\xa9\n", 1, 5, "quotes");
    refuse("a\xc2\xa0= 1\n", 1, 2, "quotes");
    refuse("a = \"\"\"b\\\n  \xc3\xa4\"\"\"\n", 1, 9, "joins lines");
    refuse("a = \"\"\"\\\xc3\xa4\"\"\"\n", 1, 8, "joins lines");
    accept("a = \"\"\"\xc3\xa4\\\r\n  b\xc3\xa4 \\\"\xc3\xa4\"\"\"\nb = \"\\\\\xc3\xa4\"\n");
    refuse("a = 1\n\xef\xbb\xbf"
           "b = 2\n",
           2, 1, "quotes");
    accept("'gr\xc3\xb6\xc3\x9f"
           "e' = 1\n\"\xe2\x82\xac\".\"\xf0\x9f\x98\x80\" = 2\n");
}

static void headers_without_names(void **state) {
    (void)state;
    refuse("[[[a]]]\n", 1, 1, "header without a name");
    refuse("a = 1\n  [ .a]\n", 2, 3, "header without a name");
    refuse("[]", 1, 1, "header without a name");
    refuse("[", 1, 1, "header without a name");
    refuse("[[ ", 1, 1, "header without a name");
    refuse("[ [a]]\n", 1, 1, "header without a name");
    refuse("a = [\n1]\n[#", 3, 1, "header without a name");
    refuse("a = '''\n[[[\n'''\r\n[=", 4, 1, "header without a name");
    accept("[ a ]\n\t[[ \"b\" ]]\r\n[-]\n[[_]] # [[[\na = [\n[[[]]],\n[ ]]\n");
}

static void brackets_match(void **state) {
    (void)state;
    refuse("a = [}\n", 1, 6, "'}' where ']' is due");
    refuse("a = [1,\n}", 2, 1, "'}' where ']' is due");
    refuse("a = {b = [1, {]", 1, 15, "']' where '}' is due");
    refuse("[a}", 1, 3, "'}' where ']' is due");
    accept("a = [{b = [1]}, {}]\n[a]\nb = {c = [[{}]]}\n");
}

static void strings_stand_alone(void **state) {
    (void)state;
    refuse("a = +\"\xc3\xa4\"\n", 1, 6, "middle of a word");
    refuse("a = 'b'\"\xc3\xa4\"\n", 1, 8, "middle of a word");
    refuse("a'b' = 1\n", 1, 2, "middle of a word");
    refuse("a = \\\"\xc3\xa4\n", 1, 6, "middle of a word");
    refuse("a=1.b={c=\"\xce\x8c\"}\n", 1, 6, "'=' in a value");
    refuse("a = [b=1]\n", 1, 7, "'=' in a value");
    refuse("a = 1.'b'\n", 1, 7, "middle of a word");
    refuse("a = 1{b = \"\xc3\xa4\"}\n", 1, 6, "middle of a word");
    refuse("a = [1.\"\xc3\xa4\"]\n", 1, 8, "middle of a word");
    accept("'a'.\"b\" = ['c',\"d\",[\"e\"],{'f'='g'}]\n\t'h' ='i'\r\n['j']\n");
    accept("\"a\" = 1\n[[b.\"c\".'d']]\n[ \"e\".f ]\na.'g' = [1.5,.5]\n");
    accept("\xef\xbb\xbf'a' = 1\n");
    // Refused by the parser, at the end of the header.
    accept("[a\nb = 1\nc = 2\n");
}

static void dates(void **state) {
    (void)state;
    refuse("a = 1979-05-27T07:32:00Z\n", 1, 5, "a date");
    refuse("a = [1979-05-2c 7", 1, 6, "a date");
    refuse("a = 07:32:00\n", 1, 7, "a time");
    accept("a = '1979-05-27T07:32:00' # 07:32\nb = [1979, -05, 1e-05, 1000, 1.25e-07]\n");
}

static void large_texts(void **state) {
    (void)state;
    char *text = malloc(CLAU_TOML_BYTES + 1);
    assert_non_null(text);
    memset(text, '\n', CLAU_TOML_BYTES + 1);
    struct clau_toml_fault fault;
    assert_true(clau_toml_scan(text, CLAU_TOML_BYTES, &fault));
    refuse_bytes(text, CLAU_TOML_BYTES + 1, 0, 0, "longer than 16 MiB");
    free(text);
}

/// What passes is within what the parser and all that walks its nodes can do: the deepest text.
static void the_deepest_text_is_parsed(void **state) {
    (void)state;
    char *value = repeated("", "{a.b.c.d = ", 9, "1");
    char *closed = repeated(value, "}", 9, "\n");
    char *head = repeated("[h", ".h", 31, "]\n");
    char *key = repeated("k", ".k", 31, " = ");
    char *front = repeated(head, key, 1, closed);
    struct clau_toml *document = NULL;
    struct clau_error error = {.message = ""};
    if (clau_toml_parse_text(front, "c.toml", &document, &error) != CLAU_OK) {
        fail_msg("%s", error.message);
    }
    char text[4096];
    clau_toml_show(clau_toml_root(document), text, sizeof text);
    assert_non_null(strstr(text, "d = 1 }"));
    clau_toml_destroy(document);
    free(front);
    free(key);
    free(head);
    free(closed);
    free(value);
}

static void overrides_are_looked_at(void **state) {
    (void)state;
    struct clau_toml *document = NULL;
    assert_int_equal(clau_toml_parse_text("[grid]\n", "c.toml", &document, NULL), CLAU_OK);
    const struct {
        char *text;
        const char *part;
    } cases[] = {
        {repeated("a", ".a", 200000, "=1"), "...: a key of more than 32 parts"},
        {repeated("a=", "[", 200000, ""), "[[...: is nested more than 64 deep"},
        {repeated("a={a", ".a", 200000, "=1}"), "...: a key of more than 32 parts"},
        {repeated("a=", "\xc3\xa9", 1, ""), "a=\xc3\xa9: a character outside ASCII"},
        {repeated("a=", "'\xff'", 1, ""), ": a byte that is not UTF-8"},
        {repeated("a='", "\xc3\xa9", 200000, "]'="), "\xc3\xa9...: "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct clau_error error = {.message = ""};
        assert_int_equal(clau_toml_override(document, cases[i].text, &error), CLAU_BAD_INPUT);
        if (strstr(error.message, cases[i].part) == NULL) {
            fail_msg("\"%s\" holds no \"%s\"", error.message, cases[i].part);
        }
        free(cases[i].text);
    }
    clau_toml_destroy(document);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(long_keys),
        cmocka_unit_test(deep_values),
        cmocka_unit_test(strings_and_comments_hold_anything),
        cmocka_unit_test(bytes_that_are_no_text),
        cmocka_unit_test(keys_outside_ascii),
        cmocka_unit_test(headers_without_names),
        cmocka_unit_test(brackets_match),
        cmocka_unit_test(strings_stand_alone),
        cmocka_unit_test(dates),
        cmocka_unit_test(large_texts),
        cmocka_unit_test(the_deepest_text_is_parsed),
        cmocka_unit_test(overrides_are_looked_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
