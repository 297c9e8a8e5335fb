// SPDX-License-Identifier: GPL-3.0-or-later
// The descriptor of the hard-disc gas: the life cycle of the ensemble.
#include "solvers/hard_discs/hard_discs.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef _OPENMP
#include <omp.h>
#endif

#include "io/progress.h"
#include "numerics/memory.h"
#include "solvers/hard_discs/member.h"
#include "solvers/hard_discs/observables.h"
#include "solvers/runtime/identity.h"

/// Seconds after which advance() lets the runtime look at its signals. Threads wait for each other
/// at its end, a small part of it.
static const double SECONDS_A_CALL = 0.03;

// ---- fields of a checkpoint -------------------------------------------------------------------

/// 8 bytes of a member each.
struct field {
    const char *name;
    size_t offset;
};

#define FIELD(name, member)                                                                        \
    { name, offsetof(struct hd_member, member) }

static const struct field integers[] = {
    FIELD("periods", engine.periods),
    FIELD("contacts", engine.tally.contacts),
    FIELD("bounces", engine.tally.bounces),
    FIELD("crossings", engine.tally.crossings),
    FIELD("reversed", reversed),
    FIELD("last.contacts", last.contacts),
    FIELD("before.contacts", before.contacts),
};

static const struct field reals[] = {
    FIELD("now", engine.now),
    FIELD("virial", engine.tally.virial),
    FIELD("impulse_x", engine.tally.impulse[0]),
    FIELD("impulse_y", engine.tally.impulse[1]),
    FIELD("last.time", last.time),
    FIELD("last.virial", last.virial),
    FIELD("last.impulse", last.impulse),
    FIELD("before.time", before.time),
    FIELD("before.virial", before.virial),
    FIELD("before.impulse", before.impulse),
};

enum {
    INTEGERS = sizeof integers / sizeof *integers,
    REALS = sizeof reals / sizeof *reals,
};

// ---- life -------------------------------------------------------------------------------------

size_t hd_thread(void) {
#ifdef _OPENMP
    return (size_t)omp_get_thread_num();
#else
    return 0;
#endif
}

int hd_threads_of(const struct clau_setup *setup) {
    const int64_t runs = ((const struct hd_parameters *)setup->parameters)->runs;
    return setup->threads < runs ? setup->threads : (int)runs;
}

static void destroy(void *model) {
    struct hd_model *self = model;
    if (self == NULL)
        return;
    hd_observer_destroy(self->observer);
    for (size_t run = 0; run < self->runs && self->members != NULL; run++)
        hd_member_finish(&self->members[run]);
    free(self->members);
    free(self->ring);
    free(self->saved_identity);
    free(self->saved_integers);
    free(self->saved_reals);
    free(self->saved_sums);
    free(self);
}

static bool make_memory(struct hd_model *self) {
    const size_t runs = self->runs;
    self->members = clau_allocate(runs, sizeof *self->members);
    self->ring = clau_allocate(runs, sizeof *self->ring);
    self->saved_identity = clau_allocate(runs * self->count, sizeof *self->saved_identity);
    self->saved_integers = clau_allocate(runs * INTEGERS, sizeof *self->saved_integers);
    self->saved_reals = clau_allocate(runs * REALS, sizeof *self->saved_reals);
    self->saved_sums =
        clau_allocate(runs * self->parameters->velocity_cell.count, sizeof *self->saved_sums);
    self->observer = hd_observer_create(self);
    return self->members && self->ring && self->saved_identity && self->saved_integers &&
           self->saved_reals && self->saved_sums && self->observer;
}

static void start_members(const struct hd_model *self) {
#pragma omp parallel for default(none) shared(self) schedule(dynamic, 1) num_threads(self->threads)
    for (size_t run = 0; run < self->runs; run++)
        hd_member_start(&self->members[run], &self->setup, run);
}

/// The error of the first member that has one.
static enum clau_status status_of_members(const struct hd_model *self, struct clau_error *error) {
    for (size_t run = 0; run < self->runs; run++) {
        const struct hd_member *member = &self->members[run];
        if (member->status == CLAU_OK)
            continue;
        // An error of the user's input names its key, which is the same for all.
        if (self->runs == 1 || member->status == CLAU_BAD_INPUT)
            return clau_error_set(error, member->status, "%s", member->error.message);
        return clau_error_set(error, member->status, "member %zu: %.900s", run,
                              member->error.message);
    }
    return CLAU_OK;
}

