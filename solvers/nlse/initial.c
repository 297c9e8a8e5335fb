// SPDX-License-Identifier: GPL-3.0-or-later
// Initial conditions. Each kind is a row: its keys, and the function that adds it to psi.
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numerics/fft.h"
#include "numerics/memory.h"
#include "numerics/random.h"
#include "solvers/nlse/exact.h"
#include "solvers/nlse/nlse.h"
#include "solvers/runtime/initial_file.h"

/// What a kind's function works on.
struct target {
    const struct clau_grid *grid;
    int64_t seed;
    const struct clau_toml *config;
    size_t index; ///< of the entry in [[initial]]
    double complex *psi;
};

// ---- soliton ----------------------------------------------------------------------------------

#define SOLITON_ROW(name, fallback_text, allowed, what)                                            \
    {                                                                                              \
        .key = #name, .type = CLAU_REAL, .offset = offsetof(struct nlse_soliton, name),            \
        .fallback = fallback_text, .range = allowed, .description = what                           \
    }

static const struct clau_parameter soliton_parameters[] = {
    SOLITON_ROW(amplitude, "1.0", CLAU_ABOVE(0), "amplitude A"),
    SOLITON_ROW(velocity, "0.0", CLAU_FINITE, "velocity v"),
    SOLITON_ROW(position, "0.0", CLAU_FINITE, "centre x0"),
    SOLITON_ROW(phase, "0.0", CLAU_FINITE, "phase at the centre [rad]"),
};

static enum clau_status add_soliton(const void *values, const struct target *to,
                                    struct clau_error *error) {
    (void)error;
    for (size_t j = 0; j < to->grid->points; j++)
        to->psi[j] += nlse_exact_soliton(values, to->grid->x[j], 0.0);
    return CLAU_OK;
}

// ---- n-soliton --------------------------------------------------------------------------------

struct n_soliton {
    struct clau_reals amplitude, velocity, position, phase;
};

#define LIST_ROW(name, allowed, what)                                                              \
    .key = #name, .type = CLAU_REALS, .offset = offsetof(struct n_soliton, name),                  \
    .range = allowed, .maximum_count = NLSE_MAXIMUM_SOLITONS, .description = what

static const struct clau_parameter n_soliton_parameters[] = {
    {LIST_ROW(amplitude, CLAU_ABOVE(0), "amplitudes A_j"), .required = true, .minimum_count = 1},
    {LIST_ROW(velocity, CLAU_FINITE, "velocities v_j (none: all 0)")},
    {LIST_ROW(position, CLAU_FINITE, "positions x_j (none: all 0)")},
    {LIST_ROW(phase, CLAU_FINITE, "phases phi_j [rad] (none: all 0)")},
};

static double entry(const struct clau_reals *list, size_t j) {
    return list->count > 0 ? list->values[j] : 0.0;
}

static size_t get_solitons(const struct n_soliton *from, struct nlse_soliton *solitons) {
    for (size_t j = 0; j < from->amplitude.count; j++)
        solitons[j] = (struct nlse_soliton){
            .amplitude = from->amplitude.values[j],
            .velocity = entry(&from->velocity, j),
            .position = entry(&from->position, j),
            .phase = entry(&from->phase, j),
        };
    return from->amplitude.count;
}

static enum clau_status add_n_soliton(const void *values, const struct target *to,
                                      struct clau_error *error) {
    struct nlse_soliton solitons[NLSE_MAXIMUM_SOLITONS];
    const size_t count = get_solitons(values, solitons);
    for (size_t j = 0; j < to->grid->points; j++) {
        const double complex psi = nlse_exact_solitons(count, solitons, to->grid->x[j], 0.0);
        if (isnan(creal(psi))) {
            char path[64];
            snprintf(path, sizeof path, "initial.%zu.amplitude", to->index);
            return clau_toml_complain(to->config, path, error,
                                      "so many solitons are too close together for their exact "
                                      "state to be computed; set them apart");
        }
        to->psi[j] += psi;
    }
    return CLAU_OK;
}

