// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/parameters.h"

#include <stdlib.h>
#include <string.h>

#include "tests/approx.h"
#include "tests/io/parameters_fixture.h"

/// Everything is refused with this very message, and nothing is left to free.
static void refuse_document(const struct clau_toml *document, const char *message) {
    struct clau_error error = {.message = ""};
    struct setup setup;
    setup_start(&setup);
    if (clau_parameters_read(document, setup.groups, 2, &error) != CLAU_BAD_INPUT)
        fail_msg("accepted or \"%s\", expected \"%s\"", error.message, message);
    assert_string_equal(error.message, message);
    struct setup empty;
    setup_start(&empty);
    assert_memory_equal(&setup.run, &empty.run, sizeof setup.run);
    assert_memory_equal(&setup.model, &empty.model, sizeof setup.model);
}

static void refuse(const char *text, const char *message) {
    struct clau_toml *document = parse(text, "c.toml");
    refuse_document(document, message);
    clau_toml_destroy(document);
}

static void refuse_override(const char *assignment, const char *message) {
    struct clau_toml *document = parse(HEAD TAIL, "c.toml");
    override(document, assignment);
    refuse_document(document, message);
    clau_toml_destroy(document);
}

/* Values */

static void defaults(void **state) {
    (void)state;
    struct setup setup;
    read_text(HEAD TAIL, &setup);
    assert_string_equal(setup.run.solver, "nlse");
    assert_null(setup.run.title);
    assert_int_equal(setup.run.seed, 0);
    assert_true(setup.run.end == 2.0);
    assert_true(isnan(setup.run.snapshot_every));
    assert_true(setup.run.snapshots);
    assert_int_equal(setup.run.precision, 0);
    assert_int_equal(setup.run.entropies, 3);
    assert_int_equal(setup.run.orders.count, 2);
    assert_true(setup.run.orders.values[0] == 0.5 && setup.run.orders.values[1] == 2.0);
    assert_int_equal(setup.run.measures.count, 0);
    assert_int_equal(setup.model.cells.count, 0);
    assert_true(setup.model.length == 10 && setup.model.nonlinearity == 1);
    assert_int_equal(setup.model.potential.kind, 0);
    assert_non_null(setup.model.potential.values);
    assert_int_equal(setup.model.integrator.kind, 0);
    const struct dop853 *dop853 = setup.model.integrator.values;
    assert_true(dop853->relative_tolerance == 1e-10);
    assert_int_equal(setup.model.initial.count, 1);
    const struct soliton *soliton = setup.model.initial.items[0].values;
    assert_true(soliton->amplitude == 1 && soliton->velocity == 0);
    clau_parameters_clear(setup.groups, 2);
    assert_null(setup.run.solver);
    assert_null(setup.model.initial.items);
    clau_parameters_clear(setup.groups, 2);
}

static void values_of_every_type(void **state) {
    (void)state;
    struct setup setup;
    read_text(everything(), &setup);
    assert_string_equal(setup.run.title, "a \"b\"\n\x01 \u00e9");
    assert_true(setup.run.seed == INT64_MIN);
    assert_true(setup.run.end == 7 && setup.run.snapshot_every == 0.1);
    assert_false(setup.run.snapshots);
    assert_int_equal(setup.run.precision, 1);
    assert_int_equal(setup.run.entropies, 5);
    assert_int_equal(setup.run.orders.count, 3);
    assert_true(setup.run.orders.values[0] == 1 && isinf(setup.run.orders.values[2]));
    assert_int_equal(setup.model.cells.count, 2);
    assert_int_equal(setup.model.cells.values[1], 2);
    assert_int_equal(setup.model.potential.kind, 1);
    assert_true(((struct harmonic *)setup.model.potential.values)->frequency == 0.5);
    assert_int_equal(setup.model.integrator.kind, 1);
    const struct split_step *split_step = setup.model.integrator.values;
    assert_int_equal(split_step->order, 6);
    assert_true(isnan(split_step->step));
    assert_int_equal(setup.model.initial.count, 2);
    const struct from_file *file = setup.model.initial.items[0].values;
    assert_string_equal(file->path, "a.nc");
    assert_int_equal(file->shift.count, 1);
    assert_true(((struct soliton *)setup.model.initial.items[1].values)->velocity == 1.5);
    assert_int_equal(setup.model.ramps.count, 1);
    assert_string_equal(((struct ramp *)setup.model.ramps.items[0].values)->key, "school.noise");
    assert_string_equal(((struct measure *)setup.run.measures.items[0].values)->of, "psi");
    clau_parameters_clear(setup.groups, 2);
}

