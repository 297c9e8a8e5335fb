// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/toml.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/approx.h"

static struct clau_toml *parse(const char *text) {
    struct clau_error error = {.message = ""};
    struct clau_toml *document = NULL;
    if (clau_toml_parse_text(text, "c.toml", &document, &error) != CLAU_OK)
        fail_msg("%s", error.message);
    return document;
}

/// The text is refused with a message that starts so.
static void refuse(const char *text, const char *start) {
    struct clau_error error = {.message = ""};
    struct clau_toml *document = NULL;
    assert_int_equal(clau_toml_parse_text(text, "c.toml", &document, &error), CLAU_BAD_INPUT);
    assert_null(document);
    assert_int_equal(error.status, CLAU_BAD_INPUT);
    if (strncmp(error.message, start, strlen(start)) != 0)
        fail_msg("\"%s\" does not start with \"%s\"", error.message, start);
    assert_null(strpbrk(error.message, "\n\r"));
}

static void syntax_errors_have_their_place(void **state) {
    (void)state;
    refuse("a = 1\nb = = 2\n", "c.toml:2:5: ");
    refuse("a = 1\na = 2\n", "c.toml:2:");
    refuse("[grid]\npoints = 08\n", "c.toml:2:");
    refuse("[t\n", "c.toml:1:");
    refuse("a = 9223372036854775808\n", "c.toml:1:");
    refuse("a = 1e400\n", "c.toml:1:");
    refuse("a = \"x\ny\"\n", "c.toml:1:");
    refuse("a = \"x\\u0000y\"\n", "c.toml: ");
    refuse("a = \"\xff\"\n", "c.toml:1:");
}

static void files_that_cannot_be_read(void **state) {
    (void)state;
    struct clau_error error;
    struct clau_toml *document = NULL;
    assert_int_equal(clau_toml_parse_file("no/such.toml", &document, &error), CLAU_BAD_INPUT);
    assert_string_equal(error.message, "no/such.toml: no such file");
    assert_int_equal(clau_toml_parse_file(".", &document, &error), CLAU_BAD_INPUT);
    assert_string_equal(error.message, ".: is a directory");
    assert_int_equal(clau_toml_parse_file("/dev/null", &document, &error), CLAU_BAD_INPUT);
    assert_string_equal(error.message, "/dev/null: is neither a file nor a pipe");
    // Without an end.
    assert_int_equal(clau_toml_parse_file("/dev/zero", &document, &error), CLAU_BAD_INPUT);
    assert_null(document);
    clau_toml_destroy(NULL);
}

static void file_is_parsed(void **state) {
    (void)state;
    char path[] = "/tmp/clausius-test-XXXXXX";
    const int file = mkstemp(path);
    assert_true(file >= 0);
    const char text[] = "[grid]\npoints = 7\n";
    assert_int_equal(write(file, text, strlen(text)), strlen(text));
    close(file);
    struct clau_toml *document = NULL;
    struct clau_error error;
    assert_int_equal(clau_toml_parse_file(path, &document, &error), CLAU_OK);
    assert_string_equal(clau_toml_name(document), path);
    assert_string_equal(clau_toml_folder(document), "/tmp/");
    char place[128], expected[128];
    clau_toml_place(document, clau_toml_find(document, "grid.points"), place, sizeof place);
    snprintf(expected, sizeof expected, "%s:2:1", path);
    assert_string_equal(place, expected);
    clau_toml_destroy(document);
    // A file with a NUL byte would be cut there by C.
    FILE *stream = fopen(path, "wb");
    fwrite("a = 1\n\0b", 1, 8, stream);
    fclose(stream);
    assert_int_equal(clau_toml_parse_file(path, &document, &error), CLAU_BAD_INPUT);
    assert_non_null(strstr(error.message, "NUL"));
    unlink(path);
}

/// The path of the end of a pipe that gives the text and ends, as the shell's <(command) does.
static void fill_pipe(const char *text, bool wait, char path[64]) {
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    snprintf(path, 64, "/dev/fd/%d", ends[0]);
    const pid_t child = wait ? fork() : 0;
    assert_true(child >= 0);
    if (child == 0) {
        usleep(wait ? 100000 : 0);
        const ssize_t written = write(ends[1], text, strlen(text));
        if (wait) {
            _exit(written < 0);
        }
    }
    close(ends[1]);
}

static void pipes_are_read_to_their_end(void **state) {
    (void)state;
    char path[64];
    struct clau_error error = {.message = ""};
    for (int late = 0; late < 2; late++) {
        struct clau_toml *document = NULL;
        fill_pipe("[grid]\npoints = 7\n", late, path);
        if (clau_toml_parse_file(path, &document, &error) != CLAU_OK)
            fail_msg("%s", error.message);
        assert_non_null(clau_toml_find(document, "grid.points"));
        // Relative paths in it are not those of /dev/fd.
        assert_string_equal(clau_toml_folder(document), "");
        clau_toml_destroy(document);
        close(atoi(path + strlen("/dev/fd/")));
    }
}

