#include "nn/conv3d.h"

#include "base/mem.h"
#include "nn/dnnl_glue.h"
#include "nn/winograd.h"
#include "nn/winograd_weights.h"

struct nn_conv {
    struct nn_engine *e;
    struct nn_conv_desc desc;
    struct nn_winograd *winograd;           /* owned: in place of `fwd`, or NULL; */
    struct nn_winograd *winograd_back;      /* of `bwd_d` and */
    struct nn_winograd_weights *winograd_w; /* of `bwd_w`, where that is trained */
    struct nn_conv_mem mem;                 /* what these work on */
    dnnl_memory_desc_t src, dst, d_dst;     /* activations */
    dnnl_memory_desc_t plain, master, bias; /* weights */
    dnnl_memory_desc_t w_fwd, w_bwd;        /* working copies */
    dnnl_memory_desc_t wide_src, wide_dst;  /* what bwd_w wants, where it differs */
    struct nn_prim fwd, bwd_d, bwd_w;
    struct nn_prim to_fwd, to_bwd;           /* master -> working copies */
    struct nn_prim to_wide_src, to_wide_dst; /* only without AVX-512 */
    void *w_fwd_mem, *w_bwd_mem;             /* owned; NULL where others serve */
    void *fwd_weights;                       /* what the forward pass reads */
    void *wide_src_mem, *wide_dst_mem;       /* owned */
};

static bool make_fwd(struct nn_conv *c, dnnl_primitive_desc_t *pd, struct err *err)
{
    const struct nn_conv_desc *d = &c->desc;
    const dnnl_dims_t wd = {d->out, d->src.c, d->kd, d->kh, d->kh};
    const dnnl_dims_t stride = {1, 1, 1}, pad = {d->kd / 2, d->kh / 2, d->kh / 2};
    dnnl_memory_desc_t w;
    dnnl_convolution_desc_t op;
    if (!nn_dnnl_ok(
            dnnl_memory_desc_init_by_tag(&w, 5, wd, c->e->type, dnnl_format_tag_any),
            "weights", err) ||
        !nn_dnnl_ok(dnnl_convolution_forward_desc_init(
                        &op, d->train ? dnnl_forward_training : dnnl_forward_inference,
                        dnnl_convolution_direct, &c->src, &w, d->bias ? &c->bias : NULL,
                        &c->dst, stride, pad, pad),
                    "a convolution", err) ||
        !nn_dnnl_ok(dnnl_primitive_desc_create(pd, &op, c->e->attr, c->e->engine, NULL),
                    "a convolution", err))
        return false;
    c->w_fwd = *dnnl_primitive_desc_query_md(*pd, dnnl_query_weights_md, 0);
    return nn_prim_make(c->e, *pd, &c->fwd, err);
}

static bool make_bwd_w(struct nn_conv *c, dnnl_primitive_desc_t hint, struct err *err)
{
    const struct nn_conv_desc *d = &c->desc;
    const dnnl_dims_t wd = {d->out, d->src.c, d->kd, d->kh, d->kh};
    const dnnl_dims_t stride = {1, 1, 1}, pad = {d->kd / 2, d->kh / 2, d->kh / 2};
    dnnl_memory_desc_t w, src = c->src, dst = c->d_dst;
    dnnl_convolution_desc_t op;
    dnnl_primitive_desc_t pd = NULL;
    bool ok = false;

    /* Without AVX-512 the weight gradient of a 3x3x3 kernel is reference code in the
     * blocked layout; oneDNN's own choice is a matrix product on plain layouts. */
    if (c->e->block != 16) {
        const dnnl_dims_t sd = {1, d->src.c, d->src.d, d->src.h, d->src.w};
        const dnnl_dims_t dd = {1, d->out, d->src.d, d->src.h, d->src.w};
        if (!nn_dnnl_ok(dnnl_memory_desc_init_by_tag(&src, 5, sd, c->e->type,
                                                     dnnl_format_tag_any),
                        "a source", err) ||
            !nn_dnnl_ok(dnnl_memory_desc_init_by_tag(&dst, 5, dd, c->e->type,
                                                     dnnl_format_tag_any),
                        "a gradient", err))
            return false;
    }
    if (!nn_dnnl_ok(
            dnnl_memory_desc_init_by_tag(&w, 5, wd, dnnl_f32, dnnl_format_tag_any),
            "weights", err) ||
        !nn_dnnl_ok(dnnl_convolution_backward_weights_desc_init(
                        &op, dnnl_convolution_direct, &src, &w,
                        d->bias ? &c->bias : NULL, &dst, stride, pad, pad),
                    "a weight gradient", err) ||
        !nn_dnnl_ok(
            dnnl_primitive_desc_create(&pd, &op, c->e->attr, c->e->engine, hint),
            "a weight gradient", err))
        goto done;
    c->master = *dnnl_primitive_desc_query_md(pd, dnnl_query_diff_weights_md, 0);
    c->wide_src = *dnnl_primitive_desc_query_md(pd, dnnl_query_src_md, 0);
    c->wide_dst = *dnnl_primitive_desc_query_md(pd, dnnl_query_diff_dst_md, 0);
    ok = nn_prim_make(c->e, pd, &c->bwd_w, err);
done:
    if (pd)
        (void)dnnl_primitive_desc_destroy(pd);
    return ok;
}

