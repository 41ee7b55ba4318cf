/* The fast convolution against its definition, on shapes that suit nobody. */
#include "nn/conv_bench.h"

#include "nn/winograd.h"

static const struct nn_conv_desc cases[] = {
    /* first layers: the image as it is */
    {.src = {1, 3, 7, 9}, .out = 16, .kd = 3, .kh = 3, .plain_src = true},
    {.src = {1, 1, 5, 6}, .out = 32, .kd = 1, .kh = 3, .plain_src = true, .bias = true},
    {.src = {3, 4, 6, 5}, .out = 16, .kd = 3, .kh = 3, .plain_src = true},
    {.src = {2, 2, 6, 5}, .out = 16, .kd = 3, .kh = 3, .plain_src = true},
    /* body */
    {.src = {16, 3, 5, 10}, .out = 16, .kd = 3, .kh = 3},
    {.src = {16, 5, 6, 11}, .out = 32, .kd = 1, .kh = 3, .bias = true},
    {.src = {32, 3, 5, 7}, .out = 16, .kd = 3, .kh = 3, .bias = true},
    {.src = {48, 2, 7, 5}, .out = 48, .kd = 3, .kh = 3},
    {.src = {48, 1, 13, 5}, .out = 16, .kd = 3, .kh = 3},
    {.src = {32, 2, 7, 10},
     .out = 32,
     .kd = 3,
     .kh = 3}, /* directly in float32 alone */
    {.src = {16, 4, 1, 3}, .out = 48, .kd = 3, .kh = 3},
    {.src = {32, 4, 9, 3}, .out = 16, .kd = 1, .kh = 1},
    /* heads: few classes, float32 logits */
    {.src = {16, 3, 6, 7}, .out = 5, .kd = 1, .kh = 1, .bias = true, .f32_dst = true},
    {.src = {32, 2, 5, 3}, .out = 2, .kd = 1, .kh = 1, .bias = true, .f32_dst = true},
};

static void check_forward(const struct fast *f, const struct conv_bench *t)
{
    const enum nn_precision p = t->desc.f32_dst ? NN_F32 : f->precision;
    assert_blocked(f, p, t->out, t->mem.dst, t->y,
                   t->desc.f32_dst ? f->tol_f32 : f->tol_act);
    /* padding lanes are zero, as every reader of a blocked tensor expects */
    struct tensor_shape lanes = t->out;
    lanes.c = (lanes.c + f->block - 1) / f->block * f->block;
    for (size_t i = t->ny; i < tensor_count(lanes); i++)
        assert_true(fast_get(p, t->mem.dst, fast_place(f, t->out, i)) == 0.0);
}

static void check_backward(const struct fast *f, const struct conv_bench *t)
{
    struct err err = {0};
    float *plain = fast_garbage(t->nw);
    if (t->desc.need_d_src)
        assert_blocked(f, f->precision, t->desc.src, t->mem.d_src, t->dx, f->tol_act);
    assert_ok(nn_conv_to_plain(t->conv, t->mem.d_weights, plain, &err), err);
    assert_floats(plain, t->dw, t->nw, f->tol_f32);
    if (t->desc.bias)
        assert_floats(t->mem.d_bias, t->db, t->nb, f->tol_f32);
    mem_free(plain);
}

/* Not directly: tests/unit/nn/winograd_weights.c. */
static bool is_winograd(const struct fast *f, size_t k)
{
    struct nn_conv_desc desc = cases[k];
    desc.train = true;
    return nn_winograd_suits(f->engine, &desc);
}

static void matches_the_definition(void **state)
{
    for (size_t k = 0; k < ARRAY_LEN(cases); k++) {
        struct fast f;
        if (!fast_begin(&f, *state, 2))
            return;
        if (is_winograd(&f, k)) {
            fast_end(&f);
            continue;
        }
        struct err err = {0};
        struct conv_bench t;
        conv_bench_reference(&f, cases[k], &t);
        conv_bench_make(&f, &t);
        /* twice: each pass overwrites what was there */
        for (int round = 0; round < 2; round++) {
            assert_ok(nn_conv_forward(t.conv, &err), err);
            check_forward(&f, &t);
            assert_ok(nn_conv_backward(t.conv, &err), err);
            check_backward(&f, &t);
        }
        conv_bench_free(&t);
        fast_end(&f);
    }
}

/* Predictions do not depend on the number of threads. */
static void forward_ignores_thread_count(void **state)
{
    for (size_t k = 0; k < ARRAY_LEN(cases); k++) {
        struct err err = {0};
        struct conv_bench t[2];
        size_t bytes = 0;
        for (int i = 0; i < 2; i++) {
            struct fast f;
            if (!fast_begin(&f, *state, 1 + 2 * i))
                return;
            conv_bench_reference(&f, cases[k], &t[i]);
            conv_bench_make(&f, &t[i]);
            assert_ok(nn_conv_forward(t[i].conv, &err), err);
            bytes = fast_count(&f, t[i].out) *
                    (f.precision == NN_BF16 && !cases[k].f32_dst ? 2 : 4);
            if (i == 1)
                assert_memory_equal(t[0].mem.dst, t[1].mem.dst, bytes);
            nn_conv_free(t[i].conv);
            t[i].conv = NULL;
            fast_end(&f);
        }
        conv_bench_free(&t[0]);
        conv_bench_free(&t[1]);
    }
}

