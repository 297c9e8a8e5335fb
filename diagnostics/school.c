// SPDX-License-Identifier: GPL-3.0-or-later
// Workspace, order parameters and groups.
#include "diagnostics/school.h"

#include <math.h>
#include <string.h>

#include "diagnostics/school_workspace.h"
#include "numerics/blocks.h"
#include "numerics/memory.h"

#define INLINE static inline __attribute__((always_inline))

/// Sums have LANES partial sums side by side, whatever the processor's vectors.
enum { LANES = 8, SUMS = CLAU_SCHOOL_SUMS };

// ---- Workspace ----------------------------------------------------------------------------------

struct clau_school_workspace *clau_school_workspace_create(size_t capacity) {
    if (capacity > INT32_MAX)
        return NULL;
    struct clau_school_workspace *workspace = calloc(1, sizeof *workspace);
    if (workspace == NULL)
        return NULL;
    const size_t nodes = clau_tree_node_count(capacity);
    const size_t exact = capacity < CLAU_SCHOOL_EXACT_PAIRS ? capacity : CLAU_SCHOOL_EXACT_PAIRS;
    workspace->capacity = capacity;
    workspace->points = clau_allocate(capacity, sizeof *workspace->points);
    workspace->boxes = clau_allocate(nodes, sizeof *workspace->boxes);
    workspace->joined = clau_allocate(nodes, sizeof *workspace->joined);
    workspace->distance = clau_allocate(capacity, sizeof *workspace->distance);
    workspace->variation = clau_allocate(capacity, sizeof *workspace->variation);
    workspace->parent = clau_allocate(capacity, sizeof *workspace->parent);
    workspace->partial =
        clau_allocate(clau_block_count(capacity) * SUMS, sizeof *workspace->partial);
    bool complete = workspace->points && workspace->boxes && workspace->joined &&
                    workspace->distance && workspace->variation && workspace->parent &&
                    workspace->partial;
    for (int d = 0; d < 3; d++) {
        workspace->pair_heading[d] = clau_allocate(exact + LANES, sizeof(double));
        complete = complete && workspace->pair_heading[d];
    }
    if (!complete) {
        clau_school_workspace_destroy(workspace);
        return NULL;
    }
    return workspace;
}

double clau_school_workspace_memory(size_t capacity) {
    const struct clau_school_workspace *workspace = NULL;
    return (double)capacity * (sizeof *workspace->points + sizeof *workspace->distance +
                               sizeof *workspace->variation + sizeof *workspace->parent) +
           (double)clau_tree_node_count(capacity) *
               (sizeof *workspace->boxes + sizeof *workspace->joined);
}

void clau_school_workspace_destroy(struct clau_school_workspace *workspace) {
    if (workspace == NULL)
        return;
    free(workspace->points);
    free(workspace->boxes);
    free(workspace->joined);
    free(workspace->distance);
    free(workspace->variation);
    free(workspace->parent);
    free(workspace->partial);
    for (int d = 0; d < 3; d++)
        free(workspace->pair_heading[d]);
    free(workspace);
}

// ---- Checks -------------------------------------------------------------------------------------

INLINE void load(const double *values, size_t start, size_t count, double eight[LANES]) {
    if (count >= LANES) {
        memcpy(eight, values + start, LANES * sizeof *eight);
        return;
    }
    for (size_t l = 0; l < LANES; l++)
        eight[l] = l < count ? values[start + l] : 0.0;
}

/// The same of coordinate d; zeros for the third in two dimensions.
INLINE void load_axis(const struct clau_school *school, const double *const axes[3], int d,
                      size_t start, size_t count, double eight[LANES]) {
    if (d < school->dimensions)
        load(axes[d], start, count, eight);
    else
        memset(eight, 0, LANES * sizeof *eight);
}

INLINE double total(const double lane[LANES]) {
    return ((lane[0] + lane[4]) + (lane[2] + lane[6])) +
           ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}