static bool make_bwd_d(struct nn_conv *c, dnnl_primitive_desc_t hint, struct err *err)
{
    const struct nn_conv_desc *d = &c->desc;
    const dnnl_dims_t wd = {d->out, d->src.c, d->kd, d->kh, d->kh};
    const dnnl_dims_t stride = {1, 1, 1}, pad = {d->kd / 2, d->kh / 2, d->kh / 2};
    dnnl_memory_desc_t w;
    dnnl_convolution_desc_t op;
    dnnl_primitive_desc_t pd = NULL;
    bool ok = false;
    if (!nn_dnnl_ok(
            dnnl_memory_desc_init_by_tag(&w, 5, wd, c->e->type, dnnl_format_tag_any),
            "weights", err) ||
        !nn_dnnl_ok(
            dnnl_convolution_backward_data_desc_init(
                &op, dnnl_convolution_direct, &c->src, &w, &c->d_dst, stride, pad, pad),
            "a data gradient", err) ||
        !nn_dnnl_ok(
            dnnl_primitive_desc_create(&pd, &op, c->e->attr, c->e->engine, hint),
            "a data gradient", err))
        goto done;
    c->w_bwd = *dnnl_primitive_desc_query_md(pd, dnnl_query_weights_md, 0);
    ok = nn_prim_make(c->e, pd, &c->bwd_d, err);
done:
    if (pd)
        (void)dnnl_primitive_desc_destroy(pd);
    return ok;
}

/* The gradient towards the source is a convolution of the other's, with the kernels
 * mirrored. */
static bool make_winograd(struct nn_conv *c, struct err *err)
{
    const struct nn_conv_desc *d = &c->desc;
    const dnnl_dims_t wd = {d->out, d->src.c, d->kd, d->kh, d->kh};
    struct nn_conv_desc back = *d;
    back.src.c = d->out;
    back.out = d->src.c;
    return nn_winograd_new(c->e, d, &c->winograd, err) &&
           (!d->train ||
            (nn_dnnl_ok(dnnl_memory_desc_init_by_tag(&c->master, 5, wd, dnnl_f32,
                                                     dnnl_OIdhw16i16o),
                        "weights", err) &&
             nn_winograd_weights_new(c->e, d, &c->winograd_w, err) &&
             (!d->need_d_src || nn_winograd_new(c->e, &back, &c->winograd_back, err))));
}

static bool make_all(struct nn_conv *c, struct err *err)
{
    const struct nn_conv_desc *d = &c->desc;
    const struct tensor_shape out = {d->out, d->src.d, d->src.h, d->src.w};
    const dnnl_dims_t wd = {d->out, d->src.c, d->kd, d->kh, d->kh};
    if (!nn_md_act(c->e, d->src, c->e->type, d->plain_src, &c->src, err) ||
        !nn_md_act(c->e, out, d->f32_dst ? dnnl_f32 : c->e->type, false, &c->dst,
                   err) ||
        !nn_md_act(c->e, out, c->e->type, false, &c->d_dst, err) ||
        !nn_md_vec(d->out, &c->bias, err) ||
        !nn_dnnl_ok(
            dnnl_memory_desc_init_by_tag(&c->plain, 5, wd, dnnl_f32, dnnl_oidhw),
            "weights", err))
        return false;
    c->master = c->plain;
    if (nn_winograd_suits(c->e, d))
        return make_winograd(c, err);
    dnnl_primitive_desc_t hint = NULL;
    bool ok = make_fwd(c, &hint, err);
    if (ok && d->train)
        ok = make_bwd_w(c, hint, err) && (!d->need_d_src || make_bwd_d(c, hint, err));
    if (hint)
        (void)dnnl_primitive_desc_destroy(hint);
    return ok;
}

bool nn_conv_possible(const struct nn_conv_desc *desc, struct err *err)
{
    const struct tensor_shape s = desc->src;
    if (s.c < 1 || s.d < 1 || s.h < 1 || s.w < 1 || desc->out < 1 || desc->kd < 1 ||
        desc->kh < 1 || desc->kd % 2 == 0 || desc->kh % 2 == 0)
        return ERR_FAIL(err, ERR_ARG,
                        "a convolution of shape %d>%d %dx%dx%d, kernel %dx%d", s.c,
                        desc->out, s.d, s.h, s.w, desc->kd, desc->kh);
    return true;
}

