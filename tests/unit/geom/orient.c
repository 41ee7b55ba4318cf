#include "make_volume.h"

#include "geom/orient.h"

static const int perm[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                               {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};

static struct geom_order order_number(int n)
{
    const int *p = perm[n % 6];
    const int f = n / 6;
    return (struct geom_order){.from = {p[0], p[1], p[2]},
                               .flip = {(f & 1) != 0, (f & 2) != 0, (f & 4) != 0}};
}

/* All 48 orders: voxels keep their place in the patient, the volume stays, and the
 * inverse brings back the same bytes and the same grid. */
static void there_and_back(void **state)
{
    (void)state;
    const struct grid g = make_oblique();
    struct image img = make_ramp_image(&g);
    for (int n = 0; n < 48; n++) {
        struct err err = {0};
        struct image turned = {0}, back = {0};
        const struct geom_order order = order_number(n);
        const struct geom_order inverse = geom_order_inverse(&order);

        assert_ok(geom_order_image(&img, &order, &turned, &err), err);
        for (int a = 0; a < 3; a++)
            assert_int_equal(turned.grid.dim[a], g.dim[order.from[a]]);
        assert_ramp(&turned, 1e-5);
        assert_near(grid_voxel_ml(&turned.grid), grid_voxel_ml(&g), 1e-12);
        assert_ok(geom_order_image(&turned, &inverse, &back, &err), err);
        assert_memory_equal(back.vox, img.vox, 140 * sizeof(float));
        assert_true(grid_same(&back.grid, &g, 1e-9));
        assert_int_equal(geom_order_is_identity(&order), n == 0);
        image_clear(&turned);
        image_clear(&back);
    }
    image_clear(&img);
}

static void labels_go_the_same_way(void **state)
{
    (void)state;
    struct err err = {0};
    const struct grid g = make_oblique();
    const struct geom_order order = order_number(6 + 3); /* (1, 2, 0), first flipped */
    struct labels l = {0}, turned = {0};
    assert_true(labels_alloc(&g, &l, NULL));
    for (size_t v = 0; v < 140; v++)
        l.vox[v] = (uint8_t)v;
    assert_ok(geom_order_labels(&l, &order, &turned, &err), err);
    assert_int_equal(turned.vox[grid_index(&turned.grid, 0, 1, 2)],
                     l.vox[grid_index(&g, 2, 4, 1)]);
    labels_clear(&l);
    labels_clear(&turned);
}

/* Of two grids with the same voxels the order between them is found: it is the one that
 * made the second, and none for a grid that lies elsewhere. */
static void the_order_between_grids(void **state)
{
    (void)state;
    const struct grid g = make_oblique();
    struct geom_order found = {{0}, {0}};

    for (int n = 0; n < 48; n++) {
        const struct geom_order order = order_number(n);
        struct grid turned = geom_order_grid(&g, &order);
        assert_true(geom_order_between(&g, &turned, 1e-9, &found));
        assert_memory_equal(found.from, order.from, sizeof order.from);
        assert_memory_equal(found.flip, order.flip, sizeof order.flip);
        turned.to_mm[1][3] += 0.2;
        assert_false(geom_order_between(&g, &turned, 0.1, &found));
        assert_true(geom_order_between(&g, &turned, 0.3, &found));
    }
    struct labels l = {0};
    struct err err = {0};
    const struct geom_order order = order_number(29);
    const struct grid turned = geom_order_grid(&g, &order);
    assert_true(labels_alloc(&g, &l, NULL));
    const uint8_t *vox = l.vox;
    assert_true(geom_order_between(&g, &g, 1e-9, &found));
    assert_ok(geom_order_labels_in_place(&l, &found, &err), err);
    assert_ptr_equal(l.vox, vox);
    assert_ok(geom_order_labels_in_place(&l, &order, &err), err);
    assert_true(grid_same(&l.grid, &turned, 1e-9));
    labels_clear(&l);
}

static void the_thick_axis_goes_last(void **state)
{
    (void)state;
    static const struct {
        double edge[3];
        int from[3];
    } cases[] = {
        {{1.5, 1.4, 8}, {0, 1, 2}},   {{1.5, 8, 1.4}, {0, 2, 1}},
        {{8, 1.5, 1.4}, {1, 2, 0}},   {{1.5, 1.5, 1.5}, {0, 1, 2}},
        {{1.4, 2.0, 1.5}, {0, 1, 2}}, /* 2.0 is not clearly the longest */
        {{8, 8, 1.5}, {0, 1, 2}},     /* neither is the slice axis */
    };
    for (size_t c = 0; c < ARRAY_LEN(cases); c++) {
        const struct grid g = grid_make((const int32_t[3]){7, 5, 4}, cases[c].edge);
        const struct geom_order order = geom_order_slices_last(&g);
        for (int a = 0; a < 3; a++) {
            assert_int_equal(order.from[a], cases[c].from[a]);
            assert_false(order.flip[a]);
        }
    }
}

static void bad_orders_are_refused(void **state)
{
    (void)state;
    struct err err = {0};
    const struct grid g = make_oblique();
    struct image img = make_ramp_image(&g), out = {0}, empty = {0};
    const struct geom_order twice = {.from = {0, 1, 1}}, nowhere = {.from = {0, 1, 3}},
                            good = {.from = {0, 1, 2}};
    assert_refused(geom_order_image(&img, &twice, &out, &err), err, ERR_ARG, "twice");
    assert_refused(geom_order_image(&img, &nowhere, &out, &err), err, ERR_ARG,
                   "axis 3");
    assert_refused(geom_order_image(&empty, &good, &out, &err), err, ERR_ARG, "empty");
    assert_null(out.vox);
    image_clear(&img);
}

/* A label map that lists an image's voxels otherwise, and one of another image. */
static void labels_go_onto_a_grid(void **state)
{
    (void)state;
    const struct grid g = make_oblique();
    struct labels l = {0}, want = {0};
    struct err err = {0};

    assert_true(labels_alloc(&g, &want, NULL));
    for (size_t v = 0; v < grid_voxels(&g); v++)
        want.vox[v] = (uint8_t)(v % LABEL_COUNT);
    for (int n = 0; n < 48; n++) {
        const struct geom_order order = order_number(n);
        assert_ok(geom_order_labels(&want, &order, &l, &err), err);
        l.grid.to_mm[0][3] += 0.05; /* rounding of headers */
        assert_ok(geom_order_labels_onto(&l, &g, "image.nii", &err), err);
        assert_memory_equal(l.vox, want.vox, grid_voxels(&g));
        labels_clear(&l);
    }
    struct grid other = g;
    other.to_mm[1][3] += 1.0;
    assert_refused(geom_order_labels_onto(&want, &other, "image.nii", &err), err,
                   ERR_FORMAT,
                   "its grid is not that of image.nii: the same voxels at another");
    other.dim[2]++;
    assert_refused(geom_order_labels_onto(&want, &other, "image.nii", &err), err,
                   ERR_FORMAT, "voxels, not");
    labels_clear(&want);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_and_back),
        cmocka_unit_test(labels_go_the_same_way),
        cmocka_unit_test(the_order_between_grids),
        cmocka_unit_test(the_thick_axis_goes_last),
        cmocka_unit_test(bad_orders_are_refused),
        cmocka_unit_test(labels_go_onto_a_grid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
