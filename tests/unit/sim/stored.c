#include "sim/stored.h"

#include "sim/site.h"
#include "testing.h"

enum { N = 4096 };

/* A volume with a bright end, and negative values if phase-sensitive. */
static void fill(float *vox, bool psir)
{
    struct rng r = rng_make(1, 1, 1);
    for (int p = 0; p < N; p++)
        vox[p] = (float)(rng_range(&r, psir ? -.2 : 0, 1) * (p % 50 ? 1 : 3));
}

static void test_ranges(void **state)
{
    (void)state;
    const struct {
        int32_t scheme;
        bool psir, eight_bit;
        double lo, hi;
    } kinds[] = {
        {SIM_UINT12, false, false, 0, 4095}, {SIM_OFFSET, true, false, 0, 4095},
        {SIM_INT16, false, false, 0, 32767}, {SIM_SLOPE, false, false, 0, 4095},
        {SIM_SLOPE, true, false, 0, 4095},   {SIM_UINT12, false, true, 0, 255},
        {SIM_OFFSET, true, true, 0, 255},
    };
    for (size_t k = 0; k < ARRAY_LEN(kinds); k++)
        for (uint64_t index = 0; index < 5; index++) {
            static float vox[N], before[N];
            const struct sim_scan scan = {.scheme = kinds[k].scheme,
                                          .psir = kinds[k].psir,
                                          .eight_bit = kinds[k].eight_bit,
                                          .gamma = 1};
            struct rng r = rng_make(2, index, 0);
            double slope = 0, inter = 1;
            fill(vox, kinds[k].psir);
            memcpy(before, vox, sizeof vox);
            sim_stored_values(&scan, &r, vox, N, &slope, &inter);
            double most = 0;
            for (int p = 0; p < N; p++) {
                const double stored = ((double)vox[p] - inter) / slope;
                assert_near(stored, round(stored), 1e-3);
                assert_true(stored > kinds[k].lo - .01 && stored < kinds[k].hi + .01);
                most = stored > most ? stored : most;
                if (p > 0 && before[p] > before[p - 1]) /* order is kept */
                    assert_true(vox[p] >= vox[p - 1]);
            }
            assert_true(most > 100);
            if (kinds[k].eight_bit)
                assert_near(most, 255, 0);
        }
}

/* Nothing is 2048 in the Siemens scheme, and a border stores 0 in any. */
static void test_zero(void **state)
{
    (void)state;
    static float vox[N];
    const struct sim_scan scan = {.scheme = SIM_OFFSET, .psir = true, .gamma = 1};
    struct rng r = rng_make(3, 0, 0);
    double slope, inter;
    fill(vox, true);
    vox[7] = 0;
    sim_stored_values(&scan, &r, vox, N, &slope, &inter);
    assert_near((double)vox[7], 2048, 0);
    assert_near((double)sim_stored_blank(-650.5), -650.5, 1e-3);
}

static void test_gamma_keeps_the_ends(void **state)
{
    (void)state;
    static float plain[N], bent[N];
    struct sim_scan scan = {.scheme = SIM_UINT12, .gamma = 1};
    double slope, inter;
    fill(plain, false);
    memcpy(bent, plain, sizeof plain);
    struct rng r = rng_make(3, 0, 0), same = r;
    sim_stored_values(&scan, &r, plain, N, &slope, &inter);
    scan.gamma = 1.4;
    sim_stored_values(&scan, &same, bent, N, &slope, &inter);
    const double top = sim_stored_percentile(plain, N, .999);
    assert_near(sim_stored_percentile(bent, N, .999) / top, 1, .02);
    assert_true(sim_stored_percentile(bent, N, .3) <
                .95 * sim_stored_percentile(plain, N, .3));
}

static void test_percentile(void **state)
{
    (void)state;
    static float vox[N];
    for (int p = 0; p < N; p++)
        vox[p] = (float)((p * 1237) % N);
    assert_near(sim_stored_percentile(vox, N, .5), N / 2.0, 2);
    assert_near(sim_stored_percentile(vox, N, .99), .99 * N, 2);
    for (int p = 0; p < N; p++)
        vox[p] = 3;
    assert_near(sim_stored_percentile(vox, N, .5), 3, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ranges),
        cmocka_unit_test(test_zero),
        cmocka_unit_test(test_gamma_keeps_the_ends),
        cmocka_unit_test(test_percentile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
