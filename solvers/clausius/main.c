// SPDX-License-Identifier: GPL-3.0-or-later
// The front command: `clausius SOLVER CONFIG.toml ...` and `clausius run CONFIG.toml ...` become
// clausius-SOLVER, and so do the tools, `clausius analyze ...`: found beside this program or else
// on PATH.
#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/command_line.h"
#include "io/toml.h"
#include "solvers/runtime/options.h"

enum { EXIT_WRONG_INPUT = 2 };

/// Folder of this program with a slash at its end; empty if it cannot be told.
static void own_folder(char *folder, size_t size) {
    const ssize_t length = readlink("/proc/self/exe", folder, size - 1);
    folder[length > 0 ? length : 0] = '\0';
    char *slash = strrchr(folder, '/');
    if (slash != NULL)
        slash[1] = '\0';
    else
        folder[0] = '\0';
}

/// Programs of the suite that solve nothing.
static bool is_tool(const char *name) { return strcmp(name, "analyze") == 0; }

/// Names the solvers, or the tools, in this program's folder, each with its own words.
static void list_programs(bool tools) {
    char pattern[PATH_MAX + 16];
    glob_t found;
    own_folder(pattern, PATH_MAX);
    const size_t prefix = strlen(pattern) + strlen("clausius-");
    strcat(pattern, "clausius-*");
    if (glob(pattern, 0, NULL, &found) != 0) {
        puts("  none found beside this program");
        return;
    }
    for (size_t i = 0; i < found.gl_pathc; i++) {
        char command[PATH_MAX + 64], description[256] = "";
        struct stat file;
        if (is_tool(found.gl_pathv[i] + prefix) != tools)
            continue;
        if (stat(found.gl_pathv[i], &file) != 0 || !S_ISREG(file.st_mode) ||
            access(found.gl_pathv[i], X_OK) != 0)
            continue;
        snprintf(command, sizeof command, "'%s' --description", found.gl_pathv[i]);
        FILE *answer = popen(command, "r");
        const bool told = answer != NULL && fgets(description, sizeof description, answer) != NULL;
        const bool ended_well = answer != NULL && pclose(answer) == 0;
        if (told && ended_well)
            printf("  %-14s %s", found.gl_pathv[i] + prefix, description);
    }
    globfree(&found);
}

static void print_help(void) {
    puts("usage: clausius SOLVER CONFIG.toml [options]\n"
         "       clausius run CONFIG.toml [options]    (the file's `solver` key names the solver)\n"
         "       clausius TOOL ...\n"
         "\n"
         "solvers:");
    fflush(stdout);
    list_programs(false);
    puts("\ntools:");
    fflush(stdout);
    list_programs(true);
    puts("\n`clausius SOLVER --help` lists the options, `clausius SOLVER --list` its keys.");
}

/// The solver that a configuration names; the document keeps it alive.
static const char *read_solver(const char *config, struct clau_toml **document,
                               struct clau_error *error) {
    const char *name = NULL;
    if (clau_toml_parse_file(config, document, error) != CLAU_OK)
        return NULL;
    const struct clau_toml_node *node = clau_toml_find(*document, "solver");
    if (node == NULL || !clau_toml_string(node, &name))
        clau_toml_complain(*document, "solver", error,
                           "required, the name of a solver; clausius --help lists them");
    return name;
}

/// The program's name as a user would call it who called this one by `called`: in the same folder,
/// or found on PATH.
static void name_beside(const char *called, const char *name, char *text, size_t size) {
    const char *slash = strrchr(called, '/');
    const int folder = slash != NULL ? (int)(slash + 1 - called) : 0;
    snprintf(text, size, "%.*s%s", folder, called, name);
}

/// Becomes clausius-NAME; returns only if that fails. argv[0] is replaced. `called` is what this
/// program was called by.
static int become(const char *called, const char *name, char **argv) {
    char path[PATH_MAX + 128];
    char shown[PATH_MAX + 128];
    char program[128];
    // A name with a slash would run a program elsewhere.
    if (strchr(name, '/') == NULL && strlen(name) < 64) {
        snprintf(program, sizeof program, "clausius-%s", name);
        own_folder(path, PATH_MAX);
        strcat(path, program);
        name_beside(called, program, shown, sizeof shown);
        argv[0] = shown;
        execv(path, argv);
        if (errno == ENOENT) {
            execvp(program, argv);
        }
    }
    fprintf(stderr, "clausius: no solver '%s'; clausius --help lists them\n", name);
    return EXIT_WRONG_INPUT;
}

/// `clausius run`: the solver is named by the configuration, found among the solvers' own options.
static int run(const char *called, int argc, char **argv) {
    struct clau_options options = {0};
    struct clau_error error = {0};
    struct clau_toml *document = NULL;
    int status = EXIT_WRONG_INPUT;
    if (clau_options_parse("clausius run", argc, argv, &options, &error) != CLAU_OK) {
        fprintf(stderr, "%s\n", error.message);
        return EXIT_WRONG_INPUT;
    }
    if (options.config == NULL && options.help) {
        print_help();
        status = 0;
    } else if (options.config == NULL && options.version) {
        puts("clausius " CLAUSIUS_VERSION);
        status = 0;
    } else if (options.config == NULL) {
        fputs("clausius run: CONFIG.toml is missing: it names the solver\n", stderr);
    } else {
        const char *solver = read_solver(options.config, &document, &error);
        if (solver != NULL) {
            status = become(called, solver, argv);
        } else {
            fprintf(stderr, "%s\n", error.message);
        }
    }
    clau_toml_destroy(document);
    clau_options_clear(&options);
    return status;
}

/// The options before any command.
struct front_options {
    bool help, version;
    struct clau_words operands;
};

static const struct clau_option front_rows[] = {
    {'h', "help", NULL, CLAU_OPTION_INFORM, offsetof(struct front_options, help), "print this help",
     0, 0},
    {'V', "version", NULL, CLAU_OPTION_INFORM, offsetof(struct front_options, version),
     "print the version", 0, 0},
};

static const struct clau_command front_command = {
    .options = front_rows,
    .option_count = sizeof front_rows / sizeof *front_rows,
    .operand = "COMMAND",
    .operands = offsetof(struct front_options, operands),
};

/// What `clausius` does by itself.
static int inform(int argc, char **argv) {
    struct front_options options = {0};
    struct clau_error error = {0};
    if (clau_command_parse(&front_command, "clausius", argc, argv, &options, &error) != CLAU_OK) {
        fprintf(stderr, "%s\n", error.message);
        return EXIT_WRONG_INPUT;
    }
    if (options.version && !options.help) {
        puts("clausius " CLAUSIUS_VERSION);
    } else {
        print_help();
    }
    clau_command_clear(&front_command, &options);
    return 0;
}

int main(int argc, char **argv) {
    if (argc < 2) {
        print_help();
        return EXIT_WRONG_INPUT;
    }
    if (argv[1][0] == '-') {
        return inform(2, argv);
    }
    return strcmp(argv[1], "run") == 0 ? run(argv[0], argc - 1, argv + 1)
                                       : become(argv[0], argv[1], argv + 1);
}
