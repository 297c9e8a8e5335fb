// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/parameters.h"

#include <stdlib.h>
#include <string.h>

#include "tests/approx.h"
#include "tests/io/parameters_fixture.h"

/* Agreement */

static const char *const except[] = {"time.end", "output"};

static enum clau_status agree(struct clau_toml *document, const char *earlier,
                              struct clau_error *error) {
    struct setup setup;
    setup_start(&setup);
    struct clau_toml *old = parse(earlier, "c.checkpoint");
    const enum clau_status status =
        clau_parameters_agree(document, old, setup.groups, 2, except, 2, error);
    clau_toml_destroy(old);
    return status;
}

static void check_disagreement(const char *text, const char *earlier, const char *message) {
    struct clau_error error = {.message = ""};
    struct clau_toml *document = parse(text, "c.toml");
    assert_int_equal(agree(document, earlier, &error), CLAU_BAD_INPUT);
    assert_string_equal(error.message, message);
    assert_null(clau_toml_find(document, "time.snapshot_every"));
    clau_toml_destroy(document);
}

static void agreement(void **state) {
    (void)state;
    struct clau_error error = {.message = ""};
    // Another end and output, numbers written in another way, a default written out.
    struct clau_toml *document =
        parse("solver = \"nlse\"\ngrid.points = 16\noutput.precision = \"single\"\n"
              "time.end = 5\nseed = 0\nintegrator.method = \"split-step\"\n"
              "[[initial]]\nkind = \"soliton\"\namplitude = 1\n",
              "c.toml");
    if (agree(document,
              HEAD "time.snapshot_every = 0.02\nintegrator.method = \"split-step\"\n"
                   "integrator.step = 0.25\n" TAIL,
              &error) != CLAU_OK)
        fail_msg("%s", error.message);
    struct setup setup;
    read_document(document, &setup);
    assert_true(setup.run.end == 5);
    assert_int_equal(setup.run.precision, 1);
    // What followed from the earlier end does not move with the new one.
    assert_true(setup.run.snapshot_every == 0.02);
    assert_true(((struct split_step *)setup.model.integrator.values)->step == 0.25);
    clau_parameters_clear(setup.groups, 2);
    clau_toml_destroy(document);
}

static void agreement_with_a_bare_name(void **state) {
    (void)state;
    struct clau_error error = {.message = ""};
    struct clau_toml *document = parse(HEAD "integrator = \"split-step\"\n" TAIL, "c.toml");
    if (agree(document,
              HEAD "integrator = { method = \"split-step\", order = 4, step = 0.25 }\n" TAIL,
              &error) != CLAU_OK)
        fail_msg("%s", error.message);
    struct setup setup;
    read_document(document, &setup);
    assert_int_equal(setup.model.integrator.kind, 1);
    assert_true(((struct split_step *)setup.model.integrator.values)->step == 0.25);
    clau_parameters_clear(setup.groups, 2);
    clau_toml_destroy(document);
}

static void disagreement(void **state) {
    (void)state;
    const char earlier[] = HEAD "time.snapshot_every = 0.02\n" TAIL;
    check_disagreement("grid.points = 32\nsolver = \"nlse\"\ntime.end = 2\n" TAIL, earlier,
                       "c.toml:1:6: grid.points = 32: c.checkpoint has 16, and it must be the "
                       "same");
    check_disagreement(HEAD TAIL, HEAD "seed = 3\n" TAIL,
                       "c.toml: seed: not given, hence 0: c.checkpoint has 3, and it must be "
                       "the same");
    check_disagreement(HEAD "integrator.method = \"split-step\"\n" TAIL, earlier,
                       "c.toml:4:12: integrator.method = \"split-step\": c.checkpoint has "
                       "dop853, and it must be the same");
    check_disagreement(HEAD "equation.potential = \"harmonic\"\n" TAIL, earlier,
                       "c.toml:4:10: equation.potential = \"harmonic\": c.checkpoint has none, "
                       "and it must be the same");
    check_disagreement(HEAD TAIL TAIL, earlier,
                       "c.toml:4:1: initial: 2 of them: c.checkpoint has 1, and it must be the "
                       "same");
    check_disagreement(HEAD TAIL "velocity = 0.5\n", earlier,
                       "c.toml:7:1: initial.0.velocity = 0.5: c.checkpoint has 0.0, and it must "
                       "be the same");
    check_disagreement(HEAD "title = \"x\"\n" TAIL, earlier,
                       "c.toml:4:1: title = \"x\": c.checkpoint has no value, and it must be the "
                       "same");
    check_disagreement(HEAD "diagnostics.orders = [0.5]\n" TAIL, earlier,
                       "c.toml:4:13: diagnostics.orders = [0.5]: c.checkpoint has [0.5, 2.0], "
                       "and it must be the same");
}

static void computed_value_that_is_given_must_agree(void **state) {
    (void)state;
    struct clau_error error = {.message = ""};
    struct clau_toml *document = parse(HEAD "time.snapshot_every = 0.5\n" TAIL, "c.toml");
    assert_int_equal(agree(document, HEAD "time.snapshot_every = 0.02\n" TAIL, &error),
                     CLAU_BAD_INPUT);
    assert_string_equal(error.message, "c.toml:4:6: time.snapshot_every = 0.5: c.checkpoint has "
                                       "0.02, and it must be the same");
    clau_toml_destroy(document);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agreement),
        cmocka_unit_test(agreement_with_a_bare_name),
        cmocka_unit_test(disagreement),
        cmocka_unit_test(computed_value_that_is_given_must_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
