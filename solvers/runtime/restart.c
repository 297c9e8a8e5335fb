// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/runtime/restart.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/repair.h"
#include "io/run_files.h"
#include "solvers/runtime/provenance.h"

/// What the values of a checkpoint mean; that of version 0.1.0 was the first and has no number. A
/// value more is no other format, one that has gone or means something else is.
enum { FORMAT = 1 };

static void put_place(const struct clau_run *run, struct clau_checkpoint *checkpoint) {
    clau_checkpoint_put_text(checkpoint, "run.solver", run->solver->name);
    clau_checkpoint_put_text(checkpoint, "run.version", CLAUSIUS_VERSION);
    clau_checkpoint_put_integer(checkpoint, "run.format", FORMAT);
    clau_provenance_save(run->program, run->builds, checkpoint);
    clau_checkpoint_put_text(checkpoint, "run.config", run->configuration.effective);
    clau_checkpoint_put_text(checkpoint, "run.history", run->history);
    clau_checkpoint_put_real(checkpoint, "run.wall_time", clau_run_wall_time(run));
    clau_checkpoint_put_real(checkpoint, "run.asked", run->asked);
    clau_checkpoint_put_integer(checkpoint, "run.any", run->any);
    clau_checkpoint_put_integer(checkpoint, "run.snapshots", run->configuration.run.snapshots);
    clau_checkpoint_put_integer(checkpoint, "run.snapshot_index", (int64_t)run->before.snapshot);
    clau_checkpoint_put_integer(checkpoint, "run.observation_index",
                                (int64_t)run->before.observation);
    clau_checkpoint_put_real(checkpoint, "run.last_time", run->last.time);
    clau_checkpoint_put_integer(checkpoint, "run.last_snapshot", run->last.snapshot);
    clau_checkpoint_put_integer(checkpoint, "run.last_observe", run->last.observe);
    clau_checkpoint_put_integer(checkpoint, "run.snapshot_records", (int64_t)run->output.snapshots);
    clau_checkpoint_put_integer(checkpoint, "run.observation_records",
                                (int64_t)run->output.observations);
}

enum clau_status clau_restart_write(struct clau_run *run, struct clau_error *error) {
    const double begun_at = clau_wall_clock();
    struct clau_checkpoint *checkpoint = clau_checkpoint_create();
    if (checkpoint == NULL) {
        return clau_error_set(error, CLAU_NO_MEMORY, "%s: out of memory", run->paths.checkpoint);
    }
    // The order matters: a checkpoint must not know of records that are not on the disk.
    enum clau_status status = clau_output_sync(&run->output, error);
    if (status == CLAU_OK) {
        put_place(run, checkpoint);
        clau_conservation_save(&run->conserved, checkpoint);
        clau_online_save(&run->online, checkpoint);
        run->solver->save(run->model, checkpoint);
        status =
            clau_checkpoint_write(checkpoint, run->paths.checkpoint, run->paths.previous, error);
    }
    clau_checkpoint_destroy(checkpoint);
    run->checkpointed_at = clau_wall_clock();
    run->checkpoint_cost = run->checkpointed_at - begun_at;
    return status;
}

static enum clau_status check_origin(const char *path, const struct clau_solver *solver,
                                     const struct clau_checkpoint *checkpoint,
                                     struct clau_error *error) {
    const char *name = NULL;
    const char *version = NULL;
    int64_t format = FORMAT;
    if (clau_checkpoint_get_text(checkpoint, "run.solver", &name, NULL) != CLAU_OK ||
        clau_checkpoint_get_text(checkpoint, "run.version", &version, NULL) != CLAU_OK) {
        return clau_error_set(error, CLAU_BAD_INPUT, "%s: is not the checkpoint of a run", path);
    }
    if (strcmp(name, solver->name) != 0) {
        return clau_error_set(error, CLAU_BAD_INPUT,
                              "%s: is a checkpoint of clausius-%s, this is clausius-%s", path, name,
                              solver->name);
    }
    clau_checkpoint_get_integer(checkpoint, "run.format", &format, NULL);
    if (format > FORMAT) {
        return clau_error_set(error, CLAU_BAD_INPUT,
                              "%s: was written by version %s, in a format that is new to this one, "
                              "%s",
                              path, version, CLAUSIUS_VERSION);
    }
    return CLAU_OK;
}

