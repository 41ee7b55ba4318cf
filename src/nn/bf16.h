/*
 * bf16.h - bfloat16: the upper half of a float32, rounded to nearest, ties to even.
 *
 * Layer:  nn.  Integer arithmetic, so that any compiler vectorises it and every
 *         instruction set gives the same bits.
 */
#ifndef NN_BF16_H
#define NN_BF16_H

#include <stdint.h>
#include <string.h>

static inline float nn_bf16_to_f32(uint16_t h)
{
    const uint32_t bits = (uint32_t)h << 16;
    float f;
    memcpy(&f, &bits, sizeof f);
    return f;
}

/* A NaN stays one (rounding its payload up could make it a zero). */
static inline uint16_t nn_bf16_from_f32(float f)
{
    uint32_t bits;
    memcpy(&bits, &f, sizeof bits);
    if ((bits & 0x7fffffffu) > 0x7f800000u)
        return 0x7fc0u;
    return (uint16_t)((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}

#endif
