// SPDX-License-Identifier: GPL-3.0-or-later
// The front command: `clausius SOLVER CONFIG.toml ...` and `clausius run CONFIG.toml ...` become
// clausius-SOLVER, and so do the tools, `clausius analyze ...`, `clausius plot ...`: found beside
// this program or else on PATH.
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "io/command_line.h"
#include "io/toml.h"
#include "solvers/clausius/configs.h"
#include "solvers/clausius/programs.h"
#include "solvers/runtime/options.h"
#include "solvers/runtime/provenance.h"

enum { EXIT_FAILED = 1, EXIT_WRONG_INPUT = 2 };

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
        status = front_print_help(stdout) ? 0 : EXIT_FAILED;
    } else if (options.config == NULL && options.version) {
        clau_provenance_print("clausius", stdout);
        status = 0;
    } else if (options.config == NULL) {
        fputs("clausius run: CONFIG.toml is missing: it names the solver\n", stderr);
    } else {
        const char *solver = read_solver(options.config, &document, &error);
        if (solver != NULL) {
            status = front_become(called, solver, argv);
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
    int status = 0;
    if (clau_command_parse(&front_command, "clausius", argc, argv, &options, &error) != CLAU_OK) {
        fprintf(stderr, "%s\n", error.message);
        return EXIT_WRONG_INPUT;
    }
    if (options.version && !options.help) {
        clau_provenance_print("clausius", stdout);
    } else {
        status = front_print_help(stdout) ? 0 : EXIT_FAILED;
    }
    clau_command_clear(&front_command, &options);
    return status;
}

static int choose(int argc, char **argv) {
    if (argc < 2) {
        front_print_help(stderr);
        return EXIT_WRONG_INPUT;
    }
    if (argv[1][0] == '-') {
        return inform(2, argv);
    }
    if (strcmp(argv[1], "run") == 0) {
        return run(argv[0], argc - 1, argv + 1);
    }
    if (strcmp(argv[1], "config") == 0) {
        return front_configs(argc - 1, argv + 1);
    }
    return front_become(argv[0], argv[1], argv + 1);
}

int main(int argc, char **argv) {
    const int status = choose(argc, argv);
    // What was printed must have arrived: a full disk under `> my.toml` is a failure, too.
    if (fflush(stdout) != 0) {
        fputs("clausius: standard output: write error\n", stderr);
        return status != 0 ? status : EXIT_FAILED;
    }
    return status;
}
