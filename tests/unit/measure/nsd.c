#include "testing.h"

#include "base/rng.h"
#include "measure/nsd.h"

/* A ring of myocardium: remote noise, a sector of scar, a sector of grey zone. */
enum { COLUMNS = 80, ROWS = 76, SLICES = 2 };
static const double SD = 5.0, REMOTE = 100.0;

struct ring {
    struct image image;
    struct labels labels;
    double wall_ml, scar_ml, grey_ml; /* of the wall without its rim, and in it */
};

/* Scar lies 10 sd above remote myocardium, the grey zone 5 sd, each with its noise. */
static void ring_make(struct ring *r, bool with_scar)
{
    struct err err = {0};
    const struct grid g = grid_make((const int32_t[]){COLUMNS, ROWS, SLICES},
                                    (const double[]){1.3, 1.5, 10.0});
    struct rng rng = rng_make(11, 0, 0);
    assert_ok(image_alloc(&g, &r->image, &err), err);
    assert_ok(labels_alloc(&g, &r->labels, &err), err);
    r->wall_ml = r->scar_ml = r->grey_ml = 0.0;
    for (size_t p = 0; p < grid_voxels(&g); p++) {
        const double x = (double)(p % COLUMNS) - 40.3;
        const double y = (double)(p / COLUMNS % ROWS) - 37.6, d = hypot(x, y);
        const bool scar = with_scar && x > 0.8 * d, grey = with_scar && x < -0.8 * d;
        const double level = scar ? 10.0 : grey ? 5.0 : 0.0;
        const double sd = scar || grey ? 0.5 : 1.0; /* remote: the full sd */
        r->image.vox[p] = 400.0f;
        if (d < 16.0 || d > 28.0)
            continue;
        r->labels.vox[p] = scar ? LABEL_SCAR : LABEL_MYOCARDIUM;
        r->image.vox[p] = (float)(REMOTE + SD * (level + sd * rng_normal(&rng)));
        r->wall_ml += grid_voxel_ml(&g);
        r->scar_ml += scar ? grid_voxel_ml(&g) : 0.0;
        r->grey_ml += grey ? grid_voxel_ml(&g) : 0.0;
    }
}

static void ring_clear(struct ring *r)
{
    image_clear(&r->image);
    labels_clear(&r->labels);
}

/* The rim is a sixth of this wall of 12 pixels, so a sector loses about a sixth. */
static void thresholds_part_scar_from_grey(void **state)
{
    (void)state;
    struct err err = {0};
    struct ring r = {0};
    struct measure_nsd n;
    ring_make(&r, true);
    assert_ok(measure_nsd(&r.image, &r.labels, &n, &err), err);
    assert_near(n.myocardium_ml, r.wall_ml, 1e-9);
    assert_near(n.ml[2], r.scar_ml * 5.0 / 6.0, 0.12 * r.scar_ml);
    assert_near(n.ml[1], (r.scar_ml + r.grey_ml) * 5.0 / 6.0, 0.12 * r.wall_ml);
    assert_true(n.ml[1] > 1.4 * n.ml[2]);
    for (int l = 0; l < MEASURE_NSD_LEVELS; l++)
        assert_near(n.percent[l], 100.0 * n.ml[l] / n.myocardium_ml, 1e-9);
    ring_clear(&r);
}

/* 5 x 5 pixels of wall are 9 without their rim: no remote region, and no scar. */
static void a_slice_with_little_wall_is_left_out(void **state)
{
    (void)state;
    struct err err = {0};
    struct ring r = {0};
    struct measure_nsd both, one;
    ring_make(&r, true);
    const size_t plane = (size_t)COLUMNS * ROWS;
    memset(r.labels.vox + plane, LABEL_BACKGROUND, plane);
    assert_ok(measure_nsd(&r.image, &r.labels, &one, &err), err);
    for (int32_t j = 10; j < 15; j++)
        memset(r.labels.vox + grid_index(&r.labels.grid, 10, j, 1), LABEL_MYOCARDIUM,
               5);
    assert_ok(measure_nsd(&r.image, &r.labels, &both, &err), err);
    assert_near(both.myocardium_ml - one.myocardium_ml,
                25 * grid_voxel_ml(&r.labels.grid), 1e-9);
    for (int l = 0; l < MEASURE_NSD_LEVELS; l++)
        assert_near(both.ml[l], one.ml[l], 0);
    ring_clear(&r);
}

/* White noise alone: 2.3 % lie above 2 sd, next to nothing above 4. */
static void noise_alone_is_normal(void **state)
{
    (void)state;
    struct err err = {0};
    struct ring r = {0};
    struct measure_nsd n;
    ring_make(&r, false);
    assert_ok(measure_nsd(&r.image, &r.labels, &n, &err), err);
    assert_near(n.percent[0], 2.3 * 5.0 / 6.0, 1.5);
    assert_near(n.percent[2], 0.0, 0.1);
    ring_clear(&r);
}

static void no_wall_is_not_available(void **state)
{
    (void)state;
    struct err err = {0};
    struct ring r = {0};
    struct measure_nsd n;
    ring_make(&r, false);
    memset(r.labels.vox, 0, grid_voxels(&r.labels.grid));
    assert_ok(measure_nsd(&r.image, &r.labels, &n, &err), err);
    assert_near(n.ml[0], 0.0, 0.0);
    assert_true(isnan(n.percent[0]));
    r.labels.grid.dim[1]--;
    assert_refused(measure_nsd(&r.image, &r.labels, &n, &err), err, ERR_ARG,
                   "differ in size");
    ring_clear(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(thresholds_part_scar_from_grey),
        cmocka_unit_test(a_slice_with_little_wall_is_left_out),
        cmocka_unit_test(noise_alone_is_normal),
        cmocka_unit_test(no_wall_is_not_available),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
