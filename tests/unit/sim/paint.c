#include "testing.h"

#include "base/mem.h"
#include "geom/blur.h"
#include "geom/components.h"
#include "sim/paint.h"
#include "stand_in.h"

static const struct sim_paint_frame frame = {.to_mm = {{1.3, 0}, {0, -1.45}},
                                             .apex_last = true};

static void source(double scar_deg, struct sim_stack *stack)
{
    struct err err = {0};
    struct stand_in s = stand_in_default(1);
    s.scar_deg = scar_deg;
    assert_ok(stand_in_stack(&s, stack, &err), err);
}

static struct sim_paint_plan plan_of(enum sim_pattern pattern)
{
    const struct sim_paint_shares shares = {0.2, 0.3};
    struct sim_paint_plan plan;
    sim_paint_draw(3, 14, false, &shares, &plan);
    plan.thick = true;
    plan.contrast = 3;
    plan.blood = 0;
    plan.patient.subtype = SIM_CONCENTRIC;
    plan.patient.max_wall_mm = 22;
    plan.patient.pattern = pattern;
    plan.patient.burden = pattern == SIM_NO_SCAR ? 0 : 0.2;
    plan.patient.no_reflow = false;
    return plan;
}

static double mean_of(const struct image *image, const struct labels *labels, uint8_t l)
{
    double sum = 0, n = 0;
    for (size_t v = 0; v < grid_voxels(&image->grid); v++)
        if (labels->vox[v] == l) {
            sum += (double)image->vox[v];
            n += 1;
        }
    return sum / n;
}

/* A wall that stays: only the dither of whole numbers, and not even that here. */
static void a_copy_that_stays(void **state)
{
    (void)state;
    struct err err = {0};
    struct sim_stack s;
    struct sim_paint_case c;
    struct sim_paint_plan plan = plan_of(SIM_NO_SCAR);
    plan.thick = false;
    source(60, &s);
    s.image.vox[5] += 0.25f; /* no longer whole */
    assert_ok(sim_paint_make(&s.image, &s.truth, &frame, &plan, &c, &err), err);
    const size_t voxels = grid_voxels(&s.image.grid);
    assert_memory_equal(c.image.vox, s.image.vox, voxels * sizeof *s.image.vox);
    assert_memory_equal(c.labels.vox, s.truth.vox, voxels);
    assert_near(c.amount, 0, 0);
    assert_near(c.percent_lge, s.true_percent_lge, 1e-9);
    sim_paint_clear(&c);
    for (size_t v = 0; v < voxels; v++)
        s.image.vox[v] = rintf(s.image.vox[v]);
    assert_ok(sim_paint_make(&s.image, &s.truth, &frame, &plan, &c, &err), err);
    double off = 0;
    for (size_t v = 0; v < voxels; v++)
        off = fmax(off, fabs((double)(c.image.vox[v] - s.image.vox[v])));
    assert_true(off > 0.45 && off < 0.501);
    sim_paint_clear(&c);
    stand_in_clear(&s);
}

/* The wall becomes as thick as was asked; labels move with the image: in what is now
 * wall it is as dark as wall, in what is now cavity as bright as blood. */
