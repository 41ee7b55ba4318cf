/*
 * wall.h - how thick the wall is, and the surfaces that follow, as tables.
 *
 * Way:    thickness field over angle and height -> calibrated to the prescribed maximum
 *         -> epicardium (long-axis profile) -> endocardium inside it -> right ventricle
 *         and fat outside it.  Any plane then costs a bilinear look-up a point.
 * Layer:  sim.   Thread: read-only once made.
 * Source: docs/simulator.md, section 2; infarcts, section 8.
 * Tests:  tests/unit/sim/wall.c
 */
#ifndef SIM_WALL_H
#define SIM_WALL_H

#include "sim/noise.h"
#include "sim/patient.h"

enum { SIM_WALL_TOP_MM = -44, SIM_WALL_MAX_ROWS = 192 };

/* All in mm from the long axis, or across. */
enum { SIM_WALL_FIELDS = 8 };
struct sim_wall_point {
    union {
        struct {
            float epi, endo; /* endo <= 0: no cavity */
            float rv;        /* width of the right ventricle's cavity */
            float hull;      /* epicardium and right ventricle with its wall */
            float fat, pad;  /* on the hull; around that */
            float fringe;    /* of trabeculae inside the endocardium */
            float thick;     /* the wall's, at a right angle to it */
        };
        float field[SIM_WALL_FIELDS]; /* the same, to be interpolated */
    };
};

struct sim_wall {
    int32_t rows;                     /* heights SIM_WALL_TOP_MM, + 1, ... */
    float length, radius;             /* of the LV's epicardium */
    float anterior_deg, inferior_deg; /* insertions of the right ventricle */
    float rv_wall, rv_end;            /* mm; share of the length */
    float bend[2];                    /* of the long axis, mm at the apex */
    float territory_deg, territory_width, territory_u, territory_height; /* infarct */
    struct sim_ring edge; /* height where the wall begins */
    float mitral[3];      /* plane where the cavity begins: z = [0] x + [1] y + [2] */
    float lowest_edge;    /* all round there is a wall below this height */
    struct sim_ring fat;  /* noise of the fat, for the pericardium */
    float reach[SIM_WALL_MAX_ROWS]; /* nothing of the heart beyond */
    struct sim_wall_point *point;   /* owned; [rows][SIM_RING] */
};

/** Errors: ERR_NOMEM.   Cost: 20 ms, 4 MB. */
bool sim_wall_init(struct sim_wall *wall, const struct sim_patient *patient,
                   struct err *err) ATTR_MUST_USE;
void sim_wall_clear(struct sim_wall *wall);

/** The surfaces in direction `degrees` (0..360) at height `z` (held in the table). */
void sim_wall_at(const struct sim_wall *wall, float degrees, float z,
                 struct sim_wall_point *out);

/** Height of the tilted mitral plane at (x, y): cavity below it, atrium above. */
static inline float sim_wall_mitral(const struct sim_wall *wall, float x, float y)
{
    return wall->mitral[0] * x + wall->mitral[1] * y + wall->mitral[2];
}

/** AHA segment 1..17 of a direction and height. */
int sim_wall_segment(const struct sim_wall *wall, float degrees, float z);

/** How much a place belongs to an infarct's territory, 0..1; `u` is z / length. */
float sim_wall_territory(const struct sim_wall *wall, float degrees, float u);

#endif
