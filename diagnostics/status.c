// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/status.h"

#include <gsl/gsl_errno.h>
#include <stddef.h>

static const char *const texts[] = {
#define CLAU_MEASURE_STATUS_ROW(name, text) [name] = text,
    CLAU_MEASURE_STATUS_TABLE(CLAU_MEASURE_STATUS_ROW)
#undef CLAU_MEASURE_STATUS_ROW
};

const char *clau_measure_status_text(enum clau_measure_status status) {
    const size_t row = (size_t)status;
    return row < sizeof texts / sizeof texts[0] ? texts[row] : "unknown status";
}

void clau_measure_keep_gsl_errors(void) { gsl_set_error_handler_off(); }
