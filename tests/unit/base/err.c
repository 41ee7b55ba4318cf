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

/* A path may have 4095 characters; what is said of it stays. */
static void the_cause_of_a_long_path_is_kept(void **state)
{
    (void)state;
    struct err err = {0};
    char path[4096] = "/data/";

    memset(path + 6, 'x', sizeof path - 7);
    err_record(&err, ERR_IO, "%s: cannot open: %s", path, "No such file");
    assert_memory_equal(err.msg, "/data/xx", 8);
    assert_non_null(strstr(err.msg, "xx...xx"));
    assert_non_null(strstr(err.msg, "xx: cannot open: No such file"));
    err_prefix(&err, "%s", path);
    assert_memory_equal(err.msg, "/data/xx", 8);
    assert_non_null(strstr(err.msg, "xx: cannot open: No such file"));
}

/* "\xe5\xbf\x83" is the heart in Chinese; three bytes are never one or two. */
static void no_letter_is_cut_in_two(void **state)
{
    (void)state;
    for (size_t shift = 0; shift < 3; shift++) {
        struct err err = {0};
        char text[1600] = "ab";
        text[shift] = '\0';
        while (strlen(text) < 1500)
            memcpy(text + strlen(text), "\xe5\xbf\x83", 4);
        err_record(&err, ERR_IO, "%s", text);
        const char *gap = strstr(err.msg, "...");
        assert_non_null(gap);
        assert_int_equal((gap - err.msg - (ptrdiff_t)shift) % 3, 0);
        assert_int_equal(strlen(gap + 3) % 3, 0);
        assert_true(strlen(err.msg) > sizeof err.msg - 6);
    }
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

    err = (struct err){0};
    err_record(&err, ERR_FORMAT, "%s",
               "\xc2\x9b"
               "2Ja\xc2\x80\xc2\x9f, \xc2\xa0\xc3\x9b\xc2");
    assert_string_equal(err.msg, "??2Ja????, \xc2\xa0\xc3\x9b\xc2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_error_wins),
        cmocka_unit_test(prefix_goes_in_front),
        cmocka_unit_test(long_text_is_cut),
        cmocka_unit_test(the_cause_of_a_long_path_is_kept),
        cmocka_unit_test(no_letter_is_cut_in_two),
        cmocka_unit_test(control_bytes_are_masked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
