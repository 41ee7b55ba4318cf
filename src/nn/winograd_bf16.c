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
    STEP = 3, /* pixels of a tile of the result */
    SPAN = 5, /* of the source */
    TILE_PIXELS = STEP * LANES,
    DOZEN = 12,          /* tiles at a time */
    PAIRS = LANES / 2,   /* of channels in a block */
    WEIGHTS = 2 * LANES, /* from a pair of channels to a block */
};

/* The positions of a tile that are in one column, or one row. */
struct five {
    __m512 of[SPAN];
};

INLINE __m512 times(float a, __m512 b, __m512 add)
{
    return _mm512_fmadd_ps(_mm512_set1_ps(a), b, add);
}

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

/* B' = [-1 -3/2 3/2 1 0; 0 1 5/2 1 0; 0 -2 1 1 0; 0 -1/2 -1/2 1 0; 0 -1 -3/2 3/2 1] */
INLINE struct five mix_five(struct five d)
{
    const __m512 before = _mm512_sub_ps(d.of[2], d.of[1]);
    const __m512 after = _mm512_sub_ps(d.of[3], d.of[2]);
    return (struct five){{times(1.5f, before, _mm512_sub_ps(d.of[3], d.of[0])),
                          times(2.5f, d.of[2], _mm512_add_ps(d.of[1], d.of[3])),
                          times(-2, d.of[1], _mm512_add_ps(d.of[2], d.of[3])),
                          times(-.5f, _mm512_add_ps(d.of[1], d.of[2]), d.of[3]),
                          times(1.5f, after, _mm512_sub_ps(d.of[4], d.of[1]))}};
}

/* A column of which the plane holds all pixels. */
INLINE struct five inner_column(struct wino_plane p, const uint16_t *at)
{
    const size_t below = (size_t)p.w * LANES;
    struct five d;
    UNROLLED (i, SPAN)
        d.of[i] = widen(at + i * below);
    return mix_five(d);
}

AVX512_BF16 static struct five any_column(struct wino_plane p, const uint16_t *src,
                                          int y, int x)
{
    struct five d;
    UNROLLED (i, SPAN) {
        const int at = y + (int)i;
        d.of[i] = at < 0 || at >= p.h || x < 0 || x >= p.w
                      ? _mm512_setzero_ps()
                      : widen(src + ((size_t)at * (size_t)p.w + (size_t)x) * LANES);
    }
    return mix_five(d);
}

INLINE void store_tile(const struct five column[SPAN], uint16_t *v, size_t pitch)
{
    UNROLLED (i, SPAN) {
        struct five row;
        UNROLLED (j, SPAN)
            row.of[j] = column[j].of[i];
        row = mix_five(row);
        UNROLLED (j, SPAN)
            narrow(v + (i * SPAN + j) * pitch, row.of[j]);
    }
}

AVX512_BF16 static void transform(struct wino_plane p, const void *source, int row,
                                  void *to, size_t pitch)
{
    const uint16_t *src = source;
    uint16_t *v = to;
    const int y = STEP * row - 1;
    const bool inner = y >= 0 && y + SPAN <= p.h;
    struct five column[SPAN];
    column[STEP] = any_column(p, src, y, -1);
    column[STEP + 1] = any_column(p, src, y, 0);
    for (int x = 1; x <= p.w; x += STEP, v += LANES) {
        /* its first two columns are the last of the tile before */
        column[0] = column[STEP];
        column[1] = column[STEP + 1];
        if (inner && x + STEP <= p.w) {
            const uint16_t *at = src + ((size_t)y * (size_t)p.w + (size_t)x) * LANES;
            UNROLLED (j, STEP)
                column[2 + j] = inner_column(p, at + j * LANES);
        } else {
            UNROLLED (j, STEP)
                column[2 + j] = any_column(p, src, y, x + (int)j);
        }
        store_tile(column, v, pitch);
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

struct three {
    __m512 of[STEP];
};

/* A' = [1 1 1 1 0; 0 1 -1/2 -2 0; 0 1 1/4 4 1] */
INLINE struct three mix_back(struct five m)
{
    const __m512 near = _mm512_add_ps(m.of[0], m.of[1]);
    const __m512 far = _mm512_add_ps(m.of[2], m.of[3]);
    const __m512 last = _mm512_add_ps(m.of[1], m.of[4]);
    return (struct three){{_mm512_add_ps(near, far),
                           times(-2, m.of[3], times(-.5f, m.of[2], m.of[1])),
                           times(4, m.of[3], times(.25f, m.of[2], last))}};
}

INLINE struct three column_of_m(const float *m, size_t pitch)
{
    struct five d;
    UNROLLED (i, SPAN)
        d.of[i] = _mm512_loadu_ps(m + i * SPAN * pitch);
    return mix_back(d);
}

AVX512_BF16 static void transform_back(struct wino_plane p, const float *m,
                                       size_t pitch, int row, void *dst)
{
    const size_t line = (size_t)p.w * LANES;
    const size_t rows = (size_t)(p.h - STEP * row < STEP ? p.h - STEP * row : STEP);
    uint16_t *y = (uint16_t *)dst + (size_t)(STEP * row) * line;
    for (int x = 0; x < p.w; x += STEP, m += LANES, y += TILE_PIXELS) {
        const size_t columns = (size_t)(p.w - x < STEP ? p.w - x : STEP);
        struct three column[SPAN];
        UNROLLED (j, SPAN)
            column[j] = column_of_m(m + j * pitch, pitch);
        UNROLLED (i, STEP) {
            struct five line_of_m;
            UNROLLED (j, SPAN)
                line_of_m.of[j] = column[j].of[i];
            const struct three pixels = mix_back(line_of_m);
            UNROLLED (j, STEP)
                if (i < rows && j < columns)
                    narrow(y + i * line + j * LANES, pixels.of[j]);
        }
    }
}

/* Points 0, 1, -1/2, -2 and infinity: of whole numbers and simple fractions, those that
 * magnify least what rounding to bfloat16 does. */
static const float g[SPAN * 3] = {
    -1,      0,        0,       2.f / 9,  2.f / 9, 2.f / 9, 8.f / 9, -4.f / 9,
    2.f / 9, -1.f / 9, 2.f / 9, -4.f / 9, 0,       0,       1,
};

const struct wino_kind nn_wino_bf16 = {
    .element = sizeof(uint16_t),
    .lanes = LANES,
    .step = STEP,
    .span = SPAN,
    .group = DOZEN,
    .next = 2,
    .piece = 84,
    .g = g,
    .transform = transform,
    .multiply = multiply,
    .transform_back = transform_back,
};

#endif
