// SPDX-License-Identifier: GPL-3.0-or-later
/// CRC-32C (Castagnoli's polynomial 0x1EDC6F41, reflected; RFC 3720, appendix B.4): the checksum of
/// what must survive on disk. It finds every burst of up to 32 damaged bits, and all but one in
/// 2^32 of other damages.
#ifndef CLAUSIUS_IO_CRC32C_H
#define CLAUSIUS_IO_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/// The checksum of `count` bytes that follow bytes whose checksum is `crc`; it begins with 0. So a
/// long text may be taken piece by piece. bytes may be NULL where count is 0.
uint32_t clau_crc32c(uint32_t crc, const void *bytes, size_t count);

#endif
