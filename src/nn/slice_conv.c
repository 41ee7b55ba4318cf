#include "nn/slice_conv.h"

#include <omp.h>
#include <string.h>

#include "base/mem.h"
#include "nn/dnnl_glue.h"

/* So many slices at a time are a tenth faster than single ones; more are no faster. */
enum { PAIR = 2 };

/* Who computes slices beside others.  The primitive is for one thread: how Winograd's
 * algorithm sums depends on how many share a plane. */
struct worker {
    struct nn_prim prim;
    dnnl_stream_t stream;
};

struct nn_slice_conv {
    struct nn_engine *e;
    struct nn_conv_desc desc;
    size_t pitch, out_pitch; /* floats from a slice to the next */
    int batch;               /* slices in one run of the primitive */
    int channels;            /* of a slice of the source, as they lie in memory */
    dnnl_memory_desc_t src, dst, bias, weights; /* of a batch */
    struct worker *worker;                      /* owned */
    int workers;
    float *packed; /* owned: the weights as the primitive wants them */
    float *used;   /* those, or another's; NULL: not yet */
    float *x, *y;  /* borrowed */
};

int nn_slice_conv_guard(int kd)
{
    return kd / 2;
}

static bool make_memory(struct nn_slice_conv *c, struct err *err)
{
    const struct nn_conv_desc *d = &c->desc;
    const int h = d->src.h, w = d->src.w;
    const dnnl_dims_t src = {c->batch, (dnnl_dim_t)d->kd * c->channels, h, w};
    const dnnl_dims_t dst = {c->batch, d->out, h, w};
    return nn_dnnl_ok(
               dnnl_memory_desc_init_by_tag(&c->src, 4, src, dnnl_f32,
                                            d->plain_src ? dnnl_nchw : dnnl_nChw16c),
               "a source", err) &&
           nn_dnnl_ok(
               dnnl_memory_desc_init_by_tag(&c->dst, 4, dst, dnnl_f32, dnnl_nChw16c),
               "a result", err) &&
           nn_md_vec(d->out, &c->bias, err);
}

/* With *pd NULL, and true, if oneDNN has no such algorithm for these shapes. */
static bool describe(const struct nn_slice_conv *c, dnnl_alg_kind_t algorithm,
                     dnnl_primitive_desc_t *pd, struct err *err)
{
    const struct nn_conv_desc *d = &c->desc;
    const dnnl_dims_t wd = {d->out, (dnnl_dim_t)d->kd * c->channels, d->kh, d->kh};
    const dnnl_dims_t stride = {1, 1}, pad = {d->kh / 2, d->kh / 2};
    dnnl_memory_desc_t w;
    dnnl_convolution_desc_t op;
    if (!nn_dnnl_ok(
            dnnl_memory_desc_init_by_tag(&w, 4, wd, dnnl_f32, dnnl_format_tag_any),
            "weights", err) ||
        !nn_dnnl_ok(dnnl_convolution_forward_desc_init(
                        &op, dnnl_forward_inference, algorithm, &c->src, &w,
                        d->bias ? &c->bias : NULL, &c->dst, stride, pad, pad),
                    "a convolution", err))
        return false;
    const dnnl_status_t status =
        dnnl_primitive_desc_create(pd, &op, c->e->attr, c->e->engine, NULL);
    if (status != dnnl_unimplemented)
        return nn_dnnl_ok(status, "a convolution", err);
    *pd = NULL;
    return true;
}

/* Measured on planes of 4 to 72 rows: smaller ones have too few tiles of 4 x 4 to gain
 * much. */
enum { WINOGRAD_LEAST = 8 };

static bool suits_winograd(const struct nn_conv_desc *d)
{
    return d->kh == 3 && !d->plain_src && d->src.h >= WINOGRAD_LEAST &&
           d->src.w >= WINOGRAD_LEAST;
}

