/* Numbers in order: the same ones, whatever order they came in. */
#include "testing.h"

#include "base/rng.h"
#include "base/sort.h"

enum { MANY = 1000 };

/* Whole numbers, many of them alike, so that their sum is exact in any order. */
static void fill(size_t n, float *f, double *d)
{
    struct rng r = rng_make(5, 6, n);
    for (size_t i = 0; i < n; i++) {
        f[i] = (float)floor(rng_range(&r, -100.0, 100.0));
        d[i] = (double)f[i];
    }
}

static void numbers_ascend(void **state)
{
    (void)state;
    static float f[MANY];
    static double d[MANY];
    for (size_t n = 0; n <= MANY; n += n < 40 ? 1 : 320) {
        double before = 0.0, after = 0.0, squares = 0.0;
        fill(n, f, d);
        for (size_t i = 0; i < n; i++) {
            before += d[i];
            squares += d[i] * d[i];
        }
        sort_floats(f, n);
        sort_doubles(d, n);
        for (size_t i = 0; i < n; i++) {
            assert_true(i == 0 || d[i - 1] <= d[i]);
            assert_true((double)f[i] == d[i]);
            after += d[i];
            squares -= d[i] * d[i];
        }
        assert_true(after == before && squares == 0.0);
    }
}

static void the_nth_is_where_it_would_be_in_order(void **state)
{
    (void)state;
    static float f[MANY], sorted[MANY];
    static double d[MANY];
    for (size_t n = 1; n <= MANY; n += n < 40 ? 1 : 320) {
        fill(n, sorted, d);
        sort_floats(sorted, n);
        for (size_t k = 0; k < n; k += n < 40 ? 1 : 61) {
            fill(n, f, d);
            assert_true(sort_nth_float(f, n, k) == sorted[k]);
            for (size_t i = 0; i < n; i++)
                assert_true(i < k ? f[i] <= sorted[k] : f[i] >= sorted[k]);
            sort_floats(f, n); /* nothing was lost */
            assert_memory_equal(f, sorted, n * sizeof *f);
        }
    }
}

static void infinity_is_a_number(void **state)
{
    (void)state;
    double d[] = {1.0, (double)INFINITY, -1.0, (double)-INFINITY};
    sort_doubles(d, ARRAY_LEN(d));
    assert_true(isinf(d[0]) && d[0] < 0.0);
    assert_true(d[1] == -1.0 && d[2] == 1.0 && isinf(d[3]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_ascend),
        cmocka_unit_test(the_nth_is_where_it_would_be_in_order),
        cmocka_unit_test(infinity_is_a_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
