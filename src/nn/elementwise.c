#include "nn/elementwise.h"

#include <string.h>

#include "nn/bf16.h"

enum { CHUNK = 1 << 14 }; /* elements that one thread takes at a time */

void nn_upsample_forward(enum nn_precision p, int block, struct tensor_shape s,
                         const void *src, void *dst)
{
    const size_t voxel = (size_t)block * (p == NN_BF16 ? 2 : 4);
    const size_t row = voxel * (size_t)s.w;
    const int64_t rows = (int64_t)(s.c / block) * s.d * s.h;
#pragma omp parallel for schedule(static)
    for (int64_t r = 0; r < rows; r++) {
        const char *from = (const char *)src + (size_t)r * row;
        char *to = (char *)dst + (size_t)r * row * 4;
        for (int32_t x = 0; x < s.w; x++) {
            memcpy(to + 2 * (size_t)x * voxel, from + (size_t)x * voxel, voxel);
            memcpy(to + (2 * (size_t)x + 1) * voxel, from + (size_t)x * voxel, voxel);
        }
        memcpy(to + 2 * row, to, 2 * row);
    }
}

ATTR_CLONES
static void sum4_bf16(size_t voxels, size_t lanes, const uint16_t *a, const uint16_t *b,
                      uint16_t *out)
{
    for (size_t x = 0; x < voxels; x++) {
        const uint16_t *l = a + 2 * x * lanes, *m = b + 2 * x * lanes;
        for (size_t i = 0; i < lanes; i++) {
            const float top = nn_bf16_to_f32(l[i]) + nn_bf16_to_f32(l[i + lanes]);
            const float bottom = nn_bf16_to_f32(m[i]) + nn_bf16_to_f32(m[i + lanes]);
            out[x * lanes + i] = nn_bf16_from_f32(top + bottom);
        }
    }
}

ATTR_CLONES
static void sum4_f32(size_t voxels, size_t lanes, const float *a, const float *b,
                     float *out)
{
    for (size_t x = 0; x < voxels; x++) {
        const float *l = a + 2 * x * lanes, *m = b + 2 * x * lanes;
        for (size_t i = 0; i < lanes; i++)
            out[x * lanes + i] = (l[i] + l[i + lanes]) + (m[i] + m[i + lanes]);
    }
}

void nn_upsample_backward(enum nn_precision p, int block, struct tensor_shape s,
                          const void *d_dst, void *d_src)
{
    const size_t row = (size_t)block * (size_t)s.w;
    const int64_t rows = (int64_t)(s.c / block) * s.d * s.h;
#pragma omp parallel for schedule(static)
    for (int64_t r = 0; r < rows; r++) {
        const size_t from = (size_t)r * row * 4, to = (size_t)r * row;
        if (p == NN_BF16) {
            const uint16_t *d = (const uint16_t *)d_dst + from;
            sum4_bf16((size_t)s.w, (size_t)block, d, d + 2 * row,
                      (uint16_t *)d_src + to);
        } else {
            const float *d = (const float *)d_dst + from;
            sum4_f32((size_t)s.w, (size_t)block, d, d + 2 * row, (float *)d_src + to);
        }
    }
}

ATTR_CLONES
static void add_bf16(size_t n, const uint16_t *src, uint16_t *dst)
{
    for (size_t i = 0; i < n; i++)
        dst[i] = nn_bf16_from_f32(nn_bf16_to_f32(dst[i]) + nn_bf16_to_f32(src[i]));
}

ATTR_CLONES
static void add_f32(size_t n, const float *src, float *dst)
{
    for (size_t i = 0; i < n; i++)
        dst[i] += src[i];
}

void nn_add(enum nn_precision p, size_t count, const void *src, void *dst)
{
    const int64_t chunks = (int64_t)((count + CHUNK - 1) / CHUNK);
#pragma omp parallel for schedule(static)
    for (int64_t c = 0; c < chunks; c++) {
        const size_t at = (size_t)c * CHUNK;
        const size_t n = count - at < CHUNK ? count - at : CHUNK;
        if (p == NN_BF16)
            add_bf16(n, (const uint16_t *)src + at, (uint16_t *)dst + at);
        else
            add_f32(n, (const float *)src + at, (float *)dst + at);
    }
}

ATTR_CLONES
static void round_bf16(size_t n, const float *src, uint16_t *dst)
{
    for (size_t i = 0; i < n; i++)
        dst[i] = nn_bf16_from_f32(src[i]);
}

void nn_convert(enum nn_precision p, size_t count, const float *src, void *dst)
{
    if (p == NN_BF16)
        round_bf16(count, src, dst);
    else
        memcpy(dst, src, count * sizeof *src);
}
