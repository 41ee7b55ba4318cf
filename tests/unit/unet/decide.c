#include "unet/small.h"

#include "unet/decide.h"

static const uint8_t ALL[UNET_MAX_CLASSES] = {0, 1, 2, 3, 4, 5};

static const struct unet_decision PLAIN = {0},
                                  REGION = {.by_region = true, .scar_odds = 1.0};

static void plainly_the_most_probable_class(void **state)
{
    (void)state;
    static const float p[6] = {0.2f, 0.1f, 0.15f, 0.18f, 0.12f, 0.25f};
    static const float equal[6] = {0.1f, 0.3f, 0.3f, 0.3f, 0.0f, 0.0f};
    static const uint8_t odd[UNET_MAX_CLASSES] = {0, 5, 4, 3, 2, 1};
    assert_int_equal(decide_label(&PLAIN, ALL, p, 6), LABEL_RV_BLOOD);
    assert_int_equal(decide_label(&PLAIN, odd, p, 6), LABEL_LV_BLOOD);
    assert_int_equal(decide_label(&PLAIN, ALL, p, 5), LABEL_BACKGROUND);
    assert_int_equal(decide_label(&PLAIN, ALL, equal, 6), LABEL_LV_BLOOD);
}

/* At the rim of a scar the wall's share is split between its classes. */
static void classes_of_the_wall_stand_together(void **state)
{
    (void)state;
    static const float rim[6] = {0.4f, 0.0f, 0.25f, 0.2f, 0.15f, 0.0f};
    static const float out[6] = {0.6f, 0.0f, 0.2f, 0.1f, 0.1f, 0.0f};
    assert_int_equal(decide_label(&PLAIN, ALL, rim, 6), LABEL_BACKGROUND);
    assert_int_equal(decide_label(&REGION, ALL, rim, 6), LABEL_SCAR);
    assert_int_equal(decide_label(&REGION, ALL, out, 6), LABEL_BACKGROUND);
    /* a network whose no-reflow is scar, one that has neither RV nor no-reflow */
    static const uint8_t four[UNET_MAX_CLASSES] = {0, 1, 2, 3};
    assert_int_equal(decide_label(&REGION, four, rim, 4), LABEL_MYOCARDIUM);
}

static void odds_move_the_border_of_scar_alone(void **state)
{
    (void)state;
    static const float p[6] = {0.1f, 0.1f, 0.5f, 0.2f, 0.05f, 0.05f};
    static const float core[6] = {0.1f, 0.1f, 0.1f, 0.3f, 0.4f, 0.0f};
    static const float blood[6] = {0.1f, 0.5f, 0.1f, 0.3f, 0.0f, 0.0f};
    struct unet_decision d = REGION;
    for (int i = 0; i < 8; i++) {
        d.scar_odds = 0.5 * i + 0.25;
        assert_int_equal(decide_label(&d, ALL, p, 6),
                         d.scar_odds * 0.25 > 0.5 ? LABEL_SCAR : LABEL_MYOCARDIUM);
        assert_int_equal(decide_label(&d, ALL, blood, 6), LABEL_LV_BLOOD);
    }
    assert_int_equal(decide_label(&d, ALL, core, 6), LABEL_NO_REFLOW);
}

/* Pieces of 1, 2 (over a corner, one voxel no-reflow) and 6 voxels of 0.1 mL. */
static struct labels three_pieces(void)
{
    static const int32_t dim[3] = {12, 8, 3};
    static const double edge[3] = {2.5, 4.0, 10.0};
    struct err err = {0};
    struct labels l = {0};
    const struct grid g = grid_make(dim, edge);
    assert_ok(labels_alloc(&g, &l, &err), err);
    for (size_t i = 0; i < grid_voxels(&g); i++)
        l.vox[i] = LABEL_MYOCARDIUM;
    l.vox[grid_index(&g, 1, 1, 0)] = LABEL_SCAR;
    l.vox[grid_index(&g, 4, 4, 0)] = LABEL_SCAR;
    l.vox[grid_index(&g, 5, 5, 1)] = LABEL_NO_REFLOW;
    for (int32_t i = 0; i < 6; i++)
        l.vox[grid_index(&g, 8, 1 + i, 2)] = LABEL_SCAR;
    return l;
}

/* They make up all of a small stack: what `smallest_ml` must be for it to ask for so
 * much of it. */
