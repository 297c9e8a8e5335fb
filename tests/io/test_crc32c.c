// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/crc32c.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "tests/approx.h"

/// RFC 3720, appendix B.4, and the check value of the catalogue of CRCs.
static void standard_vectors(void **state) {
    (void)state;
    unsigned char bytes[32];
    assert_int_equal(clau_crc32c(0, "123456789", 9), 0xE3069283U);
    memset(bytes, 0, sizeof bytes);
    assert_int_equal(clau_crc32c(0, bytes, sizeof bytes), 0x8A9136AAU);
    memset(bytes, 0xff, sizeof bytes);
    assert_int_equal(clau_crc32c(0, bytes, sizeof bytes), 0x62A8AB43U);
    for (unsigned i = 0; i < sizeof bytes; ++i) {
        bytes[i] = (unsigned char)i;
    }
    assert_int_equal(clau_crc32c(0, bytes, sizeof bytes), 0x46DD794EU);
    assert_int_equal(clau_crc32c(0, NULL, 0), 0);
    assert_int_equal(clau_crc32c(0xE3069283U, NULL, 0), 0xE3069283U);
}

/// One bit at a time, by the definition.
static uint32_t by_definition(const unsigned char *bytes, size_t count) {
    uint32_t crc = 0xffffffffU;
    for (size_t i = 0; i < count; ++i) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; ++bit) {
            crc = (crc >> 1) ^ ((crc & 1U) != 0 ? 0x82F63B78U : 0);
        }
    }
    return ~crc;
}

/// The library has kernels for short, long and unaligned texts.
static void any_length_and_place(void **state) {
    (void)state;
    enum { COUNT = 5000 };
    unsigned char *bytes = malloc(COUNT);
    for (size_t i = 0; i < COUNT; ++i) {
        bytes[i] = (unsigned char)(i * i * 31 + i / 7);
    }
    for (size_t count = 0; count < COUNT; count += 1 + count / 9) {
        for (size_t first = 0; first < 17 && first + count <= COUNT; ++first) {
            const uint32_t crc = by_definition(bytes + first, count);
            assert_int_equal(clau_crc32c(0, bytes + first, count), crc);
            const size_t half = count / 3;
            assert_int_equal(clau_crc32c(clau_crc32c(0, bytes + first, half), bytes + first + half,
                                         count - half),
                             crc);
        }
    }
    free(bytes);
}

/// More than an int counts, of pages that the kernel has only once: zeros.
static void more_than_two_gigabytes(void **state) {
    (void)state;
    const size_t piece = (size_t)1 << 29;
    const unsigned char *bytes =
        mmap(NULL, 5 * piece, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (bytes == MAP_FAILED) {
        skip();
    }
    uint32_t crc = 0;
    for (int i = 0; i < 5; ++i) {
        crc = clau_crc32c(crc, bytes, piece);
    }
    assert_int_equal(clau_crc32c(0, bytes, 5 * piece), crc);
    munmap((void *)bytes, 5 * piece);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(standard_vectors),
        cmocka_unit_test(any_length_and_place),
        cmocka_unit_test(more_than_two_gigabytes),
    };
    return cmocka_run_group_tests_name("io-crc32c", tests, NULL, NULL);
}
