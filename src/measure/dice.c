#include "measure/dice.h"

#include <math.h>

bool measure_dice(const struct labels *truth, const struct labels *pred, unsigned set,
                  struct measure_dice *out, struct err *err)
{
    if (!truth->vox || !pred->vox || set == 0)
        return ERR_FAIL(err, ERR_ARG, "DSC: a label map or the set of labels is empty");
    for (int a = 0; a < 3; a++)
        if (truth->grid.dim[a] != pred->grid.dim[a])
            return ERR_FAIL(err, ERR_ARG,
                            "DSC: axis %d has %d voxels here and %d there", a,
                            (int)truth->grid.dim[a], (int)pred->grid.dim[a]);

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
