#include "stat/oracle.h"

#include "base/rng.h"
#include "stat/bootstrap.h"
#include "stat/describe.h"

/* For a large normal sample the interval is mean -+ 1.96 sd / sqrt(n). */
static void agrees_with_the_normal_interval(void **state)
{
    (void)state;
    enum { N = 400 };
    double x[N];
    struct stat_summary s;
    struct stat_interval ci;
    struct err err = {0};
    struct rng r = rng_make(11, 0, 0);

    for (size_t i = 0; i < N; i++)
        x[i] = 5 + 2 * rng_normal(&r);
    assert_true(stat_describe(x, N, &s, NULL));
    const size_t resamples = testing_slow_machine() ? 2000 : 10000;
    assert_ok(stat_bootstrap_mean(x, N, resamples, 1, &ci, &err), err);
    const double half = STAT_Z95 * s.sd / sqrt(N);
    /* the Monte Carlo error of a 2.5 % quantile is 2.7 / sqrt(resamples) standard
     * errors: 0.03 half-widths here; five times that are allowed */
    const double tol = 5 * 2.7 / sqrt((double)resamples) * half / STAT_Z95;
    assert_near(ci.lo, s.mean - half, tol);
    assert_near(ci.hi, s.mean + half, tol);
}

static void the_seed_decides(void **state)
{
    (void)state;
    const double x[] = {0.1, 0.9, 0.45, 0.6, 0.61, 0.33, 0.87};
    struct stat_interval a, b, c;
    assert_true(stat_bootstrap_mean(x, 7, 500, 3, &a, NULL));
    assert_true(stat_bootstrap_mean(x, 7, 500, 3, &b, NULL));
    assert_true(stat_bootstrap_mean(x, 7, 500, 4, &c, NULL));
    assert_near(a.lo, b.lo, 0);
    assert_near(a.hi, b.hi, 0);
    assert_true(a.lo < c.lo || a.lo > c.lo || a.hi < c.hi || a.hi > c.hi);
    assert_true(a.lo >= 0.1 && a.hi <= 0.9 && a.lo < a.hi);
}

static void edges_and_refusals(void **state)
{
    (void)state;
    const double x[] = {4, 4, 4}, bad[] = {1, (double)NAN};
    struct stat_interval ci;
    struct err err = {0};
    assert_true(stat_bootstrap_mean(x, 3, 10, 1, &ci, NULL)); /* nothing varies */
    assert_near(ci.lo, 4, 0);
    assert_near(ci.hi, 4, 0);
    assert_true(stat_bootstrap_mean(x, 1, 10, 1, &ci, NULL));
    assert_true(isnan(ci.lo) && isnan(ci.hi));
    ci.lo = 77;
    assert_refused(stat_bootstrap_mean(x, 3, 0, 1, &ci, &err), err, ERR_ARG,
                   "0 bootstrap samples");
    assert_refused(stat_bootstrap_mean(x, 3, STAT_BOOTSTRAP_MAX + 1, 1, &ci, &err), err,
                   ERR_ARG, "1 to");
    assert_refused(stat_bootstrap_mean(bad, 2, 10, 1, &ci, &err), err, ERR_NUMERIC,
                   "value 2");
    assert_near(ci.lo, 77, 0);
}

static void agreement_agrees_with_numpy(void **state)
{
    (void)state;
    struct stat_bootstrap_pairs b;
    struct err err = {0};
    assert_ok(
        stat_bootstrap_agreement(sample_grow_x, sample_grow_y, 40, 1000, 7, &b, &err),
        err);
    assert_oracle(b.r.lo, "grow bootstrap r lo");
    assert_oracle(b.r.hi, "grow bootstrap r hi");
    assert_oracle(b.ccc.lo, "grow bootstrap ccc lo");
    assert_oracle(b.ccc.hi, "grow bootstrap ccc hi");
    assert_oracle(b.icc21.lo, "grow bootstrap icc21 lo");
    assert_oracle(b.icc21.hi, "grow bootstrap icc21 hi");
    assert_oracle(b.rho.lo, "grow bootstrap rho lo");
    assert_string_equal(b.r.method, "bootstrap percentile 95 %");
    assert_ok(
        stat_bootstrap_agreement(sample_tied_x, sample_tied_y, 60, 1000, 1, &b, &err),
        err);
    assert_oracle(b.r.lo, "tied bootstrap r lo");
    assert_oracle(b.ccc.hi, "tied bootstrap ccc hi");
    assert_oracle(b.icc21.lo, "tied bootstrap icc21 lo");
    assert_oracle(b.rho.lo, "tied bootstrap rho lo");
    assert_oracle(b.rho.hi, "tied bootstrap rho hi");
}

static void agreement_that_is_not_there(void **state)
{
    (void)state;
    const double x[] = {1, 2, 3, 5}, flat[] = {4, 4, 4, 4}, bad[] = {1, 2, 3, NAN};
    double far[30] = {0}, with[30] = {0};
    struct stat_bootstrap_pairs b;
    struct err err = {0};
    assert_true(stat_bootstrap_agreement(x, x, 3, 100, 1, &b, NULL));
    assert_true(isnan(b.r.lo) && isnan(b.ccc.hi) && isnan(b.icc21.lo) &&
                isnan(b.rho.lo));
    assert_true(stat_bootstrap_agreement(x, flat, 4, 100, 1, &b, NULL));
    assert_true(isnan(b.r.lo) && isnan(b.ccc.hi) && isnan(b.icc21.lo) &&
                isnan(b.rho.lo));
    assert_true(stat_bootstrap_agreement(x, x, 4, 100, 1, &b, NULL));
    assert_near(b.r.lo, 1, 1e-15);
    assert_near(b.ccc.lo, 1, 1e-15);
    assert_near(b.icc21.lo, 1, 1e-15);
    /* one patient with scar: in a third of the samples nobody has any */
    far[3] = 20;
    with[3] = 18;
    assert_true(stat_bootstrap_agreement(far, with, 30, 100, 1, &b, NULL));
    assert_true(isnan(b.r.lo) && isnan(b.ccc.hi) && isnan(b.icc21.lo) &&
                isnan(b.rho.lo));
    b.r.lo = 77;
    assert_refused(stat_bootstrap_agreement(x, bad, 4, 9, 1, &b, &err), err,
                   ERR_NUMERIC, "value 4");
    assert_refused(stat_bootstrap_agreement(x, x, 4, 0, 1, &b, &err), err, ERR_ARG,
                   "0 bootstrap samples");
    assert_near(b.r.lo, 77, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_the_normal_interval),
        cmocka_unit_test(the_seed_decides),
        cmocka_unit_test(edges_and_refusals),
        cmocka_unit_test(agreement_agrees_with_numpy),
        cmocka_unit_test(agreement_that_is_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
