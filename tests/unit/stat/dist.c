#include "stat/oracle.h"

#include "stat/dist.h"

static void tails_agree_with_scipy(void **state)
{
    (void)state;
    struct err err = {0};
    double p = 0;
    for (size_t i = 0; i < ARRAY_LEN(reference_normal); i++) {
        const double *r = reference_normal[i];
        assert_ok(stat_normal_two_sided(r[0], &p, &err), err);
        assert_digits(p, r[1]);
    }
    for (size_t i = 0; i < ARRAY_LEN(reference_t); i++) {
        const double *r = reference_t[i];
        assert_ok(stat_t_two_sided(r[0], r[1], &p, &err), err);
        assert_digits(p, r[2]);
    }
    for (size_t i = 0; i < ARRAY_LEN(reference_f); i++) {
        const double *r = reference_f[i];
        assert_ok(stat_f_upper(r[0], r[1], r[2], &p, &err), err);
        assert_digits(p, r[3]);
    }
    for (size_t i = 0; i < ARRAY_LEN(reference_chi2); i++) {
        const double *r = reference_chi2[i];
        assert_ok(stat_chi2_upper(r[0], r[1], &p, &err), err);
        assert_digits(p, r[2]);
    }
}

static void quantiles_agree_with_scipy(void **state)
{
    (void)state;
    struct err err = {0};
    double x = 0;
    for (size_t i = 0; i < ARRAY_LEN(reference_t_quantile); i++) {
        const double *r = reference_t_quantile[i];
        assert_ok(stat_t_quantile(r[0], r[1], &x, &err), err);
        assert_digits(x, r[2]);
    }
    for (size_t i = 0; i < ARRAY_LEN(reference_beta_quantile); i++) {
        const double *r = reference_beta_quantile[i];
        assert_ok(stat_beta_quantile(r[0], r[1], r[2], &x, &err), err);
        assert_digits(x, r[3]);
    }
    for (size_t i = 0; i < ARRAY_LEN(reference_f_quantile); i++) {
        const double *r = reference_f_quantile[i];
        assert_ok(stat_f_quantile(r[0], r[1], r[2], &x, &err), err);
        assert_digits(x, r[3]);
    }
    for (size_t i = 0; i < ARRAY_LEN(reference_chi2_quantile); i++) {
        const double *r = reference_chi2_quantile[i];
        assert_ok(stat_chi2_quantile(r[0], r[1], &x, &err), err);
        assert_digits(x, r[2]);
    }
    for (size_t i = 0; i < ARRAY_LEN(reference_noncentral_t_quantile); i++) {
        const double *r = reference_noncentral_t_quantile[i];
        assert_ok(stat_noncentral_t_quantile(r[0], r[1], r[2], &x, &err), err);
        assert_digits(x, r[3]);
    }
}

/* no outcome of a distribution reaches the caller as an exception, or half done */
static void what_has_no_answer_is_refused(void **state)
{
    (void)state;
    const double nan = (double)NAN, inf = (double)INFINITY;
    struct err err = {0};
    double p = 7;
    assert_refused(stat_normal_two_sided(nan, &p, &err), err, ERR_NUMERIC,
                   "normal(nan");
    assert_refused(stat_t_two_sided(1, 0, &p, &err), err, ERR_NUMERIC, "t(1, 0");
    assert_refused(stat_t_two_sided(nan, 5, &p, &err), err, ERR_NUMERIC, "t(nan");
    assert_refused(stat_t_quantile(1, 5, &p, &err), err, ERR_NUMERIC, "quantile(1, 5");
    assert_refused(stat_t_quantile(-0.1, 5, &p, &err), err, ERR_NUMERIC, "-0.1");
    assert_refused(stat_noncentral_t_quantile(0.5, -1, 1, &p, &err), err, ERR_NUMERIC,
                   "noncentral");
    assert_refused(stat_noncentral_t_quantile(0.5, 5, inf, &p, &err), err, ERR_NUMERIC,
                   "inf");
    assert_refused(stat_f_upper(-1, 3, 3, &p, &err), err, ERR_NUMERIC, "F(-1, 3, 3)");
    assert_refused(stat_f_quantile(0.5, 0, 3, &p, &err), err, ERR_NUMERIC, "F quant");
    assert_refused(stat_chi2_quantile(2, 3, &p, &err), err, ERR_NUMERIC, "(2, 3");
    assert_refused(stat_chi2_upper(1, -2, &p, &err), err, ERR_NUMERIC, "chi-squared");
    assert_refused(stat_beta_quantile(1.5, 2, 2, &p, &err), err, ERR_NUMERIC, "beta");
    assert_refused(stat_beta_quantile(0.5, 0, 2, &p, &err), err, ERR_NUMERIC, "beta");
    assert_near(p, 7, 0);
    assert_false(stat_t_two_sided(1, 0, &p, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tails_agree_with_scipy),
        cmocka_unit_test(quantiles_agree_with_scipy),
        cmocka_unit_test(what_has_no_answer_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
