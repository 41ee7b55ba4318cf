/*
 * scar.h - where the myocardium enhances, and how strongly.
 *
 * Way:    a score over wall coordinates: where scar tends to lie, plus noise that is
 *         streaked along the muscle fibres; the threshold above which the prescribed
 *         share of the wall lies is the border of the scar.
 * Layer:  sim.   Thread: read-only once made.
 * Source: docs/simulator.md, sections 3 and 8.  Helix angle of fibres: Streeter et al.,
 *         Circ Res 1969;24:339, doi 10.1161/01.RES.24.3.339.
 * Tests:  tests/unit/sim/scar.c
 */
#ifndef SIM_SCAR_H
#define SIM_SCAR_H

#include "sim/wall.h"

enum { SIM_SCAR_LEVELS = 256 };

struct sim_scar {
    enum sim_pattern pattern;
    int32_t heights;
    float (*node)[4]; /* owned; [heights][directions][depths] of score - threshold,
                         peak, diffuse, score of no-reflow - its threshold */
    float rise[SIM_SCAR_LEVELS + 1]; /* enhancement over score - threshold */
    bool no_reflow;
};

/* What a place in the wall is. */
struct sim_scar_point {
    uint8_t label; /* LABEL_MYOCARDIUM, LABEL_SCAR, LABEL_NO_REFLOW */
    float enhanced, diffuse;
};

/** Errors: ERR_NOMEM.   Cost: 40 ms with scar, 15 ms without; 4 MB. */
bool sim_scar_init(struct sim_scar *scar, const struct sim_patient *patient,
                   const struct sim_wall *wall, struct err *err) ATTR_MUST_USE;
void sim_scar_clear(struct sim_scar *scar);

/** A place in the wall: direction 0..360, height, depth 0 endocardium to 1 epicardium
 *  (held in that range). */
void sim_scar_at(const struct sim_scar *scar, float degrees, float z, float depth,
                 struct sim_scar_point *out);

#endif
