#include "sim/scan.h"

#include "base/mem.h"
#include "sim/frame.h"
#include "sim/render.h"
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
        cmocka_unit_test(test_fold),
    };
    return cmocka_run_group_tests(tests, open_patient, close_patient);
}
