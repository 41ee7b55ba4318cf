#include "testing.h"

#include "base/mem.h"
#include "base/rng.h"
#include "geom/components.h"

static const int32_t dim[3] = {9, 7, 5};
enum { VOXELS = 9 * 7 * 5 };

static size_t at(int32_t i, int32_t j, int32_t k)
{
    return ((size_t)k * 7 + (size_t)j) * 9 + (size_t)i;
}

static bool reaches(enum geom_touch touch, int i, int j, int k)
{
    const int n = abs(i) + abs(j) + abs(k);
    switch (touch) {
    case GEOM_TOUCH_6:
        return n == 1;
    case GEOM_TOUCH_18:
        return n == 1 || n == 2;
    case GEOM_TOUCH_26:
        return n >= 1;
    case GEOM_TOUCH_SLICE_4:
        return n == 1 && k == 0;
    case GEOM_TOUCH_SLICE_8:
        return n >= 1 && k == 0;
    }
    return false;
}

static void spread(const uint8_t *mask, enum geom_touch touch, uint32_t *id, int32_t i,
                   int32_t j, int32_t k, uint32_t number)
{
    id[at(i, j, k)] = number;
    for (int c = -1; c <= 1; c++)
        for (int b = -1; b <= 1; b++)
            for (int a = -1; a <= 1; a++) {
                const int32_t x = i + a, y = j + b, z = k + c;
                if (!reaches(touch, a, b, c) || x < 0 || y < 0 || z < 0 || x >= 9 ||
                    y >= 7 || z >= 5 || !mask[at(x, y, z)] || id[at(x, y, z)])
                    continue;
                spread(mask, touch, id, x, y, z, number);
            }
}

/* Flood filling from each unseen voxel in memory order must give the same numbers. */
static void agrees_with_flood_filling(void **state)
{
    (void)state;
    static const double density[] = {0.0, 0.1, 0.25, 0.4, 0.6, 1.0};
    for (size_t d = 0; d < 6 * ARRAY_LEN(density); d++) {
        for (int t = GEOM_TOUCH_6; t <= GEOM_TOUCH_SLICE_8; t++) {
            const enum geom_touch touch = (enum geom_touch)t;
            struct err err = {0};
            struct rng r = rng_make(d, 1, 2);
            uint8_t mask[VOXELS];
            uint32_t want[VOXELS] = {0}, count = 0;
            size_t size[VOXELS + 1] = {0};
            struct geom_components c = {0};

            for (size_t v = 0; v < VOXELS; v++)
                mask[v] = (uint8_t)(7 * rng_chance(&r, density[d / 6]));
            for (int32_t k = 0; k < 5; k++)
                for (int32_t j = 0; j < 7; j++)
                    for (int32_t i = 0; i < 9; i++)
                        if (mask[at(i, j, k)] && !want[at(i, j, k)])
                            spread(mask, touch, want, i, j, k, ++count);
            for (size_t v = 0; v < VOXELS; v++)
                size[want[v]]++;
            assert_ok(geom_components_find(mask, dim, touch, &c, &err), err);
            assert_int_equal(c.count, count);
            assert_memory_equal(c.id, want, sizeof want);
            assert_memory_equal(c.size, size, (count + 1) * sizeof *size);
            geom_components_clear(&c);
            geom_components_clear(&c);
        }
    }
}

static struct labels make_labels(void)
{
    struct labels l = {0};
    const struct grid g = grid_make(dim, (const double[3]){1.5, 2, 8});
    assert_true(labels_alloc(&g, &l, NULL));
    return l;
}

/* A bar of 3 scar voxels, one of 2 with no-reflow, a myocardium voxel beside it. */
static struct labels two_islands(void)
{
    struct labels l = make_labels();
    l.vox[at(1, 1, 1)] = l.vox[at(2, 1, 1)] = l.vox[at(2, 1, 2)] = LABEL_SCAR;
    l.vox[at(6, 5, 3)] = LABEL_SCAR;
    l.vox[at(7, 5, 3)] = LABEL_NO_REFLOW;
    l.vox[at(8, 5, 3)] = LABEL_MYOCARDIUM;
    return l;
}

static void pieces_of_labels_are_found(void **state)
{
    (void)state;
    struct err err = {0};
    struct geom_components c = {0};
    struct labels l = two_islands();

    assert_ok(geom_components_of(&l, LABELS_SCAR, GEOM_TOUCH_6, &c, &err), err);
    assert_int_equal(c.count, 2);
    assert_int_equal(c.size[1], 3);
    assert_int_equal(c.size[2], 2);
    assert_int_equal(c.id[at(2, 1, 2)], 1);
    assert_int_equal(c.id[at(7, 5, 3)], 2);
    assert_int_equal(c.id[at(8, 5, 3)], 0); /* myocardium is not in the set */
    geom_components_clear(&c);
    labels_clear(&l);
}

