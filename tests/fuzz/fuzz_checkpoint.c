// SPDX-License-Identifier: GPL-3.0-or-later
// A checkpoint, and what a solver restores from it. Compiled twice: with the bytes as they are, of
// which the checksum lets hardly any pass, and with TRAILER, which gives them one that agrees.
#include <endian.h>
#include <string.h>

#include "io/checkpoint.h"
#include "io/crc32c.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/small_runs.h"

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
    fuzz_configure();
    fuzz_file_add(&file, data, size);
    add_trailer(&file, data, size);
    if (clau_checkpoint_read(file.path, &checkpoint, NULL) == CLAU_OK &&
        clau_checkpoint_get_text(checkpoint, "run.solver", &name, NULL) == CLAU_OK &&
        fuzz_solver(name) < FUZZ_SOLVERS) {
        fuzz_restore(fuzz_solver(name), checkpoint);
    }
    clau_checkpoint_destroy(checkpoint);
    fuzz_file_close(&file);
    return 0;
}
