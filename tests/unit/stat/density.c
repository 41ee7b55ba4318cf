/* density: its area is 1, its bandwidth Silverman's, its ends are ends. */
#include "testing.h"

#include "base/rng.h"
#include "stat/density.h"

enum { N = 60, STEPS = 401 };

static double x[N], at[STEPS], f[STEPS];

static void make_places(double lo, double hi)
{
    for (int k = 0; k < STEPS; k++)
        at[k] = lo + (hi - lo) * k / (STEPS - 1);
}

static double area(void)
{
    double sum = 0.0;
    for (int k = 1; k < STEPS; k++)
        sum += 0.5 * (f[k] + f[k - 1]) * (at[k] - at[k - 1]);
    return sum;
}

static void area_is_one(void **state)
{
    (void)state;
    struct rng rng = rng_make(3, 0, 0);
    struct err err = {0};

    for (int i = 0; i < N; i++) /* a third of them zero, as DSC are */
        x[i] = i % 3 == 0 ? 0.0 : rng_uniform(&rng);
    make_places(-0.2, 1.2);
    const struct stat_density_grid ends = {0.0, 1.0, at, STEPS};
    assert_ok(stat_density(x, N, &ends, f, &err), err);
    assert_near(area(), 1.0, 0.01);
    assert_near(f[0], 0.0, 0.0); /* nothing below 0 or above 1 */
    assert_near(f[STEPS - 1], 0.0, 0.0);
    make_places(-3.0, 4.0);
    const struct stat_density_grid open = {-INFINITY, INFINITY, at, STEPS};
    assert_ok(stat_density(x, N, &open, f, &err), err);
    assert_near(area(), 1.0, 1e-6);
}

/* Of -1 and 1: sd = sqrt 2, quartiles at -.5 and .5, so IQR / 1.34 = .746 is less;
 * h = .9 x .746 x 2^-.2 */
static void two_values_by_hand(void **state)
{
    (void)state;
    const double pair[] = {-1.0, 1.0}, place[] = {0.0, 1.0};
    const struct stat_density_grid open = {-INFINITY, INFINITY, place, 2};
    const double h = 0.9 / 1.34 * pow(2.0, -0.2),
                 one = 1.0 / (h * sqrt(2.0 * 3.14159265358979323846));
    struct err err = {0};

    assert_ok(stat_density(pair, 2, &open, f, &err), err);
    assert_near(f[0], one * exp(-0.5 / (h * h)), 1e-12);
    assert_near(f[1], one * 0.5 * (1.0 + exp(-2.0 / (h * h))), 1e-12);
    /* an end at 1 doubles what is there, and its own image adds the far one's */
    const struct stat_density_grid ended = {-INFINITY, 1.0, place, 2};
    assert_ok(stat_density(pair, 2, &ended, f, &err), err);
    assert_near(f[1], one * (1.0 + exp(-2.0 / (h * h))), 1e-12);
}

static void constant_has_none(void **state)
{
    (void)state;
    const double same[] = {0.5, 0.5, 0.5}, place[] = {0.5};
    const struct stat_density_grid g = {0.0, 1.0, place, 1};
    struct err err = {0};

    assert_ok(stat_density(same, 3, &g, f, &err), err);
    assert_near(f[0], 0.0, 0.0);
}

static void refuses(void **state)
{
    (void)state;
    const double good[] = {0.1, 0.2}, far[] = {0.1, 1.2}, bad[] = {0.1, NAN};
    const double place[] = {0.5};
    const struct stat_density_grid g = {0.0, 1.0, place, 1},
                                   flat = {1.0, 1.0, place, 1};
    struct err err = {0};

    f[0] = 99.0;
    assert_refused(stat_density(good, 1, &g, f, &err), err, ERR_ARG, "1 values");
    assert_refused(stat_density(good, 2, &flat, f, &err), err, ERR_ARG, "from 1 to 1");
    assert_refused(stat_density(far, 2, &g, f, &err), err, ERR_ARG, "1.2");
    assert_refused(stat_density(bad, 2, &g, f, &err), err, ERR_NUMERIC, "value 2");
    assert_near(f[0], 99.0, 0.0);
}

/* Quartiles at 0 and 1: IQR / 1.34 = .746 is more than the sd of .535 */
static void spread_is_the_lesser(void **state)
{
    (void)state;
    const double two[] = {0, 0, 0, 0, 1, 1, 1, 1}, place[] = {0.0};
    const struct stat_density_grid open = {-INFINITY, INFINITY, place, 1};
    const double h = 0.9 * sqrt(2.0 / 7.0) * pow(8.0, -0.2);
    assert_true(stat_density(two, 8, &open, f, NULL));
    assert_near(f[0],
                0.5 * (1.0 + exp(-0.5 / (h * h))) /
                    (h * sqrt(2.0 * 3.14159265358979323846)),
                1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(area_is_one),          cmocka_unit_test(two_values_by_hand),
        cmocka_unit_test(constant_has_none),    cmocka_unit_test(refuses),
        cmocka_unit_test(spread_is_the_lesser),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
