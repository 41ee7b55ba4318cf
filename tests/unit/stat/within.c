#include "stat/oracle.h"

#include "stat/within.h"

static void agrees_with_numpy(void **state)
{
    (void)state;
    struct stat_within s;
    struct err err = {0};
    assert_ok(stat_within(sample_x, sample_y, 50, &s, &err), err);
    assert_oracle(s.sd, "within sd");
    assert_oracle(s.ci.lo, "within sd lo");
    assert_oracle(s.ci.hi, "within sd hi");
    assert_oracle(s.cv_percent, "within cv");
    assert_near(s.repeatability / s.sd, STAT_Z95 * sqrt(2.0), 1e-14);
    assert_ok(stat_within(sample_tied_x, sample_tied_y, 60, &s, &err), err);
    assert_oracle(s.sd, "tied within sd");
    assert_oracle(s.cv_percent, "tied within cv");
    assert_ok(stat_within(sample_few_x, sample_few_y, 3, &s, &err), err);
    assert_oracle(s.ci.lo, "few within sd lo");
    assert_oracle(s.ci.hi, "few within sd hi");
}

static void by_hand(void **state)
{
    (void)state;
    const double x[] = {10, 4, 0}, y[] = {12, 4, 0};
    struct stat_within s;
    assert_true(stat_within(x, y, 3, &s, NULL));
    assert_near(s.sd, sqrt(4.0 / 6), 1e-15);
    assert_near(s.mean, 5, 1e-15);
    assert_near(s.cv_percent, 20 * s.sd, 1e-13);
    assert_true(stat_within(x, y, 1, &s, NULL));
    assert_near(s.sd, sqrt(2.0), 1e-15);
}

static void what_does_not_exist(void **state)
{
    (void)state;
    const double zero[] = {0, 0}, up[] = {1, 2}, down[] = {-1, -2};
    struct stat_within s;
    assert_true(stat_within(up, down, 2, &s, NULL)); /* a share of a mean of 0 */
    assert_true(s.sd > 0 && s.mean == 0 && isnan(s.cv_percent));
    assert_true(stat_within(zero, zero, 2, &s, NULL));
    assert_near(s.sd, 0, 0);
    assert_near(s.ci.hi, 0, 0);
    assert_true(isnan(s.cv_percent));
    assert_true(stat_within(zero, zero, 0, &s, NULL));
    assert_true(isnan(s.sd) && isnan(s.ci.lo) && isnan(s.mean) && s.n == 0);
}

static void values_must_be_finite(void **state)
{
    (void)state;
    const double x[] = {1, (double)NAN}, y[] = {1, 2};
    struct stat_within s = {.n = 99};
    struct err err = {0};
    assert_refused(stat_within(x, y, 2, &s, &err), err, ERR_NUMERIC, "value 2");
    assert_refused(stat_within(y, x, 2, &s, &err), err, ERR_NUMERIC, "value 2");
    assert_int_equal(s.n, 99);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_numpy),
        cmocka_unit_test(by_hand),
        cmocka_unit_test(what_does_not_exist),
        cmocka_unit_test(values_must_be_finite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
