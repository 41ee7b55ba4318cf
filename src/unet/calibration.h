/*
 * calibration.h - what was learned of a model's doubt, as text in the model's file.
 *
 * Why:    the weights and what their signs of doubt are worth belong together: a
 *         calibration of other weights is wrong.  It is one entry of the metadata, so
 *         it can be read by anyone and be left out by programs that do not know it.
 * Layer:  unet.
 * Thread: pure functions.
 *
 *   {"format": 1, "patients": 100,
 *    "error": {SIGN: number, ...}, "bound": number, "large": {"offset", "slope"},
 *    "doubt": {SIGN: number, ...}, "doubt_limit": number,
 *    "usual": {SIGN: number, ...}, "fences": {FENCE: number, ...},
 *    "look": null or {"usual": {CUE: number}, "limit": number, "reject": number,
 *                     "kinds": [{CUE: number, ..., "offset": number}, ...]}}
 *
 * with the names of measure/signs.h; what is meant stands in measure/confidence.h.
 */
#ifndef UNET_CALIBRATION_H
#define UNET_CALIBRATION_H

#include "measure/confidence.h"

#define CALIBRATION_KEY "cicatrix.calibration"
enum { CALIBRATION_MOST_BYTES = 65536 };

/** Deterministic JSON text, owned by the caller (mem_free).  @return NULL with
 *  ERR_NOMEM */
char *calibration_to_json(const struct measure_confidence *confidence,
                          struct err *err) ATTR_MUST_USE;

/**
 * And back, every number checked: finite, and coefficients, bound and limit 0 or more.
 *
 * @param[out] out  written only on success
 * Errors:  ERR_FORMAT (missing or wrong field, by name), ERR_SUPPORT (a newer format)
 * Tests:   tests/unit/unet/calibration.c
 */
bool calibration_from_json(const char *text, struct measure_confidence *out,
                           struct err *err) ATTR_MUST_USE;

#endif
