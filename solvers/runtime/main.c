// SPDX-License-Identifier: GPL-3.0-or-later
// main() of every solver: from the command line to an exit code.
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#ifdef _OPENMP
#include <omp.h>
#endif

#include "diagnostics/status.h"
#include "io/repair.h"
#include "io/whole_file.h"
#include "solvers/runtime/list.h"
#include "solvers/runtime/plan.h"
#include "solvers/runtime/provenance.h"
#include "solvers/runtime/report.h"
#include "solvers/runtime/restart.h"
#include "solvers/runtime/run.h"
#include "solvers/runtime/run_parameters.h"
#include "solvers/runtime/signals.h"

static void print_help(const char *program, const struct clau_solver *solver) {
    printf("%s: %s\n\n"
           "usage: %s CONFIG.toml [options]\n\n",
           program, solver->description, program);
    clau_options_describe(stdout);
    printf("\nexit status: 0 done; 1 the run failed; 2 wrong input, nothing written;\n"
           "75 stopped early with a checkpoint (SIGTERM, --max-walltime); 130 after SIGINT,\n"
           "likewise. SIGUSR1 writes a checkpoint and goes on.\n");
}

/// Options that only ask for information; *done if there was one.
static enum clau_status inform(const char *program, const struct clau_solver *solver,
                               const struct clau_options *options, bool *done,
                               struct clau_error *error) {
    *done = true;
    if (options->help) {
        print_help(program, solver);
    } else if (options->version) {
        clau_provenance_print(program, stdout);
    } else if (options->description) {
        puts(solver->description);
    } else if (options->list.given) {
        return clau_list(solver, options->list.name, options->json, stdout, error);
    } else {
        *done = false;
    }
    return CLAU_OK;
}

/// Sets and returns the number of threads; OpenMP itself reads OMP_NUM_THREADS.
static int set_threads(const struct clau_options *options) {
#ifdef _OPENMP
    if (options->threads > 0) {
        omp_set_num_threads((int)options->threads);
    }
    return omp_get_max_threads();
#else
    (void)options;
    return 1;
#endif
}

/// The line of this process in the file's history: when, and the command line. NULL when out of
/// memory.
static char *history_line(int argc, char *const *argv) {
    size_t size = 64;
    for (int i = 0; i < argc; i++) {
        size += strlen(argv[i]) + 1;
    }
    char *line = malloc(size);
    if (line == NULL) {
        return NULL;
    }
    const time_t now = time(NULL);
    struct tm utc;
    size_t used = 0;
    if (gmtime_r(&now, &utc) != NULL) {
        used = strftime(line, size, "%Y-%m-%dT%H:%M:%SZ:", &utc);
    }
    for (int i = 0; i < argc; i++) {
        used += (size_t)snprintf(line + used, size - used, "%s%s", i > 0 || used > 0 ? " " : "",
                                 argv[i]);
    }
    return line;
}

/// The history of the processes before this one, then its own line.
static enum clau_status make_history(struct clau_run *run, int argc, char *const *argv,
                                     const struct clau_checkpoint *checkpoint,
                                     struct clau_error *error) {
    const char *earlier = NULL;
    enum clau_status status = CLAU_OK;
    if (checkpoint != NULL) {
        status = clau_checkpoint_get_text(checkpoint, "run.history", &earlier, error);
    }
    if (status == CLAU_OK && checkpoint != NULL) {
        status = clau_provenance_restore(run->program, checkpoint, &run->builds, error);
    }
    if (status != CLAU_OK) {
        return status;
    }
    char *line = history_line(argc, argv);
    if (line != NULL && earlier != NULL) {
        char *both = NULL;
        if (asprintf(&both, "%s\n%s", earlier, line) < 0) {
            both = NULL;
        }
        free(line);
        line = both;
    }
    run->history = line;
    return line != NULL ? CLAU_OK : clau_error_set(error, CLAU_NO_MEMORY, "out of memory");
}

/// Makes the model and all that depends on its shape. Nothing is written yet.
static enum clau_status make_model(struct clau_run *run, const struct clau_setup *setup,
                                   struct clau_error *error) {
    enum clau_status status = run->solver->create(setup, &run->model, error);
    if (status == CLAU_OK) {
        status = clau_file_layout_init(&run->layout, run->solver, setup, run->model, error);
    }
    if (status == CLAU_OK) {
        status = clau_online_init(&run->online, &run->layout, setup, error);
    }
    if (status == CLAU_OK) {
        status = clau_conservation_init(&run->conserved, run->solver, setup, error);
    }
    run->schedule = clau_run_schedule(&run->configuration.run);
    run->before = run->schedule;
    return status;
}

/// From here on no other process writes the output, and it is whole if it can be made so.
static enum clau_status lock_output(struct clau_run *run, struct clau_error *error) {
    struct clau_repair what = {0};
    enum clau_status status = clau_journal_open(run->paths.output, &run->journal, error);
    if (status == CLAU_OK && !clau_journal_is_locked(run->journal)) {
        clau_report_warning(run, "the file system of the output has no locks: nothing keeps a "
                                 "second run from writing to it");
    }
    if (status == CLAU_OK && run->options->restart != NULL) {
        status = clau_repair_mend(run->paths.output, run->journal, false, &what, error);
    }
    // --force may replace what cannot be mended.
    if (status == CLAU_BAD_INPUT && run->journal != NULL && run->options->force) {
        status = CLAU_OK;
    }
    if (status == CLAU_OK) {
        clau_whole_file_tidy(run->paths.checkpoint);
        clau_whole_file_tidy(run->paths.sidecar);
    }
    return status;
}

