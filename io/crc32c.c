// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/crc32c.h"

#include <isa-l/crc.h>

uint32_t clau_crc32c(uint32_t crc, const void *bytes, size_t count) {
    // ISA-L counts in int, and leaves the inversion before and after to its caller.
    enum { PIECE = 1 << 30 };
    const unsigned char *place = bytes;
    uint32_t register_value = ~crc;
    while (count > 0) {
        const size_t length = count < PIECE ? count : PIECE;
        // It takes a pointer to what it only reads.
        register_value = crc32_iscsi((unsigned char *)place, (int)length, register_value);
        place += length;
        count -= length;
    }
    return ~register_value;
}
