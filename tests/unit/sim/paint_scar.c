#include "testing.h"

#include "base/mem.h"
#include "sim/paint_scar.h"
#include "sim/paint_wall.h"
#include "stand_in.h"

static const struct sim_paint_frame frame = {.to_mm = {{1.3, 0}, {0, -1.45}},
                                             .apex_last = true};

/* What scar of a pattern is in the rings of stand_in.h. */
struct laid {
    struct sim_stack stack;
    float *enhancement;
    double share, inside, outside, above, dark;
};

static void lay(enum sim_pattern pattern, bool no_reflow, double burden,
                struct laid *out)
{
    struct err err = {0};
    struct laid l = {0};
    struct stand_in s = stand_in_default(1);
    struct sim_paint_shape shape;
    struct sim_patient p;
    struct sim_wall wall;
    struct sim_scar scar;
    struct sim_cube_noise *ragged = mem_alloc(1, sizeof *ragged, &err);
    struct rng r = rng_make(1, 2, 3);
    s.scar_deg = 0;
    assert_ok(stand_in_stack(&s, &l.stack, &err), err);
    assert_ok(sim_paint_shape_init(&l.stack.truth, &frame, &shape, &err), err);
    sim_patient_draw(8, 9, SIM_COHORT, &p);
    p.pattern = pattern;
    p.burden = burden;
    p.territory = SIM_LCX;
    p.no_reflow = no_reflow;
    sim_paint_wall_fit(&shape, &p);
    assert_ok(sim_wall_init(&wall, &p, &err), err);
    struct sim_paint_warp *warp =
        mem_alloc((size_t)shape.grid.dim[2], sizeof *warp, &err); /* none moves */
    sim_paint_wall_replace(&shape, warp, &wall);
    assert_ok(sim_scar_init(&scar, &p, &wall, &err), err);
    sim_noise_cube(&r, ragged);
    const struct sim_paint_ground ground = {&shape, warp, &wall, &scar, ragged, 8};
    const size_t voxels = grid_voxels(&shape.grid);
    l.enhancement = mem_alloc(voxels, sizeof *l.enhancement, &err);
    uint8_t *before = mem_alloc(voxels, 1, &err);
    memcpy(before, l.stack.truth.vox, voxels);
    sim_paint_scar_lay(&ground, &l.stack.truth, l.enhancement);
    double n = 0, scarred = 0;
    for (size_t v = 0; v < voxels; v++) {
        const uint8_t label = l.stack.truth.vox[v];
        const double e = (double)l.enhancement[v];
        const bool painted = label_in(label, LABELS_SCAR);
        assert_true(before[v] == label || (before[v] == LABEL_MYOCARDIUM && painted));
        n += before[v] == LABEL_MYOCARDIUM;
        scarred += painted;
        l.dark += label == LABEL_NO_REFLOW;
        l.inside += label == LABEL_SCAR ? e : 0;
        l.above += before[v] == LABEL_MYOCARDIUM && !painted ? e : 0;
        l.outside =
            fmax(l.outside,
                 before[v] == LABEL_BACKGROUND || before[v] == LABEL_LV_BLOOD ? e : 0);
    }
    l.share = scarred / n;
    l.inside /= scarred - l.dark;
    l.above /= n - scarred;
    l.dark /= scarred;
    mem_free(before);
    mem_free(warp);
    mem_free(ragged);
    sim_scar_clear(&scar);
    sim_wall_clear(&wall);
    sim_paint_shape_clear(&shape);
    *out = l;
}

static void laid_clear(struct laid *l)
{
    mem_free(l->enhancement);
    stand_in_clear(&l->stack);
}

/* In the wall only, as much as was asked for, and as bright as a core is. */
static void fibrosis_is_laid(void **state)
{
    (void)state;
    struct laid l;
    lay(SIM_FIBROSIS, false, 0.15, &l);
    assert_near(l.share, 0.15, 0.035);
    assert_near(l.inside, 0.9, 0.2);
    assert_true(l.above < 0.12);
    assert_true(l.outside < 0.75); /* pixels that are partly wall */
    assert_near(l.dark, 0, 0);
    laid_clear(&l);
}

static void an_infarct_is_laid(void **state)
{
    (void)state;
    struct laid l;
    lay(SIM_INFARCT, true, 0.25, &l);
    assert_near(l.share, 0.25, 0.04);
    assert_true(l.dark > 0.03 && l.dark < 0.4);
    assert_true(l.above < 0.12);
    /* of the lateral wall: nothing on the side of the septum */
    const struct grid *g = &l.stack.truth.grid;
    for (size_t v = 0; v < grid_voxels(g); v++) {
        const double x = (double)(v % (size_t)g->dim[0]) - 45;
        if (x < -25)
            assert_false(label_in(l.stack.truth.vox[v], LABELS_SCAR));
    }
    laid_clear(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fibrosis_is_laid),
        cmocka_unit_test(an_infarct_is_laid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
