/*
 * stand_in.h - a stack of rings with a bright patch, made in a millisecond: stands in
 *              for a simulated scan where a test is not about the simulation.
 */
#ifndef STAND_IN_H
#define STAND_IN_H

#include <math.h>

#include "base/rng.h"
#include "sim/case.h"

struct stand_in {
    uint64_t seed;
    int32_t dim[3];
    double pixel_mm[2];
    double scar_deg;   /* width of the patch; 0: none */
    double scar, haze; /* signal of scar and of all myocardium; blood is 400, the
                          darkest myocardium 40 */
};

static inline struct stand_in stand_in_default(uint64_t seed)
{
    return (struct stand_in){
        .seed = seed,
        .dim = {90, 84, 11},
        .pixel_mm = {1.3, 1.45},
        .scar_deg = 70,
        .scar = 360,
        .haze = 40,
    };
}

/* The ring shrinks towards the last slice; the first and the last hold no heart. */
static inline bool stand_in_stack(const struct stand_in *s, struct sim_stack *out,
                                  struct err *err)
{
    const double edge[3] = {s->pixel_mm[0], s->pixel_mm[1], 10};
    const struct grid g = grid_make(s->dim, edge);
    struct sim_stack t = {.slope = 0.5, .inter = -100.0};
    struct rng rng = rng_make(s->seed, 0, 99);

    if (!image_alloc(&g, &t.image, err) || !labels_alloc(&g, &t.truth, err)) {
        image_clear(&t.image);
        return false;
    }
    for (size_t v = 0; v < grid_voxels(&g); v++) {
        const size_t nx = (size_t)g.dim[0], plane = nx * (size_t)g.dim[1];
        const double x = edge[0] * ((double)(v % nx) - 0.5 * g.dim[0]);
        const double y = edge[1] * ((double)(v % plane / nx) - 0.45 * g.dim[1]);
        const double k = (double)(v / plane), last = g.dim[2] - 1;
        const double epi = k < 1 || k >= last ? 0 : 38 * sqrt(1 - pow(k / last, 2.5));
        const double r = hypot(x, y), depth = epi - r;
        const double turn = fabs(atan2(y, -x)) * 57.29578;
        uint8_t label = LABEL_BACKGROUND;
        double signal = 120;
        if (depth > 13) {
            label = LABEL_LV_BLOOD;
            signal = 400;
        } else if (depth > 0) {
            const bool scar = turn < 0.5 * s->scar_deg && depth > 2.5 && depth < 10.5 &&
                              k < 0.8 * last;
            label = scar ? LABEL_SCAR : LABEL_MYOCARDIUM;
            signal = scar ? s->scar : s->haze;
        }
        t.truth.vox[v] = label;
        const double stored = floor((signal + 18 * rng_normal(&rng) + 100) / 0.5 + 0.5);
        t.image.vox[v] = (float)(stored * 0.5 - 100);
        const double ml = label_in(label, LABELS_MYOCARDIUM) ? grid_voxel_ml(&g) : 0;
        t.true_myocardium_ml += ml;
        t.true_scar_ml += label == LABEL_SCAR ? ml : 0;
    }
    t.true_percent_lge =
        t.true_myocardium_ml > 0 ? 100 * t.true_scar_ml / t.true_myocardium_ml : 0;
    *out = t;
    return true;
}

static inline void stand_in_clear(struct sim_stack *t)
{
    image_clear(&t->image);
    labels_clear(&t->truth);
}

#endif