/// partial[0] is 0, or not a number where a position is not finite; [1] counts positions outside
/// of the box; [2] those that are no numbers, [3] headings that are not unit vectors.
CLAU_MULTIVERSION static void check_block(const struct clau_school *school, size_t start,
                                          size_t length, double *partial) {
    const double high = school->periodic ? school->length : INFINITY;
    const double low = school->periodic ? 0.0 : -INFINITY;
    double poison[LANES] = {0}, outside[LANES] = {0}, nan[LANES] = {0}, bad[LANES] = {0};
    for (size_t i = start; i < start + length; i += LANES) {
        const size_t rest = start + length - i;
        double norm[LANES] = {0};
        for (int d = 0; d < school->dimensions; d++) {
            double x[LANES], u[LANES];
            load(school->position[d], i, rest, x);
            load(school->heading[d], i, rest, u);
            for (size_t l = 0; l < LANES; l++) {
                poison[l] += x[l] * 0.0;
                outside[l] += x[l] >= low && x[l] <= high ? 0.0 : 1.0;
                nan[l] += x[l] == x[l] ? 0.0 : 1.0;
                norm[l] += u[l] * u[l];
            }
        }
        for (size_t l = 0; l < LANES; l++)
            bad[l] += l >= rest || fabs(norm[l] - 1.0) <= 1e-6 ? 0.0 : 1.0;
    }
    partial[0] = total(poison);
    partial[1] = total(outside);
    partial[2] = total(nan);
    partial[3] = total(bad);
}

static void sum_partial(const struct clau_school_workspace *workspace, size_t count, int sums,
                        double *sum) {
    for (int s = 0; s < sums; s++)
        sum[s] = 0.0;
    for (size_t block = 0; block < clau_block_count(count); block++) {
        for (int s = 0; s < sums; s++)
            sum[s] += workspace->partial[block * SUMS + (size_t)s];
    }
}

enum clau_measure_status clau_school_check(const struct clau_school_workspace *workspace,
                                           const struct clau_school *school) {
    if (school->dimensions != 2 && school->dimensions != 3)
        return CLAU_MEASURE_BAD_DIMENSIONS;
    if (!(school->length > 0.0) || isinf(school->length))
        return CLAU_MEASURE_BAD_LENGTH;
    if (school->count == 0)
        return CLAU_MEASURE_EMPTY;
    if (school->count > workspace->capacity)
        return CLAU_MEASURE_TOO_MANY;
    double sum[4];
    CLAU_FOR_BLOCKS(school->count,
                    check_block(school, start, length, workspace->partial + block * SUMS));
    sum_partial(workspace, school->count, 4, sum);
    if (sum[2] > 0.0)
        return CLAU_MEASURE_NOT_A_NUMBER;
    if (isnan(sum[0]))
        return CLAU_MEASURE_INFINITE;
    if (sum[1] > 0.0)
        return CLAU_MEASURE_OUTSIDE;
    return sum[3] > 0.0 ? CLAU_MEASURE_BAD_HEADING : CLAU_MEASURE_OK;
}

// ---- Centre and order ---------------------------------------------------------------------------

/// cos and sin of 2 pi t, t in [0, 1]. A quarter turn is taken off exactly; polynomials of the Sun
/// libm (k_cos.c, k_sin.c), with an error below an ulp on what is left, [-pi/4, pi/4].
INLINE void circle(double t, double *cosine, double *sine) {
    const double quarters = (4.0 * t + 0x1.8p52) - 0x1.8p52;
    const double x = 6.28318530717958647693 * (t - 0.25 * quarters), z = x * x;
    const double s =
        x +
        x * z *
            (-1.66666666666666324348e-01 +
             z * (8.33333333332248946124e-03 +
                  z * (-1.98412698298579493134e-04 +
                       z * (2.75573137070700676789e-06 +
                            z * (-2.50507602534068634195e-08 + z * 1.58969099521155010221e-10)))));
    const double c =
        1.0 - (0.5 * z - z * z *
                             (4.16666666666666019037e-02 +
                              z * (-1.38888888888741095749e-03 +
                                   z * (2.48015872894767294178e-05 +
                                        z * (-2.75573143513906633035e-07 +
                                             z * (2.08757232129817482790e-09 +
                                                  z * -1.13596475577881948265e-11))))));
    const bool odd = quarters == 1.0 || quarters == 3.0;
    const double a = odd ? s : c, b = odd ? c : s;
    *cosine = quarters == 1.0 || quarters == 2.0 ? -a : a;
    *sine = quarters == 2.0 || quarters == 3.0 ? -b : b;
}

