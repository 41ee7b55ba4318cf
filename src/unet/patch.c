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

/* Is a place on an axis within the field of view that is visible? */
static bool visible(const struct patch_geometry *g, int axis, double mm)
{
    return mm >= g->window_mm[axis][0] && mm <= g->window_mm[axis][1];
}

/* Between which two pixels of a slice a place lies, along one axis. */
struct between {
    int32_t at, next;
    float part; /* of the way to the next */
    bool inside;
};

static struct between between_pixels(const struct stack *s,
                                     const struct patch_geometry *g, int axis,
                                     double mm)
{
    const int32_t n = axis == 0 ? s->nx : s->ny;
    const double f = (mm - s->first_mm[axis]) / s->edge_mm[axis];
    if (!visible(g, axis, mm) || !(f > -0.5 && f < n - 0.5))
        return (struct between){0};
    const double c = f < 0.0 ? 0.0 : f > n - 1 ? n - 1 : f;
    const int32_t at = (int32_t)c;
    return (struct between){.at = at,
                            .next = at + 1 < n ? at + 1 : at,
                            .part = (float)(c - at),
                            .inside = true};
}

static float bilinear(const float *slice, const struct stack *s,
                      const struct between *x, const struct between *y)
{
    if (!x->inside || !y->inside)
        return NAN;
    const float *r0 = slice + (size_t)y->at * (size_t)s->nx;
    const float *r1 = slice + (size_t)y->next * (size_t)s->nx;
    const float a = r0[x->at] + x->part * (r0[x->next] - r0[x->at]);
    const float b = r1[x->at] + x->part * (r1[x->next] - r1[x->at]);
    return a + y->part * (b - a);
}

static const float *slice_at(const struct stack *s, int32_t k)
{
    return s->vox + (size_t)k * (size_t)s->nx * (size_t)s->ny;
}

/* Do rows of the patch lie along the rows of all slices? */
static bool is_straight(const struct unet_net_config *net,
                        const struct patch_geometry *g)
{
    double off = fabs(g->map[0][1]) + fabs(g->map[1][0]);
    for (int32_t z = 0; z < net->depth; z++)
        off += fabs(g->shift_mm[z][0]) + fabs(g->shift_mm[z][1]);
    return !g->bend && off <= 0.0;
}

/* What sample_bent() would, found once for each row and column. */
static void sample_straight(const struct unet_net_config *net,
                            const struct stack *stack, const struct patch_geometry *g,
                            float *out)
{
    struct between across[UNET_MAX_SIZE], down[UNET_MAX_SIZE];
    for (int32_t i = 0; i < net->size; i++) {
        double mm[2];
        place(net, g, i, i, mm);
        across[i] = between_pixels(stack, g, 0, mm[0]);
        down[i] = between_pixels(stack, g, 1, mm[1]);
    }
    for (int32_t z = 0; z < net->depth; z++) {
        const float *slice = slice_at(stack, g->slice[z]);
        for (int32_t y = 0; y < net->size; y++)
            for (int32_t x = 0; x < net->size; x++)
                *out++ = bilinear(slice, stack, &across[x], &down[y]);
    }
}

static void sample_bent(const struct unet_net_config *net, const struct stack *stack,
                        const struct patch_geometry *g, float *out)
{
    const size_t area = (size_t)net->size * (size_t)net->size;
    for (int32_t y = 0; y < net->size; y++) {
        for (int32_t x = 0; x < net->size; x++, out++) {
            double at[2];
            place(net, g, x, y, at);
            for (int32_t z = 0; z < net->depth; z++) {
                const struct between across = between_pixels(stack, g, 0,
                                                             at[0] + g->shift_mm[z][0]),
                                     down = between_pixels(stack, g, 1,
                                                           at[1] + g->shift_mm[z][1]);
                out[(size_t)z * area] =
                    bilinear(slice_at(stack, g->slice[z]), stack, &across, &down);
            }
        }
    }
}

void patch_sample(const struct unet_net_config *net, const struct stack *stack,
                  const struct patch_geometry *g, float *out)
{
    if (is_straight(net, g))
        sample_straight(net, stack, g, out);
    else
        sample_bent(net, stack, g, out);
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
                                    j < grid->dim[1] && visible(g, 0, mm[0]) &&
                                    visible(g, 1, mm[1]);
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
    const size_t low = (size_t)(0.005 * (double)(n - 1));
    const size_t high = (size_t)(0.995 * (double)(n - 1));
    const float hi = sort_nth_float(scratch, n, high);
    const float lo = sort_nth_float(scratch, high + 1, low); /* the lesser ones */
    return (struct patch_range){.lo = lo, .hi = hi};
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
