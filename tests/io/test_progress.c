// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/progress.h"

#include <fcntl.h>
#include <pty.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tests/approx.h"

/// Lets time pass, by putting what was before it further back.
static void let_pass(struct clau_progress *progress, double seconds) {
    progress->started_at -= seconds;
    progress->drawn_at -= seconds;
}

static void clock_runs_forward(void **state) {
    (void)state;
    const double start = clau_wall_clock();
    usleep(20000);
    const double passed = clau_wall_clock() - start;
    // A sleep is never shorter; ten seconds are beyond any busy machine.
    assert_true(passed >= 0.02 && passed < 10.0);
}

static void file_gets_a_line_every_ten_seconds(void **state) {
    (void)state;
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    struct clau_progress progress;
    clau_progress_start(&progress, stream, 0.0, 20.0, 0);
    assert_false(progress.terminal);
    for (uint64_t step = 0; step < 1000; step++) {
        clau_progress_update(&progress, 0.01 * (double)step, step, "mass 1e-12");
    }
    let_pass(&progress, 9.0);
    clau_progress_update(&progress, 5.0, 1000, NULL);
    assert_int_equal(size, 0); // none is due so far, unless a minute went by in a loop of 1000
    let_pass(&progress, 1.5);
    clau_progress_update(&progress, 5.0, 1050, "mass 1e-12");
    fflush(stream);
    // Of the figures that depend on the clock only their place is certain.
    assert_int_equal(strncmp(text, " 25%  t = 5 / 20  ", 18), 0);
    assert_non_null(strstr(text, " steps/s  left "));
    assert_non_null(strstr(text, "  mass 1e-12\n"));
    const size_t once = size;
    clau_progress_update(&progress, 5.1, 1060, NULL);
    clau_progress_clear(&progress); // a line in a file stays
    fflush(stream);
    assert_int_equal(size, once);
    let_pass(&progress, 10.5);
    clau_progress_update(&progress, 10.0, 2000, NULL);
    fflush(stream);
    assert_int_equal(strncmp(text + once, " 50%  t = 10 / 20  ", 19), 0);
    assert_int_equal(text[size - 1], '\n');
    assert_null(strchr(text, '\r'));
    assert_null(strchr(text, '\033'));
    fclose(stream);
    free(text);
}

/// The line that is drawn at `time` of a run from start to end, so long after its start.
static char *line_at(double start, double end, double time, uint64_t steps, double after) {
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    struct clau_progress progress;
    clau_progress_start(&progress, stream, start, end, 100);
    let_pass(&progress, after);
    clau_progress_update(&progress, time, steps, NULL);
    fclose(stream);
    return text;
}

/// The time left is rounded to a second: a machine that pauses between two lines of the test may
/// see the next one, but not again and again.
static void check_line(double start, double end, double time, uint64_t steps, double after,
                       const char *expected) {
    char *text = line_at(start, end, time, steps, after);
    for (int retry = 0; retry < 10 && strcmp(text, expected) != 0; retry++) {
        free(text);
        text = line_at(start, end, time, steps, after);
    }
    assert_string_equal(text, expected);
    free(text);
}

static void figures_follow_from_times_and_steps(void **state) {
    (void)state;
    // Half an hour and more: rates of three digits do not see the microseconds of the test.
    check_line(0, 10, 2.5, 3700, 1800, " 25%  t = 2.5 / 10  2 steps/s  left 1:30:00\n");
    check_line(0, 10, 9.999, 3700, 1800, " 99%  t = 9.999 / 10  2 steps/s  left 0s\n");
    check_line(0, 10, 10, 1900, 1800, "100%  t = 10 / 10  1 steps/s  left 0s\n");
    // A restarted run counts from where it started.
    check_line(5, 10, 7.5, 100, 1800, " 50%  t = 7.5 / 10  0 steps/s  left 30:00\n");
    check_line(0, 10, 2.5, 1900, 36000, " 25%  t = 2.5 / 10  0.05 steps/s  left 30:00:00\n");
    check_line(0, 10, 0.05, 1900, 3600, "  0%  t = 0.05 / 10  0.5 steps/s  left 8d 7h\n");
    // Nothing can be said before the first step, nor of a time outside the run.
    check_line(0, 10, 0, 100, 1800, "  0%  t = 0 / 10  0 steps/s  left ?\n");
    check_line(5, 10, 4, 100, 1800, "  0%  t = 4 / 10  0 steps/s  left ?\n");
    check_line(0, 10, 11, 1900, 1800, "100%  t = 11 / 10  1 steps/s  left 0s\n");
    check_line(3, 3, 3, 1900, 1800, "100%  t = 3 / 3  1 steps/s  left 0s\n");
}

