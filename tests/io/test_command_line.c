// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/command_line.h"

#include <string.h>

#include "tests/approx.h"

static void test_durations(void **state) {
    (void)state;
    // Exact: each is a double, or made of whole numbers.
    const struct {
        const char *text;
        double seconds;
    } good[] = {
        {"90", 90.0},         {"1.5", 1.5},         {"1e3", 1000.0},     {".25", 0.25},
        {"00:00:01", 1.0},    {"01:02:03", 3723.0}, {"1:02:03", 3723.0}, {"23:59:59", 86399.0},
        {"100:00:00", 3.6e5}, {"0:59:00", 3540.0},
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        double seconds = -1.0;
        assert_true(clau_read_duration(good[i].text, &seconds));
        assert_true(seconds == good[i].seconds);
    }
    static const char *const bad[] = {
        "",         "0",        "-5",      "00:00:00",  "1:2:3",    "01:02",     "01:60:00",
        "01:00:60", "1h",       "90 ",     " 90",       "nan",      "inf",       "1e999",
        "0x10",     "1:02:03:", ":02:03",  "1:02:3x",   "-1:00:00", "1.5:00:00", "1e2:00:00",
        "1e",       "--5",      "1:+2:03", "01:02:003",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        double seconds = 17.0;
        if (clau_read_duration(bad[i], &seconds)) {
            fail_msg("'%s' is taken for %g s", bad[i], seconds);
        }
        assert_true(seconds == 17.0);
    }
}

/// A program with an option of every type.
struct values {
    bool force, help;
    const char *output;
    struct clau_words groups, files;
    int64_t count;
    double part, time;
    struct clau_topic list;
};

#define MEMBER(name) offsetof(struct values, name)

static const struct clau_option rows[] = {
    {'o', "output", "FILE", CLAU_OPTION_TEXT, MEMBER(output), "file that is written", 0, 0},
    {'f', "force", NULL, CLAU_OPTION_FLAG, MEMBER(force), "replace it", 0, 0},
    {'g', "group", "NAME", CLAU_OPTION_WORDS, MEMBER(groups), "what the files are", 0, 0},
    {'n', "count", "N", CLAU_OPTION_INTEGER, MEMBER(count), "how many", -2, 9},
    {0, "part", "X", CLAU_OPTION_REAL, MEMBER(part), "which part", 0, 1},
    {0, "time-limit", "T", CLAU_OPTION_DURATION, MEMBER(time),
     "a text that is much too long for one line of a terminal, and is wrapped at spaces before it "
     "gets there",
     0, 0},
    {0, "list", "TOPIC", CLAU_OPTION_TOPIC, MEMBER(list), "tables", 0, 0},
    {0, "time-zone", NULL, CLAU_OPTION_FLAG, MEMBER(force), NULL, 0, 0},
    {'h', "help", NULL, CLAU_OPTION_INFORM, MEMBER(help), "this help", 0, 0},
};

static const struct clau_command command = {
    rows, sizeof rows / sizeof *rows, "FILE.nc", 1, 3, MEMBER(files),
};

enum { MOST_WORDS = 32 };

struct parsed {
    char buffer[512];
    char *words[MOST_WORDS];
    int count;
    struct values values;
    struct clau_error error;
    enum clau_status status;
};

static void split(struct parsed *parsed, const char *line) {
    *parsed = (struct parsed){.values = {.part = 0.5, .count = 7}};
    assert_true(strlen(line) < sizeof parsed->buffer);
    strcpy(parsed->buffer, line);
    for (char *word = strtok(parsed->buffer, " "); word != NULL; word = strtok(NULL, " ")) {
        assert_true(parsed->count < MOST_WORDS - 1);
        parsed->words[parsed->count++] = word;
    }
}

/// Reads a line that begins with the program's name.
static void parse(struct parsed *parsed, const char *line) {
    split(parsed, line);
    parsed->status = clau_command_parse(&command, "program", parsed->count, parsed->words,
                                        &parsed->values, &parsed->error);
}

