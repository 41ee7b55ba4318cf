#include "nn/winograd.h"

#include <omp.h>
#include <string.h>

#include "base/mem.h"
#include "nn/dnnl_glue.h"
#include "nn/winograd_pack.h"

enum {
    FEWEST = 6, /* rows and columns: below, tiles are mostly padding */
    APART = 64, /* bytes between positions beyond their tiles: positions at the
                   same place of their pages would fight for the first cache */
};

struct nn_winograd {
    struct nn_engine *e;
    const struct wino_kind *kind;
    struct nn_conv_desc desc;
    struct wino_kernels kernels;
    int positions;           /* of a transformed tile */
    int in, out, outs;       /* blocks of channels; blocks of a result made at a time */
    int tile_rows, tiles;    /* of a plane; in a row */
    int slices, rows;        /* of a piece: so many slices and rows of tiles */
    int pieces;              /* in all */
    size_t v_block, v_pitch; /* elements from a block, a position of V to the next */
    size_t m_block, m_pitch;
    void *packed;  /* owned: U */
    const void *u; /* that, or another's */
};

/* The tiles that this CPU multiplies faster than oneDNN's direct convolution, or NULL.
 * Tile registers (AMX) multiply faster than these kernels do; in float32 with AVX-512 a
 * network runs by slices (nn/slice_conv.h). */
const struct wino_kind *nn_winograd_kind(const struct nn_engine *e)
{
#if defined(__x86_64__)
    const dnnl_cpu_isa_t isa = dnnl_get_effective_cpu_isa();
    if (e->precision == NN_BF16)
        return isa == dnnl_cpu_isa_avx512_core_bf16 ? &nn_wino_bf16 : NULL;
    const bool avx2 = ((unsigned)isa & dnnl_cpu_isa_avx2) == dnnl_cpu_isa_avx2;
    return avx2 && e->block == nn_wino_f32.lanes && __builtin_cpu_supports("fma")
               ? &nn_wino_f32
               : NULL;
#else
    (void)e;
    return NULL;
#endif
}

bool nn_winograd_suits(const struct nn_engine *e, const struct nn_conv_desc *d)
{
    const struct wino_kind *kind = nn_winograd_kind(e);
    return kind && (!d->train || kind->learning) && d->kh == WINO_SIDE && !d->bias &&
           !d->plain_src && (!d->f32_dst || e->precision == NN_F32) &&
           d->src.c % kind->lanes == 0 && d->out % kind->lanes == 0 &&
           d->src.h >= FEWEST && d->src.w >= FEWEST;
}

/* --- pieces ---------------------------------------------------------------------- */

/* Part of the stack that one thread computes: rows of tiles of some slices. */
struct piece {
    int slice, slices, row, rows;
};

/* Few enough tiles for the second cache, and pieces for all threads.  Kernels of
 * several slices want many slices at a time, since those at the ends of a piece are
 * transformed for its neighbour, too: these are cut between rows, where nothing is
 * shared. */
static void choose_piece(struct nn_winograd *w)
{
    const int plane = w->tile_rows * w->tiles, depth = w->desc.src.d, kd = w->desc.kd;
    const int room = w->kind->piece * (kd > 1 ? 2 : 1);
    if (kd > 1)
        w->slices = wino_least(wino_most(2 * room / w->tiles, kd), depth);
    else
        w->slices = plane <= room ? wino_least(room / plane, depth) : 1;
    const int shares = wino_parts(w->e->threads, wino_parts(depth, w->slices));
    w->rows = wino_least(wino_most(room / (w->tiles * w->slices), 1),
                         wino_parts(w->tile_rows, shares));
    w->pieces = wino_parts(depth, w->slices) * wino_parts(w->tile_rows, w->rows);
}

static struct piece piece_at(const struct nn_winograd *w, int i)
{
    const int across = wino_parts(w->tile_rows, w->rows);
    const int slice = i / across * w->slices, row = i % across * w->rows;
    return (struct piece){slice, wino_least(w->slices, w->desc.src.d - slice), row,
                          wino_least(w->rows, w->tile_rows - row)};
}

/* --- memory ---------------------------------------------------------------------- */

static size_t v_bytes(const struct nn_winograd *w)
{
    const size_t bytes = w->v_pitch * (size_t)w->positions * w->kind->element;
    return wino_lines(bytes);
}

