#include "nn/slices.h"

#include <math.h>
#include <string.h>

#include "nn/norm_relu.h"

enum { LANES = NN_SLICES_LANES };

/* One block of channels of one slice. */
struct plane {
    size_t slice, block, blocks;
};

static struct plane plane_of(struct tensor_shape s, int64_t i)
{
    const size_t blocks = ((size_t)s.c + LANES - 1) / LANES;
    return (struct plane){(size_t)i / blocks, (size_t)i % blocks, blocks};
}

static int64_t plane_count(struct tensor_shape s)
{
    return (int64_t)plane_of(s, 0).blocks * s.d;
}

static float *plane_data(const struct nn_slices *x, struct plane p)
{
    const size_t floats = (size_t)x->shape.h * (size_t)x->shape.w * LANES;
    return x->data + p.slice * x->pitch + p.block * floats;
}

void nn_slices_input(struct tensor_shape s, const float *plain, float *dst)
{
    const size_t plane = (size_t)s.h * (size_t)s.w;
    for (size_t c = 0; c < (size_t)s.c; c++)
        for (size_t d = 0; d < (size_t)s.d; d++)
            memcpy(dst + (d * (size_t)s.c + c) * plane,
                   plain + (c * (size_t)s.d + d) * plane, plane * sizeof *dst);
}

/* --- instance norm and ReLU ------------------------------------------------------ */

/* Row by row, so that a sum has few terms of one size. */
ATTR_CLONES
static void plane_mean(const float *x, size_t rows, size_t columns, float *mean)
{
    float sum[LANES] = {0};
    for (size_t r = 0; r < rows; r++) {
        float row[LANES] = {0};
        for (size_t v = 0; v < columns; v++, x += LANES)
            for (int i = 0; i < LANES; i++)
                row[i] += x[i];
        for (int i = 0; i < LANES; i++)
            sum[i] += row[i];
    }
    for (int i = 0; i < LANES; i++)
        mean[i] = sum[i] / (float)(rows * columns);
}

/* Sum of squared distances from the mean. */
ATTR_CLONES
static void plane_squares(const float *x, size_t rows, size_t columns,
                          const float *mean, float *squares)
{
    float sum[LANES] = {0}, middle[LANES];
    memcpy(middle, mean, sizeof middle);
    for (size_t r = 0; r < rows; r++) {
        float row[LANES] = {0};
        for (size_t v = 0; v < columns; v++, x += LANES)
            for (int i = 0; i < LANES; i++)
                row[i] += (x[i] - middle[i]) * (x[i] - middle[i]);
        for (int i = 0; i < LANES; i++)
            sum[i] += row[i];
    }
    memcpy(squares, sum, sizeof sum);
}

/* y = max(0, (x - mean) factor + shift) */
struct affine {
    float mean[LANES], factor[LANES], shift[LANES];
};

ATTR_CLONES
static void plane_affine(const float *x, size_t voxels, const struct affine *a,
                         float *y)
{
    const struct affine f = *a;
    for (size_t v = 0; v < voxels; v++, x += LANES, y += LANES)
        for (int i = 0; i < LANES; i++) {
            const float z = (x[i] - f.mean[i]) * f.factor[i] + f.shift[i];
            y[i] = z < 0.0f ? 0.0f : z; /* what is no number stays none */
        }
}

/* The moments of one block of channels in all slices from those of each, which are as
 * large as each other (Chan, Golub, LeVeque 1983).  Lanes without a channel give 0. */
static struct affine block_affine(struct tensor_shape s, size_t block, size_t blocks,
                                  const float *moments, const float *scale,
                                  const float *shift)
{
    struct affine a = {{0}, {0}, {0}};
    const double voxels = (double)s.h * (double)s.w, slices = (double)s.d;
    for (size_t i = 0; i < LANES && block * LANES + i < (size_t)s.c; i++) {
        const float *m = moments + block * 2 * LANES + i;
        const size_t step = blocks * 2 * LANES; /* to the next slice */
        double mean = 0.0, squares = 0.0;
        for (size_t d = 0; d < (size_t)s.d; d++)
            mean += (double)m[d * step] / slices;
        for (size_t d = 0; d < (size_t)s.d; d++) {
            const double off = (double)m[d * step] - mean;
            squares += (double)m[d * step + LANES] + voxels * off * off;
        }
        const double variance = squares / (voxels * slices);
        a.mean[i] = (float)mean;
        a.factor[i] = (float)((double)scale[block * LANES + i] /
                              sqrt(variance + (double)NN_NORM_EPSILON));
        a.shift[i] = shift[block * LANES + i];
    }
    return a;
}

size_t nn_slices_moments(struct tensor_shape s)
{
    return (size_t)plane_count(s) * 2 * LANES;
}

void nn_slices_norm_relu(const struct nn_slices *src, const float *scale,
                         const float *shift, float *moments,
                         const struct nn_slices *dst)
{
    const struct tensor_shape s = src->shape;
    const size_t rows = (size_t)s.h, columns = (size_t)s.w;
#pragma omp parallel
    {
#pragma omp for schedule(static)
        for (int64_t i = 0; i < plane_count(s); i++) {
            const float *x = plane_data(src, plane_of(s, i));
            float *m = moments + (size_t)i * 2 * LANES;
            plane_mean(x, rows, columns, m);
            plane_squares(x, rows, columns, m, m + LANES);
        }
#pragma omp for schedule(static)
        for (int64_t i = 0; i < plane_count(s); i++) {
            const struct plane p = plane_of(s, i);
            const struct affine a =
                block_affine(s, p.block, p.blocks, moments, scale, shift);
            plane_affine(plane_data(src, p), rows * columns, &a, plane_data(dst, p));
        }
    }
}

/* --- halving and doubling --------------------------------------------------------- */

ATTR_CLONES
static void pool_row(const float *a, const float *b, size_t voxels, float *y)
{
    for (size_t v = 0; v < voxels; v++, y += LANES) {
        const float *l = a + 2 * v * LANES, *m = b + 2 * v * LANES;
        for (int i = 0; i < LANES; i++) {
            const float top = l[i] > l[i + LANES] ? l[i] : l[i + LANES];
            const float bottom = m[i] > m[i + LANES] ? m[i] : m[i + LANES];
            y[i] = top > bottom ? top : bottom;
        }
    }
}

void nn_slices_max_pool(const struct nn_slices *src, const struct nn_slices *dst)
{
    const struct tensor_shape s = dst->shape;
    const size_t row = (size_t)s.w * LANES;
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < plane_count(s); i++) {
        const float *x = plane_data(src, plane_of(s, i));
        float *y = plane_data(dst, plane_of(s, i));
        for (size_t r = 0; r < (size_t)s.h; r++)
            pool_row(x + 4 * r * row, x + (4 * r + 2) * row, (size_t)s.w, y + r * row);
    }
}

void nn_slices_upsample(const struct nn_slices *src, const struct nn_slices *dst)
{
    const struct tensor_shape s = src->shape;
    const size_t row = (size_t)s.w * LANES, voxel = LANES * sizeof(float);
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < plane_count(s); i++) {
        const float *x = plane_data(src, plane_of(s, i));
        float *y = plane_data(dst, plane_of(s, i));
        for (size_t r = 0; r < (size_t)s.h; r++, y += 4 * row) {
            for (size_t v = 0; v < (size_t)s.w; v++, x += LANES) {
                memcpy(y + 2 * v * LANES, x, voxel);
                memcpy(y + (2 * v + 1) * LANES, x, voxel);
            }
            memcpy(y + 2 * row, y, 2 * row * sizeof *y);
        }
    }
}