static void parse_well(struct parsed *parsed, const char *line) {
    parse(parsed, line);
    if (parsed->status != CLAU_OK) {
        fail_msg("%s: %s", line, parsed->error.message);
    }
}

static void test_every_type(void **state) {
    (void)state;
    struct parsed p;
    parse_well(&p, "program a.nc -fo x.nc --count=-2 --part 0 b.nc --time-limit 0:01:30 --list");
    assert_true(p.values.force);
    assert_false(p.values.help);
    assert_string_equal(p.values.output, "x.nc");
    assert_int_equal(p.values.count, -2);
    assert_true(p.values.part == 0.0 && p.values.time == 90.0);
    assert_true(p.values.list.given);
    assert_null(p.values.list.name);
    assert_int_equal(p.values.files.count, 2);
    assert_string_equal(p.values.files.texts[1], "b.nc");
    clau_command_clear(&command, &p.values);
    assert_null(p.values.files.texts);
    clau_command_clear(&command, &p.values);
}

static void test_defaults_stay(void **state) {
    (void)state;
    struct parsed p;
    parse_well(&p, "program a.nc");
    assert_true(p.values.part == 0.5 && p.values.count == 7);
    assert_null(p.values.output);
    assert_false(p.values.list.given);
    clau_command_clear(&command, &p.values);
}

/// Places tell which words stand before which others.
static void test_places(void **state) {
    (void)state;
    struct parsed p;
    parse_well(&p, "program a.nc -g one b.nc -fgtwo -- -c.nc");
    const struct clau_words *files = &p.values.files;
    const struct clau_words *groups = &p.values.groups;
    assert_int_equal(files->count, 3);
    assert_int_equal(groups->count, 2);
    assert_string_equal(groups->texts[1], "two");
    assert_string_equal(files->texts[2], "-c.nc");
    assert_true(files->places[0] < groups->places[0] && groups->places[0] < files->places[1]);
    assert_true(files->places[1] < groups->places[1] && groups->places[1] < files->places[2]);
    clau_command_clear(&command, &p.values);
}

