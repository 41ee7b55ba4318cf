#include "nn/ref/max_pool.h"

#include <assert.h>

void nn_ref_max_pool_forward(struct tensor_shape shape, const double *x, double *y,
                             size_t *winner)
{
    const size_t planes = (size_t)shape.c * (size_t)shape.d;
    const size_t rows = (size_t)shape.h, columns = (size_t)shape.w;
    assert(rows % 2 == 0 && columns % 2 == 0);

    size_t out = 0;
    for (size_t plane = 0; plane < planes; plane++)
        for (size_t h = 0; h < rows; h += 2)
            for (size_t w = 0; w < columns; w += 2) {
                const size_t first = (plane * rows + h) * columns + w;
                const size_t four[4] = {first, first + 1, first + columns,
                                        first + columns + 1};
                size_t best = first;
                for (int k = 1; k < 4; k++)
                    if (x[four[k]] > x[best])
                        best = four[k];
                y[out] = x[best];
                winner[out++] = best;
            }
}

void nn_ref_max_pool_backward(struct tensor_shape shape, const size_t *winner,
                              const double *dy, double *dx)
{
    const size_t n = tensor_count(shape) / 4;
    for (size_t i = 0; i < n; i++)
        dx[winner[i]] += dy[i];
}
