// SPDX-License-Identifier: GPL-3.0-or-later
/// Which versions of the libraries for numbers are in use, which need not be those of the build.
#ifndef CLAUSIUS_DIAGNOSTICS_LIBRARIES_H
#define CLAUSIUS_DIAGNOSTICS_LIBRARIES_H

#include <stddef.h>

/// "FFTW 3.3.10-sse2-avx, GSL 2.7.1"
void clau_diagnostics_libraries(char *text, size_t size);

#endif
