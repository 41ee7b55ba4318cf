#include "stat/oracle.h"

#include "stat/proportion.h"

/* 202 of 207: 97.585 %, Wilson 94.47-98.96 */
static void the_published_accuracy(void **state)
{
    (void)state;
    const struct stat_proportion s = stat_wilson(202, 207);
    assert_near(100 * s.p, 97.585, 0.0005);
    assert_near(100 * s.ci.lo, 94.47, 0.005);
    assert_near(100 * s.ci.hi, 98.96, 0.005);
    assert_string_equal(s.ci.method, "Wilson 95 %");
}

/* and Clopper-Pearson 94.45-99.21 */
static void intervals_agree_with_scipy(void **state)
{
    (void)state;
    static const struct {
        size_t k, n;
    } cases[] = {{202, 207}, {0, 12}, {12, 12}, {3, 17}};
    struct stat_interval ci;
    struct err err = {0};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const size_t k = cases[i].k, n = cases[i].n;
        char name[64];
        assert_ok(stat_clopper_pearson(k, n, &ci, &err), err);
        (void)snprintf(name, sizeof name, "exact %zu/%zu lo", k, n);
        assert_oracle(ci.lo, name);
        (void)snprintf(name, sizeof name, "exact %zu/%zu hi", k, n);
        assert_oracle(ci.hi, name);
        (void)snprintf(name, sizeof name, "wilson %zu/%zu lo", k, n);
        assert_oracle(stat_wilson(k, n).ci.lo, name);
        (void)snprintf(name, sizeof name, "wilson %zu/%zu hi", k, n);
        assert_oracle(stat_wilson(k, n).ci.hi, name);
    }
    assert_true(stat_clopper_pearson(202, 207, &ci, NULL));
    assert_near(100 * ci.lo, 94.45, 0.005);
    assert_near(100 * ci.hi, 99.21, 0.005);
    assert_true(stat_clopper_pearson(0, 0, &ci, NULL));
    assert_true(isnan(ci.lo) && isnan(ci.hi));
    assert_string_equal(ci.method, "Clopper-Pearson 95 %");
}

/* The ends solve (p - q)^2 = z^2 q (1 - q) / n, which defines the interval. */
static void the_ends_solve_the_score_equation(void **state)
{
    (void)state;
    for (size_t n = 1; n < 60; n += 7)
        for (size_t k = 0; k <= n; k++) {
            const struct stat_proportion s = stat_wilson(k, n);
            const double end[2] = {s.ci.lo, s.ci.hi};
            for (int e = 0; e < 2; e++) {
                const double q = end[e];
                assert_near((s.p - q) * (s.p - q),
                            STAT_Z95 * STAT_Z95 * q * (1 - q) / (double)n, 1e-14);
            }
            assert_true(s.ci.lo <= s.p && s.p <= s.ci.hi);
            assert_true(s.ci.lo < s.ci.hi);
        }
}

static void successes_and_failures_mirror(void **state)
{
    (void)state;
    const struct stat_proportion a = stat_wilson(3, 11), b = stat_wilson(8, 11);
    assert_near(a.ci.lo, 1 - b.ci.hi, 1e-15);
    assert_near(a.ci.hi, 1 - b.ci.lo, 1e-15);
    assert_near(stat_wilson(0, 20).ci.lo, 0, 0);
    assert_near(stat_wilson(20, 20).ci.hi, 1, 0);
    assert_true(isnan(stat_wilson(0, 0).p) && isnan(stat_wilson(0, 0).ci.hi));
}

static void the_table_counts_each_case_once(void **state)
{
    (void)state;
    struct stat_confusion c = {0};
    for (int i = 0; i < 17; i++)
        stat_confusion_add(&c, i < 7, i < 5 || i >= 14); /* 5 tp, 2 fn, 7 tn, 3 fp */
    assert_int_equal(c.tp, 5);
    assert_int_equal(c.fn, 2);
    assert_int_equal(c.tn, 7);
    assert_int_equal(c.fp, 3);
    assert_near(stat_accuracy(&c).p, 12.0 / 17, 1e-15);
    assert_near(stat_sensitivity(&c).p, 5.0 / 7, 1e-15);
    assert_near(stat_specificity(&c).p, 7.0 / 10, 1e-15);
    assert_int_equal(stat_sensitivity(&c).n, 7);
    assert_int_equal(stat_specificity(&c).n, 10);
}

/* one of n: the lower end has a chance of none in n of 0.975 */
static void one_and_all_but_one(void **state)
{
    (void)state;
    for (size_t n = 2; n < 40; n += 6) {
        const double end = 1 - pow(0.975, 1.0 / (double)n);
        struct stat_interval one, rest;
        assert_true(stat_clopper_pearson(1, n, &one, NULL));
        assert_true(stat_clopper_pearson(n - 1, n, &rest, NULL));
        assert_near(one.lo, end, 1e-14);
        assert_near(rest.hi, 1 - end, 1e-14);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_published_accuracy),
        cmocka_unit_test(intervals_agree_with_scipy),
        cmocka_unit_test(the_ends_solve_the_score_equation),
        cmocka_unit_test(successes_and_failures_mirror),
        cmocka_unit_test(the_table_counts_each_case_once),
        cmocka_unit_test(one_and_all_but_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
