// SPDX-License-Identifier: GPL-3.0-or-later
// The grammar is that of the NetCDF Classic Format Specification (NetCDF User's Guide, appendix
// "File Structure and Performance"); numbers have their most significant byte first.
#include "io/classic_header.h"

#include <netcdf.h>
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

#include "io/netcdf_input.h"

enum { DIMENSIONS = 10, VARIABLES = 11, ATTRIBUTES = 12 };

struct header {
    FILE *file;
    uint64_t left;  ///< bytes to the end of the file
    int version;    ///< 1, 2 or 5
    uint64_t count; ///< of dimensions
    bool sound;
};

/// A number of so many bytes; 0, and the header is not sound, where the file ends before.
static uint64_t number(struct header *header, uint64_t bytes) {
    uint64_t result = 0;
    if (bytes > header->left) {
        header->sound = false;
        return 0;
    }
    header->left -= bytes;
    for (uint64_t i = 0; i < bytes; i++) {
        const int c = getc(header->file);
        if (c == EOF) {
            header->sound = false;
            return 0;
        }
        result = result << 8 | (uint64_t)c;
    }
    return result;
}

/// A count, of which each takes at least so many bytes of the file.
static uint64_t count_of(struct header *header, uint64_t bytes) {
    const uint64_t count = number(header, header->version == 5 ? 8 : 4);
    if (count > header->left / bytes) {
        header->sound = false;
        return 0;
    }
    return count;
}

static void skip(struct header *header, uint64_t bytes) {
    const uint64_t padded = (bytes + 3) & ~UINT64_C(3);
    if (padded > header->left || fseeko(header->file, (off_t)padded, SEEK_CUR) != 0) {
        header->sound = false;
        return;
    }
    header->left -= padded;
}

static void name(struct header *header) {
    const uint64_t length = count_of(header, 1);
    header->sound = header->sound && length <= NC_MAX_NAME;
    skip(header, length);
}

/// Bytes of a value; 0 for what is no type.
static uint64_t width(struct header *header) {
    static const unsigned char widths[] = {
        [NC_BYTE] = 1,  [NC_CHAR] = 1,   [NC_SHORT] = 2, [NC_INT] = 4,
        [NC_FLOAT] = 4, [NC_DOUBLE] = 8, [NC_UBYTE] = 1, [NC_USHORT] = 2,
        [NC_UINT] = 4,  [NC_INT64] = 8,  [NC_UINT64] = 8};
    const uint64_t type = number(header, 4);
    return type < sizeof widths ? widths[type] : 0;
}

/// The length of a list: its tag and the number of its entries, of so many bytes at least.
static uint64_t list(struct header *header, uint64_t tag, uint64_t bytes) {
    const uint64_t found = number(header, 4);
    const uint64_t count = count_of(header, bytes);
    header->sound = header->sound && (found == tag || (found == 0 && count == 0));
    return header->sound ? count : 0;
}

static void dimensions(struct header *header) {
    header->count = list(header, DIMENSIONS, 8);
    for (uint64_t i = 0; i < header->count && header->sound; i++) {
        name(header);
        number(header, header->version == 5 ? 8 : 4);
    }
}

static void attributes(struct header *header) {
    const uint64_t count = list(header, ATTRIBUTES, 12);
    for (uint64_t i = 0; i < count && header->sound; i++) {
        name(header);
        const uint64_t bytes = width(header);
        header->sound = header->sound && bytes > 0;
        if (header->sound) {
            skip(header, count_of(header, bytes) * bytes);
        }
    }
}

static void variables(struct header *header) {
    const uint64_t count = list(header, VARIABLES, 28);
    for (uint64_t i = 0; i < count && header->sound; i++) {
        name(header);
        const uint64_t rank = count_of(header, 4);
        header->sound = header->sound && rank <= CLAU_INPUT_RANK;
        for (uint64_t k = 0; k < rank && header->sound; k++) {
            header->sound = number(header, header->version == 5 ? 8 : 4) < header->count;
        }
        attributes(header);
        header->sound = width(header) > 0 && header->sound;
        number(header, header->version == 5 ? 8 : 4);
        number(header, header->version == 1 ? 4 : 8);
    }
}

bool clau_classic_header_is_sound(int descriptor, uint64_t bytes) {
    const int own = dup(descriptor);
    struct header header = {
        .file = own >= 0 ? fdopen(own, "rb") : NULL, .left = bytes, .sound = true};
    if (header.file == NULL) {
        if (own >= 0) {
            close(own);
        }
        return true; // out of memory: not the file's fault
    }
    rewind(header.file);
    const uint64_t magic = number(&header, 4);
    header.version = (int)(magic & 0xff);
    header.sound = header.sound && magic >> 8 == 0x434446 &&
                   (header.version == 1 || header.version == 2 || header.version == 5);
    number(&header, header.version == 5 ? 8 : 4); // records
    if (header.sound) {
        dimensions(&header);
        attributes(&header);
        variables(&header);
    }
    fclose(header.file);
    return header.sound;
}
