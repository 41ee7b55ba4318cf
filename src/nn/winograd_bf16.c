#include "nn/winograd_tile.h"

#if defined(__x86_64__)

#include <immintrin.h>
#include <string.h>

#define AVX512_BF16 __attribute__((target("avx512f,avx512bw,avx512vl,avx512bf16")))
#define INLINE static inline __attribute__((always_inline)) AVX512_BF16
/* Registers have no index: loops over them must be unrolled to the end. */
#define UNROLLED(i, n) _Pragma("GCC unroll 16") for (size_t(i) = 0; (i) < (n); (i)++)

enum {
    LANES = 16,
    SIDE = 4,          /* of a tile */
    DOZEN = 12,        /* tiles at a time */
    PAIRS = LANES / 2, /* of channels in a block */
    TWO_PIXELS = 2 * LANES,
    WEIGHTS = 2 * LANES, /* from a pair of channels to a block */
};

/* The positions of a tile that are in one column. */
struct column {
    __m512 row[SIDE];
};

INLINE __m512 widen(const uint16_t *x)
{
    const __m256i half = _mm256_loadu_si256((const __m256i *)(const void *)x);
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(half), 16));
}

INLINE void narrow(uint16_t *y, __m512 x)
{
    _mm256_storeu_si256((__m256i *)(void *)y, (__m256i)_mm512_cvtneps_pbh(x));
}

/* --- V = B' d B ------------------------------------------------------------------ */

/* B' = [1 0 -1 0; 0 1 1 0; 0 -1 1 0; 0 1 0 -1] */
INLINE struct column mix_rows(__m512 a, __m512 b, __m512 c, __m512 d)
{
    return (struct column){{_mm512_sub_ps(a, c), _mm512_add_ps(b, c),
                            _mm512_sub_ps(c, b), _mm512_sub_ps(b, d)}};
}

/* A column of which the plane holds all four pixels. */
INLINE struct column inner_column(struct wino_plane p, const uint16_t *at)
{
    const size_t below = (size_t)p.w * LANES;
    return mix_rows(widen(at), widen(at + below), widen(at + 2 * below),
                    widen(at + 3 * below));
}

INLINE __m512 pixel(struct wino_plane p, const uint16_t *src, int y, int x)
{
    if (y < 0 || y >= p.h || x < 0 || x >= p.w)
        return _mm512_setzero_ps();
    return widen(src + ((size_t)y * (size_t)p.w + (size_t)x) * LANES);
}

INLINE struct column any_column(struct wino_plane p, const uint16_t *src, int y, int x)
{
    return mix_rows(pixel(p, src, y, x), pixel(p, src, y + 1, x),
                    pixel(p, src, y + 2, x), pixel(p, src, y + 3, x));
}

INLINE void store_tile(const struct column c[SIDE], uint16_t *v, size_t pitch)
{
    UNROLLED (i, SIDE) {
        narrow(v, _mm512_sub_ps(c[0].row[i], c[2].row[i]));
        narrow(v + pitch, _mm512_add_ps(c[1].row[i], c[2].row[i]));
        narrow(v + 2 * pitch, _mm512_sub_ps(c[2].row[i], c[1].row[i]));
        narrow(v + 3 * pitch, _mm512_sub_ps(c[1].row[i], c[3].row[i]));
        v += SIDE * pitch;
    }
}

AVX512_BF16 static void transform(struct wino_plane p, const void *source, int row,
                                  void *to, size_t pitch)
{
    const uint16_t *src = source;
    uint16_t *v = to;
    const int tiles = (p.w + 1) / 2, y = 2 * row - 1;
    const bool inner = y >= 0 && y + SIDE <= p.h;
    struct column c[SIDE] = {
        [2] = any_column(p, src, y, -1), [3] = any_column(p, src, y, 0)};
    for (int t = 0; t < tiles; t++, v += LANES) {
        const int x = 2 * t + 1; /* the first of the tile's two new columns */
        c[0] = c[2];
        c[1] = c[3];
        if (inner && x + 1 < p.w) {
            const uint16_t *at = src + ((size_t)y * (size_t)p.w + (size_t)x) * LANES;
            c[2] = inner_column(p, at);
            c[3] = inner_column(p, at + LANES);
        } else {
            c[2] = any_column(p, src, y, x);
            c[3] = any_column(p, src, y, x + 1);
        }
        store_tile(c, v, pitch);
    }
}

/* --- M = U V --------------------------------------------------------------------- */

