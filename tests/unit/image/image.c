#include "testing.h"

#include "base/mem.h"
#include "image/image.h"

/* 30 degrees about x, then edges 1.5, 0.75 and 8 mm: no two axes alike. */
static struct grid oblique(void)
{
    const double c = 0.86602540378443864676, s = 0.5;
    struct grid g = grid_make((const int32_t[3]){7, 5, 4}, (const double[3]){1, 1, 1});
    const double m[3][4] = {
        {1.5, 0, 0, -10}, {0, 0.75 * c, -8 * s, 20}, {0, 0.75 * s, 8 * c, 30}};
    memcpy(g.to_mm, m, sizeof m);
    return g;
}

static void grids_measure(void **state)
{
    (void)state;
    struct err err = {0};
    struct grid g = oblique();
    double p[3] = {2, 4, 1};

    assert_ok(grid_check(&g, &err), err);
    assert_near(grid_edge_mm(&g, 0), 1.5, 1e-12);
    assert_near(grid_edge_mm(&g, 1), 0.75, 1e-12);
    assert_near(grid_edge_mm(&g, 2), 8.0, 1e-12);
    assert_near(grid_voxel_ml(&g), 0.009, 1e-12);
    assert_int_equal(grid_voxels(&g), 140);
    assert_int_equal(grid_index(&g, 2, 4, 3), 2 + 7 * (4 + 5 * 3));
    grid_point_mm(&g, p, p);
    assert_near(p[0], -10 + 3, 1e-12);
    assert_near(p[1], 20 + 3 * 0.86602540378443864676 - 4, 1e-12);
    assert_near(p[2], 30 + 1.5 + 8 * 0.86602540378443864676, 1e-12);
    for (int a = 0; a < 3; a++) /* a mirrored grid has the same volume */
        g.to_mm[a][0] = -g.to_mm[a][0];
    assert_near(grid_voxel_ml(&g), 0.009, 1e-12);
}

/* Slices shifted along their rows and columns are farther apart than their planes. */
static void slices_may_be_shifted(void **state)
{
    (void)state;
    struct grid g = oblique();

    assert_near(grid_slice_spacing_mm(&g), 8.0, 1e-12);
    for (int a = 0; a < 3; a++) /* by 3 mm along a row, by 1.5 mm down a column */
        g.to_mm[a][2] += 2.0 * g.to_mm[a][0] + 2.0 * g.to_mm[a][1];
    assert_near(grid_slice_spacing_mm(&g), 8.0, 1e-12);
    assert_near(grid_edge_mm(&g, 2), sqrt(64.0 + 9.0 + 2.25), 1e-12);
    for (int a = 0; a < 3; a++)
        g.to_mm[a][2] = -g.to_mm[a][2];
    assert_near(grid_slice_spacing_mm(&g), 8.0, 1e-12);
}

static void grids_are_compared(void **state)
{
    (void)state;
    const struct grid a = oblique();
    struct grid b = a;
    assert_true(grid_same(&a, &b, 0.0));
    b.to_mm[2][3] += 0.01;
    assert_true(grid_same(&a, &b, 0.011));
    assert_false(grid_same(&a, &b, 0.009));
    assert_near(grid_apart_mm(&a, &b), 0.01, 1e-12);
    b = a;
    b.to_mm[0][0] += 0.01; /* six columns on, that is 0.06 mm */
    assert_true(grid_same(&a, &b, 0.0601));
    assert_false(grid_same(&a, &b, 0.0599));
    assert_near(grid_apart_mm(&a, &b), 0.06, 1e-12);
    b = a;
    b.dim[1] = 6;
    assert_false(grid_same(&a, &b, 1e9));
    assert_true(isinf(grid_apart_mm(&a, &b)));
    b = a;
    b.to_mm[1][1] = (double)NAN;
    assert_false(grid_same(&a, &b, 1e9));
    assert_true(isinf(grid_apart_mm(&a, &b)));
}

