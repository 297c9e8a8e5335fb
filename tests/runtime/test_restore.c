// SPDX-License-Identifier: GPL-3.0-or-later
// A checkpoint whose values are not those of a run: restoring it says so, or gives a model that is
// wrong but works. Nothing is read beyond an array, nothing goes on for ever. Compiled for each
// solver; the arguments are a configuration and overrides that make it small.
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/checkpoint_file.h"
#include "solvers/runtime/configuration.h"
#include "solvers/runtime/solver.h"
#include "tests/approx.h"

#include HEADER

enum { SECONDS = 100, CALLS = 20, PLACES = 4 };

static const struct clau_solver *const solver = &SOLVER;
static struct clau_configuration configuration;
static struct clau_checkpoint *whole;
static double whole_time;

static void *make_model(void) {
    const struct clau_setup setup = {.parameters = configuration.own,
                                     .run = &configuration.run,
                                     .config = configuration.document,
                                     .threads = 1};
    struct clau_error error = {.message = ""};
    void *model = NULL;
    if (solver->create(&setup, &model, &error) != CLAU_OK) {
        fail_msg("%s", error.message);
    }
    return model;
}

/// Some steps towards an output time, then what a run does there. The result does not matter.
static void use(void *model, double time) {
    bool reached = false;
    enum clau_status status = CLAU_OK;
    for (int i = 0; i < CALLS && !reached && status == CLAU_OK; i++) {
        status = solver->advance(model, time, &reached, NULL);
    }
    if (!reached || status != CLAU_OK) {
        return;
    }
    double values[4096];
    if (solver->prepare != NULL && !solver->prepare(model, true)) {
        return;
    }
    for (size_t i = 0; i < solver->state_count; i++) {
        solver->state[i].compute(model, values);
    }
}

/// A checkpoint that borrows all values of `whole`, but for those of one entry.
static struct clau_checkpoint *with(size_t entry, const void *values) {
    struct clau_checkpoint *result = clau_checkpoint_create();
    assert_non_null(result);
    for (size_t i = 0; i < whole->count; i++) {
        const struct clau_entry *old = &whole->entries[i];
        clau_checkpoint_add(result, old->name, old->type, i == entry ? values : old->values, NULL,
                            old->count);
    }
    assert_int_equal(result->failure.status, CLAU_OK);
    return result;
}

static void try_values(size_t entry, const void *values) {
    struct clau_checkpoint *checkpoint = with(entry, values);
    struct clau_error error = {.message = ""};
    void *model = make_model();
    const enum clau_status status = solver->restore(model, checkpoint, &error);
    if (status == CLAU_OK) {
        use(model, whole_time + 0.01);
    } else {
        assert_true(error.message[0] != '\0');
    }
    solver->destroy(model);
    clau_checkpoint_destroy(checkpoint);
}

/// Words of 8 bytes: integers that are no indices, and bits of numbers that are none.
static size_t bad_words(uint64_t words[16]) {
    static const double reals[] = {(double)NAN, INFINITY, -INFINITY, 1e300, -1e300, 0.0, -1e12};
    static const int64_t integers[] = {-1, INT64_MAX, INT64_MIN, INT64_C(1) << 32, 1000000, 1};
    const size_t real_count = sizeof reals / sizeof *reals;
    memcpy(words, reals, sizeof reals);
    memcpy(words + real_count, integers, sizeof integers);
    return real_count + sizeof integers / sizeof *integers;
}

static void bad_values_do_no_harm(void **state) {
    (void)state;
    uint64_t words[16];
    const size_t count = bad_words(words);
    for (size_t e = 0; e < whole->count; e++) {
        const struct clau_entry *entry = &whole->entries[e];
        if (entry->type == CLAU_ENTRY_TEXT || entry->count == 0) {
            continue;
        }
        uint64_t *values = malloc(entry->count * sizeof *values);
        assert_non_null(values);
        for (size_t place = 0; place < PLACES; place++) {
            const size_t at = (entry->count - 1) * place / (PLACES - 1);
            for (size_t w = 0; w < count; w++) {
                memcpy(values, entry->values, entry->count * sizeof *values);
                values[at] = words[w];
                try_values(e, values);
            }
        }
        // All of them at once.
        for (size_t w = 0; w < count; w++) {
            for (size_t i = 0; i < entry->count; i++) {
                values[i] = words[w];
            }
            try_values(e, values);
        }
        free(values);
    }
}

