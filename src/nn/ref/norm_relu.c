#include "nn/ref/norm_relu.h"

#include <math.h>

struct moments {
    double mean;
    double rstd; /* 1 / sqrt(var + eps) */
};

static struct moments moments_of(const double *x, size_t n)
{
    double sum = 0.0, squares = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += x[i];
    const double mean = sum / (double)n;
    for (size_t i = 0; i < n; i++)
        squares += (x[i] - mean) * (x[i] - mean);
    return (struct moments){.mean = mean,
                            .rstd = 1.0 / sqrt(squares / (double)n + NN_REF_NORM_EPS)};
}

void nn_ref_norm_relu_forward(const struct nn_ref_norm_relu *n, double *y)
{
    const size_t voxels = tensor_voxels(n->shape);
    for (size_t c = 0; c < (size_t)n->shape.c; c++) {
        const struct moments m = moments_of(n->x + c * voxels, voxels);
        for (size_t i = c * voxels; i < (c + 1) * voxels; i++) {
            const double z = n->scale[c] * (n->x[i] - m.mean) * m.rstd + n->shift[c];
            y[i] = n->relu && !(z > 0.0) ? 0.0 : z;
        }
    }
}

/* With g = dy where the ReLU was open:
 *   dshift = sum g,   dscale = sum g xhat,
 *   dx = scale * rstd * (g - mean(g) - xhat * mean(g xhat)). */
void nn_ref_norm_relu_backward(const struct nn_ref_norm_relu *n, const double *dy,
                               double *dx, double *dscale, double *dshift)
{
    const size_t voxels = tensor_voxels(n->shape);
    for (size_t c = 0; c < (size_t)n->shape.c; c++) {
        const struct moments m = moments_of(n->x + c * voxels, voxels);
        double g_sum = 0.0, gx_sum = 0.0;

        /* Twice over the channel: first for the two sums, then for dx that needs them.
         */
        for (int pass = 0; pass < 2; pass++)
            for (size_t i = c * voxels; i < (c + 1) * voxels; i++) {
                const double xhat = (n->x[i] - m.mean) * m.rstd;
                const bool open = !n->relu || n->scale[c] * xhat + n->shift[c] > 0.0;
                const double g = open ? dy[i] : 0.0;
                if (pass == 0) {
                    g_sum += g;
                    gx_sum += g * xhat;
                } else {
                    dx[i] += n->scale[c] * m.rstd *
                             (g - (g_sum + xhat * gx_sum) / (double)voxels);
                }
            }
        dshift[c] += g_sum;
        dscale[c] += gx_sum;
    }
}