static void variants_in_other_forms(void **state) {
    (void)state;
    struct setup setup;
    // A section without selector is the default kind; a bare name is a kind with its defaults.
    read_text(HEAD
              "equation.potential = \"harmonic\"\n[integrator]\nrelative_tolerance = 1e-6\n" TAIL,
              &setup);
    assert_int_equal(setup.model.integrator.kind, 0);
    assert_true(((struct dop853 *)setup.model.integrator.values)->relative_tolerance == 1e-6);
    assert_int_equal(setup.model.potential.kind, 1);
    assert_true(((struct harmonic *)setup.model.potential.values)->frequency == 1.0);
    clau_parameters_clear(setup.groups, 2);
    read_text(HEAD "integrator = { method = \"split-step\", step = 0.5 }\n"
                   "initial = [{ kind = \"soliton\", amplitude = 3 }]\n"
                   "[equation.potential]\nkind = \"harmonic\"\nfrequency = 2.0\n",
              &setup);
    assert_true(((struct split_step *)setup.model.integrator.values)->step == 0.5);
    assert_true(((struct soliton *)setup.model.initial.items[0].values)->amplitude == 3);
    assert_true(((struct harmonic *)setup.model.potential.values)->frequency == 2.0);
    clau_parameters_clear(setup.groups, 2);
}

static void overrides_are_read(void **state) {
    (void)state;
    struct setup setup;
    struct clau_toml *document = parse(HEAD TAIL, "c.toml");
    override(document, "grid.points=32");
    override(document, "integrator.method=\"split-step\"");
    override(document, "integrator.order=2");
    override(document, "initial.0.velocity=1.5");
    override(document, "initial.1={kind=\"soliton\", amplitude=2}");
    override(document, "diagnostics.orders=[3]");
    read_document(document, &setup);
    assert_int_equal(setup.model.points, 32);
    assert_int_equal(((struct split_step *)setup.model.integrator.values)->order, 2);
    assert_true(((struct soliton *)setup.model.initial.items[0].values)->velocity == 1.5);
    assert_int_equal(setup.model.initial.count, 2);
    assert_int_equal(setup.run.orders.count, 1);
    clau_parameters_clear(setup.groups, 2);
    clau_toml_destroy(document);
}

/* Errors */

static void numbers_out_of_range(void **state) {
    (void)state;
    refuse("[grid]\n points = -4\n", "c.toml:2:2: grid.points = -4: must be at least 8");
    refuse("[time]\nend = 0\n", "c.toml:2:1: time.end = 0: must be above 0");
    refuse("[time]\nend = nan\n", "c.toml:2:1: time.end = nan: must be above 0");
    refuse("[time]\nend = inf\n", "c.toml:2:1: time.end = inf: must be above 0 and finite");
    refuse("integrator.relative_tolerance = 1.0\n",
           "c.toml:1:12: integrator.relative_tolerance = 1.0: must be between 0 and 1, "
           "both excluded");
    refuse("[integrator]\norder = 7\nmethod = \"split-step\"\n",
           "c.toml:2:1: integrator.order = 7: must be between 2 and 6");
    refuse("equation.nonlinearity = inf\n",
           "c.toml:1:10: equation.nonlinearity = inf: must be finite");
    refuse("diagnostics.orders = [0.5,\n -1]\n",
           "c.toml:2:2: diagnostics.orders.1 = -1: must be at least 0");
    refuse("diagnostics.orders = [nan]\n",
           "c.toml:1:23: diagnostics.orders.0 = nan: must be at least 0");
    refuse("[[initial]]\nkind = \"soliton\"\namplitude = -1.0\n",
           "c.toml:3:1: initial.0.amplitude = -1.0: must be above 0");
}

