// SPDX-License-Identifier: GPL-3.0-or-later
// The report as NetCDF: every figure under its name, with coordinates of texts.
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "io/writer.h"
#include "solvers/analyze/analysis.h"

/// Numbers and texts of a variable on their way into the file; the longest is allocated once.
struct page {
    struct clau_writer *writer;
    const struct analyze_analysis *all;
    double *reals;
    const char **texts;
    bool no_memory;
};

static const char *why(enum clau_measure_status status) {
    return status == CLAU_MEASURE_OK ? "" : clau_measure_status_text(status);
}

/// One variable, values EXPRESSION of the index i < count.
#define REALS(page, count, name, dimensions, units, text, expression)                              \
    do {                                                                                           \
        for (size_t i = 0; i < (count); i++)                                                       \
            (page)->reals[i] = (expression);                                                       \
        clau_writer_reals((page)->writer, name, dimensions, (page)->reals, units, text);           \
    } while (0)
#define TEXTS(page, count, name, dimensions, text, expression)                                     \
    do {                                                                                           \
        for (size_t i = 0; i < (count); i++)                                                       \
            (page)->texts[i] = (expression);                                                       \
        clau_writer_texts((page)->writer, name, dimensions, (page)->texts, text);                  \
    } while (0)
/// The value where the status is good, NaN elsewhere.
#define IF(status, value) ((status) == CLAU_MEASURE_OK ? (value) : (double)NAN)

/// Frees texts that were made for the file.
static void free_texts(struct page *page, size_t count) {
    for (size_t i = 0; i < count; i++) {
        page->no_memory = page->no_memory || page->texts[i] == NULL;
        free((char *)page->texts[i]);
    }
}

static void write_runs(struct page *page) {
    const struct analyze_runs *runs = &page->all->runs;
    TEXTS(page, runs->variable_count, "variable", "variable", "series that are analysed",
          runs->variables[i]);
    TEXTS(page, runs->variable_count, "variable_long_name", "variable", "what the series are",
          runs->long_names[i]);
    TEXTS(page, runs->variable_count, "variable_units", "variable", "units of the series",
          runs->units[i]);
    TEXTS(page, runs->group_count, "group", "group", "groups of runs", runs->groups[i]);
    TEXTS(page, runs->count, "run", "run", "files of the runs", runs->runs[i].path);
    TEXTS(page, runs->count, "run_group", "run", "group of the run",
          runs->groups[runs->runs[i].group]);
    TEXTS(page, runs->count, "run_source", "run", "program that made the run",
          runs->runs[i].source);
    TEXTS(page, runs->count, "run_status", "run", "how the run ended", runs->runs[i].status);
    TEXTS(page, runs->count, "run_config", "run", "effective configuration of the run",
          runs->runs[i].config);
    REALS(page, runs->count, "run_observations", "run", "1", "observations that are analysed",
          (double)runs->runs[i].count);
    REALS(page, runs->count, "run_first_time", "run", "1", "time of the first of them",
          runs->runs[i].times[0]);
    REALS(page, runs->count, "run_last_time", "run", "1", "time of the last of them",
          runs->runs[i].times[runs->runs[i].count - 1]);
}

static double mean_of_run(const struct analyze_run *run, size_t variable) {
    double sum = 0.0;
    for (size_t i = 0; i < run->count; i++)
        sum += run->series[variable][i];
    return sum / (double)run->count;
}

