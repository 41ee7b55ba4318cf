#include "nn/ref/upsample.h"

/* Index of the x voxel that the y voxel `i` (0 <= i < 4 * count of x) is a copy of. */
static size_t origin(struct tensor_shape shape, size_t i)
{
    const size_t rows = (size_t)shape.h, columns = (size_t)shape.w;
    const size_t w = i % (2 * columns);
    const size_t h = i / (2 * columns) % (2 * rows);
    const size_t plane = i / (4 * rows * columns); /* over C and D */
    return (plane * rows + h / 2) * columns + w / 2;
}

void nn_ref_upsample_forward(struct tensor_shape shape, const double *x, double *y)
{
    for (size_t i = 0; i < 4 * tensor_count(shape); i++)
        y[i] = x[origin(shape, i)];
}

void nn_ref_upsample_backward(struct tensor_shape shape, const double *dy, double *dx)
{
    for (size_t i = 0; i < 4 * tensor_count(shape); i++)
        dx[origin(shape, i)] += dy[i];
}
