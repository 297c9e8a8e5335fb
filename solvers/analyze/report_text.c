// SPDX-License-Identifier: GPL-3.0-or-later
// The report as text.
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "solvers/analyze/analysis.h"

enum { LINE = 100 };

// ---- cells ------------------------------------------------------------------------------------

/// Why there are no numbers in some places of a table: [1], [2], ...
struct notes {
    enum clau_measure_status seen[64];
    int count;
};

static int note(struct notes *notes, enum clau_measure_status status) {
    for (int i = 0; i < notes->count; i++)
        if (notes->seen[i] == status)
            return i + 1;
    if (notes->count < 64)
        notes->seen[notes->count++] = status;
    return notes->count;
}

static void print_notes(const struct notes *notes, FILE *stream) {
    for (int i = 0; i < notes->count; i++)
        fprintf(stream, "[%d] %s\n", i + 1, clau_measure_status_text(notes->seen[i]));
}

/// A number after a space, or the number of the note that says why there is none.
__attribute__((format(printf, 5, 0))) static void cell(FILE *stream, int width, struct notes *notes,
                                                       enum clau_measure_status status,
                                                       const char *format, ...) {
    char text[64];
    va_list arguments;
    va_start(arguments, format);
    if (status == CLAU_MEASURE_OK)
        vsnprintf(text, sizeof text, format, arguments);
    else
        snprintf(text, sizeof text, "[%d]", note(notes, status));
    va_end(arguments);
    fprintf(stream, " %*s", width, text);
}

static void heading(FILE *stream, const char *text) {
    fprintf(stream, "\n%s\n", text);
    for (size_t i = 0; i < strlen(text); i++)
        fputc('-', stream);
    fputc('\n', stream);
}

static int widest(char *const *names, size_t count, int least) {
    int width = least;
    for (size_t i = 0; i < count; i++)
        if ((int)strlen(names[i]) > width)
            width = (int)strlen(names[i]);
    return width;
}

/// Words one after another, in lines; *column is where the line ends.
static void flow(FILE *stream, int *column, int indent, const char *text) {
    if (*column + (int)strlen(text) + 1 > LINE) {
        fprintf(stream, "\n%*s", indent, "");
        *column = indent;
    }
    fprintf(stream, " %s", text);
    *column += (int)strlen(text) + 1;
}

// ---- sections ---------------------------------------------------------------------------------

static void print_runs(const struct analyze_analysis *all, FILE *stream) {
    const struct analyze_runs *runs = &all->runs;
    const int width = widest(runs->groups, runs->group_count, 5);
    heading(stream, "Runs");
    fprintf(stream, "%-*s %14s %19s  %s\n", width, "group", "observations", "times", "file");
    for (size_t r = 0; r < runs->count; r++) {
        const struct analyze_run *run = &runs->runs[r];
        char observations[64], times[64];
        snprintf(observations, sizeof observations, "%zu of %zu", run->count,
                 run->first + run->count);
        snprintf(times, sizeof times, "%.5g to %.5g", run->times[0], run->times[run->count - 1]);
        fprintf(stream, "%-*s %14s %19s  %s", width, runs->groups[run->group], observations, times,
                run->path);
        if (run->status != NULL && strcmp(run->status, "complete") != 0)
            fprintf(stream, " (%s)", run->status);
        fputc('\n', stream);
    }
    fprintf(stream, "\nAnalysed: the last %.4g %% of the observations of each run.\n",
            100.0 * (1.0 - all->options->skip));
    for (size_t i = 0; i < runs->left_out_count; i++)
        fprintf(stream, "Left out: %s.\n", runs->left_out[i]);
    if (runs->group_count > 1 && !all->comparison.of_means)
        fputs("A group has a single run: what is told apart are these runs, not their "
              "configurations.\n",
              stream);
}

static void print_means(const struct analyze_analysis *all, FILE *stream) {
    const struct analyze_runs *runs = &all->runs;
    const int width = widest(runs->variables, runs->variable_count, 8);
    const int group_width = widest(runs->groups, runs->group_count, 5);
    const bool of_means = all->comparison.of_means;
    struct notes notes = {.count = 0};
    heading(stream, "Means");
    fprintf(stream, "%-*s %-*s %13s %11s %7s %9s\n", width, "variable", group_width, "group",
            "mean", "sd", "n", "n_eff");
    for (size_t i = 0; i < runs->variable_count * runs->group_count; i++) {
        const struct analyze_sample *sample = &all->comparison.samples[i];
        const size_t group = i % runs->group_count;
        fprintf(stream, "%-*s %-*s", width,
                group == 0 ? runs->variables[i / runs->group_count] : "", group_width,
                runs->groups[group]);
        fprintf(stream, " %13.7g", sample->mean);
        cell(stream, 11, &notes, isnan(sample->deviation) ? CLAU_MEASURE_TOO_FEW : CLAU_MEASURE_OK,
             "%.4g", sample->deviation);
        cell(stream, 7, &notes, sample->status, "%zu", sample->count);
        fprintf(stream, " %9.1f\n", sample->effective_size);
    }
    print_notes(&notes, stream);
    fprintf(stream,
            "mean and sd: %s.\nn: values tested, which are %s.\n"
            "n_eff: independent values that the observations of all runs are worth, N/tau.\n",
            of_means ? "of the runs' means" : "of all observations",
            analyze_sample_text(&all->comparison));
    if (!of_means)
        fputs("A run of fewer than 10 autocorrelation times is too short: it may drift.\n", stream);
}

