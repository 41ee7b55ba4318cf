#include "testing.h"

#include "base/rng.h"
#include "stat/conformal.h"

/* By hand: of 9 scores and level 0.9 the (9 + 1) 0.9 = 9th, of 8 there is none. */
static void small_samples(void **state)
{
    (void)state;
    struct err err = {0};
    const double score[9] = {3, 1, 4, 1.5, 9, 2.6, 5, 3.5, 8};
    double q = 0.0;
    assert_ok(stat_conformal(score, 9, 0.9, &q, &err), err);
    assert_near(q, 9, 0);
    assert_ok(stat_conformal(score, 9, 0.8, &q, &err), err);
    assert_near(q, 8, 0);
    assert_ok(stat_conformal(score, 9, 0.5, &q, &err), err);
    assert_near(q, 3.5, 0);
    assert_ok(stat_conformal(score, 8, 0.9, &q, &err), err);
    assert_true(isinf(q) && q > 0.0);
    assert_ok(stat_conformal(score, 0, 0.1, &q, &err), err);
    assert_true(isinf(q));
}

/* The definition, by counting: q is a score, k or more are not above it, and of any
 * smaller score that is not so. */
static void agrees_with_counting(void **state)
{
    (void)state;
    struct err err = {0};
    struct rng r = rng_make(3, 0, 0);
    for (size_t n = 1; n <= 60; n++) {
        double score[60], q = 0.0;
        for (size_t i = 0; i < n; i++)
            score[i] = floor(20.0 * rng_uniform(&r)); /* with ties */
        for (int l = 1; l < 20; l++) {
            /* twentieths: the smallest whole k with 20 k >= l (n + 1) */
            const size_t k = ((size_t)l * (n + 1) + 19) / 20;
            assert_ok(stat_conformal(score, n, l / 20.0, &q, &err), err);
            size_t below = 0, not_above = 0;
            for (size_t i = 0; i < n; i++) {
                below += score[i] < q;
                not_above += score[i] <= q;
            }
            if (k > n)
                assert_true(isinf(q));
            else
                assert_true(below < k && not_above >= k);
        }
    }
}

/* What it promises: the next of n + 1 exchangeable scores stays below in a share
 * between the level and 1 / (n + 1) more, whatever the distribution. */
static void covers_the_next(void **state)
{
    (void)state;
    struct err err = {0};
    enum { N = 19, ROUNDS = 20000 };
    const int rounds = testing_slow_machine() ? 2000 : ROUNDS;
    struct rng r = rng_make(4, 0, 0);
    int covered = 0;
    for (int i = 0; i < rounds; i++) {
        double score[N + 1], q = 0.0;
        for (int k = 0; k <= N; k++) {
            const double u = rng_uniform(&r);
            score[k] = u * u * u; /* skewed */
        }
        assert_ok(stat_conformal(score, N, 0.9, &q, &err), err);
        covered += score[N] <= q;
    }
    /* exactly 18 of 20; binomial standard deviation 0.0021 (0.0067) */
    assert_near((double)covered / rounds, 0.9, testing_slow_machine() ? 0.027 : 0.0085);
}

/* SciPy: special.betaincinv(k, n + 1 - k, p) */
static void what_it_covers_spreads(void **state)
{
    (void)state;
    struct err err = {0};
    double lo = 0.0, hi = 0.0;
    assert_ok(stat_conformal_spread(100, 0.9, &lo, &hi, &err), err);
    assert_near(lo, 0.8482045714, 1e-9);
    assert_near(hi, 0.9447367623, 1e-9);
    assert_ok(stat_conformal_spread(25, 0.9, &lo, &hi, &err), err);
    assert_near(lo, 0.8238792894, 1e-9);
    assert_near(hi, 0.985596802, 1e-9);
    assert_refused(stat_conformal_spread(8, 0.9, &lo, &hi, &err), err, ERR_ARG, "few");
    err = (struct err){0};
    assert_refused(stat_conformal_spread(100, 1.0, &lo, &hi, &err), err, ERR_ARG,
                   "level");
    assert_near(hi, 0.985596802, 1e-9);
}

static void refusals(void **state)
{
    (void)state;
    struct err err = {0};
    double score[2] = {1, 2}, q = -7;
    assert_refused(stat_conformal(score, 2, 0.0, &q, &err), err, ERR_ARG, "level");
    assert_refused(stat_conformal(score, 2, 1.0, &q, &err), err, ERR_ARG, "level");
    assert_refused(stat_conformal(score, 2, (double)NAN, &q, &err), err, ERR_ARG,
                   "level");
    score[1] = (double)NAN;
    assert_refused(stat_conformal(score, 2, 0.5, &q, &err), err, ERR_NUMERIC, "finite");
    assert_near(q, -7, 0);
}

/* 100 x 0.55 is a bit more than 55 in double; the place is the 55th */
static void rounding_takes_no_further_score(void **state)
{
    (void)state;
    double score[99], q = 0.0;
    for (int i = 0; i < 99; i++)
        score[i] = i + 1;
    assert_true(stat_conformal(score, 99, 0.55, &q, NULL));
    assert_near(q, 55, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_samples),
        cmocka_unit_test(agrees_with_counting),
        cmocka_unit_test(covers_the_next),
        cmocka_unit_test(what_it_covers_spreads),
        cmocka_unit_test(refusals),
        cmocka_unit_test(rounding_takes_no_further_score),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
