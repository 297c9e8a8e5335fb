// SPDX-License-Identifier: GPL-3.0-or-later
// The moves of discs between the macrostate's cells, against counting anew after every event.
#include <stdlib.h>
#include <string.h>

#include "diagnostics/boltzmann.h"
#include "solvers/hard_discs/moves.h"
#include "tests/approx.h"
#include "tests/hard_discs/gas.h"

// ---- a gas that is watched --------------------------------------------------------------------

struct sort_of_gas {
    size_t count;
    double packing; ///< 0: no diameter
    bool periodic[2];
    int64_t cells[2];
    uint64_t events;
};

enum { MACROSTATES = 3 };

struct watched {
    struct gas gas;
    struct hd_parameters parameters;
    int64_t cells[2];
    double velocity_cell[MACROSTATES];
    double shift[2]; ///< from the centres' rectangle to the domain
    struct hd_moves *moves;
    struct clau_boltzmann_workspace *workspace;
    double *x, *y;             ///< [count] in the domain
    double start[MACROSTATES]; ///< entropy
};

/// Without a diameter the engine begins once more.
static void start_gas(struct gas *gas, const struct sort_of_gas *of, uint64_t seed) {
    gas_init(gas, of->count, of->packing > 0.0 ? of->packing : 0.1, of->periodic[0],
             of->periodic[1], seed);
    if (of->packing > 0.0)
        return;
    struct hd_box box = gas->engine.box;
    box.diameter = 0.0;
    hd_engine_finish(&gas->engine);
    assert_true(hd_engine_init(&gas->engine, &box, gas->count, 1.0));
    assert_true(hd_engine_start(&gas->engine, gas->x, gas->y, gas->vx, gas->vy));
}

/// At the last event, or at the time origin if it has moved on since then: so far the moves are
/// told.
static void look(struct gas *gas) {
    struct hd_engine from_origin = gas->engine;
    from_origin.periods = 0;
    hd_engine_look(&from_origin, fmax(from_origin.now, 0.0), gas->x, gas->y, gas->vx, gas->vy);
}

/// Positions looked at, in the domain. A disc on a border by round-off is put where the moves have
/// it, and anywhere else must be there.
static void place(struct watched *self) {
    const struct hd_parameters *p = &self->parameters;
    for (size_t i = 0; i < self->gas.count; i++) {
        const uint64_t at = hd_lines_place(self->moves->lines, (uint32_t)i);
        const uint64_t cell[2] = {at % (uint64_t)self->cells[0], at / (uint64_t)self->cells[0]};
        double *const coordinates[2] = {&self->x[i], &self->y[i]};
        self->x[i] = self->gas.x[i] + self->shift[0];
        self->y[i] = self->gas.y[i] + self->shift[1];
        for (int axis = 0; axis < 2; axis++) {
            const double width = p->size[axis] / (double)self->cells[axis];
            const double in_cells = *coordinates[axis] / width;
            if (fabs(in_cells - round(in_cells)) < 1e-9)
                *coordinates[axis] = ((double)cell[axis] + 0.5) * width;
            else
                assert_true((uint64_t)in_cells == cell[axis]);
        }
    }
}

static double entropy(struct watched *self, size_t k, const double *vx, const double *vy) {
    struct clau_boltzmann result;
    const struct clau_boltzmann_cells cells = hd_macrostate(&self->parameters, k);
    assert_int_equal(clau_boltzmann_entropy(self->workspace, &cells, self->gas.count, self->x,
                                            self->y, vx, vy, &result),
                     CLAU_MEASURE_OK);
    return result.exact;
}

