/* The fast instance norm + ReLU against its definition. */
#include "nn/fast.h"

#include "nn/norm_relu.h"
#include "nn/ref/norm_relu.h"

static const struct tensor_shape shapes[] = {
    {16, 3, 7, 9}, {32, 2, 6, 5}, {48, 1, 5, 7}, {16, 5, 10, 14}, {32, 1, 1, 3},
};

/* Everything of one shape: given, the reference's, the fast operator's. */
struct bench {
    struct tensor_shape shape;
    size_t n, c;
    double *x, *dy, *scale, *shift;
    double *y, *dx, *dscale, *dshift;
    struct nn_norm *norm;
    struct nn_norm_mem mem;
};

static void make_reference(const struct fast *f, struct tensor_shape shape,
                           struct bench *t)
{
    *t = (struct bench){.shape = shape, .n = tensor_count(shape), .c = (size_t)shape.c};
    t->x = array_random(t->n, 1);
    t->dy = fast_random(f, t->n, 2);
    t->scale = array_random(t->c, 3); /* negative ones too */
    t->shift = array_random(t->c, 4);
    /* channels differ in mean and size, as images do */
    for (size_t i = 0; i < t->n; i++) {
        const double c = (double)(i / (t->n / t->c));
        t->x[i] = 0.1 * c - 1.0 + t->x[i] * (1.0 + 0.3 * c);
    }
    fast_round(f->precision, t->x, t->n);
    fast_round(NN_F32, t->scale, t->c);
    fast_round(NN_F32, t->shift, t->c);
    t->y = array_zero(t->n);
    t->dx = array_zero(t->n);
    t->dscale = array_zero(t->c);
    t->dshift = array_zero(t->c);
    const struct nn_ref_norm_relu ref = {
        .shape = shape, .x = t->x, .scale = t->scale, .shift = t->shift, .relu = true};
    nn_ref_norm_relu_forward(&ref, t->y);
    nn_ref_norm_relu_backward(&ref, t->dy, t->dx, t->dscale, t->dshift);
}

static float *to_floats(const double *a, size_t n)
{
    float *out = array_floats(n);
    for (size_t i = 0; i < n; i++)
        out[i] = (float)a[i];
    return out;
}

static void make_fast(struct fast *f, bool train, struct bench *t)
{
    struct err err = {0};
    const size_t blocked = fast_count(f, t->shape);
    assert_ok(nn_norm_new(f->engine, t->shape, train, &t->norm, &err), err);
    t->mem = (struct nn_norm_mem){
        .src = fast_pack(f, t->shape, t->x),
        .dst = fast_garbage(blocked),
        .d_dst = fast_pack(f, t->shape, t->dy),
        .d_src = fast_garbage(blocked),
        .scale = to_floats(t->scale, t->c),
        .shift = to_floats(t->shift, t->c),
        .d_scale = fast_garbage(t->c),
        .d_shift = fast_garbage(t->c),
    };
    assert_ok(nn_norm_bind(t->norm, &t->mem, &err), err);
    assert_ok(nn_engine_reserve(f->engine, &err), err);
}

static void free_bench(struct bench *t)
{
    double *const doubles[] = {t->x, t->dy, t->scale,  t->shift,
                               t->y, t->dx, t->dscale, t->dshift};
    for (size_t i = 0; i < ARRAY_LEN(doubles); i++)
        mem_free(doubles[i]);
    const struct nn_norm_mem *m = &t->mem;
    mem_free(m->src), mem_free(m->dst), mem_free(m->d_dst), mem_free(m->d_src);
    mem_free(m->scale), mem_free(m->shift);
    mem_free(m->d_scale), mem_free(m->d_shift);
    nn_norm_free(t->norm);
}

static void matches_the_definition(void **state)
{
    for (size_t k = 0; k < ARRAY_LEN(shapes); k++) {
        struct fast f;
        struct err err = {0};
        struct bench t;
        if (!fast_begin(&f, *state, 2))
            return;
        make_reference(&f, shapes[k], &t);
        make_fast(&f, true, &t);
        /* twice: each pass overwrites what was there */
        for (int round = 0; round < 2; round++) {
            assert_ok(nn_norm_forward(t.norm, &err), err);
            assert_blocked(&f, f.precision, t.shape, t.mem.dst, t.y, f.tol_act);
            assert_ok(nn_norm_backward(t.norm, &err), err);
            assert_blocked(&f, f.precision, t.shape, t.mem.d_src, t.dx, f.tol_act);
            assert_floats(t.mem.d_scale, t.dscale, t.c, f.tol_f32);
            assert_floats(t.mem.d_shift, t.dshift, t.c, f.tol_f32);
        }
        free_bench(&t);
        fast_end(&f);
    }
}

/* Prediction uses the sample's own statistics, as training does. */
static void prediction_is_like_training(void **state)
{
    struct fast f;
    struct err err = {0};
    struct bench t;
    if (!fast_begin(&f, *state, 2))
        return;
    make_reference(&f, shapes[0], &t);
    make_fast(&f, false, &t);
    assert_ok(nn_norm_forward(t.norm, &err), err);
    assert_blocked(&f, f.precision, t.shape, t.mem.dst, t.y, f.tol_act);
    free_bench(&t);
    fast_end(&f);
}

/* It runs on one thread whatever the engine has, and leaves the engine's count. */
static void bits_do_not_depend_on_threads(void **state)
{
    struct bench t[2];
    size_t bytes = 0;
    for (int i = 0; i < 2; i++) {
        struct fast f;
        struct err err = {0};
        if (!fast_begin(&f, *state, 1 + 2 * i))
            return;
        make_reference(&f, shapes[3], &t[i]);
        make_fast(&f, true, &t[i]);
        assert_ok(nn_norm_forward(t[i].norm, &err), err);
        assert_ok(nn_norm_backward(t[i].norm, &err), err);
        assert_int_equal(nn_engine_threads(f.engine), 1 + 2 * i);
        nn_norm_free(t[i].norm);
        t[i].norm = NULL;
        bytes = t[i].n * (f.precision == NN_BF16 ? 2 : 4);
        fast_end(&f);
    }
    assert_memory_equal(t[0].mem.dst, t[1].mem.dst, bytes);
    assert_memory_equal(t[0].mem.d_src, t[1].mem.d_src, bytes);
    assert_memory_equal(t[0].mem.d_scale, t[1].mem.d_scale, t[0].c * sizeof(float));
    free_bench(&t[0]);
    free_bench(&t[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAST_TEST(matches_the_definition, f32),
        FAST_TEST(matches_the_definition, bf16),
        FAST_TEST(prediction_is_like_training, f32),
        FAST_TEST(prediction_is_like_training, bf16),
        FAST_TEST(bits_do_not_depend_on_threads, f32),
        FAST_TEST(bits_do_not_depend_on_threads, bf16),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
