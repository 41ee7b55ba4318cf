#include "stat/oracle.h"

#include "stat/bland_altman.h"

/* python3 -c "import numpy as np; d=np.array([3.5,-1.25,8,0.5,12.75,4,4])-
 *   np.array([2,0.25,9.5,-1,10,6.5,3.75]); s=d.std(ddof=1);
 *   print(repr(d.mean()), repr(s), s/7**.5, s*(1/7+1.959963984540054**2/12)**.5)" */
static void agrees_with_numpy(void **state)
{
    (void)state;
    const double x[] = {3.5, -1.25, 8, 0.5, 12.75, 4, 4};
    const double y[] = {2, 0.25, 9.5, -1, 10, 6.5, 3.75};
    struct stat_bland_altman b;
    struct err err = {0};

    assert_ok(stat_bland_altman(x, y, 7, &b, &err), err);
    assert_int_equal(b.n, 7);
    assert_near(b.bias, 0.07142857142857142, 1e-15);
    assert_near(b.sd, 1.9510375749963451, 1e-14);
    assert_near(b.lo, b.bias - 1.959963984540054 * b.sd, 1e-15);
    assert_near(b.hi, b.bias + 1.959963984540054 * b.sd, 1e-15);
    assert_near(b.se_bias, 0.7374228888546942, 1e-14);
    assert_near(b.se_limit, 1.3275355027162277, 1e-14);
}

/* method - reference: the other way round every sign changes */
static void swapping_mirrors_the_limits(void **state)
{
    (void)state;
    const double x[] = {10, 12, 9, 30}, y[] = {11, 15, 9, 37};
    struct stat_bland_altman a, b;
    assert_true(stat_bland_altman(x, y, 4, &a, NULL));
    assert_true(stat_bland_altman(y, x, 4, &b, NULL));
    assert_near(a.bias, -2.75, 0);
    assert_near(b.bias, 2.75, 0);
    assert_near(a.lo, -b.hi, 1e-14);
    assert_near(a.hi, -b.lo, 1e-14);
}

static void intervals_agree_with_scipy(void **state)
{
    (void)state;
    struct stat_bland_altman b;
    struct err err = {0};
    assert_ok(stat_bland_altman(sample_x, sample_y, 50, &b, &err), err);
    assert_oracle(b.ci_bias.lo, "t lo");
    assert_oracle(b.ci_bias.hi, "t hi");
    assert_oracle(b.ci_lo.lo, "limit lo lo");
    assert_oracle(b.ci_lo.hi, "limit lo hi");
    assert_oracle(b.ci_hi.lo, "limit hi lo");
    assert_oracle(b.ci_hi.hi, "limit hi hi");
    assert_oracle(b.trend.slope, "trend");
    assert_oracle(b.trend.p, "trend p");
    assert_string_equal(b.ci_hi.method, "noncentral t 95 % (Carkeet)");
    assert_ok(stat_bland_altman(sample_tied_x, sample_tied_y, 60, &b, &err), err);
    assert_oracle(b.ci_lo.lo, "tied limit lo lo");
    assert_oracle(b.ci_hi.lo, "tied limit hi lo");
    assert_oracle(b.trend.slope, "tied trend");
}

/* in large samples the exact intervals are those of the standard errors */
static void exact_and_rough_intervals_meet(void **state)
{
    (void)state;
    enum { N = 4000 };
    static double x[N], y[N];
    struct stat_bland_altman b;
    struct err err = {0};
    for (int i = 0; i < N; i++) {
        x[i] = sin(0.7 * i * i) + cos(1.3 * i);
        y[i] = 0.1 * sin(0.3 * i);
    }
    assert_ok(stat_bland_altman(x, y, N, &b, &err), err);
    assert_near(b.ci_bias.hi - b.bias, STAT_Z95 * b.se_bias, 0.001 * b.se_bias);
    assert_near(b.ci_hi.hi - b.hi, STAT_Z95 * b.se_limit, 0.05 * b.se_limit);
    assert_near(b.ci_hi.lo - b.hi, -STAT_Z95 * b.se_limit, 0.05 * b.se_limit);
    assert_near(b.ci_lo.hi - b.lo, STAT_Z95 * b.se_limit, 0.05 * b.se_limit);
}

static void small_samples(void **state)
{
    (void)state;
    const double x[] = {4}, y[] = {1};
    struct stat_bland_altman b;
    assert_true(stat_bland_altman(x, y, 0, &b, NULL));
    assert_int_equal(b.n, 0);
    assert_true(isnan(b.bias) && isnan(b.sd));
    assert_true(stat_bland_altman(x, y, 1, &b, NULL));
    assert_near(b.bias, 3, 0);
    assert_true(isnan(b.sd) && isnan(b.lo) && isnan(b.hi) && isnan(b.se_bias));
    assert_true(isnan(b.ci_bias.lo) && isnan(b.ci_hi.hi) && isnan(b.trend.p));
}

static void values_must_be_finite(void **state)
{
    (void)state;
    const double x[] = {1, 2, (double)INFINITY}, y[] = {1, 2, 3};
    struct stat_bland_altman b = {.n = 99};
    struct err err = {0};
    assert_refused(stat_bland_altman(x, y, 3, &b, &err), err, ERR_NUMERIC, "value 3");
    assert_refused(stat_bland_altman(y, x, 3, &b, &err), err, ERR_NUMERIC, "value 3");
    assert_int_equal(b.n, 99);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_numpy),
        cmocka_unit_test(swapping_mirrors_the_limits),
        cmocka_unit_test(intervals_agree_with_scipy),
        cmocka_unit_test(exact_and_rough_intervals_meet),
        cmocka_unit_test(small_samples),
        cmocka_unit_test(values_must_be_finite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