static void watch(struct watched *self, const struct sort_of_gas *of, uint64_t seed) {
    memset(self, 0, sizeof *self);
    struct gas *gas = &self->gas;
    start_gas(gas, of, seed);
    const struct hd_box *box = &gas->engine.box;
    // The last one with more cells than there are counters, and with discs beyond its range.
    const double cells[MACROSTATES] = {1.0, 0.3, 0.01};
    memcpy(self->velocity_cell, cells, sizeof cells);
    memcpy(self->cells, of->cells, sizeof self->cells);
    self->parameters = (struct hd_parameters){
        .energy = 1.0,
        .position_cells = {2, self->cells},
        .velocity_cell = {MACROSTATES, self->velocity_cell},
        .velocity_range = 2.0,
    };
    for (int axis = 0; axis < 2; axis++) {
        self->parameters.size[axis] = box->span[axis] + (box->periodic[axis] ? 0.0 : box->diameter);
        self->shift[axis] = box->periodic[axis] ? 0.0 : 0.5 * box->diameter;
    }
    assert_non_null(self->x = calloc(gas->count, sizeof *self->x));
    assert_non_null(self->y = calloc(gas->count, sizeof *self->y));
    assert_non_null(self->workspace = clau_boltzmann_workspace_create(gas->count));
    look(gas);
    for (size_t i = 0; i < gas->count; i++) {
        self->x[i] = gas->x[i] + self->shift[0];
        self->y[i] = gas->y[i] + self->shift[1];
    }
    self->moves =
        hd_moves_create(&self->parameters, &gas->engine, self->x, self->y, gas->vx, gas->vy);
    assert_non_null(self->moves);
    for (size_t k = 0; k < MACROSTATES; k++)
        self->start[k] = entropy(self, k, gas->vx, gas->vy);
}

static void finish(struct watched *self) {
    assert_false(self->moves->failed);
    hd_moves_destroy(self->moves);
    clau_boltzmann_workspace_destroy(self->workspace);
    free(self->x);
    free(self->y);
    gas_finish(&self->gas);
}

static double sum(const struct watched *self, size_t k, enum clau_boltzmann_cause cause) {
    return clau_boltzmann_tracker_entropy(self->moves->trackers[k], cause);
}

// ---- event by event ---------------------------------------------------------------------------

/// The positions after an event with the velocities before it tell dispersal from collisions.
static void check_moves(const struct sort_of_gas *of) {
    struct watched self;
    watch(&self, of, 21);
    struct gas *gas = &self.gas;
    struct hd_engine *engine = &gas->engine;
    double by_collision[MACROSTATES] = {0.0}, off = 0.0;
    double *vx = malloc(2 * gas->count * sizeof *vx), *vy = vx + gas->count;
    assert_non_null(vx);
    for (uint64_t done = 0; done < of->events; done++) {
        const uint64_t contacts = engine->tally.contacts;
        memcpy(vx, gas->vx, gas->count * sizeof *vx);
        memcpy(vy, gas->vy, gas->count * sizeof *vy);
        assert_int_equal(hd_engine_run(engine, INFINITY, 1), HD_UNDERWAY);
        look(gas);
        place(&self);
        for (size_t k = 0; k < MACROSTATES; k++) {
            const double now = entropy(&self, k, gas->vx, gas->vy);
            if (engine->tally.contacts > contacts)
                by_collision[k] += now - entropy(&self, k, vx, vy);
            const double collision = sum(&self, k, CLAU_BY_COLLISION);
            const double both = collision + sum(&self, k, CLAU_BY_DISPERSAL);
            off = fmax(off, fabs(both - (now - self.start[k])));
            // Round-off of the counted entropies, which are of order 10, and of their sum.
            assert_close(both, now - self.start[k], 1e-13);
            assert_close(collision, by_collision[k], 1e-11);
        }
    }
    print_message("# %zu discs at %g: %llu contacts, by collision %.4f, dispersal %.4f, off %.0e\n",
                  of->count, of->packing, (unsigned long long)engine->tally.contacts,
                  by_collision[0], sum(&self, 0, CLAU_BY_DISPERSAL), off);
    if (of->packing > 0.0)
        assert_true(engine->tally.contacts > 100 && by_collision[0] != 0.0);
    for (size_t k = 0; k < MACROSTATES && of->packing == 0.0; k++)
        assert_true(sum(&self, k, CLAU_BY_COLLISION) == 0.0);
    free(vx);
    finish(&self);
}

