#include "sim/paint_wall.h"

#include <math.h>

static const float SOFT_MM = 0.8f;
static const float OPEN_MM = 2.0f; /* a wall thinner than this is taken for open */

void sim_paint_wall_fit(const struct sim_paint_shape *shape, struct sim_patient *p)
{
    const float apex = fminf(shape->thinner_mm, 0.9f * shape->wall_mm);
    p->wall_mm = (double)sim_noise_clip(shape->wall_mm, 4, 14);
    p->apex_mm = (double)sim_noise_clip(apex, 3, 8);
    p->cavity_mm = (double)sim_noise_clip(shape->cavity_mm, 12, 45);
    p->length_mm = (double)sim_noise_clip(shape->length_mm, 40, 120);
    p->max_wall_mm = fmax(p->max_wall_mm, p->wall_mm);
}

/* Heights are those of a heart as long as the table's. */
static float height_of(const struct sim_paint_shape *shape, const struct sim_wall *wall,
                       double slice)
{
    return sim_paint_shape_z(shape, slice) * wall->length / shape->length_mm;
}

/* ln(1 + e^x) without overflow. */
static float soft_positive(float x)
{
    return x > 15.0f ? x : log1pf(expf(x));
}

void sim_paint_wall_growth(const struct sim_paint_shape *shape, int32_t slice,
                           const struct sim_wall *wall, float amount,
                           float growth[static SIM_PAINT_RAYS])
{
    const struct sim_paint_slice *s = &shape->slice[slice];
    const float z = height_of(shape, wall, slice);
    for (int i = 0; i < SIM_PAINT_RAYS; i++) {
        struct sim_wall_point target;
        const float thick = s->outer[i] - s->inner[i];
        sim_wall_at(wall, (float)i, z, &target);
        const float more = SOFT_MM * soft_positive((target.thick - thick) / SOFT_MM);
        const float closed = sim_noise_clip(thick / OPEN_MM - 1.0f, 0.0f, 1.0f);
        growth[i] = s->wall ? amount * closed * more : 0.0f;
    }
    sim_paint_ring_smooth(growth, 8.0f);
}

/* Mean of the radii round a direction in a slice, after the change. */
static void radii_at(const struct sim_paint_shape *shape,
                     const struct sim_paint_warp *warp, int32_t k, float degrees,
                     float out[static 2])
{
    const bool moves = warp[k].moves;
    const float *inner = moves ? warp[k].inner : shape->slice[k].inner;
    const float *outer = moves ? warp[k].outer : shape->slice[k].outer;
    out[0] = sim_paint_ring_at(inner, degrees);
    out[1] = sim_paint_ring_at(outer, degrees);
}

void sim_paint_wall_replace(const struct sim_paint_shape *shape,
                            const struct sim_paint_warp *warp, struct sim_wall *wall)
{
    const float base = height_of(
        shape, wall, shape->frame.apex_last ? shape->first - 0.5 : shape->last + 0.5);
    for (int i = 0; i < SIM_RING; i++)
        wall->edge.v[i] = base;
    wall->lowest_edge = base;
    for (int32_t row = 0; row < wall->rows; row++) {
        const float z =
            (float)(row + SIM_WALL_TOP_MM) * shape->length_mm / wall->length;
        const float from_base = z / shape->slice_mm - 0.5f;
        const float at = shape->frame.apex_last ? (float)shape->first + from_base
                                                : (float)shape->last - from_base;
        const bool there =
            at >= (float)shape->first - 0.5f && at <= (float)shape->last + 0.5f;
        const float held = sim_noise_clip(at, (float)shape->first, (float)shape->last);
        const int32_t k = (int32_t)held;
        const int32_t next = k < shape->last ? k + 1 : k;
        const float t = held - (float)k;
        for (int i = 0; i < SIM_RING; i++) {
            struct sim_wall_point *p = &wall->point[(size_t)row * SIM_RING + (size_t)i];
            float a[2], b[2];
            radii_at(shape, warp, k, 0.5f * (float)i, a);
            radii_at(shape, warp, next, 0.5f * (float)i, b);
            p->endo = there ? a[0] + t * (b[0] - a[0]) : 0.0f;
            p->epi = there ? a[1] + t * (b[1] - a[1]) : 0.0f;
            p->thick = p->epi - p->endo;
        }
    }
}
