// SPDX-License-Identifier: GPL-3.0-or-later
/// The search for a disc's next contact.
#ifndef CLAUSIUS_HARD_DISCS_SEARCH_H
#define CLAUSIUS_HARD_DISCS_SEARCH_H

#include "solvers/hard_discs/events.h"

/// Some of the 3 x 3 cells round a disc: columns (right) and rows (up) from its own.
struct hd_block {
    int count;
    int8_t right[9], up[9];
};

/// Looks for contacts of a disc with those in a block of cells, from engine->now on. The earliest
/// one becomes the disc's contact if it is before the one that it has. Of two at the same time it
/// is that with the partner of the smaller number.
void hd_search(struct hd_engine *engine, uint32_t disc, const struct hd_block *block);

#endif
