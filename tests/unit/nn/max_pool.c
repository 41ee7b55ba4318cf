/* The fast max pool against its definition: no arithmetic, so the bits agree. */
#include "nn/fast.h"

#include "nn/max_pool.h"
#include "nn/ref/max_pool.h"

static const struct tensor_shape shapes[] = {
    {16, 3, 10, 14},
    {32, 1, 2, 6},
    {48, 5, 6, 2},
    {16, 4, 22, 18},
};

static void matches_the_definition(void **state)
{
    for (size_t k = 0; k < ARRAY_LEN(shapes); k++) {
        struct fast f;
        struct err err = {0};
        struct nn_pool *pool = NULL;
        const struct tensor_shape s = shapes[k], half = {s.c, s.d, s.h / 2, s.w / 2};
        const size_t n = tensor_count(s);
        if (!fast_begin(&f, *state, 2))
            return;

        double *x = fast_random(&f, n, 1), *dy = fast_random(&f, n / 4, 2);
        double *y = array_zero(n / 4), *dx = array_zero(n);
        size_t *winner = mem_alloc(n / 4, sizeof *winner, NULL);
        assert_non_null(winner);
        for (size_t i = 0; i < n; i += 3)
            x[i] = 0.5; /* ties, so that it matters who wins */
        nn_ref_max_pool_forward(s, x, y, winner);
        nn_ref_max_pool_backward(s, winner, dy, dx);

        const struct nn_pool_mem m = {.src = fast_pack(&f, s, x),
                                      .dst = fast_garbage(fast_count(&f, half)),
                                      .d_dst = fast_pack(&f, half, dy),
                                      .d_src = fast_garbage(fast_count(&f, s))};
        assert_ok(nn_pool_new(f.engine, s, true, &pool, &err), err);
        assert_ok(nn_pool_bind(pool, &m, &err), err);
        assert_ok(nn_engine_reserve(f.engine, &err), err);
        /* twice: each pass overwrites what was there */
        for (int round = 0; round < 2; round++) {
            assert_ok(nn_pool_forward(pool, &err), err);
            assert_blocked(&f, f.precision, half, m.dst, y, 0.0);
            assert_ok(nn_pool_backward(pool, &err), err);
            assert_blocked(&f, f.precision, s, m.d_src, dx, 0.0);
        }
        nn_pool_free(pool);
        mem_free(m.src), mem_free(m.dst), mem_free(m.d_dst), mem_free(m.d_src);
        mem_free(x), mem_free(dy), mem_free(y), mem_free(dx), mem_free(winner);
        fast_end(&f);
    }
}

static void prediction_is_like_training(void **state)
{
    const struct tensor_shape s = shapes[0], half = {s.c, s.d, s.h / 2, s.w / 2};
    const size_t n = tensor_count(s);
    struct fast f;
    struct err err = {0};
    struct nn_pool *pool = NULL;
    if (!fast_begin(&f, *state, 2))
        return;
    double *x = fast_random(&f, n, 1), *y = array_zero(n / 4);
    size_t *winner = mem_alloc(n / 4, sizeof *winner, NULL);
    assert_non_null(winner);
    nn_ref_max_pool_forward(s, x, y, winner);
    const struct nn_pool_mem m = {.src = fast_pack(&f, s, x),
                                  .dst = fast_garbage(fast_count(&f, half))};
    assert_ok(nn_pool_new(f.engine, s, false, &pool, &err), err);
    assert_ok(nn_pool_bind(pool, &m, &err), err);
    assert_ok(nn_engine_reserve(f.engine, &err), err);
    assert_ok(nn_pool_forward(pool, &err), err);
    assert_blocked(&f, f.precision, half, m.dst, y, 0.0);
    nn_pool_free(pool);
    mem_free(m.src), mem_free(m.dst), mem_free(x), mem_free(y), mem_free(winner);
    fast_end(&f);
}

static void odd_planes_are_refused(void **state)
{
    static const struct tensor_shape bad[] = {{16, 3, 7, 8}, {16, 3, 8, 7}};
    struct fast f;
    if (!fast_begin(&f, *state, 1))
        return;
    for (size_t k = 0; k < ARRAY_LEN(bad); k++) {
        struct err err = {0};
        struct nn_pool *pool = NULL;
        assert_refused(nn_pool_new(f.engine, bad[k], true, &pool, &err), err, ERR_ARG,
                       "cannot halve");
        assert_null(pool);
    }
    fast_end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAST_TEST(matches_the_definition, f32),
        FAST_TEST(matches_the_definition, bf16),
        FAST_TEST(prediction_is_like_training, f32),
        FAST_TEST(prediction_is_like_training, bf16),
        FAST_TEST(odd_planes_are_refused, f32),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