static enum clau_status read_one(const char *path, const struct clau_solver *solver,
                                 struct clau_checkpoint **checkpoint, struct clau_error *error) {
    struct clau_checkpoint *result = NULL;
    enum clau_status status = clau_checkpoint_read(path, &result, error);
    if (status == CLAU_OK) {
        status = check_origin(path, solver, result, error);
    }
    if (status != CLAU_OK) {
        clau_checkpoint_destroy(result);
        return status;
    }
    *checkpoint = result;
    return CLAU_OK;
}

/// The name of the checkpoint before this one, as this version and 0.1.0 name it; malloc'ed.
static char *name_previous(const char *path) {
    char *previous = clau_file_beside(path, CLAU_PREVIOUS_SUFFIX);
    const bool cut =
        previous != NULL && strlen(previous) < strlen(path) + strlen(CLAU_PREVIOUS_SUFFIX);
    char *result = NULL;
    if (previous != NULL && asprintf(&result, "%s%s", previous, cut ? ".nc" : "") < 0) {
        result = NULL;
    }
    free(previous);
    return result;
}

/// Adds to the message of a checkpoint that cannot be read that there is one before it that can.
static void offer_previous(const char *path, const struct clau_solver *solver,
                           struct clau_error *error) {
    char *previous = name_previous(path);
    struct clau_checkpoint *checkpoint = NULL;
    if (previous != NULL && read_one(previous, solver, &checkpoint, NULL) == CLAU_OK) {
        const struct clau_error cause = *error;
        clau_error_set(error, cause.status, "%s; %s is whole: use --restart %s", cause.message,
                       previous, previous);
    }
    clau_checkpoint_destroy(checkpoint);
    free(previous);
}

enum clau_status clau_restart_read(const char *path, const struct clau_solver *solver,
                                   struct clau_checkpoint **checkpoint, struct clau_error *error) {
    const enum clau_status status = read_one(path, solver, checkpoint, error);
    if (status == CLAU_BAD_INPUT && error != NULL) {
        offer_previous(path, solver, error);
    }
    return status;
}

/// The integers of put_place.
struct place {
    int64_t any, snapshots, snapshot_index, observation_index, last_snapshot, last_observe;
    int64_t snapshot_records, observation_records;
};

static enum clau_status get_place(const struct clau_checkpoint *checkpoint, struct clau_run *run,
                                  struct place *place, struct clau_error *error) {
    const struct {
        const char *name;
        int64_t *value;
    } integers[] = {
        {"run.any", &place->any},
        {"run.snapshots", &place->snapshots},
        {"run.snapshot_index", &place->snapshot_index},
        {"run.observation_index", &place->observation_index},
        {"run.last_snapshot", &place->last_snapshot},
        {"run.last_observe", &place->last_observe},
        {"run.snapshot_records", &place->snapshot_records},
        {"run.observation_records", &place->observation_records},
    };
    const struct {
        const char *name;
        double *value;
    } reals[] = {
        {"run.wall_time", &run->earlier_wall_time},
        {"run.asked", &run->asked},
        {"run.last_time", &run->last.time},
    };
    enum clau_status status = CLAU_OK;
    for (size_t i = 0; i < sizeof integers / sizeof *integers && status == CLAU_OK; i++) {
        status =
            clau_checkpoint_get_integer(checkpoint, integers[i].name, integers[i].value, error);
    }
    for (size_t i = 0; i < sizeof reals / sizeof *reals && status == CLAU_OK; i++) {
        status = clau_checkpoint_get_real(checkpoint, reals[i].name, reals[i].value, error);
    }
    return status;
}

/// Sets the schedule behind the last output, or before it if the schedule now has another time
/// there (the old one was an end that is not a multiple of the cadence): *redo.
static void set_schedule(struct clau_run *run, const struct place *place, bool *redo) {
    struct clau_output_time again = {0};
    if (place->snapshots != run->configuration.run.snapshots) {
        // Other outputs than then, for which the indices mean nothing.
        clau_schedule_seek(&run->schedule, run->last.time);
        run->any = false;
    } else {
        run->schedule.snapshot = (uint64_t)place->snapshot_index;
        run->schedule.observation = (uint64_t)place->observation_index;
    }
    run->before = run->schedule;
    if (!run->any) {
        return;
    }
    if (clau_schedule_next(&run->schedule, &again) && again.time == run->last.time &&
        again.snapshot == run->last.snapshot && again.observe == run->last.observe) {
        clau_schedule_pass(&run->schedule, &again);
    } else {
        *redo = true;
        run->any = false;
    }
}