static enum clau_status create(const struct clau_setup *setup, void **model,
                               struct clau_error *error) {
    struct hd_model *self = calloc(1, sizeof *self);
    if (self == NULL)
        return clau_error_set(error, CLAU_NO_MEMORY, "out of memory");
    self->setup = *setup;
    self->parameters = setup->parameters;
    self->run = setup->run;
    self->count = (size_t)self->parameters->particles;
    self->runs = (size_t)self->parameters->runs;
    self->threads = hd_threads_of(setup);
    enum clau_status status = CLAU_OK;
    if (!make_memory(self)) {
        status = clau_error_set(error, CLAU_NO_MEMORY, "out of memory for %zu x %zu discs",
                                self->runs, self->count);
    } else {
        start_members(self);
        status = status_of_members(self, error);
    }
    if (status != CLAU_OK) {
        destroy(self);
        return status;
    }
    *model = self;
    return CLAU_OK;
}

/// Words of 8 bytes that a checkpoint has of a disc.
static double checkpoint_words(const struct clau_setup *setup) {
    const bool split = hd_has_split(setup);
    return (sizeof(struct hd_disc) + (split ? sizeof(struct hd_flight) : 0)) / sizeof(int64_t) + 1;
}

static void estimate(const struct clau_setup *setup, const void *model,
                     struct clau_estimate *result) {
    (void)model;
    const struct hd_parameters *p = setup->parameters;
    const double n = (double)p->particles, runs = (double)p->runs, d = hd_diameter(p);
    const double area = p->size[0] * p->size[1], packing = 0.25 * M_PI * n * d * d / area;
    const double enskog = (1.0 - 0.4375 * packing) / ((1.0 - packing) * (1.0 - packing));
    const double contacts = sqrt(M_PI * p->energy) * n * n / area * d * enskog * setup->run->end;
    char members[48] = "";
    if (p->runs > 1)
        snprintf(members, sizeof members, "%lld members of ", (long long)p->runs);
    snprintf(result->grid, sizeof result->grid,
             "%s%lld discs of diameter %.6g, packing %.3g, in %g x %g", members,
             (long long)p->particles, d, packing, p->size[0], p->size[1]);
    snprintf(result->step, sizeof result->step, "from event to event, some %.2g collisions",
             runs * contacts);
    result->size_key = "gas.particles";
    result->size = n * runs;
    const double saved = n * sizeof(int64_t) + 8.0 * (INTEGERS + REALS);
    result->memory_bytes = runs * (hd_member_memory(setup) + saved) + hd_observer_memory(setup) +
                           hd_threads_of(setup) * hd_member_working_memory(setup);
    result->checkpoint_bytes = runs * n * 8.0 * checkpoint_words(setup);
}

// ---- evolution --------------------------------------------------------------------------------

/// Members that wait for a thread, in a ring.
struct queue {
    size_t *ring; ///< [length]
    size_t length, first, waiting;
};

static void put(struct queue *queue, size_t run) {
    queue->ring[(queue->first + queue->waiting++) % queue->length] = run;
}

static bool take(struct queue *queue, size_t *run) {
    bool taken;
#pragma omp critical(hd_queue)
    if ((taken = queue->waiting > 0)) {
        *run = queue->ring[queue->first];
        queue->first = (queue->first + 1) % queue->length;
        queue->waiting--;
    }
    return taken;
}

/// A thread stays with its member unless those that wait are too few for all threads: then all take
/// turns, lest the last one is left to a single thread.
static bool give_way(struct queue *queue, size_t threads, size_t run) {
    bool gives;
#pragma omp critical(hd_queue)
    if ((gives = queue->waiting > 0 && queue->waiting < threads))
        put(queue, run);
    return gives;
}

static void work(const struct hd_model *self, struct queue *queue, double time, double deadline) {
    size_t run;
    while (clau_wall_clock() < deadline && take(queue, &run)) {
        struct hd_member *member = &self->members[run];
        do
            hd_member_go_on(member, time);
        while (!hd_member_is_done(member, time) && clau_wall_clock() < deadline &&
               !give_way(queue, (size_t)self->threads, run));
    }
}

/// Every call begins with another member, so that all of them get on alike. Who works on what, and
/// what a call leaves undone, has no bearing on the numbers.
static void advance_members(struct hd_model *self, double time) {
    const double deadline = clau_wall_clock() + SECONDS_A_CALL;
    struct queue queue = {self->ring, self->runs, 0, 0};
    for (size_t k = 0; k < self->runs; k++) {
        const size_t run = (self->turn + k) % self->runs;
        if (!hd_member_is_done(&self->members[run], time))
            put(&queue, run);
    }
    self->turn = (self->turn + (size_t)self->threads) % self->runs;
#pragma omp parallel default(none) shared(self, queue, time, deadline) num_threads(self->threads)
    work(self, &queue, time, deadline);
}

static enum clau_status advance(void *model, double time, bool *reached, struct clau_error *error) {
    struct hd_model *self = model;
    *reached = false;
    advance_members(self, time);
    // Not before all are done, so that the error told is always the same one.
    for (size_t run = 0; run < self->runs; run++)
        if (!hd_member_is_done(&self->members[run], time))
            return CLAU_OK;
    const enum clau_status status = status_of_members(self, error);
    *reached = status == CLAU_OK;
    return status;
}

