#include "nn/winograd.h"

#include <omp.h>
#include <string.h>

#include "base/mem.h"
#include "nn/bf16.h"
#include "nn/dnnl_glue.h"
#include "nn/winograd_tile.h"

enum {
    LANES = WINO_LANES,
    POSITIONS = WINO_POSITIONS,
    SIDE = 3, /* of a kernel */
    TAPS = SIDE * SIDE,
    SPAN = 4,    /* of a transformed one */
    PIECE = 132, /* tiles: V and M of so many, twice as many for a kernel of several
                    slices, stay in the second cache */
    FEWEST = 6,  /* rows and columns: below, tiles are mostly padding */
    APART = 64,  /* bytes between positions beyond their tiles: 16 positions at the
                    same place of their pages would fight for the first cache */
};

struct nn_winograd {
    struct nn_engine *e;
    struct nn_conv_desc desc;
    int in, out, outs;       /* blocks of channels; blocks of a result made at a time */
    int tile_rows, tiles;    /* of a plane; in a row */
    int slices, rows;        /* of a piece: so many slices and rows of tiles */
    int pieces;              /* in all */
    size_t v_block, v_pitch; /* elements from a block, a position of V to the next */
    size_t m_block, m_pitch;
    uint16_t *packed;  /* owned: U, [position][slice of the kernel][out][place] */
    const uint16_t *u; /* that, or another's */
};

bool nn_winograd_suits(const struct nn_engine *e, const struct nn_conv_desc *d)
{
#if defined(__x86_64__)
    /* Tile registers (AMX) multiply faster than these kernels do. */
    const bool cpu = dnnl_get_effective_cpu_isa() == dnnl_cpu_isa_avx512_core_bf16;
    return cpu && e->precision == NN_BF16 && !d->train && d->kh == SIDE && !d->bias &&
           !d->plain_src && !d->f32_dst && d->src.c % LANES == 0 &&
           d->out % LANES == 0 && d->src.h >= FEWEST && d->src.w >= FEWEST;
#else
    (void)e, (void)d;
    return false;
#endif
}

/* --- pieces ---------------------------------------------------------------------- */

/* Part of the stack that one thread computes: rows of tiles of some slices. */
struct piece {
    int slice, slices, row, rows;
};

static int least(int a, int b)
{
    return a < b ? a : b;
}

static int most(int a, int b)
{
    return a > b ? a : b;
}

static int pieces_in(int whole, int part)
{
    return (whole + part - 1) / part;
}

/* Few enough tiles for the second cache, and pieces for all threads.  Kernels of
 * several slices want many slices at a time, since those at the ends of a piece are
 * transformed for its neighbour, too: these are cut between rows, where nothing is
 * shared. */
static void choose_piece(struct nn_winograd *w)
{
    const int plane = w->tile_rows * w->tiles, depth = w->desc.src.d, kd = w->desc.kd;
    const int room = kd > 1 ? 2 * PIECE : PIECE;
    if (kd > 1)
        w->slices = least(most(2 * room / w->tiles, kd), depth);
    else
        w->slices = plane <= room ? least(room / plane, depth) : 1;
    const int shares = pieces_in(w->e->threads, pieces_in(depth, w->slices));
    w->rows =
        least(most(room / (w->tiles * w->slices), 1), pieces_in(w->tile_rows, shares));
    w->pieces = pieces_in(depth, w->slices) * pieces_in(w->tile_rows, w->rows);
}

static struct piece piece_at(const struct nn_winograd *w, int i)
{
    const int across = pieces_in(w->tile_rows, w->rows);
    const int slice = i / across * w->slices, row = i % across * w->rows;
    return (struct piece){slice, least(w->slices, w->desc.src.d - slice), row,
                          least(w->rows, w->tile_rows - row)};
}

/* --- memory ---------------------------------------------------------------------- */

static size_t kernel_size(const struct nn_winograd *w)
{
    return (size_t)w->desc.src.c * (size_t)w->desc.out;
}

static size_t v_bytes(const struct nn_winograd *w)
{
    return (w->v_pitch * POSITIONS * sizeof(uint16_t) + 63) / 64 * 64;
}

static int threads_for(const struct nn_winograd *w)
{
    return least(w->e->threads, w->pieces);
}

