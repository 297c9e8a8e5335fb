// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/analyze/compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "diagnostics/autocorrelation.h"
#include "diagnostics/effective_sample.h"

static const double CONFIDENCE = 0.95;
static const double SHORTEST = 10.0; ///< run [autocorrelation times]

static enum clau_status no_memory(struct clau_error *error) {
    return clau_error_set(error, CLAU_NO_MEMORY, "out of memory");
}

// ---- samples ----------------------------------------------------------------------------------

static double mean_of(const double *values, size_t count) {
    double sum = 0.0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    return sum / (double)count;
}

/// Adds what one run gives.
static enum clau_measure_status add_run(struct analyze_sample *sample, bool of_means,
                                        const struct analyze_run *run, size_t variable) {
    const struct clau_sample series = {run->series[variable], run->count};
    struct clau_autocorrelation_time time;
    const enum clau_measure_status timed =
        clau_autocorrelation_time(series.values, series.count, &time);
    // A series that does not vary is worth one value.
    sample->effective_size += timed == CLAU_MEASURE_OK ? time.effective_size : 1.0;
    double *const place = sample->values + sample->count;
    if (of_means || timed == CLAU_MEASURE_CONSTANT) {
        *place = mean_of(series.values, series.count);
        sample->count++;
        return CLAU_MEASURE_OK;
    }
    if (timed == CLAU_MEASURE_OK && time.effective_size < SHORTEST)
        return CLAU_MEASURE_TOO_SHORT;
    struct clau_sample thinned;
    struct clau_effective_sample effective;
    const enum clau_measure_status status =
        clau_effective_samples(CLAU_REDUCE_THIN, &series, 1, place, &thinned, &effective);
    if (status == CLAU_MEASURE_OK)
        sample->count += thinned.count;
    return status;
}

/// Mean and standard deviation of values that are visited in pieces.
struct moments {
    double count, mean, square;
};

/// B. P. Welford's update.
static void add_values(struct moments *moments, const double *values, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const double difference = values[i] - moments->mean;
        moments->count += 1.0;
        moments->mean += difference / moments->count;
        moments->square += difference * (values[i] - moments->mean);
    }
}

static void finish_sample(struct analyze_sample *sample, bool of_means,
                          const struct analyze_runs *runs, size_t variable, size_t group) {
    struct moments moments = {0};
    if (of_means)
        add_values(&moments, sample->values, sample->count);
    for (size_t r = 0; r < runs->count && !of_means; r++)
        if (runs->runs[r].group == group)
            add_values(&moments, runs->runs[r].series[variable], runs->runs[r].count);
    sample->mean = moments.mean;
    sample->deviation = moments.count > 1.0 ? sqrt(moments.square / (moments.count - 1.0)) : NAN;
    if (sample->status != CLAU_MEASURE_OK)
        sample->count = 0;
}

static enum clau_status fill_sample(struct analyze_sample *sample, bool of_means,
                                    const struct analyze_runs *runs, size_t variable, size_t group,
                                    struct clau_error *error) {
    size_t room = 0;
    for (size_t r = 0; r < runs->count; r++)
        room += runs->runs[r].group == group ? runs->runs[r].count : 0;
    sample->values = calloc(room, sizeof *sample->values);
    if (sample->values == NULL)
        return no_memory(error);
    for (size_t r = 0; r < runs->count && sample->status == CLAU_MEASURE_OK; r++)
        if (runs->runs[r].group == group)
            sample->status = add_run(sample, of_means, &runs->runs[r], variable);
    finish_sample(sample, of_means, runs, variable, group);
    return sample->status != CLAU_MEASURE_OUT_OF_MEMORY ? CLAU_OK : no_memory(error);
}

// ---- tests ------------------------------------------------------------------------------------

static struct clau_sample view(const struct analyze_comparison *self, size_t variable,
                               size_t group) {
    const struct analyze_sample *sample = &self->samples[variable * self->groups + group];
    return (struct clau_sample){sample->values, sample->count};
}

static enum clau_measure_status sample_status(const struct analyze_comparison *self,
                                              size_t variable, size_t group) {
    return self->samples[variable * self->groups + group].status;
}

static enum clau_status test_all_groups(struct analyze_comparison *self, struct clau_error *error) {
    struct clau_sample *samples = calloc(self->groups, sizeof *samples);
    if (samples == NULL)
        return no_memory(error);
    for (size_t v = 0; v < self->variables; v++) {
        struct analyze_overall *overall = &self->overall[v];
        enum clau_measure_status missing = CLAU_MEASURE_OK;
        for (size_t g = 0; g < self->groups; g++) {
            const enum clau_measure_status status = sample_status(self, v, g);
            if (status == CLAU_MEASURE_OK)
                samples[overall->groups++] = view(self, v, g);
            else if (missing == CLAU_MEASURE_OK)
                missing = status;
        }
        overall->kruskal_wallis_status = overall->anova_status = missing;
        if (overall->groups < 2)
            continue;
        overall->kruskal_wallis_status =
            clau_test_kruskal_wallis(samples, overall->groups, &overall->kruskal_wallis);
        overall->anova_status = clau_test_anova(samples, overall->groups, &overall->anova);
    }
    free(samples);
    return CLAU_OK;
}

