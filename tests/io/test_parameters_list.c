// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/parameters.h"

#include <stdlib.h>
#include <string.h>

#include "tests/approx.h"
#include "tests/io/parameters_fixture.h"

/* Lists */

static char *list(enum clau_list_form form, const struct clau_kinds *kinds) {
    struct setup setup;
    char *text = NULL;
    size_t size = 0;
    setup_start(&setup);
    FILE *stream = open_memstream(&text, &size);
    if (kinds)
        clau_kinds_list(kinds, form, stream);
    else
        clau_parameters_list(setup.groups, 2, form, stream);
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
        "  kind                  which it is, and so its further keys: --list initial\n",
        "\n[[ramp]]\n",
        "\n[equation.potential]\n",
    };
    char *text = list(CLAU_LIST_FULL, NULL);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (!strstr(text, parts[i]))
            fail_msg("\"%s\" is not in\n%s", parts[i], text);
    for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
        assert_true(strcspn(line, "\n") <= 100);
    free(text);
    text = list(CLAU_LIST_FULL, &initials);
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

static void brief_lists_take_a_line_an_entry(void **state) {
    (void)state;
    char *text = list(CLAU_LIST_BRIEF, NULL);
    assert_non_null(strstr(text, "  end                   simulated time at which to stop (real, "
                                 "above 0; required)\n"));
    free(text);
    text = list(CLAU_LIST_BRIEF, &initials);
    assert_string_equal(text, "initial, by the key kind\n"
                              "  \"soliton\"             a sech; keys: amplitude (required), "
                              "velocity = 0\n"
                              "  \"file\"                from a file; keys: path (required), "
                              "shift (optional)\n");
    free(text);
}

/// A key that all kinds have is told once, before them; one that differs is not.
static void shared_keys_are_told_once(void **state) {
    (void)state;
    static const struct clau_parameter first[] = {
        {.key = "of", .type = CLAU_STRING, .required = true, .description = "what"},
        {.key = "q", .type = CLAU_REAL, .fallback = "2.0", .description = "order"},
    };
    static const struct clau_parameter second[] = {
        {.key = "q", .type = CLAU_REAL, .fallback = "1.0", .description = "order"},
        {.key = "of", .type = CLAU_STRING, .required = true, .description = "what"},
    };
    static const struct clau_kind items[] = {{"a", "one", ROWS(first), 0},
                                             {"b", "two", ROWS(second), 0}};
    static const struct clau_kinds kinds = {"things", "kind", ROWS(items)};
    char *text = list(CLAU_LIST_BRIEF, &kinds);
    assert_string_equal(text, "things, by the key kind\n"
                              "  every one\n"
                              "    of                    what (string; required)\n"
                              "  \"a\"                   one; keys: q = 2.0\n"
                              "  \"b\"                   two; keys: q = 1.0\n");
    free(text);
}

static char *find(const char *name, struct clau_entry_search *search) {
    struct setup setup;
    char *text = NULL;
    size_t size = 0;
    setup_start(&setup);
    FILE *stream = open_memstream(&text, &size);
    *search =
        (struct clau_entry_search){.name = name, .stream = stream, .distance = CLAU_ENTRY_FAR};
    clau_parameters_find(setup.groups, 2, search);
    fclose(stream);
    return text;
}

static void entries_are_found_by_their_names(void **state) {
    (void)state;
    static const struct {
        const char *name;
        size_t found;
        const char *part;
    } cases[] = {
        {"time.end", 1, "time.end              simulated time"},
        {"time", 1, "[time]\n  end  "},
        {"initial", 1, "[[initial]]\n"},
        {"initial.soliton", 1, "\"soliton\"             a sech\n  amplitude "},
        {"soliton", 1, "\"soliton\"             a sech\n  amplitude "},
        {"initial.soliton.velocity", 1, "of \"soliton\"\nvelocity "},
        {"initial.0.velocity", 1, "of \"soliton\"\nvelocity "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct clau_entry_search search;
        char *text = find(cases[i].name, &search);
        assert_int_equal(search.found, cases[i].found);
        if (strncmp(text, cases[i].part, strlen(cases[i].part)) != 0)
            fail_msg("%s: \"%s\"", cases[i].name, text);
        free(text);
    }
    static const char *const slips[][2] = {{"time.ent", "time.end"},
                                           {"initial.solitom", "initial.soliton"},
                                           {"inital.soliton.velocty", "initial.soliton.velocity"}};
    for (size_t i = 0; i < sizeof slips / sizeof *slips; i++) {
        struct clau_entry_search search;
        free(find(slips[i][0], &search));
        assert_int_equal(search.found, 0);
        assert_string_equal(search.nearest, slips[i][1]);
    }
    struct clau_entry_search search;
    free(find("nothing.of.the.kind", &search));
    assert_int_equal(search.distance, CLAU_ENTRY_FAR);
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
    clau_parameters_list(&group, 1, CLAU_LIST_FULL, stream);
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
    char *text = list(CLAU_LIST_JSON, NULL);
    const char *end = json_value(text);
    assert_non_null(end);
    assert_string_equal(end, "\n");
    assert_non_null(strstr(text, "{\"key\": \"grid.points\", \"type\": \"integer\", "
                                 "\"description\": \"number of grid points\", \"required\": true, "
                                 "\"minimum\": 8.0, \"above_minimum\": false}"));
    assert_non_null(strstr(text, "a line \\\"about\\\" it"));
    free(text);
    text = list(CLAU_LIST_JSON, &integrators);
    end = json_value(text);
    assert_non_null(end);
    assert_string_equal(end, "\n");
    assert_non_null(strstr(text, "{\"topic\": \"integrators\", \"selector\": \"method\""));
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(list_names_every_key),
        cmocka_unit_test(brief_lists_take_a_line_an_entry),
        cmocka_unit_test(shared_keys_are_told_once),
        cmocka_unit_test(entries_are_found_by_their_names),
        cmocka_unit_test(long_descriptions_are_wrapped),
        cmocka_unit_test(list_is_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
