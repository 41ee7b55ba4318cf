#include "testing.h"

#include "base/rng.h"
#include "sim/paint_warp.h"

/* A wall of 9 mm round a cavity of 24 mm, a little out of round. */
static struct sim_paint_slice slice_make(void)
{
    struct sim_paint_slice s = {.wall = true, .centre = {40, 40}};
    for (int i = 0; i < SIM_PAINT_RAYS; i++) {
        s.inner[i] = 24 + 2 * cosf((float)i / 28.6f);
        s.outer[i] = s.inner[i] + 9;
    }
    return s;
}

static void growth_make(float most, float growth[static SIM_PAINT_RAYS])
{
    for (int i = 0; i < SIM_PAINT_RAYS; i++) {
        const float off = ((float)i - 180) / 40;
        growth[i] = most * expf(-0.5f * off * off);
    }
}

static void nothing_grows(void **state)
{
    (void)state;
    struct err err = {0};
    const struct sim_paint_slice s = slice_make();
    const float none[SIM_PAINT_RAYS] = {0};
    struct sim_paint_warp w;
    struct sim_paint_place p;
    assert_ok(sim_paint_warp_make(&s, none, 0.65f, &w, &err), err);
    assert_false(w.moves);
    sim_paint_warp_at(&w, &s, (const float[]){-20, 17}, &p);
    assert_true(p.from[0] == -20 && p.from[1] == 17);
    assert_near((double)p.jacobian, 1, 0);
    sim_paint_warp_at(&w, &s, (const float[]){0, 26.5f}, &p);
    assert_near((double)p.depth, 0.5, 0.02);
    assert_near((double)p.degrees, 90, 0.01);
}

/* The wall's borders come from the wall's borders; as much is added as was asked. */
static void the_wall_grows(void **state)
{
    (void)state;
    struct err err = {0};
    const struct sim_paint_slice s = slice_make();
    float growth[SIM_PAINT_RAYS];
    struct sim_paint_warp w;
    growth_make(14, growth);
    assert_ok(sim_paint_warp_make(&s, growth, 0.6f, &w, &err), err);
    for (int i = 0; i < SIM_PAINT_RAYS; i++) {
        const float x = cosf((float)i / 57.2957795f), y = sinf((float)i / 57.2957795f);
        struct sim_paint_place p;
        assert_near((double)(w.outer[i] - w.inner[i]), (double)(9 + growth[i]), 1e-4);
        assert_near((double)(s.inner[i] - w.inner[i]), 0.6 * (double)growth[i], 1e-4);
        sim_paint_warp_at(&w, &s, (const float[]){w.inner[i] * x, w.inner[i] * y}, &p);
        assert_near((double)hypotf(p.from[0], p.from[1]), (double)s.inner[i], 0.02);
        assert_near((double)p.depth, 0, 0.01);
        sim_paint_warp_at(&w, &s, (const float[]){w.outer[i] * x, w.outer[i] * y}, &p);
        assert_near((double)hypotf(p.from[0], p.from[1]), (double)s.outer[i], 0.02);
        assert_near((double)p.depth, 1, 0.01);
        /* and far outside nothing moves */
        sim_paint_warp_at(&w, &s, (const float[]){70 * x, 70 * y}, &p);
        assert_true(p.from[0] == 70 * x && p.from[1] == 70 * y);
    }
}

/* The Jacobian is that of finite differences, everywhere positive, and the smallest one
 * is found. */
static void it_does_not_fold(void **state)
{
    (void)state;
    struct err err = {0};
    const struct sim_paint_slice s = slice_make();
    float growth[SIM_PAINT_RAYS];
    struct sim_paint_warp w;
    struct rng r = rng_make(1, 2, 3);
    growth_make(18, growth);
    assert_ok(sim_paint_warp_make(&s, growth, 0.7f, &w, &err), err);
    const double least = (double)sim_paint_warp_min_jacobian(&w, &s);
    double seen = 1;
    for (int n = 0; n < (testing_slow_machine() ? 300 : 20000); n++) {
        const float h = 0.02f, x = (float)rng_range(&r, -60, 60),
                    y = (float)rng_range(&r, -60, 60);
        struct sim_paint_place p, q[4];
        sim_paint_warp_at(&w, &s, (const float[]){x, y}, &p);
        sim_paint_warp_at(&w, &s, (const float[]){x + h, y}, &q[0]);
        sim_paint_warp_at(&w, &s, (const float[]){x - h, y}, &q[1]);
        sim_paint_warp_at(&w, &s, (const float[]){x, y + h}, &q[2]);
        sim_paint_warp_at(&w, &s, (const float[]){x, y - h}, &q[3]);
        double d[2][2];
        for (int a = 0; a < 2; a++)
            for (int b = 0; b < 2; b++)
                d[a][b] =
                    (double)(q[2 * b].from[a] - q[2 * b + 1].from[a]) / (2 * 0.02);
        const double det = d[0][0] * d[1][1] - d[0][1] * d[1][0];
        if (p.radius > 2) /* the slope jumps at a knot: a loose bound */
            assert_near(det, (double)p.jacobian, 0.06 + 0.06 * det);
        assert_true(p.jacobian > 0);
        seen = fmin(seen, (double)p.jacobian);
    }
    assert_true(least >= SIM_PAINT_MIN_JACOBIAN);
    assert_true(seen >= least - 0.02);
    assert_true(least < 0.6); /* a wall of three times the thickness is stretched */
}

/* A cavity is not closed: what finds no room goes outwards. */
static void a_cavity_stays_open(void **state)
{
    (void)state;
    struct err err = {0};
    struct sim_paint_slice s = slice_make();
    float growth[SIM_PAINT_RAYS];
    struct sim_paint_warp w;
    for (int i = 0; i < SIM_PAINT_RAYS; i++) {
        growth[i] = 12;
        s.inner[i] = 8;
        s.outer[i] = 16;
    }
    assert_ok(sim_paint_warp_make(&s, growth, 1.0f, &w, &err), err);
    assert_near((double)w.inner[0], 3, 1e-5);
    assert_near((double)w.outer[0], 23, 1e-5);
}

static void refuses(void **state)
{
    (void)state;
    struct err err = {0};
    struct sim_paint_slice s = slice_make();
    float growth[SIM_PAINT_RAYS];
    struct sim_paint_warp w;
    growth_make(10, growth);
    growth[7] = -1;
    assert_refused(sim_paint_warp_make(&s, growth, 0.6f, &w, &err), err, ERR_ARG,
                   "growth");
    growth[7] = NAN;
    assert_refused(sim_paint_warp_make(&s, growth, 0.6f, &w, &err), err, ERR_ARG,
                   "growth");
    for (int i = 0; i < SIM_PAINT_RAYS; i++) {
        growth[i] = 60;
        s.outer[i] = s.inner[i] + 2;
    }
    assert_refused(sim_paint_warp_make(&s, growth, 0.6f, &w, &err), err, ERR_NUMERIC,
                   "folds");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_grows),    cmocka_unit_test(the_wall_grows),
        cmocka_unit_test(it_does_not_fold), cmocka_unit_test(a_cavity_stays_open),
        cmocka_unit_test(refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