static uint64_t steps(const void *model) {
    const struct hd_model *self = model;
    uint64_t sum = 0;
    for (size_t run = 0; run < self->runs; run++)
        sum += hd_member_steps(&self->members[run]);
    return sum;
}

static bool warning(void *model, char text[CLAU_ERROR_LENGTH]) {
    struct hd_model *self = model;
    const double reverse_at = self->parameters->reverse_at;
    if (!self->warned && reverse_at > self->run->end) {
        self->warned = true;
        snprintf(text, CLAU_ERROR_LENGTH,
                 "time.reverse_at = %g is after time.end = %g: the velocities are not turned round",
                 reverse_at, self->run->end);
        return true;
    }
    if (!hd_observer_failed(self->observer))
        return false;
    snprintf(text, CLAU_ERROR_LENGTH,
             "an entropy or a measure of the structure could not be computed");
    return true;
}

// ---- checkpoints ------------------------------------------------------------------------------

enum { NAME_LENGTH = 32 };

/// Discs go into a checkpoint as they are in memory, in words of 8 bytes.
static size_t words(const struct hd_model *self) {
    return self->count * (sizeof(struct hd_disc) / sizeof(int64_t));
}

static size_t flight_words(const struct hd_model *self) {
    return self->count * (sizeof(struct hd_flight) / sizeof(int64_t));
}

static size_t sum_words(const struct hd_model *self) {
    return self->runs * self->parameters->velocity_cell.count *
           (sizeof(struct clau_boltzmann_sums) / sizeof(int64_t));
}

static void member_name(char name[NAME_LENGTH], const char *what, size_t run) {
    snprintf(name, NAME_LENGTH, "%s.%zu", what, run);
}

/// Between a field of all members and [runs] values of 8 bytes.
static void gather(const struct hd_model *self, const struct field *field, void *values) {
    for (size_t run = 0; run < self->runs; run++)
        memcpy((char *)values + 8 * run, (const char *)&self->members[run] + field->offset, 8);
}

static void scatter(const struct hd_model *self, const struct field *field, const void *values) {
    for (size_t run = 0; run < self->runs; run++)
        memcpy((char *)&self->members[run] + field->offset, (const char *)values + 8 * run, 8);
}

/// Flights as they are in memory, and the sums.
static void save_moves(const struct hd_model *self, struct clau_checkpoint *checkpoint) {
    const size_t macrostates = self->parameters->velocity_cell.count;
    for (size_t run = 0; run < self->runs; run++) {
        const struct hd_moves *moves = self->members[run].moves;
        char name[NAME_LENGTH];
        member_name(name, "flights", run);
        clau_checkpoint_put_integers(checkpoint, name,
                                     (const int64_t *)(const void *)moves->lines->flights,
                                     flight_words(self));
        for (size_t k = 0; k < macrostates; k++)
            self->saved_sums[run * macrostates + k] =
                clau_boltzmann_tracker_sums(moves->trackers[k]);
    }
    clau_checkpoint_put_integers(checkpoint, "sums",
                                 (const int64_t *)(const void *)self->saved_sums, sum_words(self));
}

static void save(const void *model, struct clau_checkpoint *checkpoint) {
    const struct hd_model *self = model;
    const size_t runs = self->runs, count = self->count;
    for (size_t run = 0; run < runs; run++) {
        const struct hd_engine *engine = &self->members[run].engine;
        char name[NAME_LENGTH];
        member_name(name, "discs", run);
        clau_checkpoint_put_integers(checkpoint, name, (const int64_t *)(const void *)engine->discs,
                                     words(self));
        for (size_t i = 0; i < count; i++)
            self->saved_identity[run * count + i] = engine->identity[i];
    }
    clau_checkpoint_put_integers(checkpoint, "identity", self->saved_identity, runs * count);
    for (size_t k = 0; k < INTEGERS; k++) {
        gather(self, &integers[k], self->saved_integers + k * runs);
        clau_checkpoint_put_integers(checkpoint, integers[k].name, self->saved_integers + k * runs,
                                     runs);
    }
    for (size_t k = 0; k < REALS; k++) {
        gather(self, &reals[k], self->saved_reals + k * runs);
        clau_checkpoint_put_reals(checkpoint, reals[k].name, self->saved_reals + k * runs, runs);
    }
    if (hd_has_split(&self->setup))
        save_moves(self, checkpoint);
}

