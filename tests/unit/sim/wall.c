#include "testing.h"

#include "sim/wall.h"

static void make(uint64_t index, enum sim_mode mode, struct sim_patient *p,
                 struct sim_wall *wall)
{
    struct err err = {0};
    sim_patient_draw(2, index, mode, p);
    assert_ok(sim_wall_init(wall, p, &err), err);
}

/* The thickest place of the wall is as thick as prescribed. */
static void thickest_is_as_prescribed(void **state)
{
    (void)state;
    const int n = testing_slow_machine() ? 2 : 16;
    for (int k = 0; k < n; k++) {
        struct sim_patient p;
        struct sim_wall wall;
        make((uint64_t)k, k % 2 ? SIM_RANDOM : SIM_COHORT, &p, &wall);
        double thickest = 0.0;
        for (int row = 0; row < wall.rows; row++)
            for (int i = 0; i < SIM_RING; i++) {
                const float z = (float)(row + SIM_WALL_TOP_MM);
                if (z > wall.edge.v[i] && z < wall.length)
                    thickest = fmax(
                        thickest,
                        (double)wall.point[(size_t)row * SIM_RING + (size_t)i].thick);
            }
        assert_near(thickest / p.max_wall_mm, 1.0, 0.03);
        sim_wall_clear(&wall);
    }
}

/* An infarct's oedema makes the wall of its territory thicker, and no other. */
static void an_infarct_swells(void **state)
{
    (void)state;
    struct err err = {0};
    struct sim_patient p;
    struct sim_wall plain, swollen;
    make(3, SIM_ACUTE, &p, &plain);
    sim_wall_clear(&plain);
    p.max_wall_mm = 40.0; /* so that the thickest place does not scale all others */
    p.swollen = 0.0;
    assert_ok(sim_wall_init(&plain, &p, &err), err);
    p.swollen = 0.2;
    assert_ok(sim_wall_init(&swollen, &p, &err), err);
    struct sim_wall_point a, b;
    const float z = 0.4f * plain.length;
    const float in = plain.territory_deg, out = in + 180.0f;
    sim_wall_at(&plain, in, z, &a);
    sim_wall_at(&swollen, in, z, &b);
    const double here = (double)(b.thick / a.thick);
    sim_wall_at(&plain, out, z, &a);
    sim_wall_at(&swollen, out, z, &b);
    const double there = (double)(b.thick / a.thick);
    assert_true(here > 1.03 * there && there < 1.02);
    sim_wall_clear(&swollen);
    sim_wall_clear(&plain);
}

/* Surfaces lie in each other, close round the axis, and end at the apex. */
static void surfaces_are_in_order(void **state)
{
    (void)state;
    struct sim_patient p;
    struct sim_wall wall;
    make(5, SIM_COHORT, &p, &wall);
    for (int row = 0; row < wall.rows; row++) {
        const float z = (float)(row + SIM_WALL_TOP_MM);
        double step = 0.0, seam = 0.0;
        for (int i = 0; i < SIM_RING; i++) {
            const struct sim_wall_point *w =
                &wall.point[(size_t)row * SIM_RING + (size_t)i];
            const struct sim_wall_point *next =
                &wall.point[(size_t)row * SIM_RING + (size_t)((i + 1) % SIM_RING)];
            assert_true(w->endo < w->epi && w->epi <= w->hull + 1e-4f);
            assert_true(w->thick >= 2.8f && w->fat >= 0.0f && w->pad >= 0.0f);
            assert_true(w->hull + w->fat + w->pad < wall.reach[row]);
            assert_true(z < wall.length || w->epi <= 0.0f);
            const double d = fabs((double)next->epi - (double)w->epi);
            if (i + 1 < SIM_RING)
                step = fmax(step, d);
            else
                seam = d;
        }
        assert_true(seam <= 1.2 * step + 1e-3);
    }
    sim_wall_clear(&wall);
}

static void looks_up_between_its_points(void **state)
{
    (void)state;
    struct sim_patient p;
    struct sim_wall wall;
    struct sim_wall_point at;
    make(6, SIM_COHORT, &p, &wall);
    const struct sim_wall_point *row =
        wall.point + (size_t)(20 - SIM_WALL_TOP_MM) * SIM_RING;
    sim_wall_at(&wall, 45.0f, 20.0f, &at);
    assert_near((double)at.epi, (double)row[90].epi, 1e-5);
    sim_wall_at(&wall, 359.75f, 20.5f, &at);
    const double mean =
        0.25 * ((double)row[719].endo + (double)row[0].endo +
                (double)row[719 + SIM_RING].endo + (double)row[SIM_RING].endo);
    assert_near((double)at.endo, mean, 1e-4);
    sim_wall_at(&wall, 360.0f, 1e4f, &at); /* held in the table */
    assert_near((double)at.epi, 0.0, 0.0);
    sim_wall_clear(&wall);
}

static void segments_are_the_heart_associations(void **state)
{
    (void)state;
    struct sim_wall wall = {.length = 100.0f, .anterior_deg = 120.0f};
    static const struct {
        float deg, z;
        int segment;
    } at[] = {{150, 10, 2},  {200, 10, 3},  {270, 10, 4}, {330, 10, 5}, {20, 10, 6},
              {90, 10, 1},   {90, 50, 7},   {150, 50, 8}, {20, 50, 12}, {90, 80, 13},
              {180, 80, 14}, {270, 80, 15}, {0, 80, 16},  {77, 96, 17}};
    for (size_t k = 0; k < ARRAY_LEN(at); k++)
        assert_int_equal(sim_wall_segment(&wall, at[k].deg, at[k].z), at[k].segment);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_infarct_swells),
        cmocka_unit_test(thickest_is_as_prescribed),
        cmocka_unit_test(surfaces_are_in_order),
        cmocka_unit_test(looks_up_between_its_points),
        cmocka_unit_test(segments_are_the_heart_associations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
