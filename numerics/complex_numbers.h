// SPDX-License-Identifier: GPL-3.0-or-later
/// complex.h with CMPLX, which glibc leaves out under clang.
#ifndef CLAUSIUS_NUMERICS_COMPLEX_NUMBERS_H
#define CLAUSIUS_NUMERICS_COMPLEX_NUMBERS_H

#include <complex.h>

#ifndef CMPLX
#define CMPLX(re, im) __builtin_complex((double)(re), (double)(im))
#endif

#endif