static void bad_grids_are_refused(void **state)
{
    (void)state;
    struct err err = {0};
    struct grid g = oblique();
    struct image img = {0};
    struct labels lab = {0};

    g.dim[1] = 0;
    assert_refused(grid_check(&g, &err), err, ERR_FORMAT, "axis 1 has 0 voxels");
    g = oblique();
    g.dim[0] = g.dim[1] = g.dim[2] = INT32_MAX;
    assert_refused(image_alloc(&g, &img, &err), err, ERR_SUPPORT, "at most 134217728");
    g.dim[0] = 1 << 14, g.dim[1] = 1 << 13, g.dim[2] = 2;
    assert_refused(labels_alloc(&g, &lab, &err), err, ERR_SUPPORT, "16384 x 8192 x 2");
    g = oblique();
    g.to_mm[1][2] = (double)NAN;
    assert_refused(grid_check(&g, &err), err, ERR_FORMAT,
                   "not finite (row 1, column 2)");
    g = oblique();
    g.to_mm[0][3] = 1e30;
    assert_refused(grid_check(&g, &err), err, ERR_FORMAT, "origin lies at 1e+30 mm");
    g = oblique();
    g.to_mm[0][0] = 0.0009;
    assert_refused(grid_check(&g, &err), err, ERR_FORMAT, "along axis 0 is 0.0009 mm");
    g.to_mm[0][0] = 1001.0;
    assert_refused(grid_check(&g, &err), err, ERR_FORMAT, "along axis 0 is 1001 mm");
    g = oblique();
    for (int r = 0; r < 3; r++)
        g.to_mm[r][1] = 0.3 * g.to_mm[r][2];
    assert_refused(grid_check(&g, &err), err, ERR_FORMAT, "parallel");
    assert_null(img.vox);
    assert_null(lab.vox);
}

static void voxels_start_at_zero(void **state)
{
    (void)state;
    struct err err = {0};
    const struct grid g = oblique();
    struct image img = {0};
    struct labels lab = {0};

    assert_ok(image_alloc(&g, &img, &err), err);
    assert_ok(labels_alloc(&g, &lab, &err), err);
    for (size_t v = 0; v < grid_voxels(&g); v++) {
        assert_true(img.vox[v] == 0.0f);
        assert_int_equal(lab.vox[v], 0);
    }
    image_clear(&img);
    image_clear(&img);
    labels_clear(&lab);
    assert_null(lab.vox);
}

static void labels_have_names_and_sets(void **state)
{
    (void)state;
    for (int l = 0; l < LABEL_COUNT; l++)
        for (int m = 0; m < l; m++)
            assert_string_not_equal(label_name((enum label)l),
                                    label_name((enum label)m));
    assert_string_equal(label_name(LABEL_SCAR), "scar");
    assert_string_equal(label_name((enum label)99), "unknown");
    assert_true(label_in(LABEL_NO_REFLOW, LABELS_SCAR));
    assert_true(label_in(LABEL_SCAR, LABELS_MYOCARDIUM));
    assert_false(label_in(LABEL_LV_BLOOD, LABELS_MYOCARDIUM));
    assert_true(label_in(LABEL_LV_BLOOD, LABELS_LV));
    assert_false(label_in(LABEL_RV_BLOOD, LABELS_LV));
    assert_false(label_in(35, LABEL_BIT(3))); /* no shift past the word */
}

static bool looks(const float *values, size_t count)
{
    const struct grid g = oblique();
    struct image img = {0};
    assert_true(image_alloc(&g, &img, NULL));
    for (size_t v = 0; v < grid_voxels(&g); v++)
        img.vox[v] = values[v % count];
    const bool answer = image_looks_like_labels(&img);
    image_clear(&img);
    return answer;
}

static void label_maps_are_recognised(void **state)
{
    (void)state;
    assert_true(looks((const float[]){0, 1, 2, 3, 4, 5}, 6));
    assert_true(looks((const float[]){0, 255}, 2));
    assert_true(looks((const float[]){0, 500, 200, 2221, 600, 1220}, 6));
    assert_false(looks((const float[]){0, 1, 2, 3, 4, 5, 6}, 7));
    assert_false(looks((const float[]){0, 0.5f}, 2));
    assert_false(looks((const float[]){0, -1}, 2));
    assert_false(looks((const float[]){0, 70000}, 2));
    assert_false(looks((const float[]){3}, 1)); /* constant */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grids_measure),
        cmocka_unit_test(slices_may_be_shifted),
        cmocka_unit_test(grids_are_compared),
        cmocka_unit_test(bad_grids_are_refused),
        cmocka_unit_test(voxels_start_at_zero),
        cmocka_unit_test(labels_have_names_and_sets),
        cmocka_unit_test(label_maps_are_recognised),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
