#include "heart.h"

#include "measure/threshold.h"
#include "measure/threshold_otsu.h"
#include "stat/describe.h"

static const char *const methods[] = {
    "sd:2", "sd:5", "fwhm:slice", "fwhm:volume", "fwhm:region", "otsu", "gmm"};

static struct measure_threshold apply(const struct heart *h, const char *method,
                                      struct measure_threshold_options o)
{
    struct measure_threshold t = {0};
    struct err err = {0};

    assert_ok(measure_threshold_parse(method, &o.method, &err), err);
    assert_ok(measure_threshold(&h->image, &h->labels, &o, &t, &err), err);
    return t;
}

/* Noise of 5 about 100 + k; scar 60 brighter in slices 1 and 2, grey 25 in slice 1. */
static struct heart make(void)
{
    struct heart h = heart_make(4);
    heart_noise(&h, 5.0);
    (void)heart_brighten(&h, 1, 30.0, 35.0, 60.0);
    (void)heart_brighten(&h, 2, 40.0, 25.0, 60.0);
    (void)heart_brighten(&h, 1, 90.0, 15.0, 25.0);
    return h;
}

static void names_and_texts(void **state)
{
    (void)state;
    struct measure_threshold_method m;
    enum measure_threshold_rule rule;
    struct err err = {0};
    char name[MEASURE_THRESHOLD_NAME];
    static const char *const wrong[] = {"",       "sd",    "sd:",    "sd:0",
                                        "sd:-2",  "sd:x",  "sd:nan", "sd:5 ",
                                        "sd:101", "fwhm:", "Otsu",   "sd:1e999"};

    for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
        assert_ok(measure_threshold_parse(methods[i], &m, &err), err);
        measure_threshold_name(&m, name);
        assert_string_equal(name, methods[i]);
    }
    assert_ok(measure_threshold_parse("fwhm", &m, &err), err);
    measure_threshold_name(&m, name);
    assert_string_equal(name, "fwhm:slice");
    assert_ok(measure_threshold_parse("sd:2.50", &m, &err), err);
    measure_threshold_name(&m, name);
    assert_string_equal(name, "sd:2.5");
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
        assert_refused(measure_threshold_parse(wrong[i], &m, &err), err, ERR_ARG,
                       wrong[i]);
    assert_ok(measure_threshold_rule_parse("schmidt", &rule, &err), err);
    assert_string_equal(measure_threshold_rule_name(rule), "schmidt");
    assert_refused(measure_threshold_rule_parse("grey", &rule, &err), err, ERR_ARG,
                   "yan");
}

/* A step image without noise: every method finds the step, to the voxel. */
static void a_step_is_found_to_the_voxel(void **state)
{
    (void)state;
    struct heart h = heart_make(3);
    const size_t n = heart_brighten(&h, 1, 200.0, 40.0, 80.0);

    for (size_t i = 1; i < ARRAY_LEN(methods); i++) {
        struct measure_threshold t =
            apply(&h, methods[i], (struct measure_threshold_options){0});
        if (heart_count(&t.labels, LABELS_SCAR) != n)
            fail_msg("%s: %zu voxels, not %zu", methods[i],
                     heart_count(&t.labels, LABELS_SCAR), n);
        assert_int_equal(heart_count(&t.labels, LABELS_MYOCARDIUM),
                         heart_count(&h.labels, LABELS_MYOCARDIUM));
        assert_int_equal(heart_count(&t.labels, LABEL_BIT(LABEL_LV_BLOOD)),
                         heart_count(&h.labels, LABEL_BIT(LABEL_LV_BLOOD)));
        measure_threshold_clear(&t);
    }
    heart_clear(&h);
}

