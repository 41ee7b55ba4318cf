#include "testing.h"

#include "base/rng.h"
#include "stat/logistic.h"

enum { N = 120, COLUMNS = 3 };

static const double scale[COLUMNS] = {1.0, 1e-3, 500.0};

static void draw(double *x, double *target, double *weight)
{
    struct rng r = rng_make(31, 0, 0);
    for (int i = 0; i < N; i++) {
        double v = 0.4;
        for (int j = 0; j < COLUMNS; j++) {
            const double u = rng_normal(&r);
            x[i * COLUMNS + j] = scale[j] * (u + 2.0 * j);
            v += (j - 1) * u;
        }
        target[i] = rng_uniform(&r) < 1.0 / (1.0 + exp(-v)) ? 1.0 : 0.0;
        weight[i] = 0.5 + rng_uniform(&r);
    }
}

/* The slope of the penalised likelihood is 0, by the definition. */
static void the_slope_vanishes(void **state)
{
    (void)state;
    struct err err = {0};
    double x[N * COLUMNS], target[N], weight[N], c[COLUMNS + 1];
    draw(x, target, weight);
    for (int round = 0; round < 3; round++) {
        const double ridge = 1.5 * round;
        const struct stat_logistic_sample s = {x, target, round == 1 ? NULL : weight, N,
                                               COLUMNS};
        assert_ok(stat_logistic(&s, ridge, c, &err), err);
        double g[COLUMNS + 1] = {0};
        for (int i = 0; i < N; i++) {
            double v = c[0];
            for (int j = 0; j < COLUMNS; j++)
                v += c[j + 1] * x[i * COLUMNS + j];
            const double rest =
                (s.weight ? weight[i] : 1.0) * (1.0 / (1.0 + exp(-v)) - target[i]);
            g[0] += rest;
            for (int j = 0; j < COLUMNS; j++)
                g[j + 1] += rest * x[i * COLUMNS + j];
        }
        assert_near(g[0], 0.0, 1e-6);
        for (int j = 0; j < COLUMNS; j++) {
            double mean = 0.0, square = 0.0;
            for (int i = 0; i < N; i++)
                mean += x[i * COLUMNS + j] / N;
            for (int i = 0; i < N; i++)
                square += pow(x[i * COLUMNS + j] - mean, 2) / N;
            assert_near((g[j + 1] + ridge * c[j + 1] * square) / scale[j], 0.0, 1e-6);
        }
        /* what was put in: -1, 0, 1 of standard units */
        assert_true(c[1] < -0.3 && c[3] * scale[2] > 0.3);
    }
}

/* scipy.optimize.minimize of the likelihood of x = 0..5, y = 0 0 1 0 1 1, and the
 * closed form of a column that does not vary. */
static void known_answers(void **state)
{
    (void)state;
    struct err err = {0};
    const double x[6] = {0, 1, 2, 3, 4, 5}, y[6] = {0, 0, 1, 0, 1, 1};
    const double same[6] = {3, 3, 3, 3, 3, 3};
    double c[2];
    struct stat_logistic_sample s = {x, y, NULL, 6, 1};
    assert_ok(stat_logistic(&s, 0.0, c, &err), err);
    assert_near(c[0] + 2.5 * c[1], 0.0, 1e-9); /* by symmetry */
    assert_near(c[1], 1.21402759, 1e-6);
    s.x = same;
    s.target = (const double[6]){0, 0, 0, 0, 1, 1};
    assert_ok(stat_logistic(&s, 0.0, c, &err), err);
    assert_near(c[0], log(2.0 / 4.0), 1e-9);
    assert_near(c[1], 0.0, 0.0);
}

static void classes_without_overlap_need_a_ridge(void **state)
{
    (void)state;
    struct err err = {0};
    const double x[4] = {-2, -1, 1, 2}, y[4] = {0, 0, 1, 1};
    double c[2] = {-7, -7};
    const struct stat_logistic_sample s = {x, y, NULL, 4, 1};
    assert_ok(stat_logistic(&s, 0.5, c, &err), err);
    assert_near(c[0], 0.0, 1e-9);
    assert_true(c[1] > 0.5 && c[1] < 20.0);
}

static void far_out_it_is_exact(void **state)
{
    (void)state;
    assert_near(stat_logistic_of(0.0), 0.5, 0.0);
    assert_near(stat_logistic_of(1000.0), 1.0, 0.0);
    assert_near(stat_logistic_of(-1000.0), 0.0, 0.0);
    assert_near(stat_logistic_of(-30.0) / exp(-30.0), 1.0, 1e-12);
    assert_near(stat_logistic_of(2.0) + stat_logistic_of(-2.0), 1.0, 1e-15);
}

static void refusals(void **state)
{
    (void)state;
    struct err err = {0};
    double x[2] = {1, 2}, y[2] = {0, 1}, c[2] = {-7, -7};
    struct stat_logistic_sample s = {x, y, NULL, 0, 1};
    assert_refused(stat_logistic(&s, 1.0, c, &err), err, ERR_ARG, "0 cases");
    s.n = 2;
    s.columns = 0;
    assert_refused(stat_logistic(&s, 1.0, c, &err), err, ERR_ARG, "columns");
    s.columns = 1;
    assert_refused(stat_logistic(&s, -1.0, c, &err), err, ERR_ARG, "ridge");
    x[0] = (double)NAN;
    assert_refused(stat_logistic(&s, 1.0, c, &err), err, ERR_NUMERIC, "finite");
    assert_near(c[0], -7, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_slope_vanishes),
        cmocka_unit_test(known_answers),
        cmocka_unit_test(classes_without_overlap_need_a_ridge),
        cmocka_unit_test(far_out_it_is_exact),
        cmocka_unit_test(refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