bool nn_conv_new(struct nn_engine *e, const struct nn_conv_desc *desc,
                 struct nn_conv **out, struct err *err)
{
    if (!nn_conv_possible(desc, err))
        return false;
    struct nn_conv *c = mem_alloc(1, sizeof *c, err);
    if (!c)
        return false;
    c->e = e;
    c->desc = *desc;
    if (!make_all(c, err)) {
        nn_conv_free(c);
        return false;
    }
    *out = c;
    return true;
}

void nn_conv_free(struct nn_conv *c)
{
    if (!c)
        return;
    struct nn_prim *all[] = {&c->fwd,    &c->bwd_d,       &c->bwd_w,      &c->to_fwd,
                             &c->to_bwd, &c->to_wide_src, &c->to_wide_dst};
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        nn_prim_clear(all[i]);
    nn_winograd_free(c->winograd);
    nn_winograd_free(c->winograd_back);
    nn_winograd_weights_free(c->winograd_w);
    mem_free(c->w_fwd_mem);
    mem_free(c->w_bwd_mem);
    mem_free(c->wide_src_mem);
    mem_free(c->wide_dst_mem);
    mem_free(c);
}

size_t nn_conv_master_count(const struct nn_conv *c)
{
    return dnnl_memory_desc_get_size(&c->master) / sizeof(float);
}

size_t nn_conv_plain_count(const struct nn_conv *c)
{
    return dnnl_memory_desc_get_size(&c->plain) / sizeof(float);
}

/* The weights a pass reads: the master itself where type and layout agree, else a copy
 * with the reorder that renews it. */
static bool bind_copy(struct nn_conv *c, const dnnl_memory_desc_t *want, float *master,
                      void **copy, struct nn_prim *reorder, void **use, struct err *err)
{
    *use = master;
    if (master && dnnl_memory_desc_equal(want, &c->master))
        return true;
    if (!*copy)
        *copy = mem_alloc(dnnl_memory_desc_get_size(want), 1, err);
    if (!*copy)
        return false;
    nn_prim_clear(reorder);
    *use = *copy;
    if (!master)
        return true; /* nn_conv_load fills it */
    return nn_prim_reorder(c->e, &c->master, master, want, *copy, reorder, err);
}

static bool bind_backward(struct nn_conv *c, const struct nn_conv_mem *m,
                          struct err *err)
{
    void *src = m->src, *d_dst = m->d_dst;
    if (!dnnl_memory_desc_equal(&c->wide_src, &c->src)) {
        c->wide_src_mem = mem_alloc(dnnl_memory_desc_get_size(&c->wide_src), 1, err);
        if (!c->wide_src_mem || !nn_prim_reorder(c->e, &c->src, m->src, &c->wide_src,
                                                 c->wide_src_mem, &c->to_wide_src, err))
            return false;
        src = c->wide_src_mem;
    }
    if (!dnnl_memory_desc_equal(&c->wide_dst, &c->d_dst)) {
        c->wide_dst_mem = mem_alloc(dnnl_memory_desc_get_size(&c->wide_dst), 1, err);
        if (!c->wide_dst_mem ||
            !nn_prim_reorder(c->e, &c->d_dst, m->d_dst, &c->wide_dst, c->wide_dst_mem,
                             &c->to_wide_dst, err))
            return false;
        d_dst = c->wide_dst_mem;
    }
    if (!nn_prim_bind(c->e, &c->bwd_w, DNNL_ARG_SRC, &c->wide_src, src, err) ||
        !nn_prim_bind(c->e, &c->bwd_w, DNNL_ARG_DIFF_DST, &c->wide_dst, d_dst, err) ||
        !nn_prim_bind(c->e, &c->bwd_w, DNNL_ARG_DIFF_WEIGHTS, &c->master, m->d_weights,
                      err))
        return false;
    if (c->desc.bias &&
        !nn_prim_bind(c->e, &c->bwd_w, DNNL_ARG_DIFF_BIAS, &c->bias, m->d_bias, err))
        return false;
    if (!c->desc.need_d_src)
        return true;
    void *weights = NULL;
    return bind_copy(c, &c->w_bwd, m->weights, &c->w_bwd_mem, &c->to_bwd, &weights,
                     err) &&
           nn_prim_bind(c->e, &c->bwd_d, DNNL_ARG_DIFF_DST, &c->d_dst, m->d_dst, err) &&
           nn_prim_bind(c->e, &c->bwd_d, DNNL_ARG_WEIGHTS, &c->w_bwd, weights, err) &&
           nn_prim_bind(c->e, &c->bwd_d, DNNL_ARG_DIFF_SRC, &c->src, m->d_src, err);
}

