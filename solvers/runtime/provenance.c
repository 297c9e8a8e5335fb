// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/runtime/provenance.h"

#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

#include "diagnostics/libraries.h"
#include "io/libraries.h"
#include "revision.h"

#if defined __clang__
#define COMPILER "clang " __clang_version__
#elif defined __GNUC__
#define COMPILER "gcc " __VERSION__
#else
#define COMPILER "unknown compiler"
#endif

static void find_compiler(char *text, size_t size) {
    char name[64];
    snprintf(name, sizeof name, "%s", COMPILER);
    // clang has a space at its end.
    for (size_t length = strlen(name); length > 0 && name[length - 1] == ' '; length--) {
        name[length - 1] = '\0';
    }
    snprintf(text, size, "%s -O%s", name, CLAUSIUS_OPTIMIZATION);
}

static void find_libraries(char *text, size_t size) {
    char files[128];
    char numbers[128];
    clau_io_libraries(files, sizeof files);
    clau_diagnostics_libraries(numbers, sizeof numbers);
    const int used = snprintf(text, size, "%s, %s", files, numbers);
#ifdef __GLIBC__
    // Of which the functions sin, exp and so on are.
    if (used > 0 && (size_t)used < size) {
        snprintf(text + used, size - (size_t)used, ", glibc %s", gnu_get_libc_version());
    }
#endif
}

/// The model of the first processor, as Linux on a PC tells it.
static void find_cpu(char *text, size_t size) {
    static const char key[] = "model name";
    char line[256];
    struct utsname system;
    snprintf(text, size, "%s", uname(&system) == 0 ? system.machine : "unknown");
    FILE *file = fopen("/proc/cpuinfo", "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        const char *colon = strchr(line, ':');
        if (strncmp(line, key, strlen(key)) == 0 && colon != NULL) {
            line[strcspn(line, "\n")] = '\0';
            snprintf(text, size, "%s", colon + 1 + strspn(colon + 1, " "));
            break;
        }
    }
    if (file != NULL) {
        fclose(file);
    }
}

void clau_provenance_init(struct clau_provenance *provenance) {
    snprintf(provenance->revision, sizeof provenance->revision, "%s", CLAUSIUS_REVISION);
    find_compiler(provenance->compiler, sizeof provenance->compiler);
    find_libraries(provenance->libraries, sizeof provenance->libraries);
    find_cpu(provenance->cpu, sizeof provenance->cpu);
}

void clau_provenance_print(const char *program, FILE *stream) {
    struct clau_provenance provenance;
    clau_provenance_init(&provenance);
    fprintf(stream, "%s %s\nrevision   %s\ncompiler   %s\nlibraries  %s\ncpu        %s\n", program,
            CLAUSIUS_VERSION, provenance.revision, provenance.compiler, provenance.libraries,
            provenance.cpu);
}

char *clau_provenance_line(const char *program) {
    struct clau_provenance provenance;
    char *line = NULL;
    clau_provenance_init(&provenance);
    if (asprintf(&line, "%s %s; revision %s; %s; %s; %s", program, CLAUSIUS_VERSION,
                 provenance.revision, provenance.compiler, provenance.libraries,
                 provenance.cpu) < 0) {
        return NULL;
    }
    return line;
}

void clau_provenance_save(const char *program, const char *earlier,
                          struct clau_checkpoint *checkpoint) {
    struct clau_provenance provenance;
    char *builds = NULL;
    clau_provenance_init(&provenance);
    clau_checkpoint_put_text(checkpoint, "run.revision", provenance.revision);
    clau_checkpoint_put_text(checkpoint, "run.compiler", provenance.compiler);
    clau_checkpoint_put_text(checkpoint, "run.libraries", provenance.libraries);
    clau_checkpoint_put_text(checkpoint, "run.cpu", provenance.cpu);
    char *line = clau_provenance_line(program);
    if (line != NULL && asprintf(&builds, "%s%s%s", earlier != NULL ? earlier : "",
                                 earlier != NULL ? "\n" : "", line) < 0) {
        builds = NULL;
    }
    // The loss of a note in want of memory is no reason to lose a checkpoint.
    clau_checkpoint_put_text(checkpoint, "run.builds", builds != NULL ? builds : "");
    free(builds);
    free(line);
}

/// Takes the last line off if it is the one given. false if nothing is left.
static bool drop_last(char *lines, const char *line) {
    char *last = strrchr(lines, '\n');
    if (strcmp(last != NULL ? last + 1 : lines, line) != 0) {
        return true;
    }
    if (last != NULL) {
        *last = '\0';
    }
    return last != NULL;
}

enum clau_status clau_provenance_restore(const char *program,
                                         const struct clau_checkpoint *checkpoint, char **earlier,
                                         struct clau_error *error) {
    const char *builds = NULL;
    const char *version = "unknown";
    char *lines = NULL;
    char *line = clau_provenance_line(program);
    if (clau_checkpoint_get_text(checkpoint, "run.builds", &builds, NULL) != CLAU_OK) {
        // Version 0.1.0 told no more.
        clau_checkpoint_get_text(checkpoint, "run.version", &version, NULL);
        if (asprintf(&lines, "%s %s", program, version) < 0) {
            lines = NULL;
        }
    } else {
        lines = strdup(builds);
    }
    if (line == NULL || lines == NULL) {
        free(line);
        free(lines);
        return clau_error_set(error, CLAU_NO_MEMORY, "out of memory");
    }
    if (drop_last(lines, line)) {
        *earlier = lines;
    } else {
        free(lines);
        *earlier = NULL;
    }
    free(line);
    return CLAU_OK;
}
