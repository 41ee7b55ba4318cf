#include "testing.h"

#include "base/mem.h"
#include "base/rng.h"
#include "geom/blur.h"
#include "sim/calibrate.h"

/* A heart of three discs in each slice: blood 100, myocardium 20, a third of it scar.
 */
enum { COLUMNS = 72, ROWS = 64, SLICES = 3, PIXELS = COLUMNS * ROWS };
static const double MM = 1.4, BLOOD = 100.0, REMOTE = 20.0, SCAR = 84.0;
static const double RADIUS[2] = {15.0, 24.0}; /* pixels */

struct heart {
    struct image image;
    struct labels labels;
};

static void heart_make(struct heart *h, double noise, double blur)
{
    struct err err = {0};
    const struct grid g = grid_make((const int32_t[]){COLUMNS, ROWS, SLICES},
                                    (const double[]){MM, MM, 9.0});
    struct rng r = rng_make(3, 0, 0);
    assert_ok(image_alloc(&g, &h->image, &err), err);
    assert_ok(labels_alloc(&g, &h->labels, &err), err);
    for (int32_t k = 0; k < SLICES; k++)
        for (int32_t j = 0; j < ROWS; j++)
            for (int32_t i = 0; i < COLUMNS; i++) {
                const double x = i - 35.2, y = j - 31.7, d = hypot(x, y);
                const size_t p = grid_index(&g, i, j, k);
                const bool scar = x > 0.5 * d;
                h->labels.vox[p] = d < RADIUS[0]   ? LABEL_LV_BLOOD
                                   : d > RADIUS[1] ? LABEL_BACKGROUND
                                   : scar          ? LABEL_SCAR
                                                   : LABEL_MYOCARDIUM;
                h->image.vox[p] = (float)(d < RADIUS[0]   ? BLOOD
                                          : d > RADIUS[1] ? 40.0
                                          : scar          ? SCAR
                                                          : REMOTE);
            }
    assert_ok(geom_blur(h->image.vox, g.dim, (const double[]){blur, blur}, &err), err);
    for (size_t p = 0; noise > 0.0 && p < grid_voxels(&g); p++)
        h->image.vox[p] += (float)(noise * rng_normal(&r));
}

static void heart_clear(struct heart *h)
{
    image_clear(&h->image);
    labels_clear(&h->labels);
}

static struct sim_calibrate_quantiles measure(const struct heart *h,
                                              enum sim_calibrate_what what)
{
    struct err err = {0};
    struct sim_calibrate_table t = {0};
    struct sim_calibrate_quantiles q;
    assert_ok(sim_calibrate_add(&t, &h->image, &h->labels, &err), err);
    assert_ok(sim_calibrate_describe(&t, what, &q, &err), err);
    sim_calibrate_clear(&t);
    return q;
}

static void contrast_and_noise_are_found(void **state)
{
    (void)state;
    struct heart h = {0};
    heart_make(&h, 6.0, 0.0);
    const struct sim_calibrate_quantiles scar = measure(&h, SIM_CALIBRATE_SCAR);
    assert_int_equal(scar.n, SLICES);
    assert_near(scar.at[2], (SCAR - REMOTE) / (BLOOD - REMOTE), 0.02);
    assert_near(measure(&h, SIM_CALIBRATE_SD_BLOOD).at[2], 6.0 / 80.0, 0.006);
    assert_near(measure(&h, SIM_CALIBRATE_SD_REMOTE).at[2], 6.0 / 80.0, 0.008);
    assert_near(measure(&h, SIM_CALIBRATE_NOISE).at[2], 6.0 / 80.0, 0.01);
    heart_clear(&h);
}

/* A slope of the brightness is sd, but not noise. */
static void noise_is_blind_to_what_is_smooth(void **state)
{
    (void)state;
    struct heart h = {0};
    heart_make(&h, 0.0, 0.0);
    for (size_t p = 0; p < grid_voxels(&h.image.grid); p++)
        h.image.vox[p] += (float)(p % COLUMNS);
    assert_near(measure(&h, SIM_CALIBRATE_NOISE).at[4], 0.0, 1e-6);
    assert_true(measure(&h, SIM_CALIBRATE_SD_BLOOD).at[0] > 0.05);
    heart_clear(&h);
}

/* A step blurred by a Gaussian, seen through the derivative of another: the sum below
 * is its slope where it is steepest.  There is no scar beside the blood here, which
 * would be another edge. */
