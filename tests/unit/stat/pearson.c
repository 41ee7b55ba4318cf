#include "stat/oracle.h"

#include "stat/ccc.h"
#include "stat/pearson.h"

/* python3 -c "import numpy as np, math; x=[3.5,-1.25,8,0.5,12.75,4,4];
 *   y=[2,0.25,9.5,-1,10,6.5,3.75]; r=np.corrcoef(x,y)[0,1]; z=math.atanh(r);
 *   h=1.959963984540054/2; print(repr(r), math.tanh(z-h), math.tanh(z+h))" */
static void agrees_with_numpy(void **state)
{
    (void)state;
    const double x[] = {3.5, -1.25, 8, 0.5, 12.75, 4, 4};
    const double y[] = {2, 0.25, 9.5, -1, 10, 6.5, 3.75};
    struct stat_pearson p, q;
    struct err err = {0};

    assert_ok(stat_pearson(x, y, 7, &p, &err), err);
    assert_true(p.available);
    assert_int_equal(p.n, 7);
    assert_near(p.r, 0.9089288337613459, 1e-14);
    assert_near(p.ci.lo, 0.49400628025867843, 1e-13);
    assert_near(p.ci.hi, 0.9866490927062819, 1e-13);
    assert_string_equal(p.ci.method, "Fisher z 95 %");
    assert_true(stat_pearson(y, x, 7, &q, NULL));
    assert_near(q.r, p.r, 1e-15);
}

static void agrees_with_scipy(void **state)
{
    (void)state;
    struct stat_pearson p;
    struct err err = {0};
    assert_ok(stat_pearson(sample_x, sample_y, 50, &p, &err), err);
    assert_oracle(p.r, "pearson r");
    assert_oracle(p.p, "pearson p");
    assert_oracle(p.ci.lo, "pearson lo");
    assert_oracle(p.ci.hi, "pearson hi");
    assert_ok(stat_pearson(sample_tied_x, sample_tied_y, 60, &p, &err), err);
    assert_oracle(p.r, "tied pearson r");
    assert_oracle(p.p, "tied pearson p");
    assert_oracle(p.ci.lo, "tied pearson lo");
}

/* n = 207: r 0.88 -> 0.845-0.907, r 0.91 -> 0.883-0.931 (three digits) */
static void intervals_of_the_published_correlations(void **state)
{
    (void)state;
    struct stat_interval ci = stat_fisher_interval(0.88, 207);
    assert_near(ci.lo, 0.845, 0.0005);
    assert_near(ci.hi, 0.907, 0.0005);
    ci = stat_fisher_interval(0.91, 207);
    assert_near(ci.lo, 0.883, 0.0005);
    assert_near(ci.hi, 0.931, 0.0005);
    assert_true(isnan(stat_fisher_interval(0.5, 3).lo));
    assert_true(isnan(stat_fisher_interval(1.5, 30).lo));
}

/* r is 1 under any rising line, -1 under any falling one */
static void a_line_is_perfect_correlation(void **state)
{
    (void)state;
    double x[40], y[40], z[40];
    struct stat_pearson p;
    for (int i = 0; i < 40; i++) {
        x[i] = 1e6 + 0.1 * i * i;
        y[i] = 3 + 2 * x[i];
        z[i] = 3 - 0.7 * x[i];
    }
    assert_true(stat_pearson(x, y, 40, &p, NULL));
    assert_near(p.r, 1, 1e-12);
    assert_true(p.r <= 1 && !isnan(p.ci.lo) && !isnan(p.ci.hi));
    assert_true(stat_pearson(x, z, 40, &p, NULL));
    assert_near(p.r, -1, 1e-12);
    assert_true(p.r >= -1 && !isnan(p.ci.lo) && !isnan(p.ci.hi));
}

static void what_has_no_correlation(void **state)
{
    (void)state;
    const double x[] = {1, 2, 3, 5}, flat[] = {4, 4, 4, 4};
    struct stat_pearson p;
    assert_true(stat_pearson(x, flat, 4, &p, NULL));
    assert_false(p.available);
    assert_true(isnan(p.r) && isnan(p.ci.lo) && isnan(p.p));
    assert_true(stat_pearson(x, x, 2, &p, NULL));
    assert_false(p.available);
    assert_true(stat_pearson(x, x, 3, &p, NULL)); /* r, but no interval */
    assert_near(p.r, 1, 1e-15);
    assert_near(p.p, 0, 1e-7);
    assert_true(isnan(p.ci.lo));
}

static void values_must_be_finite(void **state)
{
    (void)state;
    const double x[] = {1, 2, 3}, y[] = {1, (double)NAN, 3};
    struct stat_pearson p = {.n = 99};
    struct err err = {0};
    assert_refused(stat_pearson(x, y, 3, &p, &err), err, ERR_NUMERIC, "value 2");
    assert_refused(stat_pearson(y, x, 3, &p, &err), err, ERR_NUMERIC, "value 2");
    assert_int_equal(p.n, 99);
}

/* one third, reckoned in two ways: no side that varies, and so no r of 1 */
static void rounding_is_no_variation(void **state)
{
    (void)state;
    const double third[] = {33.3, 33.3, 33.3 * (1 + 1e-15), 33.3}, x[] = {1, 2, 4, 3};
    struct stat_pearson p;
    struct stat_ccc c;
    assert_true(third[2] > third[0]);
    assert_true(stat_pearson(x, third, 4, &p, NULL));
    assert_true(!p.available && isnan(p.r) && isnan(p.p));
    assert_true(stat_pearson(third, third, 4, &p, NULL));
    assert_false(p.available);
    assert_true(stat_ccc(third, x, 4, &c, NULL));
    assert_false(c.available);
}

/* the squares overflow: no r rather than one of infinity by infinity */
static void values_can_be_too_large(void **state)
{
    (void)state;
    const double x[] = {1e200, 2e200, 4e200, 3e200}, y[] = {1, -2, 1, 0.5};
    struct stat_pearson p = {.n = 99};
    struct err err = {0};
    assert_refused(stat_pearson(x, y, 4, &p, &err), err, ERR_NUMERIC, "too large");
    assert_refused(stat_pearson(y, x, 4, &p, &err), err, ERR_NUMERIC, "too large");
    assert_int_equal(p.n, 99);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_numpy),
        cmocka_unit_test(agrees_with_scipy),
        cmocka_unit_test(intervals_of_the_published_correlations),
        cmocka_unit_test(a_line_is_perfect_correlation),
        cmocka_unit_test(what_has_no_correlation),
        cmocka_unit_test(values_must_be_finite),
        cmocka_unit_test(rounding_is_no_variation),
        cmocka_unit_test(values_can_be_too_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
