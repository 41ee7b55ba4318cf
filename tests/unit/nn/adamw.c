/* The fast AdamW against its definition, and its running average. */
#include "nn/arrays.h"

#include <omp.h>

#include "nn/adamw.h"
#include "nn/ref/adamw.h"

enum { STEPS = 25, CHUNK = 1 << 14 };

/* float32 parameters and state, all from the same start. */
struct flat {
    size_t n;
    float *g, *w, *m, *v, *ema;
};

static struct flat make_flat(size_t n)
{
    struct flat a = {n,
                     array_floats(n),
                     array_floats(n),
                     array_floats(n),
                     array_floats(n),
                     array_floats(n)};
    struct rng rng = rng_make(1, 2, 3);
    for (size_t i = 0; i < n; i++)
        a.w[i] = a.ema[i] = (float)rng_normal(&rng);
    return a;
}

static void free_flat(struct flat *a)
{
    mem_free(a->g), mem_free(a->w), mem_free(a->m), mem_free(a->v), mem_free(a->ema);
}

/* Gradients of very different sizes, as layers have. */
static void fill_gradient(struct flat *a, int64_t step)
{
    struct rng rng = rng_make(7, (uint64_t)step, 0);
    for (size_t i = 0; i < a->n; i++)
        a->g[i] = (float)ldexp(rng_normal(&rng), -(int)(i % 20));
}

static void matches_the_definition(void **state)
{
    (void)state;
    /* one below, at and beyond the length that one thread takes at a time */
    static const size_t counts[] = {1, 17, CHUNK, 2 * CHUNK + 3};
    for (size_t k = 0; k < ARRAY_LEN(counts); k++) {
        const size_t n = counts[k];
        struct flat a = make_flat(n);
        double *g = array_zero(n), *w = array_zero(n), *m = array_zero(n);
        double *v = array_zero(n), *ema = array_zero(n);
        struct nn_ref_adamw_state want = {.n = n, .w = w, .m = m, .v = v};
        struct nn_adamw opt = {.rate = 0.003f,
                               .beta1 = 0.9f,
                               .beta2 = 0.98f,
                               .epsilon = 1e-7f,
                               .decay = 0.05f,
                               .average = 0.9f};
        const struct nn_ref_adamw ref = {.lr = (double)opt.rate,
                                         .beta1 = (double)opt.beta1,
                                         .beta2 = (double)opt.beta2,
                                         .eps = (double)opt.epsilon,
                                         .decay = (double)opt.decay};
        for (size_t i = 0; i < n; i++)
            w[i] = ema[i] = (double)a.w[i];
        for (opt.step = 1; opt.step <= STEPS; opt.step++) {
            opt.rate = (float)(ref.lr * (opt.step < 5 ? 1.0 : 0.5)); /* a schedule */
            struct nn_ref_adamw now = ref;
            now.lr = (double)opt.rate;
            fill_gradient(&a, opt.step);
            nn_adamw_step(&opt, n, a.g, a.w, a.m, a.v, a.ema);
            for (size_t i = 0; i < n; i++)
                g[i] = (double)a.g[i];
            nn_ref_adamw_step(&now, opt.step, g, &want);
            for (size_t i = 0; i < n; i++)
                ema[i] += (1.0 - (double)opt.average) * (w[i] - ema[i]);
        }
        for (size_t i = 0; i < n; i++) {
            assert_near((double)a.w[i], w[i], 1e-6 * (1.0 + fabs(w[i])));
            assert_near((double)a.ema[i], ema[i], 1e-6 * (1.0 + fabs(ema[i])));
            assert_near((double)a.m[i], m[i], 1e-6 * ldexp(1.0, -(int)(i % 20)));
            assert_near((double)a.v[i], v[i], 1e-5 * v[i]);
        }
        free_flat(&a);
        mem_free(g), mem_free(w), mem_free(m), mem_free(v), mem_free(ema);
    }
}

/* Padding lanes of the master layout: weight, gradient and state 0 stay 0. */
static void zeros_stay_zero(void **state)
{
    (void)state;
    float zero[5][32] = {{0.0f}};
    struct nn_adamw opt = {.rate = 0.1f,
                           .beta1 = 0.9f,
                           .beta2 = 0.999f,
                           .epsilon = 1e-8f,
                           .decay = 0.1f,
                           .average = 0.99f};
    for (opt.step = 1; opt.step <= 3; opt.step++)
        nn_adamw_step(&opt, 32, zero[0], zero[1], zero[2], zero[3], zero[4]);
    for (int k = 0; k < 5; k++)
        for (int i = 0; i < 32; i++)
            assert_true(zero[k][i] == 0.0f);
}

static void average_of_weight_zero_copies(void **state)
{
    (void)state;
    struct flat a = make_flat(100);
    const struct nn_adamw opt = {
        .rate = 0.1f, .beta1 = 0.9f, .beta2 = 0.999f, .epsilon = 1e-8f, .step = 1};
    fill_gradient(&a, 1);
    nn_adamw_step(&opt, a.n, a.g, a.w, a.m, a.v, a.ema);
    assert_memory_equal(a.w, a.ema, a.n * sizeof(float));
    free_flat(&a);
}

static void bits_do_not_depend_on_threads(void **state)
{
    (void)state;
    struct flat a[2];
    const size_t n = 3 * CHUNK + 5;
    for (int i = 0; i < 2; i++) {
        struct nn_adamw opt = {.rate = 0.1f,
                               .beta1 = 0.9f,
                               .beta2 = 0.999f,
                               .epsilon = 1e-8f,
                               .decay = 0.1f,
                               .average = 0.99f};
        a[i] = make_flat(n);
        omp_set_num_threads(1 + 4 * i);
        for (opt.step = 1; opt.step <= 3; opt.step++) {
            fill_gradient(&a[i], opt.step);
            nn_adamw_step(&opt, n, a[i].g, a[i].w, a[i].m, a[i].v, a[i].ema);
        }
    }
    assert_memory_equal(a[0].w, a[1].w, n * sizeof(float));
    assert_memory_equal(a[0].v, a[1].v, n * sizeof(float));
    assert_memory_equal(a[0].ema, a[1].ema, n * sizeof(float));
    free_flat(&a[0]);
    free_flat(&a[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matches_the_definition),
        cmocka_unit_test(zeros_stay_zero),
        cmocka_unit_test(average_of_weight_zero_copies),
        cmocka_unit_test(bits_do_not_depend_on_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