static void write_samples(struct page *page) {
    const struct analyze_runs *runs = &page->all->runs;
    const struct analyze_sample *samples = page->all->comparison.samples;
    const size_t count = runs->variable_count * runs->group_count;
    const bool of_means = page->all->comparison.of_means;
    REALS(page, runs->variable_count * runs->count, "run_mean", "variable run", "1",
          "mean of the run's observations",
          mean_of_run(&runs->runs[i % runs->count], i / runs->count));
    REALS(page, count, "mean", "variable group", "1",
          of_means ? "mean of the runs' means" : "mean of all observations", samples[i].mean);
    REALS(page, count, "standard_deviation", "variable group", "1",
          of_means ? "standard deviation (n - 1) of the runs' means"
                   : "standard deviation (n - 1) of all observations",
          samples[i].deviation);
    REALS(page, count, "n", "variable group", "1", "values that are tested",
          (double)samples[i].count);
    REALS(page, count, "n_eff", "variable group", "1",
          "independent values that the observations of all runs are worth, sum of N/tau",
          samples[i].effective_size);
    TEXTS(page, count, "sample_status", "variable group", "why there are no values to be tested",
          why(samples[i].status));
}

static void write_measures(struct page *page) {
    const struct analyze_runs *runs = &page->all->runs;
    const struct analyze_measure *items = page->all->measures.items;
    const size_t measures = page->all->measures.count, count = measures * runs->count;
    TEXTS(page, measures, "measure", "measure", "measures of series",
          analyze_measure_label(&items[i], runs));
    free_texts(page, measures);
    TEXTS(page, measures, "measure_definition", "measure", "definitions of the measures",
          items[i].kind->description);
    REALS(page, count, "measure_value", "measure run", "1", "measure of the run",
          items[i / runs->count].values[i % runs->count]);
    TEXTS(page, count, "measure_status", "measure run", "why a measure has no value",
          why(items[i / runs->count].statuses[i % runs->count]));
    double *errors = calloc(measures * runs->group_count + 1, sizeof *errors);
    enum clau_measure_status status;
    page->no_memory = page->no_memory || errors == NULL;
    if (errors == NULL)
        return;
    REALS(page, measures * runs->group_count, "measure_mean", "measure group", "1",
          "mean of the measure over the runs that have one",
          (analyze_measure_mean(&items[i / runs->group_count], runs, i % runs->group_count,
                                &page->reals[i], &errors[i], &status),
           page->reals[i]));
    clau_writer_reals(page->writer, "measure_standard_error", "measure group", errors, "1",
                      "standard error of that mean, over the runs");
    free(errors);
}

static void write_overall(struct page *page) {
    const struct analyze_overall *rows = page->all->comparison.overall;
    const size_t count = page->all->runs.variable_count;
    REALS(page, count, "groups_tested", "variable", "1",
          "groups that have a sample: those of Kruskal-Wallis and the analysis of variance",
          (double)rows[i].groups);
#define KRUSKAL(value) IF(rows[i].kruskal_wallis_status, value)
#define ANOVA(value) IF(rows[i].anova_status, value)
    REALS(page, count, "kruskal_wallis_h", "variable", "1", "Kruskal-Wallis H, corrected for ties",
          KRUSKAL(rows[i].kruskal_wallis.statistic));
    REALS(page, count, "kruskal_wallis_p", "variable", "1", "its p, by chi^2",
          KRUSKAL(rows[i].kruskal_wallis.p));
    REALS(page, count, "kruskal_wallis_p_holm", "variable", "1",
          "its p, Holm's correction over the variables", KRUSKAL(rows[i].corrected));
    REALS(page, count, "epsilon_squared", "variable", "1", "effect size H/(N - 1)",
          KRUSKAL(rows[i].kruskal_wallis.effect));
    TEXTS(page, count, "kruskal_wallis_status", "variable", "why there is no H",
          why(rows[i].kruskal_wallis_status));
    REALS(page, count, "anova_f", "variable", "1", "F of a one-way analysis of variance",
          ANOVA(rows[i].anova.statistic));
    REALS(page, count, "anova_p", "variable", "1", "its p", ANOVA(rows[i].anova.p));
    REALS(page, count, "eta_squared", "variable", "1", "effect size SS_between/SS_total",
          ANOVA(rows[i].anova.effect));
    TEXTS(page, count, "anova_status", "variable", "why there is no F", why(rows[i].anova_status));
}

