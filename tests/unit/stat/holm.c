#include "testing.h"

#include "stat/holm.h"

/* R: p.adjust(c(0.04, 0.01, 0.03, 0.02, 0.5), "holm") */
static void agrees_with_r(void **state)
{
    (void)state;
    double p[] = {0.04, 0.01, 0.03, 0.02, 0.5};
    const double want[] = {0.09, 0.05, 0.09, 0.08, 0.5};
    double adjusted[5];
    struct err err = {0};
    assert_ok(stat_holm(p, 5, adjusted, &err), err);
    for (size_t i = 0; i < 5; i++)
        assert_near(adjusted[i], want[i], 1e-15);
    assert_ok(stat_holm(p, 5, p, &err), err);
    assert_memory_equal(p, adjusted, sizeof p);
}

static void a_test_that_does_not_exist_is_not_counted(void **state)
{
    (void)state;
    const double p[] = {(double)NAN, 0.02, 0.9, (double)NAN};
    double adjusted[4];
    assert_true(stat_holm(p, 4, adjusted, NULL));
    assert_true(isnan(adjusted[0]) && isnan(adjusted[3]));
    assert_near(adjusted[1], 0.04, 1e-15);
    assert_near(adjusted[2], 0.9, 1e-15);
    const double large[] = {0.8, 0.7};
    assert_true(stat_holm(large, 2, adjusted, NULL)); /* never above 1 */
    assert_near(adjusted[0], 1, 0);
    assert_near(adjusted[1], 1, 0);
    assert_true(stat_holm(large, 0, adjusted, NULL));
}

static void what_is_no_probability(void **state)
{
    (void)state;
    const double p[] = {0.5, 1.5}, negative[] = {-0.1};
    double adjusted[2] = {7, 7};
    struct err err = {0};
    assert_refused(stat_holm(p, 2, adjusted, &err), err, ERR_ARG, "P value 2 is 1.5");
    assert_refused(stat_holm(negative, 1, adjusted, &err), err, ERR_ARG, "-0.1");
    assert_near(adjusted[0], 7, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_r),
        cmocka_unit_test(a_test_that_does_not_exist_is_not_counted),
        cmocka_unit_test(what_is_no_probability),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