static enum clau_status check_n_soliton(const struct n_soliton *values, size_t index,
                                        const struct clau_toml *config, struct clau_error *error) {
    char path[64];
    const struct {
        const char *name;
        const struct clau_reals *list;
    } lists[] = {{"velocity", &values->velocity},
                 {"position", &values->position},
                 {"phase", &values->phase}};
    const size_t count = values->amplitude.count;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (lists[i].list->count != 0 && lists[i].list->count != count) {
            snprintf(path, sizeof path, "initial.%zu.%s", index, lists[i].name);
            return clau_toml_complain(config, path, error,
                                      "must have as many entries as amplitude (%zu)", count);
        }
    for (size_t j = 0; j < count; j++)
        for (size_t k = 0; k < j; k++)
            if (values->amplitude.values[j] == values->amplitude.values[k] &&
                entry(&values->velocity, j) == entry(&values->velocity, k)) {
                snprintf(path, sizeof path, "initial.%zu.amplitude", index);
                return clau_toml_complain(config, path, error,
                                          "solitons %zu and %zu have the same amplitude and "
                                          "velocity: one of the two must differ",
                                          k + 1, j + 1);
            }
    return CLAU_OK;
}

// ---- solutions on a background ----------------------------------------------------------------

struct breather {
    double parameter, time;
    int64_t periods;
};

#define BREATHER_ROW(name, fallback_text, allowed, what)                                           \
    {                                                                                              \
        .key = #name, .type = CLAU_REAL, .offset = offsetof(struct breather, name),                \
        .fallback = fallback_text, .range = allowed, .description = what                           \
    }
#define TIME_ROW                                                                                   \
    BREATHER_ROW(time, "0.0", CLAU_FINITE,                                                         \
                 "time of the solution at which the run starts; a peak is at 0")

static const struct clau_parameter akhmediev_parameters[] = {
    BREATHER_ROW(parameter, "0.25", CLAU_INSIDE(0, 0.5), "a; the peak is 1 + 2 sqrt(2a)"),
    TIME_ROW,
    {.key = "periods",
     .type = CLAU_INTEGER,
     .offset = offsetof(struct breather, periods),
     .fallback = "0",
     .range = CLAU_AT_LEAST(0),
     .description =
         "sets grid.length to that many periods 2 pi / (2 sqrt(1 - 2a)); 0: it is given"},
};

static const struct clau_parameter kuznetsov_ma_parameters[] = {
    BREATHER_ROW(parameter, "1.0", CLAU_ABOVE(0.5), "a; the peak is 1 + 2 sqrt(2a)"),
    TIME_ROW,
};

static const struct clau_parameter peregrine_parameters[] = {TIME_ROW};

static enum clau_status add_akhmediev(const void *values, const struct target *to,
                                      struct clau_error *error) {
    (void)error;
    const struct breather *b = values;
    for (size_t j = 0; j < to->grid->points; j++)
        to->psi[j] += nlse_exact_akhmediev(b->parameter, to->grid->x[j], b->time);
    return CLAU_OK;
}

static enum clau_status add_kuznetsov_ma(const void *values, const struct target *to,
                                         struct clau_error *error) {
    (void)error;
    const struct breather *b = values;
    for (size_t j = 0; j < to->grid->points; j++)
        to->psi[j] += nlse_exact_kuznetsov_ma(b->parameter, to->grid->x[j], b->time);
    return CLAU_OK;
}

static enum clau_status add_peregrine(const void *values, const struct target *to,
                                      struct clau_error *error) {
    (void)error;
    const struct breather *b = values;
    for (size_t j = 0; j < to->grid->points; j++)
        to->psi[j] += nlse_exact_peregrine(to->grid->x[j], b->time);
    return CLAU_OK;
}

// ---- waves and pulses -------------------------------------------------------------------------

