/*
 * paint_warp.h - a smooth change of one slice by which its wall becomes thicker.
 *
 *   a point at radius r on a ray shows what was at f(r) on the same ray:
 *   f(0) = 0,  f(new inner) = inner,  f(new outer) = outer,  f(r) = r from `reach` on
 *
 * f is a monotone cubic spline (C1).  Since no point leaves its ray and f rises, the
 * map is invertible however the radii change from ray to ray; its Jacobian is f' f / r.
 * At the wall's borders f has a slope near 1, so that they stay as sharp as they are;
 * the wall is stretched in its middle.
 *
 * Layer:  sim.   Thread: read-only once made.
 * Source: Fritsch, Carlson, SIAM J Numer Anal 1980;17:238, doi 10.1137/0717021 (when a
 *         cubic is monotone).
 * Tests:  tests/unit/sim/paint_warp.c
 */
#ifndef SIM_PAINT_WARP_H
#define SIM_PAINT_WARP_H

#include "sim/paint_shape.h"

#define SIM_PAINT_MIN_JACOBIAN 0.05
#define SIM_PAINT_MIN_INNER 3.0f /* mm: a cavity is not closed further */

struct sim_paint_warp {
    bool moves;                                         /* false: the identity */
    float inner[SIM_PAINT_RAYS], outer[SIM_PAINT_RAYS]; /* new radii */
    float centre_slope;
};

/**
 * The map of a slice by which its wall grows.
 *
 * @param slice   the slice as it is; borrowed
 * @param growth  [SIM_PAINT_RAYS] mm that are added to the thickness, 0 or more
 * @param inward  share of the growth that goes into the cavity, 0..1.  What does not
 *                fit (the cavity keeps 0.35 of its radius, or SIM_PAINT_MIN_INNER) goes
 *                outwards
 * Errors:  ERR_ARG (a growth below 0 or not finite), ERR_NUMERIC (the map would fold or
 *          tear: a Jacobian below SIM_PAINT_MIN_JACOBIAN somewhere)
 */
bool sim_paint_warp_make(const struct sim_paint_slice *slice,
                         const float growth[AT_LEAST(SIM_PAINT_RAYS)], float inward,
                         struct sim_paint_warp *out, struct err *err) ATTR_MUST_USE;

/* Where a point is in the wall, and where it comes from. */
struct sim_paint_place {
    float from[2];  /* mm from the centre, before */
    float degrees;  /* 0..360 */
    float radius;   /* mm, after */
    float depth;    /* 0 endocardium .. 1 epicardium, beyond outside of the wall */
    float jacobian; /* area before over area after; below 1: stretched */
};

/** @param mm  x, y from the slice's centre, after the change */
void sim_paint_warp_at(const struct sim_paint_warp *warp,
                       const struct sim_paint_slice *slice, const float mm[AT_LEAST(2)],
                       struct sim_paint_place *out);

/** The smallest Jacobian of a slice's map, looked for ray by ray. */
float sim_paint_warp_min_jacobian(const struct sim_paint_warp *warp,
                                  const struct sim_paint_slice *slice);

#endif