/// Sums of cos and sin of the angles in the box, or of x and nothing, axis by axis; and of u.
CLAU_MULTIVERSION static void mean_block(const struct clau_school *school, bool circular,
                                         size_t start, size_t length, double *partial) {
    double sum[SUMS][LANES] = {{0}};
    for (size_t i = start; i < start + length; i += LANES) {
        const size_t rest = start + length - i;
        for (int d = 0; d < school->dimensions; d++) {
            double x[LANES], u[LANES];
            load(school->position[d], i, rest, x);
            load(school->heading[d], i, rest, u);
            for (size_t l = 0; l < LANES; l++)
                sum[6 + d][l] += u[l];
            if (!circular) {
                for (size_t l = 0; l < LANES; l++)
                    sum[2 * d][l] += x[l];
                continue;
            }
            double cosine[LANES], sine[LANES];
            for (size_t l = 0; l < LANES; l++)
                circle(x[l] / school->length, &cosine[l], &sine[l]);
            for (size_t l = 0; l < LANES; l++) {
                sum[2 * d][l] += l < rest ? cosine[l] : 0.0;
                sum[2 * d + 1][l] += l < rest ? sine[l] : 0.0;
            }
        }
    }
    for (int s = 0; s < SUMS; s++)
        partial[s] = total(sum[s]);
}

/// Offset of eight individuals from the centre.
INLINE void offsets(const struct clau_school *school, const double centre[3], double period,
                    size_t i, size_t rest, double offset[3][LANES]) {
    for (int d = 0; d < 3; d++) {
        load_axis(school, school->position, d, i, rest, offset[d]);
        for (size_t l = 0; l < LANES; l++) {
            const double r = offset[d][l] - centre[d];
            const double image = r > 0.5 * period ? r - period : r;
            offset[d][l] = l < rest ? (r < -0.5 * period ? r + period : image) : 0.0;
        }
    }
}

/// Sums of c x u, of the offsets, and of their squares; |c x u| if wanted.
CLAU_MULTIVERSION static void order_block(const struct clau_school *school, const double centre[3],
                                          double period, size_t start, size_t length,
                                          double *angular, double *partial) {
    double sum[7][LANES] = {{0}};
    for (size_t i = start; i < start + length; i += LANES) {
        const size_t rest = start + length - i;
        double r[3][LANES], u[3][LANES], momentum[LANES];
        offsets(school, centre, period, i, rest, r);
        for (int d = 0; d < 3; d++)
            load_axis(school, school->heading, d, i, rest, u[d]);
        for (size_t l = 0; l < LANES; l++) {
            const double square = r[0][l] * r[0][l] + r[1][l] * r[1][l] + r[2][l] * r[2][l];
            const double norm = sqrt(square);
            const bool far = norm >= 1e-10;
            const double divisor = far ? norm : 1.0;
            const double c[3] = {far ? r[0][l] / divisor : 0.0, far ? r[1][l] / divisor : 0.0,
                                 far ? r[2][l] / divisor : 0.0};
            const double x = c[1] * u[2][l] - c[2] * u[1][l];
            const double y = c[2] * u[0][l] - c[0] * u[2][l];
            const double z = c[0] * u[1][l] - c[1] * u[0][l];
            sum[0][l] += x;
            sum[1][l] += y;
            sum[2][l] += z;
            sum[3][l] += r[0][l];
            sum[4][l] += r[1][l];
            sum[5][l] += r[2][l];
            sum[6][l] += square;
            const double size = sqrt(x * x + y * y + z * z);
            momentum[l] = size < 1.0 ? size : 1.0;
        }
        for (size_t l = 0; l < LANES && l < rest && angular != NULL; l++)
            angular[i + l] = momentum[l];
    }
    for (int s = 0; s < 7; s++)
        partial[s] = total(sum[s]);
}

/// Sums of products of the offsets less their mean: xx, xy, xz, yy, yz, zz.
CLAU_MULTIVERSION static void covariance_block(const struct clau_school *school,
                                               const double centre[3], double period,
                                               const double mean[3], size_t start, size_t length,
                                               double *partial) {
    double sum[6][LANES] = {{0}};
    for (size_t i = start; i < start + length; i += LANES) {
        const size_t rest = start + length - i;
        double r[3][LANES];
        offsets(school, centre, period, i, rest, r);
        for (size_t l = 0; l < LANES; l++) {
            const double x = l < rest ? r[0][l] - mean[0] : 0.0;
            const double y = l < rest ? r[1][l] - mean[1] : 0.0;
            const double z = l < rest ? r[2][l] - mean[2] : 0.0;
            sum[0][l] += x * x;
            sum[1][l] += x * y;
            sum[2][l] += x * z;
            sum[3][l] += y * y;
            sum[4][l] += y * z;
            sum[5][l] += z * z;
        }
    }
    for (int s = 0; s < 6; s++)
        partial[s] = total(sum[s]);
}

static double norm(const double v[3]) { return sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]); }

static double circular_mean(double cosines, double sines, double length) {
    const double turns = atan2(sines, cosines) / 6.28318530717958647693;
    const double mean = length * (turns < 0.0 ? turns + 1.0 : turns);
    return mean < length ? mean : 0.0;
}