static void event_by_event(void **state) {
    (void)state;
    static const struct sort_of_gas gases[] = {
        {50, 0.05, {false, true}, {4, 1}, 8000},
        {50, 0.3, {true, true}, {3, 2}, 8000},
        {60, 0.6, {false, false}, {5, 7}, 8000},
        {300, 0.05, {false, false}, {8, 3}, 8000},
        {300, 0.3, {true, true}, {2, 2}, 8000},
        {50, 0.001, {true, false}, {7, 5}, 8000},
        {50, 0.0, {false, true}, {16, 1}, 2000},
        {200, 0.0, {true, true}, {2, 5}, 2000},
        {100, 0.3, {false, true}, {1, 1}, 4000},
        // Borders 1/3 d apart, some of them in the layer in which there are no centres.
        {300, 0.6, {false, false}, {60, 1}, 8000},
    };
    for (size_t k = 0; k < sizeof gases / sizeof *gases; k++)
        check_moves(&gases[k]);
}

// ---- borders on walls and on faces ------------------------------------------------------------

static void count_crossing(void *context, uint32_t disc, uint64_t from, uint64_t to) {
    (void)disc;
    *(uint64_t *)context += from != to;
}

static void ignore_turn(void *context, uint32_t disc, uint64_t place, double vx, double vy,
                        bool by_contact) {
    (void)context, (void)disc, (void)place, (void)vx, (void)vy, (void)by_contact;
}

static const struct hd_box walls = {{10.0, 10.0}, {false, false}, 1.0};
static const struct hd_box torus = {{10.0, 10.0}, {true, true}, 1.0};

/// Two discs in a domain with borders d/2 apart: on the walls, and on every face of the engine's
/// cells.
struct pair {
    struct hd_engine engine;
    struct hd_raster raster;
    uint64_t crossings;
};

static void pair_start(struct pair *self, const struct hd_box *box, const double x[2],
                       const double y[2], const double vx[2], const double vy[2]) {
    const double start = box->periodic[0] ? 0.0 : -0.5;
    const size_t number = box->periodic[0] ? 20 : 22;
    *self = (struct pair){.raster = {{number, number}, {0.5, 0.5}, {start, start}}};
    const struct hd_witness witness = {&self->crossings, count_crossing, ignore_turn};
    uint64_t place[2];
    for (int i = 0; i < 2; i++)
        place[i] = (uint64_t)((y[i] - start) / 0.5) * number + (uint64_t)((x[i] - start) / 0.5);
    assert_true(hd_engine_init(&self->engine, box, 2, 1.0));
    assert_true(hd_engine_start(&self->engine, x, y, vx, vy));
    self->engine.lines = hd_lines_create(&self->engine, &self->raster, &witness, place);
    assert_non_null(self->engine.lines);
}

static void pair_finish(struct pair *self) {
    hd_lines_destroy(self->engine.lines);
    hd_engine_finish(&self->engine);
}

/// Off the borders the discs are where they are seen.
static void check_places(struct pair *self, double time) {
    double x[2], y[2], vx[2], vy[2];
    const double start = self->raster.start[0];
    assert_int_equal(hd_engine_run(&self->engine, time, UINT64_MAX), HD_REACHED);
    hd_engine_look(&self->engine, time, x, y, vx, vy);
    for (uint32_t i = 0; i < 2; i++) {
        const uint64_t at = hd_lines_place(self->engine.lines, i);
        const double column = (x[i] - start) / 0.5, row = (y[i] - start) / 0.5;
        if (fabs(column - round(column)) > 1e-9)
            assert_int_equal(at % self->raster.number[0], (uint64_t)column);
        if (fabs(row - round(row)) > 1e-9)
            assert_int_equal(at / self->raster.number[0], (uint64_t)row);
    }
}