static double for_this_part(double smallest_ml)
{
    struct labels l = three_pieces();
    const double wall = (double)grid_voxels(&l.grid) * grid_voxel_ml(&l.grid);
    labels_clear(&l);
    assert_true(wall < 100.0);
    return smallest_ml * 100.0 / wall;
}

static size_t scar_left(double island_ml, double smallest_ml, bool by_region)
{
    struct err err = {0};
    struct labels l = three_pieces();
    const struct unet_decision d = {.by_region = by_region,
                                    .scar_odds = 1.0,
                                    .island_ml = island_ml,
                                    .smallest_ml = for_this_part(smallest_ml)};
    size_t n = 0;
    assert_ok(decide_clean(&d, &l, &err), err);
    for (size_t i = 0; i < grid_voxels(&l.grid); i++) {
        n += (LABELS_SCAR & LABEL_BIT(l.vox[i])) != 0;
        assert_true((LABELS_MYOCARDIUM & LABEL_BIT(l.vox[i])) != 0);
    }
    labels_clear(&l);
    return n;
}

static void what_is_too_small_is_taken_away(void **state)
{
    (void)state;
    assert_int_equal(scar_left(0.0, 0.0, true), 9);
    assert_int_equal(scar_left(0.1, 0.0, true), 9);
    assert_int_equal(scar_left(0.15, 0.0, true), 8);
    assert_int_equal(scar_left(0.2, 0.0, true), 8);
    assert_int_equal(scar_left(0.3, 0.0, true), 6);
    assert_int_equal(scar_left(0.7, 0.0, true), 0);
    assert_int_equal(scar_left(0.0, 0.9, true), 9);
    assert_int_equal(scar_left(0.0, 0.95, true), 0);
    assert_int_equal(scar_left(0.3, 0.6, true), 6);
    assert_int_equal(scar_left(0.3, 0.7, true), 0); /* islands first */
    assert_int_equal(scar_left(0.7, 0.9, false), 9);
}

/* Of 40 voxels of scar so many are no-reflow: how many stay so, and all stay scar. */
static size_t no_reflow_left(int32_t of_40, const struct unet_decision *d)
{
    static const int32_t dim[3] = {20, 10, 2};
    static const double edge[3] = {2.5, 4.0, 10.0};
    struct err err = {0};
    struct labels l = {0};
    const struct grid g = grid_make(dim, edge);
    size_t scar = 0, no_reflow = 0;
    assert_ok(labels_alloc(&g, &l, &err), err);
    for (int32_t i = 0; i < 40; i++)
        l.vox[grid_index(&g, i % 20, i / 20, 1)] =
            i < of_40 ? LABEL_NO_REFLOW : LABEL_SCAR;
    assert_ok(decide_clean(d, &l, &err), err);
    for (size_t i = 0; i < grid_voxels(&g); i++) {
        scar += label_in(l.vox[i], LABELS_SCAR);
        no_reflow += l.vox[i] == LABEL_NO_REFLOW;
    }
    assert_int_equal(scar, 40);
    labels_clear(&l);
    return no_reflow;
}

static void a_trace_of_no_reflow_is_scar(void **state)
{
    (void)state;
    assert_int_equal(no_reflow_left(1, &REGION), 0);
    assert_int_equal(no_reflow_left(2, &REGION), 2); /* a twentieth */
    assert_int_equal(no_reflow_left(40, &REGION), 40);
    assert_int_equal(no_reflow_left(1, &PLAIN), 1);
}

static void a_part_of_a_heart_is_asked_for_a_part(void **state)
{
    (void)state;
    const struct unet_decision d = {.by_region = true, .smallest_ml = 4.0};
    assert_near(decide_smallest_ml(&d, 0.0), 0.0, 0.0);
    assert_near(decide_smallest_ml(&d, 25.0), 1.0, 1e-12);
    assert_near(decide_smallest_ml(&d, 100.0), 4.0, 1e-12);
    assert_near(decide_smallest_ml(&d, 300.0), 4.0,
                0.0); /* a thick wall asks no more */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plainly_the_most_probable_class),
        cmocka_unit_test(classes_of_the_wall_stand_together),
        cmocka_unit_test(odds_move_the_border_of_scar_alone),
        cmocka_unit_test(what_is_too_small_is_taken_away),
        cmocka_unit_test(a_trace_of_no_reflow_is_scar),
        cmocka_unit_test(a_part_of_a_heart_is_asked_for_a_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
