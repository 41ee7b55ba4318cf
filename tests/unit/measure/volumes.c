#include "testing.h"

#include "measure/volumes.h"

/* Voxels of 1.5 x 1.25 x 8 mm = 0.015 mL; slices of 5 x 4. */
static struct labels make(void)
{
    struct labels l = {0};
    const struct grid g =
        grid_make((const int32_t[3]){5, 4, 3}, (const double[3]){1.5, 1.25, 8});
    assert_true(labels_alloc(&g, &l, NULL));
    return l;
}

static void fill(struct labels *l, int32_t slice, const int count[LABEL_COUNT])
{
    size_t at = grid_index(&l->grid, 0, 0, slice);
    for (int label = 0; label < LABEL_COUNT; label++)
        for (int i = 0; i < count[label]; i++)
            l->vox[at++] = (uint8_t)label;
}

static void volumes_by_hand(void **state)
{
    (void)state;
    struct labels l = make();
    struct lv_measure m = {0};

    /*                      bg LV my sc nr RV */
    fill(&l, 0, (const int[]){2, 4, 6, 3, 1, 4});
    fill(&l, 2, (const int[]){9, 1, 10, 0, 0, 0});
    assert_true(measure_lv(&l, &m, NULL));
    assert_near(m.blood_pool_ml, 5 * 0.015, 1e-15);
    assert_near(m.myocardium_ml, 20 * 0.015, 1e-15);
    assert_near(m.myocardium_g, 20 * 0.015 * 1.05, 1e-15);
    assert_near(m.scar_ml, 4 * 0.015, 1e-15);
    assert_near(m.scar_g, 4 * 0.015 * 1.05, 1e-15);
    assert_near(m.no_reflow_ml, 0.015, 1e-15);
    assert_true(m.has_myocardium);
    assert_near(m.percent_lge, 20, 0);

    assert_int_equal(m.n_slices, 3);
    for (int32_t k = 0; k < 3; k++)
        assert_int_equal(m.slices[k].index, k);
    assert_near(m.slices[0].percent_lge, 40, 0);
    assert_near(m.slices[0].scar_ml, 4 * 0.015, 1e-15);
    assert_near(m.slices[0].myocardium_ml, 10 * 0.015, 1e-15);
    assert_near(m.slices[1].myocardium_ml, 0, 0);
    assert_true(isnan(m.slices[1].percent_lge));
    assert_near(m.slices[2].percent_lge, 0, 0);
    measure_lv_clear(&m);
    assert_null(m.slices);
    labels_clear(&l);
}

/* A volume does not change when the stack is turned in space. */
static void an_oblique_stack_has_the_same_volume(void **state)
{
    (void)state;
    struct labels l = make();
    struct lv_measure straight = {0}, oblique = {0};
    const double c = cos(0.6), s = sin(0.6);

    fill(&l, 1, (const int[]){0, 2, 9, 5, 4, 0});
    assert_true(measure_lv(&l, &straight, NULL));
    const struct grid g = l.grid;
    for (int a = 0; a < 4; a++) { /* round x, then mirrored */
        l.grid.to_mm[0][a] = -g.to_mm[0][a];
        l.grid.to_mm[1][a] = c * g.to_mm[1][a] - s * g.to_mm[2][a];
        l.grid.to_mm[2][a] = s * g.to_mm[1][a] + c * g.to_mm[2][a];
    }
    assert_true(measure_lv(&l, &oblique, NULL));
    assert_near(oblique.scar_ml, straight.scar_ml, 1e-12);
    assert_near(oblique.myocardium_ml, 18 * 0.015, 1e-12);
    assert_near(oblique.percent_lge, 50, 0);
    measure_lv_clear(&straight);
    measure_lv_clear(&oblique);
    labels_clear(&l);
}

static void without_myocardium_there_is_no_percentage(void **state)
{
    (void)state;
    struct labels l = make();
    struct lv_measure m = {0};

    fill(&l, 1, (const int[]){3, 10, 0, 0, 0, 7});
    assert_true(measure_lv(&l, &m, NULL));
    assert_false(m.has_myocardium);
    assert_true(isnan(m.percent_lge));
    assert_near(m.myocardium_g, 0, 0);
    assert_near(m.blood_pool_ml, 0.15, 1e-15);
    measure_lv_clear(&m);
    labels_clear(&l);
}

static void an_empty_map_is_refused(void **state)
{
    (void)state;
    struct labels l = {0};
    struct lv_measure m = {.scar_ml = 5};
    struct err err = {0};
    assert_refused(measure_lv(&l, &m, &err), err, ERR_ARG, "no labels");
    assert_near(m.scar_ml, 5, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(volumes_by_hand),
        cmocka_unit_test(an_oblique_stack_has_the_same_volume),
        cmocka_unit_test(without_myocardium_there_is_no_percentage),
        cmocka_unit_test(an_empty_map_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
