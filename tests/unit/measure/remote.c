#include "heart.h"

#include <stdlib.h>

#include "measure/remote.h"
#include "stat/describe.h"

/* Half of the wall is bright: the region is found in the dark half, and is flat. */
static void the_dark_half_is_remote(void **state)
{
    (void)state;
    struct heart h = heart_make(3);
    struct measure_remote r[3];
    struct err err = {0};

    for (int32_t k = 0; k < 3; k++)
        (void)heart_brighten(&h, k, 40.0, 90.0, 60.0);
    assert_ok(measure_remote_find(&h.image, &h.labels, r, &err), err);
    for (int32_t k = 0; k < 3; k++) {
        assert_near(r[k].mean, 100.0 + k, 1e-9);
        assert_near(r[k].sd, 0.0, 1e-9);
        assert_near(r[k].max, 100.0 + k, 1e-9);
        /* 150 mm2 are 80 pixels of 1.875 mm2, and those equally near as the last */
        assert_in_range(r[k].voxels, 80, 88);
    }
    heart_clear(&h);
}

static void noise_gives_its_sd(void **state)
{
    (void)state;
    struct heart h = heart_make(4);
    struct measure_remote r[4];
    struct err err = {0};

    heart_noise(&h, 5.0);
    for (int32_t k = 0; k < 4; k++)
        (void)heart_brighten(&h, k, -70.0, 50.0, 60.0);
    assert_ok(measure_remote_find(&h.image, &h.labels, r, &err), err);
    const struct measure_remote all = measure_remote_pool(r, 4);
    assert_near(all.mean, 101.5, 1.5);
    assert_near(all.sd, 5.0, 1.0);
    assert_true(all.max > all.mean + all.sd && all.max < all.mean + 5.0 * all.sd);
    heart_clear(&h);
}

struct near {
    double d2, v;
};

static int by_distance(const void *a, const void *b)
{
    const struct near *x = a, *y = b;
    return (x->d2 > y->d2) - (x->d2 < y->d2);
}

/* As the header says it, region by region: the nearest `want` of a wall about each of
 * its pixels and those equally near; out of them the one whose mean has rank 30 %. */
static struct measure_remote by_sorting(const struct heart *h, const uint8_t *wall,
                                        size_t want)
{
    static struct near near[HEART_MAX];
    static struct measure_remote region[HEART_MAX];
    static double mean[HEART_MAX], in[HEART_MAX];
    size_t n = 0;
    for (size_t c = 0; c < HEART_MAX; c++) {
        if (!wall[c])
            continue;
        size_t m = 0, take = want;
        for (size_t p = 0; p < HEART_MAX; p++) {
            const double dx = heart_x(p) - heart_x(c), dy = heart_y(p) - heart_y(c);
            if (wall[p])
                near[m++] =
                    (struct near){round(dx * dx + dy * dy), (double)h->image.vox[p]};
        }
        qsort(near, m, sizeof *near, by_distance);
        while (take < m && near[take].d2 <= near[want - 1].d2)
            take++;
        double max = near[0].v;
        for (size_t i = 0; i < take; i++) {
            in[i] = near[i].v;
            max = fmax(max, in[i]);
        }
        const double middle = stat_mean(in, take);
        mean[n] = middle;
        region[n++] =
            (struct measure_remote){take, middle, stat_sd(in, take, middle), max};
    }
    stat_sort(mean, n);
    size_t at = 0;
    while (fabs(region[at].mean - mean[(size_t)(0.30 * (double)(n - 1))]) > 1e-9)
        at++;
    return region[at];
}

/* On a wall that grows brighter round the ring, from one direction or another, no two
 * regions are alike. */
