#include "nn/max_pool.h"

#include "base/mem.h"
#include "nn/dnnl_glue.h"

struct nn_pool {
    struct nn_engine *e;
    struct nn_prim fwd, bwd;
    dnnl_memory_desc_t src, dst, workspace;
    void *argmax; /* owned: which voxel won */
    bool train;
};

static bool make(struct nn_pool *p, struct tensor_shape s, struct err *err)
{
    const struct tensor_shape half = {s.c, s.d, s.h / 2, s.w / 2};
    const dnnl_dims_t kernel = {1, 2, 2}, pad = {0, 0, 0};
    dnnl_pooling_desc_t f, b;
    dnnl_primitive_desc_t pf = NULL, pb = NULL;
    bool ok = false;
    if (!nn_md_act(p->e, s, p->e->type, false, &p->src, err) ||
        !nn_md_act(p->e, half, p->e->type, false, &p->dst, err) ||
        !nn_dnnl_ok(dnnl_pooling_forward_desc_init(
                        &f, p->train ? dnnl_forward_training : dnnl_forward_inference,
                        dnnl_pooling_max, &p->src, &p->dst, kernel, kernel, pad, pad),
                    "a pooling", err) ||
        !nn_dnnl_ok(dnnl_primitive_desc_create(&pf, &f, p->e->attr, p->e->engine, NULL),
                    "a pooling", err) ||
        !nn_prim_make(p->e, pf, &p->fwd, err))
        goto done;
    if (p->train) {
        p->workspace = *dnnl_primitive_desc_query_md(pf, dnnl_query_workspace_md, 0);
        p->argmax = mem_alloc(dnnl_memory_desc_get_size(&p->workspace), 1, err);
        if (!p->argmax ||
            !nn_dnnl_ok(dnnl_pooling_backward_desc_init(&b, dnnl_pooling_max, &p->src,
                                                        &p->dst, kernel, kernel, pad,
                                                        pad),
                        "a pooling's gradient", err) ||
            !nn_dnnl_ok(
                dnnl_primitive_desc_create(&pb, &b, p->e->attr, p->e->engine, pf),
                "a pooling's gradient", err) ||
            !nn_prim_make(p->e, pb, &p->bwd, err))
            goto done;
    }
    ok = true;
done:
    if (pf)
        (void)dnnl_primitive_desc_destroy(pf);
    if (pb)
        (void)dnnl_primitive_desc_destroy(pb);
    return ok;
}

bool nn_pool_possible(struct tensor_shape s, struct err *err)
{
    if (s.h % 2 == 0 && s.w % 2 == 0)
        return true;
    return ERR_FAIL(err, ERR_ARG, "cannot halve %d x %d", s.h, s.w);
}

bool nn_pool_new(struct nn_engine *e, struct tensor_shape shape, bool train,
                 struct nn_pool **out, struct err *err)
{
    if (!nn_pool_possible(shape, err))
        return false;
    struct nn_pool *p = mem_alloc(1, sizeof *p, err);
    if (!p)
        return false;
    p->e = e;
    p->train = train;
    if (!make(p, shape, err)) {
        nn_pool_free(p);
        return false;
    }
    *out = p;
    return true;
}

void nn_pool_free(struct nn_pool *p)
{
    if (!p)
        return;
    nn_prim_clear(&p->fwd);
    nn_prim_clear(&p->bwd);
    mem_free(p->argmax);
    mem_free(p);
}

bool nn_pool_bind(struct nn_pool *p, const struct nn_pool_mem *m, struct err *err)
{
    struct nn_engine *e = p->e;
    if (!nn_prim_bind(e, &p->fwd, DNNL_ARG_SRC, &p->src, m->src, err) ||
        !nn_prim_bind(e, &p->fwd, DNNL_ARG_DST, &p->dst, m->dst, err))
        return false;
    if (!p->train)
        return true;
    return nn_prim_bind(e, &p->fwd, DNNL_ARG_WORKSPACE, &p->workspace, p->argmax,
                        err) &&
           nn_prim_bind(e, &p->bwd, DNNL_ARG_DIFF_DST, &p->dst, m->d_dst, err) &&
           nn_prim_bind(e, &p->bwd, DNNL_ARG_WORKSPACE, &p->workspace, p->argmax,
                        err) &&
           nn_prim_bind(e, &p->bwd, DNNL_ARG_DIFF_SRC, &p->src, m->d_src, err);
}

bool nn_pool_forward(struct nn_pool *p, struct err *err)
{
    return nn_prim_run(p->e, &p->fwd, err);
}

bool nn_pool_backward(struct nn_pool *p, struct err *err)
{
    return nn_prim_run(p->e, &p->bwd, err);
}
