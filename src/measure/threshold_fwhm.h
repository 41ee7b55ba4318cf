/*
 * threshold_fwhm.h - half maximum region by region.  Definitions: measure/threshold.h.
 *
 * Layer:  measure; used by threshold*.c alone.
 * Thread: pure functions.
 */
#ifndef MEASURE_THRESHOLD_FWHM_H
#define MEASURE_THRESHOLD_FWHM_H

#include "measure/threshold.h"
#include "measure/threshold_wall.h"

/**
 * Mark scar by fwhm:region and describe the regions, in the order of the stack.
 *
 * @param[out] scar    [voxels], 1 where scar, else 0
 * @param[out] region  owned by the caller (mem_free); [*regions]; NULL if there are
 *                     none
 * Errors:  ERR_NOMEM
 */
bool measure_threshold_fwhm_regions(const struct measure_threshold_wall *w,
                                    uint8_t *scar,
                                    struct measure_threshold_region **region,
                                    size_t *regions, struct err *err) ATTR_MUST_USE;

#endif
