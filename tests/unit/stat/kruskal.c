#include "stat/oracle.h"

#include "stat/kruskal.h"

static void agrees_with_scipy(void **state)
{
    (void)state;
    size_t group[ARRAY_LEN(sample_group)];
    const size_t n = ARRAY_LEN(sample_group);
    struct stat_kruskal s, gap;
    struct err err = {0};
    for (size_t i = 0; i < n; i++)
        group[i] = (size_t)sample_group[i];
    assert_ok(stat_kruskal(sample_value, group, n, 4, &s, &err), err);
    assert_true(s.available);
    assert_int_equal(s.groups, 4);
    assert_near(s.dof, 3, 0);
    assert_oracle(s.h, "kruskal h");
    assert_oracle(s.p, "kruskal p");
    assert_oracle(s.epsilon_squared, "epsilon squared");
    /* a group without values is none */
    for (size_t i = 0; i < n; i++)
        group[i] *= 2;
    assert_ok(stat_kruskal(sample_value, group, n, 8, &gap, &err), err);
    assert_int_equal(gap.groups, 4);
    assert_near(gap.p, s.p, 0);
}

/* ranks 1 2 3 against 4 5 6: H = 12 / 42 (3 * 2.25 * 2) = 27 / 7 */
static void by_hand(void **state)
{
    (void)state;
    const double x[] = {10, 20, 30, 40, 50, 60};
    const size_t group[] = {0, 0, 0, 1, 1, 1};
    struct stat_kruskal s;
    assert_true(stat_kruskal(x, group, 6, 2, &s, NULL));
    assert_near(s.h, 27.0 / 7, 1e-14);
    assert_near(s.p, erfc(sqrt(27.0 / 14)), 1e-14);
    assert_near(s.epsilon_squared, 27.0 / 35, 1e-14);
}

static void what_cannot_be_tested(void **state)
{
    (void)state;
    const double x[] = {1, 2, 3}, same[] = {4, 4, 4}, bad[] = {1, (double)NAN, 3};
    const size_t one[] = {1, 1, 1}, two[] = {0, 1, 1};
    struct stat_kruskal s;
    struct err err = {0};
    assert_true(stat_kruskal(x, one, 3, 2, &s, NULL));
    assert_false(s.available);
    assert_true(isnan(s.p));
    assert_true(stat_kruskal(same, two, 3, 2, &s, NULL));
    assert_false(s.available);
    assert_true(stat_kruskal(x, two, 0, 2, &s, NULL));
    assert_false(s.available);
    s.n = 99;
    assert_refused(stat_kruskal(x, two, 3, 1, &s, &err), err, ERR_ARG, "group 1 of 1");
    assert_refused(stat_kruskal(bad, two, 3, 2, &s, &err), err, ERR_NUMERIC, "value 2");
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