static void print_measure(const struct analyze_measure *measure, const struct analyze_runs *runs,
                          int width, struct notes *notes, FILE *stream) {
    for (size_t g = 0; g < runs->group_count; g++) {
        double mean, standard_error;
        enum clau_measure_status status;
        const size_t with = analyze_measure_mean(measure, runs, g, &mean, &standard_error, &status);
        fprintf(stream, "  %-*s", width, runs->groups[g]);
        cell(stream, 12, notes, with > 0 ? CLAU_MEASURE_OK : status, "%.6g", mean);
        if (with > 1)
            fprintf(stream, " +- %.2g", standard_error);
        if (with > 0 && status != CLAU_MEASURE_OK)
            fprintf(stream, " (%zu of %zu runs [%d])", with, analyze_runs_of(runs, g),
                    note(notes, status));
        fputc('\n', stream);
    }
}

static void print_measures(const struct analyze_analysis *all, FILE *stream) {
    const struct analyze_runs *runs = &all->runs;
    const int width = widest(runs->groups, runs->group_count, 5);
    struct notes notes = {.count = 0};
    heading(stream, "Measures: mean over the runs +- its standard error");
    for (size_t i = 0; i < all->measures.count; i++) {
        char *label = analyze_measure_label(&all->measures.items[i], runs);
        fprintf(stream, "%s\n", label != NULL ? label : "?");
        free(label);
        print_measure(&all->measures.items[i], runs, width, &notes, stream);
    }
    print_notes(&notes, stream);
    fputs("Entropies are in nats (natural logarithms).\n", stream);
}

static void print_overall(const struct analyze_analysis *all, FILE *stream) {
    const struct analyze_runs *runs = &all->runs;
    const int width = widest(runs->variables, runs->variable_count, 8);
    struct notes notes = {.count = 0};
    heading(stream, "Tests of all groups");
    fprintf(stream, "%-*s %6s %9s %8s %8s %6s %10s %8s %6s\n", width, "variable", "groups",
            "Kruskal H", "p", "Holm p", "eps^2", "ANOVA F", "p", "eta^2");
    for (size_t v = 0; v < runs->variable_count; v++) {
        const struct analyze_overall *one = &all->comparison.overall[v];
        const enum clau_measure_status kw = one->kruskal_wallis_status, f = one->anova_status;
        fprintf(stream, "%-*s %6zu", width, runs->variables[v], one->groups);
        cell(stream, 9, &notes, kw, "%.4g", one->kruskal_wallis.statistic);
        cell(stream, 8, &notes, kw, "%.2g", one->kruskal_wallis.p);
        cell(stream, 8, &notes, kw, "%.2g", one->corrected);
        cell(stream, 6, &notes, kw, "%.3f", one->kruskal_wallis.effect);
        cell(stream, 10, &notes, f, "%.4g", one->anova.statistic);
        cell(stream, 8, &notes, f, "%.2g", one->anova.p);
        cell(stream, 6, &notes, f, "%.3f", one->anova.effect);
        fputc('\n', stream);
    }
    print_notes(&notes, stream);
    fputs("groups: those that have a sample. Holm p: of Kruskal-Wallis, over the variables.\n"
          "ANOVA is of normal values of one variance.\n",
          stream);
}

static void print_pair(const struct analyze_analysis *all, const struct analyze_pair *pair,
                       int width, struct notes *notes, FILE *stream) {
    const struct analyze_sample *samples =
        &all->comparison.samples[pair->variable * all->comparison.groups];
    const enum clau_measure_status ks = pair->kolmogorov_smirnov_status,
                                   mw = pair->mann_whitney_status, cliff = pair->cliff_status;
    char n[48];
    snprintf(n, sizeof n, "%zu,%zu", samples[pair->first].count, samples[pair->second].count);
    fprintf(stream, "%c %-*s %7s", analyze_distinguishable(pair) ? '*' : ' ', width,
            all->runs.variables[pair->variable], n);
    cell(stream, 5, notes, ks, "%.3f", pair->kolmogorov_smirnov.statistic);
    cell(stream, 7, notes, ks, "%.1e", pair->kolmogorov_smirnov.p);
    cell(stream, 7, notes, mw, "%.1e", pair->mann_whitney.p);
    cell(stream, 7, notes, mw, "%.1e", pair->corrected);
    cell(stream, 5, notes, cliff, "%+.2f", pair->cliff.delta);
    if (cliff == CLAU_MEASURE_OK)
        fprintf(stream, " %+.2f %+.2f %s\n", pair->cliff.low, pair->cliff.high,
                pair->cliff.magnitude);
    else
        fputc('\n', stream);
}

