/*
 * root.h - what lies above the mitral plane: atria, aortic root, outflow tracts,
 * valves.
 *
 * Why:    the first slices of a stack cut through these; without them a base is a
 *         disc of blood, and no reader would be in doubt about it.
 * Layer:  sim.
 * Thread: read-only once made.
 * Source: docs/simulator.md, section 2; sizes assumed.
 * Tests:  tests/unit/sim/heart.c
 */
#ifndef SIM_ROOT_H
#define SIM_ROOT_H

#include "sim/wall.h"

/* A round tube whose centre drifts with height. */
struct sim_tube {
    float at[2], drift[2]; /* centre at z = 0; change per mm of z */
    float half[2];         /* half axes */
    float wall;
};

struct sim_root {
    struct sim_tube aorta, left_atrium, right_atrium, outflow;
    float axis[2]; /* from the mitral orifice towards the aorta */
    float mitral_at[2], mitral_half[2], leaflet[2]; /* leaflet: end of each, z in mm */
    float valve_z, cusp_deg;                        /* aortic valve */
    float outflow_end; /* z where the right outflow tract opens */
};

void sim_root_draw(struct rng *r, const struct sim_wall *wall, struct sim_root *out);

/** Tissue at a point outside the left ventricle's wall and cavity; SIM_NONE where there
 *  is none of the root.  Aorta and left atrium only `above` the wall's edge: they do
 * not lie beside the ventricle. */
enum sim_tissue sim_root_at(const struct sim_root *root, const float p[AT_LEAST(3)],
                            bool above);

/** Is this point of the left ventricle's cavity in a leaflet of the mitral valve? */
bool sim_root_is_leaflet(const struct sim_root *root, const float p[AT_LEAST(3)]);

#endif
