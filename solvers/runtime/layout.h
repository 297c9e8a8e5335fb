// SPDX-License-Identifier: GPL-3.0-or-later
/// Tables of the output file's dimensions and variables, made from the solver's tables and the
/// shape of its model.
///
/// Dimensions: time (if snapshots are written), observation_time, the model's coordinates,
/// renyi_order and tsallis_order (if an observable of this run has them). Variables in the same
/// order, then the state on (time, ...), then the observables on (observation_time, ...).
#ifndef CLAUSIUS_RUNTIME_LAYOUT_H
#define CLAUSIUS_RUNTIME_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "solvers/runtime/solver.h"

struct clau_file_layout {
    const struct clau_solver *solver;
    const struct clau_run_parameters *run;
    struct clau_layout model; ///< what the solver says of it
    struct clau_dimension *dimensions;
    size_t dimension_count;
    struct clau_variable *variables;
    size_t variable_count;
    size_t *lengths; ///< [variable_count] numbers in a record
    /// Index of the first variable of each group; first_state == first_observable without
    /// snapshots, and then there is no time either.
    size_t time, observation_time, first_coordinate, first_orders, first_state, first_observable;
    const struct clau_reals *orders[2]; ///< values of the variables from first_orders on
    size_t *rows;                       ///< solver's observable of each variable from
                                        ///< first_observable on
    size_t *offsets;                    ///< [solver's observables] place in one array that holds
                                        ///< an observation; SIZE_MAX where not written
    size_t first_measure;               ///< variable; further ones of the same array's end
    size_t observation_length;          ///< of that array
    size_t state_length;                ///< of the longest state variable's record
};

/// The pointers must outlive the layout. model: NULL for a layout that nothing is written by, as
/// for estimates. CLAU_INTERNAL if a table names an unknown dimension.
enum clau_status clau_file_layout_init(struct clau_file_layout *layout,
                                       const struct clau_solver *solver,
                                       const struct clau_setup *setup, const void *model,
                                       struct clau_error *error);
/// Adds the variable of a measure, of one number an observation; there is room for those of the
/// run. The texts must outlive the layout.
void clau_file_layout_add_measure(struct clau_file_layout *layout, const char *name,
                                  const char *long_name);
/// Numbers in a record of a state variable, also of a run that writes none.
size_t clau_file_layout_state_length(const struct clau_file_layout *layout);
/// NULL if there is none of the name.
const struct clau_variable *clau_file_layout_find(const struct clau_file_layout *layout,
                                                  const char *name);
void clau_file_layout_finish(struct clau_file_layout *layout);

/// Bytes of the file, about, before compression: whole chunks, and what the tables take.
double clau_file_layout_bytes(const struct clau_file_layout *layout, uint64_t snapshots,
                              uint64_t observations);

#endif