struct pulse {
    double amplitude, width, velocity, position, phase;
    int64_t mode;
};

#define PULSE_ROW(name, fallback_text, allowed, what)                                              \
    {                                                                                              \
        .key = #name, .type = CLAU_REAL, .offset = offsetof(struct pulse, name),                   \
        .fallback = fallback_text, .range = allowed, .description = what                           \
    }

static const struct clau_parameter plane_wave_parameters[] = {
    PULSE_ROW(amplitude, "1.0", CLAU_FINITE, "amplitude a"),
    {.key = "mode",
     .type = CLAU_INTEGER,
     .offset = offsetof(struct pulse, mode),
     .fallback = "0",
     .description = "number of wavelengths in the box, m: wavenumber 2 pi m / grid.length"},
    PULSE_ROW(phase, "0.0", CLAU_FINITE, "phase at x = 0 [rad]"),
};

static const struct clau_parameter pulse_parameters[] = {
    PULSE_ROW(amplitude, "1.0", CLAU_FINITE, "amplitude A"),
    PULSE_ROW(width, "1.0", CLAU_ABOVE(0), "width w"),
    PULSE_ROW(velocity, "0.0", CLAU_FINITE, "velocity v"),
    PULSE_ROW(position, "0.0", CLAU_FINITE, "centre x0"),
    PULSE_ROW(phase, "0.0", CLAU_FINITE, "phase at the centre [rad]"),
};

static enum clau_status add_plane_wave(const void *values, const struct target *to,
                                       struct clau_error *error) {
    (void)error;
    const struct pulse *p = values;
    // The phase in units of 2 pi / points is exact in integers: the wave closes at the boundary.
    const int64_t n = (int64_t)to->grid->points;
    for (int64_t j = 0; j < n; j++) {
        const double turns = (double)(p->mode * j % n) / (double)n - 0.5 * (double)p->mode;
        to->psi[j] += p->amplitude * cexp(I * (2.0 * M_PI * turns + p->phase));
    }
    return CLAU_OK;
}

static void add_pulse(const struct pulse *p, double (*envelope)(double), const struct target *to) {
    for (size_t j = 0; j < to->grid->points; j++) {
        const double y = to->grid->x[j] - p->position;
        to->psi[j] +=
            p->amplitude * envelope(y / p->width) * cexp(I * (p->velocity * y + p->phase));
    }
}

static double gaussian(double s) { return exp(-0.5 * s * s); }
static double sech(double s) { return 1.0 / cosh(s); }

static enum clau_status add_gaussian(const void *values, const struct target *to,
                                     struct clau_error *error) {
    (void)error;
    add_pulse(values, gaussian, to);
    return CLAU_OK;
}

static enum clau_status add_sech(const void *values, const struct target *to,
                                 struct clau_error *error) {
    (void)error;
    add_pulse(values, sech, to);
    return CLAU_OK;
}

// ---- noise ------------------------------------------------------------------------------------

enum random_purpose { INITIAL_NOISE };

struct noise {
    double level, maximum_wavenumber;
};

static const struct clau_parameter noise_parameters[] = {
    {.key = "level",
     .type = CLAU_REAL,
     .offset = offsetof(struct noise, level),
     .fallback = "0.01",
     .range = CLAU_AT_LEAST(0),
     .description = "standard deviation of the real and of the imaginary part at each point"},
    {.key = "maximum_wavenumber",
     .type = CLAU_REAL,
     .offset = offsetof(struct noise, maximum_wavenumber),
     .fallback = "inf",
     .range = {.given = true, .maximum = INFINITY, .above_minimum = true},
     .description = "modes with a larger |k| are taken out of the noise, so that it is resolved"},
};

