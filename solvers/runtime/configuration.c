// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/runtime/configuration.h"

#include <stdlib.h>
#include <string.h>

#include "solvers/runtime/run_parameters.h"

enum { GROUPS = 2 };

static void group(struct clau_configuration *configuration,
                  struct clau_parameter_group groups[GROUPS]) {
    groups[0] = (struct clau_parameter_group){clau_run_parameter_table, clau_run_parameter_count,
                                              &configuration->run};
    groups[1] =
        (struct clau_parameter_group){configuration->solver->parameters,
                                      configuration->solver->parameter_count, configuration->own};
}

/// Asked before anything else: with the wrong solver every other key would seem unknown.
static enum clau_status check_solver(const struct clau_solver *solver,
                                     const struct clau_toml *document, struct clau_error *error) {
    const struct clau_toml_node *node = clau_toml_find(document, "solver");
    const char *name = NULL;
    if (node != NULL && clau_toml_string(node, &name) && strcmp(name, solver->name) != 0) {
        return clau_toml_complain(document, "solver", error,
                                  "this is clausius-%s, the file is for clausius-%s", solver->name,
                                  name);
    }
    return CLAU_OK;
}

static enum clau_status read_document(struct clau_configuration *configuration,
                                      const struct clau_options *options,
                                      struct clau_error *error) {
    enum clau_status status =
        clau_toml_parse_file(options->config, &configuration->document, error);
    for (size_t i = 0; i < options->sets.count && status == CLAU_OK; i++) {
        status = clau_toml_override(configuration->document, options->sets.texts[i], error);
    }
    if (status == CLAU_OK) {
        status = check_solver(configuration->solver, configuration->document, error);
    }
    return status;
}

/// Fills the structs from the document.
static enum clau_status read_values(struct clau_configuration *configuration,
                                    struct clau_error *error) {
    const struct clau_solver *solver = configuration->solver;
    struct clau_parameter_group groups[GROUPS];
    group(configuration, groups);
    enum clau_status status = clau_parameters_read(configuration->document, groups, GROUPS, error);
    if (status == CLAU_OK) {
        status = clau_run_parameters_complete(&configuration->run, configuration->document, error);
    }
    if (status == CLAU_OK && solver->complete != NULL) {
        status = solver->complete(configuration->own, &configuration->run, configuration->document,
                                  error);
    }
    return status;
}

/// Compares with the configuration in the checkpoint, and reads the values again with the computed
/// defaults of then.
static enum clau_status agree(struct clau_configuration *configuration,
                              const struct clau_options *options,
                              const struct clau_checkpoint *earlier, struct clau_error *error) {
    static const char *const except[] = {"time.end", "output"};
    struct clau_parameter_group groups[GROUPS];
    struct clau_toml *document = NULL;
    const char *text = NULL;
    group(configuration, groups);
    enum clau_status status = clau_checkpoint_get_text(earlier, "run.config", &text, error);
    if (status == CLAU_OK) {
        status = clau_toml_parse_text(text, options->restart, &document, error);
    }
    if (status == CLAU_OK) {
        status = clau_parameters_agree(configuration->document, document, groups, GROUPS, except,
                                       sizeof except / sizeof *except, error);
    }
    if (status == CLAU_OK) {
        clau_parameters_clear(groups, GROUPS);
        status = read_values(configuration, error);
    }
    clau_toml_destroy(document);
    return status;
}

enum clau_status clau_configuration_init(struct clau_configuration *configuration,
                                         const struct clau_solver *solver,
                                         const struct clau_options *options,
                                         const struct clau_checkpoint *earlier,
                                         struct clau_error *error) {
    *configuration = (struct clau_configuration){.solver = solver};
    // One byte at least: calloc(1, 0) may be NULL.
    configuration->own = calloc(1, solver->parameters_size + 1);
    enum clau_status status = configuration->own != NULL
                                  ? CLAU_OK
                                  : clau_error_set(error, CLAU_NO_MEMORY, "out of memory");
    if (status == CLAU_OK) {
        status = read_document(configuration, options, error);
    }
    if (status == CLAU_OK) {
        status = read_values(configuration, error);
    }
    if (status == CLAU_OK && earlier != NULL) {
        status = agree(configuration, options, earlier, error);
    }
    if (status == CLAU_OK) {
        struct clau_parameter_group groups[GROUPS];
        group(configuration, groups);
        status = clau_parameters_print(groups, GROUPS, &configuration->effective, error);
    }
    if (status != CLAU_OK) {
        clau_configuration_finish(configuration);
    }
    return status;
}

void clau_configuration_finish(struct clau_configuration *configuration) {
    if (configuration->own != NULL) {
        struct clau_parameter_group groups[GROUPS];
        group(configuration, groups);
        clau_parameters_clear(groups, GROUPS);
    }
    free(configuration->own);
    free(configuration->effective);
    clau_toml_destroy(configuration->document);
    *configuration = (struct clau_configuration){0};
}
