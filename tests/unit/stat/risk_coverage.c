#include "testing.h"

#include "base/rng.h"
#include "stat/risk_coverage.h"

static void by_hand(void **state)
{
    (void)state;
    struct err err = {0};
    /* in the order of doubt: losses 1, 0, 3, 2 */
    const double doubt[4] = {0.3, 0.1, 0.4, 0.2}, loss[4] = {3, 1, 2, 0};
    const double risk[4] = {1, 0.5, 4.0 / 3.0, 1.5};
    struct stat_risk_coverage c = {0};
    assert_ok(stat_risk_coverage(doubt, loss, 4, &c, &err), err);
    assert_int_equal(c.n, 4);
    for (int i = 0; i < 4; i++) {
        assert_near(c.point[i].coverage, 0.25 * (i + 1), 1e-15);
        assert_near(c.point[i].risk, risk[i], 1e-15);
    }
    assert_near(c.aurc, (1 + 0.5 + 4.0 / 3.0 + 1.5) / 4, 1e-15);
    assert_near(c.optimal, (0 + 0.5 + 1 + 1.5) / 4, 1e-15);
    assert_near(c.random, 1.5, 1e-15);
    stat_risk_coverage_clear(&c);
}

/* Tied cases: the mean over all orders, found by trying many. */
static void ties_are_the_mean_of_their_orders(void **state)
{
    (void)state;
    struct err err = {0};
    enum { N = 6 };
    const double doubt[N] = {1, 2, 2, 2, 3, 3}, loss[N] = {0.5, 4, 1, 0, 7, 2};
    double sum[N] = {0}, area = 0.0;
    int orders = 0;
    for (int a = 0; a < 3; a++)
        for (int b = 0; b < 3; b++)
            for (int t = 0; t < 2; t++) {
                if (a == b)
                    continue;
                const double l[N] = {0.5,         loss[1 + a],
                                     loss[1 + b], loss[1 + 3 - a - b],
                                     loss[4 + t], loss[5 - t]};
                double so_far = 0.0;
                for (int i = 0; i < N; i++) {
                    so_far += l[i];
                    sum[i] += so_far / (i + 1);
                    area += so_far / (i + 1) / N;
                }
                orders++;
            }
    assert_int_equal(orders, 12);
    struct stat_risk_coverage c = {0};
    assert_ok(stat_risk_coverage(doubt, loss, N, &c, &err), err);
    for (int i = 0; i < N; i++)
        assert_near(c.point[i].risk, sum[i] / orders, 1e-14);
    assert_near(c.aurc, area / orders, 1e-14);
    stat_risk_coverage_clear(&c);
}

static void bounds(void **state)
{
    (void)state;
    struct err err = {0};
    struct rng r = rng_make(2, 0, 0);
    double doubt[80], loss[80];
    struct stat_risk_coverage c = {0};
    for (int i = 0; i < 80; i++) {
        doubt[i] = rng_uniform(&r);
        loss[i] = rng_uniform(&r);
    }
    assert_ok(stat_risk_coverage(doubt, loss, 80, &c, &err), err);
    assert_true(c.optimal < c.aurc);
    assert_near(c.point[79].risk, c.random, 1e-14);
    stat_risk_coverage_clear(&c);
    /* doubt that knows the loss, and doubt that knows nothing */
    assert_ok(stat_risk_coverage(loss, loss, 80, &c, &err), err);
    assert_near(c.aurc, c.optimal, 1e-14);
    stat_risk_coverage_clear(&c);
    memset(doubt, 0, sizeof doubt);
    assert_ok(stat_risk_coverage(doubt, loss, 80, &c, &err), err);
    assert_near(c.aurc, c.random, 1e-14);
    stat_risk_coverage_clear(&c);
}

static void refusals(void **state)
{
    (void)state;
    struct err err = {0};
    const double v[2] = {1, 2}, bad[2] = {1, (double)NAN};
    struct stat_risk_coverage c = {0};
    assert_refused(stat_risk_coverage(v, v, 0, &c, &err), err, ERR_ARG, "no cases");
    assert_refused(stat_risk_coverage(bad, v, 2, &c, &err), err, ERR_NUMERIC, "finite");
    assert_refused(stat_risk_coverage(v, bad, 2, &c, &err), err, ERR_NUMERIC, "finite");
    assert_null(c.point);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_hand),
        cmocka_unit_test(ties_are_the_mean_of_their_orders),
        cmocka_unit_test(bounds),
        cmocka_unit_test(refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
