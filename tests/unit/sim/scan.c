#include "sim/scan.h"

#include "base/mem.h"
#include "sim/coil.h"
#include "sim/frame.h"
#include "sim/render.h"
#include "sim/stored.h"
#include "testing.h"

/* One patient for all tests: anatomy is what takes time. */
static struct sim_patient patient;
static struct sim_heart *heart;
static struct sim_body *body;

static int open_patient(void **state)
{
    (void)state;
    sim_patient_draw(5, 3, SIM_COHORT, &patient);
    return sim_heart_new(&patient, &heart, NULL) && sim_body_new(&patient, &body, NULL)
               ? 0
               : -1;
}

static int close_patient(void **state)
{
    (void)state;
    sim_heart_free(heart);
    sim_body_free(body);
    return 0;
}

/* A small scan of site `site`: two slices through the middle, 3 mm pixels. */
static struct sim_scan small(int32_t site)
{
    struct sim_scan s;
    sim_scan_draw(5, 3, SIM_COHORT, site, &patient, &s);
    s.columns = s.rows = s.rows_made = 64;
    s.pixel_mm = 3;
    s.fov_ro_mm = s.fov_pe_mm = 192;
    s.acquired_ro = s.acquired_pe = 64;
    s.slices = 2;
    s.first_mm = s.middle_mm;
    s.centre_mm[0] = s.centre_mm[1] = 0;
    s.zero_border = false;
    return s;
}

static struct sim_stack run(const struct sim_scan *s)
{
    struct err err = {0};
    struct sim_stack stack;
    assert_ok(sim_scan_run(s, &patient, heart, body, &stack, &err), err);
    return stack;
}

static void test_same_again(void **state)
{
    (void)state;
    const struct sim_scan s = small(3);
    struct sim_stack a = run(&s), b = run(&s);
    const size_t n = grid_voxels(&a.image.grid);
    assert_memory_equal(a.image.vox, b.image.vox, n * sizeof *a.image.vox);
    assert_memory_equal(a.truth.vox, b.truth.vox, n);
    assert_memory_equal(a.scar_share, b.scar_share, n);
    sim_stack_clear(&a);
    sim_stack_clear(&b);
}

/* Labels follow from the shares; volumes are their sums. */
static void test_half_volume_rule(void **state)
{
    (void)state;
    const struct sim_scan s = small(0);
    struct sim_stack a = run(&s);
    const size_t n = grid_voxels(&a.image.grid);
    double wall = 0;
    size_t walls = 0, blood = 0;
    for (size_t p = 0; p < n; p++) {
        assert_true(a.scar_share[p] <= a.myocardium_share[p]);
        wall += a.myocardium_share[p] / 255.0;
        assert_int_equal(label_in(a.truth.vox[p], LABELS_MYOCARDIUM),
                         a.myocardium_share[p] >= 128);
        if (label_in(a.truth.vox[p], LABELS_SCAR))
            assert_true(a.scar_share[p] >= 128);
        walls += label_in(a.truth.vox[p], LABELS_MYOCARDIUM);
        blood += a.truth.vox[p] == LABEL_LV_BLOOD;
        assert_true(isfinite(a.image.vox[p]));
    }
    assert_true(walls > 100 && blood > 20);
    assert_near(a.true_myocardium_ml, wall * grid_voxel_ml(&a.image.grid), 1e-6);
    assert_near((double)walls / wall, 1, .1); /* the rule is fair */
    sim_stack_clear(&a);
}

/* The truth is the heart: at a voxel that is all wall or all cavity, a plane through
 * the voxel's place in the patient finds that label.  Nothing moves here. */
static void test_truth_is_where_the_grid_says(void **state)
{
    (void)state;
    struct sim_scan s = small(2);
    s.shift_mm[0] = s.shift_mm[1] = s.shift_mm[2] = 0;
    for (int o = 0; o < (testing_slow_machine() ? 1 : 4); o++) {
        s.turn = 3 - o;
        s.mirror = o % 2;
        struct sim_stack a = run(&s);
        const struct grid *g = &a.truth.grid;
        size_t checked = 0;
        for (int32_t p = 0; p < (int32_t)grid_voxels(g); p++) {
            if (a.myocardium_share[p] != 255)
                continue;
            const double at[3] = {p % g->dim[0], p / g->dim[0] % g->dim[1],
                                  p / (g->dim[0] * g->dim[1])};
            double mm[3];
            struct sim_plane plane = {.columns = 1, .rows = 1};
            grid_point_mm(g, at, mm);
            for (int k = 0; k < 3; k++)
                for (int b = 0; b < 3; b++)
                    plane.origin[k] +=
                        s.to_patient[b][k] * (mm[b] - s.to_patient[b][3]);
            uint8_t tissue, label;
            float scar, diffuse;
            struct sim_matter out = {&tissue, &label, &scar, &diffuse};
            sim_heart_plane(heart, &plane, &out);
            assert_true(label_in(label, LABELS_MYOCARDIUM));
            checked++;
        }
        assert_true(checked > 50);
        sim_stack_clear(&a);
    }
}

