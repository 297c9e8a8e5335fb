// SPDX-License-Identifier: GPL-3.0-or-later
// The seven entropies and the distances to the nearest neighbour.
#include <math.h>
#include <string.h>

#include "diagnostics/entropy.h"
#include "diagnostics/histogram.h"
#include "diagnostics/school.h"
#include "diagnostics/school_workspace.h"

enum {
    COHESION_BINS = 25,
    DEPTH_BINS = 15,
    BINS = 20,
    ANGLES = CLAU_SCHOOL_ANGLES,
    LATITUDES = CLAU_SCHOOL_LATITUDES,
    /// Individuals up to which comparing all pairs is faster than a tree (measured).
    ALL_PAIRS = 512,
};

static const double pi = 3.14159265358979323846;
static const double undecided = 0.5;

const struct clau_school_entropy_kind clau_school_entropy_kinds[CLAU_SCHOOL_ENTROPY_COUNT] = {
    [CLAU_SCHOOL_COHESION] = {"cohesion", 0.18},
    [CLAU_SCHOOL_POLARIZATION] = {"polarization", 0.28},
    [CLAU_SCHOOL_DEPTH] = {"depth", 0.08},
    [CLAU_SCHOOL_ANGULAR_MOMENTUM] = {"angular_momentum", 0.08},
    [CLAU_SCHOOL_NEAREST_NEIGHBOUR] = {"nearest_neighbor", 0.10},
    [CLAU_SCHOOL_VELOCITY_CORRELATION] = {"velocity_correlation", 0.18},
    [CLAU_SCHOOL_SHAPE] = {"shape", 0.10},
};

double clau_school_normalised_entropy(const double *weights, size_t count, double maximum) {
    double entropy;
    if (clau_entropy_shannon(weights, count, &entropy) != CLAU_MEASURE_OK)
        return undecided;
    return entropy / maximum;
}

static double histogram_entropy(const double *values, size_t count, double maximum, size_t bins) {
    double counts[COHESION_BINS];
    if (clau_histogram_uniform(values, count, 0.0, maximum, bins, counts) != CLAU_MEASURE_OK)
        return undecided;
    return clau_school_normalised_entropy(counts, bins, log((double)bins));
}

// ---- Headings -----------------------------------------------------------------------------------

/// Bin of x >= minimum among equal ones that are `width` wide as numpy has it: the product finds
/// the edge next to x, and the edge decides. The last bin holds its upper edge.
static inline size_t bin_of(double x, double minimum, double width, double scale, size_t bins) {
    const double edge = ((x - minimum) * scale + 0x1p52) - 0x1p52;
    const double bin = x < edge * width + minimum ? edge - 1.0 : edge;
    return bin < (double)(bins - 1) ? (size_t)bin : bins - 1;
}

void clau_school_heading_entropies(const struct clau_school *school,
                                   struct clau_school_entropies *entropies) {
    double counts[LATITUDES * ANGLES] = {0}, equal_area[LATITUDES * ANGLES] = {0};
    const bool flat = school->dimensions == 2;
    for (size_t i = 0; i < school->count; i++) {
        const double phi = atan2(school->heading[1][i], school->heading[0][i]) + pi;
        const size_t angle = bin_of(phi, 0.0, 2.0 * pi / ANGLES, ANGLES / (2.0 * pi), ANGLES);
        if (flat) {
            counts[angle] += 1.0;
            continue;
        }
        // A unit vector's component may have been rounded to more than 1.
        const double z = fmax(-1.0, fmin(school->heading[2][i], 1.0));
        const size_t theta = bin_of(acos(z), 0.0, pi / LATITUDES, LATITUDES / pi, LATITUDES);
        const size_t height = bin_of(z, -1.0, 2.0 / LATITUDES, LATITUDES / 2.0, LATITUDES);
        counts[theta * ANGLES + angle] += 1.0;
        equal_area[height * ANGLES + angle] += 1.0;
    }
    double *weighted = &entropies->value[CLAU_SCHOOL_POLARIZATION];
    if (flat) {
        *weighted = clau_school_normalised_entropy(counts, ANGLES, log((double)ANGLES));
        entropies->polarization_equal_area = *weighted;
        return;
    }
    for (size_t theta = 0; theta < LATITUDES; theta++) {
        const double weight = sin(((double)theta + 0.5) * pi / LATITUDES);
        for (size_t angle = 0; angle < ANGLES; angle++)
            counts[theta * ANGLES + angle] *= weight;
    }
    const double maximum = log((double)(LATITUDES * ANGLES));
    *weighted = clau_school_normalised_entropy(counts, LATITUDES * ANGLES, maximum);
    entropies->polarization_equal_area =
        clau_school_normalised_entropy(equal_area, LATITUDES * ANGLES, maximum);
}

