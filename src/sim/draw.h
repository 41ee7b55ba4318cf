/*
 * draw.h - the distributions that patients are drawn from.
 *
 * Layer:  sim.   Thread: a stream belongs to one thread.
 * Source: gamma: Marsaglia, Tsang, ACM TOMS 2000;26:363, doi 10.1145/358407.358414.
 * Tests:  tests/unit/sim/draw.c
 */
#ifndef SIM_DRAW_H
#define SIM_DRAW_H

#include "base/rng.h"

/** `value`, held between `lo` and `hi`. */
double sim_draw_clip(double value, double lo, double hi);

/** Normal, not clipped. */
double sim_draw_normal(struct rng *r, double mean, double sd);

/** Normal, values beyond the limits put on them. */
double sim_draw_clipped(struct rng *r, double mean, double sd, double lo, double hi);

/** Log-normal: median and the standard deviation of the logarithm. */
double sim_draw_lognormal(struct rng *r, double median, double sigma);

/** Gamma, of any positive shape. */
double sim_draw_gamma(struct rng *r, double shape, double scale);

#endif