/// Says what would run. The state of a large run takes its time and memory: it is not made.
static enum clau_status dry_run(struct clau_run *run, const struct clau_setup *setup,
                                const struct clau_plan *plan, struct clau_error *error) {
    enum clau_status status = CLAU_OK;
    if (plan->estimate.size <= CLAU_CHECKED_STATE) {
        status = make_model(run, setup, error);
    }
    if (status == CLAU_OK) {
        clau_plan_print(plan, run, setup);
    }
    return status;
}

static void finish(struct clau_run *run) {
    clau_output_abandon(&run->output);
    clau_journal_close(run->journal);
    clau_conservation_finish(&run->conserved);
    clau_online_finish(&run->online);
    clau_file_layout_finish(&run->layout);
    run->solver->destroy(run->model);
    free(run->history);
    free(run->builds);
    clau_paths_finish(&run->paths);
    clau_configuration_finish(&run->configuration);
}

/// From a parsed command line to the end of the run.
static enum clau_status run_solver(struct clau_run *run, int argc, char *const *argv,
                                   int *exit_code, struct clau_error *error) {
    const struct clau_options *options = run->options;
    struct clau_checkpoint *checkpoint = NULL;
    enum clau_status status = CLAU_OK;
    if (options->restart != NULL) {
        status = clau_restart_read(options->restart, run->solver, &checkpoint, error);
    }
    if (status == CLAU_OK) {
        status =
            clau_configuration_init(&run->configuration, run->solver, options, checkpoint, error);
    }
    if (status == CLAU_OK && options->print_config) {
        fputs(run->configuration.effective, stdout);
        goto out;
    }
    if (status == CLAU_OK) {
        status = clau_paths_init(&run->paths, options, error);
    }
    if (status == CLAU_OK && options->restart == NULL) {
        status = clau_paths_check_initial(&run->paths, run->configuration.document, error);
    }
    const struct clau_setup setup = {
        .parameters = run->configuration.own,
        .run = &run->configuration.run,
        .config = run->configuration.document,
        .threads = set_threads(options),
        .checked_only = options->dry_run,
    };
    struct clau_plan plan;
    if (status == CLAU_OK) {
        status = clau_plan_init(&plan, run, &setup, error);
    }
    if (status == CLAU_OK && options->dry_run) {
        status = dry_run(run, &setup, &plan, error);
        goto out;
    }
    if (status == CLAU_OK) {
        run->checkpoint_bytes = plan.estimate.checkpoint_bytes;
        status = clau_plan_check_memory(&plan, &setup, error);
    }
    if (status == CLAU_OK) {
        status = make_model(run, &setup, error);
    }
    if (status == CLAU_OK) {
        status = make_history(run, argc, argv, checkpoint, error);
    }
    if (status == CLAU_OK) {
        status = lock_output(run, error);
    }
    if (status == CLAU_OK) {
        status = checkpoint != NULL
                     ? clau_restart_apply(run, checkpoint, error)
                     : clau_output_create(&run->output, &run->layout, run->paths.output,
                                          run->journal, options->force, error);
    }
    clau_checkpoint_destroy(checkpoint);
    checkpoint = NULL;
    if (status == CLAU_OK) {
        // Not before: until now a signal ends the process, and nothing is lost by that.
        clau_signals_install();
        status = clau_run_execute(run, exit_code, error);
    }
out:
    clau_checkpoint_destroy(checkpoint);
    return status;
}

/// Large arrays get pages of their own, whatever was freed before: by default the C library comes
/// to cut them out of the heap, and leaves holes there that the next one does not fit into.
static void prepare_memory(void) {
#ifdef M_MMAP_THRESHOLD
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
#endif
}

int clau_main(const struct clau_solver *solver, int argc, char **argv) {
    struct clau_options options = {0};
    struct clau_error error = {0};
    char program[64];
    bool informed = false;
    int exit_code = 0;
    prepare_memory();
    clau_measure_keep_gsl_errors();
    snprintf(program, sizeof program, "clausius-%s", solver->name);
    enum clau_status status = clau_options_parse(program, argc, argv, &options, &error);
    if (status == CLAU_OK) {
        status = inform(program, solver, &options, &informed, &error);
    }
    if (status == CLAU_OK && !informed) {
        struct clau_run run = {
            .solver = solver,
            .options = &options,
            .program = program,
            .started_at = clau_wall_clock(),
        };
        status = run_solver(&run, argc, argv, &exit_code, &error);
        finish(&run);
    }
    clau_options_clear(&options);
    // What was printed must have arrived: a full disk under `> file` is a failure, too.
    if (status == CLAU_OK && fflush(stdout) != 0) {
        status =
            clau_error_set(&error, CLAU_IO_FAILED, "%s: standard output: write error", program);
    }
    if (status != CLAU_OK) {
        fprintf(stderr, "%s\n", error.message);
        return clau_status_exit_code(status);
    }
    return exit_code;
}
