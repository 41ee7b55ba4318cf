/*
 * dice.h - how far two label maps agree on a region.
 *
 * Why:    empty masks are scored differently in every other program; here the rule is
 *         one function, and the counts that it needs travel with the number.
 * Layer:  measure (may use base, image; see LAYERS).
 * Thread: pure functions, no globals; safe to call concurrently.
 */
#ifndef MEASURE_DICE_H
#define MEASURE_DICE_H

#include "image/image.h"

struct measure_dice {
    int64_t truth, pred, both; /* voxels of the region in each map, and in both */
    bool available;            /* false: the region is empty in both maps */
    double dsc;                /* in [0, 1]; NaN when not available */
    double dsc_empty_1;        /* the same, but 1 when the region is empty in both */
};

/**
 * Dice similarity coefficient of a set of labels, over the whole volume.
 *
 *   DSC = 2 |T and P| / (|T| + |P|)
 *
 * Both empty: not available (a true negative, to be counted by the caller); the variant
 * that EMIDEC's evaluation uses calls it 1.  One empty: 0.
 *
 * @param truth, pred  label maps of the same dimensions; borrowed.  Whether they lie at
 *                     the same place in space is the caller's question (grid_same)
 * @param set          bit mask of labels (LABELS_SCAR, LABEL_BIT(...)), not 0
 * @param[out] out     written only on success
 * Errors:  ERR_ARG    a map or the set is empty, or the dimensions differ
 * Cost:    one pass over both maps; no allocation
 * Source:  Dice, Ecology 26(3):297-302, 1945.
 * Tests:   tests/unit/measure/dice.c
 */
bool measure_dice(const struct labels *truth, const struct labels *pred, unsigned set,
                  struct measure_dice *out, struct err *err) ATTR_MUST_USE;

/** Intersection over union (Jaccard's index) from the same counts: |T and P| / |T or P|
 *  = DSC / (2 - DSC); NaN when the region is empty in both maps. */
double measure_dice_iou(const struct measure_dice *d);

#endif
