#include "testing.h"

#include "measure/islands.h"

/* 7 x 6 x 4 voxels of 1.5 x 1.25 x 8 mm = 0.015 mL */
static void islands_by_hand(void **state)
{
    (void)state;
    struct labels l = {0};
    struct measure_islands got = {0};
    const struct grid g =
        grid_make((const int32_t[3]){7, 6, 4}, (const double[3]){1.5, 1.25, 8});
    assert_true(labels_alloc(&g, &l, NULL));
    assert_true(measure_islands_find(&l, 0, &got, NULL));
    assert_int_equal(got.count, 0);
    assert_near(got.largest_ml, 0, 0);

    l.vox[grid_index(&g, 0, 0, 0)] = LABEL_SCAR;
    l.vox[grid_index(&g, 1, 1, 1)] = LABEL_NO_REFLOW; /* touches by a corner */
    l.vox[grid_index(&g, 1, 2, 1)] = LABEL_SCAR;
    l.vox[grid_index(&g, 3, 2, 1)] = LABEL_SCAR; /* a voxel apart */
    l.vox[grid_index(&g, 2, 2, 1)] = LABEL_MYOCARDIUM;
    l.vox[grid_index(&g, 5, 5, 3)] = LABEL_LV_BLOOD;
    assert_true(measure_islands_find(&l, 0, &got, NULL));
    assert_int_equal(got.count, 2);
    assert_near(got.largest_ml, 3 * .015, 1e-12);
    assert_true(measure_islands_find(&l, .045, &got, NULL));
    assert_int_equal(got.count, 1);
    assert_true(measure_islands_find(&l, .046, &got, NULL));
    assert_int_equal(got.count, 0); /* but the largest is told */
    assert_near(got.largest_ml, 3 * .015, 1e-12);
    labels_clear(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(islands_by_hand)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