static void silence_is_possible(void **state) {
    (void)state;
    struct clau_progress progress;
    clau_progress_start(&progress, NULL, 0.0, 1.0, 0);
    let_pass(&progress, 100.0);
    clau_progress_update(&progress, 0.5, 10, "note");
    clau_progress_clear(&progress);
    assert_false(progress.drawn);
}

/// What has come out of the other end of the terminal since the last call.
static const char *shown(int master) {
    static char text[4096];
    const ssize_t length = read(master, text, sizeof text - 1);
    text[length > 0 ? length : 0] = '\0';
    return text;
}

static void terminal_gets_a_bar(void **state) {
    (void)state;
    int master, slave;
    struct winsize window = {.ws_row = 24, .ws_col = 100};
    if (openpty(&master, &slave, NULL, NULL, &window) != 0) {
        leave_out("there is no pseudo-terminal");
    }
    assert_int_equal(fcntl(master, F_SETFL, O_NONBLOCK), 0);
    FILE *stream = fdopen(slave, "w");
    struct clau_progress progress;
    clau_progress_start(&progress, stream, 0.0, 8.0, 0);
    assert_true(progress.terminal);
    clau_progress_clear(&progress); // nothing is drawn so far
    assert_string_equal(shown(master), "");
    let_pass(&progress, 1800.0);
    clau_progress_update(&progress, 4.0, 3600, "mass 1e-12");
    assert_string_equal(shown(master),
                        "\r[##########          ]  50%  t = 4 / 8  2 steps/s  left 30:00  "
                        "mass 1e-12\033[K");
    progress.drawn_at += 1e6; // not due again
    clau_progress_update(&progress, 2.1, 3700, NULL);
    assert_string_equal(shown(master), "");
    progress.drawn_at = clau_wall_clock() - 0.11;
    clau_progress_update(&progress, 8.0, 7200, NULL);
    assert_string_equal(shown(master),
                        "\r[####################] 100%  t = 8 / 8  4 steps/s  left 0s\033[K");
    clau_progress_clear(&progress);
    assert_string_equal(shown(master), "\r\033[K");
    clau_progress_clear(&progress);
    assert_string_equal(shown(master), "");
    // A window that became narrow: a line that wraps could not be redrawn.
    window.ws_col = 31;
    assert_int_equal(ioctl(master, TIOCSWINSZ, &window), 0);
    let_pass(&progress, 1.0);
    clau_progress_update(&progress, 2.0, 3600, "note");
    assert_string_equal(shown(master), "\r[#####               ]  25%  t\033[K");
    fclose(stream);
    close(master);
}

/// A step may take less than a microsecond: asking whether a line is due must cost less than 10 %
/// of it. Up to 1 us are granted, as the clock is a system call under some supervisors.
static void update_is_cheap(void **state) {
    (void)state;
    enum { CALLS = 100000 };
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    struct clau_progress progress;
    clau_progress_start(&progress, stream, 0.0, 1.0, 0);
    double best = INFINITY;
    for (int round = 0; round < 5; round++) {
        const double start = clau_wall_clock();
        for (uint64_t i = 0; i < CALLS; i++) {
            clau_progress_update(&progress, 0.5, i, NULL);
        }
        best = fmin(best, (clau_wall_clock() - start) / CALLS);
    }
    fclose(stream);
    free(text);
    assert_true(best < 1e-6);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clock_runs_forward),
        cmocka_unit_test(file_gets_a_line_every_ten_seconds),
        cmocka_unit_test(figures_follow_from_times_and_steps),
        cmocka_unit_test(silence_is_possible),
        cmocka_unit_test(terminal_gets_a_bar),
        cmocka_unit_test(update_is_cheap),
    };
    return cmocka_run_group_tests_name("io-progress", tests, NULL, NULL);
}
