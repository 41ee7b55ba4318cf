#include "unet/stack.h"

#include <math.h>

#include "base/mem.h"

static int32_t block_of(double pixel_mm, double edge_mm, int32_t n)
{
    const double f = floor(pixel_mm / edge_mm + 0.4);
    if (f < 1.0)
        return 1;
    return f > (double)n ? n : (int32_t)f;
}

int32_t stack_stride(double slice_mm, int32_t nz)
{
    const int32_t most = nz / STACK_LEAST > 1 ? nz / STACK_LEAST : 1;
    const double wanted = round(STACK_SLICE_MM / slice_mm);
    return (int32_t)fmin(fmax(wanted, 1.0), (double)most);
}

static float block_mean(const struct image *im, int32_t x, int32_t y, int32_t z,
                        const int32_t f[2])
{
    double sum = 0.0;
    for (int32_t j = 0; j < f[1]; j++) {
        const float *row = im->vox + grid_index(&im->grid, x * f[0], y * f[1] + j, z);
        for (int32_t i = 0; i < f[0]; i++)
            sum += (double)row[i];
    }
    return (float)(sum / ((double)f[0] * f[1]));
}

bool stack_prepare(const struct image *image, double pixel_mm, struct stack *out,
                   struct err *err)
{
    const struct grid *g = &image->grid;
    const double edge[2] = {grid_edge_mm(g, 0), grid_edge_mm(g, 1)};
    const int32_t f[2] = {block_of(pixel_mm, edge[0], g->dim[0]),
                          block_of(pixel_mm, edge[1], g->dim[1])};
    struct stack s = {.nx = g->dim[0] / f[0], .ny = g->dim[1] / f[1], .nz = g->dim[2]};
    s.stride = stack_stride(grid_edge_mm(g, 2), s.nz);
    for (int a = 0; a < 2; a++) {
        s.edge_mm[a] = edge[a] * f[a];
        s.first_mm[a] = 0.5 * edge[a] * (f[a] - 1);
        s.size_mm[a] = edge[a] * g->dim[a];
    }
    s.vox = mem_alloc((size_t)s.nx * (size_t)s.ny * (size_t)s.nz, sizeof *s.vox, err);
    if (!s.vox)
        return false;
    float *to = s.vox;
    for (int32_t z = 0; z < s.nz; z++)
        for (int32_t y = 0; y < s.ny; y++)
            for (int32_t x = 0; x < s.nx; x++)
                *to++ = block_mean(image, x, y, z, f);
    *out = s;
    return true;
}

void stack_clear(struct stack *stack)
{
    mem_free(stack->vox);
    *stack = (struct stack){0};
}
