// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/runtime/run.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "solvers/runtime/paraview.h"
#include "solvers/runtime/provenance.h"
#include "solvers/runtime/report.h"
#include "solvers/runtime/restart.h"
#include "solvers/runtime/signals.h"

/// Least time between two sidecars of a running run, and how many times its own cost at least.
static const double sidecar_interval = 5.0;
static const double sidecar_share = 20.0;

double clau_run_wall_time(const struct clau_run *run) {
    return run->earlier_wall_time + clau_wall_clock() - run->started_at;
}

bool clau_run_has_sidecar(const struct clau_run *run) {
    return run->configuration.run.sidecar && clau_paraview_applies(&run->layout);
}

static enum clau_status write_sidecar(struct clau_run *run, struct clau_error *error) {
    if (!clau_run_has_sidecar(run)) {
        return CLAU_OK;
    }
    const double begun_at = clau_wall_clock();
    const enum clau_status status = clau_paraview_write(
        &run->layout, run->paths.output, &run->schedule, run->output.snapshots, error);
    run->sidecar_at = clau_wall_clock();
    run->sidecar_cost = run->sidecar_at - begun_at;
    return status;
}

/// What the run can do without on the way: its failure is a warning.
static void warn_on_failure(struct clau_run *run, enum clau_status status,
                            const struct clau_error *error) {
    if (status != CLAU_OK) {
        clau_report_warning(run, error->message);
    }
}

static void write_checkpoint_on_the_way(struct clau_run *run) {
    struct clau_error error = {0};
    warn_on_failure(run, clau_restart_write(run, &error), &error);
    warn_on_failure(run, write_sidecar(run, &error), &error);
}

/// Time to keep for the last checkpoint of a run with a wall-time limit. Before the first one is
/// written its cost is guessed from its size, at 100 MB/s.
static double time_to_stop(const struct clau_run *run) {
    double write = run->checkpoint_cost;
    if (write == 0.0) {
        write = run->checkpoint_bytes / 1e8;
    }
    const double spare = fmin(0.02 * run->options->maximum_walltime, 2.0);
    return 2.0 * write + 2.0 * run->longest_advance + run->sidecar_cost + spare;
}

/// Exit code of a stop that is asked for; 0: go on.
static int must_stop(const struct clau_run *run) {
    const int signal = clau_signals_stop();
    if (signal != 0) {
        return signal == SIGINT ? CLAU_EXIT_INTERRUPTED : CLAU_EXIT_STOPPED;
    }
    const double limit = run->options->maximum_walltime;
    if (isfinite(limit) && clau_wall_clock() - run->started_at + time_to_stop(run) >= limit) {
        return CLAU_EXIT_STOPPED;
    }
    return 0;
}

/// What is done between two calls of the model as the clock demands it.
static enum clau_status keep_house(struct clau_run *run, struct clau_error *error) {
    const double every = run->configuration.run.checkpoint_every;
    const enum clau_status status = clau_output_flush_when_due(&run->output, error);
    if (status != CLAU_OK) {
        return status;
    }
    const double now = clau_wall_clock();
    if (clau_signals_checkpoint() || (every > 0.0 && now - run->checkpointed_at >= every)) {
        write_checkpoint_on_the_way(run);
    } else if (now - run->sidecar_at >= fmax(sidecar_interval, sidecar_share * run->sidecar_cost)) {
        struct clau_error warning = {0};
        warn_on_failure(run, write_sidecar(run, &warning), &warning);
    }
    return CLAU_OK;
}

/// Steps until the model has reached an output time, or a stop is asked for.
static enum clau_status reach(struct clau_run *run, double time, int *stop,
                              struct clau_error *error) {
    bool reached = false;
    while (!reached) {
        enum clau_status status = keep_house(run, error);
        *stop = must_stop(run);
        if (status != CLAU_OK || *stop != 0) {
            return status;
        }
        const double begun_at = clau_wall_clock();
        run->asked = fmax(run->asked, time);
        status = run->solver->advance(run->model, time, &reached, error);
        run->longest_advance = fmax(run->longest_advance, clau_wall_clock() - begun_at);
        clau_report_model_warnings(run);
        if (status != CLAU_OK) {
            return status;
        }
        clau_report_progress(run, time);
    }
    return CLAU_OK;
}

static enum clau_status work(struct clau_run *run, int *stop, struct clau_error *error) {
    struct clau_output_time next;
    enum clau_status status = CLAU_OK;
    while (clau_schedule_next(&run->schedule, &next)) {
        if (run->configuration.run.checkpoint_every > 0.0 &&
            clau_schedule_end_is_rounded_up(&run->schedule)) {
            // Once there, a longer run could not ask for the time a rounding error before.
            write_checkpoint_on_the_way(run);
            run->checkpoint_final = true;
        }
        status = reach(run, next.time, stop, error);
        if (status != CLAU_OK || *stop != 0) {
            return status;
        }
        status = clau_output_record(&run->output, run->model, &run->online, &next, &run->conserved,
                                    error);
        if (status != CLAU_OK) {
            return status;
        }
        run->before = run->schedule;
        run->last = next;
        run->any = true;
        run->outputs++;
        clau_schedule_pass(&run->schedule, &next);
    }
    return CLAU_OK;
}

