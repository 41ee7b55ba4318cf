#include "nn/winograd_weights.h"

#include <string.h>

#include "base/mem.h"
#include "nn/dnnl_glue.h"
#include "nn/winograd.h"
#include "nn/winograd_tile.h"

enum {
    ROOM = 512 << 10,    /* bytes of V and N of a piece: the second cache holds them */
    FEWEST = 144,        /* tiles of a piece: fewer, and sums come and go for little */
    DEEP_ROOM = 6 << 20, /* the same with kernels of several slices, whose pieces */
                         /* share slices: better few */
    APART = 64,          /* bytes between positions, see nn/winograd.c */
};

/* Rows of tiles of some slices: at a time there are V and N of a piece. */
struct piece {
    int slice, slices, row, rows;
    int from, to; /* slices of the source that they see */
};

struct nn_winograd_weights {
    struct nn_engine *e;
    const struct wino_kind *kind;
    struct nn_conv_desc desc;
    int positions;
    int in, out;             /* blocks of channels */
    int tile_rows, tiles;    /* of a plane; in a row */
    int slices, rows;        /* of a piece */
    size_t v_block, n_block; /* elements from a block of V, of N to the next */
    size_t v_pitch, n_pitch; /* from a position to the next */
    size_t w_pitch;          /* floats from a position of W to the next */
};

/* Tiles of so many rows of a slice, one more for an even number: they are multiplied
 * two at a time, and a slice's never with another's. */
static int even_tiles(const struct nn_winograd_weights *w, int rows)
{
    return (rows * w->tiles + 1) / 2 * 2;
}

/* Sums go on from piece to piece in the order of tiles, and pairs of tiles are the same
 * wherever a plane is cut, so that pieces, and threads, make no difference. */
static void choose_piece(struct nn_winograd_weights *w)
{
    const int depth = w->desc.src.d, plane = even_tiles(w, w->tile_rows);
    const int tile =
        w->positions * (w->in + w->out) * w->kind->lanes * (int)w->kind->element;
    const int room = w->desc.kd > 1 ? DEEP_ROOM / tile
                                    : w->e->threads * wino_most(ROOM / tile, FEWEST);
    w->slices = wino_least(wino_most(room / plane, 1), depth);
    w->rows = w->tile_rows;
    if (w->desc.kd == 1 && plane > room)
        w->rows = wino_least(wino_most(room / w->tiles / 2 * 2, 2), w->tile_rows);
}

static size_t v_bytes(const struct nn_winograd_weights *w)
{
    return wino_lines(w->v_pitch * (size_t)w->positions * w->kind->element);
}

static size_t n_bytes(const struct nn_winograd_weights *w)
{
    return wino_lines(w->n_pitch * (size_t)w->positions * w->kind->element);
}

static void plan_scratch(struct nn_winograd_weights *w)
{
    const size_t lanes = (size_t)w->kind->lanes;
    const size_t slice = (size_t)even_tiles(w, w->rows) * lanes;
    const size_t gap = APART / w->kind->element;
    w->n_block = (size_t)w->slices * slice;
    w->v_block = (size_t)wino_least(w->slices + w->desc.kd - 1, w->desc.src.d) * slice;
    w->v_pitch = w->v_block * (size_t)w->in + gap;
    w->n_pitch = w->n_block * (size_t)w->out + gap;
    w->w_pitch = (size_t)w->desc.kd * (size_t)w->in * (size_t)w->out * lanes * lanes;
    const size_t need =
        v_bytes(w) + n_bytes(w) + w->w_pitch * (size_t)w->positions * sizeof(float);
    if (need > w->e->scratch_alone)
        w->e->scratch_alone = need;
}

bool nn_winograd_weights_new(struct nn_engine *e, const struct nn_conv_desc *desc,
                             struct nn_winograd_weights **out, struct err *err)
{
    const struct wino_kind *kind = nn_winograd_kind(e);
    if (!kind || !kind->learning)
        return ERR_FAIL(err, ERR_SUPPORT, "Winograd's algorithm on this CPU");
    struct nn_winograd_weights *w = mem_alloc(1, sizeof *w, err);
    if (!w)
        return false;
    w->e = e;
    w->kind = kind;
    w->desc = *desc;
    w->positions = kind->span * kind->span;
    w->in = desc->src.c / kind->lanes;
    w->out = desc->out / kind->lanes;
    w->tile_rows = wino_parts(desc->src.h, kind->step);
    w->tiles = wino_parts(desc->src.w, kind->step);
    choose_piece(w);
    plan_scratch(w);
    *out = w;
    return true;
}

void nn_winograd_weights_free(struct nn_winograd_weights *w)
{
    mem_free(w);
}

/* --- a run ----------------------------------------------------------------------- */

struct work {
    const struct nn_winograd_weights *w;
    struct piece piece;
    const char *src, *d_dst;
    char *v, *n;
    float *sums; /* W, [position][slice of the kernel][block of in][of out] */
    bool first;
};

typedef void transform_row(struct wino_plane plane, const void *from, int row, void *to,
                           size_t pitch);

/* The piece's rows of a slice of a block, in pairs; `v` is where they begin. */
static void transform_slice(const struct work *k, transform_row *transform,
                            const char *slice, char *v, size_t pitch)
{
    const struct nn_winograd_weights *w = k->w;
    const struct wino_kind *kind = w->kind;
    const struct wino_plane plane = {w->desc.src.h, w->desc.src.w};
    const size_t tile = (size_t)kind->lanes * kind->element;
    const size_t whole = (size_t)even_tiles(w, k->piece.rows);
    const size_t real = (size_t)k->piece.rows * (size_t)w->tiles;

    for (int r = 0; r < k->piece.rows; r++)
        transform(plane, slice, k->piece.row + r,
                  v + (size_t)r * (size_t)w->tiles * tile, pitch);
    for (int p = 0; p < w->positions; p++, v += pitch * kind->element) {
        if (whole > real)
            memset(v + real * tile, 0, tile);
        kind->learning->pair(v, whole / 2);
    }
}