static int threads_for(const struct nn_winograd *w)
{
    return wino_least(w->e->threads, w->pieces);
}

/* V and M of a thread are part of the engine's scratch memory. */
static void plan_scratch(struct nn_winograd *w)
{
    struct nn_engine *e = w->e;
    const size_t row = (size_t)w->tiles * (size_t)w->rows;
    const size_t around = 2 * (size_t)(w->desc.kd / 2);
    const size_t lanes = (size_t)w->kind->lanes, group = (size_t)w->kind->group;
    w->v_block = (row * ((size_t)w->slices + around) + group) * lanes;
    w->v_pitch = w->v_block * (size_t)w->in + APART / w->kind->element;
    w->m_block = (row * (size_t)w->slices + group) * lanes;
    w->m_pitch = w->m_block * (size_t)w->outs + APART / sizeof(float);
    const size_t need = v_bytes(w) + w->m_pitch * (size_t)w->positions * sizeof(float);
    if (need > e->scratch_size)
        e->scratch_size = need;
    e->scratch_shares = wino_most(e->scratch_shares, threads_for(w));
}

bool nn_winograd_new(struct nn_engine *e, const struct nn_conv_desc *desc,
                     struct nn_winograd **out, struct err *err)
{
    const struct wino_kind *kind = nn_winograd_kind(e);
    if (!kind)
        return ERR_FAIL(err, ERR_SUPPORT, "Winograd's algorithm on this CPU");
    struct nn_winograd *w = mem_alloc(1, sizeof *w, err);
    if (!w)
        return false;
    w->e = e;
    w->kind = kind;
    w->desc = *desc;
    w->positions = kind->span * kind->span;
    w->in = desc->src.c / kind->lanes;
    w->out = desc->out / kind->lanes;
    w->outs = w->out % 2 == 0 ? 2 : 1;
    w->tile_rows = wino_parts(desc->src.h, kind->step);
    w->tiles = wino_parts(desc->src.w, kind->step);
    w->kernels = (struct wino_kernels){.kind = kind,
                                       .in = desc->src.c,
                                       .out = desc->out,
                                       .kd = desc->kd,
                                       .outs = w->outs};
    w->packed = mem_alloc(nn_wino_kernels_count(&w->kernels), kind->element, err);
    w->u = w->packed;
    if (!w->packed) {
        nn_winograd_free(w);
        return false;
    }
    choose_piece(w);
    plan_scratch(w);
    *out = w;
    return true;
}

void nn_winograd_free(struct nn_winograd *w)
{
    if (!w)
        return;
    mem_free(w->packed);
    mem_free(w);
}

/* --- weights --------------------------------------------------------------------- */

void nn_winograd_load(struct nn_winograd *w, enum wino_form form, const float *weights)
{
    nn_wino_kernels_pack(&w->kernels, form, weights, w->e->threads, w->packed);
}

void nn_winograd_borrow(struct nn_winograd *w, const struct nn_winograd *from)
{
    w->u = from->u;
    mem_free(w->packed);
    w->packed = NULL;
}

/* --- a run ----------------------------------------------------------------------- */

/* What a thread works in, and on. */
struct work {
    const struct nn_winograd *w;
    struct piece piece;
    int from, to; /* slices of the source that it needs */
    char *v;
    float *m;
};

static struct wino_plane plane_of(const struct nn_winograd *w)
{
    return (struct wino_plane){w->desc.src.h, w->desc.src.w};
}

/* Where, in bytes, slice d of a block of channels begins in the source and in the
 * result. */
static size_t plane_at(const struct nn_winograd *w, int block, int d)
{
    const size_t plane = (size_t)w->desc.src.h * (size_t)w->desc.src.w *
                         (size_t)w->kind->lanes * w->kind->element;
    return ((size_t)block * (size_t)w->desc.src.d + (size_t)d) * plane;
}

/* Elements of the tiles of so many slices and rows of a piece. */
static size_t tiles_size(const struct work *k, int slices, int rows)
{
    return ((size_t)slices * (size_t)k->piece.rows + (size_t)rows) *
           (size_t)k->w->tiles * (size_t)k->w->kind->lanes;
}

static char *v_at(const struct work *k, size_t element)
{
    return k->v + element * k->w->kind->element;
}