/* The thresholds themselves, against their definitions. */
static void values_are_as_defined(void **state)
{
    (void)state;
    struct heart h = make();
    static double x[4 * HEART_MAX];
    struct measure_remote r[4];
    double cut = 0.0;
    size_t n = 0;

    assert_true(measure_remote_find(&h.image, &h.labels, r, NULL));
    struct measure_threshold t =
        apply(&h, "sd:3.5", (struct measure_threshold_options){0});
    for (int k = 0; k < 4; k++)
        assert_near(t.slice[k].value, r[k].mean + 3.5 * r[k].sd, 1e-9);
    for (size_t v = 0; v < grid_voxels(&h.image.grid); v++)
        assert_int_equal(t.labels.vox[v] == LABEL_SCAR,
                         h.labels.vox[v] == LABEL_MYOCARDIUM &&
                             (double)h.image.vox[v] > t.slice[v / HEART_MAX].value);
    measure_threshold_clear(&t);

    t = apply(&h, "fwhm", (struct measure_threshold_options){0});
    for (int k = 1; k < 3; k++) {
        assert_true(t.slice[k].peak > 160.0 && t.slice[k].peak < 185.0);
        assert_near(t.slice[k].value, 0.5 * (r[k].mean + t.slice[k].peak), 1e-9);
    }
    assert_true(isnan(t.slice[0].value) && isnan(t.slice[3].value));
    const double peak = fmax(t.slice[1].peak, t.slice[2].peak);
    measure_threshold_clear(&t);

    t = apply(&h, "fwhm:volume", (struct measure_threshold_options){0});
    assert_near(t.peak, peak, 0);
    for (int k = 0; k < 4; k++)
        assert_near(t.slice[k].value, 0.5 * (measure_remote_pool(r, 4).mean + peak),
                    1e-9);
    measure_threshold_clear(&t);

    for (size_t v = 0; v < grid_voxels(&h.image.grid); v++)
        if (h.labels.vox[v] == LABEL_MYOCARDIUM)
            x[n++] = (double)h.image.vox[v];
    stat_sort(x, n);
    assert_true(measure_threshold_otsu(x, n, &cut, NULL));
    t = apply(&h, "otsu", (struct measure_threshold_options){0});
    assert_near(t.slice[3].value, cut, 0);
    measure_threshold_clear(&t);
    t = apply(&h, "gmm", (struct measure_threshold_options){0});
    assert_near(t.slice[0].value, t.mixture.value, 0);
    assert_near(t.mixture.mean[0], 101.5, 1.0);
    measure_threshold_clear(&t);
    heart_clear(&h);
}

static void assert_same(const struct measure_threshold *a,
                        const struct measure_threshold *b)
{
    const size_t n = grid_voxels(&a->labels.grid);
    assert_memory_equal(a->labels.vox, b->labels.vox, n);
    assert_memory_equal(a->zones.vox, b->zones.vox, n);
}

static const struct measure_threshold_options full = {.zones =
                                                          MEASURE_THRESHOLD_SCHMIDT,
                                                      .border_mm = 2.0,
                                                      .fill_no_reflow = true,
                                                      .min_island_ml = 0.05};

/* a x + b, to negative values too (phase-sensitive images), and to large ones. */
static void intensities_may_be_scaled_and_shifted(void **state)
{
    (void)state;
    struct heart h = make(), other = make();
    static const double scale[][2] = {{3.7, -900.0}, {0.001, 0.0}, {1e6, -3e8}};

    for (size_t s = 0; s < (testing_slow_machine() ? 1 : ARRAY_LEN(scale)); s++) {
        for (size_t v = 0; v < grid_voxels(&h.image.grid); v++)
            other.image.vox[v] =
                (float)(scale[s][0] * (double)h.image.vox[v] + scale[s][1]);
        for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
            struct measure_threshold a = apply(&h, methods[i], full);
            struct measure_threshold b = apply(&other, methods[i], full);
            assert_same(&a, &b);
            assert_true(heart_count(&a.labels, LABELS_SCAR) > 0);
            for (int k = 0; k < 4; k++)
                if (isfinite(a.slice[k].value))
                    assert_near((b.slice[k].value - scale[s][1]) / scale[s][0],
                                a.slice[k].value, 1e-3);
            measure_threshold_clear(&a);
            measure_threshold_clear(&b);
        }
    }
    heart_clear(&h);
    heart_clear(&other);
}

/* The stack upside down gives the labels upside down. */
static void the_order_of_slices_does_not_matter(void **state)
{
    (void)state;
    struct heart h = make(), turned = make();

    for (size_t k = 0; k < 4; k++)
        memcpy(turned.image.vox + (3 - k) * HEART_MAX, h.image.vox + k * HEART_MAX,
               HEART_MAX * sizeof(float));
    for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
        struct measure_threshold a = apply(&h, methods[i], full);
        struct measure_threshold b = apply(&turned, methods[i], full);
        for (size_t k = 0; k < 4; k++)
            assert_memory_equal(a.labels.vox + k * HEART_MAX,
                                b.labels.vox + (3 - k) * HEART_MAX, HEART_MAX);
        measure_threshold_clear(&a);
        measure_threshold_clear(&b);
    }
    heart_clear(&h);
    heart_clear(&turned);
}

/* The contours' own scar does not count. */
static void labels_2_3_and_4_are_myocardium_alike(void **state)
{
    (void)state;
    struct heart h = make(), read = make();

    for (size_t v = 0; v < grid_voxels(&h.image.grid); v++)
        if (read.labels.vox[v] == LABEL_MYOCARDIUM)
            read.labels.vox[v] = (uint8_t)(LABEL_MYOCARDIUM + v % 3);
    for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
        struct measure_threshold a = apply(&h, methods[i], full);
        struct measure_threshold b = apply(&read, methods[i], full);
        assert_same(&a, &b);
        measure_threshold_clear(&a);
        measure_threshold_clear(&b);
    }
    heart_clear(&h);
    heart_clear(&read);
}

