// SPDX-License-Identifier: GPL-3.0-or-later
/// What this machine has room for.
#ifndef CLAUSIUS_RUNTIME_MACHINE_H
#define CLAUSIUS_RUNTIME_MACHINE_H

/// Bytes of memory that this process may have, that is the machine's, or what its control group
/// allows if that is less; and of swap besides. INFINITY where the system does not say.
void clau_machine_memory(double *memory, double *swap);

/// Bytes that a file of this path may grow to on its disk, what it holds already included; its
/// folder must exist. INFINITY where the system does not say.
double clau_machine_disk(const char *path);

#endif