static void test_pair(struct analyze_comparison *self, struct analyze_pair *pair) {
    const struct clau_sample x = view(self, pair->variable, pair->first);
    const struct clau_sample y = view(self, pair->variable, pair->second);
    enum clau_measure_status status = sample_status(self, pair->variable, pair->first);
    if (status == CLAU_MEASURE_OK)
        status = sample_status(self, pair->variable, pair->second);
    pair->kolmogorov_smirnov_status = pair->mann_whitney_status = pair->cliff_status = status;
    if (status != CLAU_MEASURE_OK)
        return;
    pair->kolmogorov_smirnov_status =
        clau_test_kolmogorov_smirnov(&x, &y, &pair->kolmogorov_smirnov);
    pair->mann_whitney_status = clau_test_mann_whitney(&x, &y, &pair->mann_whitney);
    pair->cliff_status = clau_cliff(&x, &y, CONFIDENCE, &pair->cliff);
}

/// Holm's correction of the p-values that are there; the others stay NaN.
static enum clau_status correct(double *const *places, const double *p, size_t count,
                                struct clau_error *error) {
    double *adjusted = calloc(count + 1, sizeof *adjusted);
    if (adjusted == NULL)
        return no_memory(error);
    const enum clau_measure_status status =
        count > 0 ? clau_holm(p, count, adjusted) : CLAU_MEASURE_OK;
    for (size_t i = 0; i < count && status == CLAU_MEASURE_OK; i++)
        *places[i] = adjusted[i];
    free(adjusted);
    return status != CLAU_MEASURE_OUT_OF_MEMORY ? CLAU_OK : no_memory(error);
}

static enum clau_status correct_all(struct analyze_comparison *self, struct clau_error *error) {
    const size_t most = self->variables > self->pair_count ? self->variables : self->pair_count;
    double *p = calloc(most + 1, sizeof *p), **places = calloc(most + 1, sizeof *places);
    enum clau_status status = p != NULL && places != NULL ? CLAU_OK : no_memory(error);
    size_t count = 0;
    for (size_t v = 0; v < self->variables && status == CLAU_OK; v++) {
        self->overall[v].corrected = NAN;
        if (self->overall[v].kruskal_wallis_status == CLAU_MEASURE_OK) {
            p[count] = self->overall[v].kruskal_wallis.p;
            places[count++] = &self->overall[v].corrected;
        }
    }
    if (status == CLAU_OK)
        status = correct(places, p, count, error);
    count = 0;
    for (size_t i = 0; i < self->pair_count && status == CLAU_OK; i++) {
        self->pairs[i].corrected = NAN;
        if (self->pairs[i].mann_whitney_status == CLAU_MEASURE_OK) {
            p[count] = self->pairs[i].mann_whitney.p;
            places[count++] = &self->pairs[i].corrected;
        }
    }
    if (status == CLAU_OK)
        status = correct(places, p, count, error);
    free(p);
    free(places);
    return status;
}

// ---- all of it --------------------------------------------------------------------------------

enum clau_status analyze_compare(struct analyze_comparison *self, const struct analyze_runs *runs,
                                 struct clau_error *error) {
    const size_t variables = runs->variable_count, groups = runs->group_count;
    *self = (struct analyze_comparison){.of_means = true, .variables = variables, .groups = groups};
    for (size_t g = 0; g < groups; g++)
        self->of_means = self->of_means && analyze_runs_of(runs, g) > 1;
    self->samples = calloc(variables * groups, sizeof *self->samples);
    self->overall = calloc(variables, sizeof *self->overall);
    self->pairs = calloc(variables * groups * groups, sizeof *self->pairs);
    if (self->samples == NULL || self->overall == NULL || self->pairs == NULL)
        return no_memory(error);
    enum clau_status status = CLAU_OK;
    for (size_t i = 0; i < variables * groups && status == CLAU_OK; i++)
        status =
            fill_sample(&self->samples[i], self->of_means, runs, i / groups, i % groups, error);
    if (status != CLAU_OK || groups < 2)
        return status;
    for (size_t v = 0; v < variables; v++)
        for (size_t a = 0; a < groups; a++)
            for (size_t b = a + 1; b < groups; b++) {
                struct analyze_pair *pair = &self->pairs[self->pair_count++];
                *pair = (struct analyze_pair){.variable = v, .first = a, .second = b};
                test_pair(self, pair);
            }
    status = test_all_groups(self, error);
    return status == CLAU_OK ? correct_all(self, error) : status;
}

bool analyze_distinguishable(const struct analyze_pair *pair) {
    return pair->corrected < 1.0 - CONFIDENCE; // false for NaN
}

void analyze_comparison_free(struct analyze_comparison *self) {
    for (size_t i = 0; self->samples != NULL && i < self->variables * self->groups; i++)
        free(self->samples[i].values);
    free(self->samples);
    free(self->overall);
    free(self->pairs);
    *self = (struct analyze_comparison){0};
}