static void a_wall_is_thickened(void **state)
{
    (void)state;
    struct err err = {0};
    struct sim_stack s;
    struct sim_paint_case c;
    const struct sim_paint_plan plan = plan_of(SIM_NO_SCAR);
    source(0, &s);
    assert_ok(sim_paint_make(&s.image, &s.truth, &frame, &plan, &c, &err), err);
    assert_near(c.amount, 1, 0);
    assert_near(c.max_wall_mm, c.target_wall_mm, 1);
    assert_near(c.max_wall_mm, 22, 1.2);
    assert_true(c.min_jacobian > 0.05 && c.min_jacobian < 1);
    assert_true(c.myocardium_ml > 1.3 * s.true_myocardium_ml);
    assert_near(c.percent_lge, 0, 0);
    assert_near(mean_of(&c.image, &c.labels, LABEL_MYOCARDIUM), 40, 4);
    assert_near(mean_of(&c.image, &c.labels, LABEL_LV_BLOOD), 400, 6);
    /* halfway between the labels' border, halfway between the signals */
    double sum = 0, n = 0;
    const struct grid *g = &c.image.grid;
    for (int32_t k = 2; k <= 6; k++)
        for (int32_t j = 0; j < g->dim[1]; j++)
            for (int32_t i = 0; i + 1 < g->dim[0]; i++) {
                const size_t v = grid_index(g, i, j, k);
                if (c.labels.vox[v] == LABEL_MYOCARDIUM &&
                    c.labels.vox[v + 1] == LABEL_LV_BLOOD) {
                    sum += (double)(c.image.vox[v] + c.image.vox[v + 1]) / 2;
                    n += 1;
                }
            }
    assert_true(n > 40);
    assert_near(sum / n, 220, 25);
    /* texture is neither smeared nor sharpened: rough from pixel to pixel as before */
    double rough = 0;
    n = 0;
    for (int32_t k = 2; k <= 6; k++)
        for (int32_t j = 0; j < g->dim[1]; j++)
            for (int32_t i = 0; i + 2 < g->dim[0]; i++) {
                const size_t v = grid_index(g, i, j, k);
                if (c.labels.vox[v] == LABEL_MYOCARDIUM &&
                    c.labels.vox[v + 2] == LABEL_MYOCARDIUM) {
                    const double d = (double)(c.image.vox[v] - c.image.vox[v + 2]);
                    rough += fabs(d) < 90 ? d * d / 2 : 0;
                    n += 1;
                }
            }
    assert_near(sqrt(rough / n), 18, 3.5);
    sim_paint_clear(&c);
    stand_in_clear(&s);
}

/* Scar is above the wall by what was asked, the wall is as it was without scar. */
static void scar_is_painted(void **state)
{
    (void)state;
    struct err err = {0};
    struct sim_stack s;
    struct sim_paint_case with, without;
    struct sim_paint_plan plan = plan_of(SIM_NO_SCAR);
    source(0, &s);
    assert_ok(sim_paint_make(&s.image, &s.truth, &frame, &plan, &without, &err), err);
    plan = plan_of(SIM_FIBROSIS);
    plan.contrast = 10; /* sd of 18 */
    assert_ok(sim_paint_make(&s.image, &s.truth, &frame, &plan, &with, &err), err);
    assert_near(with.signal, 180, 6);
    assert_near(with.percent_lge, 20, 4);
    double more = 0, n = 0, rest = 0, wall = 0, far = 0;
    for (size_t v = 0; v < grid_voxels(&s.image.grid); v++) {
        const double d = (double)(with.image.vox[v] - without.image.vox[v]);
        const uint8_t was = without.labels.vox[v], is = with.labels.vox[v];
        assert_true(is == was || (was == LABEL_MYOCARDIUM && is == LABEL_SCAR));
        if (is == LABEL_SCAR) {
            more += d;
            n += 1;
        } else if (is == LABEL_MYOCARDIUM) {
            rest += d;
            wall += 1;
        } else if (is == LABEL_BACKGROUND) {
            far = fmax(far, d);
        }
        assert_true(d > -0.01);
    }
    assert_near(more / n, with.signal, 0.2 * with.signal);
    assert_true(rest / wall < 0.15 * with.signal); /* haze, and edges of pixels */
    assert_true(far < with.signal);
    sim_paint_clear(&with);
    sim_paint_clear(&without);
    stand_in_clear(&s);
}

