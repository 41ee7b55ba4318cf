#include "testing.h"

#include "stat/describe.h"

/* python3 -c "import numpy as np; x=np.array([3.5,-1.25,8,0.5,12.75,4,4]);
 *             print(x.mean(), repr(x.std(ddof=1)), np.percentile(x,[25,50,75]))" */
static void agrees_with_numpy(void **state)
{
    (void)state;
    const double x[] = {3.5, -1.25, 8, 0.5, 12.75, 4, 4};
    struct stat_summary s;
    struct err err = {0};

    assert_ok(stat_describe(x, ARRAY_LEN(x), &s, &err), err);
    assert_int_equal(s.n, 7);
    assert_near(s.mean, 4.5, 0);
    assert_near(s.sd, 4.670385423067351, 1e-14);
    assert_near(s.min, -1.25, 0);
    assert_near(s.q1, 2, 0);
    assert_near(s.median, 4, 0);
    assert_near(s.q3, 6, 0);
    assert_near(s.max, 12.75, 0);
    assert_near(x[0], 3.5, 0); /* the sample keeps its order */
}

/* np.percentile([1,2,4,8,16,32], [10, 37.5]) */
static void quantiles_interpolate(void **state)
{
    (void)state;
    const double x[] = {1, 2, 4, 8, 16, 32};
    assert_near(stat_quantile(x, 6, 0.10), 1.5, 1e-15);
    assert_near(stat_quantile(x, 6, 0.375), 3.75, 1e-15);
    assert_near(stat_quantile(x, 6, 0), 1, 0);
    assert_near(stat_quantile(x, 6, 1), 32, 0);
}

/* 0..100: mean 50, variance n (n + 1) / 12 with n = 101, quartiles 25 and 75 */
static void an_arithmetic_series_in_any_order(void **state)
{
    (void)state;
    double x[101];
    struct stat_summary s;
    for (size_t i = 0; i < 101; i++)
        x[i] = (double)((i * 37 + 5) % 101); /* 37 is prime to 101 */
    assert_true(stat_describe(x, 101, &s, NULL));
    assert_near(s.mean, 50, 1e-13);
    assert_near(s.sd, sqrt(101.0 * 102 / 12), 1e-12);
    assert_near(s.q1, 25, 0);
    assert_near(s.median, 50, 0);
    assert_near(s.q3, 75, 0);
}

static void small_samples(void **state)
{
    (void)state;
    struct stat_summary s;
    const double x[] = {2, 5};
    assert_true(stat_describe(x, 0, &s, NULL));
    assert_int_equal(s.n, 0);
    assert_true(isnan(s.mean) && isnan(s.sd) && isnan(s.median) && isnan(s.max));
    assert_true(stat_describe(x, 1, &s, NULL));
    assert_near(s.mean, 2, 0);
    assert_near(s.median, 2, 0);
    assert_true(isnan(s.sd));
    assert_true(stat_describe(x, 2, &s, NULL));
    assert_near(s.median, 3.5, 0);
    assert_near(s.sd, 3 / sqrt(2), 1e-15);
}

/* 0.1 + 0.1 + 0.1 is not 3 * 0.1: a sum would invent a spread */
static void equal_values_have_no_spread(void **state)
{
    (void)state;
    const double x[] = {0.1, 0.1, 0.1};
    struct stat_summary s;
    assert_true(stat_describe(x, 3, &s, NULL));
    assert_near(s.mean, 0.1, 0);
    assert_near(s.sd, 0, 0);
}

static void finite_values_are_kept_in_order(void **state)
{
    (void)state;
    double x[6] = {3.0, (double)NAN, -1.0, (double)INFINITY, 2.0, -(double)INFINITY};
    double none[1] = {(double)NAN};
    assert_int_equal(stat_sort_finite(x, 6), 3);
    assert_near(x[0], -1.0, 0.0);
    assert_near(x[1], 2.0, 0.0);
    assert_near(x[2], 3.0, 0.0);
    assert_int_equal(stat_sort_finite(none, 1), 0);
    assert_int_equal(stat_sort_finite(none, 0), 0);
}

static void values_must_be_finite(void **state)
{
    (void)state;
    const double x[] = {1, (double)NAN, 2}, y[] = {1, 2, (double)INFINITY};
    struct stat_summary s = {.n = 99};
    struct err err = {0};
    assert_refused(stat_describe(x, 3, &s, &err), err, ERR_NUMERIC, "value 2 of 3");
    assert_refused(stat_describe(y, 3, &s, &err), err, ERR_NUMERIC, "value 3 of 3");
    assert_int_equal(s.n, 99);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_numpy),
        cmocka_unit_test(quantiles_interpolate),
        cmocka_unit_test(an_arithmetic_series_in_any_order),
        cmocka_unit_test(small_samples),
        cmocka_unit_test(equal_values_have_no_spread),
        cmocka_unit_test(finite_values_are_kept_in_order),
        cmocka_unit_test(values_must_be_finite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
