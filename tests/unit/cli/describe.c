/* describe: what results say of a stack's geometry. */
#include "testing.h"

#include "cli/describe.h"

/* Slices 8 mm apart, each 2 mm farther along the rows than the one before. */
static void slices_shifted_along_each_other(void **state)
{
    (void)state;
    struct grid g =
        grid_make((const int32_t[3]){7, 5, 4}, (const double[3]){1.5, 2, 8});
    const struct describe_input input = {"a", "a.nii", &g, MEASURE_RULE_ABOVE_15};
    const struct lv_measure lv = {.percent_lge = 3.0};
    struct patient_result r = {0};

    g.to_mm[0][2] = 2.0;
    describe_patient(&input, &lv, NULL, &r);
    assert_int_equal(r.geometry.slices, 4);
    assert_int_equal(r.geometry.rows, 5);
    assert_int_equal(r.geometry.columns, 7);
    assert_near(r.geometry.pixel_mm[0], 1.5, 1e-12);
    assert_near(r.geometry.pixel_mm[1], 2.0, 1e-12);
    assert_near(r.geometry.slice_spacing_mm, 8.0, 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slices_shifted_along_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