/* The steepest step of painted signal between neighbours, over the scar's signal. */
static double steepest(double blur)
{
    struct err err = {0};
    struct sim_stack s;
    struct sim_paint_case with, without;
    struct sim_paint_plan plan = plan_of(SIM_FIBROSIS);
    double most = 0;
    plan.contrast = 10;
    plan.thick = false;
    source(0, &s);
    assert_ok(
        geom_blur(s.image.vox, s.image.grid.dim, (const double[]){blur, blur}, &err),
        err);
    assert_ok(sim_paint_make(&s.image, &s.truth, &frame, &plan, &with, &err), err);
    plan.patient.pattern = SIM_NO_SCAR;
    assert_ok(sim_paint_make(&s.image, &s.truth, &frame, &plan, &without, &err), err);
    for (size_t v = 0; v + 1 < grid_voxels(&s.image.grid); v++)
        most = fmax(most,
                    fabs((double)(with.image.vox[v] - without.image.vox[v] -
                                  with.image.vox[v + 1] + without.image.vox[v + 1])));
    most /= with.signal;
    sim_paint_clear(&with);
    sim_paint_clear(&without);
    stand_in_clear(&s);
    return most;
}

static void scar_is_as_sharp_as_the_image(void **state)
{
    (void)state;
    const double sharp = steepest(0), soft = steepest(1.0);
    assert_true(sharp > 0.3);
    assert_true(soft < 0.8 * sharp);
}

/* No label of a focus that no reader draws. */
static void foci_have_a_size(void **state)
{
    (void)state;
    struct err err = {0};
    struct sim_stack s;
    struct sim_paint_case c;
    struct geom_components foci;
    const struct sim_paint_plan plan = plan_of(SIM_FIBROSIS);
    source(0, &s);
    assert_ok(sim_paint_make(&s.image, &s.truth, &frame, &plan, &c, &err), err);
    const size_t voxels = grid_voxels(&c.labels.grid);
    uint8_t *mask = mem_alloc(voxels, 1, &err);
    for (size_t v = 0; v < voxels; v++)
        mask[v] = label_in(c.labels.vox[v], LABELS_SCAR);
    assert_ok(
        geom_components_find(mask, c.labels.grid.dim, GEOM_TOUCH_SLICE_8, &foci, &err),
        err);
    assert_true(foci.count > 3);
    for (uint32_t f = 1; f <= foci.count; f++)
        assert_true((double)foci.size[f] * 1.3 * 1.45 >= 16);
    geom_components_clear(&foci);
    mem_free(mask);
    sim_paint_clear(&c);
    stand_in_clear(&s);
}

/* Blood within a contour that was drawn wide does not become twice as bright. */
static void what_is_bright_stays(void **state)
{
    (void)state;
    struct err err = {0};
    struct sim_stack s;
    struct sim_paint_case c;
    struct sim_paint_plan plan = plan_of(SIM_INFARCT);
    double sum = 0, n = 0, top = 0;
    plan.thick = false;
    plan.patient.burden = 0.45;
    source(0, &s);
    const size_t voxels = grid_voxels(&s.image.grid),
                 columns = (size_t)s.image.grid.dim[0];
    for (size_t v = 0; v < voxels; v++)
        if (s.truth.vox[v] == LABEL_MYOCARDIUM && v % columns % 22 < 3)
            s.image.vox[v] += 360;
    plan.contrast = 2.5;
    assert_ok(sim_paint_make(&s.image, &s.truth, &frame, &plan, &c, &err), err);
    for (size_t v = 0; v < voxels; v++)
        if (c.labels.vox[v] == LABEL_SCAR && v % columns % 22 == 1) {
            sum += (double)(c.image.vox[v] - s.image.vox[v]);
            top = fmax(top, (double)c.image.vox[v]);
            n += 1;
        }
    assert_true(n > 30 && c.signal > 200);
    assert_true(sum / n < 0.6 * c.signal);
    assert_true(top < 400 + c.signal);
    sim_paint_clear(&c);
    stand_in_clear(&s);
}

