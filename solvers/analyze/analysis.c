// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/analyze/analysis.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

size_t analyze_measure_mean(const struct analyze_measure *measure, const struct analyze_runs *runs,
                            size_t group, double *mean, double *standard_error,
                            enum clau_measure_status *status) {
    size_t count = 0;
    double sum = 0.0, square = 0.0;
    *status = CLAU_MEASURE_OK;
    for (size_t r = 0; r < runs->count; r++) {
        if (runs->runs[r].group != group)
            continue;
        if (measure->statuses[r] == CLAU_MEASURE_OK) {
            sum += measure->values[r];
            count++;
        } else {
            *status = measure->statuses[r];
        }
    }
    const double n = (double)count;
    *mean = count > 0 ? sum / n : NAN;
    for (size_t r = 0; r < runs->count; r++)
        if (runs->runs[r].group == group && measure->statuses[r] == CLAU_MEASURE_OK)
            square += (measure->values[r] - *mean) * (measure->values[r] - *mean);
    *standard_error = count > 1 ? sqrt(square / (n - 1.0) / n) : NAN;
    return count;
}

char *analyze_measure_label(const struct analyze_measure *measure,
                            const struct analyze_runs *runs) {
    char *label = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&label, &size);
    if (stream == NULL)
        return NULL;
    fprintf(stream, "%s of %s", measure->kind->name, runs->variables[measure->variables[0]]);
    if (clau_measure_is_of_two(measure->measure))
        fprintf(stream, " and %s", runs->variables[measure->variables[1]]);
    clau_measure_write_options(measure->kind, measure->options, measure->options->window > 0,
                               stream);
    if (fclose(stream) != 0) {
        free(label);
        return NULL;
    }
    return label;
}

const char *analyze_sample_text(const struct analyze_comparison *comparison) {
    return comparison->of_means ? "means of the runs, one value a run"
                                : "observations, thinned until 2 % of their correlation is left";
}
