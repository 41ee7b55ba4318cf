#include "testing.h"

#include "base/mem.h"
#include "sim/paint_wall.h"
#include "stand_in.h"

static const struct sim_paint_frame frame = {.to_mm = {{1.3, 0}, {0, -1.45}},
                                             .apex_last = true};

/* Rings of 13 mm, 9 slices of 10 mm; a patient of 24 mm all round. */
struct heart {
    struct sim_stack stack;
    struct sim_paint_shape shape;
    struct sim_patient patient;
    struct sim_wall wall;
    struct sim_paint_warp *warp;
};

static void make(struct heart *h)
{
    struct err err = {0};
    struct stand_in s = stand_in_default(1);
    s.scar_deg = 0;
    *h = (struct heart){0};
    assert_ok(stand_in_stack(&s, &h->stack, &err), err);
    assert_ok(sim_paint_shape_init(&h->stack.truth, &frame, &h->shape, &err), err);
    sim_patient_draw(5, 6, SIM_COHORT, &h->patient);
    h->patient.subtype = SIM_CONCENTRIC;
    h->patient.max_wall_mm = 24;
    h->patient.spread = 1;
    sim_paint_wall_fit(&h->shape, &h->patient);
    assert_ok(sim_wall_init(&h->wall, &h->patient, &err), err);
    h->warp = mem_alloc((size_t)h->shape.grid.dim[2], sizeof *h->warp, &err);
    assert_non_null(h->warp);
}

static void clear(struct heart *h)
{
    mem_free(h->warp);
    sim_wall_clear(&h->wall);
    sim_paint_shape_clear(&h->shape);
    stand_in_clear(&h->stack);
}

static void a_patient_fits(void **state)
{
    (void)state;
    struct heart h;
    make(&h);
    assert_near(h.patient.wall_mm, 13, 0.4);
    assert_near(h.patient.length_mm, 98, 1e-3);
    assert_near(h.patient.cavity_mm, 25, 1);
    assert_true(h.patient.apex_mm <= 8);
    h.patient.max_wall_mm = 7; /* the heart is thicker already */
    sim_paint_wall_fit(&h.shape, &h.patient);
    assert_true(h.patient.max_wall_mm >= h.patient.wall_mm);
    clear(&h);
}

/* The sum of wall and growth is the target where that is thicker, never thinner than
 * the wall was. */
static void grows_to_the_target(void **state)
{
    (void)state;
    struct heart h;
    float growth[SIM_PAINT_RAYS];
    double thickest = 0;
    make(&h);
    for (int32_t k = 1; k <= 7; k++) {
        sim_paint_wall_growth(&h.shape, k, &h.wall, 1, growth);
        for (int i = 0; i < SIM_PAINT_RAYS; i++) {
            const float was = h.shape.slice[k].outer[i] - h.shape.slice[k].inner[i];
            const double is = (double)(was + growth[i]);
            struct sim_wall_point t;
            sim_wall_at(&h.wall, (float)i, sim_paint_shape_z(&h.shape, k), &t);
            assert_true(growth[i] >= 0);
            if (t.thick > was + 3)
                assert_near(is, (double)t.thick, 0.8);
            thickest = fmax(thickest, is);
        }
    }
    assert_near(thickest, 24, 0.8);
    sim_paint_wall_growth(&h.shape, 4, &h.wall, 0, growth);
    assert_true(growth[0] == 0 && growth[200] == 0);
    clear(&h);
}

/* An open wall has nothing that could grow. */
static void an_open_wall_stays(void **state)
{
    (void)state;
    struct heart h;
    float growth[SIM_PAINT_RAYS];
    make(&h);
    struct sim_paint_slice *s = &h.shape.slice[1];
    for (int i = 100; i < 180; i++)
        s->outer[i] = s->inner[i];
    sim_paint_wall_growth(&h.shape, 1, &h.wall, 1, growth);
    assert_near((double)growth[140], 0, 0.01);
    assert_true(growth[20] > 1);
    clear(&h);
}

static void scar_finds_the_new_wall(void **state)
{
    (void)state;
    struct heart h;
    float growth[SIM_PAINT_RAYS];
    struct sim_wall_point p;
    struct err err = {0};
    make(&h);
    for (int32_t k = h.shape.first; k <= h.shape.last; k++) {
        sim_paint_wall_growth(&h.shape, k, &h.wall, 1, growth);
        assert_ok(
            sim_paint_warp_make(&h.shape.slice[k], growth, 0.6f, &h.warp[k], &err),
            err);
    }
    sim_paint_wall_replace(&h.shape, h.warp, &h.wall);
    for (int deg = 0; deg < 360; deg += 30) {
        sim_wall_at(&h.wall, (float)deg, sim_paint_shape_z(&h.shape, 4), &p);
        assert_near((double)p.endo, (double)h.warp[4].inner[deg], 0.05);
        assert_near((double)p.epi, (double)h.warp[4].outer[deg], 0.05);
        assert_near((double)p.thick, (double)(p.epi - p.endo), 1e-4);
        sim_wall_at(&h.wall, (float)deg, sim_paint_shape_z(&h.shape, 4.5), &p);
        assert_near((double)p.epi,
                    (double)(h.warp[4].outer[deg] + h.warp[5].outer[deg]) / 2, 0.05);
        sim_wall_at(&h.wall, (float)deg, 97, &p); /* beyond the last slice */
        assert_near((double)p.epi, 0, 0);
    }
    assert_near((double)h.wall.lowest_edge, 0, 1e-4);
    clear(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_patient_fits),
        cmocka_unit_test(grows_to_the_target),
        cmocka_unit_test(an_open_wall_stays),
        cmocka_unit_test(scar_finds_the_new_wall),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
