#include "testing.h"

static void first_error_wins(void **state)
{
    (void)state;
    struct err err = {0};

    assert_false(ERR_FAIL(&err, ERR_IO, "first %d", 1));
    assert_false(ERR_FAIL(&err, ERR_ARG, "second"));
    assert_int_equal(err.code, ERR_IO);
    assert_string_equal(err.msg, "first 1");
    assert_false(ERR_FAIL(NULL, ERR_IO, "nobody listens"));
}

static void prefix_goes_in_front(void **state)
{
    (void)state;
    struct err err = {0};

    err_prefix(&err, "nothing happened");
    assert_string_equal(err.msg, "");
    err_record(&err, ERR_FORMAT, "short header");
    err_prefix(&err, "%s", "a.nii");
    assert_string_equal(err.msg, "a.nii: short header");
    assert_int_equal(err.code, ERR_FORMAT);
}

static void long_text_is_cut(void **state)
{
    (void)state;
    struct err err = {0};
    char text[2000];

    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    err_record(&err, ERR_FORMAT, "%s", text);
    assert_int_equal(strlen(err.msg), sizeof err.msg - 1);
    err_prefix(&err, "f");
    assert_int_equal(strlen(err.msg), sizeof err.msg - 1);
    assert_memory_equal(err.msg, "f: xx", 5);
    err_prefix(&err, "%s", text);
    assert_int_equal(strlen(err.msg), sizeof err.msg - 1);
}

/* Text of a file in a message cannot clear the screen or add a line. */
static void control_bytes_are_masked(void **state)
{
    (void)state;
    struct err err = {0};

    err_record(&err, ERR_FORMAT, "id \"%s\"", "\x1b[2Ja\nb\x7f");
    assert_string_equal(err.msg, "id \"?[2Ja?b?\"");
    err_prefix(&err, "%s", "c\r.csv");
    assert_string_equal(err.msg, "c?.csv: id \"?[2Ja?b?\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_error_wins),
        cmocka_unit_test(prefix_goes_in_front),
        cmocka_unit_test(long_text_is_cut),
        cmocka_unit_test(control_bytes_are_masked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