static void the_largest_piece_stays(void **state)
{
    (void)state;
    struct err err = {0};
    struct labels l = two_islands();

    assert_ok(geom_keep_largest(&l, LABELS_SCAR, GEOM_TOUCH_6, LABEL_MYOCARDIUM, &err),
              err);
    assert_int_equal(l.vox[at(2, 1, 2)], LABEL_SCAR);
    assert_int_equal(l.vox[at(6, 5, 3)], LABEL_MYOCARDIUM);
    assert_int_equal(l.vox[at(7, 5, 3)], LABEL_MYOCARDIUM);
    assert_int_equal(l.vox[at(8, 5, 3)], LABEL_MYOCARDIUM);
    labels_clear(&l);

    l = two_islands(); /* with the myocardium voxel, both have three: the first stays */
    assert_ok(
        geom_keep_largest(&l, LABELS_MYOCARDIUM, GEOM_TOUCH_26, LABEL_BACKGROUND, &err),
        err);
    assert_int_equal(l.vox[at(1, 1, 1)], LABEL_SCAR);
    assert_int_equal(l.vox[at(8, 5, 3)], LABEL_BACKGROUND);
    labels_clear(&l);

    l = make_labels(); /* nothing there: nothing happens */
    assert_ok(geom_keep_largest(&l, LABELS_SCAR, GEOM_TOUCH_6, 9, &err), err);
    for (size_t v = 0; v < VOXELS; v++)
        assert_int_equal(l.vox[v], 0);
    labels_clear(&l);
}

static void small_pieces_go(void **state)
{
    (void)state;
    struct err err = {0};
    struct labels l = two_islands();

    assert_ok(geom_drop_islands(&l, LABELS_SCAR, GEOM_TOUCH_6, 2, 0, &err), err);
    assert_int_equal(l.vox[at(6, 5, 3)], LABEL_SCAR); /* 2 are not fewer than 2 */
    assert_ok(geom_drop_islands(&l, LABELS_SCAR, GEOM_TOUCH_6, 3, 0, &err), err);
    assert_int_equal(l.vox[at(6, 5, 3)], 0);
    assert_int_equal(l.vox[at(7, 5, 3)], 0);
    assert_int_equal(l.vox[at(8, 5, 3)], LABEL_MYOCARDIUM); /* not in the set */
    assert_int_equal(l.vox[at(1, 1, 1)], LABEL_SCAR);
    /* slice by slice, the bar falls into 2 + 1 */
    assert_ok(geom_drop_islands(&l, LABELS_SCAR, GEOM_TOUCH_SLICE_8, 2, 0, &err), err);
    assert_int_equal(l.vox[at(2, 1, 1)], LABEL_SCAR);
    assert_int_equal(l.vox[at(2, 1, 2)], 0);
    labels_clear(&l);
}

static void volumes_become_counts(void **state)
{
    (void)state;
    const struct grid g = grid_make(dim, (const double[3]){1.5, 2, 8}); /* 0.024 mL */
    assert_int_equal(geom_voxels_of_ml(&g, 0.024), 1);
    assert_int_equal(geom_voxels_of_ml(&g, 0.025), 2);
    assert_int_equal(geom_voxels_of_ml(&g, 0.24), 10);
    assert_int_equal(geom_voxels_of_ml(&g, 0.0), 0);
    assert_int_equal(geom_voxels_of_ml(&g, 1e30), IMAGE_MAX_VOXELS);
}

/* A ring that is closed at its corners only holds; one that is open does not. */
static void holes_are_filled(void **state)
{
    (void)state;
    struct err err = {0};
    struct labels l = make_labels();
    static const int8_t ring[4][2] = {{3, 2}, {2, 3}, {4, 3}, {3, 4}};

    for (int32_t k = 1; k <= 2; k++)
        for (int p = 0; p < (k == 1 ? 4 : 3); p++)
            l.vox[at(ring[p][0], ring[p][1], k)] = LABEL_MYOCARDIUM;
    l.vox[at(0, 1, 3)] = l.vox[at(1, 0, 3)] =
        LABEL_MYOCARDIUM;                /* corner of the slice */
    l.vox[at(3, 3, 1)] = LABEL_RV_BLOOD; /* any other label is a hole too */
    assert_ok(geom_fill_holes(&l, LABELS_MYOCARDIUM, LABEL_LV_BLOOD, &err), err);
    assert_int_equal(l.vox[at(3, 3, 1)], LABEL_LV_BLOOD);
    assert_int_equal(l.vox[at(3, 3, 2)], LABEL_BACKGROUND);
    assert_int_equal(l.vox[at(0, 0, 3)], LABEL_BACKGROUND);
    size_t blood = 0;
    for (size_t v = 0; v < VOXELS; v++)
        blood += l.vox[v] == LABEL_LV_BLOOD;
    assert_int_equal(blood, 1);
    labels_clear(&l);
}

static void bad_sizes_are_refused(void **state)
{
    (void)state;
    struct err err = {0};
    struct geom_components c = {0};
    const uint8_t mask[1] = {1};
    assert_refused(
        geom_components_find(mask, (const int32_t[3]){1, 0, 1}, GEOM_TOUCH_6, &c, &err),
        err, ERR_ARG, "axis 1 has 0 voxels");
    assert_refused(geom_components_find(mask, (const int32_t[3]){65536, 65536, 65536},
                                        GEOM_TOUCH_6, &c, &err),
                   err, ERR_SUPPORT, "more than 134217728 voxels");
    assert_null(c.id);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_flood_filling),
        cmocka_unit_test(pieces_of_labels_are_found),
        cmocka_unit_test(the_largest_piece_stays),
        cmocka_unit_test(small_pieces_go),
        cmocka_unit_test(volumes_become_counts),
        cmocka_unit_test(holes_are_filled),
        cmocka_unit_test(bad_sizes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
