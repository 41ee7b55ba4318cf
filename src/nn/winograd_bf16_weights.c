#include "nn/winograd_bf16.h"

#if defined(__x86_64__)

/* A line of the gradient's tile, and what becomes of it. */
struct line {
    vector of[STEP];
};

struct spread {
    vector of[SPAN];
};

/* A = [1 0 0; 1 1 1; 1 -1/2 1/4; 1 -2 4; 0 0 1] */
INLINE struct spread widen(struct line d)
{
    const vector ends = _mm512_add_ps(d.of[0], d.of[2]);
    return (struct spread){{d.of[0], _mm512_add_ps(ends, d.of[1]),
                            times(.25f, d.of[2], times(-.5f, d.of[1], d.of[0])),
                            times(4, d.of[2], times(-2, d.of[1], d.of[0])), d.of[2]}};
}

/* Pixels beyond the plane's ends have no gradient. */
INLINE struct spread column(struct wino_plane p, const number *d, int rows, int x)
{
    const size_t line = (size_t)p.w * LANES;
    struct line down;
    UNROLLED (i, STEP)
        down.of[i] = (int)i < rows && x < p.w ? load(d + i * line + (size_t)x * LANES)
                                              : _mm512_setzero_ps();
    return widen(down);
}

static TARGET void spread(struct wino_plane p, const void *gradient, int row, void *to,
                          size_t pitch)
{
    const int rows = p.h - STEP * row;
    const number *d =
        (const number *)gradient + (size_t)(STEP * row) * (size_t)p.w * LANES;
    number *n = to;
    for (int x = 0; x < p.w; x += STEP, n += LANES) {
        struct spread across[STEP];
        UNROLLED (j, STEP)
            across[j] = column(p, d, rows, x + (int)j);
        UNROLLED (i, SPAN) {
            const struct line one = {
                {across[0].of[i], across[1].of[i], across[2].of[i]}};
            const struct spread all = widen(one);
            UNROLLED (j, SPAN)
                put(n + (i * SPAN + j) * pitch, all.of[j]);
        }
    }
}

static TARGET void pair(void *v, size_t pairs)
{
    const size_t step = (size_t)2 * LANES;
    number *x = v;
    for (size_t t = 0; t < pairs; t++, x += step)
        _mm512_storeu_si512(x, lanes_in_turn(_mm512_loadu_si512(x)));
}

/* The sums of all pairs of channels stay in registers, 16 of 32. */
static TARGET void multiply(const void *v, const void *n, size_t pairs, float *w,
                            bool add)
{
    const size_t step = (size_t)2 * LANES;
    const number *source = v, *gradient = n;
    vector sum[LANES];
    UNROLLED (i, LANES)
        sum[i] = add ? _mm512_loadu_ps(w + i * LANES) : _mm512_setzero_ps();
    for (size_t t = 0; t < pairs; t++, source += step, gradient += step) {
        const __m512bh two = (__m512bh)_mm512_loadu_si512(gradient);
        UNROLLED (i, LANES)
            sum[i] = _mm512_dpbf16_ps(sum[i], broadcast(source + 2 * i), two);
    }
    UNROLLED (i, LANES)
        _mm512_storeu_ps(w + i * LANES, sum[i]);
}

/* A column of G' times five numbers. */
INLINE vector mix_five(const float *column_of_g, const vector x[SPAN])
{
    vector y = _mm512_setzero_ps();
    UNROLLED (i, SPAN)
        y = times(column_of_g[i * WINO_SIDE], x[i], y);
    return y;
}

static TARGET void gather(const float *w, size_t pitch, float *taps)
{
    for (size_t c = 0; c < LANES; c++, w += LANES, taps += LANES) {
        vector down[WINO_SIDE][SPAN];
        for (size_t j = 0; j < SPAN; j++) {
            vector x[SPAN];
            UNROLLED (i, SPAN)
                x[i] = _mm512_loadu_ps(w + (i * SPAN + j) * pitch);
            UNROLLED (a, WINO_SIDE)
                down[a][j] = mix_five(g + a, x);
        }
        UNROLLED (a, WINO_SIDE)
            UNROLLED (b, WINO_SIDE)
                _mm512_storeu_ps(taps + (a * WINO_SIDE + b) * LANES * LANES,
                                 mix_five(g + b, down[a]));
    }
}

const struct wino_learning nn_wino_bf16_learning = {
    .spread = spread,
    .pair = pair,
    .multiply = multiply,
    .gather = gather,
};

#endif
