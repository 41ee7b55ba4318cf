/*
 * winograd_tile.h - the arithmetic of nn/winograd.h, in AVX-512 with bfloat16.
 *
 * Why:    intrinsics stay in one small file.  Names are Lavin's: d, a tile of the
 *         source, becomes V = B' d B; a kernel g becomes U = G g G'; M = sum over
 *         channels of U V, for each of 16 positions; and A' M A are 2 x 2 pixels.
 * Layer:  nn, private.
 *
 * Tiles overlap by two pixels: tile t of row r begins at pixel (2 r - 1, 2 t - 1).
 * Call these only where nn_winograd_suits() has said so: other CPUs end the program.
 */
#ifndef NN_WINOGRAD_TILE_H
#define NN_WINOGRAD_TILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    WINO_LANES = 16,     /* channels of a block */
    WINO_POSITIONS = 16, /* of a transformed tile */
    WINO_DOZEN = 12,     /* tiles that are multiplied at a time */
    WINO_NEXT = 2,       /* weights of two channels lie side by side */
};

/* A plane of one block of channels: [h][w][16]. */
struct wino_plane {
    int h, w;
};

/** A row of tiles of the source, transformed: V for position p of tile t lies at
 * v + p * pitch + t * 16. */
void nn_wino_transform(struct wino_plane plane, const uint16_t *src, int row,
                       uint16_t *v, size_t pitch);

/* One position of many tiles: M = (M +) V U. */
struct wino_product {
    const uint16_t *v, *u; /* V: [blocks][tiles][16], blocks v_pitch apart; U: packed */
    float *m;              /* [outs][tiles][16], m_pitch apart */
    size_t v_pitch, m_pitch;
    int blocks; /* of channels to sum over */
    int outs;   /* blocks of channels of the result: 1 or 2 */
    int tiles;  /* rounded up to whole dozens, so V and M have room for these */
    bool add;
};
void nn_wino_multiply(const struct wino_product *p);

/** Where the weight from channel `in` to the first of a block stands in a packed U of
 * one position, of `outs` blocks; those to the next are WINO_NEXT numbers apart. */
static inline size_t wino_place(size_t in, size_t block, size_t outs)
{
    return (in / 2 * outs + block) * WINO_LANES * WINO_NEXT + in % 2;
}

/** A row of tiles of the result: M of position p of tile t lies at
 * m + p * pitch + t * 16. */
void nn_wino_transform_back(struct wino_plane plane, const float *m, size_t pitch,
                            int row, uint16_t *dst);

#endif
