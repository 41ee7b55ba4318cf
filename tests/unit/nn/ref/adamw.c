/* The definition of AdamW against closed forms. */
#include "nn/arrays.h"

#include "nn/ref/adamw.h"

enum { N = 5, STEPS = 12 };

/* A constant gradient has unbiased moments g and g^2 at every step, so that each step
 * moves by lr * sign(g), whatever the size of g. */
static void constant_gradient_moves_by_lr(void **state)
{
    (void)state;
    const struct nn_ref_adamw opt = {.lr = 0.01, .beta1 = 0.9, .beta2 = 0.999};
    const double g[N] = {3.0, -3.0, 1e-4, -250.0, 0.5};
    double w[N] = {1, 2, 3, 4, 5}, m[N] = {0}, v[N] = {0};
    struct nn_ref_adamw_state s = {.n = N, .w = w, .m = m, .v = v};
    for (int t = 1; t <= STEPS; t++) {
        nn_ref_adamw_step(&opt, t, g, &s);
        for (int i = 0; i < N; i++)
            assert_near(w[i], i + 1.0 - copysign(0.01, g[i]) * t, 1e-12);
    }
}

/* Without gradient only the decay is left: w(t) = w(0) (1 - lr decay)^t. */
static void decay_is_decoupled(void **state)
{
    (void)state;
    const struct nn_ref_adamw opt = {
        .lr = 0.02, .beta1 = 0.9, .beta2 = 0.99, .eps = 1e-8, .decay = 0.3};
    const double g[N] = {0.0};
    double w[N] = {1, -2, 3, 4, 5}, m[N] = {0}, v[N] = {0};
    struct nn_ref_adamw_state s = {.n = N, .w = w, .m = m, .v = v};
    for (int t = 1; t <= STEPS; t++)
        nn_ref_adamw_step(&opt, t, g, &s);
    assert_near(w[1], -2.0 * pow(1.0 - 0.02 * 0.3, STEPS), 1e-14);
    assert_near(w[4], 5.0 * pow(1.0 - 0.02 * 0.3, STEPS), 1e-14);
    for (int i = 0; i < N; i++)
        assert_true(m[i] == 0.0 && v[i] == 0.0);
}

/* Against the sums that the recursions stand for:
 *   mhat(t) = sum_s (1 - b1) b1^(t-s) g(s) / (1 - b1^t), likewise vhat of g^2. */
static void moments_match_their_sums(void **state)
{
    (void)state;
    const struct nn_ref_adamw opt = {
        .lr = 0.1, .beta1 = 0.8, .beta2 = 0.95, .eps = 0.05, .decay = 0.2};
    double *g = array_random(STEPS, 3);
    double w = 1.5, m = 0.0, v = 0.0, want = 1.5;
    struct nn_ref_adamw_state state1 = {.n = 1, .w = &w, .m = &m, .v = &v};
    for (int t = 1; t <= STEPS; t++) {
        double mhat = 0.0, vhat = 0.0;
        for (int s = 1; s <= t; s++) {
            mhat += 0.2 * pow(0.8, t - s) * g[s - 1];
            vhat += 0.05 * pow(0.95, t - s) * g[s - 1] * g[s - 1];
        }
        mhat /= 1.0 - pow(0.8, t);
        vhat /= 1.0 - pow(0.95, t);
        want -= 0.1 * mhat / (sqrt(vhat) + 0.05) + 0.1 * 0.2 * want;
        nn_ref_adamw_step(&opt, t, g + t - 1, &state1);
        assert_near(w, want, 1e-13);
    }
    mem_free(g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(constant_gradient_moves_by_lr),
        cmocka_unit_test(decay_is_decoupled),
        cmocka_unit_test(moments_match_their_sums),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