static void wrong_types(void **state) {
    (void)state;
    refuse("grid.points = \"many\"\n", "c.toml:1:6: grid.points = \"many\": must be an integer");
    refuse("grid.points = 16.0\n", "c.toml:1:6: grid.points = 16.0: must be an integer");
    refuse("grid.length = true\n", "c.toml:1:6: grid.length = true: must be a number");
    refuse("title = 3\n", "c.toml:1:1: title = 3: must be a string");
    refuse("output.snapshots = 1\n", "c.toml:1:8: output.snapshots = 1: must be true or false");
    refuse("output.precision = 1\n",
           "c.toml:1:8: output.precision = 1: must be one of \"double\", \"single\"");
    refuse("time = 3\n", "c.toml:1:1: time = 3: must be a table: [time]");
    refuse("[[time]]\nend = 3\n", "c.toml:1:1: time: must be a table: [time]");
    refuse("integrator = 3\n", "c.toml:1:1: integrator = 3: must be a table with the key method");
    refuse("[initial]\nkind = \"soliton\"\n",
           "c.toml:1:1: initial: must be an array of tables: [[initial]]");
    refuse("ramp = [\"a\"]\n", "c.toml:1:9: ramp.0 = \"a\": must be a table");
    refuse("initial = [1]\n", "c.toml:1:12: initial.0 = 1: must be a table with the key kind");
    refuse("[[grid.points]]\na = 1\n", "c.toml:1:1: grid.points: must be an integer");
}

static void wrong_lists(void **state) {
    (void)state;
    refuse("diagnostics.orders = 2\n", "c.toml:1:13: diagnostics.orders = 2: must be a list of "
                                       "numbers, such as [0.5, 2.0]");
    refuse("grid.cells = 2\n",
           "c.toml:1:6: grid.cells = 2: must be a list of integers, such as [1, 2]");
    refuse("diagnostics.entropies = \"renyi\"\n",
           "c.toml:1:13: diagnostics.entropies = \"renyi\": must be a list of strings, such as "
           "[\"a\", \"b\"]");
    refuse("grid.cells = [1, 0.5]\n", "c.toml:1:18: grid.cells.1 = 0.5: must be an integer");
    refuse("diagnostics.orders = []\n",
           "c.toml:1:13: diagnostics.orders = []: must have at least 1 entry");
    refuse("grid.cells = [1, 2, 3]\n",
           "c.toml:1:6: grid.cells = [1, 2, 3]: must have at most 2 entries");
    refuse(HEAD "initial = []\n", "c.toml:4:1: initial = []: must have at least 1 table");
}

static void wrong_choices(void **state) {
    (void)state;
    refuse("output.precision = \"signle\"\n",
           "c.toml:1:8: output.precision = \"signle\": must be one of \"double\", \"single\"; did "
           "you mean \"single\"?");
    refuse("output.precision = \"half\"\n",
           "c.toml:1:8: output.precision = \"half\": must be one of \"double\", \"single\"");
    refuse("[integrator]\ndealias = \"two_thirds\"\n",
           "c.toml:2:1: integrator.dealias = \"two_thirds\": must be one of \"none\", "
           "\"two-thirds\", \"padded\"; did you mean \"two-thirds\"?");
    refuse("diagnostics.entropies = [\"shannon\", \"Renyi\"]\n",
           "c.toml:1:37: diagnostics.entropies.1 = \"Renyi\": must be one of \"shannon\", "
           "\"renyi\", \"tsallis\"; did you mean \"renyi\"?");
}

static void wrong_kinds(void **state) {
    (void)state;
    refuse("[[initial]]\nkind = \"solitn\"\n",
           "c.toml:2:1: initial.0.kind = \"solitn\": must be one of \"soliton\", \"file\"; did you "
           "mean \"soliton\"?");
    refuse("integrator.method = 853\n", "c.toml:1:12: integrator.method = 853: must be one of "
                                        "\"dop853\", \"split-step\"");
    refuse("equation.potential = \"harmonc\"\n",
           "c.toml:1:10: equation.potential = \"harmonc\": must be one of \"none\", "
           "\"harmonic\"; did you mean \"harmonic\"?");
    refuse("[[initial]]\nkind = \"file\"\npath = \"x\"\n[[initial]]\nvelocity = 1\n",
           "c.toml:4:1: initial.1.kind: required (one of \"soliton\", \"file\")");
}

