// SPDX-License-Identifier: GPL-3.0-or-later
/// A run of each solver, as small as it may be, and what is done with a checkpoint of it.
#ifndef CLAUSIUS_TESTS_FUZZ_SMALL_RUNS_H
#define CLAUSIUS_TESTS_FUZZ_SMALL_RUNS_H

#include "solvers/runtime/configuration.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/solvers.h"

enum { FUZZ_CALLS = 5 };

/// As make-corpus has them, but for the end.
static const char *const fuzz_texts[FUZZ_SOLVERS] = {
    "solver = 'nlse'\ntime.end = 1.0\ngrid = {points = 32, length = 20.0}\n"
    "[[initial]]\nkind = 'soliton'\n",
    "solver = 'klein-gordon'\ntime.end = 1.0\ngrid = {points = 32, length = 20.0}\n"
    "[[initial]]\nkind = 'gaussian'\n",
    "solver = 'couzin'\ntime.end = 1.0\nschool.individuals = 8\n"
    "[[initial]]\nkind = 'uniform'\n",
    "solver = 'hard-discs'\ntime.end = 1.0\ngas = {particles = 8, packing_fraction = 0.1}\n"
    "[macrostate]\nposition_cells = [2, 2]\nsplit = true\n"
    "[[initial]]\nkind = 'equilibrium'\n",
};

static struct clau_configuration fuzz_configurations[FUZZ_SOLVERS];

/// Reads the configurations, the first time.
static inline void fuzz_configure(void) {
    for (size_t i = 0; i < FUZZ_SOLVERS && fuzz_configurations[i].own == NULL; i++) {
        struct clau_error error = {.message = ""};
        struct fuzz_file file = fuzz_file_make();
        const struct clau_options options = {.config = file.path};
        fuzz_file_add(&file, fuzz_texts[i], strlen(fuzz_texts[i]));
        if (clau_configuration_init(&fuzz_configurations[i], fuzz_solvers[i], &options, NULL,
                                    &error) != CLAU_OK) {
            fprintf(stderr, "%s\n", error.message);
            abort();
        }
        fuzz_file_close(&file);
    }
}

static inline void *fuzz_model(size_t index) {
    const struct clau_configuration *configuration = &fuzz_configurations[index];
    const struct clau_setup setup = {.parameters = configuration->own,
                                     .run = &configuration->run,
                                     .config = configuration->document,
                                     .threads = 1};
    void *model = NULL;
    if (fuzz_solvers[index]->create(&setup, &model, NULL) != CLAU_OK) {
        abort();
    }
    return model;
}

/// A few steps towards a time.
static inline void fuzz_advance(size_t index, void *model, double time) {
    bool reached = false;
    enum clau_status status = CLAU_OK;
    for (int i = 0; i < FUZZ_CALLS && !reached && status == CLAU_OK; i++) {
        status = fuzz_solvers[index]->advance(model, time, &reached, NULL);
    }
}

/// Restores a new model and uses it a little.
static inline void fuzz_restore(size_t index, const struct clau_checkpoint *checkpoint) {
    void *model = fuzz_model(index);
    if (fuzz_solvers[index]->restore(model, checkpoint, NULL) == CLAU_OK) {
        fuzz_advance(index, model, fuzz_configurations[index].run.end);
    }
    fuzz_solvers[index]->destroy(model);
}

#endif