static bool make_workers(struct nn_slice_conv *c, struct err *err)
{
    dnnl_primitive_desc_t pd = NULL;
    if (suits_winograd(&c->desc) && !describe(c, dnnl_convolution_winograd, &pd, err))
        return false;
    if (!pd && !describe(c, dnnl_convolution_direct, &pd, err))
        return false;
    if (!pd)
        return ERR_FAIL(err, ERR_NUMERIC, "oneDNN has no such convolution");
    c->weights = *dnnl_primitive_desc_query_md(pd, dnnl_query_weights_md, 0);
    bool ok = true;
    for (int i = 0; ok && i < c->workers; i++)
        ok = nn_prim_make(c->e, pd, &c->worker[i].prim, err) &&
             nn_dnnl_ok(dnnl_stream_create(&c->worker[i].stream, c->e->engine,
                                           dnnl_stream_default_flags),
                        "stream", err);
    (void)dnnl_primitive_desc_destroy(pd);
    return ok;
}

static bool make_all(struct nn_slice_conv *c, struct err *err)
{
    const int batches = c->desc.src.d / c->batch;
    c->workers = c->e->threads < batches ? c->e->threads : batches;
    if (c->e->scratch_shares < c->workers)
        c->e->scratch_shares = c->workers;
    c->worker = mem_alloc((size_t)c->workers, sizeof *c->worker, err);
    if (!c->worker || !make_memory(c, err))
        return false;
    omp_set_num_threads(1); /* as they will run */
    const bool made = make_workers(c, err);
    omp_set_num_threads(c->e->threads);
    return made;
}

bool nn_slice_conv_new(struct nn_engine *e, const struct nn_conv_desc *desc,
                       size_t pitch, struct nn_slice_conv **out, struct err *err)
{
    const struct tensor_shape s = desc->src;
    if (!nn_conv_possible(desc, err))
        return false;
    const size_t plane =
        desc->plain_src ? tensor_count(s) / (size_t)s.d : nn_slices_plane(s);
    if (pitch < plane || (pitch > plane && (desc->kd > 1 || desc->plain_src)))
        return ERR_FAIL(err, ERR_ARG, "slices of %zu floats, %zu apart", plane, pitch);
    struct nn_slice_conv *c = mem_alloc(1, sizeof *c, err);
    if (!c)
        return false;
    c->e = e;
    c->desc = *desc;
    c->pitch = pitch;
    c->out_pitch = nn_slices_plane((struct tensor_shape){desc->out, 1, s.h, s.w});
    c->batch = desc->kd == 1 && pitch == plane && s.d % PAIR == 0 ? PAIR : 1;
    c->channels = (int)(plane / ((size_t)s.h * (size_t)s.w));
    if (!make_all(c, err)) {
        nn_slice_conv_free(c);
        return false;
    }
    *out = c;
    return true;
}

void nn_slice_conv_free(struct nn_slice_conv *c)
{
    if (!c)
        return;
    for (int i = 0; c->worker && i < c->workers; i++) {
        nn_prim_clear(&c->worker[i].prim);
        if (c->worker[i].stream)
            (void)dnnl_stream_destroy(c->worker[i].stream);
    }
    mem_free(c->worker);
    mem_free(c->packed);
    mem_free(c);
}

size_t nn_slice_conv_plain_count(const struct nn_slice_conv *c)
{
    const struct nn_conv_desc *d = &c->desc;
    return (size_t)d->out * (size_t)d->src.c * (size_t)d->kd * (size_t)d->kh *
           (size_t)d->kh;
}

static bool use_weights(struct nn_slice_conv *c, float *packed, struct err *err)
{
    c->used = packed;
    for (int i = 0; i < c->workers; i++)
        if (!nn_prim_bind(c->e, &c->worker[i].prim, DNNL_ARG_WEIGHTS, &c->weights,
                          packed, err))
            return false;
    return true;
}

/* Zero, until they are loaded. */
static bool use_own_weights(struct nn_slice_conv *c, struct err *err)
{
    if (!c->packed)
        c->packed = mem_alloc(dnnl_memory_desc_get_size(&c->weights), 1, err);
    return c->packed && use_weights(c, c->packed, err);
}

