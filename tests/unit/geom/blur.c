#include "testing.h"

#include "base/rng.h"
#include "geom/blur.h"

enum { NX = 23, NY = 17, NZ = 2, VOXELS = NX * NY * NZ };
static const int32_t dim[3] = {NX, NY, NZ};

static void make_noise(float *vox, uint64_t seed)
{
    struct rng r = rng_make(seed, 0, 0);
    for (int v = 0; v < VOXELS; v++)
        vox[v] = (float)rng_range(&r, -50, 200);
}

static int clamp(int i, int n)
{
    return i < 0 ? 0 : i >= n ? n - 1 : i;
}

/* The definition: a double sum over the whole plane, without separation. */
static double plain(const float *vox, int i, int j, int k, double sx, double sy)
{
    double sum = 0.0, weights = 0.0;
    const int rx = (int)ceil(3 * sx), ry = (int)ceil(3 * sy);
    for (int b = -ry; b <= ry; b++)
        for (int a = -rx; a <= rx; a++) {
            const double w = exp(-0.5 * (sx > 0 ? a * a / (sx * sx) : 0.0) -
                                 0.5 * (sy > 0 ? b * b / (sy * sy) : 0.0));
            sum += w * (double)vox[(k * NY + clamp(j + b, NY)) * NX + clamp(i + a, NX)];
            weights += w;
        }
    return sum / weights;
}

static void agrees_with_the_definition(void **state)
{
    (void)state;
    static const double sigma[][2] = {{1.3, 0.7}, {0, 2}, {2.5, 0}, {6, 0.3}, {0, 0}};
    static float vox[VOXELS], got[VOXELS];
    for (size_t s = 0; s < ARRAY_LEN(sigma); s++) {
        struct err err = {0};
        make_noise(vox, s);
        memcpy(got, vox, sizeof got);
        assert_ok(geom_blur(got, dim, sigma[s], &err), err);
        for (int k = 0; k < NZ; k++)
            for (int j = 0; j < NY; j++)
                for (int i = 0; i < NX; i++)
                    assert_near((double)got[(k * NY + j) * NX + i],
                                plain(vox, i, j, k, sigma[s][0], sigma[s][1]), 1e-4);
    }
}

/* Sigma 0 changes no bit, a constant stays, and a wide kernel on a small slice too. */
static void constants_stay(void **state)
{
    (void)state;
    struct err err = {0};
    static float vox[VOXELS];
    for (int v = 0; v < VOXELS; v++)
        vox[v] = v < VOXELS / 2 ? 7.25f : -3.0f; /* one value in each slice */
    assert_ok(geom_blur(vox, dim, (const double[2]){GEOM_BLUR_MAX_SIGMA, 9}, &err),
              err);
    for (int v = 0; v < VOXELS; v++)
        assert_near((double)vox[v], v < VOXELS / 2 ? 7.25 : -3.0, 1e-5);
}

/* Where no edge is near, what one pixel holds is spread and none of it lost; its spread
 * is sigma (of the kernel cut at three sigma: 0.7 % less variance at sigma 2). */
static void mass_and_width(void **state)
{
    (void)state;
    struct err err = {0};
    static float vox[64 * 64];
    double sum = 0, xx = 0, yy = 0;
    vox[32 * 64 + 32] = 1000.0f;
    assert_ok(
        geom_blur(vox, (const int32_t[3]){64, 64, 1}, (const double[2]){2, 1}, &err),
        err);
    for (int j = 0; j < 64; j++)
        for (int i = 0; i < 64; i++) {
            const double m = (double)vox[j * 64 + i];
            sum += m;
            xx += m * (i - 32) * (i - 32);
            yy += m * (j - 32) * (j - 32);
        }
    assert_near(sum, 1000.0, 1e-3);
    assert_near(xx / sum, 4.0, 0.15);
    assert_near(yy / sum, 1.0, 0.05);
}

static void a_mirrored_image_gives_the_mirrored_bits(void **state)
{
    (void)state;
    struct err err = {0};
    static float a[VOXELS], b[VOXELS];
    const double sigma[2] = {1.7, 2.9};
    make_noise(a, 5);
    for (int k = 0; k < NZ; k++)
        for (int j = 0; j < NY; j++)
            for (int i = 0; i < NX; i++)
                b[(k * NY + NY - 1 - j) * NX + NX - 1 - i] = a[(k * NY + j) * NX + i];
    assert_ok(geom_blur(a, dim, sigma, &err), err);
    assert_ok(geom_blur(b, dim, sigma, &err), err);
    for (int k = 0; k < NZ; k++)
        for (int j = 0; j < NY; j++)
            for (int i = 0; i < NX; i++)
                assert_memory_equal(&b[(k * NY + NY - 1 - j) * NX + NX - 1 - i],
                                    &a[(k * NY + j) * NX + i], sizeof(float));
}

static void bad_arguments_are_refused(void **state)
{
    (void)state;
    struct err err = {0};
    float vox[4] = {1, 2, 3, 4};
    const int32_t small[3] = {2, 2, 1};
    static const double bad[][2] = {{-1, 1}, {1, 65}, {(double)NAN, 1}};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_refused(geom_blur(vox, small, bad[i], &err), err, ERR_ARG, "sigma is");
    assert_refused(
        geom_blur(vox, (const int32_t[3]){2, 0, 1}, (const double[2]){1, 1}, &err), err,
        ERR_ARG, "axis 1");
    assert_true(vox[0] == 1.0f && vox[3] == 4.0f);
    assert_ok(geom_blur(vox, small, (const double[2]){1e-320, 1e-200}, &err), err);
    assert_true(vox[0] == 1.0f && vox[3] == 4.0f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_the_definition),
        cmocka_unit_test(constants_stay),
        cmocka_unit_test(mass_and_width),
        cmocka_unit_test(a_mirrored_image_gives_the_mirrored_bits),
        cmocka_unit_test(bad_arguments_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
