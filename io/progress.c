// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/progress.h"

#include <math.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { LINE = 512, BAR = 20 };

static const double terminal_interval = 0.1, log_interval = 10.0; // [s]

double clau_wall_clock(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void clau_progress_start(struct clau_progress *progress, FILE *stream, double start_time,
                         double end_time, uint64_t start_steps) {
    const double now = clau_wall_clock();
    *progress = (struct clau_progress){
        .stream = stream,
        .terminal = stream != NULL && fileno(stream) >= 0 && isatty(fileno(stream)),
        .start_time = start_time,
        .end_time = end_time,
        .start_steps = start_steps,
        .started_at = now,
        .drawn_at = now,
    };
}

/// `42s`, `3:07`, `11:03:07`, `4d 11h`, or `?` where nothing can be said.
static void format_duration(double seconds, char *text, size_t size) {
    if (!(seconds >= 0.0 && seconds < 1e9)) {
        snprintf(text, size, "?");
        return;
    }
    const long long s = llround(seconds);
    if (s < 60) {
        snprintf(text, size, "%llds", s);
    } else if (s < 3600) {
        snprintf(text, size, "%lld:%02lld", s / 60, s % 60);
    } else if (s < 100 * 3600) {
        snprintf(text, size, "%lld:%02lld:%02lld", s / 3600, s / 60 % 60, s % 60);
    } else {
        snprintf(text, size, "%lldd %lldh", s / 86400, s / 3600 % 24);
    }
}

static void format_line(const struct clau_progress *progress, double now, double time,
                        uint64_t steps, const char *note, char *line, size_t size) {
    const double span = progress->end_time - progress->start_time;
    const double done = span > 0.0 ? fmin(fmax((time - progress->start_time) / span, 0.0), 1.0) : 1;
    const double elapsed = now - progress->started_at;
    const double rate = elapsed > 0.0 ? (double)(steps - progress->start_steps) / elapsed : 0.0;
    char left[32], bar[BAR + 4] = "";
    format_duration(done > 0.0 ? elapsed * (1.0 - done) / done : (double)NAN, left, sizeof left);
    if (progress->terminal) {
        const size_t filled = (size_t)(done * BAR);
        memset(bar, ' ', sizeof bar);
        bar[0] = '[';
        memset(bar + 1, '#', filled);
        memcpy(bar + BAR + 1, "] ", 3);
    }
    // Rounded down: 100 % means done.
    snprintf(line, size, "%s%3d%%  t = %.6g / %.6g  %.3g steps/s  left %s%s%s", bar,
             (int)(100.0 * done), time, progress->end_time, rate, left, note != NULL ? "  " : "",
             note != NULL ? note : "");
}

static void draw(struct clau_progress *progress, double now, double time, uint64_t steps,
                 const char *note) {
    char line[LINE];
    format_line(progress, now, time, steps, note, line, sizeof line);
    if (progress->terminal) {
        // A line that wraps could not be redrawn.
        struct winsize window;
        if (ioctl(fileno(progress->stream), TIOCGWINSZ, &window) == 0 && window.ws_col > 1 &&
            window.ws_col - 1U < sizeof line) {
            line[window.ws_col - 1] = '\0';
        }
        fprintf(progress->stream, "\r%s\033[K", line);
    } else {
        fprintf(progress->stream, "%s\n", line);
    }
    fflush(progress->stream);
    progress->drawn_at = now;
    progress->drawn = true;
}

void clau_progress_update(struct clau_progress *progress, double time, uint64_t steps,
                          const char *note) {
    if (progress->stream == NULL) {
        return;
    }
    const double now = clau_wall_clock();
    if (now - progress->drawn_at >= (progress->terminal ? terminal_interval : log_interval)) {
        draw(progress, now, time, steps, note);
    }
}

void clau_progress_clear(struct clau_progress *progress) {
    if (progress->stream != NULL && progress->terminal && progress->drawn) {
        fputs("\r\033[K", progress->stream);
        fflush(progress->stream);
        progress->drawn = false;
    }
}
