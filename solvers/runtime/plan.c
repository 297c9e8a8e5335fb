// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/runtime/plan.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "solvers/runtime/machine.h"
#include "solvers/runtime/report.h"

/// Copies of the arrays in a checkpoint that are made when it is written: it is built in memory.
static const double checkpoint_copies = 1.0;

/// Frames that HDF5 holds while it shuffles and compresses one.
static const double compression_frames = 3.0;

// ---- what is needed ---------------------------------------------------------------------------

/// Bytes of the frame that the state is gathered in, and of what becomes of it on the way.
static double output_memory(const struct clau_file_layout *layout) {
    const struct clau_run_parameters *run = layout->run;
    const double frame = (double)layout->state_length;
    const double width = run->precision == 1 ? sizeof(float) : sizeof(double);
    double bytes = sizeof(double) * (frame + (double)layout->observation_length);
    if (run->precision == 1) {
        bytes += width * frame * (double)layout->solver->state_count;
    }
    return bytes + (run->compression > 0 ? compression_frames * width * frame : 0.0);
}

static void count_outputs(struct clau_plan *plan, const struct clau_run_parameters *run) {
    plan->observations = clau_cadence_count(run->end, run->observe_every);
    plan->snapshots = run->snapshots ? clau_cadence_count(run->end, run->snapshot_every) : 0;
}

enum clau_status clau_plan_init(struct clau_plan *plan, const struct clau_run *run,
                                const struct clau_setup *setup, struct clau_error *error) {
    struct clau_file_layout layout;
    struct clau_online online = {0};
    *plan = (struct clau_plan){.estimate = {.steps = NAN}};
    enum clau_status status = clau_file_layout_init(&layout, run->solver, setup, NULL, error);
    if (status != CLAU_OK) {
        return status;
    }
    status = clau_online_init(&online, &layout, setup, error);
    if (status == CLAU_OK) {
        run->solver->estimate(setup, NULL, &plan->estimate);
        count_outputs(plan, setup->run);
        const double least = plan->estimate.least_memory_bytes;
        const double rest = output_memory(&layout) + clau_online_memory(&online) +
                            checkpoint_copies * plan->estimate.checkpoint_bytes;
        plan->memory = plan->estimate.memory_bytes + rest;
        plan->least = (least > 0.0 ? least : plan->estimate.memory_bytes) + rest;
        plan->output = clau_file_layout_bytes(&layout, plan->snapshots, plan->observations);
    }
    clau_online_finish(&online);
    clau_file_layout_finish(&layout);
    return status;
}

// ---- what there is ----------------------------------------------------------------------------

/// "needs 5.8 TB of memory, this machine has 24 GB"
static void describe_memory(const struct clau_plan *plan, double memory, char *text, size_t size) {
    char needed[32];
    char there[32];
    clau_format_bytes(plan->memory, needed, sizeof needed);
    clau_format_bytes(memory, there, sizeof there);
    snprintf(text, size, "needs %s%s of memory, this machine has %s",
             plan->least < plan->memory ? "up to " : "", needed, there);
}

enum clau_status clau_plan_check_memory(const struct clau_plan *plan,
                                        const struct clau_setup *setup, struct clau_error *error) {
    char text[128];
    double memory = 0.0;
    double swap = 0.0;
    clau_machine_memory(&memory, &swap);
    if (plan->memory <= memory) {
        return CLAU_OK;
    }
    describe_memory(plan, memory, text, sizeof text);
    // An estimate may be wrong: only what is out of reach is refused.
    if (plan->least > 2.0 * (memory + swap)) {
        return clau_toml_complain(setup->config, plan->estimate.size_key, error, "%s", text);
    }
    fprintf(stderr, "warning: does not fit: %s %s\n", plan->estimate.size_key, text);
    return CLAU_OK;
}

// ---- --dry-run --------------------------------------------------------------------------------

static void print_outputs(const struct clau_plan *plan, const struct clau_run_parameters *run) {
    if (run->snapshots) {
        printf("snapshots     %" PRIu64 ", every %.9g\n", plan->snapshots, run->snapshot_every);
    } else {
        printf("snapshots     none\n");
    }
    printf("observations  %" PRIu64 ", every %.9g\n", plan->observations, run->observe_every);
}

static void print_memory(const struct clau_plan *plan) {
    char needed[32];
    char there[32] = "";
    double memory = 0.0;
    double swap = 0.0;
    clau_machine_memory(&memory, &swap);
    clau_format_bytes(plan->memory, needed, sizeof needed);
    clau_format_bytes(memory, there, sizeof there);
    printf("memory        %s%s", plan->least < plan->memory ? "up to " : "", needed);
    if (isfinite(memory)) {
        printf(" of %s here", there);
    }
    printf("\n");
    if (plan->memory > memory) {
        char text[128];
        describe_memory(plan, memory, text, sizeof text);
        fprintf(stderr, "warning: does not fit: %s %s\n", plan->estimate.size_key, text);
    }
}

static void print_file(const struct clau_plan *plan, const struct clau_run *run) {
    const struct clau_options *options = run->options;
    const bool compressed = run->configuration.run.compression > 0;
    const double room = clau_machine_disk(run->paths.output);
    char needed[32];
    char there[32];
    clau_format_bytes(plan->output, needed, sizeof needed);
    clau_format_bytes(room, there, sizeof there);
    printf("output        %s, %s%s%s\n", run->paths.output, needed,
           compressed ? " before compression" : "",
           !run->paths.output_exists  ? ""
           : options->restart != NULL ? " (exists; it would be continued)"
           : options->force           ? " (exists; it would be replaced)"
                                      : " (exists; --force would replace it)");
    if (plan->output > room && !compressed) {
        fprintf(stderr, "warning: does not fit: %s needs %s, its disk has room for %s\n",
                run->paths.output, needed, there);
    }
}

void clau_plan_print(const struct clau_plan *plan, const struct clau_run *run,
                     const struct clau_setup *setup) {
    struct clau_estimate estimate = {.steps = NAN};
    run->solver->estimate(setup, run->model, &estimate);
    printf("solver        %s: %s\n", run->solver->name, run->solver->description);
    printf("grid          %s\n", estimate.grid);
    printf("step          %s\n", estimate.step);
    if (isfinite(estimate.steps)) {
        printf("steps         %.0f\n", estimate.steps);
    } else {
        printf("steps         not known beforehand\n");
    }
    if (run->model == NULL) {
        printf("state         not checked: more than %.0f points\n", CLAU_CHECKED_STATE);
    }
    printf("time          0 to %.9g\n", setup->run->end);
    print_outputs(plan, setup->run);
    print_memory(plan);
    printf("threads       %d\n", setup->threads);
    print_file(plan, run);
}
