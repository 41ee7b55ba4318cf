#include "nn/winograd_tile.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define TARGET __attribute__((target("avx2,fma")))
#define INLINE static inline __attribute__((always_inline)) TARGET
/* Registers have no index: loops over them must be unrolled to the end. */
#define UNROLLED(i, n) _Pragma("GCC unroll 8") for (size_t(i) = 0; (i) < (n); (i)++)

enum {
    LANES = 8,
    STEP = 4,
    SPAN = 6,
    GROUP = 6, /* their sums and two weights fill the registers */
    NEXT = 1,
};

typedef float number;
typedef __m256 vector;

INLINE vector load(const number *x)
{
    return _mm256_loadu_ps(x);
}

INLINE void put(number *y, vector x)
{
    _mm256_storeu_ps(y, x);
}

INLINE vector times(float a, vector b, vector add)
{
    return _mm256_fmadd_ps(_mm256_set1_ps(a), b, add);
}

/* Points 0, 1, -1, 2, -2 and infinity. */
static const float g[SPAN * WINO_SIDE] = {
    1.f / 4,  0,         0,        -1.f / 6, -1.f / 6, -1.f / 6,
    -1.f / 6, 1.f / 6,   -1.f / 6, 1.f / 24, 1.f / 12, 1.f / 6,
    1.f / 24, -1.f / 12, 1.f / 6,  0,        0,        1,
};

#include "nn/winograd_walk.h"

INLINE vector nothing(void)
{
    return _mm256_setzero_ps();
}

INLINE struct weight load_weight(const float *w)
{
    return (struct weight){{_mm256_loadu_ps(w)}};
}

INLINE void put_weight(number *u, struct weight x)
{
    _mm256_storeu_ps(u, x.of[0]);
}

INLINE vector load_sum(const float *m)
{
    return _mm256_loadu_ps(m);
}

/* B' = [4 0 -5 0 1 0; 0 -4 -4 1 1 0; 0 4 -4 -1 1 0; 0 -2 -1 2 1 0; 0 2 -1 -2 1 0;
 *       0 4 0 -5 0 1] */
INLINE struct source mix(struct source d)
{
    const vector even = times(-4, d.of[2], d.of[4]), odd = times(-4, d.of[1], d.of[3]);
    const vector far = _mm256_sub_ps(d.of[4], d.of[2]);
    const vector apart = _mm256_sub_ps(d.of[3], d.of[1]);
    return (struct source){{times(4, d.of[0], times(-5, d.of[2], d.of[4])),
                            _mm256_add_ps(even, odd), _mm256_sub_ps(even, odd),
                            times(2, apart, far), times(-2, apart, far),
                            times(4, d.of[1], times(-5, d.of[3], d.of[5]))}};
}

/* A' = [1 1 1 1 1 0; 0 1 -1 2 -2 0; 0 1 1 4 4 0; 0 1 -1 8 -8 1] */
INLINE struct result mix_back(struct source m)
{
    const vector near = _mm256_add_ps(m.of[1], m.of[2]);
    const vector near_odd = _mm256_sub_ps(m.of[1], m.of[2]);
    const vector far = _mm256_add_ps(m.of[3], m.of[4]);
    const vector far_odd = _mm256_sub_ps(m.of[3], m.of[4]);
    return (struct result){{_mm256_add_ps(_mm256_add_ps(m.of[0], near), far),
                            times(2, far_odd, near_odd), times(4, far, near),
                            _mm256_add_ps(times(8, far_odd, near_odd), m.of[5])}};
}

INLINE void multiply_group(const struct wino_product *p, const size_t outs, size_t tile)
{
    const float *v = (const float *)p->v + tile * LANES, *u = p->u;
    float *const m = p->m + tile * LANES;
    vector sum[GROUP][2];
    UNROLLED (t, GROUP)
        UNROLLED (o, outs)
            sum[t][o] = p->add ? _mm256_loadu_ps(m + o * p->m_pitch + t * LANES)
                               : _mm256_setzero_ps();
    for (int b = 0; b < p->blocks; b++, v += p->v_pitch)
        UNROLLED (k, LANES) {
            const vector first = _mm256_loadu_ps(u);
            const vector last = _mm256_loadu_ps(u + (outs - 1) * LANES);
            u += outs * LANES;
            UNROLLED (t, GROUP) {
                const vector one = _mm256_broadcast_ss(v + t * LANES + k);
                sum[t][0] = _mm256_fmadd_ps(one, first, sum[t][0]);
                if (outs == 2)
                    sum[t][1] = _mm256_fmadd_ps(one, last, sum[t][1]);
            }
        }
    UNROLLED (t, GROUP)
        UNROLLED (o, outs)
            _mm256_storeu_ps(m + o * p->m_pitch + t * LANES, sum[t][o]);
}

const struct wino_kind nn_wino_f32 = {
    .element = sizeof(number),
    .lanes = LANES,
    .step = STEP,
    .span = SPAN,
    .group = GROUP,
    .next = NEXT,
    .piece = 36,
    .kernels = kernels,
    .transform = transform,
    .multiply = multiply,
    .transform_back = transform_back,
};

#endif
