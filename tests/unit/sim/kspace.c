#include "sim/kspace.h"

#include "testing.h"

static struct sim_kspace *open_kspace(struct sim_kspace_size size, double filter)
{
    struct err err = {0};
    struct sim_kspace *k = NULL;
    assert_ok(sim_kspace_new(&size, filter, &k, &err), err);
    return k;
}

/* Any image, complex. */
static void fill(struct sim_kspace *k, int32_t n)
{
    struct rng r = rng_make(1, 2, 3);
    kiss_fft_cpx *fine = sim_kspace_fine(k);
    for (int32_t p = 0; p < n; p++)
        fine[p] =
            (kiss_fft_cpx){(float)rng_range(&r, -1, 1), (float)rng_range(&r, -1, 1)};
}

/* All lines, no filter: what went in comes out, in its place. */
static void test_identity(void **state)
{
    (void)state;
    const struct sim_kspace_size size = {48, 36, 48, 36, 48, 36};
    struct sim_kspace *k = open_kspace(size, -1);
    fill(k, 48 * 36);
    sim_kspace_acquire(k);
    const kiss_fft_cpx *image = sim_kspace_make(k), *fine = sim_kspace_fine(k);
    for (int p = 0; p < 48 * 36; p++) {
        assert_near((double)image[p].r, (double)fine[p].r, 1e-5);
        assert_near((double)image[p].i, (double)fine[p].i, 1e-5);
    }
    sim_kspace_free(k);
}

/* A wave that every grid can carry keeps amplitude and place on any of them. */
static void test_places_agree(void **state)
{
    (void)state;
    const struct sim_kspace_size size = {60, 72, 20, 24, 26, 40};
    struct sim_kspace *k = open_kspace(size, -1);
    kiss_fft_cpx *fine = sim_kspace_fine(k);
    for (int y = 0; y < 72; y++)
        for (int x = 0; x < 60; x++)
            fine[y * 60 + x].r = (float)(1 + cos(2 * M_PI * 3 * (x - 30) / 60.0) +
                                         sin(2 * M_PI * 5 * (y - 36) / 72.0));
    sim_kspace_acquire(k);
    const kiss_fft_cpx *image = sim_kspace_make(k);
    for (int y = 0; y < 40; y++)
        for (int x = 0; x < 26; x++)
            assert_near((double)image[y * 26 + x].r,
                        1 + cos(2 * M_PI * 3 * (x - 13) / 26.0) +
                            sin(2 * M_PI * 5 * (y - 20) / 40.0),
                        1e-5);
    sim_kspace_free(k);
}

static double spread(const kiss_fft_cpx *image, int n)
{
    double sum = 0;
    for (int p = 0; p < n; p++)
        sum += (double)image[p].r * (double)image[p].r;
    return sqrt(sum / n);
}

/* Noise has the sd that was asked for, whatever the filter. */
static void test_noise(void **state)
{
    (void)state;
    const struct sim_kspace_size size = {96, 96, 80, 64, 96, 96};
    const double filters[] = {-1, 0, .5};
    for (int f = 0; f < 3; f++) {
        struct sim_kspace *k = open_kspace(size, filters[f]);
        struct rng r = rng_make(4, 5, 6);
        sim_kspace_clear(k);
        sim_kspace_noise(k, .25, &r);
        assert_near(spread(sim_kspace_make(k), 96 * 96), .25, .01);
        sim_kspace_free(k);
    }
}

/* Motion makes a Gaussian of a point. */
static void test_motion(void **state)
{
    (void)state;
    const int n = 64;
    const struct sim_kspace_size size = {n, n, n, n, n, n};
    struct sim_kspace *k = open_kspace(size, -1);
    sim_kspace_fine(k)[n / 2 * n + n / 2].r = 1;
    sim_kspace_acquire(k);
    const double sx = 2, sy = 3; /* pixels */
    const struct sim_kspace_path path = {.blur_ro = sx / n, .blur_pe = sy / n};
    sim_kspace_disturb(k, &path);
    const kiss_fft_cpx *image = sim_kspace_make(k);
    for (int y = -6; y <= 6; y++)
        for (int x = -6; x <= 6; x++)
            assert_near((double)image[(n / 2 + y) * n + n / 2 + x].r,
                        exp(-.5 * (x * x / (sx * sx) + y * y / (sy * sy))) /
                            (2 * M_PI * sx * sy),
                        1e-5);
    sim_kspace_free(k);
}

/* A modulation of period P lines puts copies at fov / P along the phase encoding. */
static void test_ghost(void **state)
{
    (void)state;
    const int n = 64;
    const struct sim_kspace_size size = {n, n, n, n, n, n};
    struct sim_kspace *k = open_kspace(size, -1);
    sim_kspace_fine(k)[20 * n + 30].r = 1;
    sim_kspace_acquire(k);
    const struct sim_kspace_path path = {.ghost = .2, .ghost_lines = 8};
    sim_kspace_disturb(k, &path);
    const kiss_fft_cpx *image = sim_kspace_make(k);
    assert_near((double)image[20 * n + 30].r, 1, 1e-5);
    for (int side = -1; side <= 1; side += 2) {
        const kiss_fft_cpx v = image[(20 + side * 8) * n + 30];
        assert_near(hypot((double)v.r, (double)v.i), .1, 1e-5);
    }
    sim_kspace_free(k);
}

static void test_refusals(void **state)
{
    (void)state;
    struct err err = {0};
    struct sim_kspace *k = NULL;
    const struct sim_kspace_size bad[] = {
        {47, 36, 20, 20, 48, 36},
        {48, 36, 50, 20, 52, 36},
        {48, 36, 20, 20, 18, 36},
        {48, 36, 20, 0, 48, 36},
    };
    for (size_t b = 0; b < ARRAY_LEN(bad); b++)
        assert_refused(sim_kspace_new(&bad[b], 0, &k, &err), err, ERR_ARG, "even");
    assert_null(k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_identity), cmocka_unit_test(test_places_agree),
        cmocka_unit_test(test_noise),    cmocka_unit_test(test_motion),
        cmocka_unit_test(test_ghost),    cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