/* Voxels of the remote region that are brighter than half way to the peak: core begins
 * at the half all the same, and nothing is left for the grey zone. */
static void bright_remote_voxels_take_no_core(void **state)
{
    (void)state;
    struct heart h = heart_make(1);
    struct err err = {0};
    struct measure_remote r;
    (void)heart_brighten(&h, 0, 30.0, 35.0, 90.0);
    (void)heart_brighten(&h, 0, 85.0, 20.0, 60.0); /* above the half, too */
    for (size_t v = 0; v < HEART_MAX; v += 23)
        if (h.image.vox[v] < 130.0f)
            h.image.vox[v] = 150.0f;
    assert_ok(measure_remote_find(&h.image, &h.labels, &r, &err), err);
    assert_near(r.max, 150.0, 1e-9);
    struct measure_threshold t =
        apply(&h, "sd:5",
              (struct measure_threshold_options){.zones = MEASURE_THRESHOLD_SCHMIDT});
    size_t above = 0;
    for (size_t v = 0; v < HEART_MAX; v++)
        above += h.labels.vox[v] == LABEL_MYOCARDIUM && h.image.vox[v] > 149.0f;
    assert_int_equal(heart_count(&t.zones, LABEL_BIT(MEASURE_THRESHOLD_CORE)), above);
    assert_near(t.grey_ml, 0.0, 0.0);
    measure_threshold_clear(&t);
    heart_clear(&h);
}

static void zones_by_their_rules(void **state)
{
    (void)state;
    struct heart h = make();
    struct measure_threshold t = apply(
        &h, "sd:5", (struct measure_threshold_options){.zones = MEASURE_THRESHOLD_YAN});
    size_t grey = 0, core = 0;

    for (size_t v = 0; v < grid_voxels(&h.image.grid); v++) {
        const struct measure_remote *r = &t.slice[v / HEART_MAX].remote;
        const double x = (double)h.image.vox[v];
        const bool in = h.labels.vox[v] == LABEL_MYOCARDIUM;
        core += in && x > r->mean + 3.0 * r->sd;
        grey += in && x > r->mean + 2.0 * r->sd && x <= r->mean + 3.0 * r->sd;
    }
    assert_near(t.core_ml, 0.015 * (double)core, 1e-9);
    assert_near(t.grey_ml, 0.015 * (double)grey, 1e-9);
    assert_int_equal(heart_count(&t.zones, LABEL_BIT(MEASURE_THRESHOLD_CORE)), core);
    measure_threshold_clear(&t);

    /* core is what fwhm:slice calls scar; the grey sector of slice 1 is the grey zone
     */
    struct measure_threshold f =
        apply(&h, "fwhm", (struct measure_threshold_options){0});
    t = apply(&h, "otsu",
              (struct measure_threshold_options){.zones = MEASURE_THRESHOLD_SCHMIDT});
    for (size_t v = 0; v < grid_voxels(&h.image.grid); v++)
        assert_int_equal(t.zones.vox[v] == MEASURE_THRESHOLD_CORE,
                         f.labels.vox[v] == LABEL_SCAR);
    for (size_t v = 0; v < HEART_MAX; v++) /* nothing hyperenhanced in slice 0 */
        assert_int_equal(t.zones.vox[v], 0);
    assert_true(t.grey_ml > 0.0);
    assert_true(isnan(f.grey_ml) && !f.zones.vox);
    measure_threshold_clear(&f);
    measure_threshold_clear(&t);
    heart_clear(&h);
}

/* The contours say where no scar is: as if that had been drawn, less the rim. */
static void unenhanced_myocardium_is_remote(void **state)
{
    (void)state;
    struct heart h = make(), mark = make();
    static uint8_t wall[HEART_MAX];

    for (size_t v = 0; v < grid_voxels(&h.image.grid); v++)
        if (heart_in_sector(&h, v, 35.0, 45.0))
            h.labels.vox[v] = LABEL_SCAR;
    for (int32_t k = 0; k < 4; k++) {
        assert_true(measure_remote_wall(&h.labels, k, wall, NULL));
        for (size_t p = 0; p < HEART_MAX; p++) {
            const size_t v = (size_t)k * HEART_MAX + p;
            mark.labels.vox[v] = wall[p] && h.labels.vox[v] == LABEL_MYOCARDIUM;
        }
    }
    struct measure_threshold a =
        apply(&h, "sd:3", (struct measure_threshold_options){.remote = &mark.labels});
    struct measure_threshold b = apply(
        &h, "sd:3", (struct measure_threshold_options){.remote_unenhanced = true});
    assert_true(a.remote.voxels > 0);
    assert_int_equal(a.remote.voxels, b.remote.voxels);
    assert_memory_equal(a.labels.vox, b.labels.vox, grid_voxels(&h.labels.grid));
    assert_near(b.slice[3].remote.mean, 103.0, 1.0);
    measure_threshold_clear(&a);
    measure_threshold_clear(&b);
    heart_clear(&h);
    heart_clear(&mark);
}

