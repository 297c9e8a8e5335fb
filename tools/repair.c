// SPDX-License-Identifier: GPL-3.0-or-later
// clausius-repair: makes whole what a killed run left, and says what it did.
#include <stdio.h>
#include <string.h>

#include "io/command_line.h"
#include "io/repair.h"
#include "solvers/runtime/provenance.h"

static const char program[] = "clausius-repair";
static const char description[] = "make whole what a killed run left of its output";

struct options {
    bool thorough, help, version, description;
    struct clau_words files;
};

#define MEMBER(name) offsetof(struct options, name)

static const struct clau_option rows[] = {
    {0, "thorough", NULL, CLAU_OPTION_FLAG, MEMBER(thorough),
     "also of a file that can be opened, take the end of what is allocated from its length; for "
     "one whose last records cannot be read",
     0, 0},
    {0, "description", NULL, CLAU_OPTION_INFORM, MEMBER(description), NULL, 0, 0},
    {'h', "help", NULL, CLAU_OPTION_INFORM, MEMBER(help), "print this help", 0, 0},
    {'V', "version", NULL, CLAU_OPTION_INFORM, MEMBER(version), "print the version", 0, 0},
};

static const struct clau_command command = {
    .options = rows,
    .option_count = sizeof rows / sizeof *rows,
    .operand = "FILE.nc",
    .least = 1,
    .operands = MEMBER(files),
};

static bool inform(const struct options *options) {
    if (options->help) {
        printf("%s: %s\n\nusage: %s FILE.nc...\n\n", program, description, program);
        clau_command_describe(&command, stdout);
        puts(
            "\nIt ends the transaction in which the writer was killed, and cuts the series to the\n"
            "records that all of them have. `--restart` does what of this it needs by itself.\n"
            "\nexit status: 0 the files are whole; 1 one could not be written; 2 one cannot be\n"
            "mended, or is being written.");
    } else if (options->version) {
        clau_provenance_print(program, stdout);
    } else if (options->description) {
        puts(description);
    } else {
        return false;
    }
    return true;
}

static void tell(const char *path, const struct clau_repair *what) {
    bool nothing = true;
    if (what->pages > 0) {
        printf("%s: ended the transaction in which its writer was killed: %zu pages written\n",
               path, what->pages);
        nothing = false;
    }
    if (what->lengthened) {
        printf("%s: corrected the end of what is allocated\n", path);
        nothing = false;
    }
    for (size_t i = 0; i < what->cut_count; i++) {
        printf("%s: cut the series along %s from %zu records to the %zu that all of them have\n",
               path, what->cuts[i].dimension, what->cuts[i].before, what->cuts[i].after);
        nothing = false;
    }
    if (what->status) {
        printf("%s: its status was \"running\" and is \"interrupted\" now\n", path);
        nothing = false;
    }
    if (what->leftover) {
        printf("%s: removed what a run left that was killed before its first record\n", path);
        nothing = false;
    }
    if (nothing) {
        printf("%s: is whole, nothing to mend\n", path);
    }
}

static enum clau_status repair(const char *path, bool thorough, struct clau_error *error) {
    struct clau_repair what = {0};
    struct clau_journal *journal = NULL;
    enum clau_status status = clau_journal_open(path, &journal, error);
    if (status == CLAU_OK && thorough) {
        status = clau_repair_mend(path, journal, true, &what, error);
    }
    if (status == CLAU_OK) {
        status = clau_repair_file(path, journal, &what, error);
    }
    if (status == CLAU_OK) {
        tell(path, &what);
    }
    clau_journal_close(journal);
    return status;
}

int main(int argc, char **argv) {
    struct clau_error error = {0};
    struct options options = {0};
    int exit_code = 0;
    enum clau_status status = clau_command_parse(&command, program, argc, argv, &options, &error);
    if (status == CLAU_OK && !inform(&options)) {
        for (size_t i = 0; i < options.files.count; i++) {
            const enum clau_status one = repair(options.files.texts[i], options.thorough, &error);
            if (one != CLAU_OK) {
                fprintf(stderr, "%s\n", error.message);
                exit_code = clau_status_exit_code(one);
            }
        }
    }
    if (status == CLAU_OK && fflush(stdout) != 0) {
        status =
            clau_error_set(&error, CLAU_IO_FAILED, "%s: standard output: write error", program);
    }
    clau_command_clear(&command, &options);
    if (status != CLAU_OK) {
        fprintf(stderr, "%s\n", error.message);
        return clau_status_exit_code(status);
    }
    return exit_code;
}
