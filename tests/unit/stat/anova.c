#include "stat/oracle.h"

#include "stat/anova.h"

static void agrees_with_scipy(void **state)
{
    (void)state;
    size_t group[ARRAY_LEN(sample_group)];
    const size_t n = ARRAY_LEN(sample_group);
    struct stat_anova s;
    struct err err = {0};
    for (size_t i = 0; i < n; i++)
        group[i] = (size_t)sample_group[i];
    assert_ok(stat_anova(sample_value, group, n, 4, &s, &err), err);
    assert_true(s.available);
    assert_near(s.dof_between, 3, 0);
    assert_near(s.dof_within, 41, 0);
    assert_oracle(s.f, "anova f");
    assert_oracle(s.p, "anova p");
    assert_oracle(s.eta_squared, "eta squared");
}

/* 1 3 against 5 7: between 16 with 1, within 4 with 2: F = 8 */
static void by_hand(void **state)
{
    (void)state;
    const double x[] = {1, 5, 3, 7};
    const size_t group[] = {2, 0, 2, 0};
    struct stat_anova s;
    assert_true(stat_anova(x, group, 4, 3, &s, NULL));
    assert_int_equal(s.groups, 2);
    assert_near(s.f, 8, 1e-14);
    assert_near(s.eta_squared, 0.8, 1e-15);
    assert_near(s.p, 1 - sqrt(8.0) / sqrt(10.0), 1e-14); /* t^2 with 2 degrees */
}

static void what_cannot_be_tested(void **state)
{
    (void)state;
    const double x[] = {1, 1, 3}, bad[] = {1, (double)NAN, 3};
    const size_t one[] = {0, 0, 0}, two[] = {0, 0, 1}, three[] = {0, 1, 2};
    struct stat_anova s;
    struct err err = {0};
    assert_true(stat_anova(x, one, 3, 1, &s, NULL));
    assert_false(s.available);
    assert_true(stat_anova(x, two, 3, 2, &s, NULL)); /* no variance inside */
    assert_false(s.available);
    assert_true(isnan(s.p) && isnan(s.f));
    /* a third of three times 0.1 is not 0.1, and no variance */
    const double same[] = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.7, 0.7, 0.7};
    const size_t halves[] = {0, 0, 0, 1, 1, 1, 2, 2, 2};
    assert_true(stat_anova(same, halves, 6, 2, &s, NULL));
    assert_true(!s.available && isnan(s.p));
    assert_true(stat_anova(same, halves, 9, 3, &s, NULL));
    assert_true(!s.available && isnan(s.p));
    assert_true(stat_anova(x, three, 3, 3, &s, NULL)); /* one value in each */
    assert_false(s.available);
    assert_true(stat_anova(x, one, 0, 0, &s, NULL));
    assert_false(s.available);
    s.n = 99;
    assert_refused(stat_anova(x, three, 3, 2, &s, &err), err, ERR_ARG, "value 3");
    assert_refused(stat_anova(bad, two, 3, 2, &s, &err), err, ERR_NUMERIC, "value 2");
    assert_int_equal(s.n, 99);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_scipy),
        cmocka_unit_test(by_hand),
        cmocka_unit_test(what_cannot_be_tested),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
