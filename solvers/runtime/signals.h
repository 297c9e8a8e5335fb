// SPDX-License-Identifier: GPL-3.0-or-later
/// Signals of a run as flags. The one mutable global of the program lives behind this header.
#ifndef CLAUSIUS_RUNTIME_SIGNALS_H
#define CLAUSIUS_RUNTIME_SIGNALS_H

#include <stdbool.h>

/// From here on SIGTERM and SIGINT ask for a stop (a second one ends the process at once, exit
/// code 128 + number) and SIGUSR1 for a checkpoint. SIGPIPE and SIGXFSZ are ignored: a reader of
/// the progress that goes away does not end a run, and a file at its size limit is a write error.
void clau_signals_install(void);

/// Between the two a second signal waits, so that the output is not left half written (HDF5 has no
/// journal); a third one, as when a disk hangs, does not. The calls do not nest.
void clau_signals_hold(void);
void clau_signals_release(void);

/// Number of the signal that asked for a stop, 0: none.
int clau_signals_stop(void);
/// Whether a checkpoint was asked for since the last call.
bool clau_signals_checkpoint(void);

#endif
