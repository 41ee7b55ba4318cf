#include "measure/dice.h"

#include <math.h>

#include "measure/pair.h"

bool measure_dice(const struct labels *truth, const struct labels *pred, unsigned set,
                  struct measure_dice *out, struct err *err)
{
    if (!measure_pair_check("DSC", truth, pred, set, err))
        return false;

    struct measure_dice d = {0};
    const size_t n = grid_voxels(&truth->grid);
    for (size_t i = 0; i < n; i++) {
        const bool t = label_in(truth->vox[i], set), p = label_in(pred->vox[i], set);
        d.truth += t;
        d.pred += p;
        d.both += t && p;
    }
    d.available = d.truth + d.pred > 0;
    d.dsc =
        d.available ? 2.0 * (double)d.both / (double)(d.truth + d.pred) : (double)NAN;
    d.dsc_empty_1 = d.available ? d.dsc : 1.0;
    *out = d;
    return true;
}

double measure_dice_iou(const struct measure_dice *d)
{
    const int64_t either = d->truth + d->pred - d->both;
    return either > 0 ? (double)d->both / (double)either : (double)NAN;
}
