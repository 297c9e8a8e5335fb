// SPDX-License-Identifier: GPL-3.0-or-later
/// Measures of a school: N individuals with positions r_i and unit headings u_i.
///
/// Order parameters: polarization and rotation (I. D. Couzin et al., J. theor. Biol. 218 (2002) 1).
/// In a periodic box the centre is the circular mean of each axis, the angle of
/// mean exp(2 pi i x / L), and distances and offsets are those of the nearest image.
///
/// Seven entropies of the school's structure, each the Shannon entropy of a histogram, or of the
/// shares of the covariance's eigenvalues, divided by its largest possible value: 0 for order, 1
/// for disorder. Histograms follow numpy.histogram (see histogram.h). An entropy is 0.5 where there
/// are too few individuals for it, or none in the histogram's range. The schooling index is their
/// weighted sum.
///
/// Errors of all functions that take a school: CLAU_MEASURE_EMPTY (no individuals),
/// _BAD_DIMENSIONS, _BAD_LENGTH (not positive and finite), _NOT_A_NUMBER or _INFINITE (a position),
/// _OUTSIDE (a position in a periodic box not in [0, L]), _BAD_HEADING (| |u|^2 - 1 | > 1e-6),
/// _TOO_MANY (more than the workspace has room for). Outputs are set on success only. The numbers
/// are the same for any number of threads and any width of the processor's vectors. A workspace
/// serves one call at a time.
///
/// Cost on one core: everything at N = 200 some 60 microseconds; O(N log N), and a second or two at
/// N = 10^6, also for clusters. Memory: the workspace, about 80 bytes an individual.
#ifndef CLAUSIUS_DIAGNOSTICS_SCHOOL_H
#define CLAUSIUS_DIAGNOSTICS_SCHOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "diagnostics/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/// A state, which is the caller's and is only read.
struct clau_school {
    size_t count;
    int dimensions; ///< 2 or 3; in two the third components are not looked at
    const double *position[3], *heading[3]; ///< [count] each
    double length;     ///< L: edge of the periodic box [0, L]^d, and scale of the histograms
    bool periodic;     ///< else an open space
    bool plain_centre; ///< plain mean and plain offsets from it even in a periodic box
};

/// Key and counter of random pairs (numerics/random.h): they are a function of these numbers.
struct clau_school_draw {
    uint64_t seed, stream, step;
    /// [count] where individual i stands in the arrays, so that the pairs drawn are the same ones
    /// whatever the order of memory; NULL: the i-th.
    const uint32_t *place;
};

enum {
    CLAU_SCHOOL_EXACT_PAIRS = 4096,      ///< individuals up to which all pairs are taken
    CLAU_SCHOOL_DRAWN_PAIRS = 1u << 20,  ///< pairs drawn above that
    CLAU_SCHOOL_NEAREST = 5,             ///< neighbours of the nearest-neighbour entropy
    CLAU_SCHOOL_RANDOM_PURPOSE = 0x5c4d, ///< of the counters used, each in block 0
};

/// Scratch for schools of up to so many individuals, at most 2^31 - 1. NULL when out of memory.
struct clau_school_workspace;
struct clau_school_workspace *clau_school_workspace_create(size_t capacity);
/// Bytes of such a workspace before it is made.
double clau_school_workspace_memory(size_t capacity);
void clau_school_workspace_destroy(struct clau_school_workspace *workspace); ///< NULL is fine

struct clau_school_order {
    double centre[3];    ///< [length] in [0, L) if it is a circular mean
    double direction[3]; ///< mean u
    double polarization; ///< |mean u|
    double rotation; ///< |mean c x u|, c the unit vector from the centre (0 if nearer than 1e-10)
    double spread;   ///< [length] root mean square distance from the centre
    double order_index; ///< the larger of polarization and rotation
};

/// O(N); some ns an individual.
enum clau_measure_status clau_school_order(struct clau_school_workspace *workspace,
                                           const struct clau_school *school,
                                           struct clau_school_order *order);

