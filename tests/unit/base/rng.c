#include "testing.h"

#include "base/rng.h"

/* SplitMix64 from state 1234567; the numbers of the authors' reference program, as
 * printed in many ports of it. */
static void follows_the_reference(void **state)
{
    (void)state;
    static const uint64_t want[] = {
        UINT64_C(6457827717110365317), UINT64_C(3203168211198807973),
        UINT64_C(9817491932198370423), UINT64_C(4593380528125082431),
        UINT64_C(16408922859458223821)};
    struct rng r = {.state = 1234567};
    for (size_t i = 0; i < ARRAY_LEN(want); i++)
        assert_true(rng_u64(&r) == want[i]);
}

static void streams_depend_on_every_part_of_their_name(void **state)
{
    (void)state;
    struct rng a = rng_make(1, 2, 3), again = rng_make(1, 2, 3);
    assert_true(rng_u64(&a) == rng_u64(&again));
    assert_true(rng_make(2, 2, 3).state != rng_make(1, 2, 3).state);
    assert_true(rng_make(1, 3, 3).state != rng_make(1, 2, 3).state);
    assert_true(rng_make(1, 2, 4).state != rng_make(1, 2, 3).state);
    assert_true(rng_make(1, 3, 2).state != rng_make(1, 2, 3).state);
    assert_true(rng_make(2, 1, 3).state != rng_make(1, 2, 3).state);
}

/* Means and variances within five standard errors. */
static void moments(void **state)
{
    (void)state;
    const int n = testing_slow_machine() ? 20000 : 200000;
    struct rng r = rng_make(7, 0, 0);
    double u1 = 0, u2 = 0, g1 = 0, g2 = 0, hits = 0;
    for (int i = 0; i < n; i++) {
        const double u = rng_uniform(&r), g = rng_normal(&r);
        assert_true(u >= 0.0 && u < 1.0);
        u1 += u;
        u2 += u * u;
        g1 += g;
        g2 += g * g;
        hits += rng_chance(&r, 0.3);
    }
    const double root = sqrt(n);
    assert_near(u1 / n, 0.5, 5 * sqrt(1.0 / 12.0) / root);
    assert_near(u2 / n, 1.0 / 3.0, 5 * sqrt(4.0 / 45.0) / root);
    assert_near(g1 / n, 0.0, 5 / root);
    assert_near(g2 / n, 1.0, 5 * sqrt(2.0) / root);
    assert_near(hits / n, 0.3, 5 * sqrt(0.21) / root);
}

static void whole_numbers_and_ranges(void **state)
{
    (void)state;
    struct rng r = rng_make(8, 0, 0);
    int count[7] = {0};
    for (int i = 0; i < 7000; i++) {
        const uint32_t k = rng_below(&r, 7);
        assert_true(k < 7);
        count[k]++;
        const double x = rng_range(&r, -3.0, 2.0);
        assert_true(x >= -3.0 && x < 2.0);
    }
    for (int k = 0; k < 7; k++)
        assert_in_range(count[k], 850, 1150);
    assert_int_equal(rng_below(&r, 1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(follows_the_reference),
        cmocka_unit_test(streams_depend_on_every_part_of_their_name),
        cmocka_unit_test(moments),
        cmocka_unit_test(whole_numbers_and_ranges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
