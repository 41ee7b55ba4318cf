#include "testing.h"

#include "image/label_codes.h"

static void codes_are_read(void **state)
{
    (void)state;
    struct label_codes codes = {0};
    struct err err = {0};
    uint8_t label = 99;

    assert_ok(label_codes_parse("500=1,200=2,1220=2,2221=3,600=5", &codes, &err), err);
    assert_int_equal(codes.count, 5);
    assert_true(label_codes_find(&codes, 1220, &label));
    assert_int_equal(label, LABEL_MYOCARDIUM);
    assert_true(label_codes_find(&codes, 600, &label));
    assert_int_equal(label, LABEL_RV_BLOOD);
    assert_true(label_codes_find(&codes, 0, &label)); /* background, if nothing else */
    assert_int_equal(label, LABEL_BACKGROUND);
    assert_false(label_codes_find(&codes, 1, &label)); /* ours is not theirs */
    assert_false(label_codes_find(&codes, 500.5, &label));
    assert_false(label_codes_find(&codes, (double)NAN, &label));
    assert_int_equal(label_codes_set(&codes), 0x2f); /* all but no-reflow */

    assert_ok(label_codes_parse("0=2", &codes, &err), err);
    assert_true(label_codes_find(&codes, 0, &label));
    assert_int_equal(label, LABEL_MYOCARDIUM);
}

static void other_words_are_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",
        "1",
        "1=",
        "=1",
        "1=6",
        "1=-1",
        "-1=1",
        "65536=1",
        "1=1,",
        ",1=1",
        "1=1;2=2",
        "1 =1",
        "1= 1",
        "1.0=1",
        "0x1=1",
        "1=1=1",
        "a=1",
        "1=a",
        "99999999999999999999=1",
    };
    struct label_codes codes = {.count = 7};
    struct err err = {0};

    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        assert_refused(label_codes_parse(wrong[i], &codes, &err), err, ERR_ARG,
                       "a label from 0 to 5");
        assert_int_equal(codes.count, 7); /* written only on success */
    }
    assert_refused(label_codes_parse("1=1,2=2,1=3", &codes, &err), err, ERR_ARG,
                   "code 1 is there twice");
    char many[LABEL_CODES_MAX * 8 + 16] = "";
    for (int i = 0; i <= LABEL_CODES_MAX; i++)
        (void)snprintf(many + strlen(many), sizeof many - strlen(many), "%s%d=1",
                       i ? "," : "", 10 + i);
    assert_refused(label_codes_parse(many, &codes, &err), err, ERR_ARG,
                   "more than 32 codes");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_are_read),
        cmocka_unit_test(other_words_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
