/*
 * winograd_tile.h - the arithmetic of nn/winograd.h, for the instructions of one CPU.
 *
 * Why:    intrinsics stay in small files, one for each kind, that know of tiles alone.
 *         Names are Lavin's: d, a tile of the source, becomes V = B' d B; a kernel g
 *         becomes U = G g G'; M = sum over channels of U V, for each position of a
 *         transformed tile; and A' M A are step x step pixels of the result.
 * Layer:  nn, private.
 *
 * Tiles overlap by two pixels: tile t of row r begins at pixel (step r - 1, step t -
 * 1). Call a kind's functions only where nn_winograd_suits() has said so: other CPUs
 * end the program.
 */
#ifndef NN_WINOGRAD_TILE_H
#define NN_WINOGRAD_TILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    WINO_MAX_SPAN = 6,
    WINO_MAX_LANES = 16,
    WINO_MAX_NEXT = 2,
    WINO_SIDE = 3, /* of a kernel */
    WINO_TAPS = WINO_SIDE * WINO_SIDE,
};

/* A plane of one block of channels: [h][w][lanes]. */
struct wino_plane {
    int h, w;
};

/* One position of many tiles: M = (M +) V U. */
struct wino_product {
    const void *v, *u; /* V: [blocks][tiles][lanes], blocks v_pitch apart; U: packed */
    float *m;          /* [outs][tiles][lanes], m_pitch apart */
    size_t v_pitch, m_pitch;
    int blocks; /* of channels to sum over */
    int outs;   /* blocks of channels of the result: 1 or 2 */
    int tiles;  /* rounded up to whole groups, so V and M have room for these */
    bool add;
};

/* F(step x step, 3 x 3); V, U, the source and the result are bfloat16 or float32.
 * Pitches are in elements. */
struct wino_kind {
    size_t element; /* bytes */
    int lanes;      /* channels of a block */
    int step, span; /* pixels of a tile of the result; of the source: step + 2 */
    int group;      /* tiles that are multiplied at a time */
    int next;       /* weights of so many channels lie side by side */
    int piece;      /* tiles of 16 channels whose V and M stay in the second cache */

    /* U of the kernels w, [WINO_TAPS][next][lanes], from `next` channels to a block:
     * for position p from element p * pitch on, [lanes][next]. */
    void (*kernels)(const float *w, void *u, size_t pitch);
    /* A row of tiles of the source: V for position p of tile t goes to element
     * p * pitch + t * lanes. */
    void (*transform)(struct wino_plane plane, const void *src, int row, void *v,
                      size_t pitch);
    void (*multiply)(const struct wino_product *p);
    /* A row of tiles of the result: M of position p of tile t lies at
     * m + p * pitch + t * lanes. */
    void (*transform_back)(struct wino_plane plane, const float *m, size_t pitch,
                           int row, void *dst);
    const struct wino_learning *learning; /* NULL: none */
};

/* What the gradient of the kernels takes besides: with N = A d A' of a tile of the
 * result's gradient d, W = sum over tiles of V N, and G' W G. */
struct wino_learning {
    /* A row of tiles: N, laid out as V. */
    void (*spread)(struct wino_plane plane, const void *gradient, int row, void *n,
                   size_t pitch);
    /* Turn so many pairs of tiles of V or N into the form that multiply() reads. */
    void (*pair)(void *v, size_t pairs);
    /* W (+)= V N of one position, [lanes of V][lanes of N]. */
    void (*multiply)(const void *v, const void *n, size_t pairs, float *w, bool add);
    /* Taps, [WINO_TAPS][lanes of V][lanes of N]; position p of W lies at p * pitch. */
    void (*gather)(const float *w, size_t pitch, float *taps);
};

extern const struct wino_kind nn_wino_bf16; /* F(3 x 3), AVX-512 with bfloat16 */
extern const struct wino_kind nn_wino_f32;  /* F(4 x 4), AVX2 with FMA */

static inline int wino_least(int a, int b)
{
    return a < b ? a : b;
}

static inline int wino_most(int a, int b)
{
    return a > b ? a : b;
}

/** How many parts of at most so much a whole has. */
static inline int wino_parts(int whole, int part)
{
    return (whole + part - 1) / part;
}

/** Bytes of scratch memory, in whole lines of the cache. */
static inline size_t wino_lines(size_t bytes)
{
    return (bytes + 63) / 64 * 64;
}

/** Where the weight from channel `in` to the first of a block stands in a packed U of
 * one position, of `outs` blocks; those to its other channels are `next` apart. */
static inline size_t wino_place(const struct wino_kind *k, size_t in, size_t block,
                                size_t outs)
{
    const size_t next = (size_t)k->next, lanes = (size_t)k->lanes;
    return (in / next * outs + block) * lanes * next + in % next;
}

#endif
