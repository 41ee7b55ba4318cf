/* Upsampling, sums and conversions against their definitions. */
#include "nn/fast.h"

#include <omp.h>

#include "nn/elementwise.h"
#include "nn/ref/upsample.h"

static const struct tensor_shape shapes[] = {
    {16, 3, 5, 7},
    {32, 1, 1, 9},
    {48, 2, 6, 1},
    {16, 5, 11, 3},
};

static void upsampling_matches_the_definition(void **state)
{
    for (size_t k = 0; k < ARRAY_LEN(shapes); k++) {
        struct fast f;
        const struct tensor_shape s = shapes[k], high = {s.c, s.d, 2 * s.h, 2 * s.w};
        const size_t n = tensor_count(s);
        if (!fast_begin(&f, *state, 2))
            return;
        double *x = fast_random(&f, n, 1), *dy = fast_random(&f, 4 * n, 2);
        double *y = array_zero(4 * n), *dx = array_zero(n);
        nn_ref_upsample_forward(s, x, y);
        nn_ref_upsample_backward(s, dy, dx);

        void *src = fast_pack(&f, s, x), *d_dst = fast_pack(&f, high, dy);
        void *dst = fast_garbage(4 * n), *d_src = fast_garbage(n);
        nn_upsample_forward(f.precision, f.block, s, src, dst);
        assert_blocked(&f, f.precision, high, dst, y, 0.0);
        nn_upsample_backward(f.precision, f.block, s, d_dst, d_src);
        assert_blocked(&f, f.precision, s, d_src, dx,
                       f.precision == NN_BF16 ? 4e-3 : 2e-7);

        mem_free(src), mem_free(dst), mem_free(d_dst), mem_free(d_src);
        mem_free(x), mem_free(dy), mem_free(y), mem_free(dx);
        fast_end(&f);
    }
}

/* Counts around the length that one thread takes at a time. */
static void sums_match(void **state)
{
    static const size_t counts[] = {1, 31, 1 << 14, (1 << 14) + 1, 3 * (1 << 14) - 5};
    struct fast f;
    if (!fast_begin(&f, *state, 3))
        return;
    for (size_t k = 0; k < ARRAY_LEN(counts); k++) {
        const size_t n = counts[k];
        double *a = fast_random(&f, n, 1), *b = fast_random(&f, n, 2);
        void *src = array_floats(n + 1), *dst = array_floats(n + 1);
        for (size_t i = 0; i < n; i++) {
            fast_put(f.precision, src, i, a[i]);
            fast_put(f.precision, dst, i, b[i]);
        }
        fast_put(f.precision, src, n, 1.0);
        fast_put(f.precision, dst, n, 8.0); /* beyond the end: stays */
        nn_add(f.precision, n, src, dst);
        for (size_t i = 0; i < n; i++) {
            double want = a[i] + b[i]; /* rounded once */
            fast_round(f.precision, &want, 1);
            assert_true(fast_get(f.precision, dst, i) == want);
            assert_true(fast_get(f.precision, src, i) == a[i]);
        }
        assert_true(fast_get(f.precision, dst, n) == 8.0);
        mem_free(src), mem_free(dst), mem_free(a), mem_free(b);
    }
    fast_end(&f);
}

static void conversion_rounds_to_nearest(void **state)
{
    (void)state;
    enum { N = 1000 };
    float in[N];
    uint16_t half[N];
    float same[N];
    double *x = array_random(N, 3);
    for (int i = 0; i < N; i++)
        in[i] = (float)ldexp(x[i], i % 40 - 20);
    nn_convert(NN_BF16, N, in, half);
    nn_convert(NN_F32, N, in, same);
    assert_memory_equal(in, same, sizeof in);
    for (int i = 0; i < N; i++) {
        /* neighbours in bf16 are 2^-7 of the power of two below apart */
        int e;
        (void)frexp((double)in[i], &e);
        const double step = ldexp(1.0, e - 8);
        const double want = nearbyint((double)in[i] / step) * step; /* ties to even */
        assert_true((double)nn_bf16_to_f32(half[i]) == want);
    }
    mem_free(x);
}

/* Every finite bf16 number is itself after a round trip; halves go to the even one. */
static void bf16_numbers(void **state)
{
    (void)state;
    for (uint32_t h = 0; h < 65536; h++) {
        const float f = nn_bf16_to_f32((uint16_t)h);
        if (isfinite(f))
            assert_int_equal(nn_bf16_from_f32(f), h);
    }
    assert_true(nn_bf16_to_f32(0x3f80) == 1.0f);
    assert_true(nn_bf16_to_f32(0xc049) == -3.140625f);
    assert_int_equal(nn_bf16_from_f32(1.0f + 0x1p-8f), 0x3f80); /* half way, down */
    assert_int_equal(nn_bf16_from_f32(1.0f + 0x3p-8f), 0x3f82); /* half way, up */
    assert_int_equal(nn_bf16_from_f32(1.0f + 0x1p-8f + 0x1p-20f), 0x3f81);
    static const float not_finite[] = {INFINITY, -INFINITY, NAN, -NAN};
    for (size_t i = 0; i < ARRAY_LEN(not_finite); i++) {
        const float back = nn_bf16_to_f32(nn_bf16_from_f32(not_finite[i]));
        assert_true(!isfinite(back));
    }
    /* rounding all bits of a payload up would carry into the sign */
    static const uint32_t full[] = {0x7fffffff, 0xffffffff};
    for (size_t i = 0; i < ARRAY_LEN(full); i++) {
        float f;
        memcpy(&f, &full[i], sizeof f);
        assert_true(isnan(nn_bf16_to_f32(nn_bf16_from_f32(f))));
    }
}

static void bits_do_not_depend_on_threads(void **state)
{
    const struct tensor_shape s = {32, 3, 5, 7}, high = {32, 3, 10, 14};
    const size_t n = tensor_count(s);
    void *out[2];
    struct fast f;
    if (!fast_begin(&f, *state, 1))
        return;
    double *dy = fast_random(&f, 4 * n, 2);
    void *d_dst = fast_pack(&f, high, dy);
    for (int i = 0; i < 2; i++) {
        omp_set_num_threads(1 + 4 * i);
        out[i] = fast_garbage(n);
        nn_upsample_backward(f.precision, f.block, s, d_dst, out[i]);
        nn_add(f.precision, n, d_dst, out[i]);
    }
    assert_memory_equal(out[0], out[1], n * (f.precision == NN_BF16 ? 2 : 4));
    mem_free(out[0]), mem_free(out[1]), mem_free(dy), mem_free(d_dst);
    fast_end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAST_TEST(upsampling_matches_the_definition, f32),
        FAST_TEST(upsampling_matches_the_definition, bf16),
        FAST_TEST(sums_match, f32),
        FAST_TEST(sums_match, bf16),
        cmocka_unit_test(conversion_rounds_to_nearest),
        cmocka_unit_test(bf16_numbers),
        FAST_TEST(bits_do_not_depend_on_threads, f32),
        FAST_TEST(bits_do_not_depend_on_threads, bf16),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
