#include "stat/oracle.h"

#include "stat/regress.h"

static void agrees_with_scipy(void **state)
{
    (void)state;
    struct stat_regress s;
    struct err err = {0};
    assert_ok(stat_regress(sample_x, sample_y, 50, &s, &err), err);
    assert_oracle(s.slope, "slope");
    assert_oracle(s.intercept, "intercept");
    assert_oracle(s.p, "slope p");
    assert_oracle(s.ci_slope.lo, "slope lo");
    assert_oracle(s.ci_slope.hi, "slope hi");
    assert_oracle(s.ci_intercept.lo, "intercept lo");
    assert_oracle(s.ci_intercept.hi, "intercept hi");
    assert_oracle(s.sd_residual, "residual");
    assert_ok(stat_regress(sample_tied_x, sample_tied_y, 60, &s, &err), err);
    assert_oracle(s.slope, "tied slope");
    assert_oracle(s.p, "tied slope p");
}

static void a_line_is_found(void **state)
{
    (void)state;
    const double x[] = {1, 2, 3, 4}, y[] = {1, 3, 5, 7}, flat[] = {2, 2, 2, 2};
    struct stat_regress s;
    assert_true(stat_regress(x, y, 4, &s, NULL));
    assert_near(s.slope, 2, 0);
    assert_near(s.intercept, -1, 0);
    assert_near(s.ci_slope.hi - s.ci_slope.lo, 0, 0);
    assert_near(s.p, 0, 0);
    assert_true(stat_regress(x, flat, 4, &s, NULL));
    assert_near(s.slope, 0, 0);
    assert_true(isnan(s.p));
}

/* HC4 by hand on four pairs */
static void a_slope_without_equal_scatter(void **state)
{
    (void)state;
    const double x[] = {-1, -1, 1, 1}, y[] = {0, 2, 3, 7}, flat[] = {2, 2, 2, 2};
    const double far[] = {0, 0, 0, 5};
    struct stat_regress s;
    struct stat_regress_robust r;
    struct err err = {0};
    /* slope 2, residuals -1, 1, -2, 2; h = 1/2 and n h / 2 = 1: sum 2 (1 + 1 + 4 + 4)
     */
    assert_true(stat_regress(x, y, 4, &s, NULL));
    assert_ok(stat_regress_robust(x, y, 4, &s, &r, &err), err);
    assert_near(r.se, sqrt(20.0) / 4, 1e-15);
    assert_near(r.ci.lo + r.ci.hi, 4, 1e-14);
    const double t = 2 / r.se; /* two degrees of freedom */
    assert_near(r.p, 1 - t / sqrt(2 + t * t), 1e-14);
    assert_true(stat_regress(x, flat, 4, &s, NULL));
    assert_true(stat_regress_robust(x, flat, 4, &s, &r, NULL));
    assert_near(r.se, 0, 0);
    assert_true(isnan(r.p));
    assert_true(stat_regress(far, y, 4, &s, NULL)); /* one pair decides */
    assert_true(stat_regress_robust(far, y, 4, &s, &r, NULL));
    assert_true(isnan(r.se) && isnan(r.ci.lo) && isnan(r.p));
    assert_true(stat_regress(flat, y, 4, &s, NULL)); /* no line */
    assert_true(stat_regress_robust(flat, y, 4, &s, &r, NULL));
    assert_true(isnan(r.se) && isnan(r.p));
}

static void what_has_no_line(void **state)
{
    (void)state;
    const double x[] = {1, 2, 3}, flat[] = {2, 2, 2}, bad[] = {1, 2, (double)NAN};
    struct stat_regress s;
    struct err err = {0};
    assert_true(stat_regress(flat, x, 3, &s, NULL));
    assert_false(s.available);
    assert_true(isnan(s.slope) && isnan(s.p) && isnan(s.ci_slope.lo));
    assert_true(stat_regress(x, x, 2, &s, NULL));
    assert_false(s.available);
    s.n = 99;
    assert_refused(stat_regress(x, bad, 3, &s, &err), err, ERR_NUMERIC, "value 3");
    assert_int_equal(s.n, 99);
}

/* the last pair pulls: its leverage goes into HC4 with a power of 3.65 (NumPy) */
static void a_far_pair_counts_little(void **state)
{
    (void)state;
    const double x[] = {0, 1, 2, 3, 4, 5, 6, 20}, y[] = {1, 3, 2, 5, 4, 7, 5, 30};
    struct stat_regress s;
    struct stat_regress_robust r;
    assert_true(stat_regress(x, y, 8, &s, NULL));
    assert_true(stat_regress_robust(x, y, 8, &s, &r, NULL));
    assert_near(r.se, 5.0725247947595316, 1e-10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_scipy),
        cmocka_unit_test(a_line_is_found),
        cmocka_unit_test(a_slope_without_equal_scatter),
        cmocka_unit_test(what_has_no_line),
        cmocka_unit_test(a_far_pair_counts_little),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