static enum clau_status restore_discs(const struct hd_model *self,
                                      const struct clau_checkpoint *checkpoint,
                                      struct clau_error *error) {
    const size_t count = self->count;
    enum clau_status status = clau_identity_restore(checkpoint, "identity", self->runs, count,
                                                    self->saved_identity, error);
    for (size_t run = 0; run < self->runs && status == CLAU_OK; run++) {
        struct hd_engine *engine = &self->members[run].engine;
        char name[NAME_LENGTH];
        member_name(name, "discs", run);
        status = clau_checkpoint_get_integers(checkpoint, name, (int64_t *)(void *)engine->discs,
                                              words(self), error);
        for (size_t i = 0; i < count; i++)
            engine->identity[i] = (uint32_t)self->saved_identity[run * count + i];
    }
    return status;
}

static enum clau_status restore_moves(const struct hd_model *self,
                                      const struct clau_checkpoint *checkpoint,
                                      struct clau_error *error) {
    const size_t macrostates = self->parameters->velocity_cell.count;
    enum clau_status status = clau_checkpoint_get_integers(
        checkpoint, "sums", (int64_t *)(void *)self->saved_sums, sum_words(self), error);
    for (size_t run = 0; run < self->runs && status == CLAU_OK; run++) {
        struct hd_moves *moves = self->members[run].moves;
        char name[NAME_LENGTH];
        member_name(name, "flights", run);
        status = clau_checkpoint_get_integers(
            checkpoint, name, (int64_t *)(void *)moves->lines->flights, flight_words(self), error);
        if (status == CLAU_OK && !hd_moves_resume(moves, &self->members[run].engine,
                                                  self->saved_sums + run * macrostates))
            status =
                clau_error_set(error, CLAU_BAD_INPUT, "the checkpoint's flights are not possible");
    }
    return status;
}

/// Of what can be counted.
static enum clau_status restore_counts(const struct hd_model *self, const struct field *field,
                                       const struct clau_checkpoint *checkpoint,
                                       struct clau_error *error) {
    const enum clau_status status = clau_checkpoint_get_integers(
        checkpoint, field->name, self->saved_integers, self->runs, error);
    for (size_t run = 0; run < self->runs && status == CLAU_OK; run++)
        if (self->saved_integers[run] < 0 || self->saved_integers[run] > INT64_C(1) << 53)
            return clau_error_set(error, CLAU_BAD_INPUT, "'%s' in the checkpoint is %lld",
                                  field->name, (long long)self->saved_integers[run]);
    if (status == CLAU_OK)
        scatter(self, field, self->saved_integers);
    return status;
}

static enum clau_status restore(void *model, const struct clau_checkpoint *checkpoint,
                                struct clau_error *error) {
    struct hd_model *self = model;
    enum clau_status status = restore_discs(self, checkpoint, error);
    for (size_t k = 0; k < INTEGERS && status == CLAU_OK; k++) {
        status = restore_counts(self, &integers[k], checkpoint, error);
    }
    for (size_t k = 0; k < REALS && status == CLAU_OK; k++) {
        status = clau_checkpoint_get_reals(checkpoint, reals[k].name, self->saved_reals, self->runs,
                                           error);
        scatter(self, &reals[k], self->saved_reals);
    }
    for (size_t run = 0; run < self->runs && status == CLAU_OK; run++)
        if (!hd_engine_resume(&self->members[run].engine))
            status =
                clau_error_set(error, CLAU_BAD_INPUT, "the checkpoint's discs are not possible");
    if (status == CLAU_OK && hd_has_split(&self->setup))
        status = restore_moves(self, checkpoint, error);
    return status;
}

static void take_back(void *model) {
    const struct hd_model *self = model;
    for (size_t run = 0; run < self->runs; run++)
        self->members[run].last = self->members[run].before;
}

#define UNITS "mass 1, Boltzmann's constant 1; temperature T = energy / particles"

static const char *comment(const void *model) {
    return ((const struct hd_model *)model)->runs == 1 ? UNITS
                                                       : UNITS
               "; observables are means over ensemble.runs members, the state is the first "
               "one's";
}

const struct clau_solver hard_discs_solver = {
    .name = "hard-discs",
    .description = "gas of hard discs, from collision to collision, and its Boltzmann entropy",
    .parameters = hd_parameter_rows,
    .parameter_count = HD_PARAMETER_ROWS,
    .parameters_size = sizeof(struct hd_parameters),
    .state = hd_state_rows,
    .state_count = HD_STATE_ROWS,
    .observables = hd_observable_rows,
    .observable_count = HD_OBSERVABLE_ROWS,
    .complete = hd_parameters_complete,
    .create = create,
    .destroy = destroy,
    .layout = hd_lay_out,
    .estimate = estimate,
    .comment = comment,
    .advance = advance,
    .prepare = hd_observe,
    .steps = steps,
    .warning = warning,
    .save = save,
    .restore = restore,
    .take_back = take_back,
};
