/*
 * threshold_json.h - the member "threshold" of results.json.
 *
 * Layer:  cli.
 * Thread: pure functions.
 *
 * A number that is not available is null:
 *
 *   threshold  method ("sd:5"),
 *              remote  source ("auto", "contours", or the file), mean, sd, max, voxels:
 *                      of the regions of all slices
 *              value   [of each slice, in the order of `slices` of results.json]; null:
 *                      no threshold, so no scar, or no myocardium; by region all are
 *                      null
 *              peak    fwhm:volume: the brightest hyperenhanced voxel
 *              slices  of each: index (from 1), remote {mean, sd, max, voxels} (null:
 * by that of all slices), peak (fwhm:slice) regions fwhm:region, of each: voxels,
 * remote_mean, peak, value mixture gmm: weight, mean, sd [dark, bright], iterations;
 * else null zones   rule, core_ml, grey_zone_ml, core_percent, grey_zone_percent (of
 *                      the myocardium); null if not asked
 *              options exclude_border_mm, fill_no_reflow, min_island_ml
 */
#ifndef CLI_THRESHOLD_JSON_H
#define CLI_THRESHOLD_JSON_H

#include <jansson.h>

#include "measure/threshold.h"

/** @param source  of the remote region
 *  @return a new reference (json_decref), or NULL with ERR_NOMEM */
json_t *threshold_json(const struct measure_threshold *t,
                       const struct measure_threshold_options *options,
                       const char *source, double myocardium_ml,
                       struct err *err) ATTR_MUST_USE;

#endif
