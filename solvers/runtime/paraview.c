// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/runtime/paraview.h"

#include <stdlib.h>
#include <string.h>

#include "io/sidecar.h"

static const struct clau_coordinate *find(const struct clau_file_layout *layout, const char *name) {
    for (size_t i = 0; i < layout->model.coordinate_count; i++) {
        if (strcmp(layout->model.coordinates[i].name, name) == 0) {
            return &layout->model.coordinates[i];
        }
    }
    return NULL;
}

/// Particles have their places among the state: x, y(, z) come first.
static size_t count_places(const struct clau_solver *solver) {
    static const char *const names[] = {"x", "y", "z"};
    size_t count = 0;
    while (count < 3 && count < solver->state_count &&
           strcmp(solver->state[count].name, names[count]) == 0) {
        count++;
    }
    return count;
}

/// Shape and, for a field, the axes.
static bool describe(const struct clau_file_layout *layout, struct clau_sidecar *sidecar) {
    size_t rank = 0;
    while (rank < CLAU_MAXIMUM_RANK && layout->model.state_dimensions[rank] != NULL) {
        rank++;
    }
    if (!layout->run->snapshots || rank == 0 || rank > (layout->model.particles ? 1 : 2)) {
        return false;
    }
    for (size_t i = 0; i < rank; i++) {
        const struct clau_coordinate *axis = find(layout, layout->model.state_dimensions[i]);
        if (axis == NULL) {
            return false;
        }
        sidecar->shape[i] = axis->length;
        if (!layout->model.particles && axis->values != NULL) {
            sidecar->origin[i] = axis->values[0];
            sidecar->spacing[i] = axis->length > 1 ? axis->values[1] - axis->values[0] : 1.0;
        } else {
            sidecar->spacing[i] = 1.0;
        }
    }
    sidecar->particles = layout->model.particles;
    sidecar->rank = layout->model.particles ? count_places(layout->solver) : rank;
    return !layout->model.particles || sidecar->rank >= 2;
}

bool clau_paraview_applies(const struct clau_file_layout *layout) {
    struct clau_sidecar sidecar = {0};
    return describe(layout, &sidecar);
}

enum clau_status clau_paraview_write(const struct clau_file_layout *layout, const char *path,
                                     const struct clau_schedule *schedule, uint64_t snapshots,
                                     struct clau_error *error) {
    const struct clau_solver *solver = layout->solver;
    const char **names = calloc(solver->state_count + 1, sizeof *names);
    double *times = calloc(snapshots + 1, sizeof *times);
    enum clau_status status = CLAU_NO_MEMORY;
    if (names == NULL || times == NULL) {
        clau_error_set(error, CLAU_NO_MEMORY, "%s: out of memory", path);
        goto cleanup;
    }
    for (size_t i = 0; i < solver->state_count; i++) {
        names[i] = solver->state[i].name;
    }
    const uint64_t first = schedule->snapshot - snapshots;
    for (uint64_t i = 0; i < snapshots; i++) {
        times[i] = clau_cadence_time(schedule->end, schedule->snapshot_every, first + i);
    }
    struct clau_sidecar sidecar = {
        .dataset_path = path,
        .single_precision = layout->run->precision == 1,
        .variables = names,
        .variable_count = solver->state_count,
        .times = times,
        .time_count = snapshots,
    };
    status = describe(layout, &sidecar)
                 ? clau_sidecar_write(&sidecar, error)
                 : clau_error_set(error, CLAU_INTERNAL, "%s: nothing for a sidecar", path);
cleanup:
    free(names);
    free(times);
    return status;
}
