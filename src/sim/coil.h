/*
 * coil.h - how unevenly the coils see the chest, and other smooth fields.
 *
 *   b = sum over six loops of 1 / (1 + (r / r0)^2)^1.5, 1 on average over the LV
 *
 * Layer:  sim; private to the scanner.   Thread: pure functions.
 * Source: docs/simulator.md, section 7 (4); assumed.
 */
#ifndef SIM_COIL_H
#define SIM_COIL_H

#include "base/rng.h"
#include "sim/frame.h"

enum { SIM_COIL_WAVES = 6 };

/* A smooth random field, mean 0, sd 1: a sum of plane waves. */
struct sim_coil_waves {
    double k[SIM_COIL_WAVES][2], phase[SIM_COIL_WAVES]; /* radians per mm */
};
struct sim_coil_waves sim_coil_waves_draw(double length_mm, struct rng *r);
double sim_coil_waves_at(const struct sim_coil_waves *waves, double u, double v);

/** b * exp(bias * waves) on a grid whose sample (columns / 2, rows / 2) is the centre
 *  of the field of view.  Computed on every fourth sample and interpolated.
 *  @param edge_mm  columns, rows
 *  @param out      [rows][columns] */
void sim_coil_field(const struct sim_scan *scan, const struct sim_coil_waves *bias,
                    const int32_t dim[AT_LEAST(2)], const double edge_mm[AT_LEAST(2)],
                    float *out);

#endif
