/* cells: what was put in comes out, clean and in whole letters. */
#include "testing.h"

#include "report/cells.h"

static const char *copy(const char *text, size_t size)
{
    static char to[64];
    memset(to, 'x', sizeof to);
    report_cells_copy(to, size, text);
    return to;
}

static void rows_are_kept(void **state)
{
    (void)state;
    struct report_cells c = {0};
    struct err err = {0};

    assert_ok(report_cells_new(2, 2, &c, &err), err);
    report_cells_add(&c, (const char *const[]){"a", "b"});
    report_cells_add(&c, (const char *const[]){"c", "d"});
    report_cells_add(&c, (const char *const[]){"one", "too many"});
    assert_int_equal(c.rows, 2);
    assert_string_equal(report_cells_at(&c, 0, 1), "b");
    assert_string_equal(report_cells_at(&c, 1, 0), "c");
    report_cells_clear(&c);
    report_cells_clear(&c);
    assert_null(c.text);
}

static void letters_stay_whole(void **state)
{
    (void)state;
    assert_string_equal(copy("瘢痕", 7), "瘢痕");
    assert_string_equal(copy("瘢痕", 6), "瘢");
    assert_string_equal(copy("瘢痕", 3), "");
    assert_string_equal(copy("abc", 3), "ab");
    assert_string_equal(copy("", 1), "");
}

static void what_is_no_letter_is_a_question_mark(void **state)
{
    (void)state;
    assert_string_equal(copy("a\nb\x7f", 64), "a?b?");
    assert_string_equal(copy("\xff\xc3", 64), "??");           /* no lead; no tail */
    assert_string_equal(copy("\xc0\xaf", 64), "??");           /* overlong */
    assert_string_equal(copy("\xed\xa0\x80", 64), "???");      /* a surrogate */
    assert_string_equal(copy("\xf4\x90\x80\x80", 64), "????"); /* beyond U+10FFFF */
    assert_string_equal(copy("\xc2\x85", 64), "??");           /* a control */
    assert_string_equal(copy("\xf0\x9f\xab\x80", 64), "\xf0\x9f\xab\x80");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_kept),
        cmocka_unit_test(letters_stay_whole),
        cmocka_unit_test(what_is_no_letter_is_a_question_mark),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