/// Lines are crossed at the times of the engine's events, or before or after them by round-off.
static void borders_where_walls_are(void **state) {
    (void)state;
    for (int periodic = 0; periodic < 2; periodic++) {
        const double x[2] = {2.25, 7.25}, y[2] = {0.25, 9.75};
        const double vx[2] = {0.7, -0.3}, vy[2] = {0.1, 1.3};
        struct pair pair;
        pair_start(&pair, periodic ? &torus : &walls, x, y, vx, vy);
        for (int k = 1; k < 5000; k++)
            check_places(&pair, 0.37 * k);
        // Some 4 a unit of time.
        assert_true(pair.crossings > 5000 && pair.crossings < 20000);
        pair_finish(&pair);
    }
}

/// Contacts of discs that are both on a border, one of them on the joined ends, which round-off
/// puts on this side or on that one.
static void contacts_on_borders(void **state) {
    (void)state;
    for (int k = 1; k < 500; k++) {
        const double time = 0.5 + 0.0037 * k, v[2] = {0.3 + 0.0013 * k, 0.4 + 0.0011 * k};
        const double x[2] = {v[0] * time, 9.0 - v[1] * time}, y[2] = {5.25, 5.25};
        const double vx[2] = {-v[0], v[1]}, vy[2] = {0.0, 0.0};
        struct pair pair;
        pair_start(&pair, &torus, x, y, vx, vy);
        check_places(&pair, time + 0.3);
        check_places(&pair, time + 3.1);
        assert_int_equal(pair.engine.tally.contacts, 1);
        pair_finish(&pair);
    }
}

// ---- watching changes nothing -----------------------------------------------------------------

static void trajectories_are_the_same(void **state) {
    (void)state;
    static const struct sort_of_gas gases[] = {
        {300, 0.05, {false, true}, {6, 2}, 0},
        {300, 0.6, {true, true}, {5, 3}, 0},
        {300, 0.0, {true, false}, {8, 4}, 0},
    };
    for (size_t k = 0; k < sizeof gases / sizeof *gases; k++) {
        struct watched a;
        struct gas b;
        watch(&a, &gases[k], 9);
        start_gas(&b, &gases[k], 9);
        // Over many periods and sorts, and a reversal.
        for (int turn = 0; turn < 2; turn++) {
            gas_run(&a.gas, 200.0 * (turn + 1));
            gas_run(&b, 200.0 * (turn + 1));
            assert_memory_equal(a.gas.engine.discs, b.engine.discs,
                                b.count * sizeof(struct hd_disc));
            assert_memory_equal(&a.gas.engine.tally, &b.engine.tally, sizeof b.engine.tally);
            assert_true(a.gas.engine.now == b.engine.now);
            // Several sorts, where there are any.
            assert_true(b.engine.periods > (gases[k].packing > 0.0 ? 20 : 5));
            assert_true(hd_engine_reverse(&a.gas.engine, 200.0));
            assert_true(hd_engine_reverse(&b.engine, 200.0));
        }
        gas_finish(&b);
        finish(&a);
    }
}

// ---- going on ---------------------------------------------------------------------------------

static void copy_engine(struct hd_engine *to, const struct hd_engine *from) {
    memcpy(to->discs, from->discs, from->count * sizeof *to->discs);
    memcpy(to->identity, from->identity, from->count * sizeof *to->identity);
    to->periods = from->periods;
    to->now = from->now;
    to->tally = from->tally;
    assert_true(hd_engine_resume(to));
}

