// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/parameters.h"

#include <stdlib.h>
#include <string.h>

#include "tests/approx.h"
#include "tests/io/parameters_fixture.h"

/* A section that a variant shares with plain rows, and variants that may be missing */

struct shared {
    struct clau_variant boundary, extra;
    double width;
    struct clau_variants sources;
};

static const struct clau_parameter shared_rows[] = {
    {.key = "grid.boundary",
     .type = CLAU_VARIANT,
     .offset = offsetof(struct shared, boundary),
     .fallback = "harmonic",
     .kinds = &potentials,
     .description = "boundary"},
    {.key = "grid.boundary.width",
     .type = CLAU_REAL,
     .offset = offsetof(struct shared, width),
     .fallback = "1",
     .description = "width"},
    {.key = "extra",
     .type = CLAU_VARIANT,
     .offset = offsetof(struct shared, extra),
     .kinds = &potentials,
     .description = "extra"},
    {.key = "source",
     .type = CLAU_VARIANTS,
     .offset = offsetof(struct shared, sources),
     .fallback = "harmonic",
     .kinds = &potentials,
     .description = "sources"},
};

static void check_shared(const char *text, int extra, size_t sources, const char *expected) {
    struct shared shared = {.width = 0};
    const struct clau_parameter_group group = {ROWS(shared_rows), &shared};
    struct clau_toml *document = parse(text, "c.toml");
    struct clau_error error = {.message = ""};
    char *printed = NULL;
    if (clau_parameters_read(document, &group, 1, &error) != CLAU_OK)
        fail_msg("%s", error.message);
    assert_int_equal(shared.extra.values ? shared.extra.kind : -1, extra);
    assert_int_equal(shared.sources.count, sources);
    assert_int_equal(clau_parameters_print(&group, 1, &printed, &error), CLAU_OK);
    assert_string_equal(printed, expected);
    free(printed);
    clau_toml_destroy(document);
    clau_parameters_clear(&group, 1);
}

static void sections_shared_by_variants_and_rows(void **state) {
    (void)state;
    check_shared("", -1, 1,
                 "[grid.boundary]\nkind = \"harmonic\"\nfrequency = 1.0\nwidth = 1.0\n\n"
                 "[[source]]\nkind = \"harmonic\"\nfrequency = 1.0\n");
    check_shared("source = []\nextra = \"none\"\n[grid.boundary]\nwidth = 2\nkind = \"none\"\n", 0,
                 0,
                 "source = []\n\n[grid.boundary]\nkind = \"none\"\nwidth = 2.0\n\n[extra]\n"
                 "kind = \"none\"\n");
}

/* Printing */

static char *print(struct setup *setup) {
    struct clau_error error = {.message = ""};
    char *text = NULL;
    if (clau_parameters_print(setup->groups, 2, &text, &error) != CLAU_OK)
        fail_msg("%s", error.message);
    return text;
}

/// Prints, reads it back and prints again: the same text.
static void check_round_trip(struct setup *setup) {
    struct setup again;
    char *first = print(setup);
    read_text(first, &again);
    char *second = print(&again);
    assert_string_equal(first, second);
    clau_parameters_clear(again.groups, 2);
    free(first);
    free(second);
}

static void print_is_tidy(void **state) {
    (void)state;
    struct setup setup;
    read_text(everything(), &setup);
    char *text = print(&setup);
    assert_string_equal(text, "solver = \"nlse\"\n"
                              "title = \"a \\\"b\\\"\\n\\u0001 \u00e9\"\n"
                              "seed = -9223372036854775808\n"
                              "\n"
                              "[time]\n"
                              "end = 7.0\n"
                              "snapshot_every = 0.1\n"
                              "\n"
                              "[output]\n"
                              "snapshots = false\n"
                              "precision = \"single\"\n"
                              "\n"
                              "[diagnostics]\n"
                              "entropies = [\"shannon\", \"tsallis\"]\n"
                              "orders = [1.0, 0.25, inf]\n"
                              "\n"
                              "[grid]\n"
                              "points = 64\n"
                              "length = 10.0\n"
                              "cells = [4, 2]\n"
                              "\n"
                              "[equation]\n"
                              "nonlinearity = -1.0\n"
                              "potential = { kind = \"harmonic\", frequency = 0.5 }\n"
                              "\n"
                              "[integrator]\n"
                              "method = \"split-step\"\n"
                              "order = 6\n"
                              "\n"
                              "[[diagnostics.measure]]\n"
                              "of = \"psi\"\n"
                              "\n"
                              "[[initial]]\n"
                              "kind = \"file\"\n"
                              "path = \"a.nc\"\n"
                              "shift = [0.1]\n"
                              "\n"
                              "[[initial]]\n"
                              "kind = \"soliton\"\n"
                              "amplitude = 2.0\n"
                              "velocity = 1.5\n"
                              "\n"
                              "[[ramp]]\n"
                              "key = \"school.noise\"\n"
                              "from = 0.0\n");
    free(text);
    check_round_trip(&setup);
    clau_parameters_clear(setup.groups, 2);
    read_text(HEAD TAIL, &setup);
    check_round_trip(&setup);
    clau_parameters_clear(setup.groups, 2);
}

static void random_doubles_survive(void **state) {
    (void)state;
    struct setup setup;
    uint64_t seed = 12345;
    read_text(HEAD TAIL, &setup);
    for (int i = 0; i < 500; i++) {
        // Positive finite doubles of every magnitude, from a linear congruential generator.
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        const uint64_t bits = seed >> 1;
        double value;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value) || value == 0)
            continue;
        setup.run.end = value;
        struct setup again;
        char *text = print(&setup);
        read_text(text, &again);
        assert_memory_equal(&again.run.end, &value, sizeof value);
        clau_parameters_clear(again.groups, 2);
        free(text);
    }
    clau_parameters_clear(setup.groups, 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sections_shared_by_variants_and_rows),
        cmocka_unit_test(print_is_tidy),
        cmocka_unit_test(random_doubles_survive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