// ---- Shape --------------------------------------------------------------------------------------

/// One rotation that makes a[p][q] zero (C. G. J. Jacobi 1846; the stable form of H. Rutishauser).
static void rotate(double a[3][3], int p, int q) {
    const double ratio = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
    const double tangent = copysign(1.0, ratio) / (fabs(ratio) + hypot(1.0, ratio));
    const double cosine = 1.0 / hypot(1.0, tangent), sine = tangent * cosine;
    const double change = tangent * a[p][q];
    const int other = 3 - p - q;
    const double x = a[other][p], y = a[other][q];
    a[p][p] -= change;
    a[q][q] += change;
    a[p][q] = a[q][p] = 0.0;
    a[other][p] = a[p][other] = cosine * x - sine * y;
    a[other][q] = a[q][other] = sine * x + cosine * y;
}

static void diagonalise(double a[3][3]) {
    enum { SWEEPS = 12 }; // convergence is quadratic: 5 or 6 are enough
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
        const double size = fabs(a[0][0]) + fabs(a[1][1]) + fabs(a[2][2]);
        const double rest = fabs(a[0][1]) + fabs(a[0][2]) + fabs(a[1][2]);
        if (rest <= 1e-18 * size)
            return;
        for (int p = 0; p < 2; p++) {
            for (int q = p + 1; q < 3; q++) {
                if (a[p][q] != 0.0)
                    rotate(a, p, q);
            }
        }
    }
}

void clau_school_shape_entropy(const struct clau_school *school,
                               const struct clau_school_moments *moments,
                               struct clau_school_entropies *entropies) {
    double *shape = &entropies->value[CLAU_SCHOOL_SHAPE];
    if (school->count < 4) {
        *shape = undecided;
        return;
    }
    double a[3][3], eigenvalues[3];
    memcpy(a, moments->covariance, sizeof a);
    diagonalise(a);
    const size_t dimensions = (size_t)school->dimensions;
    for (size_t d = 0; d < dimensions; d++)
        eigenvalues[d] = a[d][d] > 1e-10 ? a[d][d] : 1e-10;
    *shape = clau_school_normalised_entropy(eigenvalues, dimensions, log((double)dimensions));
}

// ---- Positions and neighbours -------------------------------------------------------------------

static double depth_entropy(struct clau_school_workspace *workspace,
                            const struct clau_school *school, double centre) {
    if (school->dimensions == 2)
        return 0.0;
    const double *z = school->position[2];
    if (!school->periodic) {
        for (size_t i = 0; i < school->count; i++)
            workspace->distance[i] = z[i] - centre + 0.5 * school->length;
        z = workspace->distance;
    }
    return histogram_entropy(z, school->count, school->length, DEPTH_BINS);
}

static void find_neighbours(struct clau_school_workspace *workspace,
                            const struct clau_school *school) {
    clau_school_fill_points(workspace, school);
    struct clau_tree tree = clau_school_tree(workspace, school);
    const bool all_pairs = school->count <= ALL_PAIRS;
    if (!all_pairs)
        clau_tree_build(&tree);
    clau_tree_nearest(&tree, all_pairs, workspace->distance, workspace->variation);
}

