#include "nn/dnnl_glue.h"

#include <omp.h>
#include <string.h>

#include "base/mem.h"

bool nn_dnnl_ok(dnnl_status_t status, const char *what, struct err *err)
{
    if (status == dnnl_success)
        return true;
    if (status == dnnl_out_of_memory)
        return ERR_FAIL(err, ERR_NOMEM, "oneDNN: out of memory for %s", what);
    return ERR_FAIL(err, ERR_NUMERIC, "oneDNN: %s failed with status %d", what,
                    (int)status);
}

bool nn_md_act(const struct nn_engine *e, struct tensor_shape s, dnnl_data_type_t type,
               bool plain, dnnl_memory_desc_t *md, struct err *err)
{
    const dnnl_dims_t dims = {1, s.c, s.d, s.h, s.w};
    return nn_dnnl_ok(dnnl_memory_desc_init_by_tag(md, 5, dims, type,
                                                   plain ? dnnl_ncdhw : e->blocked),
                      "an activation's layout", err);
}

bool nn_md_vec(int n, dnnl_memory_desc_t *md, struct err *err)
{
    const dnnl_dims_t dims = {n};
    return nn_dnnl_ok(dnnl_memory_desc_init_by_tag(md, 1, dims, dnnl_f32, dnnl_a),
                      "a vector's layout", err);
}

bool nn_prim_make(struct nn_engine *e, dnnl_primitive_desc_t pd, struct nn_prim *out,
                  struct err *err)
{
    struct nn_prim p = {0};
    const char *impl = "";
    if (!nn_dnnl_ok(
            dnnl_primitive_desc_query(pd, dnnl_query_impl_info_str, 0, (void *)&impl),
            "a primitive's name", err) ||
        !nn_dnnl_ok(dnnl_primitive_create(&p.primitive, pd), "a primitive", err))
        return false;
    p.reference = strncmp(impl, "ref", 3) == 0;
    const dnnl_memory_desc_t *md =
        dnnl_primitive_desc_query_md(pd, dnnl_query_scratchpad_md, 0);
    const size_t need = md ? dnnl_memory_desc_get_size(md) : 0;
    if (need > 0) {
        if (need > e->scratch_size)
            e->scratch_size = need;
        if (!nn_prim_bind(e, &p, DNNL_ARG_SCRATCHPAD, md, NULL, err)) {
            nn_prim_clear(&p);
            return false;
        }
    }
    *out = p;
    return true;
}

bool nn_prim_bind(struct nn_engine *e, struct nn_prim *p, int key,
                  const dnnl_memory_desc_t *md, void *ptr, struct err *err)
{
    void *handle = ptr ? ptr : DNNL_MEMORY_NONE;
    for (int i = 0; i < p->args; i++)
        if (p->arg[i].arg == key)
            return nn_dnnl_ok(dnnl_memory_set_data_handle(p->arg[i].memory, handle),
                              "binding", err);
    if (p->args == (int)ARRAY_LEN(p->arg))
        return ERR_FAIL(err, ERR_ARG, "a primitive has too many arguments");
    dnnl_memory_t memory = NULL;
    if (!nn_dnnl_ok(dnnl_memory_create(&memory, md, e->engine, handle), "binding", err))
        return false;
    p->arg[p->args++] = (dnnl_exec_arg_t){.arg = key, .memory = memory};
    return true;
}

static size_t share_size(const struct nn_engine *e)
{
    return (e->scratch_size + 63) / 64 * 64;
}

void *nn_engine_scratch(const struct nn_engine *e, int share)
{
    return (char *)e->scratch + (size_t)share * share_size(e);
}

bool nn_prim_run_share(const struct nn_engine *e, struct nn_prim *p,
                       dnnl_stream_t stream, int share, struct err *err)
{
    if (p->args > 0 && p->arg[0].arg == DNNL_ARG_SCRATCHPAD &&
        !nn_dnnl_ok(
            dnnl_memory_set_data_handle(p->arg[0].memory, nn_engine_scratch(e, share)),
            "scratchpad", err))
        return false;
    dnnl_status_t status =
        dnnl_primitive_execute(p->primitive, stream, p->args, p->arg);
    if (status == dnnl_success)
        status = dnnl_stream_wait(stream);
    return nn_dnnl_ok(status, "a primitive's run", err);
}

bool nn_prim_run(struct nn_engine *e, struct nn_prim *p, struct err *err)
{
    if (p->one_thread)
        omp_set_num_threads(1);
    const bool ok = nn_prim_run_share(e, p, e->stream, 0, err);
    if (p->one_thread)
        omp_set_num_threads(e->threads);
    return ok;
}

void nn_prim_clear(struct nn_prim *p)
{
    for (int i = 0; i < p->args; i++)
        (void)dnnl_memory_destroy(p->arg[i].memory);
    if (p->primitive)
        (void)dnnl_primitive_destroy(p->primitive);
    *p = (struct nn_prim){0};
}

bool nn_prim_reorder(struct nn_engine *e, const dnnl_memory_desc_t *from, void *src,
                     const dnnl_memory_desc_t *to, void *dst, struct nn_prim *out,
                     struct err *err)
{
    dnnl_primitive_desc_t pd = NULL;
    struct nn_prim p = {0};
    const bool ok = nn_dnnl_ok(dnnl_reorder_primitive_desc_create(
                                   &pd, from, e->engine, to, e->engine, e->attr),
                               "a reorder", err) &&
                    nn_prim_make(e, pd, &p, err) &&
                    nn_prim_bind(e, &p, DNNL_ARG_FROM, from, src, err) &&
                    nn_prim_bind(e, &p, DNNL_ARG_TO, to, dst, err);
    if (pd)
        (void)dnnl_primitive_desc_destroy(pd);
    if (!ok) {
        nn_prim_clear(&p);
        return false;
    }
    *out = p;
    return true;
}

bool nn_engine_reserve(struct nn_engine *e, struct err *err)
{
    const size_t shares =
        share_size(e) * (size_t)(e->scratch_shares > 1 ? e->scratch_shares : 1);
    const size_t need = shares > e->scratch_alone ? shares : e->scratch_alone;
    if (e->scratch && e->scratch_room >= need)
        return true;
    void *scratch = mem_alloc(need, 1, err);
    if (!scratch)
        return false;
    mem_free(e->scratch);
    e->scratch = scratch;
    e->scratch_room = need;
    return true;
}
