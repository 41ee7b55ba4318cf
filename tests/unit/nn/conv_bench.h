/*
 * conv_bench.h - a convolution to be trained, with what its definition makes of the
 * same numbers.
 */
#ifndef TESTING_CONV_BENCH_H
#define TESTING_CONV_BENCH_H

#include "nn/fast.h"

#include "nn/conv3d.h"
#include "nn/ref/conv3d.h"

/* One case: the reference's arrays, and the fast operator's memory. */
struct conv_bench {
    struct nn_conv_desc desc;
    struct tensor_shape out;
    struct nn_ref_conv3d ref;
    size_t nx, ny, nw, nb;
    double *x, *w, *b, *dy;   /* given */
    double *y, *dx, *dw, *db; /* the reference's */
    struct nn_conv *conv;
    struct nn_conv_mem mem;
};

static inline void conv_bench_reference(const struct fast *f, struct nn_conv_desc desc,
                                        struct conv_bench *t)
{
    *t = (struct conv_bench){.desc = desc};
    t->desc.train = true;
    t->desc.need_d_src = !desc.plain_src;
    t->out = desc.src;
    t->out.c = desc.out;
    t->ref = (struct nn_ref_conv3d){
        .x = desc.src, .co = desc.out, .kd = desc.kd, .kh = desc.kh, .kw = desc.kh};
    t->nx = tensor_count(desc.src);
    t->ny = tensor_count(t->out);
    t->nw = nn_ref_conv3d_weights(&t->ref);
    t->nb = (size_t)desc.out;

    t->x = fast_random(f, t->nx, 1);
    t->w = fast_random(f, t->nw, 2);
    t->dy = fast_random(f, t->ny, 3);
    t->b = array_random(t->nb, 4);
    fast_round(NN_F32, t->b, t->nb); /* biases stay float32 */
    t->y = array_zero(t->ny);
    t->dx = array_zero(t->nx);
    t->dw = array_zero(t->nw);
    t->db = array_zero(t->nb);
    nn_ref_conv3d_forward(&t->ref, t->x, t->w, desc.bias ? t->b : NULL, t->y);
    nn_ref_conv3d_backward_data(&t->ref, t->dy, t->w, t->dx);
    nn_ref_conv3d_backward_weights(&t->ref, t->x, t->dy, t->dw, t->db);
}

static inline void *conv_bench_source(const struct fast *f, const struct conv_bench *t)
{
    if (!t->desc.plain_src)
        return fast_pack(f, t->desc.src, t->x);
    void *out = array_floats(t->nx);
    for (size_t i = 0; i < t->nx; i++)
        fast_put(f->precision, out, i, t->x[i]);
    return out;
}

static inline void conv_bench_make(struct fast *f, struct conv_bench *t)
{
    struct err err = {0};
    assert_ok(nn_conv_new(f->engine, &t->desc, &t->conv, &err), err);
    assert_int_equal(nn_conv_plain_count(t->conv), t->nw);
    const size_t master = nn_conv_master_count(t->conv);
    assert_true(master >= t->nw);

    float *plain = array_floats(t->nw), *bias = array_floats(t->nb);
    for (size_t i = 0; i < t->nw; i++)
        plain[i] = (float)t->w[i];
    for (size_t i = 0; i < t->nb; i++)
        bias[i] = (float)t->b[i];
    t->mem = (struct nn_conv_mem){
        .src = conv_bench_source(f, t),
        .dst = fast_garbage(fast_count(f, t->out)),
        .d_dst = fast_pack(f, t->out, t->dy),
        .d_src = t->desc.need_d_src ? fast_garbage(fast_count(f, t->desc.src)) : NULL,
        .weights = array_floats(master),
        .bias = bias,
        .d_weights = fast_garbage(master),
        .d_bias = fast_garbage(t->nb),
    };
    assert_ok(nn_conv_from_plain(t->conv, plain, t->mem.weights, &err), err);
    assert_ok(nn_conv_bind(t->conv, &t->mem, &err), err);
    assert_ok(nn_engine_reserve(f->engine, &err), err);
    assert_ok(nn_conv_refresh(t->conv, &err), err);
    mem_free(plain);
}

static inline void conv_bench_free(struct conv_bench *t)
{
    double *const doubles[] = {t->x, t->w, t->b, t->dy, t->y, t->dx, t->dw, t->db};
    for (size_t i = 0; i < ARRAY_LEN(doubles); i++)
        mem_free(doubles[i]);
    const struct nn_conv_mem *m = &t->mem;
    mem_free(m->src), mem_free(m->dst), mem_free(m->d_dst), mem_free(m->d_src);
    mem_free(m->weights), mem_free(m->bias);
    mem_free(m->d_weights), mem_free(m->d_bias);
    nn_conv_free(t->conv);
}

#endif
