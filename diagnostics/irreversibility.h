// SPDX-License-Identifier: GPL-3.0-or-later
/// Irreversibility of a series of states: how far its steps tell the direction of time, in nats a
/// step.
///
///     S = 1/2 sum_ij (J_ij - J_ji) ln(J_ij / J_ji),   J_ij: share of steps from state i to j
///
/// For a stationary Markov chain it is the entropy production (J. Schnakenberg, Rev. Mod. Phys. 48,
/// 571, 1976); for any other series of states, in particular binned ones, a lower bound of what the
/// whole history would tell, and where nothing thermal is in play no entropy of thermodynamics.
///
/// From counts n_ij of T steps the logarithm is ln((n_ij + 1/2) / (n_ji + 1/2)) (J. B. S. Haldane
/// 1956): a step that was never made in reverse has a finite share, S is >= 0. `unpaired` says how
/// many steps were such: where they are many, S is set by the length of the series.
///
/// Bias: chance alone makes S > 0. For a long series of a reversible chain T S / 2 is a chi-square
/// variable of c degrees of freedom, so that S is 2c/T too high, c the independent cycles in the
/// graph of the pairs of states with steps between them: c = pairs - states + connected parts. (The
/// flux is conserved, only cycles carry a net one: two states never show irreversibility.)
///
/// Surrogates give the bias of a small sample: chains of the same length from the same first state,
/// that step with the reversible probabilities (n_ij + n_ji) / sum_j (n_ij + n_ji).
#ifndef CLAUSIUS_DIAGNOSTICS_IRREVERSIBILITY_H
#define CLAUSIUS_DIAGNOSTICS_IRREVERSIBILITY_H

#include <stddef.h>
#include <stdint.h>

#include "diagnostics/status.h"

#ifdef __cplusplus
extern "C" {
#endif

struct clau_irreversibility {
    double rate;                                ///< S, as counted
    double bias;                                ///< 2c/T
    double surrogate_mean, surrogate_deviation; ///< of the surrogates' S (n - 1); 0 without
    double p_value;  ///< (1 + surrogates with at least S) / (1 + surrogates)
    size_t states;   ///< visited
    size_t pairs;    ///< of different states with a step between them
    size_t cycles;   ///< c
    double steps;    ///< T
    double unpaired; ///< steps whose reverse was never made
};

/// symbols[series][count]: several series of equal length, such as individuals, that are pooled;
/// of values, those of clau_histogram_numbers or clau_histogram_plane_numbers. The number of
/// surrogates may be 0; they are a function of the seed. A constant series gives 0.
/// Errors: CLAU_MEASURE_EMPTY; _TOO_FEW (count < 2); _BAD_SYMBOL (not below the alphabet);
/// _OUT_OF_MEMORY (also for 2^31 steps). Pure; *result is set on success only. Cost: about 30 ns a
/// step and surrogate.
enum clau_measure_status clau_irreversibility(const uint32_t *symbols, size_t series, size_t count,
                                              size_t alphabet, size_t surrogates, uint64_t seed,
                                              struct clau_irreversibility *result);

#ifdef __cplusplus
}
#endif

#endif
