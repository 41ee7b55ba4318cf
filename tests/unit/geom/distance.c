#include "testing.h"

#include "base/rng.h"
#include "geom/distance.h"

enum { NX = 19, NY = 13, NZ = 3, PLANE = NX * NY, VOXELS = PLANE * NZ };
static const int32_t dim[3] = {NX, NY, NZ};
static const double edge[2] = {1.25, 0.8};

/* One slice sparse, one dense, one with a single pixel. */
static void make_mask(uint8_t *mask, uint64_t seed)
{
    static const double share[NZ] = {0.03, 0.7, 0.0};
    struct rng r = rng_make(seed, 0, 0);
    for (int v = 0; v < VOXELS; v++)
        mask[v] =
            (uint8_t)(rng_chance(&r, share[v / PLANE]) ? 1 + rng_below(&r, 9) : 0);
    mask[2 * PLANE + (int)rng_below(&r, PLANE)] = 1;
}

/* The definition: all pairs of a slice. */
static double plain(const uint8_t *mask, int v, bool inside)
{
    const int k = v / PLANE, i = v % NX, j = v % PLANE / NX;
    double best = INFINITY;
    for (int w = k * PLANE; w < (k + 1) * PLANE; w++)
        if ((mask[w] != 0) == inside)
            best = fmin(best,
                        hypot(edge[0] * (w % NX - i), edge[1] * (w % PLANE / NX - j)));
    return best;
}

static void equals_the_definition(void **state)
{
    (void)state;
    static uint8_t mask[VOXELS];
    static float d[VOXELS], s[VOXELS];
    for (uint64_t seed = 0; seed < (testing_slow_machine() ? 2 : 12); seed++) {
        struct err err = {0};
        make_mask(mask, seed);
        assert_ok(geom_distance(mask, dim, edge, d, &err), err);
        assert_ok(geom_distance_signed(mask, dim, edge, s, &err), err);
        for (int v = 0; v < VOXELS; v++) {
            assert_near((double)d[v], plain(mask, v, true), 1e-5);
            assert_near((double)s[v],
                        mask[v] ? 0.4 - plain(mask, v, false)
                                : plain(mask, v, true) - 0.4,
                        1e-5);
            assert_int_equal(s[v] < 0.0f, mask[v] != 0);
        }
    }
}

/* The definition in the volume; with an empty slice, and with an empty mask. */
static void equals_the_definition_in_the_volume(void **state)
{
    (void)state;
    static uint8_t mask[VOXELS];
    static float d[VOXELS];
    const double edge3[3] = {1.25, 0.8, 3.5};
    for (uint64_t seed = 0; seed < (testing_slow_machine() ? 1 : 6); seed++) {
        struct err err = {0};
        make_mask(mask, seed);
        memset(mask + (seed % NZ) * PLANE, 0, PLANE);
        if (seed == 5)
            memset(mask, 0, sizeof mask);
        assert_ok(geom_distance_3d(mask, dim, edge3, d, &err), err);
        for (int v = 0; v < VOXELS; v++) {
            double best = INFINITY;
            for (int w = 0; w < VOXELS; w++)
                if (mask[w])
                    best = fmin(
                        best, hypot(hypot(edge3[0] * (w % NX - v % NX),
                                          edge3[1] * (w % PLANE / NX - v % PLANE / NX)),
                                    edge3[2] * (w / PLANE - v / PLANE)));
            if (isinf(best))
                assert_true(isinf(d[v]) && d[v] > 0);
            else
                assert_near((double)d[v], best, 1e-5);
        }
    }
}

/* A slice without, and one full of it. */
static void empty_and_full(void **state)
{
    (void)state;
    struct err err = {0};
    static uint8_t mask[VOXELS];
    static float d[VOXELS], s[VOXELS];
    memset(mask + PLANE, 1, PLANE);
    assert_ok(geom_distance(mask, dim, edge, d, &err), err);
    assert_ok(geom_distance_signed(mask, dim, edge, s, &err), err);
    for (int v = 0; v < PLANE; v++) {
        assert_true(isinf(d[v]) && d[v] > 0 && isinf(s[v]) && s[v] > 0);
        assert_true(d[PLANE + v] == 0.0f && isinf(s[PLANE + v]) && s[PLANE + v] < 0);
    }
}

/* Of a disc: the distance to its edge, to within the corner of a pixel. */
static void of_a_disc(void **state)
{
    (void)state;
    enum { N = 64 };
    struct err err = {0};
    static uint8_t mask[N * N];
    static float s[N * N];
    for (int v = 0; v < N * N; v++)
        mask[v] = hypot(v % N - 31.3, v / N - 30.1) < 17.0;
    assert_ok(geom_distance_signed(mask, (const int32_t[3]){N, N, 1},
                                   (const double[2]){1.5, 1.5}, s, &err),
              err);
    for (int v = 0; v < N * N; v++)
        assert_near((double)s[v], 1.5 * (hypot(v % N - 31.3, v / N - 30.1) - 17.0),
                    1.5 * 0.75);
}

static void refusals(void **state)
{
    (void)state;
    struct err err = {0};
    uint8_t mask[2] = {0, 1};
    float d[2] = {7, 7};
    assert_refused(geom_distance(mask, (const int32_t[3]){2, 0, 1}, edge, d, &err), err,
                   ERR_ARG, "2 x 0 x 1");
    static const double bad[][2] = {{0, 1}, {1, -1}, {NAN, 1}, {1, INFINITY}};
    for (size_t b = 0; b < ARRAY_LEN(bad); b++)
        assert_refused(
            geom_distance_signed(mask, (const int32_t[3]){2, 1, 1}, bad[b], d, &err),
            err, ERR_ARG, "edge");
    assert_refused(geom_distance_3d(mask, (const int32_t[3]){2, 1, 1},
                                    (const double[3]){1, 1, -8}, d, &err),
                   err, ERR_ARG, "-8 mm along axis 2");
    assert_true(d[0] == 7.0f && d[1] == 7.0f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equals_the_definition),
        cmocka_unit_test(equals_the_definition_in_the_volume),
        cmocka_unit_test(empty_and_full),
        cmocka_unit_test(of_a_disc),
        cmocka_unit_test(refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