enum clau_school_entropy {
    /// Distances to the nearest neighbour, 25 bins on [0, L/2]. N >= 2.
    CLAU_SCHOOL_COHESION,
    /// Headings, 12 bins of the polar angle times 24 of the azimuth, counts times the sine of the
    /// polar angle at the bin's centre. In two dimensions 24 bins of the azimuth.
    CLAU_SCHOOL_POLARIZATION,
    /// z (in open space: z - centre + L/2), 15 bins on [0, L]. 0 in two dimensions.
    CLAU_SCHOOL_DEPTH,
    /// |c x u|, 20 bins on [0, 1]. N >= 3.
    CLAU_SCHOOL_ANGULAR_MOMENTUM,
    /// Standard deviation over mean of the distances to the 5 nearest, 20 bins on [0, 2]. N >= 6.
    CLAU_SCHOOL_NEAREST_NEIGHBOUR,
    /// (u_i . u_j + 1) / 2 of pairs, 20 bins on [0, 1]. N >= 2. All pairs up to N = 4096, above
    /// that
    /// 2^20 random ones, with replacement.
    CLAU_SCHOOL_VELOCITY_CORRELATION,
    /// Shares of the eigenvalues, 1e-10 at least, of the offsets' covariance (n - 1). N >= 4.
    CLAU_SCHOOL_SHAPE,
    CLAU_SCHOOL_ENTROPY_COUNT
};

/// Name of each entropy and its weight in the schooling index.
struct clau_school_entropy_kind {
    const char *name;
    double weight;
};
extern const struct clau_school_entropy_kind clau_school_entropy_kinds[CLAU_SCHOOL_ENTROPY_COUNT];

struct clau_school_entropies {
    double value[CLAU_SCHOOL_ENTROPY_COUNT];
    /// Polarization in bins of equal area (12 of u_z on [-1, 1] times 24), which reaches 1 for
    /// isotropic headings; in two dimensions the same as the other.
    double polarization_equal_area;
    /// Standard error of the entropy of random pairs, 0 where all are taken:
    /// sqrt((sum p ln^2 p - H^2) / M + ((K - 1) / (2 M))^2) / ln 20 for M pairs in K bins, the
    /// scatter and the bias (G. A. Miller 1955).
    double velocity_correlation_error;
    double schooling_index; ///< sum of weight times value
};

/// Distances to the nearest neighbour; NaN where N < 2.
struct clau_school_neighbours {
    double mean, deviation; ///< deviation of the population
    double smallest, largest;
};

struct clau_school_measures {
    struct clau_school_order order;
    struct clau_school_entropies entropies;
    struct clau_school_neighbours neighbours;
};

/// All of them at once. draw may be NULL, which is a draw of zeros.
enum clau_measure_status clau_school_measure(struct clau_school_workspace *workspace,
                                             const struct clau_school *school,
                                             const struct clau_school_draw *draw,
                                             struct clau_school_measures *measures);

/// Connected groups: individuals nearer to each other than link are in the same one.
struct clau_school_groups {
    size_t count, largest;
    double mean_size; ///< as an individual sees it, sum s^2 / N
};

/// link: [length] >= 0 and finite, else CLAU_MEASURE_BAD_LENGTH.
enum clau_measure_status clau_school_groups(struct clau_school_workspace *workspace,
                                            const struct clau_school *school, double link,
                                            struct clau_school_groups *groups);

/// Connected correlation of the headings at a distance (A. Cavagna et al., PNAS 107 (2010) 11865):
/// with w_i = u_i - mean u,
///
///     C(r) = sum w_i . w_j / pairs / mean |w|^2   over the pairs in the bin of r.
///
/// bins equal bins on [0, range]. correlation: bins values, NaN in empty bins, and in all of them
/// where mean |w|^2 < 1e-24. correlation_length, if not NULL: where C first falls from a positive
/// value to or through zero, by straight lines between the centres of bins that are not empty; NaN
/// where it does not. Pairs and draw as above. Errors also: CLAU_MEASURE_BAD_RANGE (range must be
/// positive and finite), _BAD_BINS, _OUT_OF_MEMORY.
enum clau_measure_status clau_school_velocity_correlation(struct clau_school_workspace *workspace,
                                                          const struct clau_school *school,
                                                          const struct clau_school_draw *draw,
                                                          double range, size_t bins,
                                                          double *correlation,
                                                          double *correlation_length);

/// Mean angle between the headings and their mean [radians], in [0, pi]; NaN where |mean u| <
/// 1e-12.
enum clau_measure_status clau_school_angular_dispersion(struct clau_school_workspace *workspace,
                                                        const struct clau_school *school,
                                                        double *dispersion);

#ifdef __cplusplus
}
#endif

#endif
