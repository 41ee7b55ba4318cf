#include "testing.h"

#include "cli/selftest_check.h"

static const struct selftest_check like = {
    .section = "s", .name = "a", .of = "median", .judged = true, .accept = {2, 4}};

static bool passes(struct selftest_check check)
{
    struct err err = {0};
    struct selftest_checks list = {0};
    assert_ok(selftest_check_add(&list, &check, &err), err);
    const bool pass = list.item[0].pass;
    assert_int_equal(list.judged, check.judged && check.n > 0);
    assert_int_equal(list.passed, pass);
    selftest_check_clear(&list);
    return pass;
}

static void both_ends_are_accepted(void **state)
{
    (void)state;
    struct selftest_check c = like;
    c.n = 3;
    c.value = 2;
    assert_true(passes(c));
    c.value = 4;
    assert_true(passes(c));
    c.value = 4.001;
    assert_false(passes(c));
    c.value = NAN;
    assert_false(passes(c));
    c.value = 3;
    c.n = 0; /* nothing to judge */
    assert_false(passes(c));
}

static void samples_are_described(void **state)
{
    (void)state;
    struct err err = {0};
    struct selftest_checks list = {0};
    struct selftest_check mean = like;
    const double x[] = {5, 1, 2, 3, 4}, wrong[] = {1, NAN};
    mean.of = "mean";
    mean.tails = (struct selftest_range){1.5, 9};
    assert_ok(selftest_check_sample(&list, &like, x, ARRAY_LEN(x), &err), err);
    assert_ok(selftest_check_sample(&list, &mean, x, ARRAY_LEN(x), &err), err);
    assert_ok(selftest_check_sample(&list, &like, x, 0, &err), err);
    assert_refused(selftest_check_sample(&list, &like, wrong, 2, &err), err,
                   ERR_NUMERIC, "not finite");
    assert_int_equal(list.count, 3);
    assert_near(list.item[0].mean, 3, 1e-12);
    assert_near(list.item[0].sd, sqrt(2.5), 1e-12);
    assert_near(list.item[0].quantile[0], 1.2, 1e-12);
    assert_near(list.item[0].quantile[4], 4.8, 1e-12);
    assert_true(list.item[0].pass);
    assert_false(list.item[1].pass); /* the 5th percentile is 1.2 */
    assert_int_equal(list.judged, 2);
    selftest_check_clear(&list);
}

static void tables_hold_verdicts(void **state)
{
    (void)state;
    struct err err = {0};
    struct selftest_checks list = {0};
    struct selftest_check open = like;
    char text[4096] = "";
    open.n = 7;
    open.mean = NAN;
    open.of = "share";
    open.site = "S3";
    open.accept.hi = INFINITY;
    for (int i = 0; i < 40; i++) { /* more than the list has room for at first */
        open.value = i;
        assert_ok(selftest_check_add(&list, &open, &err), err);
    }
    assert_int_equal(list.passed, 38);
    list.count = 3;
    FILE *to = fmemopen(text, sizeof text, "w");
    assert_non_null(to);
    selftest_check_print(&list, to);
    assert_int_equal(fclose(to), 0);
    assert_non_null(strstr(text, "FAIL"));
    assert_non_null(strstr(text, "PASS"));
    assert_non_null(strstr(text, ">= 2"));
    assert_non_null(strstr(text, "38 of 40 checks passed"));
    json_t *json = selftest_check_json(&list, &err);
    assert_non_null(json);
    assert_int_equal(json_array_size(json), 3);
    const json_t *last = json_array_get(json, 2);
    assert_string_equal(json_string_value(json_object_get(last, "site")), "S3");
    assert_true(json_is_true(json_object_get(last, "pass")));
    assert_true(json_is_null(json_object_get(last, "accept_to")));
    json_decref(json);
    selftest_check_clear(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_ends_are_accepted),
        cmocka_unit_test(samples_are_described),
        cmocka_unit_test(tables_hold_verdicts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