/* Blood is brighter than remote myocardium, in every site's reconstruction. */
static void test_contrast(void **state)
{
    (void)state;
    for (int32_t site = 0; site < (testing_slow_machine() ? 2 : SIM_SITES); site++) {
        struct sim_scan s = small(site);
        s.ti_ms = s.ti_null_ms;
        struct sim_stack a = run(&s);
        double sum[LABEL_COUNT] = {0}, count[LABEL_COUNT] = {0};
        for (size_t p = 0; p < grid_voxels(&a.image.grid); p++) {
            sum[a.truth.vox[p]] += (double)a.image.vox[p];
            count[a.truth.vox[p]] += 1;
        }
        assert_true(sum[LABEL_LV_BLOOD] / count[LABEL_LV_BLOOD] >
                    sum[LABEL_MYOCARDIUM] / count[LABEL_MYOCARDIUM]);
        sim_stack_clear(&a);
    }
}

static double mean_in(const struct sim_stack *a, uint8_t label, int32_t slice)
{
    const struct grid *g = &a->truth.grid;
    const size_t plane = (size_t)g->dim[0] * (size_t)g->dim[1];
    double sum = 0, count = 0;
    for (size_t p = plane * (size_t)slice; p < plane * (size_t)(slice + 1); p++)
        if (a->truth.vox[p] == label) {
            sum += (double)a->image.vox[p];
            count++;
        }
    assert_true(count > 10);
    return sum / count;
}

/* A phase-sensitive scan at the null, of uncorrected coils, in its own order. */
static struct sim_scan nulled(void)
{
    struct sim_scan s = small(3);
    s.ti_ms = s.ti_null_ms;
    s.coil_correction = 0;
    s.parallel = s.ghost = false;
    s.turn = s.mirror = 0;
    s.apex_first = false;
    return s;
}

/* Brightness that a share of a label's voxels is below. */
static double level_in(const struct sim_stack *a, uint8_t label, double share)
{
    static float v[64 * 64 * 2];
    size_t n = 0;
    for (size_t p = 0; p < grid_voxels(&a->truth.grid); p++)
        if (a->truth.vox[p] == label)
            v[n++] = a->image.vox[p];
    assert_true(n > 100);
    return sim_stored_percentile(v, n, share);
}

/* SD of the noise, found by its being taken away, over the contrast of blood without
 * and of muscle with few neighbours of the other kind. */
static double noise_over_contrast(struct sim_scan s)
{
    struct sim_stack noisy = run(&s);
    s.snr = 1e6;
    struct sim_stack clean = run(&s);
    const size_t n = grid_voxels(&noisy.image.grid);
    const double zero = 2048, contrast = level_in(&clean, LABEL_LV_BLOOD, .9) -
                                         level_in(&clean, LABEL_MYOCARDIUM, .3);
    double xy = 0, xx = 0, square = 0;
    for (size_t p = 0; p < n; p++) { /* the gain of a series is its own */
        xy += ((double)noisy.image.vox[p] - zero) * ((double)clean.image.vox[p] - zero);
        xx += ((double)clean.image.vox[p] - zero) * ((double)clean.image.vox[p] - zero);
    }
    for (size_t p = 0; p < n; p++) {
        const double d = (double)noisy.image.vox[p] - zero -
                         xy / xx * ((double)clean.image.vox[p] - zero);
        square += d * d;
    }
    sim_stack_clear(&noisy);
    sim_stack_clear(&clean);
    return sqrt(square / (double)n) / (xy / xx * contrast);
}

/* Blood less myocardium is SNR times the noise; where lines were left out g is 1.25 in
 * some of the field. */
static void test_noise(void **state)
{
    (void)state;
    if (testing_slow_machine())
        return;
    struct sim_scan s = nulled();
    s.snr = 15;
    const double plain = noise_over_contrast(s);
    assert_near(plain, 1.0 / 15, .15 / 15);
    s.snr = 7.5;
    assert_near(noise_over_contrast(s) / plain, 2, .1);
    s.snr = 15;
    s.parallel = true;
    const double more = noise_over_contrast(s) / plain;
    assert_true(more > 1.03 && more < 1.25);
}