/// Takes the modes above k_max out of values; false when out of memory.
static bool limit_band(const struct clau_grid *grid, double k_max, double complex *values) {
    const size_t n = grid->points;
    struct clau_fft *fft = clau_fft_create(n);
    double complex *work = fft == NULL              ? NULL
                           : clau_fft_in_place(fft) ? values
                                                    : clau_allocate(n, sizeof *work);
    if (work != NULL) {
        clau_fft_forward(fft, values, work);
        for (size_t i = 0; i < n; i++)
            work[i] *= fabs(clau_wavenumber(i, n, grid->length)) <= k_max ? 1.0 / (double)n : 0.0;
        clau_fft_backward(fft, work, values);
    }
    clau_fft_destroy(fft);
    if (work != values)
        free(work);
    return work != NULL;
}

static enum clau_status add_noise(const void *values, const struct target *to,
                                  struct clau_error *error) {
    const struct noise *noise = values;
    const size_t n = to->grid->points;
    double complex *draws = clau_allocate(n, sizeof *draws);
    bool done = draws != NULL;
    if (done) {
        // One stream for each entry of [[initial]], so that two noises are independent.
        const struct clau_random_key key = {(uint64_t)to->seed, to->index};
        clau_random_fill_normal(key, 0, INITIAL_NOISE, 0, 2 * n, (double *)draws);
        if (noise->maximum_wavenumber < INFINITY)
            done = limit_band(to->grid, noise->maximum_wavenumber, draws);
    }
    for (size_t j = 0; done && j < n; j++)
        to->psi[j] += noise->level * draws[j];
    free(draws);
    return done ? CLAU_OK : clau_error_set(error, CLAU_NO_MEMORY, "out of memory");
}

// ---- file -------------------------------------------------------------------------------------

static const struct clau_parameter file_parameters[] = {
    CLAU_INITIAL_FILE_ROWS("psi_re and psi_im on grid.points points")};

static enum clau_status add_file(const void *values, const struct target *to,
                                 struct clau_error *error) {
    const size_t n = to->grid->points;
    double *re = NULL, *im = NULL;
    enum clau_status status =
        clau_initial_file_read(values, to->index, to->config, "psi_re", n, &re, error);
    if (status == CLAU_OK)
        status = clau_initial_file_read(values, to->index, to->config, "psi_im", n, &im, error);
    if (status == CLAU_OK)
        status =
            clau_initial_file_check_axis(values, to->index, to->config, "x", to->grid->x, n, error);
    for (size_t j = 0; j < n && status == CLAU_OK; j++)
        to->psi[j] += CMPLX(re[j], im[j]);
    free(re);
    free(im);
    return status;
}

// ---- the table --------------------------------------------------------------------------------

enum {
    SOLITON,
    N_SOLITON,
    AKHMEDIEV,
    KUZNETSOV_MA,
    PEREGRINE,
    PLANE_WAVE,
    NOISE,
    GAUSSIAN,
    SECH,
    FROM_FILE
};

static const struct clau_kind kinds[] = {
    [SOLITON] = {"soliton", "bright soliton A sech(A (x - x0)) exp(i [v (x - x0) + phase])",
                 ROWS(soliton_parameters), sizeof(struct nlse_soliton)},
    [N_SOLITON] = {"n-soliton", "exact solution of several solitons (Zakharov & Shabat 1972)",
                   ROWS(n_soliton_parameters), sizeof(struct n_soliton)},
    [AKHMEDIEV] = {"akhmediev", "Akhmediev's breather, periodic in x (Akhmediev & Korneev 1986)",
                   ROWS(akhmediev_parameters), sizeof(struct breather)},
    [KUZNETSOV_MA] = {"kuznetsov-ma", "Kuznetsov-Ma soliton on a background, periodic in t",
                      ROWS(kuznetsov_ma_parameters), sizeof(struct breather)},
    [PEREGRINE] = {"peregrine", "Peregrine's rational solution on a background (1983)",
                   ROWS(peregrine_parameters), sizeof(struct breather)},
    [PLANE_WAVE] = {"plane-wave", "a exp(i [2 pi m x / L + phase])", ROWS(plane_wave_parameters),
                    sizeof(struct pulse)},
    [NOISE] = {"noise", "complex Gaussian white noise, from the run's seed", ROWS(noise_parameters),
               sizeof(struct noise)},
    [GAUSSIAN] = {"gaussian", "A exp(-(x - x0)^2 / (2 w^2)) exp(i [v (x - x0) + phase])",
                  ROWS(pulse_parameters), sizeof(struct pulse)},
    [SECH] = {"sech", "A sech((x - x0) / w) exp(i [v (x - x0) + phase])", ROWS(pulse_parameters),
              sizeof(struct pulse)},
    [FROM_FILE] = {"file", "psi from a NetCDF file, such as the output of an earlier run",
                   ROWS(file_parameters), sizeof(struct clau_initial_file)},
};

