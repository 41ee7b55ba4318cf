#include "nn/norm_relu.h"

#include <omp.h>

#include "base/mem.h"
#include "nn/dnnl_glue.h"

struct nn_norm {
    struct nn_engine *e;
    struct nn_prim fwd, bwd;
    dnnl_memory_desc_t act, vec, workspace;
    int channels;
    bool train;
    float *mean, *variance; /* owned */
    void *mask;             /* owned: which outputs the ReLU let through */
};

/* Descriptors and primitives; runs under one OpenMP thread, as they will. */
static bool make_prims(struct nn_norm *n, struct err *err)
{
    const unsigned flags = dnnl_use_scale | dnnl_use_shift | dnnl_fuse_norm_relu;
    dnnl_batch_normalization_desc_t f, b;
    dnnl_primitive_desc_t pf = NULL, pb = NULL;
    bool ok = false;
    if (!nn_dnnl_ok(dnnl_batch_normalization_forward_desc_init(
                        &f, n->train ? dnnl_forward_training : dnnl_forward_inference,
                        &n->act, NN_NORM_EPSILON, flags),
                    "a norm", err) ||
        !nn_dnnl_ok(dnnl_primitive_desc_create(&pf, &f, n->e->attr, n->e->engine, NULL),
                    "a norm", err) ||
        !nn_prim_make(n->e, pf, &n->fwd, err))
        goto done;
    if (n->train) {
        n->workspace = *dnnl_primitive_desc_query_md(pf, dnnl_query_workspace_md, 0);
        if (!nn_dnnl_ok(
                dnnl_batch_normalization_backward_desc_init(
                    &b, dnnl_backward, &n->act, &n->act, NN_NORM_EPSILON, flags),
                "a norm's gradient", err) ||
            !nn_dnnl_ok(
                dnnl_primitive_desc_create(&pb, &b, n->e->attr, n->e->engine, pf),
                "a norm's gradient", err) ||
            !nn_prim_make(n->e, pb, &n->bwd, err))
            goto done;
    }
    n->fwd.one_thread = true;
    n->bwd.one_thread = true;
    ok = true;
done:
    if (pf)
        (void)dnnl_primitive_desc_destroy(pf);
    if (pb)
        (void)dnnl_primitive_desc_destroy(pb);
    return ok;
}

static bool make(struct nn_norm *n, struct tensor_shape shape, struct err *err)
{
    if (!nn_md_act(n->e, shape, n->e->type, false, &n->act, err) ||
        !nn_md_vec(shape.c, &n->vec, err))
        return false;
    omp_set_num_threads(1);
    const bool made = make_prims(n, err);
    omp_set_num_threads(n->e->threads);
    if (!made || !n->train)
        return made;
    n->mean = mem_alloc((size_t)shape.c, sizeof(float), err);
    n->variance = mem_alloc((size_t)shape.c, sizeof(float), err);
    n->mask = mem_alloc(dnnl_memory_desc_get_size(&n->workspace), 1, err);
    return n->mean && n->variance && n->mask;
}

bool nn_norm_new(struct nn_engine *e, struct tensor_shape shape, bool train,
                 struct nn_norm **out, struct err *err)
{
    struct nn_norm *n = mem_alloc(1, sizeof *n, err);
    if (!n)
        return false;
    n->e = e;
    n->channels = shape.c;
    n->train = train;
    if (!make(n, shape, err)) {
        nn_norm_free(n);
        return false;
    }
    *out = n;
    return true;
}

void nn_norm_free(struct nn_norm *n)
{
    if (!n)
        return;
    nn_prim_clear(&n->fwd);
    nn_prim_clear(&n->bwd);
    mem_free(n->mean);
    mem_free(n->variance);
    mem_free(n->mask);
    mem_free(n);
}

bool nn_norm_bind(struct nn_norm *n, const struct nn_norm_mem *m, struct err *err)
{
    struct nn_engine *e = n->e;
    if (!nn_prim_bind(e, &n->fwd, DNNL_ARG_SRC, &n->act, m->src, err) ||
        !nn_prim_bind(e, &n->fwd, DNNL_ARG_DST, &n->act, m->dst, err) ||
        !nn_prim_bind(e, &n->fwd, DNNL_ARG_SCALE, &n->vec, m->scale, err) ||
        !nn_prim_bind(e, &n->fwd, DNNL_ARG_SHIFT, &n->vec, m->shift, err))
        return false;
    if (!n->train)
        return true;
    return nn_prim_bind(e, &n->fwd, DNNL_ARG_MEAN, &n->vec, n->mean, err) &&
           nn_prim_bind(e, &n->fwd, DNNL_ARG_VARIANCE, &n->vec, n->variance, err) &&
           nn_prim_bind(e, &n->fwd, DNNL_ARG_WORKSPACE, &n->workspace, n->mask, err) &&
           nn_prim_bind(e, &n->bwd, DNNL_ARG_SRC, &n->act, m->src, err) &&
           nn_prim_bind(e, &n->bwd, DNNL_ARG_DIFF_DST, &n->act, m->d_dst, err) &&
           nn_prim_bind(e, &n->bwd, DNNL_ARG_DIFF_SRC, &n->act, m->d_src, err) &&
           nn_prim_bind(e, &n->bwd, DNNL_ARG_MEAN, &n->vec, n->mean, err) &&
           nn_prim_bind(e, &n->bwd, DNNL_ARG_VARIANCE, &n->vec, n->variance, err) &&
           nn_prim_bind(e, &n->bwd, DNNL_ARG_SCALE, &n->vec, m->scale, err) &&
           nn_prim_bind(e, &n->bwd, DNNL_ARG_SHIFT, &n->vec, m->shift, err) &&
           nn_prim_bind(e, &n->bwd, DNNL_ARG_WORKSPACE, &n->workspace, n->mask, err) &&
           nn_prim_bind(e, &n->bwd, DNNL_ARG_DIFF_SCALE, &n->vec, m->d_scale, err) &&
           nn_prim_bind(e, &n->bwd, DNNL_ARG_DIFF_SHIFT, &n->vec, m->d_shift, err);
}

bool nn_norm_forward(struct nn_norm *n, struct err *err)
{
    return nn_prim_run(n->e, &n->fwd, err);
}

bool nn_norm_backward(struct nn_norm *n, struct err *err)
{
    return nn_prim_run(n->e, &n->bwd, err);
}