static void values_by_type(void **state) {
    (void)state;
    struct clau_toml *document =
        parse("i = 3\nr = 0.5\nb = true\ns = 'x'\nl = [1, 2]\nt = {u = 1}\n");
    int64_t integer = 0;
    double real = 0;
    bool boolean = false;
    const char *text = NULL;
    assert_true(clau_toml_integer(clau_toml_find(document, "i"), &integer));
    assert_int_equal(integer, 3);
    assert_true(clau_toml_real(clau_toml_find(document, "r"), &real) && real == 0.5);
    assert_true(clau_toml_real(clau_toml_find(document, "i"), &real) && real == 3);
    assert_false(clau_toml_integer(clau_toml_find(document, "r"), &integer));
    assert_true(clau_toml_boolean(clau_toml_find(document, "b"), &boolean) && boolean);
    assert_true(clau_toml_string(clau_toml_find(document, "s"), &text));
    assert_string_equal(text, "x");
    assert_false(clau_toml_string(clau_toml_find(document, "i"), &text));
    assert_false(clau_toml_boolean(clau_toml_find(document, "i"), &boolean));
    assert_false(clau_toml_real(clau_toml_find(document, "s"), &real));
    const char *keys = "irbslt",
               *names[] = {"integer", "real", "boolean", "string", "array", "table"};
    for (size_t i = 0; i < 6; i++) {
        const char key[2] = {keys[i], '\0'};
        assert_string_equal(clau_toml_type_name(clau_toml_type(clau_toml_find(document, key))),
                            names[i]);
    }
    assert_int_equal(clau_toml_size(clau_toml_find(document, "l")), 2);
    assert_int_equal(clau_toml_size(clau_toml_find(document, "i")), 0);
    assert_null(clau_toml_find(document, "l.2"));
    assert_null(clau_toml_find(document, "i.x"));
    assert_null(clau_toml_find(document, ""));
    assert_non_null(clau_toml_find(document, "t.u"));
    assert_null(clau_toml_get(clau_toml_find(document, "l"), "0"));
    clau_toml_destroy(document);
}

static void tables_are_in_the_order_of_the_source(void **state) {
    (void)state;
    struct clau_toml *document = parse("z = 1\nb = 2\n[m]\n[a]\n[[k]]\n");
    assert_int_equal(clau_toml_override(document, "c=3", NULL), CLAU_OK);
    // An override of what is there goes to the end, with the others.
    assert_int_equal(clau_toml_override(document, "z=4", NULL), CLAU_OK);
    char order[16] = "";
    const struct clau_toml_node *root = clau_toml_root(document);
    for (size_t i = 0; i < clau_toml_size(root); i++) {
        const char *key;
        assert_non_null(clau_toml_at(root, i, &key));
        strcat(order, key);
    }
    assert_string_equal(order, "bmakcz");
    assert_null(clau_toml_at(root, 6, NULL));
    clau_toml_destroy(document);
}

static void check_place(const struct clau_toml *document, const char *path, const char *expected) {
    char place[128];
    const struct clau_toml_node *node = clau_toml_find(document, path);
    assert_non_null(node);
    clau_toml_place(document, node, place, sizeof place);
    assert_string_equal(place, expected);
}

static void places(void **state) {
    (void)state;
    struct clau_toml *document = parse("seed = 1\n"
                                       "[grid]\n"
                                       "  points = -4 # comment\n"
                                       "  box = { width = 1 , height = 2 }\n"
                                       "a.b = [1,\n"
                                       " 2]\n"
                                       "[[initial]]\n"
                                       "kind = 'x'\n"
                                       "[[initial]]\n"
                                       "\tkind = 'y'\n");
    check_place(document, "seed", "c.toml:1:1");
    check_place(document, "grid", "c.toml:2:1");
    check_place(document, "grid.points", "c.toml:3:3");
    check_place(document, "grid.box.height", "c.toml:4:23");
    check_place(document, "grid.a.b", "c.toml:5:3");
    check_place(document, "grid.a.b.1", "c.toml:6:2");
    check_place(document, "initial.0", "c.toml:7:1");
    check_place(document, "initial.1", "c.toml:9:1");
    check_place(document, "initial.1.kind", "c.toml:10:2");
    char place[16];
    clau_toml_place(document, NULL, place, sizeof place);
    assert_string_equal(place, "c.toml");
    clau_toml_place(document, clau_toml_find(document, "seed"), place, 5);
    assert_string_equal(place, "c.to");
    clau_toml_destroy(document);
}

