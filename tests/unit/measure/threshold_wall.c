#include "heart.h"

#include "measure/threshold_wall.h"

static size_t marked(const struct measure_threshold_wall *w, const uint8_t *mask)
{
    size_t n = 0;
    for (size_t v = 0; v < w->voxels; v++)
        n += mask[v];
    return n;
}

static void the_border_is_in_mm(void **state)
{
    (void)state;
    struct heart h = heart_make(2);
    struct measure_threshold_wall all = {0}, w = {0};
    struct err err = {0};

    heart_noise(&h, 1.0);
    assert_ok(measure_threshold_wall(&h.image, &h.labels, NULL, 0.0, &all, &err), err);
    assert_int_equal(marked(&all, all.border), 0);
    assert_int_equal(marked(&all, all.use), heart_count(&h.labels, LABELS_MYOCARDIUM));
    assert_true(marked(&all, all.inner) < marked(&all, all.use));
    assert_ok(measure_threshold_wall(&h.image, &h.labels, NULL, 3.0, &w, &err), err);
    for (size_t v = 0; v < w.voxels; v++) {
        /* nearest centre of blood, against all pairs; the edge is 0.625 mm from it */
        double near = INFINITY;
        if (v % 7 != 0 || h.labels.vox[v] != LABEL_MYOCARDIUM)
            continue;
        for (size_t u = v / HEART_MAX * HEART_MAX; u < (v / HEART_MAX + 1) * HEART_MAX;
             u++)
            if (h.labels.vox[u] == LABEL_LV_BLOOD)
                near = fmin(near, hypot(1.5 * (heart_x(u) - heart_x(v)),
                                        1.25 * (heart_y(u) - heart_y(v))));
        assert_int_equal(w.border[v], near - 0.625 <= 3.0 + 1e-5);
        assert_int_equal(w.use[v], !w.border[v]);
    }
    measure_threshold_wall_clear(&all);
    measure_threshold_wall_clear(&w);
    assert_null(w.use);
    heart_clear(&h);
}

static void a_thin_wall_keeps_its_rim(void **state)
{
    (void)state;
    struct heart h = heart_make(2);
    struct measure_threshold_wall w = {0};
    struct err err = {0};

    heart_noise(&h, 1.0);
    for (size_t v = 0; v < HEART_MAX; v++)
        if (hypot(heart_x(v), heart_y(v)) >= 11.0)
            h.labels.vox[v] = LABEL_BACKGROUND;
    assert_ok(measure_threshold_wall(&h.image, &h.labels, NULL, 0.0, &w, &err), err);
    assert_memory_equal(w.inner, w.use, HEART_MAX);
    assert_true(memcmp(w.inner + HEART_MAX, w.use + HEART_MAX, HEART_MAX) != 0);
    /* and goes by the remote region of the stack */
    assert_ptr_equal(measure_threshold_remote(&w, 0), &w.all);
    assert_ptr_equal(measure_threshold_remote(&w, 1), &w.own[1]);
    measure_threshold_wall_clear(&w);
    heart_clear(&h);
}

/* Squares of 5 and of 6 pixels have 9 and 16 off their rim; 12 are needed. */
static void a_few_pixels_off_the_rim_are_not_enough(void **state)
{
    (void)state;
    for (int side = 5; side <= 6; side++) {
        struct heart h = heart_make(2);
        struct measure_threshold_wall w = {0};
        struct err err = {0};
        memset(h.labels.vox, LABEL_BACKGROUND, HEART_MAX);
        for (int32_t j = 20; j < 20 + side; j++)
            memset(h.labels.vox + grid_index(&h.labels.grid, 20, j, 0),
                   LABEL_MYOCARDIUM, (size_t)side);
        assert_ok(measure_threshold_wall(&h.image, &h.labels, NULL, 0.0, &w, &err),
                  err);
        int inner = 0;
        for (size_t v = 0; v < HEART_MAX; v++)
            inner += w.inner[v];
        assert_int_equal(inner, side == 5 ? 25 : 16);
        measure_threshold_wall_clear(&w);
        heart_clear(&h);
    }
}

/* The rim is brightest, but the peak is looked for off it. */
static void the_peak_is_off_the_rim(void **state)
{
    (void)state;
    struct heart h = heart_make(2);
    struct measure_threshold_wall w = {0};
    struct err err = {0};

    heart_noise(&h, 1.0);
    (void)heart_brighten(&h, 1, 0.0, 20.0, 50.0);
    for (size_t v = 0; v < 2 * (size_t)HEART_MAX; v++)
        if (h.labels.vox[v] == LABEL_MYOCARDIUM && hypot(heart_x(v), heart_y(v)) < 10.6)
            h.image.vox[v] = 300.0f;
    assert_ok(measure_threshold_wall(&h.image, &h.labels, NULL, 0.0, &w, &err), err);
    assert_true(isnan(measure_threshold_peak(&w, 0)));
    assert_near(measure_threshold_peak(&w, 1), 153.5, 2.5);
    measure_threshold_wall_clear(&w);
    heart_clear(&h);
}

static void refusals(void **state)
{
    (void)state;
    struct heart h = heart_make(1);
    struct measure_threshold_wall w = {0};
    struct err err = {0};

    assert_refused(measure_threshold_wall(&h.image, &h.labels, NULL, 0.0, &w, &err),
                   err, ERR_NUMERIC, "one intensity, 100");
    heart_noise(&h, 1.0);
    assert_refused(measure_threshold_wall(&h.image, &h.labels, NULL, 50.0, &w, &err),
                   err, ERR_FORMAT, "beyond the border");
    h.image.grid.dim[2]++;
    assert_refused(measure_threshold_wall(&h.image, &h.labels, NULL, 0.0, &w, &err),
                   err, ERR_ARG, "differ in size");
    h.image.grid.dim[2]--;
    memset(h.labels.vox, LABEL_LV_BLOOD, HEART_MAX);
    assert_refused(measure_threshold_wall(&h.image, &h.labels, NULL, 0.0, &w, &err),
                   err, ERR_FORMAT, "no myocardium");
    assert_null(w.use);
    heart_clear(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_border_is_in_mm),
        cmocka_unit_test(a_thin_wall_keeps_its_rim),
        cmocka_unit_test(a_few_pixels_off_the_rim_are_not_enough),
        cmocka_unit_test(the_peak_is_off_the_rim),
        cmocka_unit_test(refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
