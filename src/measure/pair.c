#include "measure/pair.h"

bool measure_pair_check(const char *what, const struct labels *truth,
                        const struct labels *pred, unsigned set, struct err *err)
{
    if (!truth->vox || !pred->vox || set == 0)
        return ERR_FAIL(err, ERR_ARG, "%s: a label map or the set of labels is empty",
                        what);
    for (int a = 0; a < 3; a++)
        if (truth->grid.dim[a] != pred->grid.dim[a])
            return ERR_FAIL(err, ERR_ARG, "%s: axis %d has %d voxels here and %d there",
                            what, a, (int)truth->grid.dim[a], (int)pred->grid.dim[a]);
    return true;
}
