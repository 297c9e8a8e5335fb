// SPDX-License-Identifier: GPL-3.0-or-later
// clausius-reproduce: runs the configuration in an output file again, and says whether the numbers
// are the same.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/command_line.h"
#include "io/dataset_compare.h"
#include "io/reader.h"
#include "io/toml.h"
#include "solvers/runtime/provenance.h"
#include "tools/run_again.h"

static const char program[] = "clausius-reproduce";
static const char description[] = "run the configuration in an output again, and compare the files";

enum { EXIT_DIFFERENT = 1 };

struct options {
    bool help, version, description;
    int64_t threads;
    const char *keep;
    struct clau_words files;
};

#define MEMBER(name) offsetof(struct options, name)

static const struct clau_option rows[] = {
    {'t', "threads", "N", CLAU_OPTION_INTEGER, MEMBER(threads),
     "of the new run; the numbers are the same for any", 1, 4096},
    {'k', "keep", "FILE", CLAU_OPTION_TEXT, MEMBER(keep),
     "keep the output of the new run under this name; it must not exist", 0, 0},
    {0, "description", NULL, CLAU_OPTION_INFORM, MEMBER(description), NULL, 0, 0},
    {'h', "help", NULL, CLAU_OPTION_INFORM, MEMBER(help), "print this help", 0, 0},
    {'V', "version", NULL, CLAU_OPTION_INFORM, MEMBER(version), "print the version", 0, 0},
};

static const struct clau_command command = {
    .options = rows,
    .option_count = sizeof rows / sizeof *rows,
    .operand = "FILE.nc",
    .least = 1,
    .most = 1,
    .operands = MEMBER(files),
};

static bool inform(const struct options *options) {
    if (options->help) {
        printf("%s: %s\n\nusage: %s FILE.nc [options]\n\n", program, description, program);
        clau_command_describe(&command, stdout);
        puts("\nThe configuration is the file's attribute `config`; the solver is the one beside "
             "this\n"
             "program. All variables are compared bit for bit; of a run that was stopped, the\n"
             "records that are there.\n"
             "\nexit status: 0 equal bit for bit; 1 a variable differs, or the new run failed;\n"
             "2 the file is no output of a run, or its run cannot be repeated.");
    } else if (options->version) {
        clau_provenance_print(program, stdout);
    } else if (options->description) {
        puts(description);
    } else {
        return false;
    }
    return true;
}

/// What the file says of its run; the texts are malloc'ed, NULL where there is none.
struct account {
    const char *path;
    char *source, *config, *status, *revision, *compiler, *libraries, *cpu, *earlier;
    char solver[64];
    double begin, end; ///< first and last time of the records
    size_t records;
};

static void free_account(struct account *account) {
    free(account->source);
    free(account->config);
    free(account->status);
    free(account->revision);
    free(account->compiler);
    free(account->libraries);
    free(account->cpu);
    free(account->earlier);
}

/// The solver in "clausius-SOLVER VERSION".
static bool name_solver(struct account *account) {
    static const char prefix[] = "clausius-";
    const char *source = account->source;
    if (source == NULL || strncmp(source, prefix, strlen(prefix)) != 0) {
        return false;
    }
    const char *name = source + strlen(prefix);
    const size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");
    if (length == 0 || length >= sizeof account->solver || name[length] != ' ') {
        return false;
    }
    snprintf(account->solver, sizeof account->solver, "%.*s", (int)length, name);
    return true;
}

/// Widens [begin, end] by the values of a time axis, if there is one.
static void look_at_times(struct clau_reader *reader, const char *axis, struct account *account) {
    double *times = NULL;
    size_t count = 0;
    if (clau_reader_values(reader, axis, &times, &count, NULL) == CLAU_OK && count > 0) {
        account->begin = fmin(account->begin, times[0]);
        account->end = fmax(account->end, times[count - 1]);
        account->records += count;
    }
    free(times);
}

static enum clau_status read_account(struct account *account, const char *path,
                                     struct clau_error *error) {
    struct clau_reader *reader = NULL;
    *account = (struct account){.path = path, .begin = INFINITY, .end = -INFINITY};
    const enum clau_status status = clau_reader_open(path, &reader, error);
    if (status != CLAU_OK) {
        return status;
    }
    account->source = clau_reader_text(reader, NULL, "source");
    account->config = clau_reader_text(reader, NULL, "config");
    account->status = clau_reader_text(reader, NULL, "status");
    account->revision = clau_reader_text(reader, NULL, "clausius_revision");
    account->compiler = clau_reader_text(reader, NULL, "compiler");
    account->libraries = clau_reader_text(reader, NULL, "libraries");
    account->cpu = clau_reader_text(reader, NULL, "cpu");
    account->earlier = clau_reader_text(reader, NULL, "earlier_builds");
    look_at_times(reader, "time", account);
    look_at_times(reader, "observation_time", account);
    clau_reader_close(reader);
    if (account->config == NULL || !name_solver(account)) {
        return clau_error_set(error, CLAU_BAD_INPUT,
                              "%s: is not the output of a run: it has no configuration", path);
    }
    if (account->records == 0) {
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: has no records to compare", path);
    }
    if (account->begin > 0.0) {
        return clau_error_set(error, CLAU_BAD_INPUT,
                              "%s: begins at t = %.9g: it was continued from a checkpoint without "
                              "the records before, and cannot be repeated by itself",
                              path, account->begin);
    }
    return CLAU_OK;
}

