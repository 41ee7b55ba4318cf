#include "lv_phantom.h"

#include "measure/stack.h"

/* The first slice is open, the last two have no cavity. */
static void centres_and_rings(void **state)
{
    (void)state;
    struct lv_phantom p = lv_cylinder();
    struct lv_storage st = {.edge_mm = {.8, .7, 8}, .pixels = 150, .slices = 10};
    struct measure_stack s = {0};
    struct err err = {0};
    p.open_from_deg = 90;
    p.open_to_deg = 180;
    p.open_end_mm = 8;
    p.rv_from_deg = 100;
    p.rv_to_deg = 200;
    p.rv_end_mm = 30;
    struct labels l = lv_make(&p, &st);
    assert_ok(measure_stack_init(&l, &s, &err), err);
    assert_int_equal(s.slices, 10);
    assert_true(s.apex_last);
    /* the heart alone: 56 mm and 8 mm and three pixels on each side, not 120 x 101 */
    assert_near(s.heart.grid.dim[0] * .8, 56 + 16 + 6 * .8, 3 * .8);
    assert_near(s.heart.grid.dim[1] * .7, 56 + 16 + 6 * .7, 3 * .7);
    size_t rv = 0, rv_all = 0;
    for (size_t i = 0; i < grid_voxels(&s.heart.grid); i++)
        rv += s.heart.vox[i] == LABEL_RV_BLOOD;
    for (size_t i = 0; i < grid_voxels(&l.grid); i++)
        rv_all += l.vox[i] == LABEL_RV_BLOOD;
    assert_true(rv > rv_all / 2);
    for (int32_t k = 0; k < 10; k++) {
        const struct measure_place *q = &s.place[k];
        assert_int_equal(q->wall, k < 9);
        assert_int_equal(q->closed, k > 0 && k < 8);
        assert_int_equal(q->ring != NULL, k < 8);
        if (!q->wall)
            continue;
        /* the open one took the centre of the next */
        double index[3] = {q->lv[0], q->lv[1], k}, mm[3];
        grid_point_mm(&s.heart.grid, index, mm);
        double off[2] = {0, 0}, d[3][3];
        lv_directions(d);
        for (int a = 0; a < 3; a++) {
            off[0] += d[a][0] * mm[a];
            off[1] += d[a][1] * mm[a];
        }
        assert_near(off[0], 0, .2);
        assert_near(off[1], 0, .2);
    }
    assert_in_range(s.place[0].ring->rays, 265, 275);
    measure_stack_clear(&s);
    measure_stack_clear(&s);
    labels_clear(&l);
}

/* A ring of 6 mm of wall round a cavity, in pixels of 1 mm; the wall ends at 60 degrees
 * from the rows if it is open. */
static void draw_ring(struct labels *l, int32_t k, double column, double radius,
                      bool open)
{
    for (int32_t j = 0; j < 60; j++)
        for (int32_t i = 0; i < 60; i++) {
            const double x = i - column, y = j - 30.0, r = hypot(x, y);
            const bool gap = open && x > 0.0 && fabs(y) < 1.7 * x;
            l->vox[grid_index(&l->grid, i, j, k)] = r < radius ? LABEL_LV_BLOOD
                                                    : r < radius + 6.0 && !gap
                                                        ? LABEL_MYOCARDIUM
                                                        : LABEL_BACKGROUND;
        }
}

/* The open slice between two closed ones takes the more apical one's centre, for its
 * rays as well. */
static void of_two_as_near_the_more_apical_counts(void **state)
{
    (void)state;
    for (int apex_last = 0; apex_last < 2; apex_last++) {
        struct labels l = {0};
        struct measure_stack s = {0};
        struct err err = {0};
        const struct grid g =
            grid_make((const int32_t[3]){60, 60, 3}, (const double[3]){1, 1, 8});
        const int32_t apical = apex_last ? 2 : 0;
        assert_true(labels_alloc(&g, &l, NULL));
        draw_ring(&l, 2 - apical, 26.0, 14.0, false);
        draw_ring(&l, 1, 30.0, 12.0, true);
        draw_ring(&l, apical, 34.0, 8.0, false);
        assert_ok(measure_stack_init(&l, &s, &err), err);
        assert_int_equal(s.apex_last, apex_last);
        assert_true(s.place[0].closed && !s.place[1].closed && s.place[2].closed);
        assert_memory_equal(s.place[1].lv, s.place[apical].lv, sizeof s.place[1].lv);
        assert_memory_equal(s.place[1].ring->centre_px, s.place[apical].ring->centre_px,
                            sizeof s.place[1].ring->centre_px);
        measure_stack_clear(&s);
        labels_clear(&l);
    }
}

static void holes_are_cavity(void **state)
{
    (void)state;
    const struct lv_phantom p = lv_cylinder();
    const struct lv_storage st = {.edge_mm = {.8, .7, 8}, .pixels = 110, .slices = 9};
    struct measure_stack s = {0};
    struct err err = {0};
    struct labels l = lv_make(&p, &st);
    for (size_t i = 0; i < grid_voxels(&l.grid); i++)
        l.vox[i] = l.vox[i] == LABEL_LV_BLOOD ? LABEL_BACKGROUND : l.vox[i];
    assert_ok(measure_stack_init(&l, &s, &err), err);
    assert_true(s.place[3].closed);
    size_t blood = 0;
    for (size_t i = 0; i < grid_voxels(&s.heart.grid); i++) {
        assert_true(s.heart.vox[i] != LABEL_LV_BLOOD);
        blood += s.filled.vox[i] == LABEL_LV_BLOOD;
    }
    assert_near((double)blood * grid_voxel_ml(&l.grid), M_PI * 16.4 * 16.4 * 64 / 1000,
                1);
    measure_stack_clear(&s);
    labels_clear(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(centres_and_rings),
        cmocka_unit_test(of_two_as_near_the_more_apical_counts),
        cmocka_unit_test(holes_are_cavity),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