static void missing_keys(void **state) {
    (void)state;
    refuse("", "c.toml: solver: required (name of the solver)");
    refuse("solver = \"x\"\n[time]\n",
           "c.toml: time.end: required (simulated time at which to stop)");
    refuse(HEAD, "c.toml: initial: required (initial conditions, superposed)");
    refuse("\n[[initial]]\nkind = \"soliton\"\n",
           "c.toml:2:1: initial.0.amplitude: required (height)");
    refuse("[[ramp]]\nfrom = 1\n", "c.toml:1:1: ramp.0.key: required (what changes)");
}

static void unknown_keys(void **state) {
    (void)state;
    refuse("# x\n[gird]\npoints = 4\n",
           "c.toml:3:1: gird.points: unknown key; did you mean grid.points?");
    refuse("gird.points = 4\n", "c.toml:1:6: gird.points: unknown key; did you mean grid.points?");
    refuse("[grid]\npionts = 4\n",
           "c.toml:2:1: grid.pionts: unknown key; did you mean grid.points?");
    refuse("[grdi]\nwhat = 4\n", "c.toml:2:1: grdi.what: unknown key; did you mean [grid]?");
    refuse("[grdi]\n", "c.toml:1:1: grdi: unknown key; did you mean [grid]?");
    refuse("points = 4\n", "c.toml:1:1: points: unknown key; did you mean grid.points?");
    refuse("[grid]\nend = 4\n", "c.toml:2:1: grid.end: unknown key; did you mean time.end?");
    refuse("[grid]\nqqq = 4\n",
           "c.toml:2:1: grid.qqq: unknown key; known in grid are points, length, cells");
    refuse("qqq = 4\n", "c.toml:1:1: qqq: unknown key; known here are solver, title, seed, [time], "
                        "[output], [diagnostics], [grid], [equation], [integrator], initial, ramp");
    refuse("[[inital]]\nkind = \"soliton\"\n",
           "c.toml:1:1: inital: unknown key; did you mean initial?");
    refuse("\"grid.points\" = 4\n",
           "c.toml:1:1: \"grid.points\": unknown key; did you mean grid.points?");
    refuse("\"a\\nb\" = 4\n[grid]\n", "c.toml:1:1: \"a b\": unknown key; known here are solver, "
                                      "title, seed, [time], [output], [diagnostics], [grid], "
                                      "[equation], [integrator], initial, ramp");
    refuse("integartor.mehtod = \"dop853\"\n",
           "c.toml:1:12: integartor.mehtod: unknown key; did you mean integrator.method?");
    refuse("potential.frequency = 1\n",
           "c.toml:1:11: potential.frequency: unknown key; did you mean "
           "equation.potential.frequency?");
}

static void unknown_keys_of_kinds(void **state) {
    (void)state;
    refuse("[integrator]\nmethod = \"dop853\"\norder = 4\n",
           "c.toml:3:1: integrator.order: not a key of method = \"dop853\"; it belongs to "
           "\"split-step\"");
    refuse("[[initial]]\nkind = \"soliton\"\nvelocty = 1\n",
           "c.toml:3:1: initial.0.velocty: unknown key; did you mean initial.0.velocity?");
    refuse("[[initial]]\nkind = \"soliton\"\nqqq = 1\n",
           "c.toml:3:1: initial.0.qqq: unknown key; known in initial.0 are kind, amplitude, "
           "velocity");
    refuse("[[initial]]\nkind = \"soliton\"\namplitude = 1\nmehtod = 1\n",
           "c.toml:4:1: initial.0.mehtod: unknown key; known in initial.0 are kind, amplitude, "
           "velocity");
    refuse("[integrator]\nrelativ_tolerance = 1\n",
           "c.toml:2:1: integrator.relativ_tolerance: unknown key; did you mean "
           "integrator.relative_tolerance?");
    refuse("[equation]\npotential = { kind = \"none\", frequency = 1 }\n",
           "c.toml:2:30: equation.potential.frequency: not a key of kind = \"none\"; it belongs to "
           "\"harmonic\"");
    refuse("[[ramp]]\nkye = \"a\"\n", "c.toml:2:1: ramp.0.kye: unknown key; did you mean "
                                      "ramp.0.key?");
}

