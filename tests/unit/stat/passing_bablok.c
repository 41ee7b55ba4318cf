#include "stat/oracle.h"

#include "stat/passing_bablok.h"

static void agrees_with_the_reference(void **state)
{
    (void)state;
    struct stat_line s;
    struct err err = {0};
    assert_ok(stat_passing_bablok(sample_x, sample_y, 50, &s, &err), err);
    assert_true(s.available);
    assert_oracle(s.slope, "pb slope");
    assert_oracle(s.intercept, "pb intercept");
    assert_oracle(s.ci_slope.lo, "pb slope lo");
    assert_oracle(s.ci_slope.hi, "pb slope hi");
    assert_oracle(s.ci_intercept.lo, "pb intercept lo");
    assert_oracle(s.ci_intercept.hi, "pb intercept hi");
    /* the same x many times, the same points, slopes of -1 */
    assert_ok(stat_passing_bablok(sample_tied_x, sample_tied_y, 60, &s, &err), err);
    assert_oracle(s.slope, "tied pb slope");
    assert_oracle(s.intercept, "tied pb intercept");
    assert_oracle(s.ci_slope.lo, "tied pb slope lo");
    assert_oracle(s.ci_slope.hi, "tied pb slope hi");
    assert_oracle(s.ci_intercept.lo, "tied pb intercept lo");
    assert_oracle(s.ci_intercept.hi, "tied pb intercept hi");
    assert_ok(stat_passing_bablok(sample_few_x, sample_few_y, 3, &s, &err), err);
    assert_oracle(s.slope, "few pb slope");
    assert_oracle(s.intercept, "few pb intercept");
    assert_true(isnan(s.ci_slope.lo) && isnan(s.ci_slope.hi) &&
                isnan(s.ci_intercept.lo));
}

/* The methods may change places: y = a + b x becomes x = -a / b + y / b. */
static void the_line_is_symmetric(void **state)
{
    (void)state;
    struct stat_line s, t;
    struct err err = {0};
    assert_ok(stat_passing_bablok(sample_x, sample_y, 49, &s, &err), err);
    assert_ok(stat_passing_bablok(sample_y, sample_x, 49, &t, &err), err);
    /* 49 * 48 / 2 slopes: an even number, and the mean of two is not quite symmetric */
    assert_near(t.slope * s.slope, 1, 1e-3);
    assert_near(t.ci_slope.lo * s.ci_slope.hi, 1, 1e-12);
    assert_near(t.ci_slope.hi * s.ci_slope.lo, 1, 1e-12);
}

/* One wild point of thirty does not move the line. */
static void outliers_do_nothing(void **state)
{
    (void)state;
    double x[30], y[30];
    struct stat_line s;
    struct err err = {0};
    for (int i = 0; i < 30; i++) {
        x[i] = i + 0.3 * sin(2.1 * i);
        y[i] = 2 + 1.5 * x[i];
    }
    y[17] = 900;
    assert_ok(stat_passing_bablok(x, y, 30, &s, &err), err);
    assert_near(s.slope, 1.5, 1e-12);
    assert_near(s.intercept, 2, 1e-11);
    assert_near(s.ci_slope.lo, 1.5, 1e-12);
    assert_near(s.ci_slope.hi, 1.5, 1e-12);
}

static void what_has_no_line(void **state)
{
    (void)state;
    const double up[] = {1, 2, 3, 4, 5, 6}, down[] = {60, 50, 40, 30, 20, 10};
    const double flat[] = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1};
    struct stat_line s;
    struct err err = {0};
    assert_ok(stat_passing_bablok(up, up, 2, &s, &err), err);
    assert_false(s.available);
    assert_ok(stat_passing_bablok(flat, up, 6, &s, &err), err);
    assert_true(!s.available && isnan(s.slope) && isnan(s.ci_slope.lo));
    assert_ok(stat_passing_bablok(flat, flat, 6, &s, &err), err);
    assert_false(s.available);
    assert_ok(stat_passing_bablok(up, down, 6, &s, &err), err);
    assert_false(s.available);
    /* falling less steeply than 1, and such that the shift made it 1 */
    const double slowly[] = {5.5, 5, 4.5, 4, 3.5, 3}, mixed[] = {5, 3, 4, 1, 2};
    assert_ok(stat_passing_bablok(up, slowly, 6, &s, &err), err);
    assert_true(!s.available && isnan(s.slope) && isnan(s.intercept));
    assert_ok(stat_passing_bablok(up, mixed, 5, &s, &err), err);
    assert_false(s.available);
    assert_ok(stat_passing_bablok(up, flat, 6, &s, &err), err); /* y is constant */
    assert_near(s.slope, 0, 0);
    assert_near(s.intercept, 0.1, 0);
}

static void refusals(void **state)
{
    (void)state;
    static double many[STAT_PASSING_BABLOK_MAX + 1];
    const double x[] = {1, 2, (double)NAN}, y[] = {1, 2, 3};
    struct stat_line s = {.n = 99};
    struct err err = {0};
    assert_refused(stat_passing_bablok(x, y, 3, &s, &err), err, ERR_NUMERIC, "value 3");
    assert_refused(stat_passing_bablok(y, x, 3, &s, &err), err, ERR_NUMERIC, "value 3");
    assert_refused(
        stat_passing_bablok(many, many, STAT_PASSING_BABLOK_MAX + 1, &s, &err), err,
        ERR_SUPPORT, "5001");
    assert_int_equal(s.n, 99);
}

/* ten slopes, of which 95 % leave out less than one: from the first to the last */
static void five_points_have_an_interval(void **state)
{
    (void)state;
    const double x[] = {1, 2, 4, 5, 7}, y[] = {1, 2.5, 3.9, 6, 6.5};
    struct stat_line s;
    assert_true(stat_passing_bablok(x, y, 5, &s, NULL));
    assert_near(s.slope, 0.5 * (5.5 / 6 + 2.9 / 3), 1e-14);
    assert_near(s.ci_slope.lo, 0.25, 1e-14);
    assert_near(s.ci_slope.hi, 2.1, 1e-14);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_the_reference),
        cmocka_unit_test(the_line_is_symmetric),
        cmocka_unit_test(outliers_do_nothing),
        cmocka_unit_test(what_has_no_line),
        cmocka_unit_test(refusals),
        cmocka_unit_test(five_points_have_an_interval),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
