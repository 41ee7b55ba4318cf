/* The definition of the convolution: its adjoints, its padding, its orientation. */
#include "nn/arrays.h"

#include "nn/ref/conv3d.h"

/* Shapes with no two sizes alike; kernels larger than the grid included. */
static const struct nn_ref_conv3d shapes[] = {
    {.x = {2, 3, 4, 5}, .co = 3, .kd = 3, .kh = 3, .kw = 3},
    {.x = {1, 5, 7, 6}, .co = 4, .kd = 3, .kh = 3, .kw = 3},
    {.x = {3, 2, 5, 7}, .co = 2, .kd = 1, .kh = 3, .kw = 3},
    {.x = {5, 4, 3, 2}, .co = 7, .kd = 1, .kh = 1, .kw = 1},
    {.x = {2, 6, 9, 7}, .co = 1, .kd = 5, .kh = 3, .kw = 1},
    {.x = {1, 1, 2, 3}, .co = 2, .kd = 3, .kh = 5, .kw = 7},
};

/* <conv(x; w), dy> = <x, conv'(dy; w)> = <w, conv''(x; dy)>: linear in x and in w. */
static void passes_are_adjoint(void **state)
{
    (void)state;
    for (size_t k = 0; k < ARRAY_LEN(shapes); k++) {
        const struct nn_ref_conv3d *s = &shapes[k];
        const size_t nx = tensor_count(s->x), nw = nn_ref_conv3d_weights(s);
        const size_t co = (size_t)s->co, ny = co * tensor_voxels(s->x);
        double *x = array_random(nx, 1), *w = array_random(nw, 2);
        double *dy = array_random(ny, 3), *y = array_zero(ny);
        double *dx = array_zero(nx), *dw = array_zero(nw);

        nn_ref_conv3d_forward(s, x, w, NULL, y);
        nn_ref_conv3d_backward_data(s, dy, w, dx);
        nn_ref_conv3d_backward_weights(s, x, dy, dw, NULL);

        const double want = array_dot(y, dy, ny);
        assert_near(array_dot(x, dx, nx) / want, 1.0, 1e-12);
        assert_near(array_dot(w, dw, nw) / want, 1.0, 1e-12);

        mem_free(x), mem_free(w), mem_free(dy), mem_free(y);
        mem_free(dx), mem_free(dw);
    }
}

/* The bias reaches every voxel of its channel, so its gradient is the channel's sum. */
static void bias_is_adjoint(void **state)
{
    (void)state;
    const struct nn_ref_conv3d *s = &shapes[0];
    const size_t nx = tensor_count(s->x), nw = nn_ref_conv3d_weights(s);
    const size_t co = (size_t)s->co, ny = co * tensor_voxels(s->x);
    double *x = array_random(nx, 1), *zero_w = array_zero(nw);
    double *b = array_random(co, 4), *dy = array_random(ny, 3);
    double *y = array_zero(ny), *dw = array_zero(nw), *db = array_zero(co);

    nn_ref_conv3d_forward(s, x, zero_w, b, y); /* y = b alone */
    nn_ref_conv3d_backward_weights(s, x, dy, dw, db);
    assert_near(array_dot(b, db, co) / array_dot(y, dy, ny), 1.0, 1e-12);

    mem_free(x), mem_free(zero_w), mem_free(b), mem_free(dy);
    mem_free(y), mem_free(dw), mem_free(db);
}

/* A kernel with a single 1 off its centre moves the image, and zeros come in. */
static void single_tap_shifts(void **state)
{
    (void)state;
    const struct nn_ref_conv3d s = {
        .x = {1, 3, 4, 5}, .co = 1, .kd = 3, .kh = 3, .kw = 3};
    const size_t n = tensor_count(s.x);
    double w[27] = {0.0};
    double *x = array_random(n, 1), *y = array_zero(n);

    w[(0 * 3 + 2) * 3 + 1] = 1.0; /* kd = 0, kh = 2, kw = 1: slice before, row after */
    nn_ref_conv3d_forward(&s, x, w, NULL, y);
    for (int32_t d = 0; d < 3; d++)
        for (int32_t h = 0; h < 4; h++)
            for (int32_t c = 0; c < 5; c++) {
                const double want = d >= 1 && h + 1 < 4
                                        ? x[tensor_index(s.x, 0, d - 1, h + 1, c)]
                                        : 0.0;
                assert_true(y[tensor_index(s.x, 0, d, h, c)] == want);
            }
    mem_free(x), mem_free(y);
}