/// Sets the attributes that say how the run is doing.
static enum clau_status set_status(struct clau_run *run, const char *text,
                                   struct clau_error *error) {
    enum clau_status status = clau_dataset_set_text(run->output.dataset, "status", text, error);
    if (status == CLAU_OK) {
        status = clau_dataset_set_real(run->output.dataset, "wall_time_s", clau_run_wall_time(run),
                                       error);
    }
    return status;
}

/// Attributes that describe the run. All of them again on a restart: time.end may be another.
static enum clau_status describe(struct clau_run *run, struct clau_error *error) {
    const struct clau_run_parameters *parameters = &run->configuration.run;
    const bool particles = run->layout.model.particles && parameters->snapshots;
    char source[128];
    struct clau_provenance provenance;
    snprintf(source, sizeof source, "%s %s", run->program, CLAUSIUS_VERSION);
    clau_provenance_init(&provenance);
    const char *const texts[][2] = {
        {"Conventions", "CF-1.10"},
        {"title", parameters->title != NULL ? parameters->title : run->paths.stem},
        {"source", source},
        {"clausius_revision", provenance.revision},
        {"compiler", provenance.compiler},
        {"libraries", provenance.libraries},
        {"cpu", provenance.cpu},
        {"earlier_builds", run->builds},
        {"history", run->history},
        {"config", run->configuration.effective},
        {"featureType", particles ? "trajectory" : NULL},
        {"comment", run->solver->comment != NULL ? run->solver->comment(run->model) : NULL},
    };
    enum clau_status status = CLAU_OK;
    for (size_t i = 0; i < sizeof texts / sizeof *texts && status == CLAU_OK; i++) {
        if (texts[i][1] == NULL) {
            continue; // does not apply
        }
        status = clau_dataset_set_text(run->output.dataset, texts[i][0], texts[i][1], error);
    }
    if (status == CLAU_OK) {
        status = clau_dataset_set_integer(run->output.dataset, "seed", parameters->seed, error);
    }
    if (status == CLAU_OK) {
        status = set_status(run, "running", error);
    }
    if (status == CLAU_OK) {
        status = clau_dataset_flush(run->output.dataset, error);
    }
    return status;
}

/// Ends a run that did not fail: `complete`, or stopped with a checkpoint.
static enum clau_status end_well(struct clau_run *run, bool complete, struct clau_error *error) {
    // A finished run leaves a checkpoint from which a longer one can go on.
    const bool useful = run->configuration.run.checkpoint_every > 0.0 && run->outputs > 0;
    enum clau_status status = CLAU_OK;
    if (!complete || (useful && !run->checkpoint_final)) {
        status = clau_restart_write(run, error);
    }
    if (status == CLAU_OK) {
        status = set_status(run, complete ? "complete" : "interrupted", error);
    }
    return status;
}

/// Leaves what was computed readable; the first error is the one that is told.
static enum clau_status end_badly(struct clau_run *run, enum clau_status status,
                                  struct clau_error *error) {
    if (status != CLAU_IO_FAILED && error != NULL) {
        // Errors of files name theirs; this one comes from the model.
        const struct clau_error cause = *error;
        clau_error_set(error, status, "%s: %.900s", run->paths.output, cause.message);
    }
    bool kept = true;
    if (run->output.dataset != NULL) {
        set_status(run, "failed", NULL);
        kept = clau_output_abandon(&run->output);
    }
    if (kept) {
        write_sidecar(run, NULL);
    }
    return status;
}

enum clau_status clau_run_execute(struct clau_run *run, int *exit_code, struct clau_error *error) {
    int stop = 0;
    run->first_steps = run->solver->steps(run->model);
    run->checkpointed_at = run->sidecar_at = clau_wall_clock();
    clau_progress_start(&run->progress, run->options->quiet ? NULL : stderr, run->last.time,
                        run->schedule.end, run->first_steps);
    enum clau_status status = describe(run, error);
    if (status == CLAU_OK) {
        status = work(run, &stop, error);
    }
    if (status == CLAU_OK) {
        status = end_well(run, stop == 0, error);
    }
    clau_progress_clear(&run->progress);
    if (status == CLAU_OK) {
        status = clau_output_close(&run->output, error);
    }
    if (status != CLAU_OK) {
        return end_badly(run, status, error);
    }
    status = write_sidecar(run, error);
    if (status == CLAU_OK) {
        clau_report_summary(run, stop);
        *exit_code = stop;
    }
    return status;
}
