/* The loops of a network that lies by slice, against their definitions. */
#include "nn/by_slice.h"

#include <omp.h>

#include "nn/ref/max_pool.h"
#include "nn/ref/norm_relu.h"
#include "nn/ref/upsample.h"

/* Even planes; the second has lanes without a channel. */
static const struct tensor_shape shapes[] = {
    {16, 3, 10, 14}, {20, 4, 6, 8}, {48, 1, 2, 6}, {32, 5, 22, 18}};

static const size_t wider[] = {0, 96}; /* a tensor of its own, and a part */

#define FOR_EACH_CASE(k, p)                                                            \
    for (size_t k = 0; k < ARRAY_LEN(shapes); k++)                                     \
        for (size_t p = 0; p < ARRAY_LEN(wider); p++)

/* Channels of unlike means, or one mean for all would do. */
static double *activations(struct tensor_shape s)
{
    const size_t n = tensor_count(s);
    double *x = array_random(n, 1);
    for (size_t i = 0; i < n; i++)
        x[i] += 5.0 * (double)(i / tensor_voxels(s) % 3) +
                (double)(i / ((size_t)s.h * (size_t)s.w) % 2);
    fast_round(NN_F32, x, n);
    return x;
}

static void norm_matches_the_definition(void **state)
{
    (void)state;
    FOR_EACH_CASE(k, p)
    {
        const struct tensor_shape s = shapes[k];
        double *x = activations(s), *y = array_zero(tensor_count(s));
        double *scale = array_random((size_t)s.c, 2),
               *shift = array_random((size_t)s.c, 3);
        float f[2][64];
        for (int32_t c = 0; c < s.c; c++) {
            f[0][c] = (float)scale[c], f[1][c] = (float)shift[c];
            scale[c] = (double)f[0][c], shift[c] = (double)f[1][c];
        }
        const struct nn_ref_norm_relu ref = {
            .shape = s, .x = x, .scale = scale, .shift = shift, .relu = true};
        nn_ref_norm_relu_forward(&ref, y);

        struct by_slice from = by_slice_new(s, wider[1 - p], 0);
        struct by_slice to = by_slice_new(s, wider[p], 1),
                        again = by_slice_new(s, wider[p], 1);
        float *moments = fast_garbage(nn_slices_moments(s));
        by_slice_put(&from, x);
        omp_set_num_threads(1);
        nn_slices_norm_relu(&from.s, f[0], f[1], moments, &to.s);
        assert_by_slice(&to, y, 1.5e-6);
        omp_set_num_threads(3);
        nn_slices_norm_relu(&from.s, f[0], f[1], moments, &again.s);
        assert_memory_equal(to.memory, again.memory, to.count * sizeof(float));

        mem_free(from.memory), mem_free(to.memory), mem_free(again.memory);
        mem_free(moments), mem_free(x), mem_free(y), mem_free(scale), mem_free(shift);
    }
}

/* A channel of one value, as the background is: the result is its shift. */
static void norm_of_a_constant_is_its_shift(void **state)
{
    (void)state;
    const struct tensor_shape s = {16, 3, 9, 9};
    double *x = array_zero(tensor_count(s)), *y = array_zero(tensor_count(s));
    float scale[16], shift[16], *moments = fast_garbage(nn_slices_moments(s));
    for (int32_t c = 0; c < 16; c++)
        scale[c] = 3.0f, shift[c] = 0.5f * (float)c;
    for (size_t i = 0; i < tensor_count(s); i++) {
        x[i] = 0.1;
        y[i] = 0.5 * (double)(i / tensor_voxels(s));
    }
    struct by_slice from = by_slice_new(s, 0, 0), to = by_slice_new(s, 0, 0);
    by_slice_put(&from, x);
    nn_slices_norm_relu(&from.s, scale, shift, moments, &to.s);
    assert_by_slice(&to, y, 1e-6);
    mem_free(from.memory), mem_free(to.memory), mem_free(moments);
    mem_free(x), mem_free(y);
}

static void pool_and_upsampling_match_the_definitions(void **state)
{
    (void)state;
    FOR_EACH_CASE(k, p)
    {
        const struct tensor_shape s = shapes[k], half = {s.c, s.d, s.h / 2, s.w / 2};
        double *x = activations(s), *small = array_zero(tensor_count(half));
        double *large = array_zero(tensor_count(s));
        size_t *winner = mem_alloc(tensor_count(half), sizeof *winner, NULL);
        assert_non_null(winner);
        nn_ref_max_pool_forward(s, x, small, winner);
        nn_ref_upsample_forward(half, small, large);

        struct by_slice a = by_slice_new(s, wider[p], 0),
                        b = by_slice_new(half, wider[1 - p], 1);
        struct by_slice c = by_slice_new(s, wider[p], 1);
        by_slice_put(&a, x);
        nn_slices_max_pool(&a.s, &b.s);
        assert_by_slice(&b, small, 0.0);
        nn_slices_upsample(&b.s, &c.s);
        assert_by_slice(&c, large, 0.0);

        mem_free(a.memory), mem_free(b.memory), mem_free(c.memory);
        mem_free(x), mem_free(small), mem_free(large), mem_free(winner);
    }
}

/* Two channels, three slices: the slices come first. */
static void input_is_taken_by_slice(void **state)
{
    (void)state;
    const struct tensor_shape s = {2, 3, 1, 2};
    const float plain[12] = {0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15};
    const float want[12] = {0, 1, 10, 11, 2, 3, 12, 13, 4, 5, 14, 15};
    float got[12];
    nn_slices_input(s, plain, got);
    assert_memory_equal(got, want, sizeof want);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(norm_matches_the_definition),
        cmocka_unit_test(norm_of_a_constant_is_its_shift),
        cmocka_unit_test(pool_and_upsampling_match_the_definitions),
        cmocka_unit_test(input_is_taken_by_slice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
