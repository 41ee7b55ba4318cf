#include "stat/oracle.h"

#include "stat/spearman.h"

static void agrees_with_scipy(void **state)
{
    (void)state;
    struct stat_spearman s;
    struct err err = {0};
    assert_ok(stat_spearman(sample_x, sample_y, 50, &s, &err), err);
    assert_true(s.available);
    assert_oracle(s.rho, "spearman");
    assert_oracle(s.p, "spearman p");
    assert_oracle(s.ci.lo, "spearman lo");
    assert_oracle(s.ci.hi, "spearman hi");
    assert_string_equal(s.ci.method, "Bonett-Wright 95 %");
    assert_ok(stat_spearman(sample_tied_x, sample_tied_y, 60, &s, &err), err);
    assert_oracle(s.rho, "tied spearman");
    assert_oracle(s.p, "tied spearman p");
    assert_oracle(s.ci.hi, "tied spearman hi");
}

/* Any rising function gives 1, however bent. */
static void only_the_order_counts(void **state)
{
    (void)state;
    double x[30], y[30];
    struct stat_spearman s;
    struct err err = {0};
    for (int i = 0; i < 30; i++) {
        x[i] = 0.1 * ((i * 7) % 30);
        y[i] = exp(3 * x[i]);
    }
    assert_ok(stat_spearman(x, y, 30, &s, &err), err);
    assert_near(s.rho, 1, 1e-15);
    assert_near(s.p, 0, 1e-12);
    assert_true(s.ci.lo > 0.999 && s.ci.hi <= 1);
}

static void small_and_constant_samples(void **state)
{
    (void)state;
    const double flat[] = {0.1, 0.1, 0.1}, x[] = {1, 2, 3};
    struct stat_spearman s;
    assert_true(stat_spearman(sample_few_x, sample_few_y, 3, &s, NULL));
    assert_oracle(s.rho, "few spearman");
    assert_true(s.available && isnan(s.ci.lo));
    assert_true(stat_spearman(flat, x, 3, &s, NULL));
    assert_true(!s.available && isnan(s.rho) && isnan(s.p) && isnan(s.ci.hi));
    assert_true(stat_spearman(x, x, 1, &s, NULL));
    assert_true(!s.available && s.n == 1);
}

static void values_must_be_finite(void **state)
{
    (void)state;
    const double x[] = {1, 2, (double)NAN}, y[] = {1, 2, 3};
    struct stat_spearman s = {.n = 99};
    struct err err = {0};
    assert_refused(stat_spearman(x, y, 3, &s, &err), err, ERR_NUMERIC, "value 3");
    assert_refused(stat_spearman(y, x, 3, &s, &err), err, ERR_NUMERIC, "value 3");
    assert_int_equal(s.n, 99);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_scipy),
        cmocka_unit_test(only_the_order_counts),
        cmocka_unit_test(small_and_constant_samples),
        cmocka_unit_test(values_must_be_finite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
