// SPDX-License-Identifier: GPL-3.0-or-later
/// Measures of a run's own fields and series while it runs: `[[diagnostics.measure]]`.
///
/// `of` names a field of the solver's table of fields, a state variable, or an observable. Of an
/// array (a field, the state, an observable with a dimension) the measure is that of its values at
/// the time of observation. A plain observable is a series in time: its measure is that of the
/// latest `window` observations.
#ifndef CLAUSIUS_RUNTIME_ONLINE_H
#define CLAUSIUS_RUNTIME_ONLINE_H

#include <stdbool.h>
#include <stddef.h>

#include "solvers/runtime/layout.h"
#include "solvers/runtime/measure_catalogue.h"

/// A variable that is measured, by one measure or several.
struct clau_online_source {
    const char *name;
    void (*compute)(void *model, double *out);
    size_t length;  ///< of the array, or of one observation of a series, 1
    bool series;    ///< in time
    double *values; ///< owned: the array, or the observations up to now; NULL before the first
    size_t count, room;
};

struct clau_online_measure {
    const struct clau_measure *measure;
    const struct clau_measure_options *options;
    struct clau_online_source *sources[2]; ///< the second NULL but for a pair
    char *name, *long_name;                ///< owned
    enum clau_measure_status missing;      ///< why there was no value, to be told
    bool told;
};

struct clau_online {
    size_t count, source_count;
    struct clau_online_measure *items;
    struct clau_online_source *sources;
};

/// Finds what the run's measures are of, and adds their variables to the layout. Complaints name
/// the configuration's line: an unknown source, one that the measure cannot be of, a name that is
/// used twice.
enum clau_status clau_online_init(struct clau_online *online, struct clau_file_layout *layout,
                                  const struct clau_setup *setup, struct clau_error *error);
void clau_online_finish(struct clau_online *online);

/// Bytes that the arrays take which are measured; a measure's own work comes on top of it.
double clau_online_memory(const struct clau_online *online);

/// Measures at an observation that the model is prepared for: [count] values, NaN where there is
/// none. False when out of memory.
bool clau_online_observe(struct clau_online *online, void *model, double *values);

/// The first time that a measure has no value: true and one line in text. That a series is still
/// too short is none of its faults.
bool clau_online_warning(struct clau_online *online, char text[CLAU_ERROR_LENGTH]);

/// The series up to now. drop: the last observation is going to be made again.
void clau_online_save(const struct clau_online *online, struct clau_checkpoint *checkpoint);
enum clau_status clau_online_restore(struct clau_online *online, bool drop,
                                     const struct clau_checkpoint *checkpoint,
                                     struct clau_error *error);

#endif