static struct clau_school_neighbours statistics(const double *distance, size_t count) {
    struct clau_school_neighbours found = {NAN, NAN, NAN, NAN};
    if (count < 2)
        return found;
    double sum = 0.0, squares = 0.0;
    found.smallest = found.largest = distance[0];
    for (size_t i = 0; i < count; i++) {
        sum += distance[i];
        found.smallest = distance[i] < found.smallest ? distance[i] : found.smallest;
        found.largest = distance[i] > found.largest ? distance[i] : found.largest;
    }
    found.mean = sum / (double)count;
    for (size_t i = 0; i < count; i++)
        squares += (distance[i] - found.mean) * (distance[i] - found.mean);
    found.deviation = sqrt(squares / (double)count);
    return found;
}

// ---- Pairs --------------------------------------------------------------------------------------

static void correlation_entropy(struct clau_school_workspace *workspace,
                                const struct clau_school *school,
                                const struct clau_school_draw *draw,
                                struct clau_school_entropies *entropies) {
    double *entropy = &entropies->value[CLAU_SCHOOL_VELOCITY_CORRELATION];
    double *error = &entropies->velocity_correlation_error;
    *entropy = undecided;
    *error = 0.0;
    if (school->count < 2)
        return;
    double counts[BINS];
    const double pairs = clau_school_count_pairs(workspace, school, draw, BINS, counts);
    *entropy = clau_school_normalised_entropy(counts, BINS, log((double)BINS));
    if (school->count <= CLAU_SCHOOL_EXACT_PAIRS)
        return;
    double mean = 0.0, variance = 0.0, occupied = 0.0;
    for (size_t bin = 0; bin < BINS; bin++)
        occupied += counts[bin] > 0.0;
    for (size_t bin = 0; bin < BINS; bin++)
        mean -= counts[bin] > 0.0 ? counts[bin] / pairs * log(counts[bin] / pairs) : 0.0;
    // sum p (-ln p - H)^2, which is sum p ln^2 p - H^2 and never below zero.
    for (size_t bin = 0; bin < BINS; bin++) {
        const double p = counts[bin] / pairs;
        variance += p > 0.0 ? p * (log(p) + mean) * (log(p) + mean) : 0.0;
    }
    // And the bias of G. A. Miller (1955), which is all there is where the bins are equally full.
    const double bias = (occupied - 1.0) / (2.0 * pairs);
    *error = sqrt(variance / pairs + bias * bias) / log((double)BINS);
}

enum clau_measure_status clau_school_measure(struct clau_school_workspace *workspace,
                                             const struct clau_school *school,
                                             const struct clau_school_draw *draw,
                                             struct clau_school_measures *measures) {
    const enum clau_measure_status status = clau_school_check(workspace, school);
    if (status != CLAU_MEASURE_OK)
        return status;
    struct clau_school_measures found = {0};
    struct clau_school_moments moments;
    double *value = found.entropies.value;
    const size_t count = school->count;
    clau_school_find_order(workspace, school, &found.order, workspace->distance, &moments);
    value[CLAU_SCHOOL_ANGULAR_MOMENTUM] =
        count < 3 ? undecided : histogram_entropy(workspace->distance, count, 1.0, BINS);
    clau_school_shape_entropy(school, &moments, &found.entropies);
    clau_school_heading_entropies(school, &found.entropies);
    value[CLAU_SCHOOL_DEPTH] = depth_entropy(workspace, school, found.order.centre[2]);

    find_neighbours(workspace, school);
    found.neighbours = statistics(workspace->distance, count);
    value[CLAU_SCHOOL_COHESION] =
        count < 2
            ? undecided
            : histogram_entropy(workspace->distance, count, 0.5 * school->length, COHESION_BINS);
    value[CLAU_SCHOOL_NEAREST_NEIGHBOUR] =
        count <= CLAU_SCHOOL_NEAREST ? undecided
                                     : histogram_entropy(workspace->variation, count, 2.0, BINS);
    correlation_entropy(workspace, school, draw, &found.entropies);

    for (int kind = 0; kind < CLAU_SCHOOL_ENTROPY_COUNT; kind++)
        found.entropies.schooling_index += clau_school_entropy_kinds[kind].weight * value[kind];
    *measures = found;
    return CLAU_MEASURE_OK;
}
