/*
 * threshold_clean.h - what a reader corrects by hand after a threshold, as rules.
 *
 * Layer:  measure; used by threshold*.c alone.  Small islands: geom/components.h.
 * Thread: pure functions.
 */
#ifndef MEASURE_THRESHOLD_CLEAN_H
#define MEASURE_THRESHOLD_CLEAN_H

#include "image/image.h"

/**
 * Blood that shines in: pieces of `set` that lie wholly in the border become `instead`.
 * A piece is of one slice, pixels joined by edges or corners.  A subendocardial scar
 * that reaches beyond the border stays whole.
 *
 * @param border  [voxels] not 0: within the border of the blood pool
 * Errors:  ERR_NOMEM; `labels` is unchanged then
 */
bool measure_threshold_drop_leakage(struct labels *labels, unsigned set,
                                    const uint8_t *border, uint8_t instead,
                                    struct err *err) ATTR_MUST_USE;

/**
 * No-reflow: a dark core that scar encloses becomes label 4.
 *
 * A core is a piece of label 2 in one slice (pixels joined by edges) that borders on
 * nothing but scar (3) and the blood pool (1), on scar with more than half of its
 * border, and that has fewer pixels than the scar of the slice.  The blood pool is
 * allowed since obstruction often reaches the endocardium.
 *
 * Errors:  ERR_NOMEM; `labels` is unchanged then
 */
bool measure_threshold_fill_no_reflow(struct labels *labels,
                                      struct err *err) ATTR_MUST_USE;

#endif