void clau_school_find_order(struct clau_school_workspace *workspace,
                            const struct clau_school *school, struct clau_school_order *order,
                            double *angular, struct clau_school_moments *moments) {
    const double n = (double)school->count;
    const bool circular = school->periodic && !school->plain_centre;
    const double period = circular ? school->length : INFINITY;
    double sum[SUMS];
    CLAU_FOR_BLOCKS(school->count,
                    mean_block(school, circular, start, length, workspace->partial + block * SUMS));
    sum_partial(workspace, school->count, SUMS, sum);
    for (int d = 0; d < 3; d++) {
        order->centre[d] =
            circular ? circular_mean(sum[2 * d], sum[2 * d + 1], school->length) : sum[2 * d] / n;
        order->direction[d] = sum[6 + d] / n;
    }
    if (school->dimensions == 2)
        order->centre[2] = 0.0;
    order->polarization = norm(order->direction);

    const double *centre = order->centre;
    CLAU_FOR_BLOCKS(school->count, order_block(school, centre, period, start, length, angular,
                                               workspace->partial + block * SUMS));
    sum_partial(workspace, school->count, 7, sum);
    order->rotation = norm(sum) / n;
    order->spread = sqrt(sum[6] / n);
    order->order_index =
        order->polarization > order->rotation ? order->polarization : order->rotation;
    if (moments == NULL)
        return;
    const double mean[3] = {sum[3] / n, sum[4] / n, sum[5] / n};
    CLAU_FOR_BLOCKS(school->count, covariance_block(school, centre, period, mean, start, length,
                                                    workspace->partial + block * SUMS));
    sum_partial(workspace, school->count, 6, sum);
    const double scale = school->count > 1 ? 1.0 / (n - 1.0) : 0.0;
    static const int place[3][3] = {{0, 1, 2}, {1, 3, 4}, {2, 4, 5}};
    for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 3; j++)
            moments->covariance[i][j] = sum[place[i][j]] * scale;
    }
}

enum clau_measure_status clau_school_order(struct clau_school_workspace *workspace,
                                           const struct clau_school *school,
                                           struct clau_school_order *order) {
    const enum clau_measure_status status = clau_school_check(workspace, school);
    if (status == CLAU_MEASURE_OK)
        clau_school_find_order(workspace, school, order, NULL, NULL);
    return status;
}

// ---- Groups -------------------------------------------------------------------------------------

void clau_school_fill_points(struct clau_school_workspace *workspace,
                             const struct clau_school *school) {
    const bool third = school->dimensions == 3;
    struct clau_tree_point *points = workspace->points;
    CLAU_FOR_BLOCKS(
        school->count, for (size_t i = start; i < start + length; i++) {
            points[i].x[0] = school->position[0][i];
            points[i].x[1] = school->position[1][i];
            points[i].x[2] = third ? school->position[2][i] : 0.0;
            points[i].number = i;
        });
}

struct clau_tree clau_school_tree(const struct clau_school_workspace *workspace,
                                  const struct clau_school *school) {
    return (struct clau_tree){
        .count = school->count,
        .period = school->periodic ? school->length : INFINITY,
        .points = workspace->points,
        .boxes = workspace->boxes,
    };
}

enum clau_measure_status clau_school_groups(struct clau_school_workspace *workspace,
                                            const struct clau_school *school, double link,
                                            struct clau_school_groups *groups) {
    const enum clau_measure_status status = clau_school_check(workspace, school);
    if (status != CLAU_MEASURE_OK)
        return status;
    if (!(link >= 0.0) || isinf(link))
        return CLAU_MEASURE_BAD_LENGTH;
    clau_school_fill_points(workspace, school);
    struct clau_tree tree = clau_school_tree(workspace, school);
    clau_tree_build(&tree);
    clau_tree_connect(&tree, link, workspace->parent, workspace->joined);
    double *size = workspace->distance, squares = 0.0;
    memset(size, 0, school->count * sizeof *size);
    for (size_t i = 0; i < school->count; i++)
        size[clau_tree_root(workspace->parent, (uint32_t)i)] += 1.0;
    *groups = (struct clau_school_groups){0};
    for (size_t i = 0; i < school->count; i++) {
        squares += size[i] * size[i];
        groups->count += size[i] > 0.0;
        groups->largest = size[i] > (double)groups->largest ? (size_t)size[i] : groups->largest;
    }
    groups->mean_size = squares / (double)school->count;
    return CLAU_MEASURE_OK;
}
