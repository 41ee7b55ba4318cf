#include "heart.h"

#include "base/mem.h"
#include "measure/threshold_fwhm.h"

/* Two regions: each has its own half. */
static void every_region_has_its_own_half(void **state)
{
    (void)state;
    struct heart h = heart_make(3);
    struct measure_threshold_wall w = {0};
    struct measure_threshold_region *r = NULL;
    struct err err = {0};
    size_t n = 0, marked = 0;

    /* slices 0 and 1 share one: 100 above remote, a broad foot of 40 in slice 0 */
    (void)heart_brighten(&h, 0, 0.0, 40.0, 40.0);
    const size_t tall = heart_brighten(&h, 0, 0.0, 20.0, 60.0) +
                        heart_brighten(&h, 1, 0.0, 20.0, 100.0);
    const size_t low = heart_brighten(&h, 2, 180.0, 30.0, 40.0);
    uint8_t *scar = mem_alloc(grid_voxels(&h.image.grid), 1, NULL);

    assert_non_null(scar);
    assert_ok(measure_threshold_wall(&h.image, &h.labels, NULL, 0.0, &w, &err), err);
    assert_ok(measure_threshold_fwhm_regions(&w, scar, &r, &n, &err), err);
    assert_int_equal(n, 2);
    assert_near(r[0].peak, 201.0, 0);
    assert_true(r[0].remote > 100.0 && r[0].remote < 101.0);
    assert_near(r[0].value, 0.5 * (r[0].remote + 201.0), 1e-9);
    assert_near(r[1].peak, 142.0, 0);
    assert_near(r[1].value, 122.0, 1e-9);
    assert_int_equal(r[1].voxels, low);
    for (size_t v = 0; v < w.voxels; v++)
        marked += scar[v];
    assert_int_equal(marked, tall + low); /* the foot is below its region's half */
    mem_free(r);
    mem_free(scar);
    measure_threshold_wall_clear(&w);
    heart_clear(&h);
}

static void a_bright_rim_is_no_region(void **state)
{
    (void)state;
    struct heart h = heart_make(1);
    struct measure_threshold_wall w = {0};
    struct measure_threshold_region *r = NULL;
    struct err err = {0};
    size_t n = 7;

    for (size_t v = 0; v < HEART_MAX; v++)
        if (h.labels.vox[v] == LABEL_MYOCARDIUM && hypot(heart_x(v), heart_y(v)) < 10.7)
            h.image.vox[v] = 300.0f;
    uint8_t *scar = mem_alloc(HEART_MAX, 1, NULL);
    assert_non_null(scar);
    assert_ok(measure_threshold_wall(&h.image, &h.labels, NULL, 0.0, &w, &err), err);
    assert_ok(measure_threshold_fwhm_regions(&w, scar, &r, &n, &err), err);
    assert_int_equal(n, 0);
    assert_null(r);
    for (size_t v = 0; v < HEART_MAX; v++)
        assert_int_equal(scar[v], 0);
    mem_free(scar);
    measure_threshold_wall_clear(&w);
    heart_clear(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_region_has_its_own_half),
        cmocka_unit_test(a_bright_rim_is_no_region),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
