#include "testing.h"

#include "base/rng.h"
#include "geom/contour.h"

static struct labels make_labels(void)
{
    struct labels l = {0};
    const struct grid g =
        grid_make((const int32_t[3]){13, 9, 3}, (const double[3]){1.5, 2, 8});
    assert_true(labels_alloc(&g, &l, NULL));
    return l;
}

static double area_of(const struct geom_outline *o)
{
    double twice = 0.0;
    for (size_t p = 0; p < o->count; p++) {
        const struct geom_point a = o->point[p], b = o->point[(p + 1) % o->count];
        twice += a.x * b.y - b.x * a.y;
    }
    return 0.5 * twice;
}

static struct geom_contours find(const struct labels *l, int32_t slice, unsigned set,
                                 int smooth)
{
    struct geom_contours c = {0};
    struct err err = {0};
    assert_ok(geom_contours_find(l, slice, set, smooth, &c, &err), err);
    return c;
}

/* One pixel: a diamond of area 1/2 round its centre, in screen order. */
static void one_pixel_is_a_diamond(void **state)
{
    (void)state;
    struct labels l = make_labels();
    l.vox[grid_index(&l.grid, 4, 2, 1)] = LABEL_SCAR;
    struct geom_contours c = find(&l, 1, LABELS_SCAR, 0);
    assert_int_equal(c.count, 1);
    assert_int_equal(c.outline[0].count, 4);
    static const double want[4][2] = {{4, 1.5}, {4.5, 2}, {4, 2.5}, {3.5, 2}};
    for (int p = 0; p < 4; p++) {
        assert_near(c.outline[0].point[p].x, want[p][0], 0);
        assert_near(c.outline[0].point[p].y, want[p][1], 0);
    }
    assert_near(area_of(&c.outline[0]), 0.5, 1e-12);
    geom_contours_clear(&c);

    c = find(&l, 0, LABELS_SCAR, 2); /* nothing in that slice */
    assert_int_equal(c.count, 0);
    geom_contours_clear(&c);
    labels_clear(&l);
}

/* Random masks with holes, touching the borders: the areas add up, and every point lies
 * between an inner and an outer pixel. */
static void areas_add_up(void **state)
{
    (void)state;
    struct labels l = make_labels();
    for (uint64_t seed = 0; seed < 200; seed++) {
        struct rng r = rng_make(seed, 0, 0);
        const double density = 0.05 * (double)(seed % 20);
        double pixels = 0.0, sum = 0.0, outer = 0.0, holes = 0.0;
        for (size_t v = 0; v < grid_voxels(&l.grid); v++)
            l.vox[v] = rng_chance(&r, density) ? LABEL_NO_REFLOW : LABEL_RV_BLOOD;
        struct geom_contours c = find(&l, 2, LABELS_MYOCARDIUM, 0);
        for (size_t v = 2 * 13 * 9; v < grid_voxels(&l.grid); v++)
            pixels += l.vox[v] == LABEL_NO_REFLOW;
        for (size_t o = 0; o < c.count; o++) {
            const double area = area_of(&c.outline[o]);
            sum += area;
            outer += area > 0;
            holes += area < 0;
        }
        assert_near(sum, pixels - 0.5 * (outer - holes), 1e-9);
        assert_int_equal(c.count, (size_t)(outer + holes));
        geom_contours_clear(&c);
    }
    labels_clear(&l);
}

static void a_ring_has_two_outlines(void **state)
{
    (void)state;
    struct labels l = make_labels();
    for (int32_t j = 1; j <= 5; j++)
        for (int32_t i = 2; i <= 8; i++)
            l.vox[grid_index(&l.grid, i, j, 0)] =
                j > 1 && j < 5 && i > 2 && i < 8 ? LABEL_LV_BLOOD : LABEL_MYOCARDIUM;
    struct geom_contours c = find(&l, 0, LABELS_MYOCARDIUM, 0);
    assert_int_equal(c.count, 2);
    assert_near(area_of(&c.outline[0]), 35 - 0.5, 1e-12);
    assert_near(area_of(&c.outline[1]), -(15 - 0.5), 1e-12);
    geom_contours_clear(&c);
    c = find(&l, 0, LABELS_LV, 0); /* with the blood pool it is one full box */
    assert_int_equal(c.count, 1);
    geom_contours_clear(&c);

    /* Cutting corners doubles the points, stays inside and keeps the centre. */
    struct geom_contours s = find(&l, 0, LABELS_LV, 3);
    c = find(&l, 0, LABELS_LV, 0);
    assert_int_equal(s.outline[0].count, 8 * c.outline[0].count);
    double x = 0, y = 0;
    for (size_t p = 0; p < s.outline[0].count; p++) {
        const struct geom_point q = s.outline[0].point[p];
        assert_true(q.x >= 1.5 && q.x <= 8.5 && q.y >= 0.5 && q.y <= 5.5);
        x += q.x / (double)s.outline[0].count;
        y += q.y / (double)s.outline[0].count;
    }
    assert_near(x, 5, 1e-9);
    assert_near(y, 3, 1e-9);
    assert_true(area_of(&s.outline[0]) < area_of(&c.outline[0]));
    assert_near(area_of(&s.outline[0]), 34.5, 0.5);
    geom_contours_clear(&s);
    geom_contours_clear(&c);
    labels_clear(&l);
}

static void pixels_that_meet_at_a_corner_stay_apart(void **state)
{
    (void)state;
    struct labels l = make_labels();
    l.vox[grid_index(&l.grid, 3, 3, 0)] = LABEL_SCAR;
    l.vox[grid_index(&l.grid, 4, 4, 0)] = LABEL_SCAR;
    l.vox[grid_index(&l.grid, 5, 3, 0)] = LABEL_SCAR;
    struct geom_contours c = find(&l, 0, LABELS_SCAR, 0);
    assert_int_equal(c.count, 3);
    geom_contours_clear(&c);
    labels_clear(&l);
}

static void bad_arguments_are_refused(void **state)
{
    (void)state;
    struct err err = {0};
    struct labels l = make_labels();
    struct geom_contours c = {0};
    assert_refused(geom_contours_find(&l, 3, 1, 0, &c, &err), err, ERR_ARG,
                   "slice 3 of 3");
    assert_refused(geom_contours_find(&l, -1, 1, 0, &c, &err), err, ERR_ARG,
                   "slice -1");
    assert_refused(geom_contours_find(&l, 0, 1, 5, &c, &err), err, ERR_ARG, "5 rounds");
    assert_null(c.point);
    labels_clear(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_pixel_is_a_diamond),
        cmocka_unit_test(areas_add_up),
        cmocka_unit_test(a_ring_has_two_outlines),
        cmocka_unit_test(pixels_that_meet_at_a_corner_stay_apart),
        cmocka_unit_test(bad_arguments_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
