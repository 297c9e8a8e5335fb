// SPDX-License-Identifier: GPL-3.0-or-later
/// Who is who in a checkpoint of particles that are sorted in memory.
#ifndef CLAUSIUS_RUNTIME_IDENTITY_H
#define CLAUSIUS_RUNTIME_IDENTITY_H

#include <stddef.h>
#include <stdint.h>

#include "io/checkpoint.h"

/// Reads values[groups][count], each group of which must hold every number below count once: they
/// are indices. CLAU_BAD_INPUT otherwise.
enum clau_status clau_identity_restore(const struct clau_checkpoint *checkpoint, const char *name,
                                       size_t groups, size_t count, int64_t *values,
                                       struct clau_error *error);

#endif