bool nn_slice_conv_bind(struct nn_slice_conv *c, const struct nn_conv_mem *m,
                        struct err *err)
{
    c->x = m->src;
    c->y = m->dst;
    for (int i = 0; c->desc.bias && i < c->workers; i++)
        if (!nn_prim_bind(c->e, &c->worker[i].prim, DNNL_ARG_BIAS, &c->bias, m->bias,
                          err))
            return false;
    return true;
}

bool nn_slice_conv_borrow(struct nn_slice_conv *c, const struct nn_slice_conv *from,
                          struct err *err)
{
    if (!use_weights(c, from->used, err))
        return false;
    mem_free(c->packed);
    c->packed = NULL;
    return true;
}

bool nn_slice_conv_load(struct nn_slice_conv *c, const float *plain, struct err *err)
{
    const struct nn_conv_desc *d = &c->desc;
    const size_t taps = (size_t)d->kh * (size_t)d->kh, kd = (size_t)d->kd;
    const size_t in = (size_t)d->src.c, room = (size_t)c->channels;
    const dnnl_dims_t wd = {d->out, (dnnl_dim_t)(kd * room), d->kh, d->kh};
    dnnl_memory_desc_t flat;
    struct nn_prim p = {0};
    if (!use_own_weights(c, err))
        return false;
    /* [out][kd][in][kh][kw]: the slices' channels one after the other, 0 for the lanes
     * that have no channel */
    float *w = mem_alloc((size_t)d->out * kd * room * taps, sizeof *w, err);
    if (!w)
        return false;
    for (size_t o = 0; o < (size_t)d->out; o++)
        for (size_t i = 0; i < in; i++)
            for (size_t k = 0; k < kd; k++)
                memcpy(w + ((o * kd + k) * room + i) * taps,
                       plain + ((o * in + i) * kd + k) * taps, taps * sizeof *w);
    const bool ok =
        nn_dnnl_ok(dnnl_memory_desc_init_by_tag(&flat, 4, wd, dnnl_f32, dnnl_oihw),
                   "weights", err) &&
        nn_prim_reorder(c->e, &flat, w, &c->weights, c->packed, &p, err) &&
        nn_engine_reserve(c->e, err) && nn_prim_run(c->e, &p, err);
    nn_prim_clear(&p);
    mem_free(w);
    return ok;
}

/* The slices from d on. */
static bool run_batch(struct nn_slice_conv *c, int me, size_t d, struct err *err)
{
    struct worker *w = &c->worker[me];
    const size_t guard = (size_t)nn_slice_conv_guard(c->desc.kd) * c->pitch;
    return nn_prim_bind(c->e, &w->prim, DNNL_ARG_SRC, &c->src,
                        c->x + d * c->pitch - guard, err) &&
           nn_prim_bind(c->e, &w->prim, DNNL_ARG_DST, &c->dst, c->y + d * c->out_pitch,
                        err) &&
           nn_prim_run_share(c->e, &w->prim, w->stream, me, err);
}

bool nn_slice_conv_forward(struct nn_slice_conv *c, struct err *err)
{
    const size_t guard = (size_t)nn_slice_conv_guard(c->desc.kd) * c->pitch;
    const size_t slices = (size_t)c->desc.src.d;
    if (!c->used && !use_own_weights(c, err))
        return false;
    memset(c->x - guard, 0, guard * sizeof *c->x);
    memset(c->x + slices * c->pitch, 0, guard * sizeof *c->x);
    bool ok = true;
#pragma omp parallel num_threads(c->workers) reduction(&& : ok)
    {
        const int me = omp_get_thread_num();
        struct err mine = {0};
        omp_set_num_threads(1); /* oneDNN wants as many as when it was made */
#pragma omp for schedule(static)
        for (int d = 0; d < c->desc.src.d; d += c->batch)
            ok = ok && run_batch(c, me, (size_t)d, &mine);
        if (!ok)
#pragma omp critical
            err_record(err, mine.code, "%s", mine.msg);
    }
    return ok;
}

bool nn_slice_conv_is_slow(const struct nn_slice_conv *c)
{
    return c->worker[0].prim.reference;
}
