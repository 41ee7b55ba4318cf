#include "nn/winograd_tile.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define AVX2 __attribute__((target("avx2,fma")))
#define INLINE static inline __attribute__((always_inline)) AVX2
/* Registers have no index: loops over them must be unrolled to the end. */
#define UNROLLED(i, n) _Pragma("GCC unroll 8") for (size_t(i) = 0; (i) < (n); (i)++)

enum {
    LANES = 8,
    STEP = 4, /* pixels of a tile of the result */
    SPAN = 6, /* of the source */
    TILE_PIXELS = STEP * LANES,
    GROUP = 6, /* tiles at a time: their sums and two weights fill the registers */
};

/* The positions of a tile that are in one column, or one row. */
struct six {
    __m256 of[SPAN];
};

INLINE __m256 times(float a, __m256 b, __m256 add)
{
    return _mm256_fmadd_ps(_mm256_set1_ps(a), b, add);
}

/* --- V = B' d B ------------------------------------------------------------------ */

/* B' = [4 0 -5 0 1 0; 0 -4 -4 1 1 0; 0 4 -4 -1 1 0; 0 -2 -1 2 1 0; 0 2 -1 -2 1 0;
 *       0 4 0 -5 0 1] */
INLINE struct six mix_six(struct six d)
{
    const __m256 even = times(-4, d.of[2], d.of[4]), odd = times(-4, d.of[1], d.of[3]);
    const __m256 far = _mm256_sub_ps(d.of[4], d.of[2]);
    const __m256 apart = _mm256_sub_ps(d.of[3], d.of[1]);
    return (struct six){{times(4, d.of[0], times(-5, d.of[2], d.of[4])),
                         _mm256_add_ps(even, odd), _mm256_sub_ps(even, odd),
                         times(2, apart, far), times(-2, apart, far),
                         times(4, d.of[1], times(-5, d.of[3], d.of[5]))}};
}

/* A column of which the plane holds all pixels. */
INLINE struct six inner_column(struct wino_plane p, const float *at)
{
    const size_t below = (size_t)p.w * LANES;
    struct six d;
    UNROLLED (i, SPAN)
        d.of[i] = _mm256_loadu_ps(at + i * below);
    return mix_six(d);
}

static AVX2 struct six any_column(struct wino_plane p, const float *src, int y, int x)
{
    struct six d;
    UNROLLED (i, SPAN) {
        const int at = y + (int)i;
        d.of[i] =
            at < 0 || at >= p.h || x < 0 || x >= p.w
                ? _mm256_setzero_ps()
                : _mm256_loadu_ps(src + ((size_t)at * (size_t)p.w + (size_t)x) * LANES);
    }
    return mix_six(d);
}

INLINE void store_tile(const struct six column[SPAN], float *v, size_t pitch)
{
    UNROLLED (i, SPAN) {
        struct six row;
        UNROLLED (j, SPAN)
            row.of[j] = column[j].of[i];
        row = mix_six(row);
        UNROLLED (j, SPAN)
            _mm256_storeu_ps(v + (i * SPAN + j) * pitch, row.of[j]);
    }
}

AVX2 static void transform(struct wino_plane p, const void *source, int row, void *to,
                           size_t pitch)
{
    const float *src = source;
    float *v = to;
    const int y = STEP * row - 1;
    const bool inner = y >= 0 && y + SPAN <= p.h;
    struct six column[SPAN];
    for (int x = -1; x < p.w - 1; x += STEP, v += LANES) {
        const size_t at = ((size_t)y * (size_t)p.w + (size_t)x) * LANES;
        /* its first two columns are the last of the tile before */
        const int known = x < 0 ? 0 : SPAN - STEP;
        for (int j = 0; j < known; j++)
            column[j] = column[j + STEP];
        if (inner && x >= 0 && x + SPAN <= p.w)
            for (size_t j = SPAN - STEP; j < SPAN; j++)
                column[j] = inner_column(p, src + at + j * LANES);
        else
            for (int j = known; j < SPAN; j++)
                column[j] = any_column(p, src, y, x + j);
        store_tile(column, v, pitch);
    }
}

/* --- M = U V --------------------------------------------------------------------- */