static void goes_on(void **state) {
    (void)state;
    const struct sort_of_gas of = {100, 0.2, {false, true}, {5, 2}, 0};
    for (int stop = 0; stop < 20; stop++) {
        struct watched a, b;
        struct clau_boltzmann_sums sums[MACROSTATES];
        watch(&a, &of, 3);
        watch(&b, &of, 4);
        if (stop % 2)
            gas_run(&a.gas, 1.37 * stop);
        else
            hd_engine_run(&a.gas.engine, INFINITY, (uint64_t)(97 * stop));
        copy_engine(&b.gas.engine, &a.gas.engine);
        memcpy(b.moves->lines->flights, a.moves->lines->flights,
               of.count * sizeof(struct hd_flight));
        for (size_t k = 0; k < MACROSTATES; k++)
            sums[k] = clau_boltzmann_tracker_sums(a.moves->trackers[k]);
        assert_true(hd_moves_resume(b.moves, &b.gas.engine, sums));
        gas_run(&a.gas, 60.0);
        gas_run(&b.gas, 60.0);
        for (size_t k = 0; k < MACROSTATES; k++) {
            sums[0] = clau_boltzmann_tracker_sums(a.moves->trackers[k]);
            sums[1] = clau_boltzmann_tracker_sums(b.moves->trackers[k]);
            assert_memory_equal(&sums[0], &sums[1], sizeof *sums);
        }
        // A place that is none.
        b.moves->lines->flights[0].cell[0] = 5;
        assert_false(hd_moves_resume(b.moves, &b.gas.engine, sums));
        finish(&b);
        finish(&a);
    }
}

// ---- reversal ---------------------------------------------------------------------------------

static void reversal(void **state) {
    (void)state;
    const struct sort_of_gas of = {300, 0.05, {false, true}, {6, 2}, 0};
    struct watched self;
    watch(&self, &of, 13);
    double there[MACROSTATES][CLAU_BOLTZMANN_CAUSES];
    // Some two collisions a disc.
    gas_run(&self.gas, 10.0);
    for (size_t k = 0; k < MACROSTATES; k++)
        for (int cause = 0; cause < CLAU_BOLTZMANN_CAUSES; cause++)
            there[k][cause] = sum(&self, k, (enum clau_boltzmann_cause)cause);
    assert_true(hd_engine_reverse(&self.gas.engine, 10.0));
    for (size_t k = 0; k < MACROSTATES; k++)
        for (int cause = 0; cause < CLAU_BOLTZMANN_CAUSES; cause++)
            // The same cells with other names.
            assert_true(sum(&self, k, (enum clau_boltzmann_cause)cause) == there[k][cause]);
    gas_run(&self.gas, 20.0);
    for (size_t k = 0; k < MACROSTATES; k++)
        for (int cause = 0; cause < CLAU_BOLTZMANN_CAUSES; cause++) {
            // Back on the same way through the same cells.
            assert_true(fabs(there[k][cause]) > 1e-4);
            assert_true(sum(&self, k, (enum clau_boltzmann_cause)cause) == 0.0);
        }
    finish(&self);
}

// ---- many moves -------------------------------------------------------------------------------

static void adds_up(void **state) {
    (void)state;
    const struct sort_of_gas of = {500, 0.1, {false, true}, {6, 4}, 0};
    struct watched self;
    watch(&self, &of, 17);
    // Two moves a contact.
    while (self.gas.engine.tally.contacts < 5000000)
        assert_int_equal(hd_engine_run(&self.gas.engine, INFINITY, 1000000), HD_UNDERWAY);
    look(&self.gas);
    place(&self);
    for (size_t k = 0; k < MACROSTATES; k++) {
        const double dispersal = sum(&self, k, CLAU_BY_DISPERSAL);
        const double collision = sum(&self, k, CLAU_BY_COLLISION);
        const double change = entropy(&self, k, self.gas.vx, self.gas.vy) - self.start[k];
        print_message("# t = %g: dispersal %.15g, collision %.15g, off %.1e\n",
                      hd_engine_time(&self.gas.engine), dispersal, collision,
                      dispersal + collision - change);
        assert_close(dispersal + collision, change, 1e-12);
    }
    finish(&self);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(event_by_event),
        cmocka_unit_test(borders_where_walls_are),
        cmocka_unit_test(contacts_on_borders),
        cmocka_unit_test(trajectories_are_the_same),
        cmocka_unit_test(goes_on),
        cmocka_unit_test(reversal),
        cmocka_unit_test(adds_up),
    };
    return cmocka_run_group_tests_name("hard-discs-moves", tests, NULL, NULL);
}
