/* The definition of instance norm + ReLU: moments, mask, gradients by differences. */
#include "nn/arrays.h"

#include "nn/ref/norm_relu.h"

static const struct tensor_shape shape = {3, 2, 3, 5};
enum { C = 3, VOXELS = 30, N = C * VOXELS };

static const double scale[C] = {1.3, -0.7, 0.4}; /* a negative one flips the mask */
static const double shift[C] = {0.2, -0.1, 0.5};

/* The loss of the difference tests: <y, dy> as a function of (x, scale, shift). */
struct probe {
    const double *dy;
    bool relu;
};

static double loss_of(const double *p, const void *ctx)
{
    const struct probe *probe = ctx;
    const struct nn_ref_norm_relu n = {.shape = shape,
                                       .x = p,
                                       .scale = p + N,
                                       .shift = p + N + C,
                                       .relu = probe->relu};
    double y[N];
    nn_ref_norm_relu_forward(&n, y);
    return array_dot(y, probe->dy, N);
}

/* Input for which no value is within reach of the ReLU's kink by the steps of the
 * differences; the first of a fixed sequence of draws that is so. */
static double *input_off_the_kink(void)
{
    for (uint64_t name = 0; name < 1000; name++) {
        double *p = array_random(N + 2 * C, name);
        double nearest = 1.0, y[N];
        memcpy(p + N, scale, sizeof scale);
        memcpy(p + N + C, shift, sizeof shift);
        const struct nn_ref_norm_relu n = {
            .shape = shape, .x = p, .scale = scale, .shift = shift, .relu = false};
        nn_ref_norm_relu_forward(&n, y);
        for (size_t i = 0; i < N; i++)
            nearest = fmin(nearest, fabs(y[i]));
        if (nearest > 0.012)
            return p;
        mem_free(p);
    }
    fail_msg("no draw keeps clear of the kink");
    return NULL;
}

static void gradients_match_differences(void **state)
{
    (void)state;
    double *p = input_off_the_kink(), *dy = array_random(N, 7);

    for (int relu = 0; relu < 2; relu++) {
        const struct probe probe = {.dy = dy, .relu = relu};
        const struct nn_ref_norm_relu n = {
            .shape = shape, .x = p, .scale = p + N, .shift = p + N + C, .relu = relu};
        double d[N + 2 * C] = {0.0};
        nn_ref_norm_relu_backward(&n, dy, d, d + N, d + N + C);
        for (size_t i = 0; i < N + 2 * C; i++)
            assert_near(d[i], array_slope(loss_of, &probe, p, i, 1e-3), 1e-8);
    }
    mem_free(p), mem_free(dy);
}

/* Without ReLU each channel has mean `shift` and the biased standard deviation
 * |scale| * sqrt(var / (var + eps)). */
static void moments_are_normal(void **state)
{
    (void)state;
    double *x = array_random(N, 5), y[N];
    for (size_t i = 0; i < N; i++)
        x[i] = 40.0 + 3.0 * x[i];
    const struct nn_ref_norm_relu n = {
        .shape = shape, .x = x, .scale = scale, .shift = shift, .relu = false};
    nn_ref_norm_relu_forward(&n, y);
    for (int c = 0; c < C; c++) {
        double mean = 0.0, mean_x = 0.0, var = 0.0, var_x = 0.0;
        for (int i = c * VOXELS; i < (c + 1) * VOXELS; i++) {
            mean += y[i] / VOXELS;
            mean_x += x[i] / VOXELS;
        }
        for (int i = c * VOXELS; i < (c + 1) * VOXELS; i++) {
            var += (y[i] - mean) * (y[i] - mean) / VOXELS;
            var_x += (x[i] - mean_x) * (x[i] - mean_x) / VOXELS;
        }
        assert_near(mean, shift[c], 1e-12);
        assert_near(var, scale[c] * scale[c] * var_x / (var_x + 1e-5), 1e-12);
    }
    mem_free(x);
}

static void relu_cuts_at_zero(void **state)
{
    (void)state;
    double *x = array_random(N, 5), open[N], cut[N];
    struct nn_ref_norm_relu n = {
        .shape = shape, .x = x, .scale = scale, .shift = shift, .relu = false};
    int negative = 0;
    nn_ref_norm_relu_forward(&n, open);
    n.relu = true;
    nn_ref_norm_relu_forward(&n, cut);
    for (size_t i = 0; i < N; i++) {
        assert_true(cut[i] == (open[i] > 0.0 ? open[i] : 0.0));
        negative += open[i] < 0.0;
    }
    assert_in_range(negative, 10, N - 10); /* both kinds were there */
    mem_free(x);
}

/* A flat channel has no variance: y is the shift, and the gradient stays finite. */
static void flat_channel_is_finite(void **state)
{
    (void)state;
    double x[N], y[N], *dy = array_random(N, 7), d[N + 2 * C] = {0.0};
    for (size_t i = 0; i < N; i++)
        x[i] = -3.5;
    const struct nn_ref_norm_relu n = {
        .shape = shape, .x = x, .scale = scale, .shift = shift, .relu = false};
    nn_ref_norm_relu_forward(&n, y);
    nn_ref_norm_relu_backward(&n, dy, d, d + N, d + N + C);
    for (size_t i = 0; i < N; i++)
        assert_near(y[i], shift[i / VOXELS], 1e-12);
    for (size_t i = 0; i < N + 2 * C; i++)
        assert_true(isfinite(d[i]));
    mem_free(dy);
}

static void backward_adds(void **state)
{
    (void)state;
    double *x = array_random(N, 5), *dy = array_random(N, 7);
    double once[N + 2 * C] = {0.0}, twice[N + 2 * C] = {0.0};
    const struct nn_ref_norm_relu n = {
        .shape = shape, .x = x, .scale = scale, .shift = shift, .relu = true};
    nn_ref_norm_relu_backward(&n, dy, once, once + N, once + N + C);
    nn_ref_norm_relu_backward(&n, dy, twice, twice + N, twice + N + C);
    nn_ref_norm_relu_backward(&n, dy, twice, twice + N, twice + N + C);
    for (size_t i = 0; i < N + 2 * C; i++)
        assert_near(twice[i], 2.0 * once[i], 1e-12);
    mem_free(x), mem_free(dy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gradients_match_differences),
        cmocka_unit_test(moments_are_normal),
        cmocka_unit_test(relu_cuts_at_zero),
        cmocka_unit_test(flat_channel_is_finite),
        cmocka_unit_test(backward_adds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