INLINE void multiply_group(const struct wino_product *p, const size_t outs, size_t tile)
{
    const float *v = (const float *)p->v + tile * LANES, *u = p->u;
    float *const m = p->m + tile * LANES;
    __m256 sum[GROUP][2];
    UNROLLED (t, GROUP)
        UNROLLED (o, outs)
            sum[t][o] = p->add ? _mm256_loadu_ps(m + o * p->m_pitch + t * LANES)
                               : _mm256_setzero_ps();
    for (int b = 0; b < p->blocks; b++, v += p->v_pitch)
        UNROLLED (k, LANES) {
            const __m256 first = _mm256_loadu_ps(u);
            const __m256 last = _mm256_loadu_ps(u + (outs - 1) * LANES);
            u += outs * LANES;
            UNROLLED (t, GROUP) {
                const __m256 one = _mm256_broadcast_ss(v + t * LANES + k);
                sum[t][0] = _mm256_fmadd_ps(one, first, sum[t][0]);
                if (outs == 2)
                    sum[t][1] = _mm256_fmadd_ps(one, last, sum[t][1]);
            }
        }
    UNROLLED (t, GROUP)
        UNROLLED (o, outs)
            _mm256_storeu_ps(m + o * p->m_pitch + t * LANES, sum[t][o]);
}

AVX2 static void multiply_1(const struct wino_product *p)
{
    for (size_t t = 0; t < (size_t)p->tiles; t += GROUP)
        multiply_group(p, 1, t);
}

AVX2 static void multiply_2(const struct wino_product *p)
{
    for (size_t t = 0; t < (size_t)p->tiles; t += GROUP)
        multiply_group(p, 2, t);
}

static void multiply(const struct wino_product *p)
{
    if (p->outs == 1)
        multiply_1(p);
    else
        multiply_2(p);
}

/* --- A' M A ---------------------------------------------------------------------- */

struct four {
    __m256 of[STEP];
};

/* A' = [1 1 1 1 1 0; 0 1 -1 2 -2 0; 0 1 1 4 4 0; 0 1 -1 8 -8 1] */
INLINE struct four mix_back(struct six m)
{
    const __m256 near = _mm256_add_ps(m.of[1], m.of[2]);
    const __m256 near_odd = _mm256_sub_ps(m.of[1], m.of[2]);
    const __m256 far = _mm256_add_ps(m.of[3], m.of[4]);
    const __m256 far_odd = _mm256_sub_ps(m.of[3], m.of[4]);
    return (struct four){{_mm256_add_ps(_mm256_add_ps(m.of[0], near), far),
                          times(2, far_odd, near_odd), times(4, far, near),
                          _mm256_add_ps(times(8, far_odd, near_odd), m.of[5])}};
}

INLINE struct four column_of_m(const float *m, size_t pitch)
{
    struct six d;
    UNROLLED (i, SPAN)
        d.of[i] = _mm256_loadu_ps(m + i * SPAN * pitch);
    return mix_back(d);
}

AVX2 static void transform_back(struct wino_plane p, const float *m, size_t pitch,
                                int row, void *dst)
{
    const size_t line = (size_t)p.w * LANES;
    const size_t rows = (size_t)(p.h - STEP * row < STEP ? p.h - STEP * row : STEP);
    float *y = (float *)dst + (size_t)(STEP * row) * line;
    for (int x = 0; x < p.w; x += STEP, m += LANES, y += TILE_PIXELS) {
        const size_t columns = (size_t)(p.w - x < STEP ? p.w - x : STEP);
        struct four column[SPAN];
        UNROLLED (j, SPAN)
            column[j] = column_of_m(m + j * pitch, pitch);
        UNROLLED (i, STEP) {
            struct six line_of_m;
            UNROLLED (j, SPAN)
                line_of_m.of[j] = column[j].of[i];
            const struct four pixels = mix_back(line_of_m);
            UNROLLED (j, STEP)
                if (i < rows && j < columns)
                    _mm256_storeu_ps(y + i * line + j * LANES, pixels.of[j]);
        }
    }
}

/* Points 0, 1, -1, 2, -2 and infinity. */
static const float g[SPAN * 3] = {
    1.f / 4,  0,         0,        -1.f / 6, -1.f / 6, -1.f / 6,
    -1.f / 6, 1.f / 6,   -1.f / 6, 1.f / 24, 1.f / 12, 1.f / 6,
    1.f / 24, -1.f / 12, 1.f / 6,  0,        0,        1,
};

const struct wino_kind nn_wino_f32 = {
    .element = sizeof(float),
    .lanes = LANES,
    .step = STEP,
    .span = SPAN,
    .group = GROUP,
    .next = 1,
    .piece = 36,
    .g = g,
    .transform = transform,
    .multiply = multiply,
    .transform_back = transform_back,
};

#endif
