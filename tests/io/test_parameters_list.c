// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/parameters.h"

#include <stdlib.h>
#include <string.h>

#include "tests/approx.h"
#include "tests/io/parameters_fixture.h"

/* Lists */

static char *list(bool json, const struct clau_kinds *kinds) {
    struct setup setup;
    char *text = NULL;
    size_t size = 0;
    setup_start(&setup);
    FILE *stream = open_memstream(&text, &size);
    if (kinds)
        clau_kinds_list(kinds, json, stream);
    else
        clau_parameters_list(setup.groups, 2, json, stream);
    fclose(stream);
    return text;
}

static void list_names_every_key(void **state) {
    (void)state;
    static const char *const parts[] = {
        "  solver                name of the solver\n"
        "                        string; required\n",
        "\n[time]\n  end                   simulated time at which to stop\n"
        "                        real, above 0; required\n",
        "real, above 0; default: time.end / 100\n",
        "one of \"double\", \"single\"; default \"double\"\n",
        "                        \"single\": 4 bytes\n",
        "list of reals, at least 0, 1 or more, at most 4; default [0.5, 2.0]\n",
        "\n[[initial]]\n  initial conditions, superposed\n  array of tables, 1 or more; required\n",
        "    \"soliton\"             a sech\n      amplitude             height\n",
        "frequency [rad]\n",
        "\n[[ramp]]\n",
        "\n[equation.potential]\n",
    };
    char *text = list(false, NULL);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (!strstr(text, parts[i]))
            fail_msg("\"%s\" is not in\n%s", parts[i], text);
    for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
        assert_true(strcspn(line, "\n") <= 100);
    free(text);
    text = list(false, &initials);
    assert_string_equal(text, "initial, by the key kind\n"
                              "  \"soliton\"             a sech\n"
                              "    amplitude             height\n"
                              "                          real, above 0; required\n"
                              "    velocity              speed\n"
                              "                          real, finite; default 0\n"
                              "  \"file\"                from a file\n"
                              "    path                  file to read\n"
                              "                          string; required\n"
                              "    shift                 move it\n"
                              "                          list of reals; optional\n");
    free(text);
}

static void long_descriptions_are_wrapped(void **state) {
    (void)state;
    static const struct clau_parameter rows[] = {
        {.key = "a_key_with_a_name_of_more_than_its_column",
         .type = CLAU_BOOLEAN,
         .fallback = "true",
         .description = "a description that is far too long for one line of a hundred columns, "
                        "and so goes on in the next one"}};
    bool value = false;
    const struct clau_parameter_group group = {ROWS(rows), &value};
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    clau_parameters_list(&group, 1, false, stream);
    fclose(stream);
    // The first line of the description is exactly as wide as a line may be.
    assert_string_equal(
        text,
        "  a_key_with_a_name_of_more_than_its_column\n"
        "                        a description that is far too long for one line of a hundred "
        "columns, and so\n"
        "                        goes on in the next one\n"
        "                        boolean; default true\n");
    free(text);
}

/// A strict reader of JSON's grammar: the end of the value, or NULL.
static const char *json_value(const char *c) {
    c += strspn(c, " \n");
    if (*c == '"') {
        for (c++; *c != '"'; c++) {
            if ((unsigned char)*c < 0x20)
                return NULL;
            if (*c == '\\' && !strchr("\"\\/bfnrtu", *++c))
                return NULL;
        }
        return c + 1;
    }
    if (*c == '{' || *c == '[') {
        const char close = *c == '{' ? '}' : ']', *next = c + 1 + strspn(c + 1, " \n");
        if (*next == close)
            return next + 1;
        do {
            if (close == '}') {
                c = json_value(c + 1);
                if (!c || *c != ':')
                    return NULL;
            }
            c = json_value(c + 1);
            if (!c)
                return NULL;
            c += strspn(c, " \n");
        } while (*c == ',');
        return *c == close ? c + 1 : NULL;
    }
    if (strncmp(c, "true", 4) == 0)
        return c + 4;
    if (strncmp(c, "false", 5) == 0)
        return c + 5;
    char *end;
    if (!strchr("-0123456789", *c))
        return NULL;
    strtod(c, &end);
    return end > c ? end : NULL;
}

static void list_is_json(void **state) {
    (void)state;
    assert_null(json_value("{\"a\": inf}"));
    assert_null(json_value("{\"a\" 1}"));
    assert_null(json_value("[1, 2"));
    char *text = list(true, NULL);
    const char *end = json_value(text);
    assert_non_null(end);
    assert_string_equal(end, "\n");
    assert_non_null(strstr(text, "{\"key\": \"grid.points\", \"type\": \"integer\", "
                                 "\"description\": \"number of grid points\", \"required\": true, "
                                 "\"minimum\": 8.0, \"above_minimum\": false}"));
    assert_non_null(strstr(text, "a line \\\"about\\\" it"));
    free(text);
    text = list(true, &integrators);
    end = json_value(text);
    assert_non_null(end);
    assert_string_equal(end, "\n");
    assert_non_null(strstr(text, "{\"topic\": \"integrators\", \"selector\": \"method\""));
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(list_names_every_key),
        cmocka_unit_test(long_descriptions_are_wrapped),
        cmocka_unit_test(list_is_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