/// "first - second"; malloc'ed.
static char *pair_name(const struct analyze_runs *runs, const struct analyze_pair *pair) {
    char *name = NULL;
    if (asprintf(&name, "%s - %s", runs->groups[pair->first], runs->groups[pair->second]) < 0)
        return NULL;
    return name;
}

static void write_pairs(struct page *page) {
    static const char on[] = "variable pair";
    const struct analyze_pair *rows = page->all->comparison.pairs;
    const size_t count = page->all->comparison.pair_count;
    const size_t pairs = count / page->all->runs.variable_count;
    TEXTS(page, pairs, "pair", "pair", "pairs of groups", pair_name(&page->all->runs, &rows[i]));
    free_texts(page, pairs);
#define KS(value) IF(rows[i].kolmogorov_smirnov_status, value)
#define MW(value) IF(rows[i].mann_whitney_status, value)
#define CLIFF(value) IF(rows[i].cliff_status, value)
    REALS(page, count, "kolmogorov_smirnov_d", on, "1", "Kolmogorov-Smirnov D",
          KS(rows[i].kolmogorov_smirnov.statistic));
    REALS(page, count, "kolmogorov_smirnov_p", on, "1", "its p, two-sided",
          KS(rows[i].kolmogorov_smirnov.p));
    TEXTS(page, count, "kolmogorov_smirnov_status", on, "why there is no D",
          why(rows[i].kolmogorov_smirnov_status));
    REALS(page, count, "mann_whitney_u", on, "1", "Mann-Whitney U of the first group",
          MW(rows[i].mann_whitney.statistic));
    REALS(page, count, "mann_whitney_p", on, "1", "its p, two-sided", MW(rows[i].mann_whitney.p));
    REALS(page, count, "mann_whitney_p_holm", on, "1",
          "its p, Holm's correction over all variables and pairs", MW(rows[i].corrected));
    TEXTS(page, count, "mann_whitney_status", on, "why there is no U",
          why(rows[i].mann_whitney_status));
    REALS(page, count, "cliff_delta", on, "1",
          "Cliff's delta, P(first > second) - P(first < second)", CLIFF(rows[i].cliff.delta));
    REALS(page, count, "cliff_low", on, "1", "lower end of its 95 % interval",
          CLIFF(rows[i].cliff.low));
    REALS(page, count, "cliff_high", on, "1", "upper end of its 95 % interval",
          CLIFF(rows[i].cliff.high));
    TEXTS(page, count, "cliff_magnitude", on, "negligible, small, medium, large",
          rows[i].cliff_status == CLAU_MEASURE_OK ? rows[i].cliff.magnitude : "");
    TEXTS(page, count, "cliff_status", on, "why there is no delta", why(rows[i].cliff_status));
    REALS(page, count, "distinguishable", on, "1", "1 where mann_whitney_p_holm < 0.05, else 0",
          (double)analyze_distinguishable(&rows[i]));
}

/// NaN where there is no density.
static double grid_value(const struct analyze_density *density, size_t i) {
    const struct clau_kernel_axis *axis = &density->axis;
    return IF(density->status, axis->minimum + (double)i * (axis->maximum - axis->minimum) /
                                                   (double)(axis->points - 1));
}

static void write_densities(struct page *page) {
    const struct analyze_densities *all = &page->all->densities;
    const size_t count = all->variables * all->groups;
    REALS(page, count * ANALYZE_GRID, "density_value", "variable group grid", "1",
          "values of the variable at which the density is",
          grid_value(&all->values[i / ANALYZE_GRID], i % ANALYZE_GRID));
    REALS(page, count * ANALYZE_GRID, "density", "variable group grid", "1",
          "probability density of all observations of the group, in 1/[variable]",
          IF(all->values[i / ANALYZE_GRID].status,
             all->values[i / ANALYZE_GRID].values[i % ANALYZE_GRID]));
    REALS(page, count, "density_bandwidth", "variable group", "1",
          "standard deviation of the density's Gaussian kernels",
          IF(all->values[i].status, all->values[i].bandwidth));
    TEXTS(page, count, "density_status", "variable group", "why there is no density",
          why(all->values[i].status));
}

