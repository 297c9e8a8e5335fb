// SPDX-License-Identifier: GPL-3.0-or-later
/// Discrete Fourier transforms. numerics/fft.c is the one file that knows FFTW.
///
/// The plan for a length is a function of the length alone (FFTW_ESTIMATE; whether it works in
/// place; how many threads it is cut for), never of a timing or of the threads there are: the
/// same numbers come out in every run and for any number of threads.
#ifndef CLAUSIUS_NUMERICS_FFT_H
#define CLAUSIUS_NUMERICS_FFT_H

#include <stdbool.h>
#include <stddef.h>

#include "numerics/complex_numbers.h"

struct clau_fft; ///< plans for one length; read-only after creation, may be shared by threads

/// Plans for complex transforms of `points` values. NULL when out of memory.
struct clau_fft *clau_fft_create(size_t points);
void clau_fft_destroy(struct clau_fft *fft); ///< NULL is fine

/// Whether transforms of this length work in place: half the memory traffic of long arrays, while
/// short ones are faster from one array to another.
bool clau_fft_in_place(const struct clau_fft *fft);

/// Unnormalised transforms F_m = sum_j f_j exp(-2 pi i j m / n) and back with exp(+...); applying
/// both multiplies by n. The arrays come from clau_allocate; they are the same one if
/// clau_fft_in_place, and two otherwise, of which `in` is left as it was.
void clau_fft_forward(const struct clau_fft *fft, double complex *in, double complex *out);
void clau_fft_backward(const struct clau_fft *fft, double complex *in, double complex *out);

/// Smallest n >= minimum of the form 2^a, 3 2^a or 5 2^a: lengths with fast transforms.
size_t clau_fft_good_length(size_t minimum);

#endif
