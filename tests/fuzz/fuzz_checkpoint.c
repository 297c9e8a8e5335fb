// SPDX-License-Identifier: GPL-3.0-or-later
// A checkpoint, and what a solver restores from it. Compiled twice: with the bytes as they are, of
// which the checksum lets hardly any pass, and with TRAILER, which gives them one that agrees.
#include <endian.h>
#include <string.h>

#include "io/checkpoint.h"
#include "io/crc32c.h"
#include "solvers/runtime/configuration.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/solvers.h"

enum { CALLS = 5 };

/// Small runs, as make-corpus has them.
static const char *const texts[FUZZ_SOLVERS] = {
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

static struct clau_configuration configurations[FUZZ_SOLVERS];

static void configure(void) {
    static int done;
    for (size_t i = 0; i < FUZZ_SOLVERS && !done; i++) {
        struct clau_error error = {.message = ""};
        struct fuzz_file file = fuzz_file_make();
        const struct clau_options options = {.config = file.path};
        fuzz_file_add(&file, texts[i], strlen(texts[i]));
        if (clau_configuration_init(&configurations[i], fuzz_solvers[i], &options, NULL, &error) !=
            CLAU_OK) {
            fprintf(stderr, "%s\n", error.message);
            abort();
        }
        fuzz_file_close(&file);
    }
    done = 1;
}

static void restore(size_t index, const struct clau_checkpoint *checkpoint) {
    const struct clau_solver *solver = fuzz_solvers[index];
    const struct clau_configuration *configuration = &configurations[index];
    const struct clau_setup setup = {.parameters = configuration->own,
                                     .run = &configuration->run,
                                     .config = configuration->document,
                                     .threads = 1};
    void *model = NULL;
    if (solver->create(&setup, &model, NULL) != CLAU_OK) {
        abort();
    }
    enum clau_status status = solver->restore(model, checkpoint, NULL);
    bool reached = false;
    for (int i = 0; i < CALLS && !reached && status == CLAU_OK; i++) {
        status = solver->advance(model, configuration->run.end, &reached, NULL);
    }
    solver->destroy(model);
}

#ifdef TRAILER
/// What io/checkpoint_file.c has behind the NetCDF-4 file, for these bytes.
static void add_trailer(struct fuzz_file *file, const uint8_t *data, size_t size) {
    struct {
        char magic[8];
        uint32_t layout, reserved;
        uint64_t length;
        uint32_t reserved_too, checksum;
    } trailer = {.magic = "ClauCkp", .layout = htole32(2), .length = htole64(size)};
    trailer.magic[7] = 't';
    trailer.checksum = htole32(
        clau_crc32c(clau_crc32c(0, data, size), &trailer, sizeof trailer - sizeof(uint32_t)));
    fuzz_file_add(file, &trailer, sizeof trailer);
}
#else
static void add_trailer(struct fuzz_file *file, const uint8_t *data, size_t size) {
    (void)file, (void)data, (void)size;
}
#endif

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct fuzz_file file = fuzz_file_make();
    struct clau_checkpoint *checkpoint = NULL;
    const char *name = NULL;
    configure();
    fuzz_file_add(&file, data, size);
    add_trailer(&file, data, size);
    if (clau_checkpoint_read(file.path, &checkpoint, NULL) == CLAU_OK &&
        clau_checkpoint_get_text(checkpoint, "run.solver", &name, NULL) == CLAU_OK &&
        fuzz_solver(name) < FUZZ_SOLVERS) {
        restore(fuzz_solver(name), checkpoint);
    }
    clau_checkpoint_destroy(checkpoint);
    fuzz_file_close(&file);
    return 0;
}
