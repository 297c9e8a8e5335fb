// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnostics/libraries.h"

#include <gsl/gsl_version.h>
#include <stdio.h>

#include "numerics/fft.h"

void clau_diagnostics_libraries(char *text, size_t size) {
    snprintf(text, size, "FFTW %s, GSL %s", clau_fft_library(), gsl_version);
}
