#include "testing.h"

#include "measure/burden.h"
#include "measure/volumes.h"

static void the_rules_differ_at_15_alone(void **state)
{
    (void)state;
    enum measure_rule above, from;
    struct err err = {0};

    assert_ok(measure_rule_parse(">15", &above, &err), err);
    assert_ok(measure_rule_parse(">=15", &from, &err), err);
    assert_false(measure_is_large(15.0, above));
    assert_true(measure_is_large(15.0, from));
    assert_true(measure_is_large(15.000001, above));
    assert_false(measure_is_large(14.999999, from));
    assert_false(measure_is_large((double)NAN, above));
    assert_false(measure_is_large((double)NAN, from));
    assert_string_equal(measure_rule_text(above), ">15");
    assert_string_equal(measure_rule_text(from), ">=15");
}

/* For every myocardium of 20 n voxels, 3 n voxels of scar are 15 % to the last bit. */
static void fifteen_percent_is_exact(void **state)
{
    (void)state;
    struct labels l = {0};
    const struct grid g =
        grid_make((const int32_t[3]){40, 50, 1}, (const double[3]){1.37, 1.37, 9.9});
    assert_true(labels_alloc(&g, &l, NULL));
    for (size_t n = 1; n <= 100; n++) {
        struct lv_measure m = {0};
        for (size_t i = 0; i < 20 * n; i++)
            l.vox[i] = i < 3 * n ? LABEL_SCAR : LABEL_MYOCARDIUM;
        assert_true(measure_lv(&l, &m, NULL));
        assert_false(measure_is_large(m.percent_lge, MEASURE_RULE_ABOVE_15));
        assert_true(measure_is_large(m.percent_lge, MEASURE_RULE_FROM_15));
        measure_lv_clear(&m);
    }
    labels_clear(&l);
}

static void other_rules_are_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"", "15", ">16", "> 15", ">15%", "=>15"};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        enum measure_rule rule = MEASURE_RULE_FROM_15;
        struct err err = {0};
        assert_refused(measure_rule_parse(wrong[i], &rule, &err), err, ERR_ARG,
                       "neither '>15' nor '>=15'");
        assert_int_equal(rule, MEASURE_RULE_FROM_15);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rules_differ_at_15_alone),
        cmocka_unit_test(fifteen_percent_is_exact),
        cmocka_unit_test(other_rules_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
