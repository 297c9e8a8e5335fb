// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/runtime/signals.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static volatile sig_atomic_t stop;
static volatile sig_atomic_t checkpoint;
static volatile sig_atomic_t held; ///< the output is being written
static volatile sig_atomic_t quit; ///< signal that came while it was

static void handle(int number) {
    if (number == SIGUSR1) {
        checkpoint = 1;
    } else if (stop != 0 && held != 0 && quit == 0) {
        quit = number;
    } else if (stop != 0) {
        _exit(128 + number);
    } else {
        stop = number;
    }
}

void clau_signals_install(void) {
    struct sigaction action = {.sa_handler = handle, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGUSR1, &action, NULL);
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, NULL);
    sigaction(SIGXFSZ, &action, NULL);
}

void clau_signals_hold(void) { held = 1; }

void clau_signals_release(void) {
    held = 0;
    if (quit != 0) {
        _exit(128 + quit);
    }
}

int clau_signals_stop(void) { return stop; }

bool clau_signals_checkpoint(void) {
    const bool asked = checkpoint != 0;
    checkpoint = 0;
    return asked;
}