/// A model cannot go back: time.end may be smaller than before, but not behind the checkpoint.
static enum clau_status check_time(const struct clau_run *run, struct clau_error *error) {
    struct clau_output_time next;
    const double rounding = fmax(1e-9 * run->schedule.observe_every, 1e-15 * run->asked);
    const bool more = clau_schedule_next(&run->schedule, &next);
    if (run->schedule.end < run->last.time) {
        return clau_toml_complain(run->configuration.document, "time.end", error,
                                  "the checkpoint is at %.17g already", run->last.time);
    }
    // Only rounding (see clau_schedule_end_is_rounded_up) makes a small difference.
    if (more && next.time < run->asked - rounding) {
        return clau_toml_complain(run->configuration.document, "time.end", error,
                                  "the checkpoint is on its way to %.17g already", run->asked);
    }
    if (!more && !run->paths.output_exists) {
        return clau_toml_complain(run->configuration.document, "time.end", error,
                                  "the checkpoint has reached it, and %s is not there to be "
                                  "continued",
                                  run->paths.output);
    }
    return CLAU_OK;
}

/// Goes on with the output of the run that the checkpoint is of.
static enum clau_status continue_output(struct clau_run *run, const struct place *place, bool redo,
                                        struct clau_error *error) {
    const int64_t snapshots = place->snapshot_records;
    const int64_t observations = place->observation_records;
    const char *path = run->paths.output;
    enum clau_status status = CLAU_OK;
    if (run->any || redo) {
        status = clau_output_recognise(path, (uint64_t)observations, &run->conserved, run->solver,
                                       error);
    }
    if (status == CLAU_OK) {
        status = clau_output_continue(
            &run->output, &run->layout, path, run->journal,
            (uint64_t)(snapshots - (redo && run->last.snapshot && snapshots > 0)),
            (uint64_t)(observations - (redo && run->last.observe && observations > 0)), error);
    }
    return status;
}

static enum clau_status open_output(struct clau_run *run, const struct place *place, bool redo,
                                    struct clau_error *error) {
    const char *path = run->paths.output;
    if (!run->paths.output_exists) {
        return clau_output_create(&run->output, &run->layout, path, run->journal, false, error);
    }
    enum clau_status status = continue_output(run, place, redo, error);
    if (status == CLAU_IO_FAILED) {
        // A file of earlier versions may have been left with an end that is not its own.
        struct clau_repair what = {0};
        if (clau_repair_mend(path, run->journal, true, &what, NULL) == CLAU_OK) {
            status = continue_output(run, place, redo, error);
        }
    }
    if ((status == CLAU_BAD_INPUT || status == CLAU_IO_FAILED) && run->options->force) {
        return clau_output_create(&run->output, &run->layout, path, run->journal, true, error);
    }
    return status;
}

enum clau_status clau_restart_apply(struct clau_run *run, const struct clau_checkpoint *checkpoint,
                                    struct clau_error *error) {
    struct place place = {0};
    bool redo = false;
    enum clau_status status = get_place(checkpoint, run, &place, error);
    if (status == CLAU_OK) {
        status = clau_conservation_restore(&run->conserved, checkpoint, error);
    }
    if (status == CLAU_OK) {
        run->any = place.any != 0;
        run->last.snapshot = place.last_snapshot != 0;
        run->last.observe = place.last_observe != 0;
        set_schedule(run, &place, &redo);
        status = check_time(run, error);
    }
    if (status == CLAU_OK) {
        status = run->solver->restore(run->model, checkpoint, error);
    }
    if (status == CLAU_OK) {
        if (redo && run->last.observe && run->solver->take_back != NULL) {
            run->solver->take_back(run->model);
        }
        status = clau_online_restore(&run->online, redo && run->last.observe, checkpoint, error);
    }
    if (status == CLAU_OK) {
        status = open_output(run, &place, redo, error);
    }
    return status;
}
