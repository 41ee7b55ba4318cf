#include "sim/paint_scar.h"

#include <math.h>
#include <stddef.h>

enum { ACROSS = 3, PLANES = 5 };
static const float CORE = 0.75f; /* mean enhancement of a core in sim/scar.c */
static const float BEND_MM = 3.5f, BEND_DEPTH = 0.10f, BEND_CELL_MM = 7.0f;
static const float UNEVEN = 0.15f, UNEVEN_CELL_MM = 4.0f; /* within a core */

/* What the places of a pixel were. */
struct tally {
    int places, wall, scar, dark;
    float enhanced;
};

static void look(const struct sim_paint_ground *g, int32_t k, const double px[static 2],
                 struct tally *t)
{
    const struct sim_paint_shape *shape = g->shape;
    struct sim_paint_place p;
    float mm[2];
    double from[2];
    sim_paint_shape_mm(shape, k, px, mm);
    sim_paint_warp_at(&g->warp[k], &shape->slice[k], mm, &p);
    sim_paint_shape_px(shape, k, p.from, from);
    t->places += PLANES;
    if (!label_in(sim_paint_shape_label(shape, k, from[0], from[1]), LABELS_MYOCARDIUM))
        return;
    const float stretch = g->wall->length / shape->length_mm;
    for (int n = 0; n < PLANES; n++) {
        struct sim_scar_point s;
        const float off = ((float)n + 0.5f) / PLANES - 0.5f;
        const float mm_z = sim_paint_shape_z(shape, k) + off * g->thickness_mm;
        const float at[3] = {mm[0] / BEND_CELL_MM, mm[1] / BEND_CELL_MM,
                             mm_z / BEND_CELL_MM};
        const float side = sim_noise_cube_at(g->ragged, at[0], at[1], at[2]);
        const float deep = sim_noise_cube_at(g->ragged, at[1] + 11, at[2], at[0]);
        const float turn = BEND_MM * side / fmaxf(p.radius, 8.0f) * 57.2957795f;
        float degrees = p.degrees + turn;
        degrees += degrees < 0.0f ? 360.0f : degrees > 360.0f ? -360.0f : 0.0f;
        sim_scar_at(g->scar, degrees, stretch * mm_z, p.depth + BEND_DEPTH * deep, &s);
        t->wall++;
        const float uneven =
            sim_noise_cube_at(g->ragged, mm[1] / UNEVEN_CELL_MM,
                              mm_z / UNEVEN_CELL_MM + 17, mm[0] / UNEVEN_CELL_MM);
        t->enhanced +=
            s.enhanced / CORE * sim_noise_clip(1 + UNEVEN * uneven, 0.5f, 1.5f);
        t->scar += label_in(s.label, LABELS_SCAR);
        t->dark += s.label == LABEL_NO_REFLOW;
    }
}

/* Is there a wall beside this pixel, which is none of the slice's edge? */
static bool beside_wall(const struct labels *labels, size_t v)
{
    const uint8_t *at = labels->vox + v;
    const ptrdiff_t line = labels->grid.dim[0];
    return label_in(at[-1], LABELS_MYOCARDIUM) || label_in(at[1], LABELS_MYOCARDIUM) ||
           label_in(at[-line], LABELS_MYOCARDIUM) ||
           label_in(at[line], LABELS_MYOCARDIUM);
}

void sim_paint_scar_lay(const struct sim_paint_ground *ground, struct labels *labels,
                        float *enhancement)
{
    const struct grid *g = &labels->grid;
    for (int32_t k = ground->shape->first; k <= ground->shape->last; k++)
        for (int32_t j = 1; j + 1 < g->dim[1]; j++)
            for (int32_t i = 1; i + 1 < g->dim[0]; i++) {
                const size_t v = grid_index(g, i, j, k);
                const bool wall = label_in(labels->vox[v], LABELS_MYOCARDIUM);
                struct tally t = {0};
                if (!wall && !beside_wall(labels, v))
                    continue;
                for (int b = 0; b < ACROSS; b++)
                    for (int a = 0; a < ACROSS; a++) {
                        const double px[2] = {i + (a + 0.5) / ACROSS - 0.5,
                                              j + (b + 0.5) / ACROSS - 0.5};
                        look(ground, k, px, &t);
                    }
                enhancement[v] = t.enhanced / (float)t.places;
                if (!wall || 2 * t.scar < t.wall || t.wall == 0)
                    continue;
                labels->vox[v] = 2 * t.dark >= t.scar ? LABEL_NO_REFLOW : LABEL_SCAR;
            }
}