/* All ones: each y counts how many taps lie inside; a corner of 3x3x3 has 8. */
static void padding_is_zero(void **state)
{
    (void)state;
    const struct nn_ref_conv3d s = {
        .x = {2, 3, 4, 5}, .co = 1, .kd = 3, .kh = 3, .kw = 3};
    const double bias = 0.5;
    double x[120], w[54], y[60];
    for (size_t i = 0; i < ARRAY_LEN(x); i++)
        x[i] = 1.0;
    for (size_t i = 0; i < ARRAY_LEN(w); i++)
        w[i] = 1.0;
    nn_ref_conv3d_forward(&s, x, w, &bias, y);
    const struct tensor_shape g = {1, 3, 4, 5};
    assert_true(y[tensor_index(g, 0, 0, 0, 0)] == 2 * 8 + 0.5);  /* corner */
    assert_true(y[tensor_index(g, 0, 1, 0, 0)] == 2 * 12 + 0.5); /* edge */
    assert_true(y[tensor_index(g, 0, 2, 2, 2)] == 2 * 18 + 0.5); /* face */
    assert_true(y[tensor_index(g, 0, 1, 1, 3)] == 2 * 27 + 0.5); /* inside */
}

/* Weights are [Co][Ci], not the other way round: 1x1x1 is a matrix product per voxel.
 */
static void one_by_one_is_a_matrix(void **state)
{
    (void)state;
    const struct nn_ref_conv3d s = {
        .x = {2, 1, 1, 2}, .co = 3, .kd = 1, .kh = 1, .kw = 1};
    const double x[4] = {1, 2, 10, 20}; /* channels (1, 2) and (10, 20) */
    const double w[6] = {1, 2, 3, 4, 5, 6};
    const double b[3] = {100, 200, 300};
    const double want[6] = {121, 142, 243, 286, 365, 430};
    double y[6];
    nn_ref_conv3d_forward(&s, x, w, b, y);
    for (size_t i = 0; i < ARRAY_LEN(y); i++)
        assert_true(y[i] == want[i]);
}

static void backward_adds(void **state)
{
    (void)state;
    const struct nn_ref_conv3d *s = &shapes[2];
    const size_t nx = tensor_count(s->x), nw = nn_ref_conv3d_weights(s);
    const size_t co = (size_t)s->co, ny = co * tensor_voxels(s->x);
    double *x = array_random(nx, 1), *w = array_random(nw, 2);
    double *dy = array_random(ny, 3);
    double *dx[2], *dw[2], *db[2];
    for (int k = 0; k < 2; k++) {
        dx[k] = array_zero(nx), dw[k] = array_zero(nw), db[k] = array_zero(co);
        for (int times = 0; times <= k; times++) {
            nn_ref_conv3d_backward_data(s, dy, w, dx[k]);
            nn_ref_conv3d_backward_weights(s, x, dy, dw[k], db[k]);
        }
    }
    for (size_t i = 0; i < nx; i++)
        assert_near(dx[1][i], 2.0 * dx[0][i], 1e-12);
    for (size_t i = 0; i < nw; i++)
        assert_near(dw[1][i], 2.0 * dw[0][i], 1e-12);
    for (size_t i = 0; i < co; i++)
        assert_near(db[1][i], 2.0 * db[0][i], 1e-12);
    for (int k = 0; k < 2; k++)
        mem_free(dx[k]), mem_free(dw[k]), mem_free(db[k]);
    mem_free(x), mem_free(w), mem_free(dy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passes_are_adjoint),     cmocka_unit_test(bias_is_adjoint),
        cmocka_unit_test(single_tap_shifts),      cmocka_unit_test(padding_is_zero),
        cmocka_unit_test(one_by_one_is_a_matrix), cmocka_unit_test(backward_adds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
