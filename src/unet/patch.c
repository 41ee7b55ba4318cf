#include "unet/patch.h"

#include <math.h>

#include "base/sort.h"
#include "nn/loss.h"

enum { SAMPLE_STRIDE = 5 };

void patch_geometry_plain(const struct unet_net_config *net, int32_t nz,
                          const double centre_mm[static 2], int32_t first,
                          struct patch_geometry *out)
{
    *out = (struct patch_geometry){0};
    for (int a = 0; a < 2; a++) {
        out->centre_mm[a] = centre_mm[a];
        out->map[a][a] = net->pixel_mm;
        out->window_mm[a][0] = -INFINITY;
        out->window_mm[a][1] = INFINITY;
    }
    for (int32_t z = 0; z < net->depth; z++) {
        const int32_t k = first + z;
        out->slice[z] = k < 0 ? 0 : k >= nz ? nz - 1 : k;
        out->hidden[z] = k < 0 || k >= nz;
    }
}

/* Position in mm of patch pixel (x, y), before the slice's own shift. */
static void place(const struct unet_net_config *net, const struct patch_geometry *g,
                  int32_t x, int32_t y, double mm[2])
{
    const double half = 0.5 * (net->size - 1);
    double q[2] = {x - half, y - half};
    if (g->bend) {
        const float *b = g->bend + 2 * ((size_t)y * (size_t)net->size + (size_t)x);
        q[0] += (double)b[0];
        q[1] += (double)b[1];
    }
    for (int a = 0; a < 2; a++)
        mm[a] = g->centre_mm[a] + g->map[a][0] * q[0] + g->map[a][1] * q[1];
}

static bool visible(const struct patch_geometry *g, const double mm[2])
{
    return mm[0] >= g->window_mm[0][0] && mm[0] <= g->window_mm[0][1] &&
           mm[1] >= g->window_mm[1][0] && mm[1] <= g->window_mm[1][1];
}

static float bilinear(const float *slice, const struct stack *s, const double mm[2])
{
    const double fx = (mm[0] - s->first_mm[0]) / s->edge_mm[0];
    const double fy = (mm[1] - s->first_mm[1]) / s->edge_mm[1];
    if (!(fx > -0.5 && fy > -0.5 && fx < s->nx - 0.5 && fy < s->ny - 0.5))
        return NAN;
    const double cx = fmin(fmax(fx, 0.0), s->nx - 1),
                 cy = fmin(fmax(fy, 0.0), s->ny - 1);
    const int32_t x0 = (int32_t)cx, y0 = (int32_t)cy;
    const int32_t x1 = x0 + 1 < s->nx ? x0 + 1 : x0, y1 = y0 + 1 < s->ny ? y0 + 1 : y0;
    const float tx = (float)(cx - x0), ty = (float)(cy - y0);
    const float *r0 = slice + (size_t)y0 * (size_t)s->nx;
    const float *r1 = slice + (size_t)y1 * (size_t)s->nx;
    const float a = r0[x0] + tx * (r0[x1] - r0[x0]);
    const float b = r1[x0] + tx * (r1[x1] - r1[x0]);
    return a + ty * (b - a);
}

void patch_sample(const struct unet_net_config *net, const struct stack *stack,
                  const struct patch_geometry *g, float *out)
{
    const size_t area = (size_t)net->size * (size_t)net->size;
    const size_t slice_size = (size_t)stack->nx * (size_t)stack->ny;
    for (int32_t y = 0; y < net->size; y++) {
        for (int32_t x = 0; x < net->size; x++) {
            double at[2];
            place(net, g, x, y, at);
            for (int32_t z = 0; z < net->depth; z++) {
                const int32_t k = g->slice[z];
                const double mm[2] = {at[0] + g->shift_mm[z][0],
                                      at[1] + g->shift_mm[z][1]};
                out[(size_t)z * area + (size_t)y * (size_t)net->size + (size_t)x] =
                    visible(g, mm)
                        ? bilinear(stack->vox + (size_t)k * slice_size, stack, mm)
                        : NAN;
            }
        }
    }
}

void patch_sample_labels(const struct unet_net_config *net, const struct labels *labels,
                         const struct patch_geometry *g, uint8_t *out)
{
    const struct grid *grid = &labels->grid;
    const double edge[2] = {grid_edge_mm(grid, 0), grid_edge_mm(grid, 1)};
    const size_t area = (size_t)net->size * (size_t)net->size;
    for (int32_t y = 0; y < net->size; y++) {
        for (int32_t x = 0; x < net->size; x++) {
            double at[2];
            place(net, g, x, y, at);
            for (int32_t z = 0; z < net->depth; z++) {
                const size_t to =
                    (size_t)z * area + (size_t)y * (size_t)net->size + (size_t)x;
                const int32_t k = g->slice[z];
                if (g->hidden[z]) {
                    out[to] = NN_IGNORE;
                    continue;
                }
                const double mm[2] = {at[0] + g->shift_mm[z][0],
                                      at[1] + g->shift_mm[z][1]};
                const double i = floor(mm[0] / edge[0] + 0.5);
                const double j = floor(mm[1] / edge[1] + 0.5);
                const bool inside = i >= 0.0 && j >= 0.0 && i < grid->dim[0] &&
                                    j < grid->dim[1] && visible(g, mm);
                const uint8_t label =
                    inside ? labels->vox[grid_index(grid, (int32_t)i, (int32_t)j, k)]
                           : (uint8_t)LABEL_BACKGROUND;
                out[to] = net->class_of[label];
            }
        }
    }
}

/* Percentiles of every SAMPLE_STRIDE-th voxel that is not outside. */
static struct patch_range robust_range(const float *patch, size_t count, float *scratch)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i += SAMPLE_STRIDE)
        if (!isnan(patch[i]))
            scratch[n++] = patch[i];
    if (n == 0)
        return (struct patch_range){0.0f, 0.0f};
    sort_floats(scratch, n);
    return (struct patch_range){.lo = scratch[(size_t)(0.005 * (double)(n - 1))],
                                .hi = scratch[(size_t)(0.995 * (double)(n - 1))]};
}

struct patch_range patch_fill_outside(float *patch, size_t count, float *scratch)
{
    const struct patch_range r = robust_range(patch, count, scratch);
    for (size_t i = 0; i < count; i++)
        if (isnan(patch[i]))
            patch[i] = r.lo;
    return r;
}

/* One slice: clip to its robust range, mean 0, standard deviation 1. */
static void normalise_slice(float *slice, size_t area, float *scratch)
{
    const struct patch_range r = robust_range(slice, area, scratch);
    double sum = 0.0, squares = 0.0;
    for (size_t i = 0; i < area; i++) {
        slice[i] = slice[i] < r.lo ? r.lo : slice[i] > r.hi ? r.hi : slice[i];
        const double v = (double)slice[i] - (double)r.lo;
        sum += v;
        squares += v * v;
    }
    const double n = (double)area, mean = sum / n;
    const double variance = squares / n - mean * mean;
    const double scale = variance > 0.0 ? 1.0 / sqrt(variance) : 0.0;
    for (size_t i = 0; i < area; i++)
        slice[i] = (float)(((double)slice[i] - (double)r.lo - mean) * scale);
}

void patch_normalise(const struct unet_net_config *net, float *patch, float *scratch)
{
    const size_t area = (size_t)net->size * (size_t)net->size;
    for (int32_t z = 0; z < net->depth; z++)
        normalise_slice(patch + (size_t)z * area, area, scratch);
}
