#include "unet/validate.h"

#include "measure/dice.h"

/* A region, and the label without which a reading does not tell where it is. */
struct part {
    unsigned set;
    uint8_t drawn; /* enum label */
};

/* DSC of some regions of one patient; NaN where the reading has none, or was not of it.
 */
static bool dice_of(struct infer *infer, const struct dataset_item *item,
                    const struct part *part, double *dsc, int n, struct err *err)
{
    const float *prob = NULL;
    struct labels seen = {0};
    bool ok = infer_stack(infer, &item->fine, item->centre_mm, 1, &prob, NULL, err) &&
              labels_alloc(&item->labels.grid, &seen, err);
    if (ok)
        infer_to_labels(infer, prob, item->centre_mm, &(struct unet_decision){0},
                        &seen);
    for (int r = 0; ok && r < n; r++) {
        struct measure_dice d;
        ok = measure_dice(&item->labels, &seen, part[r].set, &d, err);
        if (ok)
            dsc[r] = d.truth > 0 && label_in(part[r].drawn, item->labelled)
                         ? d.dsc
                         : (double)NAN;
    }
    labels_clear(&seen);
    return ok;
}

bool validate_segment(struct infer *infer, const struct dataset *data,
                      struct nn_ranks *ranks, struct validation *out, struct err *err)
{
    static const struct part part[2] = {{LABELS_MYOCARDIUM, LABEL_MYOCARDIUM},
                                        {LABELS_SCAR, LABEL_SCAR}};
    const size_t step = (size_t)nn_ranks_count(ranks);
    double sum[4] = {0.0}; /* of each: DSC, patients */
    for (size_t i = (size_t)nn_ranks_index(ranks); i < data->items; i += step) {
        double dsc[2];
        if (!dice_of(infer, &data->item[i], part, dsc, 2, err))
            return false;
        for (size_t r = 0; r < 2; r++) {
            if (isnan(dsc[r]))
                continue;
            sum[2 * r] += dsc[r];
            sum[2 * r + 1] += 1.0;
        }
    }
    if (!nn_ranks_sum(ranks, sum, 4, err))
        return false;
    out->myocardium = sum[1] > 0.0 ? sum[0] / sum[1] : (double)NAN;
    out->scar = sum[3] > 0.0 ? sum[2] / sum[3] : (double)NAN;
    return true;
}

bool validate_locate(struct infer *infer, const struct dataset *data,
                     struct nn_ranks *ranks, struct validation *out, struct err *err)
{
    const size_t step = (size_t)nn_ranks_count(ranks);
    double sum = 0.0;
    for (size_t i = (size_t)nn_ranks_index(ranks); i < data->items; i += step) {
        const struct dataset_item *item = &data->item[i];
        struct infer_places places;
        if (!infer_locate(infer, &item->coarse, grid_edge_mm(&item->labels.grid, 2),
                          &places, err))
            return false;
        sum += hypot(places.centre_mm[0][0] - item->centre_mm[0],
                     places.centre_mm[0][1] - item->centre_mm[1]);
    }
    if (!nn_ranks_sum(ranks, &sum, 1, err))
        return false;
    out->centre_mm = data->items > 0 ? sum / (double)data->items : (double)NAN;
    return true;
}