static bool is_complete(const struct account *account) {
    return account->status != NULL && strcmp(account->status, "complete") == 0;
}

static void print_difference(void *context, const struct clau_difference *difference) {
    (void)context;
    switch (difference->kind) {
    case CLAU_ONLY_IN_FIRST:
        printf("  %s: the new run does not write it\n", difference->variable);
        return;
    case CLAU_ONLY_IN_SECOND:
        printf("  %s: only the new run writes it\n", difference->variable);
        return;
    case CLAU_DIFFERENT_SHAPE:
        printf("  %s: of another type, other dimensions or another number of records\n",
               difference->variable);
        return;
    case CLAU_DIFFERENT_VALUES:
        break;
    }
    printf("  %s: ", difference->variable);
    if (difference->dimension != NULL) {
        printf("first at %s %zu; ", difference->dimension, difference->record);
    }
    printf("%zu of %zu values, ", difference->count, difference->total);
    if (isnan(difference->largest)) {
        printf("one of them not a number\n");
    } else {
        printf("largest difference %.3g\n", difference->largest);
    }
}

static bool print_one(const char *what, const char *then, const char *now) {
    if (then != NULL && strcmp(then, now) == 0) {
        return false;
    }
    printf("  %-10s %s\n  %-10s %s\n", what, then != NULL ? then : "not told", "  now", now);
    return true;
}

/// What else differs between then and now.
static void print_builds(const struct account *account) {
    struct clau_provenance now;
    char source[128];
    clau_provenance_init(&now);
    snprintf(source, sizeof source, "clausius-%s %s", account->solver, CLAUSIUS_VERSION);
    puts("what else differs:");
    bool any = print_one("version", account->source, source);
    any |= print_one("revision", account->revision, now.revision);
    any |= print_one("compiler", account->compiler, now.compiler);
    any |= print_one("libraries", account->libraries, now.libraries);
    any |= print_one("cpu", account->cpu, now.cpu);
    if (account->earlier != NULL) {
        printf("  the run was continued with --restart; other builds had begun it:\n    ");
        for (const char *c = account->earlier; *c != '\0'; c++) {
            fputs(*c == '\n' ? "\n    " : (char[]){*c, '\0'}, stdout);
        }
        putchar('\n');
        any = true;
    }
    if (!any) {
        puts("  nothing: version, revision, compiler, libraries and CPU are the same");
    }
}

static void print_verdict(const struct account *account, const struct clau_comparison *comparison) {
    if (!is_complete(account)) {
        printf("%s: its status is %s; the records to t = %.9g are compared\n", account->path,
               account->status != NULL ? account->status : "not told", account->end);
    }
    if (comparison->different == 0) {
        printf("%s: equal bit for bit: %zu variables\n", account->path, comparison->variables);
    } else {
        printf("%s: %zu of %zu variables differ\n", account->path, comparison->different,
               comparison->variables);
    }
}

static bool go_on(void *context) { return tools_signal(context) == 0; }

/// Compares, and prints what is found behind the verdict.
static enum clau_status compare(const struct account *account, const char *again,
                                struct tools_run *run, int *exit_code, struct clau_error *error) {
    struct clau_comparison comparison = {
        .first_is_cut = !is_complete(account), .go_on = go_on, .context = run};
    enum clau_status status = clau_datasets_compare(account->path, again, &comparison, error);
    if (status != CLAU_OK || tools_signal(run) != 0) {
        return status;
    }
    print_verdict(account, &comparison);
    if (comparison.different > 0) {
        comparison.found = print_difference;
        status = clau_datasets_compare(account->path, again, &comparison, error);
    }
    if (status == CLAU_OK) {
        print_builds(account);
        *exit_code = comparison.different > 0 ? EXIT_DIFFERENT : 0;
    }
    return status;
}

static enum clau_status reproduce(const struct options *options, struct account *account,
                                  struct tools_run *run, int *exit_code, struct clau_error *error) {
    const struct tools_job job = {
        .solver = account->solver,
        .config = account->config,
        .dataset = account->path,
        .output = options->keep,
        .threads = options->threads,
        .end = is_complete(account) ? NAN : account->end,
        .may_fail = account->status != NULL && strcmp(account->status, "failed") == 0,
    };
    const enum clau_status status = tools_run_again(run, &job, error);
    if (status != CLAU_OK || tools_signal(run) != 0) {
        return status;
    }
    return compare(account, run->output, run, exit_code, error);
}

int main(int argc, char **argv) {
    struct clau_error error = {0};
    struct options options = {0};
    struct account account = {0};
    struct tools_run run = {0};
    int exit_code = 0, signal = 0;
    enum clau_status status = clau_command_parse(&command, program, argc, argv, &options, &error);
    if (status == CLAU_OK && !inform(&options)) {
        status = read_account(&account, options.files.texts[0], &error);
        if (status == CLAU_OK) {
            tools_run_init(&run);
            status = reproduce(&options, &account, &run, &exit_code, &error);
            signal = tools_run_finish(&run);
        }
    }
    if (status == CLAU_OK && signal == 0 && fflush(stdout) != 0) {
        status =
            clau_error_set(&error, CLAU_IO_FAILED, "%s: standard output: write error", program);
    }
    clau_command_clear(&command, &options);
    free_account(&account);
    if (signal != 0) {
        return 128 + signal;
    }
    if (status != CLAU_OK) {
        fprintf(stderr, "%s\n", error.message);
        return clau_status_exit_code(status);
    }
    return exit_code;
}
