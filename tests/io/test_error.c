// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/error.h"

#include <string.h>

#include "tests/approx.h"

static void statuses_have_their_exit_codes(void **state) {
    (void)state;
    // What job scripts rely on: 0 done, 1 the run failed, 2 the input was wrong.
    assert_int_equal(clau_status_exit_code(CLAU_OK), 0);
    assert_int_equal(clau_status_exit_code(CLAU_BAD_INPUT), 2);
    assert_int_equal(clau_status_exit_code(CLAU_NO_MEMORY), 1);
    assert_int_equal(clau_status_exit_code(CLAU_IO_FAILED), 1);
    assert_int_equal(clau_status_exit_code(CLAU_DIVERGED), 1);
    assert_int_equal(clau_status_exit_code(CLAU_INTERNAL), 1);
    assert_int_equal(CLAU_OK, 0);
}

static void statuses_have_texts_of_their_own(void **state) {
    (void)state;
    for (int i = CLAU_OK; i <= CLAU_INTERNAL; i++) {
        assert_true(strlen(clau_status_text((enum clau_status)i)) > 0);
        for (int k = CLAU_OK; k < i; k++) {
            assert_string_not_equal(clau_status_text((enum clau_status)i),
                                    clau_status_text((enum clau_status)k));
        }
    }
    assert_string_equal(clau_status_text(CLAU_OK), "success");
}

static void setting_fills_and_returns(void **state) {
    (void)state;
    struct clau_error error = {CLAU_OK, "before"};
    assert_int_equal(
        clau_error_set(&error, CLAU_BAD_INPUT, "%s:%d:%d: %s = %g", "a.toml", 12, 1, "x", 0.5),
        CLAU_BAD_INPUT);
    assert_int_equal(error.status, CLAU_BAD_INPUT);
    assert_string_equal(error.message, "a.toml:12:1: x = 0.5");
    // The last one holds, and a % in an argument is no format.
    assert_int_equal(clau_error_set(&error, CLAU_DIVERGED, "%s", "50 %s"), CLAU_DIVERGED);
    assert_int_equal(error.status, CLAU_DIVERGED);
    assert_string_equal(error.message, "50 %s");
    assert_int_equal(clau_error_set(NULL, CLAU_IO_FAILED, "%d", 1), CLAU_IO_FAILED);
}

static void long_sentences_are_cut(void **state) {
    (void)state;
    struct {
        struct clau_error error;
        char guard[8];
    } place;
    char text[2 * CLAU_ERROR_LENGTH];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    memset(place.guard, 'g', sizeof place.guard);
    clau_error_set(&place.error, CLAU_INTERNAL, "%s", text);
    assert_int_equal(strlen(place.error.message), CLAU_ERROR_LENGTH - 1);
    assert_memory_equal(place.error.message, text, CLAU_ERROR_LENGTH - 1);
    assert_memory_equal(place.guard, "gggggggg", sizeof place.guard);
}

static void sentences_are_one_line(void **state) {
    (void)state;
    struct clau_error error;
    clau_error_set(&error, CLAU_BAD_INPUT, "%s: is not caf\xc3\xa9", "a\nb\r\x1b[2Jc\td\x7f");
    assert_string_equal(error.message, "a b  [2Jc d : is not caf\xc3\xa9");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statuses_have_their_exit_codes),
        cmocka_unit_test(statuses_have_texts_of_their_own),
        cmocka_unit_test(setting_fills_and_returns),
        cmocka_unit_test(long_sentences_are_cut),
        cmocka_unit_test(sentences_are_one_line),
    };
    return cmocka_run_group_tests_name("io-error", tests, NULL, NULL);
}
