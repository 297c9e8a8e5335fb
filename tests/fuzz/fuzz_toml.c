// SPDX-License-Identifier: GPL-3.0-or-later
// A configuration and overrides, from bytes to the structs of a solver: up to the first byte 0x1e a
// file, then overrides that such bytes part. What is accepted must come out of --print-config in a
// form that is accepted as the same.
#include <string.h>

#include "solvers/runtime/configuration.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/solvers.h"

enum { SEPARATOR = 0x1e, MOST_OVERRIDES = 8 };

/// The solver that the text names, or else one to begin with.
static const struct clau_solver *choose(const char *path) {
    struct clau_toml *document = NULL;
    const struct clau_toml_node *node;
    const char *name = "";
    size_t index = FUZZ_SOLVERS;
    if (clau_toml_parse_file(path, &document, NULL) == CLAU_OK &&
        (node = clau_toml_find(document, "solver")) != NULL && clau_toml_string(node, &name)) {
        index = fuzz_solver(name);
    }
    clau_toml_destroy(document);
    return fuzz_solvers[index < FUZZ_SOLVERS ? index : 0];
}

/// A failure says what is wrong in one line of text.
static void check_message(enum clau_status status, const struct clau_error *error) {
    if (status != CLAU_OK && (error->status != status || error->message[0] == '\0' ||
                              strpbrk(error->message, "\n\r") != NULL)) {
        abort();
    }
}

static void check_printed(const struct clau_solver *solver, const char *text) {
    struct fuzz_file file = fuzz_file_make();
    struct clau_configuration again;
    struct clau_error error = {.message = ""};
    const struct clau_options options = {.config = file.path};
    fuzz_file_add(&file, text, strlen(text));
    if (clau_configuration_init(&again, solver, &options, NULL, &error) != CLAU_OK ||
        strcmp(again.effective, text) != 0) {
        fprintf(stderr, "%s\n%s\n", error.message, text);
        abort();
    }
    clau_configuration_finish(&again);
    fuzz_file_close(&file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const uint8_t *end = size > 0 ? memchr(data, SEPARATOR, size) : NULL;
    const size_t length = end != NULL ? (size_t)(end - data) : size;
    struct fuzz_file file = fuzz_file_make();
    fuzz_file_add(&file, data, length);

    // The rest, ended by a 0, which ends whatever stands behind one in it.
    char *rest = calloc(size - length + 1, 1);
    const char *sets[MOST_OVERRIDES];
    char *place = NULL;
    static const char separators[] = {SEPARATOR, '\0'};
    size_t count = 0;
    if (rest == NULL) {
        abort();
    }
    memcpy(rest, data + length, size - length);
    for (char *set = strtok_r(rest, separators, &place); set != NULL && count < MOST_OVERRIDES;
         set = strtok_r(NULL, separators, &place)) {
        sets[count++] = set;
    }

    const struct clau_options options = {.config = file.path,
                                         .sets = {.count = count, .texts = sets}};
    const struct clau_solver *solver = choose(file.path);
    struct clau_configuration configuration;
    struct clau_error error = {.message = ""};
    const enum clau_status status =
        clau_configuration_init(&configuration, solver, &options, NULL, &error);
    check_message(status, &error);
    if (status == CLAU_OK) {
        check_printed(solver, configuration.effective);
        clau_configuration_finish(&configuration);
    }
    free(rest);
    fuzz_file_close(&file);
    return 0;
}
