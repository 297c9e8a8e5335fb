// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/couzin/quantities.h"

#include <math.h>
#include <string.h>

const struct couzin_quantity_row couzin_quantity_rows[COUZIN_QUANTITY_COUNT] = {
#define X(id, key_, fallback, largest_, unit_, description)                                        \
    [COUZIN_##id] = {.key = #key_, .unit = unit_, .largest = largest_},
    COUZIN_QUANTITIES(X)
#undef X
};

enum couzin_quantity couzin_quantity_find(const char *key) {
    static const char prefix[] = "school.";
    if (strncmp(key, prefix, sizeof prefix - 1) == 0)
        key += sizeof prefix - 1;
    enum couzin_quantity quantity = 0;
    while (quantity < COUZIN_QUANTITY_COUNT && strcmp(key, couzin_quantity_rows[quantity].key) != 0)
        quantity++;
    return quantity;
}

double couzin_quantity_at(enum couzin_quantity quantity, double value,
                          const struct couzin_ramp *const *ramps, size_t ramp_count, double time) {
    const struct couzin_ramp *last = NULL;
    for (size_t i = 0; i < ramp_count; i++)
        if (couzin_quantity_find(ramps[i]->key) == quantity && ramps[i]->start <= time &&
            (last == NULL || ramps[i]->start >= last->start))
            last = ramps[i];
    if (last == NULL)
        return value;
    if (time >= last->end)
        return last->to;
    const double way = (time - last->start) / (last->end - last->start);
    return last->from + way * (last->to - last->from);
}
