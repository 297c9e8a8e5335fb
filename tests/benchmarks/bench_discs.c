// SPDX-License-Identifier: GPL-3.0-or-later
// Collisions a second of the hard-disc engine, one thread: medians over rounds that do everything
// in turn. With 1000000 as its argument also for that many discs. Exits 1 if 1e5 discs are more
// than four times as slow as 1e4.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/benchmarks/timing.h"
#include "tests/hard_discs/gas.h"

enum { ROUNDS = 15, CASES = 9 };

struct one {
    double packing;
    size_t count;
    uint64_t events; ///< of a round
};

static const struct one cases[CASES] = {
    {0.05, 10000, 300000},   {0.6, 10000, 300000},   {1e-4, 10000, 300000},
    {0.05, 100000, 300000},  {0.6, 100000, 300000},  {1e-4, 100000, 300000},
    {0.05, 1000000, 300000}, {0.6, 1000000, 300000}, {1e-4, 1000000, 300000},
};

/// Other programs on the machine take turns of the processor.
static double processor_seconds(void) { return (double)clock() / CLOCKS_PER_SEC; }

int main(int argc, char **argv) {
    const size_t largest = argc > 1 ? strtoul(argv[1], NULL, 10) : 100000;
    static struct gas gases[CASES];
    static struct hd_tally start[CASES];
    double rate[CASES][ROUNDS];
    for (int k = 0; k < CASES; k++) {
        if (cases[k].count > largest)
            continue;
        gas_init(&gases[k], cases[k].count, cases[k].packing, true, true, 1);
        hd_engine_run(&gases[k].engine, INFINITY, 20 * cases[k].count); // off the lattice
        start[k] = gases[k].engine.tally;
    }
    for (int round = 0; round < ROUNDS; round++)
        for (int k = 0; k < CASES; k++) {
            if (cases[k].count > largest)
                continue;
            const uint64_t before = gases[k].engine.tally.contacts;
            const double begun = processor_seconds();
            hd_engine_run(&gases[k].engine, INFINITY, cases[k].events);
            rate[k][round] =
                (double)(gases[k].engine.tally.contacts - before) / (processor_seconds() - begun);
        }
    printf("packing  discs    1e6 collisions/s  median  1e6 events/s  events/collision\n");
    double middle[CASES] = {0.0};
    for (int k = 0; k < CASES; k++) {
        if (cases[k].count > largest)
            continue;
        const double contacts = (double)(gases[k].engine.tally.contacts - start[k].contacts);
        const double events = ROUNDS * (double)cases[k].events / contacts;
        middle[k] = median(rate[k], ROUNDS);
        printf("%7g  %7zu  %16.3f  %6.3f  %12.3f  %16.2f\n", cases[k].packing, cases[k].count,
               1e-6 * rate[k][ROUNDS - 1], 1e-6 * middle[k], 1e-6 * rate[k][ROUNDS - 1] * events,
               events);
        gas_finish(&gases[k]);
    }
    return middle[0] < 4.0 * middle[3] ? 0 : 1;
}