static void overrides(void **state) {
    (void)state;
    struct clau_toml *document = parse("[grid]\npoints = 4\n[[initial]]\nvelocity = 1.0\n");
    static const char *const good[] = {
        "grid.points=7",          "initial.0.velocity = 1.5",
        "initial.1.velocity=2.5", "equation.potential.kind=\"none\"",
        "orders=[1, 2]",          "orders.1=3",
        "ramp.0.key='a=b'",       "time={end = 2.0}",
        "time.end=3.0",
    };
    struct clau_error error = {.message = ""};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (clau_toml_override(document, good[i], &error) != CLAU_OK)
            fail_msg("%s", error.message);
    char text[512];
    clau_toml_show(clau_toml_root(document), text, sizeof text);
    assert_string_equal(text, "{ equation = { potential = { kind = \"none\" } }, "
                              "grid = { points = 7 }, "
                              "initial = [{ velocity = 1.5 }, { velocity = 2.5 }], "
                              "orders = [1, 3], ramp = [{ key = \"a=b\" }], "
                              "time = { end = 3.0 } }");
    check_place(document, "grid.points", "--set grid.points=7");
    check_place(document, "grid", "c.toml:1:1");
    check_place(document, "initial.1", "--set initial.1.velocity=2.5");
    check_place(document, "initial.1.velocity", "--set initial.1.velocity=2.5");
    check_place(document, "initial.0", "c.toml:3:1");
    check_place(document, "equation", "--set equation.potential.kind=\"none\"");
    check_place(document, "ramp", "--set ramp.0.key='a=b'");
    check_place(document, "orders.1", "--set orders.1=3");
    check_place(document, "orders.0", "--set orders=[1, 2]");
    clau_toml_destroy(document);
}

static void overrides_that_are_refused(void **state) {
    (void)state;
    static const char source[] = "[grid]\npoints = 4\n[[initial]]\nvelocity = 1.0\n";
    static const struct {
        const char *assignment, *start;
    } cases[] = {
        {"grid.points", "--set grid.points: must be KEY=VALUE"},
        {"=3", "--set =3: the key must be a dotted path"},
        {"a..b=3", "--set a..b=3: the key must be a dotted path"},
        {"a b=3", "--set a b=3: the key must be a dotted path"},
        {"grid.points=", "--set grid.points=: "},
        {"grid.points=4 5", "--set grid.points=4 5: "},
        {"grid.points=1\nseed=2", "--set grid.points=1 seed=2: not a single value"},
        {"grid.points=1\n[seed]", "--set grid.points=1 [seed]: not a single value"},
        {"grid.points.x=1", "--set grid.points.x=1: grid.points is no table but an integer"},
        {"initial.2.velocity=1",
         "--set initial.2.velocity=1: initial is an array of 1: 2 is no index"},
        {"initial.x=1", "--set initial.x=1: initial is an array of 1: x is no index"},
        {"initial.-1.x=1", "--set initial.-1.x=1: initial is an array of 1: -1 is no index"},
        {"ramp.1.key=1", "--set ramp.1.key=1: an array starts with the index 0, not 1"},
        {"s=\"a\\u0000\"", "--set s=\"a\\u0000\": not a single value"},
    };
    struct clau_toml *document = parse(source);
    char before[128], after[128];
    clau_toml_show(clau_toml_root(document), before, sizeof before);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct clau_error error = {.message = ""};
        assert_int_equal(clau_toml_override(document, cases[i].assignment, &error), CLAU_BAD_INPUT);
        if (strncmp(error.message, cases[i].start, strlen(cases[i].start)) != 0)
            fail_msg("\"%s\" does not start with \"%s\"", error.message, cases[i].start);
        clau_toml_show(clau_toml_root(document), after, sizeof after);
        assert_string_equal(before, after);
    }
    struct clau_error error = {.message = ""};
    assert_int_equal(clau_toml_override(document, "m.method=split-step", &error), CLAU_BAD_INPUT);
    assert_non_null(strstr(error.message, "a string needs quotes, also from the shell: "
                                          "'m.method=\"split-step\"'"));
    clau_toml_destroy(document);
}

static void values_are_taken_from_another_document(void **state) {
    (void)state;
    struct clau_toml *document = parse("[time]\nend = 2\n"), *other = NULL;
    assert_int_equal(clau_toml_parse_text("[time]\nstep = 0.1\n", "old.nc", &other, NULL), CLAU_OK);
    assert_int_equal(clau_toml_take(document, "time.step", other, NULL), CLAU_OK);
    check_place(document, "time.step", "old.nc");
    double value = 0;
    assert_true(clau_toml_real(clau_toml_find(document, "time.step"), &value));
    assert_true(value == 0.1);
    assert_int_equal(clau_toml_take(document, "time.none", other, NULL), CLAU_INTERNAL);
    clau_toml_destroy(other);
    clau_toml_destroy(document);
}

