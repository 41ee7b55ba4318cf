#include "testing.h"

#include "sim/draw.h"

enum { N = 20000 };

/* Mean and variance of n draws of a gamma distribution are shape * scale and shape *
 * scale^2; the standard error of the mean is sqrt(variance / n). */
static void gamma_has_its_moments(void **state)
{
    (void)state;
    static const double shape[] = {0.15, 0.8, 1.0, 1.6, 7.0};
    for (size_t s = 0; s < ARRAY_LEN(shape); s++) {
        struct rng r = rng_make(5, s, 0);
        double sum = 0.0, squares = 0.0;
        for (int i = 0; i < N; i++) {
            const double x = sim_draw_gamma(&r, shape[s], 0.5);
            assert_true(x >= 0.0);
            sum += x;
            squares += x * x;
        }
        const double mean = sum / N, variance = squares / N - mean * mean;
        assert_near(mean, 0.5 * shape[s], 4.0 * sqrt(0.25 * shape[s] / N));
        assert_near(variance / (0.25 * shape[s]), 1.0, 0.2);
    }
}

static void limits_hold(void **state)
{
    (void)state;
    struct rng r = rng_make(6, 0, 0);
    bool low = false, high = false;
    for (int i = 0; i < 1000; i++) {
        const double x = sim_draw_clipped(&r, 3.0, 2.0, 1.5, 4.0);
        assert_true(x >= 1.5 && x <= 4.0);
        low = low || x <= 1.5;
        high = high || x >= 4.0;
    }
    assert_true(low && high);
    assert_near(sim_draw_clip(-1.0, 0.0, 2.0), 0.0, 0.0);
}

static void lognormal_has_its_median(void **state)
{
    (void)state;
    struct rng r = rng_make(7, 0, 0);
    int below = 0;
    for (int i = 0; i < N; i++)
        below += sim_draw_lognormal(&r, 0.06, 1.0) < 0.06;
    assert_near((double)below / N, 0.5, 4.0 * 0.5 / sqrt(N));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gamma_has_its_moments),
        cmocka_unit_test(limits_hold),
        cmocka_unit_test(lognormal_has_its_median),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
