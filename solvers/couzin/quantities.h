// SPDX-License-Identifier: GPL-3.0-or-later
/// The numbers of [school] that say how individuals behave: each may vary between individuals
/// (school.spread) and in time ([[ramp]]).
#ifndef CLAUSIUS_COUZIN_QUANTITIES_H
#define CLAUSIUS_COUZIN_QUANTITIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// X(id, key, default, largest value, unit, description). Defaults are Couzin's (2002) where he has
/// one: 40 degrees a second at a step of 0.1 s are 4 degrees a step.
#define COUZIN_QUANTITIES(X)                                                                       \
    X(SPEED, speed, "3.0", INFINITY, "length/time", "speed s of the individuals")                  \
    X(REPULSION_RADIUS, repulsion_radius, "1.0", INFINITY, "length",                               \
      "outer radius r_r of the zone of repulsion")                                                 \
    X(ORIENTATION_RADIUS, orientation_radius, "5.0", INFINITY, "length",                           \
      "outer radius r_o of the zone of orientation")                                               \
    X(ATTRACTION_RADIUS, attraction_radius, "15.0", INFINITY, "length",                            \
      "outer radius r_a of the zone of attraction")                                                \
    X(BLIND_ANGLE, blind_angle, "45.0", 180.0, "degrees",                                          \
      "half-angle of the cone behind, in which neighbours are not seen")                           \
    X(MAX_TURN, max_turn, "0.06981317007977318", INFINITY, "rad", "largest turn in a step")        \
    X(NOISE, noise, "0.05", INFINITY, "rad",                                                       \
      "standard deviation of the error in a step: of the angle (couzin2002), or of each "          \
      "component of the heading (weighted)")                                                       \
    X(ORIENTATION_WEIGHT, orientation_weight, "1.0", INFINITY, NULL,                               \
      "weight of the neighbours' headings, in the rule \"weighted\" only")

enum couzin_quantity {
#define X(id, key, fallback, largest, unit, description) COUZIN_##id,
    COUZIN_QUANTITIES(X)
#undef X
        COUZIN_QUANTITY_COUNT
};

/// Key below [school], and largest value (the smallest is 0).
struct couzin_quantity_row {
    const char *key, *unit;
    double largest;
};
extern const struct couzin_quantity_row couzin_quantity_rows[COUZIN_QUANTITY_COUNT];

/// A straight line in time from (start, from) to (end, to).
struct couzin_ramp {
    char *key; ///< "orientation_radius" or "school.orientation_radius"
    double from, to, start, end;
};

/// The quantity that a key names, with or without "school."; COUZIN_QUANTITY_COUNT for none.
enum couzin_quantity couzin_quantity_find(const char *key);

/// The quantity's value at a time under the ramps: `value` before the first of its ramps starts;
/// then that of the ramp that started last (of two that start together, the later in the list),
/// which stays at its `to` when it has ended.
double couzin_quantity_at(enum couzin_quantity quantity, double value,
                          const struct couzin_ramp *const *ramps, size_t ramp_count, double time);

/// An individual's own value: mean + deviation, kept between 0 and the quantity's largest value.
static inline double couzin_own_value(enum couzin_quantity quantity, double mean,
                                      double deviation) {
    const double value = mean + deviation, largest = couzin_quantity_rows[quantity].largest;
    return value > 0.0 ? (value < largest ? value : largest) : 0.0;
}

#endif