/* The tiles that fill up the last group lie behind the slices: beyond the end of the
 * stack a kernel of several slices adds their products to those of true tiles. */
static void clear_rest(const struct work *k, int block)
{
    const struct wino_kind *kind = k->w->kind;
    const size_t rest =
        (size_t)block * k->w->v_block + tiles_size(k, k->to - k->from, 0);
    for (int p = 0; p < k->w->positions; p++)
        memset(v_at(k, rest + (size_t)p * k->w->v_pitch), 0,
               kind->element * (size_t)kind->group * (size_t)kind->lanes);
}

static void transform(const struct work *k, const char *src)
{
    const struct nn_winograd *w = k->w;
    for (int b = 0; b < w->in; b++) {
        for (int d = k->from; d < k->to; d++)
            for (int r = 0; r < k->piece.rows; r++)
                w->kind->transform(
                    plane_of(w), src + plane_at(w, b, d), k->piece.row + r,
                    v_at(k, (size_t)b * w->v_block + tiles_size(k, d - k->from, r)),
                    w->v_pitch);
        if (w->desc.kd > 1)
            clear_rest(k, b);
    }
}

/* The products of one slice of the kernel, for those slices of the piece that see
 * through it a slice of the source. */
static void multiply_slice(const struct work *k, int out, int slice, bool add)
{
    const struct nn_winograd *w = k->w;
    const int shift = slice - w->desc.kd / 2;
    const int end = k->piece.slice + k->piece.slices;
    const int first = k->piece.slice + shift < 0 ? -shift : k->piece.slice;
    const int last = end + shift > w->desc.src.d ? w->desc.src.d - shift : end;
    if (first >= last)
        return;
    for (int p = 0; p < w->positions; p++)
        w->kind->multiply(&(struct wino_product){
            .v = v_at(k, (size_t)p * w->v_pitch +
                             tiles_size(k, first + shift - k->from, 0)),
            .u = (const char *)w->u +
                 nn_wino_kernels_at(&w->kernels, p, slice, out) * w->kind->element,
            .m = k->m + (size_t)p * w->m_pitch +
                 tiles_size(k, first - k->piece.slice, 0),
            .v_pitch = w->v_block,
            .m_pitch = w->m_block,
            .blocks = w->in,
            .outs = w->outs,
            .tiles = (last - first) * k->piece.rows * w->tiles,
            .add = add,
        });
}

/* The middle slice first: every result sees it. */
static void multiply(const struct work *k, int out)
{
    const int middle = k->w->desc.kd / 2;
    multiply_slice(k, out, middle, false);
    for (int slice = 0; slice < k->w->desc.kd; slice++)
        if (slice != middle)
            multiply_slice(k, out, slice, true);
}

static void transform_back(const struct work *k, int out, char *dst)
{
    const struct nn_winograd *w = k->w;
    for (int b = 0; b < w->outs; b++)
        for (int d = 0; d < k->piece.slices; d++)
            for (int r = 0; r < k->piece.rows; r++)
                w->kind->transform_back(
                    plane_of(w), k->m + (size_t)b * w->m_block + tiles_size(k, d, r),
                    w->m_pitch, k->piece.row + r,
                    dst + plane_at(w, out + b, k->piece.slice + d));
}

static void run_piece(const struct nn_winograd *w, int i, char *scratch,
                      const void *src, void *dst)
{
    const int half = w->desc.kd / 2;
    struct work k = {.w = w,
                     .piece = piece_at(w, i),
                     .v = scratch,
                     .m = (float *)(void *)(scratch + v_bytes(w))};
    const int from = k.piece.slice - half;
    k.from = from > 0 ? from : 0;
    k.to = wino_least(k.piece.slice + k.piece.slices + half, w->desc.src.d);
    transform(&k, src);
    for (int out = 0; out < w->out; out += w->outs) {
        multiply(&k, out);
        transform_back(&k, out, dst);
    }
}

void nn_winograd_run(const struct nn_winograd *w, const void *src, void *dst)
{
#pragma omp parallel for schedule(static) num_threads(threads_for(w))
    for (int i = 0; i < w->pieces; i++)
        run_piece(w, i, nn_engine_scratch(w->e, omp_get_thread_num()), src, dst);
}
