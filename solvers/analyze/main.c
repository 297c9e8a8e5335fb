// SPDX-License-Identifier: GPL-3.0-or-later
// clausius-analyze: from the outputs of runs to a report.
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "solvers/analyze/analysis.h"
#include "solvers/analyze/outputs.h"
#include "solvers/runtime/provenance.h"

static const char description[] = "analyse the outputs of runs, and compare them";

/// One screen: the measures by their names.
static void print_overview(void) {
    char names[4096] = "";
    for (size_t i = 0; i < clau_measure_kinds.count; i++) {
        const size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%s%s", i > 0 ? ", " : "",
                 clau_measure_kinds.items[i].name);
    }
    clau_print_item(clau_measure_kinds.topic, names, 2, stdout);
    puts("\n  --list measures       a line or two each\n"
         "  --list NAME           one in full: mean\n"
         "  --list all            all in full");
}

/// An overview, the measures, one of them by its name, or all in full.
static enum clau_status list_measures(const char *name, struct clau_error *error) {
    const struct clau_parameter row = {.key = "diagnostics.measure",
                                       .type = CLAU_VARIANTS,
                                       .kinds = &clau_measure_kinds,
                                       .description = "measures"};
    const struct clau_parameter_group group = {&row, 1, NULL};
    struct clau_entry_search search = {.name = name, .stream = stdout, .distance = CLAU_ENTRY_FAR};
    const bool all = name != NULL && strcmp(name, "all") == 0;
    if (name == NULL) {
        print_overview();
        return CLAU_OK;
    }
    if (all || strcmp(name, clau_measure_kinds.topic) == 0) {
        clau_kinds_list(&clau_measure_kinds, all ? CLAU_LIST_FULL : CLAU_LIST_BRIEF, stdout);
        return CLAU_OK;
    }
    clau_parameters_find(&group, 1, &search);
    if (search.found > 0) {
        return CLAU_OK;
    }
    const bool near = search.distance < CLAU_ENTRY_FAR;
    return clau_error_set(error, CLAU_BAD_INPUT,
                          "clausius-analyze: --list %s: no such measure%s%s%s", name,
                          near ? "; did you mean " : "", near ? search.nearest : "",
                          near ? "?" : ", see clausius-analyze --list");
}

/// Options that only ask for information; *done if there was one.
static enum clau_status inform(const struct analyze_options *options, bool *done,
                               struct clau_error *error) {
    *done = true;
    if (options->help) {
        analyze_options_describe(stdout);
        puts("\nexit status: 0 done; 1 the report could not be written; 2 wrong input, nothing "
             "written.");
    } else if (options->version) {
        clau_provenance_print("clausius-analyze", stdout);
    } else if (options->description) {
        puts(description);
    } else if (options->list.given) {
        return list_measures(options->list.name, error);
    } else {
        *done = false;
    }
    return CLAU_OK;
}

/// Number of the series that a text of some length names.
static enum clau_status find(const struct analyze_runs *runs, const char *name, size_t length,
                             size_t *variable, struct clau_error *error) {
    for (size_t i = 0; i < runs->variable_count; i++)
        if (strlen(runs->variables[i]) == length && memcmp(runs->variables[i], name, length) == 0) {
            *variable = i;
            return CLAU_OK;
        }
    return clau_error_set(error, CLAU_BAD_INPUT,
                          "clausius-analyze: --portrait: %.*s is none of the series that are "
                          "analysed",
                          (int)length, name);
}

static enum clau_status choose_portrait(struct analyze_analysis *analysis,
                                        struct clau_error *error) {
    const struct analyze_runs *runs = &analysis->runs;
    const char *text = analysis->options->portrait;
    if (text == NULL) {
        analysis->portrait[1] = runs->variable_count > 1;
        return CLAU_OK;
    }
    const char *comma = strchr(text, ',');
    if (comma == NULL)
        return clau_error_set(error, CLAU_BAD_INPUT,
                              "clausius-analyze: --portrait takes two series, A,B, not %s", text);
    const enum clau_status status =
        find(runs, text, (size_t)(comma - text), &analysis->portrait[0], error);
    return status == CLAU_OK
               ? find(runs, comma + 1, strlen(comma + 1), &analysis->portrait[1], error)
               : status;
}

/// "2026-01-31T12:00:00Z: clausius-analyze ..."; malloc'ed, NULL when out of memory.
static char *history_line(int argc, char *const *argv) {
    char *line = NULL, when[32] = "";
    size_t size;
    FILE *stream = open_memstream(&line, &size);
    if (stream == NULL)
        return NULL;
    const time_t now = time(NULL);
    struct tm utc;
    if (gmtime_r(&now, &utc) != NULL)
        strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ:", &utc);
    fputs(when, stream);
    for (int i = 0; i < argc; i++)
        fprintf(stream, " %s", argv[i]);
    if (fclose(stream) != 0) {
        free(line);
        return NULL;
    }
    return line;
}

static enum clau_status analyze(struct analyze_analysis *analysis, const char *history,
                                struct clau_error *error) {
    const struct analyze_options *options = analysis->options;
    enum clau_status status = CLAU_OK;
    if (options->output != NULL)
        status = analyze_outputs_check(options, error);
    if (status == CLAU_OK)
        status = analyze_runs_read(&analysis->runs, options, error);
    if (status == CLAU_OK)
        status = choose_portrait(analysis, error);
    if (status == CLAU_OK)
        status = analyze_measures_compute(&analysis->measures, &analysis->runs, options, error);
    if (status == CLAU_OK)
        status = analyze_compare(&analysis->comparison, &analysis->runs, error);
    if (status == CLAU_OK)
        status = analyze_densities_compute(&analysis->densities, &analysis->runs,
                                           &analysis->comparison, error);
    if (status == CLAU_OK && options->output != NULL)
        status = analyze_outputs_write(analysis, history, error);
    if (status == CLAU_OK)
        analyze_print_text(analysis, stdout);
    return status;
}

int main(int argc, char **argv) {
    struct clau_error error = {0};
    struct analyze_options options = {0};
    struct analyze_analysis analysis = {.options = &options};
    char *history = NULL;
    clau_measure_keep_gsl_errors();
    enum clau_status status = analyze_options_parse(argc, argv, &options, &error);
    bool informed = false;
    if (status == CLAU_OK) {
        status = inform(&options, &informed, &error);
    }
    if (status == CLAU_OK && !informed) {
        history = history_line(argc, argv);
        status = history != NULL ? analyze(&analysis, history, &error)
                                 : clau_error_set(&error, CLAU_NO_MEMORY, "out of memory");
    }
    if (status == CLAU_OK && fflush(stdout) != 0)
        status =
            clau_error_set(&error, CLAU_IO_FAILED, "clausius-analyze: cannot write its output");
    if (status != CLAU_OK)
        fprintf(stderr, "%s\n", error.message);
    free(history);
    analyze_densities_free(&analysis.densities);
    analyze_comparison_free(&analysis.comparison);
    analyze_measures_free(&analysis.measures);
    analyze_runs_free(&analysis.runs);
    analyze_options_clear(&options);
    return clau_status_exit_code(status);
}