/// The word after an option whose value may be left out.
static void test_topics(void **state) {
    (void)state;
    static const struct {
        const char *line, *topic;
        size_t files;
    } cases[] = {
        {"program --list", NULL, 0},
        {"program --list keys", "keys", 0},
        {"program --list keys a.nc", "keys", 1},
        {"program --list initial.0.velocity", "initial.0.velocity", 0},
        {"program --list a.toml", NULL, 1},
        {"program --list ./a", NULL, 1},
        {"program --list -f a", NULL, 1},
        {"program --list -- keys", NULL, 1},
        {"program --list=a.toml", "a.toml", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct parsed p;
        parse_well(&p, cases[i].line);
        assert_true(p.values.list.given);
        assert_int_equal(p.values.files.count, cases[i].files);
        if (cases[i].topic == NULL) {
            assert_null(p.values.list.name);
        } else {
            assert_string_equal(p.values.list.name, cases[i].topic);
        }
        clau_command_clear(&command, &p.values);
    }
}

static void test_errors(void **state) {
    (void)state;
    static const struct {
        const char *line, *message;
    } cases[] = {
        {"program", "FILE.nc is missing, see program --help"},
        {"program a b c d", "d: one FILE.nc too many"},
        {"program a --ouptut x",
         "--ouptut: no such option; did you mean --output? See program --help"},
        {"program a --out=x", "--out: no such option; did you mean --output? See program --help"},
        {"program a --o=x", "--o: no such option, see program --help"},
        // Two begin with it.
        {"program a --time", "--time: no such option, see program --help"},
        {"program a --quiet", "--quiet: no such option, see program --help"},
        {"program a -fx", "-x: no such option, see program --help"},
        {"program a -fo", "--output needs a value: FILE"},
        {"program a --output=", "--output: is empty"},
        {"program a --force=yes", "--force takes no value"},
        {"program a -n 10", "--count = 10: must be an integer from -2 to 9"},
        {"program a -n 1e0", "--count = 1e0: must be an integer from -2 to 9"},
        {"program a --part 1", "--part = 1: must be a number of at least 0 and below 1"},
        {"program a --part nan", "--part = nan: must be a number of at least 0 and below 1"},
        {"program a --part=", "--part = : must be a number of at least 0 and below 1"},
        {"program a --time-limit 0",
         "--time-limit = 0: must be a number of seconds above 0, or HH:MM:SS"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct parsed p;
        char expected[CLAU_ERROR_LENGTH];
        snprintf(expected, sizeof expected, "program: %s", cases[i].message);
        parse(&p, cases[i].line);
        assert_int_equal(p.status, CLAU_BAD_INPUT);
        assert_string_equal(p.error.message, expected);
        assert_null(p.values.files.texts); // nothing to free
        assert_null(p.values.groups.places);
    }
}

/// Items keep the form in which they were written.
static void test_items(void **state) {
    (void)state;
    struct parsed p;
    split(&p, "program -fgone --group=two a -- -b");
    struct clau_command_cursor cursor = {&command, "program", p.count, p.words, .next = 1};
    static const struct {
        const char *option, *text;
        bool by_letter;
        int place;
    } expected[] = {
        {"force", NULL, true, 1}, {"group", "one", true, 1}, {"group", "two", false, 2},
        {NULL, "a", false, 3},    {NULL, "-b", false, 5},
    };
    struct clau_command_item item;
    bool more = true;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        assert_int_equal(clau_command_next(&cursor, &item, &more, NULL), CLAU_OK);
        assert_true(more);
        if (expected[i].option == NULL) {
            assert_null(item.option);
        } else {
            assert_string_equal(item.option->name, expected[i].option);
        }
        if (expected[i].text == NULL) {
            assert_null(item.text);
        } else {
            assert_string_equal(item.text, expected[i].text);
        }
        assert_int_equal(item.by_letter, expected[i].by_letter);
        assert_int_equal(item.place, expected[i].place);
    }
    assert_int_equal(clau_command_next(&cursor, &item, &more, NULL), CLAU_OK);
    assert_false(more);
}

static void test_the_table_as_text(void **state) {
    (void)state;
    char text[4096] = "";
    FILE *stream = fmemopen(text, sizeof text - 1, "w");
    assert_non_null(stream);
    clau_command_describe(&command, stream);
    assert_int_equal(fclose(stream), 0);
    assert_non_null(strstr(text, "  -o, --output FILE         file that is written\n"));
    assert_non_null(strstr(text, "      --list [TOPIC]        tables\n"));
    assert_null(strstr(text, "time-zone"));
    size_t lines = 0;
    for (const char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        assert_true(strlen(line) <= 100);
        lines++;
    }
    assert_int_equal(lines, command.option_count - 1 + 1); // one is hidden, one takes two lines
}

static void test_shell_words(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"a.toml", "a.toml"},
        {"grid.points=64", "grid.points=64"},
        {"/a/b-c_d:e@f%g+h,i", "/a/b-c_d:e@f%g+h,i"},
        {"", "''"},
        {"two words", "'two words'"},
        {"it's", "'it'\\''s'"},
        {"title=\"$HOME\"", "'title=\"$HOME\"'"},
        {"~/a", "'~/a'"},
        {"*", "'*'"},
        {"a\nb", "'a\nb'"},
        {"\xc3\xa9t\xc3\xa9", "'\xc3\xa9t\xc3\xa9'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[128] = "";
        FILE *stream = fmemopen(text, sizeof text - 1, "w");
        assert_non_null(stream);
        clau_print_shell_word(cases[i][0], stream);
        assert_int_equal(fclose(stream), 0);
        assert_string_equal(text, cases[i][1]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_durations),     cmocka_unit_test(test_every_type),
        cmocka_unit_test(test_defaults_stay), cmocka_unit_test(test_places),
        cmocka_unit_test(test_topics),        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_items),         cmocka_unit_test(test_the_table_as_text),
        cmocka_unit_test(test_shell_words),
    };
    return cmocka_run_group_tests_name("io-command_line", tests, NULL, NULL);
}
