// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/runtime/report.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <sys/stat.h>

void clau_report_warning(struct clau_run *run, const char *text) {
    clau_progress_clear(&run->progress);
    fprintf(stderr, "warning: %s\n", text);
}

void clau_report_model_warnings(struct clau_run *run) {
    char text[CLAU_ERROR_LENGTH];
    while (run->solver->warning != NULL && run->solver->warning(run->model, text)) {
        clau_report_warning(run, text);
    }
    while (clau_online_warning(&run->online, text)) {
        clau_report_warning(run, text);
    }
}

void clau_report_progress(struct clau_run *run, double time) {
    const struct clau_conservation_record *conserved = &run->conserved;
    char note[128];
    note[0] = '\0';
    if (conserved->count > 0 && conserved->begun) {
        snprintf(note, sizeof note, "%s drift %.1e",
                 run->solver->observables[conserved->rows[0]].name, conserved->drift[0]);
    }
    clau_progress_update(&run->progress, time, run->solver->steps(run->model),
                         note[0] != '\0' ? note : NULL);
}

void clau_format_bytes(double bytes, char *text, size_t size) {
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    size_t unit = 0;
    while (bytes >= 999.5 && unit + 1 < sizeof units / sizeof *units) {
        bytes /= 1000.0;
        unit++;
    }
    snprintf(text, size, unit == 0 ? "%.0f %s" : "%.3g %s", bytes, units[unit]);
}

static void print_duration(double seconds, char *text, size_t size) {
    const double rounded = floor(seconds);
    if (seconds < 60.0) {
        snprintf(text, size, "%.3g s", seconds);
    } else {
        snprintf(text, size, "%.0f:%02.0f:%02.0f", floor(rounded / 3600.0),
                 floor(fmod(rounded, 3600.0) / 60.0), fmod(rounded, 60.0));
    }
}

void clau_report_summary(const struct clau_run *run, int stop) {
    const struct clau_conservation_record *conserved = &run->conserved;
    if (run->options->quiet) {
        return;
    }
    char duration[32];
    char bytes[32] = "";
    struct stat information;
    const uint64_t steps = run->solver->steps(run->model);
    print_duration(clau_run_wall_time(run), duration, sizeof duration);
    if (stat(run->paths.output, &information) == 0) {
        clau_format_bytes((double)information.st_size, bytes, sizeof bytes);
    }
    fprintf(stderr, "%s: %s at t = %g: %" PRIu64 " steps in %s\n", run->program,
            stop == 0 ? "complete" : "stopped early",
            stop == 0 ? run->schedule.end : run->last.time, steps, duration);
    for (size_t i = 0; i < conserved->count; i++) {
        const struct clau_observable_row *row = &run->solver->observables[conserved->rows[i]];
        const bool absolute =
            row->conserved == CLAU_CONSERVED_ABSOLUTE || conserved->initial[i] == 0.0;
        fprintf(stderr, "  %s drift %.2e (%s)\n", row->name, conserved->drift[i],
                absolute ? "absolute" : "relative");
    }
    fprintf(stderr, "wrote %s: %" PRIu64 " snapshots, %" PRIu64 " observations, %s\n",
            run->paths.output, run->output.snapshots, run->output.observations, bytes);
    if (clau_run_has_sidecar(run)) {
        fprintf(stderr, "wrote %s\n", run->paths.sidecar);
    }
    if (stop != 0) {
        fputs("continue with: ", stderr);
        clau_options_print_continuation(run->options, run->paths.checkpoint, stderr);
        fputc('\n', stderr);
    }
}
