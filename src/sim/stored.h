/*
 * stored.h - what a vendor's reconstruction writes: numbers of a scheme, on a grid.
 *
 * Layer:  sim; private to the scanner.   Thread: pure functions.
 * Source: docs/simulator.md, section 7 (7); assumed.
 * Tests:  tests/unit/sim/stored.c
 */
#ifndef SIM_STORED_H
#define SIM_STORED_H

#include "base/rng.h"
#include "sim/frame.h"

/** Turn a volume of the scanner (base to apex, untilted, zero is no signal) into
 * values: gamma, gain, scheme, 8 bit, all as `scan` says.
 *
 *    value = stored * slope + inter,  stored whole in int16
 *
 * @param vox  n values; changed in place */
void sim_stored_values(const struct sim_scan *scan, struct rng *r, float *vox, size_t n,
                       double *slope, double *inter);

/** Value of a pixel that was never imaged: stored 0. */
float sim_stored_blank(double inter);

/** The value below which `share` of the numbers lie, to a 4096th of their range. */
double sim_stored_percentile(const float *vox, size_t n, double share);

/** Move the scanner's volume to the stored order, image and bytes alike. */
void sim_stored_order_image(const struct sim_scan *scan, const float *from,
                            const struct grid *grid, float *to);
void sim_stored_order_bytes(const struct sim_scan *scan, const uint8_t *from,
                            const struct grid *grid, uint8_t *to);

#endif
