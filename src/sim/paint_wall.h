/*
 * paint_wall.h - how thick the wall of a real heart becomes, and the wall that results.
 *
 * Layer:  sim.
 * Thread: pure functions.
 * Source: docs/simulator.md, sections 2 and 11; docs/painting.md.
 * Tests:  tests/unit/sim/paint_wall.c
 */
#ifndef SIM_PAINT_WALL_H
#define SIM_PAINT_WALL_H

#include "sim/paint_warp.h"
#include "sim/wall.h"

/**
 * Give a drawn patient the size and the plain wall of a real heart.
 *
 * Where the heart is thicker already than the patient's maximum, that maximum becomes
 * the heart's own wall.
 */
void sim_paint_wall_fit(const struct sim_paint_shape *shape,
                        struct sim_patient *patient);

/**
 * What is to be added to the wall of a slice so that it is as thick as `wall` says.
 *
 *   growth = soft maximum of 0 and (wall.thick - thickness), softened over 0.8 mm; none
 *            where the wall is open
 *
 * A wall is never made thinner.
 *
 * @param amount       0 none .. 1 all of it
 * @param[out] growth  [SIM_PAINT_RAYS] mm
 */
void sim_paint_wall_growth(const struct sim_paint_shape *shape, int32_t slice,
                           const struct sim_wall *wall, float amount,
                           float growth[AT_LEAST(SIM_PAINT_RAYS)]);

/**
 * Put the painted heart's surfaces into `wall` (its tables of epicardium, endocardium
 * and thickness), linear between slices, so that scar can be laid into it; above the
 * first and beyond the last slice there is none.
 *
 * @param warp  [shape->grid.dim[2]]
 */
void sim_paint_wall_replace(const struct sim_paint_shape *shape,
                            const struct sim_paint_warp *warp, struct sim_wall *wall);

#endif