static enum clau_status (*const add[])(const void *values, const struct target *to,
                                       struct clau_error *error) = {
    [SOLITON] = add_soliton,     [N_SOLITON] = add_n_soliton,
    [AKHMEDIEV] = add_akhmediev, [KUZNETSOV_MA] = add_kuznetsov_ma,
    [PEREGRINE] = add_peregrine, [PLANE_WAVE] = add_plane_wave,
    [NOISE] = add_noise,         [GAUSSIAN] = add_gaussian,
    [SECH] = add_sech,           [FROM_FILE] = add_file,
};

static_assert(sizeof add / sizeof *add == sizeof kinds / sizeof *kinds, "one function a kind");

const struct clau_kinds nlse_initial_kinds = {"initial", "kind", ROWS(kinds)};

/// Length that one initial condition asks for; NaN if it does not.
static double length_of(const struct clau_variant *item) {
    const struct breather *b = item->values;
    return item->kind == AKHMEDIEV && b->periods > 0
               ? (double)b->periods * nlse_akhmediev_period(b->parameter)
               : NAN;
}

double nlse_initial_length(const struct nlse_parameters *parameters) {
    double length = NAN;
    for (size_t i = 0; i < parameters->initial.count && isnan(length); i++)
        length = length_of(&parameters->initial.items[i]);
    return length;
}

enum clau_status nlse_initial_check(const struct nlse_parameters *parameters,
                                    const struct clau_toml *config, struct clau_error *error) {
    enum clau_status status = CLAU_OK;
    char path[64];
    for (size_t i = 0; i < parameters->initial.count && status == CLAU_OK; i++) {
        const struct clau_variant *item = &parameters->initial.items[i];
        // The effective configuration has both; round-off in a length written by hand is forgiven.
        const double length = length_of(item);
        if (fabs(parameters->length - length) > 1e-9 * length) {
            snprintf(path, sizeof path, "initial.%zu.periods", i);
            return clau_toml_complain(config, path, error,
                                      "makes grid.length %.17g, and that is %.17g already", length,
                                      parameters->length);
        }
        if (item->kind == PLANE_WAVE) {
            const int64_t mode = ((const struct pulse *)item->values)->mode;
            if (mode > (parameters->points - 1) / 2 || mode < -(parameters->points - 1) / 2) {
                snprintf(path, sizeof path, "initial.%zu.mode", i);
                return clau_toml_complain(config, path, error,
                                          "must be below half of grid.points (%lld)",
                                          (long long)parameters->points);
            }
        }
        if (item->kind == N_SOLITON)
            status = check_n_soliton(item->values, i, config, error);
    }
    return status;
}

enum clau_status nlse_initial_fill(const struct nlse_parameters *parameters, int64_t seed,
                                   const struct clau_toml *config, const struct clau_grid *grid,
                                   double complex *psi, struct clau_error *error) {
    struct target target = {.grid = grid, .seed = seed, .config = config, .psi = psi};
    enum clau_status status = CLAU_OK;
    for (size_t i = 0; i < parameters->initial.count && status == CLAU_OK; i++) {
        const struct clau_variant *item = &parameters->initial.items[i];
        target.index = i;
        status = add[item->kind](item->values, &target, error);
    }
    return status;
}
