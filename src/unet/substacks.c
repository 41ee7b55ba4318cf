#include "unet/substacks.h"

/* Where the last substack begins. */
static int32_t span_of(int32_t depth, int32_t nz)
{
    return nz - depth;
}

int32_t substacks_count(int32_t depth, int32_t nz)
{
    const int32_t step = depth > 1 ? depth / 2 : 1;
    return nz <= depth ? 1 : (span_of(depth, nz) + step - 1) / step + 1;
}

int32_t substacks_first(int32_t depth, int32_t nz, int32_t index)
{
    if (nz <= depth)
        return -((depth - nz) / 2);
    const int64_t steps = substacks_count(depth, nz) - 1;
    return (int32_t)((int64_t)span_of(depth, nz) * index / steps);
}

int32_t substacks_lay(const struct unet_net_config *net, const struct stack *stack,
                      const double centre_mm[static 2], struct patch_geometry *out)
{
    struct patch_geometry *g = out;
    for (int32_t phase = 0; phase < stack->stride; phase++) {
        const int32_t nz = (stack->nz - phase + stack->stride - 1) / stack->stride;
        const int32_t n = substacks_count(net->depth, nz);
        for (int32_t i = 0; i < n; i++, g++) {
            const int32_t first = substacks_first(net->depth, nz, i);
            patch_geometry_plain(net, nz, centre_mm, first, g);
            for (int32_t z = 0; z < net->depth; z++)
                g->slice[z] = phase + stack->stride * g->slice[z];
        }
    }
    return (int32_t)(g - out);
}