/* Bytes of a slice of a block of channels. */
static size_t slice_bytes(const struct nn_winograd_weights *w)
{
    return (size_t)w->desc.src.h * (size_t)w->desc.src.w * (size_t)w->kind->lanes *
           w->kind->element;
}

/* V of all blocks of the source and slices that the piece sees, and N of its own. */
static void transform(const struct work *k)
{
    const struct nn_winograd_weights *w = k->w;
    const struct wino_kind *kind = w->kind;
    const struct piece *q = &k->piece;
    const size_t step = (size_t)even_tiles(w, q->rows) * (size_t)kind->lanes;
    const int seen = q->to - q->from, depth = w->desc.src.d;
#pragma omp for schedule(static) nowait
    for (int i = 0; i < w->in * seen; i++) {
        const int b = i / seen, d = i % seen;
        transform_slice(k, kind->transform,
                        k->src + (size_t)(b * depth + q->from + d) * slice_bytes(w),
                        k->v +
                            ((size_t)b * w->v_block + (size_t)d * step) * kind->element,
                        w->v_pitch);
    }
#pragma omp for schedule(static)
    for (int i = 0; i < w->out * q->slices; i++) {
        const int b = i / q->slices, d = i % q->slices;
        transform_slice(k, kind->learning->spread,
                        k->d_dst + (size_t)(b * depth + q->slice + d) * slice_bytes(w),
                        k->n +
                            ((size_t)b * w->n_block + (size_t)d * step) * kind->element,
                        w->n_pitch);
    }
}

/* One position of W, of one slice of the kernel and a block of the source: those slices
 * of the piece that see through it a slice of the source. */
static void multiply_block(const struct work *k, int p, int slice, int in)
{
    const struct nn_winograd_weights *w = k->w;
    const struct wino_kind *kind = w->kind;
    const int shift = slice - w->desc.kd / 2, end = k->piece.slice + k->piece.slices;
    const int first = wino_most(k->piece.slice, -shift);
    const int last = wino_least(end, w->desc.src.d - shift);
    const size_t whole = (size_t)even_tiles(w, k->piece.rows);
    const size_t step = whole * (size_t)kind->lanes; /* of a slice, in elements */
    const size_t pairs = last > first ? (size_t)(last - first) * whole / 2 : 0;
    const size_t block = (size_t)kind->lanes * (size_t)kind->lanes;
    const size_t v = (size_t)p * w->v_pitch + (size_t)in * w->v_block +
                     (size_t)(first + shift - k->piece.from) * step;
    size_t n = (size_t)p * w->n_pitch + (size_t)(first - k->piece.slice) * step;
    float *sums = k->sums + (size_t)p * w->w_pitch +
                  (size_t)(slice * w->in + in) * (size_t)w->out * block;

    for (int o = 0; o < w->out; o++, n += w->n_block, sums += block)
        kind->learning->multiply(k->v + v * kind->element, k->n + n * kind->element,
                                 pairs, sums, !k->first);
}

static void multiply(const struct work *k)
{
    const int in = k->w->in, kd = k->w->desc.kd;
#pragma omp for schedule(static)
    for (int i = 0; i < k->w->positions * kd * in; i++)
        multiply_block(k, i / in / kd, i / in % kd, i % in);
}

static void gather(const struct work *k, float *d_weights)
{
    const struct nn_winograd_weights *w = k->w;
    const size_t block = (size_t)w->kind->lanes * (size_t)w->kind->lanes;
    const size_t kd = (size_t)w->desc.kd, in = (size_t)w->in, out = (size_t)w->out;
#pragma omp for schedule(static)
    for (size_t at = 0; at < kd * in * out; at++) {
        const size_t slice = at / (in * out), i = at / out % in, o = at % out;
        w->kind->learning->gather(k->sums + at * block, w->w_pitch,
                                  d_weights +
                                      ((o * in + i) * kd + slice) * WINO_TAPS * block);
    }
}

static struct piece piece_at(const struct nn_winograd_weights *w, int i)
{
    const int across = wino_parts(w->tile_rows, w->rows), depth = w->desc.src.d;
    const int slice = i / across * w->slices, row = i % across * w->rows;
    const int slices = wino_least(w->slices, depth - slice), half = w->desc.kd / 2;
    return (struct piece){slice,
                          slices,
                          row,
                          wino_least(w->rows, w->tile_rows - row),
                          wino_most(slice - half, 0),
                          wino_least(slice + slices + half, depth)};
}

void nn_winograd_weights_run(const struct nn_winograd_weights *w, const void *src,
                             const void *d_dst, float *d_weights)
{
    const int pieces =
        wino_parts(w->desc.src.d, w->slices) * wino_parts(w->tile_rows, w->rows);
    char *const scratch = nn_engine_scratch(w->e, 0);
#pragma omp parallel num_threads(w->e->threads)
    {
        struct work k = {.w = w,
                         .src = src,
                         .d_dst = d_dst,
                         .v = scratch,
                         .n = scratch + v_bytes(w),
                         .sums = (float *)(void *)(scratch + v_bytes(w) + n_bytes(w))};
        for (int i = 0; i < pieces; i++) {
            k.piece = piece_at(w, i);
            k.first = i == 0;
            transform(&k);
            multiply(&k);
        }
        gather(&k, d_weights);
    }
}
