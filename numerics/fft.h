// SPDX-License-Identifier: GPL-3.0-or-later
/// Discrete Fourier transforms. numerics/fft.c is the one file that knows FFTW.
///
/// The plan for a length is a function of the length alone (FFTW_ESTIMATE; whether it works in
/// place; how many threads it is cut for), never of a timing or of the threads there are: the
/// same numbers come out in every run and for any number of threads. Plans may be created and
/// destroyed by any thread, in a build with OpenMP.
#ifndef CLAUSIUS_NUMERICS_FFT_H
#define CLAUSIUS_NUMERICS_FFT_H

#include <stdbool.h>
#include <stddef.h>

#include "numerics/complex_numbers.h"

/// Version of FFTW in use, with the instructions it has: "3.3.10-sse2-avx". A static text.
const char *clau_fft_library(void);

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

/// Transforms of real values on a grid that closes periodically, f(x + L) = f(x), or with a change
/// of sign, f(x + L) = -f(x). Of the modes of a real function, F_-k = F_k*, one of each pair is
/// kept:
///
///   periodic:      k = 2 pi m / L,          m = 0 ... n/2           (n/2 + 1 of them)
///   antiperiodic:  k = 2 pi (2 p + 1/2) / L, p = 0, 1, ..., then negative  (n/2; n must be even)
struct clau_real_fft;

enum clau_closing { CLAU_PERIODIC, CLAU_ANTIPERIODIC };

/// Plans for real transforms of `points` values. NULL when out of memory.
struct clau_real_fft *clau_real_fft_create(size_t points, enum clau_closing closing);
void clau_real_fft_destroy(struct clau_real_fft *fft); ///< NULL is fine

size_t clau_real_fft_modes(const struct clau_real_fft *fft);

/// Wavenumber of mode i on a grid of that length; of an even number of periodic points the last
/// one, the Nyquist mode's, has no derivative of odd order on the grid.
double clau_real_fft_wavenumber(const struct clau_real_fft *fft, size_t i, double length);

/// Modes of the whole spectrum that mode i stands for, 1 or 2: sum_j f_j^2 is
/// (1/n) sum_i multiplicity_i |F_i|^2.
double clau_real_fft_multiplicity(const struct clau_real_fft *fft, size_t i);

/// Unnormalised F_k = sum_j f_j exp(-i k (x_j - x_0)), and back with exp(+...) over both of each
/// pair; applying both multiplies by n. values [n] are left as they were by forward, modes are lost
/// by backward; both arrays come from clau_allocate. Not to be called by two threads at once.
void clau_real_fft_forward(struct clau_real_fft *fft, const double *values, double complex *modes);
void clau_real_fft_backward(struct clau_real_fft *fft, double complex *modes, double *values);

/// For estimates before anything is made, any number of points: arrays that a pair of transforms
/// works on (1 in place, else 2), and bytes that the plans take besides, about.
double clau_fft_arrays(double points);
double clau_fft_plan_bytes(double points);
double clau_real_fft_plan_bytes(double points, enum clau_closing closing);

/// Smallest n >= minimum of the form 2^a, 3 2^a or 5 2^a: lengths with fast transforms.
size_t clau_fft_good_length(size_t minimum);

#endif