/* The scanner divides by what it knows of its coils, to the power .9. */
static void test_coil_correction(void **state)
{
    (void)state;
    struct sim_scan s = nulled();
    static float coil[64 * 64];
    const int32_t dim[2] = {64, 64};
    const double edge[2] = {3, 3};
    const struct sim_coil_waves none = {0};
    s.snr = 1e6;
    struct sim_stack plain = run(&s);
    s.coil_correction = 1;
    struct sim_stack even = run(&s);
    sim_coil_field(&s, &none, dim, edge, coil);
    double x = 0, y = 0, xx = 0, xy = 0, n = 0;
    for (int p = 0; p < 64 * 64; p++) {
        const double before = (double)plain.image.vox[p] - 2048;
        const double after = (double)even.image.vox[p] - 2048;
        if (before < 60 || after < 60 || (double)coil[p] < .15)
            continue;
        const double a = log((double)coil[p]), b = log(after / before);
        x += a;
        y += b;
        xx += a * a;
        xy += a * b;
        n++;
    }
    assert_true(n > 200 && xx / n - x / n * (x / n) > .02);
    assert_near((xy - x * y / n) / (xx - x * x / n), -.9, .02);
    sim_stack_clear(&plain);
    sim_stack_clear(&even);
}

/* TI shrinks from the first slice to the last by the drift: an early TI is negative. */
static void test_drift(void **state)
{
    (void)state;
    struct sim_scan s = nulled();
    s.drift_ms = 160;
    struct sim_stack a = run(&s);
    assert_true(mean_in(&a, LABEL_MYOCARDIUM, 0) > 2048 + 20);
    assert_true(mean_in(&a, LABEL_MYOCARDIUM, 1) < 2048 - 20);
    sim_stack_clear(&a);
}

/* The fat of the phase-sensitive image is bright: its phase is in the reference too.
 */
static void test_fat(void **state)
{
    (void)state;
    struct sim_scan s = nulled();
    s.snr = 1e6;
    s.bandwidth_hz = 1e6; /* no shift */
    struct sim_stack a = run(&s);
    for (int t = 0; t < SIM_TISSUES; t++)
        s.contrast_mix[t] = t == SIM_FAT || t == SIM_MARROW;
    struct sim_stack fat = run(&s); /* shows where it is: nothing else has signal */
    const size_t n = grid_voxels(&fat.image.grid);
    const double bright = sim_stored_percentile(fat.image.vox, n, .995) - 2048;
    double sum = 0, count = 0;
    for (size_t p = 0; p < n; p++)
        if ((double)fat.image.vox[p] - 2048 > .6 * bright) {
            sum += (double)a.image.vox[p] - 2048;
            count++;
        }
    assert_true(count > 20);
    assert_true(sum / count > mean_in(&a, LABEL_LV_BLOOD, 0) - 2048);
    sim_stack_clear(&a);
    sim_stack_clear(&fat);
}

/* Rows that were not acquired hold nothing, as many above as below. */
static void test_padding(void **state)
{
    (void)state;
    struct sim_scan s = nulled();
    s.rows = 80;
    struct sim_stack a = run(&s);
    assert_int_equal(a.image.grid.dim[1], 80);
    for (int32_t j = 0; j < 80; j++) {
        double most = 0;
        for (int32_t i = 0; i < 64; i++)
            most = fmax(most, (double)a.image.vox[j * 64 + i]);
        assert_int_equal(most > 0, j >= 8 && j < 72);
    }
    sim_stack_clear(&a);
}

static void test_fold(void **state)
{
    (void)state;
    const struct sim_render r = {.dim = {24, 36}, .fov_rows = 24};
    for (int32_t row = 0; row < 36; row++) {
        const int32_t v = row - 18; /* rows from the centre */
        const int32_t inside = v < -12 ? v + 24 : v >= 12 ? v - 24 : v;
        assert_int_equal(sim_render_fold(&r, row), inside + 12);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_again),
        cmocka_unit_test(test_half_volume_rule),
        cmocka_unit_test(test_truth_is_where_the_grid_says),
        cmocka_unit_test(test_contrast),
        cmocka_unit_test(test_noise),
        cmocka_unit_test(test_coil_correction),
        cmocka_unit_test(test_drift),
        cmocka_unit_test(test_fat),
        cmocka_unit_test(test_padding),
        cmocka_unit_test(test_fold),
    };
    return cmocka_run_group_tests(tests, open_patient, close_patient);
}