static void the_region_at_the_percentile(void **state)
{
    (void)state;
    for (int turn = 0; turn < (testing_slow_machine() ? 1 : 16); turn++) {
        struct heart h = heart_make(1);
        struct measure_remote r;
        struct err err = {0};
        static uint8_t wall[HEART_MAX];
        /* where there is more slope than noise, the next pixels out are brighter */
        const double noise = turn % 2 ? 0.5 : 4.0, slope = turn % 2 ? 40.0 : 10.0;
        heart_noise(&h, noise);
        for (size_t v = 0; v < HEART_MAX; v++)
            h.image.vox[v] +=
                (float)(slope * cos(atan2(heart_y(v), heart_x(v)) - turn));
        assert_ok(measure_remote_wall(&h.labels, 0, wall, &err), err);
        assert_ok(measure_remote_find(&h.image, &h.labels, &r, &err), err);
        const struct measure_remote want = by_sorting(&h, wall, 80); /* 150 mm2 */
        assert_int_equal(r.voxels, want.voxels);
        assert_near(r.mean, want.mean, 1e-9);
        assert_near(r.sd, want.sd, 1e-9);
        assert_near(r.max, want.max, 0.0);
        heart_clear(&h);
    }
}

/* By hand: 1, 2, 3, 6 in one slice, 10 in another; the mark outside does not count. */
static void drawn_regions_by_hand(void **state)
{
    (void)state;
    struct heart h = heart_make(3), mark = heart_make(3);
    static const float x[] = {1, 2, 3, 6};
    struct measure_remote r[3];
    struct err err = {0};
    size_t n = 0;

    memset(mark.labels.vox, 0, grid_voxels(&mark.labels.grid));
    mark.labels.vox[0] = 1;
    assert_refused(measure_remote_drawn(&h.image, &h.labels, &mark.labels, r, &err),
                   err, ERR_FORMAT, "no voxel of the remote region");
    for (size_t v = 0; n < 4; v++)
        if (h.labels.vox[v] == LABEL_MYOCARDIUM) {
            mark.labels.vox[v] = LABEL_RV_BLOOD;
            h.image.vox[v] = x[n++];
        }
    size_t at = (size_t)2 * HEART_MAX;
    while (h.labels.vox[at] != LABEL_MYOCARDIUM)
        at++;
    mark.labels.vox[at] = 1;
    h.image.vox[at] = 10;
    assert_ok(measure_remote_drawn(&h.image, &h.labels, &mark.labels, r, &err), err);
    assert_int_equal(r[0].voxels, 4);
    assert_near(r[0].mean, 3.0, 1e-12);
    assert_near(r[0].sd, sqrt(14.0 / 3.0), 1e-12);
    assert_near(r[0].max, 6.0, 0);
    assert_near(measure_remote_level(&r[0], 2.0), 3.0 + 2.0 * sqrt(14.0 / 3.0), 1e-12);
    assert_int_equal(r[1].voxels, 0);
    assert_int_equal(r[2].voxels, 1);
    assert_near(r[2].sd, 0.0, 0);

    /* together: the sample 1, 2, 3, 6, 10 */
    const double all[] = {1, 2, 3, 6, 10};
    const struct measure_remote pool = measure_remote_pool(r, 3);
    assert_int_equal(pool.voxels, 5);
    assert_near(pool.mean, 4.4, 1e-12);
    assert_near(pool.sd, stat_sd(all, 5, 4.4), 1e-12);
    assert_near(pool.max, 10.0, 0);
    heart_clear(&h);
    heart_clear(&mark);
}

static void a_thin_wall_has_none(void **state)
{
    (void)state;
    struct heart h = heart_make(2);
    struct measure_remote r[2];
    struct err err = {0};

    for (size_t v = 0; v < HEART_MAX; v++) /* a pixel thick: all rim */
        if (hypot(heart_x(v), heart_y(v)) >= 11.0)
            h.labels.vox[v] = LABEL_BACKGROUND;
    assert_ok(measure_remote_find(&h.image, &h.labels, r, &err), err);
    assert_int_equal(r[0].voxels, 0);
    assert_true(r[1].voxels > 0);
    assert_int_equal(measure_remote_pool(r, 1).voxels, 0);
    assert_int_equal(measure_remote_pool(r, 2).voxels, r[1].voxels);
    h.labels.grid.dim[0]--;
    assert_refused(measure_remote_find(&h.image, &h.labels, r, &err), err, ERR_ARG,
                   "differ in size");
    heart_clear(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_dark_half_is_remote),
        cmocka_unit_test(noise_gives_its_sd),
        cmocka_unit_test(the_region_at_the_percentile),
        cmocka_unit_test(drawn_regions_by_hand),
        cmocka_unit_test(a_thin_wall_has_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
