#include "stat/oracle.h"

#include "stat/ttest.h"

static void agrees_with_scipy(void **state)
{
    (void)state;
    struct stat_ttest s;
    struct err err = {0};
    assert_ok(stat_ttest_paired(sample_x, sample_y, 50, &s, &err), err);
    assert_true(s.available);
    assert_near(s.dof, 49, 0);
    assert_oracle(s.t, "t");
    assert_oracle(s.p, "t p");
    assert_oracle(s.ci.lo, "t lo");
    assert_oracle(s.ci.hi, "t hi");
    assert_oracle(s.d_z, "d_z");
    assert_ok(stat_ttest_paired(sample_tied_x, sample_tied_y, 60, &s, &err), err);
    assert_oracle(s.t, "tied t");
    assert_oracle(s.p, "tied t p");
}

/* differences 1 and 3: mean 2, sd sqrt 2, t = 2 with one degree of freedom */
static void by_hand(void **state)
{
    (void)state;
    const double x[] = {2, 5}, y[] = {1, 2};
    struct stat_ttest s;
    assert_true(stat_ttest_paired(x, y, 2, &s, NULL));
    assert_near(s.mean, 2, 0);
    assert_near(s.t, 2, 1e-15);
    assert_near(s.p, 1 - 2 / acos(-1.0) * atan(2.0), 1e-14);
    assert_near(s.d_z, sqrt(2.0), 1e-15);
}

static void what_cannot_be_tested(void **state)
{
    (void)state;
    const double x[] = {1, 2, 3}, y[] = {0, 1, 2}, z[] = {0, (double)NAN, 2};
    struct stat_ttest s;
    struct err err = {0};
    assert_true(stat_ttest_paired(x, y, 3, &s, NULL));
    assert_false(s.available);
    assert_near(s.mean, 1, 0);
    assert_true(isnan(s.p) && isnan(s.t) && isnan(s.ci.lo) && isnan(s.d_z));
    assert_true(stat_ttest_paired(x, y, 1, &s, NULL));
    assert_false(s.available);
    assert_true(stat_ttest_paired(x, y, 0, &s, NULL));
    assert_true(isnan(s.mean));
    s.n = 99;
    assert_refused(stat_ttest_paired(x, z, 3, &s, &err), err, ERR_NUMERIC, "value 2");
    assert_int_equal(s.n, 99);
}

/* five times the same difference, but for rounding: P is not 1e-63 */
static void rounding_is_no_spread(void **state)
{
    (void)state;
    const double x[] = {0.1, 0.2, 0.3, 0.4, 0.5}, y[] = {0.2, 0.3, 0.4, 0.5, 0.6};
    const double far[] = {-1e300, 1e300, 0, 0, 0};
    struct stat_ttest s;
    assert_true(x[0] - y[0] != x[1] - y[1]);
    assert_true(stat_ttest_paired(x, y, 5, &s, NULL));
    assert_false(s.available);
    assert_near(s.mean, -0.1, 1e-15);
    assert_true(isnan(s.t) && isnan(s.p) && isnan(s.ci.lo) && isnan(s.d_z));
    assert_true(stat_ttest_paired(far, y, 5, &s, NULL)); /* squares have no sum */
    assert_true(!s.available && isnan(s.p));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_scipy),
        cmocka_unit_test(by_hand),
        cmocka_unit_test(what_cannot_be_tested),
        cmocka_unit_test(rounding_is_no_spread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