/* Two neighbouring channels of a tile, in all lanes. */
INLINE __m512bh broadcast(const uint16_t *v)
{
    int32_t two;
    memcpy(&two, v, sizeof two);
    return (__m512bh)_mm512_set1_epi32(two);
}

INLINE __m512bh weights(const uint16_t *u)
{
    return (__m512bh)_mm512_loadu_si512(u);
}

/* A dozen tiles: their sums stay in registers, 12 or 24 of 32. */
INLINE void multiply_dozen(const struct wino_product *p, const size_t outs, size_t tile)
{
    const uint16_t *v = (const uint16_t *)p->v + tile * LANES, *u = p->u;
    float *const m = p->m + tile * LANES;
    __m512 sum[DOZEN][2];
    UNROLLED (t, DOZEN)
        UNROLLED (o, outs)
            sum[t][o] = p->add ? _mm512_loadu_ps(m + o * p->m_pitch + t * LANES)
                               : _mm512_setzero_ps();
    for (int b = 0; b < p->blocks; b++, v += p->v_pitch)
        UNROLLED (k, PAIRS) {
            const __m512bh first = weights(u), last = weights(u + (outs - 1) * WEIGHTS);
            u += outs * WEIGHTS;
            UNROLLED (t, DOZEN) {
                const __m512bh two = broadcast(v + t * LANES + 2 * k);
                sum[t][0] = _mm512_dpbf16_ps(sum[t][0], two, first);
                if (outs == 2)
                    sum[t][1] = _mm512_dpbf16_ps(sum[t][1], two, last);
            }
        }
    UNROLLED (t, DOZEN)
        UNROLLED (o, outs)
            _mm512_storeu_ps(m + o * p->m_pitch + t * LANES, sum[t][o]);
}

AVX512_BF16 static void multiply_1(const struct wino_product *p)
{
    for (size_t t = 0; t < (size_t)p->tiles; t += DOZEN)
        multiply_dozen(p, 1, t);
}

AVX512_BF16 static void multiply_2(const struct wino_product *p)
{
    for (size_t t = 0; t < (size_t)p->tiles; t += DOZEN)
        multiply_dozen(p, 2, t);
}

static void multiply(const struct wino_product *p)
{
    if (p->outs == 1)
        multiply_1(p);
    else
        multiply_2(p);
}

/* --- A' M A ---------------------------------------------------------------------- */

/* A' = [1 1 1 0; 0 1 -1 -1] */
struct two {
    __m512 first, second;
};

INLINE struct two mix_four(__m512 a, __m512 b, __m512 c, __m512 d)
{
    return (struct two){_mm512_add_ps(a, _mm512_add_ps(b, c)),
                        _mm512_sub_ps(_mm512_sub_ps(b, c), d)};
}

INLINE struct two column_of_m(const float *m, size_t pitch)
{
    const size_t below = SIDE * pitch;
    return mix_four(_mm512_loadu_ps(m), _mm512_loadu_ps(m + below),
                    _mm512_loadu_ps(m + 2 * below), _mm512_loadu_ps(m + 3 * below));
}

AVX512_BF16 static void transform_back(struct wino_plane p, const float *m,
                                       size_t pitch, int row, void *dst)
{
    const size_t line = (size_t)p.w * LANES;
    const bool has_second = 2 * row + 1 < p.h;
    uint16_t *y = (uint16_t *)dst + 2 * (size_t)row * line;
    for (int x = 0; x < p.w; x += 2, m += LANES, y += TWO_PIXELS) {
        struct two c[SIDE];
        UNROLLED (i, SIDE)
            c[i] = column_of_m(m + i * pitch, pitch);
        const struct two above =
            mix_four(c[0].first, c[1].first, c[2].first, c[3].first);
        const struct two below =
            mix_four(c[0].second, c[1].second, c[2].second, c[3].second);
        narrow(y, above.first);
        if (x + 1 < p.w)
            narrow(y + LANES, above.second);
        if (has_second)
            narrow(y + line, below.first);
        if (has_second && x + 1 < p.w)
            narrow(y + line + LANES, below.second);
    }
}

/* G = [1 0 0; .5 .5 .5; .5 -.5 .5; 0 0 1] */
static const float g[SIDE * 3] = {1, 0, 0, .5f, .5f, .5f, .5f, -.5f, .5f, 0, 0, 1};

const struct wino_kind nn_wino_bf16 = {
    .element = sizeof(uint16_t),
    .lanes = LANES,
    .step = 2,
    .span = SIDE,
    .group = DOZEN,
    .next = 2,
    .piece = 132,
    .g = g,
    .transform = transform,
    .multiply = multiply,
    .transform_back = transform_back,
};

#endif