/// Discs and the like are packed: half a word at a time, one after the other.
static void bad_halves_do_no_harm(void **state) {
    (void)state;
    static const uint32_t halves[] = {UINT32_MAX, 0x7fffffff, 0, 1000000};
    for (size_t e = 0; e < whole->count; e++) {
        const struct clau_entry *entry = &whole->entries[e];
        const size_t places = 2 * entry->count < 64 ? 2 * entry->count : 64;
        if (entry->type != CLAU_ENTRY_INTEGERS) {
            continue;
        }
        uint32_t *values = malloc(entry->count * sizeof(int64_t) + 1);
        assert_non_null(values);
        for (size_t at = 0; at < places; at++) {
            for (size_t h = 0; h < sizeof halves / sizeof *halves; h++) {
                memcpy(values, entry->values, entry->count * sizeof(int64_t));
                values[at] = halves[h];
                try_values(e, values);
            }
        }
        free(values);
    }
}

static void missing_and_short_entries_are_refused(void **state) {
    (void)state;
    for (size_t e = 0; e < whole->count; e++) {
        for (size_t less = 0; less < 2; less++) {
            struct clau_checkpoint *checkpoint = clau_checkpoint_create();
            for (size_t i = 0; i < whole->count; i++) {
                const struct clau_entry *old = &whole->entries[i];
                const size_t count = old->count - (i == e && old->count > 0);
                if (i != e || less == 1) {
                    clau_checkpoint_add(checkpoint, old->name, old->type, old->values, NULL, count);
                }
            }
            void *model = make_model();
            struct clau_error error = {.message = ""};
            assert_int_equal(solver->restore(model, checkpoint, &error),
                             whole->entries[e].count == 0 && less == 1 ? CLAU_OK : CLAU_BAD_INPUT);
            solver->destroy(model);
            clau_checkpoint_destroy(checkpoint);
        }
    }
}

static void the_whole_one_is_accepted(void **state) {
    (void)state;
    struct clau_error error = {.message = ""};
    void *model = make_model();
    if (solver->restore(model, whole, &error) != CLAU_OK) {
        fail_msg("%s", error.message);
    }
    solver->destroy(model);
}

int main(int argc, char **argv) {
    struct clau_options options = {0};
    struct clau_error error = {.message = ""};
    if (clau_options_parse("test_restore", argc, argv, &options, &error) != CLAU_OK ||
        clau_configuration_init(&configuration, solver, &options, NULL, &error) != CLAU_OK) {
        fprintf(stderr, "%s\n", error.message);
        return 1;
    }
    alarm(SECONDS);
    // A model that has come some way; its checkpoint borrows from it.
    void *model = make_model();
    whole_time = configuration.run.observe_every;
    bool reached = false;
    for (double time = 0.0; time <= whole_time; time += whole_time) {
        for (reached = false; !reached;) {
            if (solver->advance(model, time, &reached, &error) != CLAU_OK) {
                fprintf(stderr, "%s\n", error.message);
                return 1;
            }
        }
        if (solver->prepare != NULL && !solver->prepare(model, true)) {
            fprintf(stderr, "out of memory\n");
            return 1;
        }
    }
    whole = clau_checkpoint_create();
    solver->save(model, whole);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_whole_one_is_accepted),
        cmocka_unit_test(missing_and_short_entries_are_refused),
        cmocka_unit_test(bad_values_do_no_harm),
        cmocka_unit_test(bad_halves_do_no_harm),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    clau_checkpoint_destroy(whole);
    solver->destroy(model);
    clau_configuration_finish(&configuration);
    clau_options_clear(&options);
    return failed;
}