static void first_error_in_the_document_is_told(void **state) {
    (void)state;
    refuse("[zzz]\na = 1\n[grid]\npoints = 1\n", "c.toml:2:1: zzz.a: unknown key; known here are "
                                                 "solver, title, seed, [time], [output], "
                                                 "[diagnostics], [grid], [equation], [integrator], "
                                                 "initial, ramp");
    refuse("[grid]\npoints = 1\n[aaa]\na = 1\n", "c.toml:2:1: grid.points = 1: must be at least 8");
}

static void long_keys_and_values(void **state) {
    (void)state;
    char text[2000] = "", *end = text;
    for (int i = 0; i < 30; i++)
        end += sprintf(end, "%060d.", i);
    sprintf(end, "c = 1\n");
    struct clau_toml *document = parse(text, "c.toml");
    struct clau_error error = {.message = ""};
    struct setup setup;
    setup_start(&setup);
    assert_int_equal(clau_parameters_read(document, setup.groups, 2, &error), CLAU_BAD_INPUT);
    assert_non_null(strstr(error.message, "unknown key"));
    clau_toml_destroy(document);
    memset(text, 'x', sizeof text);
    memcpy(text, "seed = \"", 8);
    memcpy(text + sizeof text - 3, "\"\n", 3);
    document = parse(text, "c.toml");
    assert_int_equal(clau_parameters_read(document, setup.groups, 2, &error), CLAU_BAD_INPUT);
    assert_non_null(strstr(error.message, "x...: must be an integer"));
    clau_toml_destroy(document);
}

static void errors_of_overrides(void **state) {
    (void)state;
    refuse_override("grid.points=7", "--set grid.points=7: grid.points = 7: must be at least 8");
    refuse_override("gird.points=7",
                    "--set gird.points=7: gird.points: unknown key; did you mean grid.points?");
    refuse_override("initial.0.velocity=\"fast\"",
                    "--set initial.0.velocity=\"fast\": initial.0.velocity = \"fast\": must be a "
                    "number");
    refuse_override("initial.1.velocity=1",
                    "--set initial.1.velocity=1: initial.1.kind: required (one of \"soliton\", "
                    "\"file\")");
    refuse_override("integrator.order=2",
                    "--set integrator.order=2: integrator.order: not a key of method = \"dop853\"; "
                    "it belongs to \"split-step\"");
}

static void wrong_default_is_a_bug(void **state) {
    (void)state;
    static const struct clau_parameter rows[] = {
        {.key = "a", .type = CLAU_INTEGER, .fallback = "x", .description = "a"}};
    int64_t value = 0;
    const struct clau_parameter_group group = {ROWS(rows), &value};
    struct clau_toml *document = parse("", "c.toml");
    struct clau_error error;
    assert_int_equal(clau_parameters_read(document, &group, 1, &error), CLAU_INTERNAL);
    assert_non_null(strstr(error.message, "the default of a is wrong"));
    clau_toml_destroy(document);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults),
        cmocka_unit_test(values_of_every_type),
        cmocka_unit_test(variants_in_other_forms),
        cmocka_unit_test(overrides_are_read),
        cmocka_unit_test(numbers_out_of_range),
        cmocka_unit_test(wrong_types),
        cmocka_unit_test(wrong_lists),
        cmocka_unit_test(wrong_choices),
        cmocka_unit_test(wrong_kinds),
        cmocka_unit_test(missing_keys),
        cmocka_unit_test(unknown_keys),
        cmocka_unit_test(unknown_keys_of_kinds),
        cmocka_unit_test(first_error_in_the_document_is_told),
        cmocka_unit_test(long_keys_and_values),
        cmocka_unit_test(errors_of_overrides),
        cmocka_unit_test(wrong_default_is_a_bug),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