/* New weights take effect at the refresh. */
static void refresh_takes_new_weights(void **state)
{
    struct fast f;
    if (!fast_begin(&f, *state, 1))
        return;
    struct err err = {0};
    struct conv_bench t;
    conv_bench_reference(&f, cases[4], &t);
    conv_bench_make(&f, &t);
    const size_t master = nn_conv_master_count(t.conv);
    for (size_t i = 0; i < master; i++)
        t.mem.weights[i] *= -2.0f;
    assert_ok(nn_conv_refresh(t.conv, &err), err);
    assert_ok(nn_conv_forward(t.conv, &err), err);
    assert_ok(nn_conv_backward(t.conv, &err), err);
    for (size_t i = 0; i < t.ny; i++)
        t.y[i] *= -2.0;
    for (size_t i = 0; i < t.nx; i++)
        t.dx[i] *= -2.0;
    check_forward(&f, &t);
    check_backward(&f, &t);
    conv_bench_free(&t);
    fast_end(&f);
}

/* plain -> master -> plain is the identity, and padding lanes of the master are zero:
 * the optimiser runs over them too. */
static void plain_form_survives_the_round_trip(void **state)
{
    for (size_t k = 0; k < ARRAY_LEN(cases); k++) {
        struct fast f;
        if (!fast_begin(&f, *state, 1))
            return;
        struct err err = {0};
        struct nn_conv_desc desc = cases[k];
        struct nn_conv *conv = NULL;
        desc.train = true;
        assert_ok(nn_conv_new(f.engine, &desc, &conv, &err), err);
        const size_t n = nn_conv_plain_count(conv), m = nn_conv_master_count(conv);
        float *plain = array_floats(n), *back = fast_garbage(n),
              *master = fast_garbage(m);
        size_t zeros = 0;
        for (size_t i = 0; i < n; i++)
            plain[i] = (float)i + 0.37f;
        assert_ok(nn_conv_from_plain(conv, plain, master, &err), err);
        assert_ok(nn_conv_to_plain(conv, master, back, &err), err);
        assert_memory_equal(plain, back, n * sizeof *plain);
        for (size_t i = 0; i < m; i++)
            zeros += master[i] == 0.0f;
        assert_int_equal(zeros, m - n);
        mem_free(plain), mem_free(back), mem_free(master);
        nn_conv_free(conv);
        fast_end(&f);
    }
}

/* oneDNN's reference code is 10 to 100 times slower, and says nothing.  The one known
 * exception (oneDNN 2.6.3, AVX-512) is the float32 weight gradient where there are
 * fewer slices than the kernel is deep; it shows that slow code is noticed. */
static void no_shape_falls_back_to_slow_code(void **state)
{
    for (size_t k = 0; k < ARRAY_LEN(cases); k++) {
        struct fast f;
        if (!fast_begin(&f, *state, 1))
            return;
        struct err err = {0};
        struct nn_conv_desc desc = cases[k];
        struct nn_conv *conv = NULL;
        desc.train = true;
        desc.need_d_src = !desc.plain_src;
        assert_ok(nn_conv_new(f.engine, &desc, &conv, &err), err);
        const bool known =
            f.precision == NN_F32 && f.block == 16 && desc.src.d < desc.kd;
        if (nn_conv_is_slow(conv) != known)
            fail_msg("%d -> %d channels, kernel %d x %d: %s", desc.src.c, desc.out,
                     desc.kd, desc.kh, known ? "not slow any more" : "slow");
        nn_conv_free(conv);
        fast_end(&f);
    }
}

static void bad_shapes_are_refused(void **state)
{
    struct fast f;
    if (!fast_begin(&f, *state, 1))
        return;
    static const struct nn_conv_desc bad[] = {
        {.src = {16, 3, 5, 7}, .out = 16, .kd = 2, .kh = 3},
        {.src = {16, 3, 5, 7}, .out = 16, .kd = 3, .kh = 4},
        {.src = {16, 3, 5, 7}, .out = 16, .kd = 3, .kh = 0},
        {.src = {16, 3, 5, 7}, .out = 0, .kd = 3, .kh = 3},
        {.src = {0, 3, 5, 7}, .out = 16, .kd = 3, .kh = 3},
        {.src = {16, 3, -5, 7}, .out = 16, .kd = 3, .kh = 3},
    };
    for (size_t k = 0; k < ARRAY_LEN(bad); k++) {
        struct err err = {0};
        struct nn_conv *conv = NULL;
        assert_refused(nn_conv_new(f.engine, &bad[k], &conv, &err), err, ERR_ARG,
                       "convolution");
        assert_null(conv);
    }
    fast_end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAST_TEST(matches_the_definition, f32),
        FAST_TEST(matches_the_definition, bf16),
        FAST_TEST(forward_ignores_thread_count, f32),
        FAST_TEST(forward_ignores_thread_count, bf16),
        FAST_TEST(refresh_takes_new_weights, f32),
        FAST_TEST(refresh_takes_new_weights, bf16),
        FAST_TEST(plain_form_survives_the_round_trip, f32),
        FAST_TEST(plain_form_survives_the_round_trip, bf16),
        FAST_TEST(no_shape_falls_back_to_slow_code, f32),
        FAST_TEST(no_shape_falls_back_to_slow_code, bf16),
        FAST_TEST(bad_shapes_are_refused, f32),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