static void print_pairs(const struct analyze_analysis *all, FILE *stream) {
    const struct analyze_runs *runs = &all->runs;
    const int width = widest(runs->variables, runs->variable_count, 8);
    const size_t pairs = all->comparison.pair_count / runs->variable_count;
    struct notes notes = {.count = 0};
    heading(stream, "Pairs of groups");
    fputs("* distinguishable: Holm p < 0.05\n", stream);
    for (size_t k = 0; k < pairs; k++) {
        const struct analyze_pair *first = &all->comparison.pairs[k];
        fprintf(stream, "\n%s - %s\n", runs->groups[first->first], runs->groups[first->second]);
        fprintf(stream, "  %-*s %7s %5s %7s %7s %7s %5s %11s\n", width, "variable", "n", "KS D",
                "p", "MW p", "Holm p", "delta", "95 %");
        for (size_t v = 0; v < runs->variable_count; v++)
            print_pair(all, &all->comparison.pairs[v * pairs + k], width, &notes, stream);
    }
    print_notes(&notes, stream);
    fprintf(stream,
            "\nKS: Kolmogorov-Smirnov; MW: Mann-Whitney, two-sided; Holm p: of MW, corrected over "
            "all\n%zu tests of the report. delta: Cliff's, P(first > second) - P(first < second), "
            "with its 95 %%\ninterval; negligible, small, medium, large at |delta| 0.147, 0.33, "
            "0.474.\n",
            all->comparison.pair_count);
}

/// Names of the variables that do, or do not, separate a pair.
static void list_variables(const struct analyze_analysis *all, size_t pair, size_t pairs,
                           bool separate, FILE *stream) {
    int column = 14;
    size_t count = 0;
    fprintf(stream, "  %-12s", separate ? "differ in" : "not in");
    for (size_t v = 0; v < all->runs.variable_count; v++) {
        const struct analyze_pair *one = &all->comparison.pairs[v * pairs + pair];
        if (analyze_distinguishable(one) != separate)
            continue;
        flow(stream, &column, 14, all->runs.variables[v]);
        count++;
    }
    fputs(count > 0 ? "\n" : " none\n", stream);
}

static void print_verdicts(const struct analyze_analysis *all, FILE *stream) {
    const struct analyze_runs *runs = &all->runs;
    const size_t pairs = all->comparison.pair_count / runs->variable_count;
    heading(stream, "Which variables separate which groups (Holm p < 0.05)");
    for (size_t k = 0; k < pairs; k++) {
        const struct analyze_pair *pair = &all->comparison.pairs[k];
        size_t differ = 0, tested = 0;
        for (size_t v = 0; v < runs->variable_count; v++) {
            const struct analyze_pair *one = &all->comparison.pairs[v * pairs + k];
            tested += one->mann_whitney_status == CLAU_MEASURE_OK;
            differ += analyze_distinguishable(one);
        }
        fprintf(stream, "%s - %s: %s, by %zu of %zu variables tested\n", runs->groups[pair->first],
                runs->groups[pair->second],
                differ > 0   ? "distinguishable"
                : tested > 0 ? "not distinguishable"
                             : "untested",
                differ, tested);
        list_variables(all, k, pairs, true, stream);
        list_variables(all, k, pairs, false, stream);
    }
    fputs("\nVariables that do not separate two groups may still differ: their independent values "
          "are "
          "too\nfew, or too much alike, to tell.\n",
          stream);
}

void analyze_print_text(const struct analyze_analysis *all, FILE *stream) {
    fprintf(stream, "Analysis of %zu run%s in %zu group%s, %zu variable%s\n", all->runs.count,
            all->runs.count == 1 ? "" : "s", all->runs.group_count,
            all->runs.group_count == 1 ? "" : "s", all->runs.variable_count,
            all->runs.variable_count == 1 ? "" : "s");
    print_runs(all, stream);
    print_means(all, stream);
    print_measures(all, stream);
    if (all->runs.group_count < 2)
        return;
    print_overall(all, stream);
    print_pairs(all, stream);
    print_verdicts(all, stream);
}
