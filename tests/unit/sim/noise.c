#include "testing.h"

#include "sim/noise.h"

static void ring_has_unit_sd_over_draws(void **state)
{
    (void)state;
    enum { DRAWS = 200 };
    double squares = 0.0;
    struct rng r = rng_make(1, 2, 3);
    for (int d = 0; d < DRAWS; d++) {
        struct sim_ring ring;
        sim_noise_ring(&r, 6, 0.8, &ring);
        for (int i = 0; i < SIM_RING; i += 40)
            squares += (double)ring.v[i] * (double)ring.v[i];
    }
    assert_near(sqrt(squares / (DRAWS * SIM_RING / 40.0)), 1.0, 0.08);
}

/* The angle goes round: any whole turn gives the same value, and there is no step at 0
 * degrees beyond those between neighbours elsewhere. */
static void ring_has_no_seam(void **state)
{
    (void)state;
    struct rng r = rng_make(4, 0, 0);
    struct sim_ring ring;
    sim_noise_ring(&r, 6, 0.8, &ring);
    double step = 0.0;
    for (int i = 1; i < SIM_RING; i++)
        step = fmax(step, fabs((double)ring.v[i] - (double)ring.v[i - 1]));
    assert_true(fabs((double)ring.v[0] - (double)ring.v[SIM_RING - 1]) <= step);
    for (int i = -5; i < 5; i++) {
        const float deg = 13.25f + 360.0f * (float)i;
        assert_near((double)sim_noise_ring_at(&ring, deg),
                    (double)sim_noise_ring_at(&ring, 13.25f), 1e-5);
    }
    assert_near((double)sim_noise_ring_at(&ring, 12.5f), (double)ring.v[25], 0.0);
    assert_near((double)sim_noise_ring_at(&ring, 359.75f),
                0.5 * ((double)ring.v[719] + (double)ring.v[0]), 1e-6);
}

static void lattices_are_standard_and_wrap(void **state)
{
    (void)state;
    static struct sim_plane_noise plane;
    static struct sim_cube_noise cube;
    struct rng r = rng_make(8, 0, 0);
    sim_noise_plane(&r, &plane);
    sim_noise_cube(&r, &cube);
    double sum = 0.0, squares = 0.0, neighbours = 0.0;
    const int n = SIM_NOISE_CUBE;
    for (int i = 0; i < n * n * n; i++) {
        const double v = (double)cube.v[i / n / n][i / n % n][i % n];
        sum += v;
        squares += v * v;
        neighbours += v * (double)cube.v[i / n / n][i / n % n][(i + 1) % n];
    }
    assert_near(sum / (n * n * n), 0.0, 1e-4);
    assert_near(squares / (n * n * n), 1.0, 1e-4);
    /* of the kernel: (2 (.4 .25 + .25 .05)) / (.4^2 + 2 .25^2 + 2 .05^2) = .78 */
    assert_near(neighbours / (n * n * n), 0.78, 0.03);
    for (int k = 0; k < 20; k++) {
        const float x = (float)rng_range(&r, -9, 9), y = (float)rng_range(&r, -9, 9);
        const float z = (float)rng_range(&r, -9, 9);
        assert_near((double)sim_noise_cube_at(&cube, x, y + 32, z - 64),
                    (double)sim_noise_cube_at(&cube, x, y, z), 1e-4);
        assert_near((double)sim_noise_plane_at(&plane, x - 64, y + 128),
                    (double)sim_noise_plane_at(&plane, x, y), 1e-4);
    }
    assert_near((double)sim_noise_plane_at(&plane, -1, 2), (double)plane.v[2][63], 0.0);
    assert_near((double)sim_noise_cube_at(&cube, 3, -2, 1), (double)cube.v[1][30][3],
                0.0);
}

static void angles_agree_with_atan2(void **state)
{
    (void)state;
    for (int i = 0; i < 720; i++) {
        const double want = 0.5 * i + 0.1, a = want * M_PI / 180.0;
        assert_near((double)sim_noise_angle((float)(7 * cos(a)), (float)(7 * sin(a))),
                    want, 2e-3);
    }
    assert_near((double)sim_noise_angle(0.0f, 0.0f), 0.0, 0.0);
    assert_near((double)sim_noise_wrap(350.0f - 5.0f), -15.0, 1e-4);
    assert_near((double)sim_noise_wrap(-190.0f), 170.0, 1e-4);
    assert_int_equal(sim_noise_floor(-0.25f), -1);
    assert_int_equal(sim_noise_floor(-2.0f), -2);
    assert_int_equal(sim_noise_floor(2.75f), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ring_has_unit_sd_over_draws),
        cmocka_unit_test(ring_has_no_seam),
        cmocka_unit_test(lattices_are_standard_and_wrap),
        cmocka_unit_test(angles_agree_with_atan2),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
