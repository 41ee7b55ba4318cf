/* The definition of nearest upsampling: every copy, and the adjoint. */
#include "nn/arrays.h"

#include "nn/ref/upsample.h"

static const struct tensor_shape low = {3, 4, 5, 7};
static const struct tensor_shape high = {3, 4, 10, 14};

static void every_voxel_is_copied_to_four(void **state)
{
    (void)state;
    double *x = array_random(tensor_count(low), 1), *y = array_zero(tensor_count(high));
    nn_ref_upsample_forward(low, x, y);
    for (int32_t c = 0; c < high.c; c++)
        for (int32_t d = 0; d < high.d; d++)
            for (int32_t h = 0; h < high.h; h++)
                for (int32_t w = 0; w < high.w; w++)
                    assert_true(y[tensor_index(high, c, d, h, w)] ==
                                x[tensor_index(low, c, d, h / 2, w / 2)]);
    mem_free(x), mem_free(y);
}

static void backward_is_adjoint(void **state)
{
    (void)state;
    const size_t nx = tensor_count(low), ny = tensor_count(high);
    double *x = array_random(nx, 1), *y = array_zero(ny);
    double *dy = array_random(ny, 2), *dx = array_zero(nx);
    nn_ref_upsample_forward(low, x, y);
    nn_ref_upsample_backward(low, dy, dx);
    const double want = array_dot(y, dy, ny);
    assert_near(array_dot(x, dx, nx) / want, 1.0, 1e-12);
    nn_ref_upsample_backward(low, dy, dx); /* adds */
    assert_near(array_dot(x, dx, nx) / want, 2.0, 1e-12);
    mem_free(x), mem_free(y), mem_free(dy), mem_free(dx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_voxel_is_copied_to_four),
        cmocka_unit_test(backward_is_adjoint),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
