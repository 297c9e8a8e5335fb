// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/runtime/identity.h"

#include <stdlib.h>
#include <string.h>

static enum clau_status check_group(const char *name, const int64_t *values, size_t count,
                                    char *seen, struct clau_error *error) {
    memset(seen, 0, count);
    for (size_t i = 0; i < count; i++) {
        const bool known = values[i] >= 0 && (uint64_t)values[i] < count;
        if (!known || seen[values[i]]) {
            return clau_error_set(error, CLAU_BAD_INPUT, "'%s' in the checkpoint: %lld is %s", name,
                                  (long long)values[i], known ? "there twice" : "nobody's number");
        }
        seen[values[i]] = 1;
    }
    return CLAU_OK;
}

enum clau_status clau_identity_restore(const struct clau_checkpoint *checkpoint, const char *name,
                                       size_t groups, size_t count, int64_t *values,
                                       struct clau_error *error) {
    enum clau_status status =
        clau_checkpoint_get_integers(checkpoint, name, values, groups * count, error);
    char *seen = status == CLAU_OK ? malloc(count + 1) : NULL;
    if (status == CLAU_OK && seen == NULL) {
        status = clau_error_set(error, CLAU_NO_MEMORY, "out of memory");
    }
    for (size_t k = 0; k < groups && status == CLAU_OK; k++) {
        status = check_group(name, values + k * count, count, seen, error);
    }
    free(seen);
    return status;
}
