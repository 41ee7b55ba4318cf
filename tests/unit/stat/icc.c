#include "stat/oracle.h"

#include "stat/icc.h"

static struct stat_icc of_pairs(const double *x, const double *y, size_t n)
{
    double table[200] = {0};
    struct stat_icc s;
    struct err err = {0};
    for (size_t i = 0; i < n; i++) {
        table[2 * i] = x[i];
        table[2 * i + 1] = y[i];
    }
    assert_ok(stat_icc(table, n, 2, &s, &err), err);
    return s;
}

static void check(const struct stat_icc *s, const char *name)
{
    static const char *const ends[] = {"", " lo", " hi"};
    assert_true(s->available);
    for (int f = 0; f < 2; f++) {
        const struct stat_icc_form *form = f == 0 ? &s->icc21 : &s->icc31;
        const double got[] = {form->icc, form->ci.lo, form->ci.hi};
        for (size_t e = 0; e < ARRAY_LEN(ends); e++) {
            char key[64];
            (void)snprintf(key, sizeof key, "%s%s%s", name, f == 0 ? "icc21" : "icc31",
                           ends[e]);
            assert_near(got[e], oracle(key), 1e-9);
        }
    }
}

/* numbers that psych::ICC of R finds as well (tests/reference/stat.R) */
static void agrees_with_the_reference(void **state)
{
    (void)state;
    struct stat_icc s = of_pairs(sample_x, sample_y, 50);
    struct err err = {0};
    check(&s, "");
    s = of_pairs(sample_tied_x, sample_tied_y, 60);
    check(&s, "tied ");
    s = of_pairs(sample_few_x, sample_few_y, 3);
    check(&s, "few ");
    assert_ok(stat_icc(sample_raters, 20, 3, &s, &err), err);
    check(&s, "raters ");
    assert_int_equal(s.n, 20);
    assert_int_equal(s.k, 3);
}

/* Shrout and Fleiss's Table 2: six targets, four judges; ICC(2,1) = 0.29, ICC(3,1) =
 * 0.71, mean squares 11.24, 32.49 and 1.02 */
static void the_published_example(void **state)
{
    (void)state;
    static const double x[] = {9, 2, 5, 8, 6,  1, 3, 2, 8, 4, 6, 8,
                               7, 1, 2, 6, 10, 5, 6, 9, 6, 2, 4, 7};
    struct stat_icc s;
    struct err err = {0};
    assert_ok(stat_icc(x, 6, 4, &s, &err), err);
    assert_near(s.ms_subjects, 11.24, 0.005);
    assert_near(s.ms_raters, 32.49, 0.005);
    assert_near(s.ms_error, 1.02, 0.005);
    assert_near(s.icc21.icc, 0.29, 0.005);
    assert_near(s.icc31.icc, 0.71, 0.006);
}

/* A constant bias lowers agreement and leaves consistency. */
static void bias_is_disagreement(void **state)
{
    (void)state;
    double x[20], y[20];
    for (int i = 0; i < 20; i++) {
        x[i] = sin(1.3 * i);
        y[i] = x[i] + 0.5;
    }
    const struct stat_icc s = of_pairs(x, y, 20), same = of_pairs(x, x, 20);
    assert_near(s.icc31.icc, 1, 1e-12);
    assert_true(s.icc21.icc < 0.9 && s.icc21.ci.lo < s.icc21.icc);
    assert_near(same.icc21.icc, 1, 1e-12);
    assert_near(same.icc21.ci.lo, 1, 1e-12);
    assert_near(same.icc31.ci.hi, 1, 1e-12);
}

static void what_has_no_coefficient(void **state)
{
    (void)state;
    static const double flat[] = {0.1, 0.1, 0.1}, other[] = {0.7, 0.7, 0.7};
    struct stat_icc s = of_pairs(flat, flat, 3);
    assert_true(!s.available && isnan(s.icc21.icc) && isnan(s.icc31.ci.lo));
    s = of_pairs(flat, other, 3);
    assert_true(!s.available && isnan(s.icc31.icc));
    s = of_pairs(sample_x, sample_y, 2);
    assert_true(!s.available && s.n == 2);
    s = of_pairs(sample_x, sample_y, 0);
    assert_false(s.available);
    /* against each other: negative, and no interval that could overflow */
    static const double up[] = {1, 2, 3}, down[] = {3, 2, 1};
    s = of_pairs(up, down, 3);
    assert_near(s.icc31.icc, -1, 1e-12);
    assert_true(s.icc21.icc < 0);
}

static void values_must_be_finite(void **state)
{
    (void)state;
    const double x[] = {1, 2, 3, 4, 5, (double)INFINITY};
    struct stat_icc s = {.n = 99};
    struct err err = {0};
    assert_refused(stat_icc(x, 3, 2, &s, &err), err, ERR_NUMERIC, "value 6");
    assert_int_equal(s.n, 99);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_the_reference),
        cmocka_unit_test(the_published_example),
        cmocka_unit_test(bias_is_disagreement),
        cmocka_unit_test(what_has_no_coefficient),
        cmocka_unit_test(values_must_be_finite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
