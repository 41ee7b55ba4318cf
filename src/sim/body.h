/*
 * body.h - what surrounds the heart: chest wall, ribs, lung, liver, stomach, spleen.
 *
 * Layer:  sim.   Thread: read-only once made.
 * Source: docs/simulator.md, section 4; assumed.
 * Tests:  tests/unit/sim/body.c
 */
#ifndef SIM_BODY_H
#define SIM_BODY_H

#include "sim/patient.h"

struct sim_body;

/** Errors: ERR_NOMEM. */
bool sim_body_new(const struct sim_patient *patient, struct sim_body **out,
                  struct err *err) ATTR_MUST_USE;
void sim_body_free(struct sim_body *body);

/** Fill `tissue` of a plane (never SIM_NONE); the other maps may be NULL and are not
 *  touched.   Cost: about 80 ns a point. */
void sim_body_plane(const struct sim_body *body, const struct sim_plane *plane,
                    struct sim_matter *out);

#endif
