// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/clausius/configs.h"

#include <errno.h>
#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/command_line.h"
#include "io/parameters.h"
#include "io/toml.h"
#include "solvers/clausius/programs.h"

enum { EXIT_FAILED = 1, EXIT_WRONG_INPUT = 2 };

static const char ending[] = ".toml";

/* Command line */

struct options {
    bool help;
    struct clau_words names;
};

static const struct clau_option rows[] = {
    {'h', "help", NULL, CLAU_OPTION_INFORM, offsetof(struct options, help), "print this help", 0,
     0},
};

static const struct clau_command command = {
    .options = rows,
    .option_count = sizeof rows / sizeof *rows,
    .operand = "NAME",
    .most = 1,
    .operands = offsetof(struct options, names),
};

/* The files */

static int compare(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/// All configurations as paths below their folder, "nlse/two_soliton.toml", in order. Goes to that
/// folder.
static bool find_all(glob_t *paths) {
    char folder[FRONT_PATH];
    *paths = (glob_t){0};
    if (!front_data_path("configs", folder) || chdir(folder) != 0 ||
        glob("*/*.toml", 0, NULL, paths) != 0 ||
        glob("*/*/*.toml", GLOB_APPEND, NULL, paths) == GLOB_NOSPACE) {
        return false;
    }
    qsort(paths->gl_pathv, paths->gl_pathc, sizeof *paths->gl_pathv, compare);
    return true;
}

/// The solver and the title that a file names; empty where it has none. The document keeps them.
static enum clau_status read_file(const char *path, struct clau_toml **document,
                                  const char **solver, const char **title,
                                  struct clau_error *error) {
    *solver = *title = "";
    const enum clau_status status = clau_toml_parse_file(path, document, error);
    if (status != CLAU_OK) {
        return status;
    }
    const struct clau_toml_node *node = clau_toml_find(*document, "solver");
    if (node != NULL) {
        clau_toml_string(node, solver);
    }
    node = clau_toml_find(*document, "title");
    if (node != NULL) {
        clau_toml_string(node, title);
    }
    return CLAU_OK;
}

static int list_all(const glob_t *paths) {
    char section[64] = "";
    struct clau_error error = {0};
    for (size_t i = 0; i < paths->gl_pathc; i++) {
        const char *path = paths->gl_pathv[i];
        struct clau_toml *document = NULL;
        const char *solver = NULL;
        const char *title = NULL;
        char name[FRONT_PATH];
        if (read_file(path, &document, &solver, &title, &error) != CLAU_OK) {
            fprintf(stderr, "clausius config: %s\n", error.message);
            return EXIT_FAILED;
        }
        if (strcmp(section, solver) != 0) {
            printf("%s%s\n", i > 0 ? "\n" : "", solver);
            snprintf(section, sizeof section, "%s", solver);
        }
        snprintf(name, sizeof name, "%.*s", (int)(strlen(path) - strlen(ending)), path);
        printf("  %-34s  %s\n", name, title);
        clau_toml_destroy(document);
    }
    puts("\n`clausius config NAME > my.toml` makes a copy to start from; `clausius run my.toml`.");
    return 0;
}

/* One of them */

/// Whether a path is what a user means by a name: with or without folders and ending, - for _.
static bool is_meant(const char *path, const char *name, bool whole) {
    const char *tail = strrchr(path, '/');
    if (!whole && tail != NULL) {
        path = tail + 1;
    }
    for (; *name != '\0' && *path != '\0'; name++, path++) {
        const char letter = *name == '-' ? '_' : *name;
        if (letter != (*path == '-' ? '_' : *path)) {
            return false;
        }
    }
    return *name == '\0' && (*path == '\0' || strcmp(path, ending) == 0);
}

/// The one path that is meant, or NULL. A file in a solver's own folder comes before those deeper.
static const char *choose(const glob_t *paths, const char *name, bool *several) {
    *several = false;
    for (int whole = 1; whole >= 0; whole--) {
        const char *found = NULL;
        bool found_deep = false;
        for (size_t i = 0; i < paths->gl_pathc; i++) {
            const char *path = paths->gl_pathv[i];
            const bool deep = strchr(path, '/') != strrchr(path, '/');
            if (!is_meant(path, name, whole == 1) || (found != NULL && deep && !found_deep)) {
                continue;
            }
            *several = found != NULL && deep == found_deep;
            found = path;
            found_deep = deep;
        }
        if (found != NULL) {
            return *several ? NULL : found;
        }
    }
    return NULL;
}

static int complain(const glob_t *paths, const char *name, bool several) {
    struct clau_entry_search search = {.name = name, .distance = CLAU_ENTRY_FAR};
    char nearest[FRONT_PATH] = "";
    int distance = CLAU_ENTRY_FAR;
    for (size_t i = 0; i < paths->gl_pathc; i++) {
        const char *path = paths->gl_pathv[i];
        const int length = (int)(strlen(path) - strlen(ending));
        const char *tail = strrchr(path, '/') + 1;
        if (several && is_meant(path, name, false)) {
            snprintf(nearest + strlen(nearest), sizeof nearest - strlen(nearest), "%s%.*s",
                     nearest[0] != '\0' ? ", " : "", length, path);
        }
        clau_entry_matches(&search, "%.*s", length, path);
        clau_entry_matches(&search, "%.*s", length - (int)(tail - path), tail);
        if (!several && search.distance < distance) {
            distance = search.distance;
            snprintf(nearest, sizeof nearest, "%.*s", length, path);
        }
    }
    if (several) {
        fprintf(stderr, "clausius config: %s: there are several: %s\n", name, nearest);
    } else if (nearest[0] != '\0') {
        fprintf(stderr, "clausius config: %s: no such configuration; did you mean %s?\n", name,
                nearest);
    } else {
        fprintf(stderr,
                "clausius config: %s: no such configuration; `clausius config` lists them\n", name);
    }
    return EXIT_WRONG_INPUT;
}

static int print_one(const glob_t *paths, const char *name) {
    char buffer[4096];
    size_t count = 0;
    bool several = false;
    const char *path = choose(paths, name, &several);
    if (path == NULL) {
        return complain(paths, name, several);
    }
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        fprintf(stderr, "clausius config: %s: %s\n", path, strerror(errno));
        return EXIT_FAILED;
    }
    while ((count = fread(buffer, 1, sizeof buffer, file)) > 0) {
        fwrite(buffer, 1, count, stdout);
    }
    const bool failed = ferror(file) != 0;
    fclose(file);
    if (failed) {
        fprintf(stderr, "clausius config: %s: cannot be read\n", path);
    }
    return failed ? EXIT_FAILED : 0;
}

int front_configs(int argc, char *const *argv) {
    struct options options = {0};
    struct clau_error error = {0};
    glob_t paths = {0};
    int status = 0;
    if (clau_command_parse(&command, "clausius config", argc, argv, &options, &error) != CLAU_OK) {
        fprintf(stderr, "%s\n", error.message);
        return EXIT_WRONG_INPUT;
    }
    if (options.help) {
        puts("usage: clausius config [NAME]\n\n"
             "Lists the configurations that come with the suite, or prints one of them:\n"
             "`clausius config two_soliton > my.toml` makes a copy to start from.\n");
        clau_command_describe(&command, stdout);
    } else if (!find_all(&paths)) {
        fputs("clausius config: the configurations are not installed with this program\n", stderr);
        status = EXIT_FAILED;
    } else if (options.names.count == 0) {
        status = list_all(&paths);
    } else {
        status = print_one(&paths, options.names.texts[0]);
    }
    globfree(&paths);
    clau_command_clear(&command, &options);
    return status;
}
