// SPDX-License-Identifier: GPL-3.0-or-later
/// Unit phase factors of many angles.
#ifndef CLAUSIUS_NUMERICS_PHASE_H
#define CLAUSIUS_NUMERICS_PHASE_H

#include <stddef.h>

#include "numerics/complex_numbers.h"

/// out[i] = exp(i scale angle[i]). The sine and cosine come from the vector mathematics library
/// where there is one (4 ulp); one Newton step of the norm then makes |out[i]| = 1 to about an
/// ulp without a bias, so that repeated rotations neither gain nor lose mass.
void clau_phase_factors(size_t count, double scale, const double *angle, double complex *out);

/// value[i] *= exp(i scale angle[i]).
void clau_phase_rotate(size_t count, double scale, const double *angle, double complex *value);

#endif
