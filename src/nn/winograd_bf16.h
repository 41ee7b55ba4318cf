/*
 * winograd_bf16.h - what winograd_bf16.c and winograd_bf16_weights.c share: vectors of
 * 16 channels, and the points of F(3 x 3, 3 x 3).
 *
 * Layer:  nn, private to these two.
 */
#ifndef NN_WINOGRAD_BF16_H
#define NN_WINOGRAD_BF16_H

#include "nn/winograd_tile.h"

#if defined(__x86_64__)

#include <immintrin.h>
#include <string.h>

#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512bf16")))
#define INLINE static inline __attribute__((always_inline)) TARGET
/* Registers have no index: loops over them must be unrolled to the end. */
#define UNROLLED(i, n) _Pragma("GCC unroll 16") for (size_t(i) = 0; (i) < (n); (i)++)

enum {
    LANES = 16,
    STEP = 3,
    SPAN = 5,
};

typedef uint16_t number; /* bfloat16 */
typedef __m512 vector;

INLINE vector load(const number *x)
{
    const __m256i half = _mm256_loadu_si256((const __m256i *)(const void *)x);
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(half), 16));
}

INLINE void put(number *y, vector x)
{
    _mm256_storeu_si256((__m256i *)(void *)y, (__m256i)_mm512_cvtneps_pbh(x));
}

INLINE vector times(float a, vector b, vector add)
{
    return _mm512_fmadd_ps(_mm512_set1_ps(a), b, add);
}

/* Two neighbouring numbers, in all lanes. */
INLINE __m512bh broadcast(const number *v)
{
    int32_t two;
    memcpy(&two, v, sizeof two);
    return (__m512bh)_mm512_set1_epi32(two);
}

/* Two vectors of numbers, side by side, lane by lane. */
INLINE __m512i lanes_in_turn(__m512i x)
{
    const __m512i order =
        _mm512_set_epi16(31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8,
                         23, 7, 22, 6, 21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
    return _mm512_permutexvar_epi16(order, x);
}

/* Points 0, 1, -1/2, -2 and infinity: of whole numbers and simple fractions, those that
 * magnify least what rounding to bfloat16 does. */
static const float g[SPAN * WINO_SIDE] = {
    -1,      0,        0,       2.f / 9,  2.f / 9, 2.f / 9, 8.f / 9, -4.f / 9,
    2.f / 9, -1.f / 9, 2.f / 9, -4.f / 9, 0,       0,       1,
};

extern const struct wino_learning nn_wino_bf16_learning;

#endif
#endif