static void edge_width_follows_the_blur(void **state)
{
    (void)state;
    for (double blur = 1.0; blur <= 2.0; blur += 0.5) {
        struct heart h = {0};
        double smooth = 0.0, slope = 0.0;
        heart_make(&h, 0.0, 0.0);
        for (size_t p = 0; p < grid_voxels(&h.image.grid); p++)
            if (h.labels.vox[p] == LABEL_SCAR) {
                h.labels.vox[p] = LABEL_MYOCARDIUM;
                h.image.vox[p] = (float)REMOTE;
            }
        struct err err = {0};
        assert_ok(geom_blur(h.image.vox, h.image.grid.dim, (const double[]){blur, blur},
                            &err),
                  err);
        for (int a = -2; a <= 2; a++) {
            const double w = exp(-2.0 * a * a);
            smooth += w;
            slope += 4.0 * a * w * 0.5 * erf(a / (blur * sqrt(2.0)));
        }
        const struct sim_calibrate_quantiles q = measure(&h, SIM_CALIBRATE_EDGE);
        assert_near(q.at[2] * (slope / smooth) / MM, 1.0, 0.05);
        heart_clear(&h);
    }
}

static void scale_and_offset_do_not_matter(void **state)
{
    (void)state;
    struct heart h = {0};
    struct sim_calibrate_quantiles before[SIM_CALIBRATE_COUNT];
    heart_make(&h, 6.0, 0.7);
    for (int w = 0; w < SIM_CALIBRATE_COUNT; w++)
        before[w] = measure(&h, (enum sim_calibrate_what)w);
    for (size_t p = 0; p < grid_voxels(&h.image.grid); p++)
        h.image.vox[p] = 2048.0f + 4.0f * h.image.vox[p];
    for (int w = 0; w < SIM_CALIBRATE_COUNT; w++)
        assert_near(measure(&h, (enum sim_calibrate_what)w).at[2], before[w].at[2],
                    1e-3);
    heart_clear(&h);
}

static void slices_that_show_nothing_are_left_out(void **state)
{
    (void)state;
    struct heart h = {0};
    heart_make(&h, 0.0, 0.0);
    const size_t plane = PIXELS;
    for (size_t p = 0; p < plane; p++) { /* slice 0: nulled wrongly; 1: no blood */
        if (h.labels.vox[p] == LABEL_LV_BLOOD)
            h.image.vox[p] = (float)REMOTE + 1.0f;
        if (h.labels.vox[plane + p] == LABEL_LV_BLOOD)
            h.labels.vox[plane + p] = LABEL_BACKGROUND;
        if (h.labels.vox[2 * plane + p] == LABEL_SCAR) /* 2: no scar */
            h.labels.vox[2 * plane + p] = LABEL_BACKGROUND;
    }
    const struct sim_calibrate_quantiles scar = measure(&h, SIM_CALIBRATE_SCAR);
    assert_int_equal(measure(&h, SIM_CALIBRATE_EDGE).n, 1);
    assert_int_equal(scar.n, 0);
    assert_true(isnan(scar.at[0]));
    heart_clear(&h);
}

static void tables_join(void **state)
{
    (void)state;
    struct err err = {0};
    struct heart h = {0};
    struct sim_calibrate_table all = {0}, one = {0};
    heart_make(&h, 2.0, 0.0);
    assert_ok(sim_calibrate_add(&one, &h.image, &h.labels, &err), err);
    for (int i = 0; i < 5; i++)
        assert_ok(sim_calibrate_join(&all, &one, &err), err);
    assert_int_equal(all.slices, 5 * SLICES);
    assert_memory_equal(all.slice + 4 * SLICES, one.slice, SLICES * sizeof *one.slice);
    sim_calibrate_clear(&all);
    sim_calibrate_clear(&one);
    heart_clear(&h);
}

static void refuses_other_sizes(void **state)
{
    (void)state;
    struct err err = {0};
    struct heart h = {0};
    struct sim_calibrate_table t = {0};
    heart_make(&h, 0.0, 0.0);
    h.labels.grid.dim[2] = SLICES - 1;
    assert_refused(sim_calibrate_add(&t, &h.image, &h.labels, &err), err, ERR_ARG,
                   "differ in size");
    assert_null(t.slice);
    heart_clear(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contrast_and_noise_are_found),
        cmocka_unit_test(noise_is_blind_to_what_is_smooth),
        cmocka_unit_test(edge_width_follows_the_blur),
        cmocka_unit_test(scale_and_offset_do_not_matter),
        cmocka_unit_test(slices_that_show_nothing_are_left_out),
        cmocka_unit_test(tables_join),
        cmocka_unit_test(refuses_other_sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