/* A wall of 4 mm cannot become one of 80: it grows as far as it can. */
static void a_thin_wall_grows_less(void **state)
{
    (void)state;
    struct err err = {0};
    struct sim_stack s;
    struct sim_paint_case c;
    struct sim_paint_plan plan = plan_of(SIM_NO_SCAR);
    plan.patient.max_wall_mm = 80;
    source(0, &s);
    const struct grid *g = &s.truth.grid;
    for (size_t v = 0; v < grid_voxels(g); v++) {
        const size_t nx = (size_t)g->dim[0], plane = nx * (size_t)g->dim[1];
        const double x = 1.3 * ((double)(v % nx) - 45);
        const double y = 1.45 * ((double)(v % plane / nx) - 37.8);
        const double epi = 38 * sqrt(1 - pow((double)(v / plane) / 10, 2.5));
        if (s.truth.vox[v] == LABEL_MYOCARDIUM && hypot(x, y) < epi - 4) {
            s.truth.vox[v] = LABEL_LV_BLOOD;
            s.image.vox[v] += 360;
        }
    }
    assert_ok(sim_paint_make(&s.image, &s.truth, &frame, &plan, &c, &err), err);
    assert_true(c.amount > 0.1 && c.amount < 0.99);
    assert_true(c.min_jacobian >= 0.05);
    assert_true(c.max_wall_mm > 15 && c.max_wall_mm < c.target_wall_mm - 5);
    sim_paint_clear(&c);
    stand_in_clear(&s);
}

/* Brighter blood: papillary muscles, wall and air stay. */
static void blood_is_tinted(void **state)
{
    (void)state;
    struct err err = {0};
    struct sim_stack s;
    struct sim_paint_case c;
    struct sim_paint_plan plan = plan_of(SIM_NO_SCAR);
    plan.thick = false;
    plan.blood = 0.5;
    source(0, &s);
    assert_ok(sim_paint_make(&s.image, &s.truth, &frame, &plan, &c, &err), err);
    assert_near(mean_of(&c.image, &c.labels, LABEL_LV_BLOOD), 400 + 0.5 * 360, 12);
    assert_near(mean_of(&c.image, &c.labels, LABEL_MYOCARDIUM), 40, 18); /* its edge */
    sim_paint_clear(&c);
    stand_in_clear(&s);
}

static void scar_of_the_source_moves(void **state)
{
    (void)state;
    struct err err = {0};
    struct sim_stack s;
    struct sim_paint_case c;
    const struct sim_paint_plan plan = plan_of(SIM_NO_SCAR);
    source(70, &s);
    assert_ok(sim_paint_make(&s.image, &s.truth, &frame, &plan, &c, &err), err);
    assert_true(c.scar_ml > 1.2 * s.true_scar_ml);
    assert_near(mean_of(&c.image, &c.labels, LABEL_SCAR), 360, 12);
    assert_near(mean_of(&c.image, &c.labels, LABEL_MYOCARDIUM), 40, 8);
    sim_paint_clear(&c);
    stand_in_clear(&s);
}

static void the_same_again(void **state)
{
    (void)state;
    struct err err = {0};
    struct sim_stack s;
    struct sim_paint_case a, b;
    struct sim_paint_plan plan = plan_of(SIM_INFARCT);
    source(0, &s);
    const size_t bytes = grid_voxels(&s.image.grid) * sizeof(float);
    assert_ok(sim_paint_make(&s.image, &s.truth, &frame, &plan, &a, &err), err);
    assert_ok(sim_paint_make(&s.image, &s.truth, &frame, &plan, &b, &err), err);
    assert_memory_equal(a.image.vox, b.image.vox, bytes);
    sim_paint_clear(&b);
    plan.index++;
    assert_ok(sim_paint_make(&s.image, &s.truth, &frame, &plan, &b, &err), err);
    assert_memory_not_equal(a.image.vox, b.image.vox, bytes);
    sim_paint_clear(&a);
    sim_paint_clear(&b);
    stand_in_clear(&s);
}

