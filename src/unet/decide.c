#include "unet/decide.h"

#include <math.h>

#include "geom/components.h"

/* Myocardium from which on a stack counts as a whole left ventricle, mL: a usual
 * adult's. */
static const double WHOLE_ML = 100.0;

/* The least part of a scar that no-reflow is. */
static const double NO_REFLOW_SHARE = 0.05;

/* Regions that a voxel can lie in, by label. */
enum region { OUTSIDE, LV_BLOOD, WALL, RV_BLOOD, REGIONS };

static enum region region_of(uint8_t label)
{
    switch (label) {
    case LABEL_LV_BLOOD:
        return LV_BLOOD;
    case LABEL_MYOCARDIUM:
    case LABEL_SCAR:
    case LABEL_NO_REFLOW:
        return WALL;
    case LABEL_RV_BLOOD:
        return RV_BLOOD;
    default:
        return OUTSIDE;
    }
}

static uint8_t most_probable(const uint8_t *label_of, const float *p, int classes)
{
    int best = 0;
    for (int k = 1; k < classes; k++)
        best = p[k] > p[best] ? k : best;
    return label_of[best];
}

uint8_t decide_label(const struct unet_decision *d,
                     const uint8_t label_of[static UNET_MAX_CLASSES], const float *p,
                     int classes)
{
    float region[REGIONS] = {0}, of[LABEL_COUNT] = {0};
    static const uint8_t plain[REGIONS] = {LABEL_BACKGROUND, LABEL_LV_BLOOD,
                                           LABEL_MYOCARDIUM, LABEL_RV_BLOOD};
    int best = OUTSIDE;
    if (!d->by_region)
        return most_probable(label_of, p, classes);
    for (int k = 0; k < classes; k++) {
        region[region_of(label_of[k])] += p[k];
        of[label_of[k]] += p[k];
    }
    for (int r = 1; r < REGIONS; r++)
        best = region[r] > region[best] ? r : best;
    const float scar = of[LABEL_SCAR] + of[LABEL_NO_REFLOW];
    if (best != WALL || !((float)d->scar_odds * scar > of[LABEL_MYOCARDIUM]))
        return plain[best];
    return of[LABEL_NO_REFLOW] > of[LABEL_SCAR] ? LABEL_NO_REFLOW : LABEL_SCAR;
}

double decide_smallest_ml(const struct unet_decision *d, double wall_ml)
{
    return d->smallest_ml * fmin(1.0, wall_ml / WHOLE_ML);
}

static void relabel(struct labels *l, unsigned set, uint8_t to)
{
    const size_t n = grid_voxels(&l->grid);
    for (size_t i = 0; i < n; i++)
        if (label_in(l->vox[i], set))
            l->vox[i] = to;
}

bool decide_clean(const struct unet_decision *d, struct labels *labels, struct err *err)
{
    if (!d->by_region)
        return true;
    if (d->island_ml > 0.0 &&
        !geom_drop_islands(labels, LABELS_SCAR, GEOM_TOUCH_26,
                           geom_voxels_of_ml(&labels->grid, d->island_ml),
                           LABEL_MYOCARDIUM, err))
        return false;
    const size_t n = grid_voxels(&labels->grid);
    size_t scar = 0, wall = 0, no_reflow = 0;
    for (size_t i = 0; i < n; i++) {
        no_reflow += labels->vox[i] == LABEL_NO_REFLOW;
        scar += label_in(labels->vox[i], LABELS_SCAR);
        wall += label_in(labels->vox[i], LABELS_MYOCARDIUM);
    }
    const double least =
        decide_smallest_ml(d, (double)wall * grid_voxel_ml(&labels->grid));
    if (scar < geom_voxels_of_ml(&labels->grid, least))
        relabel(labels, LABELS_SCAR, LABEL_MYOCARDIUM);
    else if ((double)no_reflow < NO_REFLOW_SHARE * (double)scar)
        relabel(labels, LABEL_BIT(LABEL_NO_REFLOW), LABEL_SCAR);
    return true;
}