/* V and M of a thread are part of the engine's scratch memory. */
static void plan_scratch(struct nn_winograd *w)
{
    struct nn_engine *e = w->e;
    const size_t row = (size_t)w->tiles * (size_t)w->rows;
    const size_t around = 2 * (size_t)(w->desc.kd / 2);
    w->v_block = (row * ((size_t)w->slices + around) + WINO_DOZEN) * LANES;
    w->v_pitch = w->v_block * (size_t)w->in + APART / sizeof(uint16_t);
    w->m_block = (row * (size_t)w->slices + WINO_DOZEN) * LANES;
    w->m_pitch = w->m_block * (size_t)w->outs + APART / sizeof(float);
    const size_t need = v_bytes(w) + w->m_pitch * POSITIONS * sizeof(float);
    if (need > e->scratch_size)
        e->scratch_size = need;
    e->scratch_shares = most(e->scratch_shares, threads_for(w));
}

bool nn_winograd_new(struct nn_engine *e, const struct nn_conv_desc *desc,
                     struct nn_winograd **out, struct err *err)
{
    struct nn_winograd *w = mem_alloc(1, sizeof *w, err);
    if (!w)
        return false;
    w->e = e;
    w->desc = *desc;
    w->in = desc->src.c / LANES;
    w->out = desc->out / LANES;
    w->outs = w->out % 2 == 0 ? 2 : 1;
    w->tile_rows = (desc->src.h + 1) / 2;
    w->tiles = (desc->src.w + 1) / 2;
    w->packed = mem_alloc(kernel_size(w) * (size_t)desc->kd * POSITIONS,
                          sizeof *w->packed, err);
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

/* --- U = G g G' ------------------------------------------------------------------ */

/* One weight, and one number of U, of each channel of a block of outputs. */
struct lanes {
    float of[LANES];
};

/* G = [1 0 0; .5 .5 .5; .5 -.5 .5; 0 0 1] */
static inline void mix_three(const struct lanes *a, const struct lanes *b,
                             const struct lanes *c, struct lanes y[AT_LEAST(SPAN)])
{
    for (int i = 0; i < LANES; i++) {
        y[0].of[i] = a->of[i];
        y[1].of[i] = 0.5f * (a->of[i] + b->of[i] + c->of[i]);
        y[2].of[i] = 0.5f * (a->of[i] - b->of[i] + c->of[i]);
        y[3].of[i] = c->of[i];
    }
}

ATTR_CLONES
static void transform_kernels(const struct lanes g[AT_LEAST(TAPS)],
                              struct lanes u[AT_LEAST(POSITIONS)])
{
    struct lanes column[SIDE][SPAN];
    for (int j = 0; j < SIDE; j++)
        mix_three(&g[j], &g[j + SIDE], &g[j + 2 * SIDE], column[j]);
    for (int i = 0; i < SPAN; i++, u += SPAN)
        mix_three(&column[0][i], &column[1][i], &column[2][i], u);
}

/* U of a position, a slice of the kernel, and the group of outputs that begins with
 * that block. */
static size_t u_begin(const struct nn_winograd *w, int position, int k, int out)
{
    return ((size_t)position * (size_t)w->desc.kd + (size_t)k) * kernel_size(w) +
           (size_t)out * LANES * (size_t)w->desc.src.c;
}

/* The kernels from a channel to a block of outputs.  The weights of a network in
 * bfloat16 are bfloat16, whatever they came from. */
static void gather(const struct nn_winograd *w, const float *plain, int out, int in,
                   int k, struct lanes g[AT_LEAST(TAPS)])
{
    const size_t each = (size_t)w->desc.kd * TAPS;
    for (size_t o = 0; o < LANES; o++) {
        const size_t row = ((size_t)out * LANES + o) * (size_t)w->desc.src.c;
        const float *from = plain + (row + (size_t)in) * each + (size_t)k * TAPS;
        for (int t = 0; t < TAPS; t++)
            g[t].of[o] = nn_bf16_to_f32(nn_bf16_from_f32(from[t]));
    }
}

static void load_kernels(struct nn_winograd *w, const float *plain, int out, int in,
                         int k)
{
    const int group = out / w->outs * w->outs;
    struct lanes g[TAPS], u[POSITIONS];
    gather(w, plain, out, in, k, g);
    transform_kernels(g, u);
    for (int p = 0; p < POSITIONS; p++) {
        uint16_t *to = w->packed + u_begin(w, p, k, group) +
                       wino_place((size_t)in, (size_t)(out - group), (size_t)w->outs);
        for (size_t o = 0; o < LANES; o++)
            to[o * WINO_NEXT] = nn_bf16_from_f32(u[p].of[o]);
    }
}

void nn_winograd_load(struct nn_winograd *w, const float *plain)
{
    for (int out = 0; out < w->out; out++)
        for (int in = 0; in < w->desc.src.c; in++)
            for (int k = 0; k < w->desc.kd; k++)
                load_kernels(w, plain, out, in, k);
}

void nn_winograd_borrow(struct nn_winograd *w, const struct nn_winograd *from)
{
    w->u = from->u;
    mem_free(w->packed);
    w->packed = NULL;
}

/* --- a run ----------------------------------------------------------------------- */

#if defined(__x86_64__)

/* What a thread works in, and on. */
struct work {
    const struct nn_winograd *w;
    struct piece piece;
    int from, to; /* slices of the source that it needs */
    uint16_t *v;
    float *m;
};

static struct wino_plane plane_of(const struct nn_winograd *w)
{
    return (struct wino_plane){w->desc.src.h, w->desc.src.w};
}

/* Where slice d of a block of channels begins in the source and in the result. */
static size_t plane_at(const struct nn_winograd *w, int block, int d)
{
    const size_t plane = (size_t)w->desc.src.h * (size_t)w->desc.src.w * LANES;
    return ((size_t)block * (size_t)w->desc.src.d + (size_t)d) * plane;
}

/* Elements of the tiles of so many slices and rows of a piece. */
static size_t tiles_size(const struct work *k, int slices, int rows)
{
    return ((size_t)slices * (size_t)k->piece.rows + (size_t)rows) *
           (size_t)k->w->tiles * LANES;
}

/* The tiles that fill up the last dozen lie behind the slices: beyond the end of the
 * stack a kernel of several slices adds their products to those of true tiles. */
static void clear_rest(const struct work *k, uint16_t *v)
{
    v += tiles_size(k, k->to - k->from, 0);
    for (int p = 0; p < POSITIONS; p++)
        memset(v + (size_t)p * k->w->v_pitch, 0, sizeof *v * WINO_DOZEN * LANES);
}

static void transform(const struct work *k, const uint16_t *src)
{
    const struct nn_winograd *w = k->w;
    for (int b = 0; b < w->in; b++) {
        uint16_t *v = k->v + (size_t)b * w->v_block;
        for (int d = k->from; d < k->to; d++)
            for (int r = 0; r < k->piece.rows; r++)
                nn_wino_transform(plane_of(w), src + plane_at(w, b, d),
                                  k->piece.row + r, v + tiles_size(k, d - k->from, r),
                                  w->v_pitch);
        if (w->desc.kd > 1)
            clear_rest(k, v);
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
    for (int p = 0; p < POSITIONS; p++)
        nn_wino_multiply(&(struct wino_product){
            .v = k->v + (size_t)p * w->v_pitch +
                 tiles_size(k, first + shift - k->from, 0),
            .u = w->u + u_begin(w, p, slice, out),
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

static void transform_back(const struct work *k, int out, uint16_t *dst)
{
    const struct nn_winograd *w = k->w;
    for (int b = 0; b < w->outs; b++)
        for (int d = 0; d < k->piece.slices; d++)
            for (int r = 0; r < k->piece.rows; r++)
                nn_wino_transform_back(
                    plane_of(w), k->m + (size_t)b * w->m_block + tiles_size(k, d, r),
                    w->m_pitch, k->piece.row + r,
                    dst + plane_at(w, out + b, k->piece.slice + d));
}

static void run_piece(const struct nn_winograd *w, int i, char *scratch,
                      const uint16_t *src, uint16_t *dst)
{
    const int half = w->desc.kd / 2;
    struct work k = {.w = w,
                     .piece = piece_at(w, i),
                     .v = (uint16_t *)(void *)scratch,
                     .m = (float *)(void *)(scratch + v_bytes(w))};
    const int from = k.piece.slice - half;
    k.from = from > 0 ? from : 0;
    k.to = least(k.piece.slice + k.piece.slices + half, w->desc.src.d);
    transform(&k, src);
    for (int out = 0; out < w->out; out += w->outs) {
        multiply(&k, out);
        transform_back(&k, out, dst);
    }
}

void nn_winograd_run(const struct nn_winograd *w, const uint16_t *src, uint16_t *dst)
{
#pragma omp parallel for schedule(static) num_threads(threads_for(w))
    for (int i = 0; i < w->pieces; i++)
        run_piece(w, i, nn_engine_scratch(w->e, omp_get_thread_num()), src, dst);
}

#else

void nn_winograd_run(const struct nn_winograd *w, const uint16_t *src, uint16_t *dst)
{
    (void)w, (void)src, (void)dst; /* nn_winograd_suits() says no */
}

#endif
