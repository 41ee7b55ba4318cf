#include "stat/oracle.h"

#include "stat/deming.h"

static void agrees_with_the_reference(void **state)
{
    (void)state;
    struct stat_line s;
    struct err err = {0};
    assert_ok(stat_deming(sample_x, sample_y, 50, &s, &err), err);
    assert_true(s.available);
    assert_oracle(s.slope, "deming slope");
    assert_oracle(s.intercept, "deming intercept");
    assert_oracle(s.ci_slope.lo, "deming slope lo");
    assert_oracle(s.ci_slope.hi, "deming slope hi");
    assert_oracle(s.ci_intercept.lo, "deming intercept lo");
    assert_oracle(s.ci_intercept.hi, "deming intercept hi");
    assert_ok(stat_deming(sample_tied_x, sample_tied_y, 60, &s, &err), err);
    assert_oracle(s.slope, "tied deming slope");
    assert_oracle(s.ci_slope.lo, "tied deming slope lo");
    assert_oracle(s.ci_intercept.hi, "tied deming intercept hi");
    assert_ok(stat_deming(sample_few_x, sample_few_y, 3, &s, &err), err);
    assert_oracle(s.slope, "few deming slope");
    assert_oracle(s.intercept, "few deming intercept");
    assert_true(isnan(s.ci_slope.lo) && isnan(s.ci_intercept.hi));
}

/* The methods may change places. */
static void the_line_is_symmetric(void **state)
{
    (void)state;
    struct stat_line s, t;
    struct err err = {0};
    assert_ok(stat_deming(sample_x, sample_y, 50, &s, &err), err);
    assert_ok(stat_deming(sample_y, sample_x, 50, &t, &err), err);
    assert_near(s.slope * t.slope, 1, 1e-12);
    assert_near(t.intercept, -s.intercept / s.slope, 1e-12);
}

static void a_line_is_found(void **state)
{
    (void)state;
    double x[10], y[10];
    struct stat_line s;
    struct err err = {0};
    for (int i = 0; i < 10; i++) {
        x[i] = i;
        y[i] = 3 - 0.25 * i;
    }
    assert_ok(stat_deming(x, y, 10, &s, &err), err);
    assert_near(s.slope, -0.25, 1e-14);
    assert_near(s.intercept, 3, 1e-13);
    assert_near(s.ci_slope.lo, -0.25, 1e-12);
    assert_near(s.ci_slope.hi, -0.25, 1e-12);
}

static void what_has_no_line(void **state)
{
    (void)state;
    const double up[] = {1, 2, 3, 4}, flat[] = {0.1, 0.1, 0.1, 0.1};
    const double single[] = {5, 5, 5, 9};
    struct stat_line s;
    struct err err = {0};
    assert_ok(stat_deming(up, up, 2, &s, &err), err);
    assert_false(s.available);
    assert_ok(stat_deming(up, flat, 4, &s, &err), err);
    assert_true(!s.available && isnan(s.slope) && isnan(s.ci_slope.hi));
    assert_ok(stat_deming(flat, flat, 4, &s, &err), err);
    assert_false(s.available);
    /* without the last pair there is no line: no interval */
    assert_ok(stat_deming(single, single, 4, &s, &err), err);
    assert_near(s.slope, 1, 1e-15);
    assert_true(isnan(s.ci_slope.lo));
}

static void values_must_be_finite(void **state)
{
    (void)state;
    const double x[] = {1, 2, (double)NAN}, y[] = {1, 2, 3};
    struct stat_line s = {.n = 99};
    struct err err = {0};
    assert_refused(stat_deming(x, y, 3, &s, &err), err, ERR_NUMERIC, "value 3");
    assert_refused(stat_deming(y, x, 3, &s, &err), err, ERR_NUMERIC, "value 3");
    assert_int_equal(s.n, 99);
}

/* y hardly varies: no digits are lost to q + sqrt(q^2 + 4 s_xy^2) */
static void a_shallow_line_is_exact(void **state)
{
    (void)state;
    const double x[] = {1e4, 2e4, 3e4, 5e4, 4e4};
    double y[5];
    struct stat_line s;
    for (int i = 0; i < 5; i++)
        y[i] = 1e-7 * x[i];
    assert_true(stat_deming(x, y, 5, &s, NULL));
    assert_near(s.slope, 1e-7, 1e-19);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_the_reference),
        cmocka_unit_test(the_line_is_symmetric),
        cmocka_unit_test(a_line_is_found),
        cmocka_unit_test(what_has_no_line),
        cmocka_unit_test(values_must_be_finite),
        cmocka_unit_test(a_shallow_line_is_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
