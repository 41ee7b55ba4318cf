/* The definition of the in-plane max pool: values, ties, the gradient's way back. */
#include "nn/arrays.h"

#include "nn/ref/max_pool.h"

static void takes_the_largest(void **state)
{
    (void)state;
    const struct tensor_shape s = {3, 5, 6, 10};
    const struct tensor_shape half = {3, 5, 3, 5};
    const size_t n = tensor_count(s);
    double *x = array_random(n, 1), *y = array_zero(n / 4);
    size_t *winner = mem_alloc(n / 4, sizeof *winner, NULL);
    assert_non_null(winner);

    nn_ref_max_pool_forward(s, x, y, winner);
    for (int32_t c = 0; c < half.c; c++)
        for (int32_t d = 0; d < half.d; d++)
            for (int32_t h = 0; h < half.h; h++)
                for (int32_t w = 0; w < half.w; w++) {
                    const double *p = x + tensor_index(s, c, d, 2 * h, 2 * w);
                    const size_t i = tensor_index(half, c, d, h, w);
                    const double top = fmax(fmax(p[0], p[1]), fmax(p[s.w], p[s.w + 1]));
                    assert_true(y[i] == top);
                    assert_true(x[winner[i]] == top);
                }
    mem_free(x), mem_free(y), mem_free(winner);
}

static void first_of_equals_wins(void **state)
{
    (void)state;
    const struct tensor_shape s = {1, 1, 2, 8};
    /* windows: all equal; last two equal; second and third equal; largest last */
    const double x[16] = {5, 5, 1, 2, 0, 7, -3, -3, 5, 5, 3, 3, 7, 7, -3, -1};
    const size_t want[4] = {0, 10, 5, 15};
    double y[4];
    size_t winner[4];
    nn_ref_max_pool_forward(s, x, y, winner);
    for (int i = 0; i < 4; i++)
        assert_int_equal(winner[i], want[i]);
}

/* With the winners fixed the pool is linear: a selection, and backward its adjoint. */
static void backward_is_adjoint(void **state)
{
    (void)state;
    const struct tensor_shape s = {2, 3, 4, 14};
    const size_t n = tensor_count(s);
    double *x = array_random(n, 1), *y = array_zero(n / 4);
    double *dy = array_random(n / 4, 2), *dx = array_zero(n);
    size_t *winner = mem_alloc(n / 4, sizeof *winner, NULL);
    assert_non_null(winner);

    nn_ref_max_pool_forward(s, x, y, winner);
    nn_ref_max_pool_backward(s, winner, dy, dx);
    const double want = array_dot(y, dy, n / 4);
    assert_near(array_dot(x, dx, n) / want, 1.0, 1e-12);
    nn_ref_max_pool_backward(s, winner, dy, dx); /* adds */
    assert_near(array_dot(x, dx, n) / want, 2.0, 1e-12);

    mem_free(x), mem_free(y), mem_free(dy), mem_free(dx), mem_free(winner);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_the_largest),
        cmocka_unit_test(first_of_equals_wins),
        cmocka_unit_test(backward_is_adjoint),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
