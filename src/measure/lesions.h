/*
 * lesions.h - which scars are found, counted one by one.
 *
 * Why:    one large scar hides ten small ones in a Dice coefficient over all voxels.
 * Layer:  measure (may use base, image, geom; see LAYERS).
 * Thread: pure functions, no globals; safe to call concurrently.
 */
#ifndef MEASURE_LESIONS_H
#define MEASURE_LESIONS_H

#include "image/image.h"

#define MEASURE_LESION_IOU 0.1 /* usual `min_iou` */
#define MEASURE_LESION_ML                                                              \
    0.1 /* usual `min_ml`: some four voxels of 1.5 x 1.5 x 10 mm */

struct measure_lesions_rule {
    double min_ml;  /* smaller pieces are no lesions, in truth and in prediction */
    double min_iou; /* from which on two lesions are the same one, above 0 to 1 */
};

struct measure_lesions {
    size_t truth, pred; /* lesions */
    size_t tp;          /* pairs; missed: truth - tp, false: pred - tp */
    bool available;     /* false: no lesion in either map */
    double f1;          /* 2 tp / (truth + pred); NaN when not available */
    double sensitivity; /* tp / truth; NaN without lesions in truth */
    double precision;   /* tp / pred; NaN without lesions in the prediction */
};

/**
 * Count lesions: pieces of a set of labels whose voxels touch by face, edge or corner,
 * not smaller than the rule's volume.
 *
 * Lesions of truth and prediction are paired one to one, greedily, the pair with the
 * greatest IoU (voxels in both / voxels in either) first; of equals, the first in
 * memory.  Pairs below `min_iou` do not count.  So of a scar that is found in two
 * halves, one half is a pair and the other is false.
 *
 * @param truth, pred  label maps of the same dimensions; borrowed
 * @param set          bit mask of labels, not 0
 * @param[out] out     written only on success
 * Errors:  ERR_ARG (an empty map or set, other dimensions, a rule out of range),
 *     ERR_NOMEM, ERR_SUPPORT
 * Cost:    two labellings of the volume
 * Source:  Maier-Hein et al., Nat Methods 21:195-212, 2024, doi
 *          10.1038/s41592-023-02151-z (localization by mask IoU, greedy assignment,
 *          F1).
 * Tests:   tests/unit/measure/lesions.c
 */
bool measure_lesions(const struct labels *truth, const struct labels *pred,
                     unsigned set, const struct measure_lesions_rule *rule,
                     struct measure_lesions *out, struct err *err) ATTR_MUST_USE;

#endif