static void write_attributes(struct page *page, const char *history) {
    const struct analyze_analysis *all = page->all;
    char skip[160];
    snprintf(skip, sizeof skip, "the first %.6g of the observations of each run are left out",
             all->options->skip);
    const char *const texts[][2] = {
        {"Conventions", "CF-1.10"},
        {"title", "Analysis and comparison of runs"},
        {"source", "clausius-analyze " CLAUSIUS_VERSION},
        {"history", history},
        {"skip", skip},
        {"samples", analyze_sample_text(&all->comparison)},
        {"entropies", "in nats (natural logarithm)"},
        {"correction", "Holm: of Kruskal-Wallis over the variables, of Mann-Whitney over all "
                       "variables and pairs"},
        {"tests", "two-sided; Kolmogorov-Smirnov, Mann-Whitney, Kruskal-Wallis, ANOVA as in "
                  "clausius-diagnostics; p exact where samples are small and without ties"},
        {"effect_sizes", "Cliff's delta with Cliff's asymmetric 95 % interval; epsilon^2; eta^2"},
        {"densities", "Gaussian kernels of Silverman's bandwidth for n_eff values"},
        {"autocorrelation_time", "tau = 1 + 2 sum rho_k, Sokal's window; n_eff = N/max(tau, 1)"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        clau_writer_attribute(page->writer, NULL, texts[i][0], texts[i][1]);
    for (size_t i = 0; i < all->runs.left_out_count; i++) {
        char name[32];
        snprintf(name, sizeof name, "left_out_%zu", i);
        clau_writer_attribute(page->writer, NULL, name, all->runs.left_out[i]);
    }
}

static void write_dimensions(struct page *page) {
    const struct analyze_runs *runs = &page->all->runs;
    clau_writer_dimension(page->writer, "variable", runs->variable_count);
    clau_writer_dimension(page->writer, "group", runs->group_count);
    clau_writer_dimension(page->writer, "run", runs->count);
    clau_writer_dimension(page->writer, "measure", page->all->measures.count);
    clau_writer_dimension(page->writer, "grid", ANALYZE_GRID);
    if (runs->group_count > 1)
        clau_writer_dimension(page->writer, "pair",
                              page->all->comparison.pair_count / runs->variable_count);
}

enum clau_status analyze_make_netcdf(const struct analyze_analysis *all, const char *path,
                                     const char *history, void **image, size_t *size,
                                     struct clau_error *error) {
    const struct analyze_runs *runs = &all->runs;
    const size_t longest = (runs->variable_count + all->measures.count + 1) *
                           (runs->group_count * (ANALYZE_GRID + runs->group_count) + runs->count);
    struct page page = {.all = all,
                        .reals = calloc(longest, sizeof *page.reals),
                        .texts = calloc(longest, sizeof *page.texts)};
    enum clau_status status = page.reals != NULL && page.texts != NULL
                                  ? clau_writer_create(path, &page.writer, error)
                                  : clau_error_set(error, CLAU_NO_MEMORY, "out of memory");
    if (status == CLAU_OK) {
        write_dimensions(&page);
        write_attributes(&page, history);
        write_runs(&page);
        write_samples(&page);
        write_measures(&page);
        if (runs->group_count > 1) {
            write_overall(&page);
            write_pairs(&page);
        }
        write_densities(&page);
        void *bytes = NULL;
        status = clau_writer_close(page.writer, &bytes, size, error);
        if (status == CLAU_OK && page.no_memory) {
            free(bytes);
            status = clau_error_set(error, CLAU_NO_MEMORY, "%s: out of memory", path);
        } else if (status == CLAU_OK) {
            *image = bytes;
        }
    }
    free(page.reals);
    free(page.texts);
    return status;
}