static void plans_are_drawn(void **state)
{
    (void)state;
    const struct sim_paint_shares shares = {0.25, 0.30};
    enum { N = 2000 };
    int pattern[3] = {0}, thin = 0, thin_others = 0, bright = 0, dark = 0;
    double contrast[3] = {0};
    for (uint64_t k = 0; k < N; k++) {
        struct sim_paint_plan p, q;
        sim_paint_draw(1, k, false, &shares, &p);
        sim_paint_draw(1, k, true, &shares, &q);
        const enum sim_pattern kind = p.patient.pattern;
        pattern[kind]++;
        contrast[kind] += p.contrast;
        thin += !p.thick;
        thin_others += !p.thick && kind != SIM_INFARCT;
        bright += p.blood > 0;
        dark += p.blood < 0;
        assert_true(q.patient.pattern == SIM_NO_SCAR && q.thick);
        assert_true(q.patient.burden <= 0 && q.patient.subtype != SIM_ANEURYSM);
        assert_true(p.contrast >= 1.3 && p.contrast <= 3.7);
        assert_true((kind == SIM_NO_SCAR) == (p.patient.burden <= 0));
        if (kind == SIM_FIBROSIS)
            assert_true(p.patient.burden >= 0.015 && p.patient.burden <= 0.32);
    }
    assert_near(pattern[SIM_NO_SCAR] / (double)N, 0.25, 0.03);
    assert_near(pattern[SIM_INFARCT] / (double)N, 0.30, 0.03);
    assert_near(thin / (double)pattern[SIM_INFARCT], 0.5, 0.06);
    assert_int_equal(thin_others, 0);
    assert_near(bright / (double)N, 0.30, 0.03);
    assert_near(dark / (double)N, 0.15, 0.03);
    assert_near(contrast[SIM_INFARCT] / pattern[SIM_INFARCT], 2.33, 0.1);
    assert_true(contrast[SIM_FIBROSIS] / pattern[SIM_FIBROSIS] < 2.25);
    assert_string_equal(sim_paint_pattern_name(SIM_INFARCT), "infarct");
    assert_string_equal(sim_paint_pattern_name(SIM_FIBROSIS), "fibrosis");
    assert_string_equal(sim_paint_pattern_name(SIM_NO_SCAR), "none");
}

static void refuses(void **state)
{
    (void)state;
    struct err err = {0};
    struct sim_stack s;
    struct sim_paint_case c;
    const struct sim_paint_plan plan = plan_of(SIM_FIBROSIS);
    source(0, &s);
    struct image shifted = s.image;
    shifted.grid.to_mm[0][3] += 5;
    assert_refused(sim_paint_make(&shifted, &s.truth, &frame, &plan, &c, &err), err,
                   ERR_ARG, "one grid");
    struct labels none;
    assert_ok(labels_alloc(&s.image.grid, &none, &err), err);
    assert_refused(sim_paint_make(&s.image, &none, &frame, &plan, &c, &err), err,
                   ERR_FORMAT, "no myocardium");
    labels_clear(&none);
    for (size_t v = 0; v < grid_voxels(&s.image.grid); v++)
        s.image.vox[v] *= -1;
    assert_refused(sim_paint_make(&s.image, &s.truth, &frame, &plan, &c, &err), err,
                   ERR_SUPPORT, "late enhancement");
    stand_in_clear(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_copy_that_stays),
        cmocka_unit_test(a_wall_is_thickened),
        cmocka_unit_test(scar_is_painted),
        cmocka_unit_test(scar_is_as_sharp_as_the_image),
        cmocka_unit_test(foci_have_a_size),
        cmocka_unit_test(what_is_bright_stays),
        cmocka_unit_test(a_thin_wall_grows_less),
        cmocka_unit_test(blood_is_tinted),
        cmocka_unit_test(scar_of_the_source_moves),
        cmocka_unit_test(the_same_again),
        cmocka_unit_test(plans_are_drawn),
        cmocka_unit_test(refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
