// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/runtime/options.h"

#include <string.h>

#include "tests/approx.h"

enum { MOST_WORDS = 32 };

/// Splits a line at its blanks; "''" is an empty word.
static int split(const char *line, char *buffer, size_t size, char *words[MOST_WORDS]) {
    int count = 0;
    assert_true(strlen(line) < size);
    strcpy(buffer, line);
    words[count++] = buffer + strlen(buffer);
    for (char *word = strtok(buffer, " "); word != NULL; word = strtok(NULL, " ")) {
        assert_true(count < MOST_WORDS - 1);
        words[count++] = strcmp(word, "''") == 0 ? word + 2 : word;
    }
    words[count] = NULL;
    return count;
}

struct parsed {
    char buffer[512];
    char *words[MOST_WORDS];
    struct clau_options options;
    struct clau_error error;
    enum clau_status status;
};

static void parse(struct parsed *parsed, const char *line) {
    *parsed = (struct parsed){.status = CLAU_OK};
    const int count = split(line, parsed->buffer, sizeof parsed->buffer, parsed->words);
    parsed->status =
        clau_options_parse("clausius-x", count, parsed->words, &parsed->options, &parsed->error);
}

static void parse_well(struct parsed *parsed, const char *line) {
    parse(parsed, line);
    if (parsed->status != CLAU_OK) {
        fail_msg("%s: %s", line, parsed->error.message);
    }
}

static void test_defaults(void **state) {
    (void)state;
    struct parsed p;
    parse_well(&p, "a.toml");
    const struct clau_options *o = &p.options;
    assert_string_equal(o->config, "a.toml");
    assert_null(o->output);
    assert_null(o->restart);
    assert_null(o->list.name);
    assert_int_equal(o->sets.count, 0);
    assert_int_equal(o->threads, 0);
    assert_true(isinf(o->maximum_walltime));
    assert_false(o->dry_run || o->force || o->print_config || o->quiet || o->list.given ||
                 o->json || o->help || o->version || o->description);
    clau_options_clear(&p.options);
    assert_null(p.options.sets.texts);
    clau_options_clear(&p.options);
}

static void test_long_and_short_forms_agree(void **state) {
    (void)state;
    static const char *const lines[] = {
        "a.toml -o out.nc -s k=1 -s l=2 -n -f -r c.nc -t 3 -q --max-walltime 01:00:00",
        "-oout.nc -sk=1 -sl=2 -nfq -rc.nc -t3 --max-walltime=3600 a.toml",
        "--output out.nc --set k=1 --set l=2 a.toml --dry-run --force --restart c.nc --threads 3 "
        "--quiet --max-walltime 3600.0",
        "--output=out.nc --set=k=1 --set=l=2 --dry-run --force --restart=c.nc --threads=3 "
        "--quiet --max-walltime=3.6e3 -- a.toml",
        "-nqfoout.nc -fs k=1 -qsl=2 -nt3 -nr c.nc --max-walltime 3600 a.toml",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct parsed p;
        parse_well(&p, lines[i]);
        const struct clau_options *o = &p.options;
        assert_string_equal(o->config, "a.toml");
        assert_string_equal(o->output, "out.nc");
        assert_string_equal(o->restart, "c.nc");
        assert_int_equal(o->sets.count, 2);
        assert_string_equal(o->sets.texts[0], "k=1");
        assert_string_equal(o->sets.texts[1], "l=2");
        assert_true(o->dry_run && o->force && o->quiet);
        assert_false(o->print_config || o->list.given || o->help || o->version);
        assert_int_equal(o->threads, 3);
        assert_true(o->maximum_walltime == 3600.0);
        clau_options_clear(&p.options);
    }
}

static void test_information(void **state) {
    (void)state;
    struct parsed p;
    parse_well(&p, "--list");
    assert_true(p.options.list.given);
    assert_null(p.options.list.name);
    clau_options_clear(&p.options);
    parse_well(&p, "--list initial --json");
    assert_true(p.options.list.given && p.options.json);
    assert_string_equal(p.options.list.name, "initial");
    clau_options_clear(&p.options);
    parse_well(&p, "--list --json");
    assert_true(p.options.list.given && p.options.json);
    assert_null(p.options.list.name);
    clau_options_clear(&p.options);
    parse_well(&p, "--list=keys");
    assert_string_equal(p.options.list.name, "keys");
    clau_options_clear(&p.options);
    parse_well(&p, "-hV");
    assert_true(p.options.help && p.options.version);
    clau_options_clear(&p.options);
    parse_well(&p, "--description");
    assert_true(p.options.description);
    clau_options_clear(&p.options);
    parse_well(&p, "a.toml --print-config");
    assert_true(p.options.print_config);
    clau_options_clear(&p.options);
}

