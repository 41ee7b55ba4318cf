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

/* volumes: bias and scatter grow with the size */
static void limits_follow_the_mean(void **state)
{
    (void)state;
    struct stat_bland_altman b;
    struct err err = {0};
    assert_ok(stat_bland_altman(sample_grow_x, sample_grow_y, 40, &b, &err), err);
    assert_oracle(b.trend.p, "grow trend p");
    assert_oracle(b.trend_robust.p, "grow trend robust p");
    assert_oracle(b.scatter.slope, "grow scatter");
    assert_oracle(b.scatter.intercept, "grow scatter at 0");
    assert_oracle(b.scatter.p, "grow scatter p");
    assert_true(b.bias_at.depends && b.sd_at.depends);
    const struct stat_bland_altman_limits few = stat_bland_altman_at(&b, 2),
                                          many = stat_bland_altman_at(&b, 12);
    assert_oracle(few.bias, "grow bias at 2");
    assert_oracle(few.lo, "grow limits at 2 lo");
    assert_oracle(few.hi, "grow limits at 2 hi");
    assert_oracle(many.bias, "grow bias at 12");
    assert_oracle(many.lo, "grow limits at 12 lo");
    assert_oracle(many.hi, "grow limits at 12 hi");
    /* no SD below 0, however far down the line is followed */
    const struct stat_bland_altman_limits none = stat_bland_altman_at(&b, -100);
    assert_near(none.lo, none.bias, 0);
    assert_near(none.hi, none.bias, 0);
    assert_near(b.middle.min, 0.5 * (0.0523 + 0.06), 1e-15);
}

/* the bias alone: its line, and one SD of what it leaves */
static void only_the_bias_follows(void **state)
{
    (void)state;
    struct stat_bland_altman b;
    struct err err = {0};
    assert_ok(stat_bland_altman(sample_x, sample_y, 50, &b, &err), err);
    assert_oracle(b.trend_robust.se, "trend se");
    assert_oracle(b.trend_robust.ci.lo, "trend robust lo");
    assert_oracle(b.trend_robust.ci.hi, "trend robust hi");
    assert_oracle(b.scatter.p, "scatter p");
    assert_true(b.bias_at.depends && !b.sd_at.depends);
    const struct stat_bland_altman_limits at = stat_bland_altman_at(&b, 0.5);
    assert_near(at.bias, b.trend.intercept + 0.5 * b.trend.slope, 1e-15);
    assert_near(at.hi - at.lo, 2 * STAT_Z95 * b.trend.sd_residual, 1e-15);
}

static void nothing_follows(void **state)
{
    (void)state;
    struct stat_bland_altman b;
    struct err err = {0};
    assert_ok(stat_bland_altman(sample_tied_x, sample_tied_y, 60, &b, &err), err);
    assert_oracle(b.trend_robust.p, "tied trend robust p");
    assert_oracle(b.scatter.p, "tied scatter p");
    assert_true(!b.bias_at.depends && !b.sd_at.depends);
    const struct stat_bland_altman_limits at = stat_bland_altman_at(&b, 70);
    assert_near(at.bias, b.bias, 0);
    assert_near(at.lo, b.lo, 0);
    assert_near(at.hi, b.hi, 0);
}

/* one patient with scar decides the slope alone, and so nothing can be said of it; a
 * line without residuals has no scatter */
static void one_patient_is_no_trend(void **state)
{
    (void)state;
    const double x[] = {0, 0, 0, 0, 12}, y[] = {0, 0, 0, 0, 8};
    double line[10], half[10];
    struct stat_bland_altman b;
    assert_true(stat_bland_altman(x, y, 5, &b, NULL));
    assert_true(isnan(b.trend_robust.p) && isnan(b.scatter.p));
    assert_true(!b.bias_at.depends && !b.sd_at.depends);
    assert_near(stat_bland_altman_at(&b, 10).hi, b.hi, 0);
    for (int i = 0; i < 10; i++) {
        line[i] = 1.2 * (i + 1);
        half[i] = i + 1;
    }
    assert_true(stat_bland_altman(line, half, 9, &b, NULL)); /* too few to follow */
    assert_true(b.trend_robust.p < 1e-6 && !b.bias_at.depends && !b.sd_at.depends);
    assert_true(stat_bland_altman(line, half, 10, &b, NULL));
    assert_true(b.bias_at.depends && !b.scatter.available && !b.sd_at.depends);
    assert_near(stat_bland_altman_at(&b, 11).bias, 2, 1e-12);
    for (int i = 0; i < 10; i++) {
        line[i] = 0.1 * i + 0.1;
        half[i] = 0.1 * i;
    }
    assert_true(stat_bland_altman(line, half, 10, &b, NULL)); /* but for rounding */
    assert_true(b.sd > 0 && !b.bias_at.depends && !b.sd_at.depends);
    for (int i = 0; i < 10; i++) /* small beside the size, but no rounding */
        line[i] = (1 + 1e-6 * i) * (half[i] = 1000.0 + i);
    assert_true(stat_bland_altman(line, half, 10, &b, NULL));
    assert_true(b.sd < 1e-5 * half[0] && b.bias_at.depends);
    assert_true(stat_bland_altman(x + 2, y + 2, 3, &b, NULL)); /* too few */
    assert_false(b.scatter.available);
    const double three[] = {1, 2, 4}, zero[] = {0, 1, 0};
    assert_true(stat_bland_altman(three, zero, 3, &b, NULL)); /* with a trend, too */
    assert_true(b.trend.available && !b.scatter.available);
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
    assert_true(isnan(b.trend_robust.p) && isnan(b.scatter.p));
    const struct stat_bland_altman_limits at = stat_bland_altman_at(&b, 2.5);
    assert_near(at.bias, 3, 0);
    assert_true(isnan(at.lo) && isnan(at.hi));
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
        cmocka_unit_test(limits_follow_the_mean),
        cmocka_unit_test(only_the_bias_follows),
        cmocka_unit_test(nothing_follows),
        cmocka_unit_test(one_patient_is_no_trend),
        cmocka_unit_test(exact_and_rough_intervals_meet),
        cmocka_unit_test(small_samples),
        cmocka_unit_test(values_must_be_finite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