static void complaints(void **state) {
    (void)state;
    struct clau_toml *document = parse("a = 1\n[grid]\npoints = -4\n[[l]]\n");
    struct clau_error error;
    assert_int_equal(clau_toml_complain(document, "grid.points", &error, "must be at least %d", 8),
                     CLAU_BAD_INPUT);
    assert_string_equal(error.message, "c.toml:3:1: grid.points = -4: must be at least 8");
    clau_toml_complain(document, "grid.length", &error, "what");
    assert_string_equal(error.message, "c.toml: grid.length: what");
    clau_toml_complain(document, "grid", &error, "what");
    assert_string_equal(error.message, "c.toml:2:1: grid: what");
    clau_toml_complain(document, "l", &error, "what");
    assert_string_equal(error.message, "c.toml:4:1: l: what");
    assert_int_equal(clau_toml_complain(document, "a", NULL, "what"), CLAU_BAD_INPUT);
    clau_toml_destroy(document);
}

static void values_are_shown(void **state) {
    (void)state;
    struct clau_toml *document = parse("a = \"q\\\"\\n\\u0001\\u00e9zzzz\"\nr = [1e-10, inf, -inf, "
                                       "nan, 100.0, -0.0]\n\"odd key\" = 1\ne = []\nt = {}\n");
    char text[200];
    clau_toml_show(clau_toml_root(document), text, sizeof text);
    assert_string_equal(text, "{ a = \"q\\\"\\n\\u0001\u00e9zzzz\", e = [], "
                              "\"odd key\" = 1, r = [1e-10, inf, -inf, nan, 100.0, -0.0], "
                              "t = {} }");
    clau_toml_show(clau_toml_find(document, "r"), text, 11);
    assert_string_equal(text, "[1e-10,...");
    // The cut does not leave half a character behind.
    clau_toml_show(clau_toml_find(document, "a"), text, 17);
    assert_string_equal(text, "\"q\\\"\\n\\u0001...");
    clau_toml_destroy(document);
}

/// A 64-bit mix (splitmix64), for doubles of every kind.
static uint64_t next_bits(uint64_t *state) {
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static void check_real(double value) {
    char digits[32], text[64];
    double by_c, by_toml = 0;
    clau_print_real(value, digits, sizeof digits);
    by_c = strtod(digits, NULL);
    snprintf(text, sizeof text, "v = %s", digits);
    struct clau_toml *document = parse(text);
    assert_int_equal(clau_toml_type(clau_toml_find(document, "v")), CLAU_TOML_REAL);
    assert_true(clau_toml_real(clau_toml_find(document, "v"), &by_toml));
    if (memcmp(&by_c, &value, sizeof value) != 0 || memcmp(&by_toml, &value, sizeof value) != 0)
        fail_msg("%a became %s, then %a or %a", value, digits, by_c, by_toml);
    clau_toml_destroy(document);
}

static void reals_keep_every_bit(void **state) {
    (void)state;
    static const double special[] = {0.0,      -0.0,      1.0,      -1.0,    0.1,    1e5,
                                     123456.,  DBL_MAX,   -DBL_MAX, DBL_MIN, 5e-324, -5e-324,
                                     INFINITY, -INFINITY, 1e22,     1e23,    1e-5,   2.5e-310};
    for (size_t i = 0; i < sizeof special / sizeof *special; i++)
        check_real(special[i]);
    uint64_t seed = 1;
    for (int i = 0; i < 5000; i++) {
        const uint64_t bits = next_bits(&seed);
        double value;
        memcpy(&value, &bits, sizeof value);
        if (!isnan(value))
            check_real(value);
    }
}

static void reals_are_short(void **state) {
    (void)state;
    static const struct {
        double value;
        const char *text;
    } cases[] = {{1.0, "1.0"},   {0.1, "0.1"}, {20.0, "20.0"}, {1e-10, "1e-10"}, {1e300, "1e300"},
                 {-2.5, "-2.5"}, {NAN, "nan"}, {-NAN, "nan"},  {INFINITY, "inf"}};
    char digits[32];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        clau_print_real(cases[i].value, digits, sizeof digits);
        assert_string_equal(digits, cases[i].text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(syntax_errors_have_their_place),
        cmocka_unit_test(files_that_cannot_be_read),
        cmocka_unit_test(file_is_parsed),
        cmocka_unit_test(pipes_are_read_to_their_end),
        cmocka_unit_test(values_by_type),
        cmocka_unit_test(tables_are_in_the_order_of_the_source),
        cmocka_unit_test(places),
        cmocka_unit_test(overrides),
        cmocka_unit_test(overrides_that_are_refused),
        cmocka_unit_test(values_are_taken_from_another_document),
        cmocka_unit_test(complaints),
        cmocka_unit_test(values_are_shown),
        cmocka_unit_test(reals_keep_every_bit),
        cmocka_unit_test(reals_are_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
