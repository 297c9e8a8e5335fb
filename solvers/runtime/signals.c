// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/runtime/signals.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static volatile sig_atomic_t stop;
static volatile sig_atomic_t checkpoint;

static void handle(int number) {
    if (number == SIGUSR1) {
        checkpoint = 1;
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

int clau_signals_stop(void) { return stop; }

bool clau_signals_checkpoint(void) {
    const bool asked = checkpoint != 0;
    checkpoint = 0;
    return asked;
}