bool nn_conv_bind(struct nn_conv *c, const struct nn_conv_mem *m, struct err *err)
{
    c->mem = *m;
    if (c->winograd)
        return true;
    if (!bind_copy(c, &c->w_fwd, m->weights, &c->w_fwd_mem, &c->to_fwd, &c->fwd_weights,
                   err) ||
        !nn_prim_bind(c->e, &c->fwd, DNNL_ARG_SRC, &c->src, m->src, err) ||
        !nn_prim_bind(c->e, &c->fwd, DNNL_ARG_WEIGHTS, &c->w_fwd, c->fwd_weights,
                      err) ||
        !nn_prim_bind(c->e, &c->fwd, DNNL_ARG_DST, &c->dst, m->dst, err))
        return false;
    if (c->desc.bias &&
        !nn_prim_bind(c->e, &c->fwd, DNNL_ARG_BIAS, &c->bias, m->bias, err))
        return false;
    return !c->desc.train || bind_backward(c, m, err);
}

bool nn_conv_refresh(struct nn_conv *c, struct err *err)
{
    const float *const w = c->mem.weights;
    if (c->winograd && w)
        nn_winograd_load(c->winograd, c->desc.train ? WINO_MASTER : WINO_PLAIN, w);
    if (c->winograd_back)
        nn_winograd_load(c->winograd_back, WINO_BACK, w);
    return (!c->to_fwd.primitive || nn_prim_run(c->e, &c->to_fwd, err)) &&
           (!c->to_bwd.primitive || nn_prim_run(c->e, &c->to_bwd, err));
}

bool nn_conv_forward(struct nn_conv *c, struct err *err)
{
    if (c->winograd) {
        nn_winograd_run(c->winograd, c->mem.src, c->mem.dst);
        return true;
    }
    return nn_prim_run(c->e, &c->fwd, err);
}

bool nn_conv_backward(struct nn_conv *c, struct err *err)
{
    const struct nn_conv_mem *const m = &c->mem;
    if (c->winograd) {
        nn_winograd_weights_run(c->winograd_w, m->src, m->d_dst, m->d_weights);
        if (c->winograd_back)
            nn_winograd_run(c->winograd_back, m->d_dst, m->d_src);
        return true;
    }
    if (c->to_wide_src.primitive && !nn_prim_run(c->e, &c->to_wide_src, err))
        return false;
    if (c->to_wide_dst.primitive && !nn_prim_run(c->e, &c->to_wide_dst, err))
        return false;
    return nn_prim_run(c->e, &c->bwd_w, err) &&
           (!c->bwd_d.primitive || nn_prim_run(c->e, &c->bwd_d, err));
}

static bool convert(struct nn_conv *c, const dnnl_memory_desc_t *from, const void *src,
                    const dnnl_memory_desc_t *to, void *dst, struct err *err)
{
    struct nn_prim p = {0};
    /* oneDNN only reads the source, but its interface has no const */
    const bool ok =
        nn_prim_reorder(c->e, from, (void *)(uintptr_t)src, to, dst, &p, err) &&
        nn_engine_reserve(c->e, err) && nn_prim_run(c->e, &p, err);
    nn_prim_clear(&p);
    return ok;
}

bool nn_conv_load(struct nn_conv *c, const float *plain, struct err *err)
{
    if (c->winograd) {
        nn_winograd_load(c->winograd, WINO_PLAIN, plain);
        return true;
    }
    if (c->desc.train || !c->w_fwd_mem)
        return ERR_FAIL(err, ERR_ARG,
                        "weights are loaded into an untrained layer only");
    return convert(c, &c->plain, plain, &c->w_fwd, c->w_fwd_mem, err);
}

bool nn_conv_borrow(struct nn_conv *c, const struct nn_conv *from, struct err *err)
{
    void *const theirs = from->fwd_weights;
    if (c->desc.train || from->desc.train)
        return ERR_FAIL(err, ERR_ARG, "weights are lent by and to untrained layers");
    if (c->winograd) {
        nn_winograd_borrow(c->winograd, from->winograd);
        return true;
    }
    mem_free(c->w_fwd_mem);
    c->w_fwd_mem = NULL;
    c->fwd_weights = theirs;
    return nn_prim_bind(c->e, &c->fwd, DNNL_ARG_WEIGHTS, &c->w_fwd, theirs, err);
}

bool nn_conv_to_plain(struct nn_conv *c, const float *master, float *plain,
                      struct err *err)
{
    return convert(c, &c->master, master, &c->plain, plain, err);
}

bool nn_conv_from_plain(struct nn_conv *c, const float *plain, float *master,
                        struct err *err)
{
    return convert(c, &c->plain, plain, &c->master, master, err);
}

bool nn_conv_is_slow(const struct nn_conv *c)
{
    return c->fwd.reference || c->bwd_d.reference || c->bwd_w.reference;
}
