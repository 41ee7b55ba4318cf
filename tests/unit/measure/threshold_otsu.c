#include "testing.h"

#include "base/rng.h"
#include "measure/threshold_otsu.h"
#include "stat/describe.h"

enum { MOST = 60 };

/* The variance between two sides, from its definition. */
static double between(const double *x, size_t n, double cut)
{
    double count[2] = {0}, sum[2] = {0};
    for (size_t i = 0; i < n; i++) {
        count[x[i] > cut] += 1.0;
        sum[x[i] > cut] += x[i];
    }
    if (count[0] < 1.0 || count[1] < 1.0)
        return -1.0;
    const double d = sum[1] / count[1] - sum[0] / count[0], total = (double)n;
    return count[0] / total * (count[1] / total) * d * d;
}

static void no_split_is_better(void **state)
{
    (void)state;
    struct err err = {0};
    for (uint64_t seed = 0; seed < 200; seed++) {
        struct rng rng = rng_make(seed, 0, 0);
        const size_t n = 2 + (size_t)(seed % (MOST - 2));
        double x[MOST], cut = 0.0;
        for (size_t i = 0; i < n; i++) { /* whole numbers, for ties, and others */
            const double v = rng_range(&rng, -8.0, 8.0) + (i % 3 == 0 ? 10.0 : 0.0);
            x[i] = seed % 2 == 0 ? floor(v) : v;
        }
        x[0] = 30.0; /* some differ */
        stat_sort(x, n);
        if (!(x[n - 1] > x[0]))
            continue;
        assert_ok(measure_threshold_otsu(x, n, &cut, &err), err);
        const double got = between(x, n, cut);
        for (size_t i = 0; i < n; i++)
            assert_true(between(x, n, x[i]) <= got * (1.0 + 1e-12));
    }
}

static void by_hand(void **state)
{
    (void)state;
    const double two[] = {-3, -3, -3, 5}, five[] = {1, 2, 3, 20, 21};
    const double even[] = {0, 1, 2};
    double cut = 0.0;

    assert_true(measure_threshold_otsu(two, 4, &cut, NULL));
    assert_near(cut, 1.0, 0);
    assert_true(measure_threshold_otsu(five, 5, &cut, NULL));
    assert_near(cut, 11.5, 0);
    assert_true(measure_threshold_otsu(even, 3, &cut, NULL));
    assert_near(cut, 0.5, 0); /* of equal splits the lowest */
}

/* Half way between neighbours among the doubles is rounded to one of them. */
static void something_is_brighter(void **state)
{
    (void)state;
    const double low[] = {1.0, nextafter(1.0, 0.0)}; /* either may be the even one */
    for (size_t i = 0; i < 2; i++) {
        const double high = nextafter(low[i], 2.0), two[] = {low[i], high, high};
        double cut = 0.0;
        assert_true(measure_threshold_otsu(two, 3, &cut, NULL));
        assert_true(low[i] <= cut && cut < high);
    }
}

static void one_value_is_refused(void **state)
{
    (void)state;
    const double x[] = {4, 4, 4};
    struct err err = {0};
    double cut = 7.0;

    assert_refused(measure_threshold_otsu(x, 3, &cut, &err), err, ERR_NUMERIC,
                   "differ");
    assert_refused(measure_threshold_otsu(x, 0, &cut, &err), err, ERR_NUMERIC,
                   "differ");
    assert_near(cut, 7.0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_split_is_better),
        cmocka_unit_test(by_hand),
        cmocka_unit_test(something_is_brighter),
        cmocka_unit_test(one_value_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
