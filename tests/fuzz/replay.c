// SPDX-License-Identifier: GPL-3.0-or-later
// Runs a fuzz target once on each file of the folders given, without libFuzzer, and reports in TAP.
#include <dirent.h>
#include <stdbool.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

static bool run_file(const char *path) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return false;
    }
    static uint8_t block[1 << 20];
    const size_t size = fread(block, 1, sizeof block, file);
    const bool whole = ferror(file) == 0 && feof(file) != 0;
    fclose(file);
    // Of its own length, so that a sanitizer sees what is read beyond it.
    uint8_t *data = malloc(size > 0 ? size : 1);
    if (!whole || data == NULL) {
        free(data);
        return false;
    }
    memcpy(data, block, size);
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    return true;
}

static int run_folder(const char *folder, int *number) {
    struct dirent **entries = NULL;
    const int count = scandir(folder, &entries, NULL, alphasort);
    int failed = count < 0;
    for (int i = 0; i < count; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.') {
            const bool done = run_file(path);
            failed += !done;
            printf("%sok %d - %s\n", done ? "" : "not ", ++*number, entries[i]->d_name);
            fflush(stdout);
        }
        free(entries[i]);
    }
    free(entries);
    return failed;
}

int main(int argc, char **argv) {
    int failed = 0, number = 0;
    for (int i = 1; i < argc; i++) {
        failed += run_folder(argv[i], &number);
    }
    printf("1..%d\n", number);
    return failed > 0 || number == 0;
}