static void test_odd_operands(void **state) {
    (void)state;
    struct parsed p;
    parse_well(&p, "-- --force");
    assert_string_equal(p.options.config, "--force");
    assert_false(p.options.force);
    clau_options_clear(&p.options);
    parse_well(&p, "-"); // a name as any other
    assert_string_equal(p.options.config, "-");
    clau_options_clear(&p.options);
    parse_well(&p, "-o -x.nc a.toml"); // a value may begin with a dash
    assert_string_equal(p.options.output, "-x.nc");
    clau_options_clear(&p.options);
    parse_well(&p, "-o one.nc a.toml -o two.nc -t 1 -t 2"); // the last one counts
    assert_string_equal(p.options.output, "two.nc");
    assert_int_equal(p.options.threads, 2);
    clau_options_clear(&p.options);
}

static void test_errors(void **state) {
    (void)state;
    static const struct {
        const char *line, *message;
    } cases[] = {
        {"", "CONFIG.toml is missing, see clausius-x --help"},
        {"-n", "CONFIG.toml is missing, see clausius-x --help"},
        {"a.toml b.toml", "one CONFIG.toml at a time: a.toml, then b.toml"},
        {"a.toml --outptu x",
         "--outptu: no such option; did you mean --output? See clausius-x --help"},
        {"a.toml --out=x", "--out: no such option; did you mean --output? See clausius-x --help"},
        {"a.toml -z", "-z: no such option, see clausius-x --help"},
        {"a.toml -nz", "-z: no such option, see clausius-x --help"},
        {"a.toml -o", "--output needs a value: FILE"},
        {"a.toml --set", "--set needs a value: KEY=VALUE"},
        {"a.toml -o ''", "--output: is empty"},
        {"a.toml --restart=", "--restart: is empty"},
        {"a.toml --force=yes", "--force takes no value"},
        {"a.toml -t 0", "--threads = 0: must be an integer from 1 to 4096"},
        {"a.toml -t -2", "--threads = -2: must be an integer from 1 to 4096"},
        {"a.toml -t 2x", "--threads = 2x: must be an integer from 1 to 4096"},
        {"a.toml --threads=", "--threads = : must be an integer from 1 to 4096"},
        {"a.toml -t 4097", "--threads = 4097: must be an integer from 1 to 4096"},
        {"a.toml -t 99999999999999999999",
         "--threads = 99999999999999999999: must be an integer from 1 to 4096"},
        {"a.toml --max-walltime 0",
         "--max-walltime = 0: must be a number of seconds above 0, or HH:MM:SS"},
        {"a.toml --max-walltime 1:2",
         "--max-walltime = 1:2: must be a number of seconds above 0, or HH:MM:SS"},
        {"a.toml --json", "--json goes with --list"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct parsed p;
        char expected[CLAU_ERROR_LENGTH];
        snprintf(expected, sizeof expected, "clausius-x: %s", cases[i].message);
        parse(&p, cases[i].line);
        assert_int_equal(p.status, CLAU_BAD_INPUT);
        assert_int_equal(p.error.status, CLAU_BAD_INPUT);
        assert_string_equal(p.error.message, expected);
        // Set on success only.
        assert_null(p.options.sets.texts);
        assert_null(p.options.config);
    }
}

static void test_the_error_may_be_left_out(void **state) {
    (void)state;
    char name[] = "clausius-x";
    char *words[] = {name, NULL};
    struct clau_options options = {0};
    assert_int_equal(clau_options_parse("clausius-x", 1, words, &options, NULL), CLAU_BAD_INPUT);
}

static void test_every_option_is_described(void **state) {
    (void)state;
    static const char *const names[] = {
        "-o, --output FILE",  "-s, --set KEY=VALUE", "-n, --dry-run",  "-f, --force",
        "-r, --restart FILE", "--max-walltime T",    "--print-config", "-t, --threads N",
        "-q, --quiet",        "--list [TOPIC]",      "--json",         "-h, --help",
        "-V, --version",
    };
    char text[8192] = "";
    FILE *stream = fmemopen(text, sizeof text - 1, "w");
    assert_non_null(stream);
    clau_options_describe(stream);
    assert_int_equal(fclose(stream), 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strstr(text, names[i]) == NULL) {
            fail_msg("%s is not described", names[i]);
        }
    }
    // As wide as a terminal may be expected to be.
    for (const char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        assert_true(strlen(line) <= 100);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_long_and_short_forms_agree),
        cmocka_unit_test(test_information),
        cmocka_unit_test(test_odd_operands),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_the_error_may_be_left_out),
        cmocka_unit_test(test_every_option_is_described),
    };
    return cmocka_run_group_tests_name("runtime-options", tests, NULL, NULL);
}
