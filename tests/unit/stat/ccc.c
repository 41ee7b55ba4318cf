#include "stat/oracle.h"

#include "stat/ccc.h"

static void agrees_with_numpy(void **state)
{
    (void)state;
    struct stat_ccc s;
    struct err err = {0};
    assert_ok(stat_ccc(sample_x, sample_y, 50, &s, &err), err);
    assert_oracle(s.c, "ccc");
    assert_oracle(s.ci.lo, "ccc lo");
    assert_oracle(s.ci.hi, "ccc hi");
    assert_ok(stat_ccc(sample_tied_x, sample_tied_y, 60, &s, &err), err);
    assert_oracle(s.c, "tied ccc");
    assert_oracle(s.ci.lo, "tied ccc lo");
    assert_oracle(s.ci.hi, "tied ccc hi");
}

/* a shift or another scale is no disagreement to r, but to c */
static void agreement_is_more_than_correlation(void **state)
{
    (void)state;
    const double x[] = {1, 2, 3, 4, 5}, shifted[] = {2, 3, 4, 5, 6};
    struct stat_ccc s;
    assert_true(stat_ccc(x, x, 5, &s, NULL));
    assert_near(s.c, 1, 0);
    assert_true(isnan(s.ci.lo));
    assert_true(stat_ccc(x, shifted, 5, &s, NULL));
    assert_near(s.c, 2 * 2.0 / (2 + 2 + 1), 1e-15);
}

static void what_has_no_concordance(void **state)
{
    (void)state;
    const double x[] = {1, 2, 3}, flat[] = {2, 2, 2}, bad[] = {1, 2, (double)NAN};
    const double even[] = {1, 0, 1};
    struct stat_ccc s;
    struct err err = {0};
    assert_true(stat_ccc(x, flat, 3, &s, NULL));
    assert_false(s.available);
    assert_true(isnan(s.c));
    assert_true(stat_ccc(x, even, 3, &s, NULL)); /* r = 0 */
    assert_near(s.c, 0, 0);
    assert_true(isnan(s.ci.lo));
    s.n = 99;
    assert_refused(stat_ccc(x, bad, 3, &s, &err), err, ERR_NUMERIC, "value 3");
    assert_int_equal(s.n, 99);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_numpy),
        cmocka_unit_test(agreement_is_more_than_correlation),
        cmocka_unit_test(what_has_no_concordance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