static void corrections_are_applied(void **state)
{
    (void)state;
    struct heart h = heart_make(2);
    const size_t scar = heart_brighten(&h, 0, 0.0, 40.0, 80.0);
    size_t core = 0, speck = 0;

    for (size_t v = 0; v < HEART_MAX; v++) /* a dark core in the scar, and a speck */
        if (hypot(heart_x(v) - 15.0, heart_y(v)) < 2.5) {
            h.image.vox[v] = 100.0f;
            core++;
        } else if (hypot(heart_x(v) + 15.0, heart_y(v)) < 1.2) {
            h.image.vox[v] = 180.0f;
            speck++;
        }
    assert_true(core > 5 && speck > 2 && speck < 10);
    struct measure_threshold t =
        apply(&h, "sd:5", (struct measure_threshold_options){0});
    assert_int_equal(heart_count(&t.labels, LABELS_SCAR), scar - core + speck);
    measure_threshold_clear(&t);
    t = apply(&h, "sd:5",
              (struct measure_threshold_options){.fill_no_reflow = true,
                                                 .min_island_ml = 0.016 * (double)speck,
                                                 .zones = MEASURE_THRESHOLD_YAN});
    assert_int_equal(heart_count(&t.labels, LABEL_BIT(LABEL_SCAR)), scar - core);
    assert_int_equal(heart_count(&t.labels, LABEL_BIT(LABEL_NO_REFLOW)), core);
    /* no-reflow is core, dark as it is */
    assert_int_equal(heart_count(&t.zones, LABEL_BIT(MEASURE_THRESHOLD_CORE)), scar);
    measure_threshold_clear(&t);
    heart_clear(&h);
}

/* A slice of contours without myocardium, and hearts without blood. */
static void slices_without_myocardium_have_no_threshold(void **state)
{
    (void)state;
    struct heart h = make();

    memset(h.labels.vox, LABEL_LV_BLOOD, HEART_MAX);
    for (size_t v = HEART_MAX; v < grid_voxels(&h.labels.grid); v++)
        if (h.labels.vox[v] == LABEL_LV_BLOOD)
            h.labels.vox[v] = LABEL_BACKGROUND;
    for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
        struct measure_threshold t = apply(&h, methods[i], full);
        assert_true(isnan(t.slice[0].value));
        assert_int_equal(t.slice[0].remote.voxels, 0);
        assert_memory_equal(t.labels.vox, h.labels.vox, HEART_MAX);
        assert_true(heart_count(&t.labels, LABELS_SCAR) > 0);
        measure_threshold_clear(&t);
    }
    heart_clear(&h);
}

static void refusals_and_what_needs_no_remote(void **state)
{
    (void)state;
    struct heart h = heart_make(2);
    struct measure_threshold t = {0};
    struct measure_threshold_options o = {.method = {MEASURE_THRESHOLD_SD, 2.0}};
    struct err err = {0};

    heart_noise(&h, 5.0);
    for (size_t v = 0; v < grid_voxels(&h.image.grid); v++)
        if (hypot(heart_x(v), heart_y(v)) >= 11.0)
            h.labels.vox[v] = LABEL_BACKGROUND;
    assert_refused(measure_threshold(&h.image, &h.labels, &o, &t, &err), err,
                   ERR_NUMERIC, "no remote myocardium");
    o.method.kind = MEASURE_THRESHOLD_OTSU;
    assert_ok(measure_threshold(&h.image, &h.labels, &o, &t, &err), err);
    assert_int_equal(t.remote.voxels, 0);
    assert_true(isfinite(t.slice[0].value));
    measure_threshold_clear(&t);
    assert_null(t.slice);
    o.zones = MEASURE_THRESHOLD_YAN;
    assert_refused(measure_threshold(&h.image, &h.labels, &o, &t, &err), err,
                   ERR_NUMERIC, "no remote myocardium");
    heart_clear(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_texts),
        cmocka_unit_test(a_step_is_found_to_the_voxel),
        cmocka_unit_test(values_are_as_defined),
        cmocka_unit_test(intensities_may_be_scaled_and_shifted),
        cmocka_unit_test(the_order_of_slices_does_not_matter),
        cmocka_unit_test(labels_2_3_and_4_are_myocardium_alike),
        cmocka_unit_test(zones_by_their_rules),
        cmocka_unit_test(bright_remote_voxels_take_no_core),
        cmocka_unit_test(unenhanced_myocardium_is_remote),
        cmocka_unit_test(corrections_are_applied),
        cmocka_unit_test(slices_without_myocardium_have_no_threshold),
        cmocka_unit_test(refusals_and_what_needs_no_remote),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
