#include "nn/winograd_bf16.h"

#if defined(__x86_64__)

enum {
    GROUP = 12,
    NEXT = 2,
    PAIRS = LANES / 2,      /* of channels in a block */
    WEIGHTS = NEXT * LANES, /* from a pair of channels to a block */
};

#include "nn/winograd_walk.h"

INLINE vector nothing(void)
{
    return _mm512_setzero_ps();
}

INLINE vector rounded(vector x)
{
    const __m256i half = (__m256i)_mm512_cvtneps_pbh(x);
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(half), 16));
}

/* Weights of a network in bfloat16 are bfloat16, whatever they came from. */
INLINE struct weight load_weight(const float *w)
{
    return (struct weight){
        {rounded(_mm512_loadu_ps(w)), rounded(_mm512_loadu_ps(w + LANES))}};
}

INLINE void put_weight(number *u, struct weight x)
{
    const __m512i both = (__m512i)_mm512_cvtne2ps_pbh(x.of[1], x.of[0]);
    _mm512_storeu_si512(u, lanes_in_turn(both));
}

INLINE vector load_sum(const float *m)
{
    return _mm512_loadu_ps(m);
}

/* B' = [-1 -3/2 3/2 1 0; 0 1 5/2 1 0; 0 -2 1 1 0; 0 -1/2 -1/2 1 0; 0 -1 -3/2 3/2 1] */
INLINE struct source mix(struct source d)
{
    const vector before = _mm512_sub_ps(d.of[2], d.of[1]);
    const vector after = _mm512_sub_ps(d.of[3], d.of[2]);
    return (struct source){{times(1.5f, before, _mm512_sub_ps(d.of[3], d.of[0])),
                            times(2.5f, d.of[2], _mm512_add_ps(d.of[1], d.of[3])),
                            times(-2, d.of[1], _mm512_add_ps(d.of[2], d.of[3])),
                            times(-.5f, _mm512_add_ps(d.of[1], d.of[2]), d.of[3]),
                            times(1.5f, after, _mm512_sub_ps(d.of[4], d.of[1]))}};
}

/* A' = [1 1 1 1 0; 0 1 -1/2 -2 0; 0 1 1/4 4 1] */
INLINE struct result mix_back(struct source m)
{
    const vector near = _mm512_add_ps(m.of[0], m.of[1]);
    const vector far = _mm512_add_ps(m.of[2], m.of[3]);
    const vector last = _mm512_add_ps(m.of[1], m.of[4]);
    return (struct result){{_mm512_add_ps(near, far),
                            times(-2, m.of[3], times(-.5f, m.of[2], m.of[1])),
                            times(4, m.of[3], times(.25f, m.of[2], last))}};
}

INLINE __m512bh weights(const number *u)
{
    return (__m512bh)_mm512_loadu_si512(u);
}

/* The sums of a dozen tiles stay in registers, 12 or 24 of 32. */
INLINE void multiply_group(const struct wino_product *p, const size_t outs, size_t tile)
{
    const number *v = (const number *)p->v + tile * LANES, *u = p->u;
    float *const m = p->m + tile * LANES;
    vector sum[GROUP][2];
    UNROLLED (t, GROUP)
        UNROLLED (o, outs)
            sum[t][o] = p->add ? _mm512_loadu_ps(m + o * p->m_pitch + t * LANES)
                               : _mm512_setzero_ps();
    for (int b = 0; b < p->blocks; b++, v += p->v_pitch)
        UNROLLED (k, PAIRS) {
            const __m512bh first = weights(u), last = weights(u + (outs - 1) * WEIGHTS);
            u += outs * WEIGHTS;
            UNROLLED (t, GROUP) {
                const __m512bh two = broadcast(v + t * LANES + 2 * k);
                sum[t][0] = _mm512_dpbf16_ps(sum[t][0], two, first);
                if (outs == 2)
                    sum[t][1] = _mm512_dpbf16_ps(sum[t][1], two, last);
            }
        }
    UNROLLED (t, GROUP)
        UNROLLED (o, outs)
            _mm512_storeu_ps(m + o * p->m_pitch + t * LANES, sum[t][o]);
}

const struct wino_kind nn_wino_bf16 = {
    .element = sizeof(number),
    .lanes = LANES,
    .step = STEP,
    .span = SPAN,
    .group = GROUP,
    .next = NEXT,
    .piece = 84,
    .kernels = kernels,
    .transform = transform,
    .multiply = multiply,
    .transform_back = transform_back,
    .learning = &nn_wino_bf16_learning,
};

#endif
