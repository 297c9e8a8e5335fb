// SPDX-License-Identifier: GPL-3.0-or-later
/// The output file of a run: records, flushes, attributes.
#ifndef CLAUSIUS_RUNTIME_OUTPUT_H
#define CLAUSIUS_RUNTIME_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "solvers/runtime/conservation.h"
#include "solvers/runtime/layout.h"
#include "solvers/runtime/online.h"
#include "solvers/runtime/schedule.h"

struct clau_output {
    const struct clau_file_layout *layout;
    struct clau_dataset *dataset;
    const char *path;
    double *state;                    ///< one state variable's record
    double *observation;              ///< all observables of one time
    uint64_t snapshots, observations; ///< records in the file
    bool unflushed;
    double flushed_at;
};

/// Makes the file, with its fixed variables, under the lock of journal. Errors as of
/// clau_dataset_create.
enum clau_status clau_output_create(struct clau_output *output,
                                    const struct clau_file_layout *layout, const char *path,
                                    struct clau_journal *journal, bool replace,
                                    struct clau_error *error);

/// Goes on with the file of an earlier run, cut back to the numbers of records given. Errors as of
/// clau_dataset_continue.
enum clau_status clau_output_continue(struct clau_output *output,
                                      const struct clau_file_layout *layout, const char *path,
                                      struct clau_journal *journal, uint64_t snapshots,
                                      uint64_t observations, struct clau_error *error);

/// Whether the file holds, as its observation number `observations` - 1, what the record of
/// conserved quantities remembers as the last one, bit by bit. CLAU_BAD_INPUT if not.
enum clau_status clau_output_recognise(const char *path, uint64_t observations,
                                       const struct clau_conservation_record *conserved,
                                       const struct clau_solver *solver, struct clau_error *error);

/// Computes and puts what is due at an output time that the model has reached. CLAU_DIVERGED, with
/// nothing put, when a conserved quantity is not finite.
enum clau_status clau_output_record(struct clau_output *output, void *model,
                                    struct clau_online *online, const struct clau_output_time *time,
                                    struct clau_conservation_record *conserved,
                                    struct clau_error *error);

/// Flushes if there is something to flush and it is due: 0.25 s after the last time.
enum clau_status clau_output_flush_when_due(struct clau_output *output, struct clau_error *error);

/// Flushes and waits until the file is on the disk: a checkpoint written afterwards never is ahead
/// of it.
enum clau_status clau_output_sync(struct clau_output *output, struct clau_error *error);

/// Flushes, closes and frees; the numbers of records stay. Nothing happens if there is no file.
enum clau_status clau_output_close(struct clau_output *output, struct clau_error *error);

/// The same for a run that failed: a new file without a whole first time is removed. Returns
/// whether there is a file.
bool clau_output_abandon(struct clau_output *output);

#endif
