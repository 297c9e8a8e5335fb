// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/runtime/conservation.h"

#include <math.h>
#include <stdlib.h>

bool clau_is_conserved(const struct clau_observable_row *row, const struct clau_setup *setup) {
    return row->conserved != CLAU_NOT_CONSERVED && row->dimension == NULL &&
           (row->conserved_here == NULL || row->conserved_here(setup)) &&
           (row->enabled == NULL || row->enabled(setup));
}

enum clau_status clau_conservation_init(struct clau_conservation_record *record,
                                        const struct clau_solver *solver,
                                        const struct clau_setup *setup, struct clau_error *error) {
    const size_t most = solver->observable_count + 1;
    *record = (struct clau_conservation_record){
        .rows = calloc(most, sizeof *record->rows),
        .initial = calloc(most, sizeof *record->initial),
        .last = calloc(most, sizeof *record->last),
        .drift = calloc(most, sizeof *record->drift),
    };
    if (record->rows == NULL || record->initial == NULL || record->last == NULL ||
        record->drift == NULL) {
        clau_conservation_finish(record);
        return clau_error_set(error, CLAU_NO_MEMORY, "out of memory");
    }
    for (size_t i = 0; i < solver->observable_count; i++) {
        if (clau_is_conserved(&solver->observables[i], setup)) {
            record->rows[record->count++] = i;
        }
    }
    return CLAU_OK;
}

void clau_conservation_finish(struct clau_conservation_record *record) {
    free(record->rows);
    free(record->initial);
    free(record->last);
    free(record->drift);
    *record = (struct clau_conservation_record){0};
}

static double drift_of(enum clau_conservation conserved, double value, double initial) {
    const double difference = fabs(value - initial);
    const bool relative = conserved == CLAU_CONSERVED && initial != 0.0;
    return relative ? difference / fabs(initial) : difference;
}

enum clau_status clau_conservation_observe(struct clau_conservation_record *record,
                                           const struct clau_solver *solver, double time,
                                           double (*value)(const void *context, size_t row),
                                           const void *context, struct clau_error *error) {
    for (size_t i = 0; i < record->count; i++) {
        const double v = value(context, record->rows[i]);
        if (!isfinite(v)) {
            return clau_error_set(error, CLAU_DIVERGED,
                                  "t = %g: %s = %g: the numerical solution broke down", time,
                                  solver->observables[record->rows[i]].name,
                                  isnan(v) ? (double)NAN : v); // without the sign of -nan
        }
    }
    for (size_t i = 0; i < record->count; i++) {
        record->last[i] = value(context, record->rows[i]);
        if (!record->begun) {
            record->initial[i] = record->last[i];
        }
        const enum clau_conservation conserved = solver->observables[record->rows[i]].conserved;
        const double drift = drift_of(conserved, record->last[i], record->initial[i]);
        record->drift[i] = fmax(record->drift[i], drift);
    }
    record->begun = true;
    return CLAU_OK;
}

void clau_conservation_save(const struct clau_conservation_record *record,
                            struct clau_checkpoint *checkpoint) {
    clau_checkpoint_put_integer(checkpoint, "run.conserved_begun", record->begun);
    clau_checkpoint_put_reals(checkpoint, "run.conserved_initial", record->initial, record->count);
    clau_checkpoint_put_reals(checkpoint, "run.conserved_last", record->last, record->count);
    clau_checkpoint_put_reals(checkpoint, "run.conserved_drift", record->drift, record->count);
}

enum clau_status clau_conservation_restore(struct clau_conservation_record *record,
                                           const struct clau_checkpoint *checkpoint,
                                           struct clau_error *error) {
    const struct {
        const char *name;
        double *values;
    } parts[] = {
        {"run.conserved_initial", record->initial},
        {"run.conserved_last", record->last},
        {"run.conserved_drift", record->drift},
    };
    int64_t begun = 0;
    enum clau_status status =
        clau_checkpoint_get_integer(checkpoint, "run.conserved_begun", &begun, error);
    for (size_t i = 0; i < sizeof parts / sizeof *parts && status == CLAU_OK; i++) {
        status = clau_checkpoint_get_reals(checkpoint, parts[i].name, parts[i].values,
                                           record->count, error);
    }
    record->begun = begun != 0;
    return status;
}
