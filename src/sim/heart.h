/*
 * heart.h - the heart of a patient: walls, cavities, papillary muscles, fat, and scar.
 *
 * Layer:  sim.
 * Thread: read-only once made; any number of threads may cut planes.
 * Source: docs/simulator.md, sections 2 and 3.
 * Tests:  tests/unit/sim/heart.c
 *
 * The base: the wall begins at a plane tilted against the stack, lower where the
 * outflow tract leaves, so that a first slice shows an open C.  Label LABEL_LV_BLOOD
 * begins at the tilted plane; atria, aorta and right outflow tract above are
 * LABEL_BACKGROUND.
 */
#ifndef SIM_HEART_H
#define SIM_HEART_H

#include "sim/patient.h"

struct sim_heart;

/** Errors: ERR_NOMEM.   Cost: some 100 ms (tables over angle and z; the quantile of the
 *  scar field). */
bool sim_heart_new(const struct sim_patient *patient, struct sim_heart **out,
                   struct err *err) ATTR_MUST_USE;
void sim_heart_free(struct sim_heart *heart);

/** Fill the maps of a plane; points that are nothing of the heart, its fat or its
 *  vessels become SIM_NONE, LABEL_BACKGROUND.   Cost: about 50 ns a point in the wall.
 */
void sim_heart_plane(const struct sim_heart *heart, const struct sim_plane *plane,
                     struct sim_matter *out);

/** A ball that holds everything of the heart between two z: radius in mm round the long
 *  axis. */
double sim_heart_radius_mm(const struct sim_heart *heart);

/* What the surfaces say, by integration: for tests and covariates. */
struct sim_heart_facts {
    double mass_g, cavity_ml, max_wall_mm, scar_share;
    int32_t thick_segments; /* of 16, those with a wall of 15 mm or more somewhere */
    double segment_wall_mm[17]; /* maximal wall thickness, AHA segments 1..17 */
    double segment_scar[17];    /* scar share */
};
void sim_heart_facts(const struct sim_heart *heart, struct sim_heart_facts *out);

#endif
