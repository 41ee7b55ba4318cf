#include "testing.h"

#include "base/rng.h"
#include "measure/threshold_mixture.h"
#include "stat/describe.h"

enum { MOST = 20000 };
static double x[MOST];

static size_t size(void)
{
    return testing_slow_machine() ? 3000 : MOST;
}

/* A share `bright` of N(m1, s1) in N(m0, s0). */
static size_t draw(double bright, double m0, double s0, double m1, double s1)
{
    struct rng rng = rng_make(3, 0, 0);
    const size_t n = size();
    for (size_t i = 0; i < n; i++)
        x[i] = (double)i < bright * (double)n ? m1 + s1 * rng_normal(&rng)
                                              : m0 + s0 * rng_normal(&rng);
    stat_sort(x, n);
    return n;
}

static double density(const struct measure_mixture *m, int c, double v)
{
    const double d = (v - m->mean[c]) / m->sd[c];
    return m->weight[c] / m->sd[c] * exp(-0.5 * d * d);
}

static void a_known_mixture_is_found(void **state)
{
    (void)state;
    struct measure_mixture m;
    struct err err = {0};
    const double off = 6.0 / sqrt((double)size()); /* some standard errors */
    const size_t n = draw(0.3, 100.0, 8.0, 150.0, 15.0);

    assert_ok(measure_threshold_mixture(x, n, &m, &err), err);
    assert_near(m.weight[1], 0.3, off);
    assert_near(m.weight[0] + m.weight[1], 1.0, 1e-12);
    assert_near(m.mean[0], 100.0, 8.0 * off);
    assert_near(m.mean[1], 150.0, 30.0 * off);
    assert_near(m.sd[0], 8.0, 8.0 * off);
    assert_near(m.sd[1], 15.0, 30.0 * off);
    /* both are equally probable at the threshold, and it lies between the means */
    assert_near(density(&m, 0, m.value) / density(&m, 1, m.value), 1.0, 1e-9);
    assert_true(m.value > m.mean[0] && m.value < m.mean[1]);
}

/* No step of EM lowers the likelihood; at its end the equations of the maximum hold:
 * weight and mean are those of the shares. */
static void the_end_is_stationary(void **state)
{
    (void)state;
    struct measure_mixture m;
    struct err err = {0};
    const size_t n = draw(0.2, -50.0, 10.0, -15.0, 10.0);
    double share = 0.0, sum = 0.0;

    assert_ok(measure_threshold_mixture(x, n, &m, &err), err);
    for (size_t i = 0; i < n; i++) {
        const double a = density(&m, 0, x[i]), b = density(&m, 1, x[i]);
        share += b / (a + b);
        sum += b / (a + b) * x[i];
    }
    assert_near(share / (double)n, m.weight[1], 1e-4);
    assert_near(sum / share, m.mean[1], 1e-2);
}

static void it_follows_a_change_of_units(void **state)
{
    (void)state;
    struct measure_mixture m, scaled;
    struct err err = {0};
    const size_t n = draw(0.25, 10.0, 1.0, 16.0, 2.0);

    assert_ok(measure_threshold_mixture(x, n, &m, &err), err);
    for (size_t i = 0; i < n; i++)
        x[i] = 37.0 * x[i] - 2000.0;
    assert_ok(measure_threshold_mixture(x, n, &scaled, &err), err);
    assert_near(scaled.value, 37.0 * m.value - 2000.0, 1e-6);
    assert_near(scaled.sd[1], 37.0 * m.sd[1], 1e-6);
    assert_near(scaled.weight[1], m.weight[1], 1e-9);
}

/* A component on one value keeps a width; one population ends with an answer. */
static void degenerate_samples(void **state)
{
    (void)state;
    struct measure_mixture m;
    struct err err = {0};
    size_t n = draw(0.5, 0.0, 1.0, 0.0, 1.0);

    assert_ok(measure_threshold_mixture(x, n, &m, &err), err);
    assert_true(m.value >= m.mean[0]);
    for (size_t i = 0; i < 100; i++)
        x[i] = i < 80 ? 1.0 : 2.0;
    assert_ok(measure_threshold_mixture(x, 100, &m, &err), err);
    assert_near(m.weight[1], 0.2, 1e-9);
    assert_true(m.value > 1.0 && m.value < 2.0);
    assert_true(m.sd[0] > 0.0 && m.sd[1] > 0.0);
    for (size_t i = 0; i < 10; i++)
        x[i] = i < 9 ? (double)i : 1000.0; /* one far value */
    assert_ok(measure_threshold_mixture(x, 10, &m, &err), err);
    assert_true(m.value > 8.0 && m.value < 1000.0);
}

/* The side that begins as the dark one ends as the brighter: a narrow component in the
 * long tail of the other one, beyond Otsu's split and short of the other's mean. */
static void the_dark_component_is_the_darker(void **state)
{
    (void)state;
    struct measure_mixture m;
    struct err err = {0};
    enum { TAIL = 1500, NARROW = 4000 };
    for (size_t i = 0; i < TAIL; i++)
        x[i] = 10.0 * log(((double)i + 0.5) / TAIL);
    struct rng rng = rng_make(3, 0, 0);
    for (size_t i = 0; i < NARROW; i++)
        x[TAIL + i] = -12.0 + 0.2 * rng_normal(&rng);
    stat_sort(x, TAIL + NARROW);

    assert_ok(measure_threshold_mixture(x, TAIL + NARROW, &m, &err), err);
    assert_near(m.mean[0], -12.0, 0.1);
    assert_near(m.sd[0], 0.2, 0.1);
    assert_true(m.mean[1] > -10.5 && m.mean[1] < -9.0);
    assert_true(m.sd[1] > 5.0);
    assert_near(m.weight[0], 0.72, 0.02);
    assert_near(density(&m, 0, m.value) / density(&m, 1, m.value), 1.0, 1e-9);
    assert_true(m.value > m.mean[0]);
}

static void refusals(void **state)
{
    (void)state;
    struct measure_mixture m = {.value = 5.0};
    struct err err = {0};

    for (size_t i = 0; i < 20; i++)
        x[i] = 3.0;
    assert_refused(measure_threshold_mixture(x, 20, &m, &err), err, ERR_NUMERIC,
                   "differ");
    x[8] = 4.0;
    assert_refused(measure_threshold_mixture(x, 9, &m, &err), err, ERR_NUMERIC,
                   "needs 10");
    assert_near(m.value, 5.0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_known_mixture_is_found),
        cmocka_unit_test(the_end_is_stationary),
        cmocka_unit_test(it_follows_a_change_of_units),
        cmocka_unit_test(degenerate_samples),
        cmocka_unit_test(the_dark_component_is_the_darker),
        cmocka_unit_test(refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
