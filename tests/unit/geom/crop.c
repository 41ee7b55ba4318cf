#include "make_volume.h"

#include "geom/crop.h"

static void inside_the_ramp_goes_on(void **state)
{
    (void)state;
    struct err err = {0};
    const struct grid g = make_oblique();
    struct image img = make_ramp_image(&g), part = {0};
    const struct geom_box box = {.lo = {2, 1, 1}, .dim = {4, 3, 2}};

    assert_ok(geom_crop_image(&img, &box, -1.0f, &part, &err), err);
    assert_int_equal(part.grid.dim[0], 4);
    assert_int_equal(part.grid.dim[2], 2);
    assert_ramp(&part, 1e-5);
    image_clear(&part);
    image_clear(&img);
}

/* Beyond every side at once, by different amounts: the source comes back at its place
 * and all else is the fill. */
static void outside_is_filled(void **state)
{
    (void)state;
    struct err err = {0};
    const struct grid g = make_oblique();
    struct image img = make_ramp_image(&g), part = {0};
    const struct geom_box box = {.lo = {-3, -1, -2}, .dim = {12, 9, 8}};
    int fills = 0;

    assert_ok(geom_crop_image(&img, &box, 999.0f, &part, &err), err);
    for (int32_t k = 0; k < 8; k++)
        for (int32_t j = 0; j < 9; j++)
            for (int32_t i = 0; i < 12; i++) {
                const float got = part.vox[grid_index(&part.grid, i, j, k)];
                const int32_t x = i - 3, y = j - 1, z = k - 2;
                const bool in = x >= 0 && x < 7 && y >= 0 && y < 5 && z >= 0 && z < 4;
                fills += !in;
                assert_near((double)got, in ? ramp_of(&part.grid, i, j, k) : 999.0,
                            1e-5);
            }
    assert_int_equal(fills, 12 * 9 * 8 - 140);
    image_clear(&part);

    const struct geom_box away = {.lo = {100, 0, 0}, .dim = {2, 2, 2}};
    assert_ok(geom_crop_image(&img, &away, 5.0f, &part, &err), err);
    for (int v = 0; v < 8; v++)
        assert_near((double)part.vox[v], 5.0, 0);
    image_clear(&part);
    image_clear(&img);
}

/* A box grows until it holds a set, and with its margin as far as the grid goes. */
static void a_box_holds_what_it_is_asked_to(void **state)
{
    (void)state;
    struct err err = {0};
    const struct grid g = make_oblique(); /* 7 x 5 x 4 */
    struct labels l = {0};
    struct geom_box box = {0};
    const unsigned scar = LABEL_BIT(LABEL_SCAR), blood = LABEL_BIT(LABEL_LV_BLOOD);

    assert_ok(labels_alloc(&g, &l, &err), err);
    assert_false(geom_box_hold(&l, scar, &box));
    assert_int_equal(box.dim[0], 0);
    l.vox[grid_index(&g, 4, 2, 1)] = LABEL_SCAR;
    l.vox[grid_index(&g, 3, 3, 1)] = LABEL_SCAR;
    l.vox[grid_index(&g, 0, 0, 3)] = LABEL_LV_BLOOD;
    assert_true(geom_box_hold(&l, scar, &box));
    assert_memory_equal(&box, (&(struct geom_box){{3, 2, 1}, {2, 2, 1}}), sizeof box);
    struct geom_box both = box;
    assert_true(geom_box_hold(&l, blood, &both));
    assert_memory_equal(&both, (&(struct geom_box){{0, 0, 1}, {5, 4, 3}}), sizeof both);
    assert_false(geom_box_hold(&l, LABEL_BIT(LABEL_NO_REFLOW), &both));
    assert_memory_equal(&both, (&(struct geom_box){{0, 0, 1}, {5, 4, 3}}), sizeof both);
    geom_box_grow(&g, (const int32_t[3]){1, 3, 0}, &box);
    assert_memory_equal(&box, (&(struct geom_box){{2, 0, 1}, {4, 5, 1}}), sizeof box);
    labels_clear(&l);
}

static void labels_are_cut_out(void **state)
{
    (void)state;
    struct err err = {0};
    const struct grid g = make_oblique();
    struct labels whole = {0}, part = {0};
    const struct geom_box box = {.lo = {5, -1, 1}, .dim = {4, 3, 2}};

    assert_true(labels_alloc(&g, &whole, NULL));
    for (size_t v = 0; v < 140; v++)
        whole.vox[v] = (uint8_t)(1 + v % 5);
    assert_ok(geom_crop_labels(&whole, &box, &part, &err), err);
    for (int32_t k = 0; k < 2; k++)
        for (int32_t j = 0; j < 3; j++)
            for (int32_t i = 0; i < 4; i++) {
                const bool in = i <= 1 && j >= 1; /* else padding */
                assert_int_equal(part.vox[grid_index(&part.grid, i, j, k)],
                                 in ? whole.vox[grid_index(&g, 5 + i, j - 1, 1 + k)]
                                    : LABEL_BACKGROUND);
            }
    labels_clear(&part);
    labels_clear(&whole);
}

static void bad_boxes_are_refused(void **state)
{
    (void)state;
    struct err err = {0};
    const struct grid g = make_oblique();
    struct image img = make_ramp_image(&g), out = {0}, empty = {0};
    struct labels none = {0}, part = {0};
    const struct geom_box flat = {.lo = {0, 0, 0}, .dim = {3, 0, 2}};
    const struct geom_box far = {.lo = {INT32_MIN, 0, 0}, .dim = {3, 1, 2}};
    const struct geom_box huge = {.lo = {0, 0, 0}, .dim = {1 << 20, 1 << 20, 1}};
    const struct geom_box good = {.lo = {0, 0, 0}, .dim = {1, 1, 1}};
    assert_refused(geom_crop_image(&img, &flat, 0, &out, &err), err, ERR_ARG,
                   "axis 1 of the box has 0 voxels");
    assert_refused(geom_crop_image(&img, &far, 0, &out, &err), err, ERR_ARG, "lies at");
    assert_refused(geom_crop_image(&img, &huge, 0, &out, &err), err, ERR_SUPPORT,
                   "1048576 x 1048576");
    assert_refused(geom_crop_image(&empty, &good, 0, &out, &err), err, ERR_ARG,
                   "empty");
    assert_refused(geom_crop_labels(&none, &good, &part, &err), err, ERR_ARG, "empty");
    assert_null(out.vox);
    assert_null(part.vox);
    image_clear(&img);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inside_the_ramp_goes_on),
        cmocka_unit_test(outside_is_filled),
        cmocka_unit_test(a_box_holds_what_it_is_asked_to),
        cmocka_unit_test(labels_are_cut_out),
        cmocka_unit_test(bad_boxes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
