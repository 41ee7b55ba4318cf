/*
 * paint_shape.h - the left ventricle of a real stack, as a painter needs it: distances
 *                 to its borders, and the wall of each slice in polar coordinates.
 *
 * Why:    a heart is reshaped along rays from the middle of its cavity; the borders
 *         between classes are carried along as distances, so that they move by parts of
 *         a pixel with the image and not by whole ones.
 * Layer:  sim.
 * Thread: read-only once made.
 * Source: docs/painting.md.
 * Tests:  tests/unit/sim/paint_shape.c
 */
#ifndef SIM_PAINT_SHAPE_H
#define SIM_PAINT_SHAPE_H

#include "image/image.h"

enum { SIM_PAINT_RAYS = 360 }; /* ray k points to k degrees */

/* How the slices lie in the heart: see sim/matter.h. */
struct sim_paint_frame {
    double to_mm[2][2]; /* (columns, rows) -> (x lateral, y anterior), differences */
    bool apex_last;     /* the apex is at the end of the grid's third axis */
};

/* Regions that lie in one another; what is within none of them is background. */
enum sim_paint_region {
    SIM_PAINT_LV, /* wall and cavity */
    SIM_PAINT_CAVITY,
    SIM_PAINT_SCAR, /* no-reflow included */
    SIM_PAINT_NO_REFLOW,
    SIM_PAINT_RV,
    SIM_PAINT_REGIONS
};

struct sim_paint_slice {
    bool wall;                   /* there is one */
    double centre[2];            /* column, row: from where the rays start */
    float inner[SIM_PAINT_RAYS]; /* mm; smoothed along the wall */
    float outer[SIM_PAINT_RAYS]; /* mm; as the inner one where the wall is open */
};

/* All-zero is empty. */
struct sim_paint_shape {
    struct grid grid;
    struct sim_paint_frame frame;
    double to_px[2][2];               /* inverse of frame.to_mm */
    float *region[SIM_PAINT_REGIONS]; /* signed distances, mm; NULL where there is none;
                                         owned by region[SIM_PAINT_LV] */
    struct sim_paint_slice *slice;    /* owned; [dim[2]] */
    int32_t first, last;              /* slices with a wall, as they are stored */
    float slice_mm;                   /* between slice centres */
    float length_mm;  /* from the base to the apex of the epicardium, estimated */
    float wall_mm;    /* median thickness */
    float thinner_mm; /* median of the third of the slices next to the apex */
    float cavity_mm;  /* largest mean radius of a slice */
};

/**
 * @param labels  borrowed, slices along axis 2
 * Errors:  ERR_ARG (empty, axes that are parallel), ERR_FORMAT (no myocardium; no
 *          cavity; a wall too large to be one), ERR_NOMEM
 * Cost:    15 ms a million voxels
 */
bool sim_paint_shape_init(const struct labels *labels,
                          const struct sim_paint_frame *frame,
                          struct sim_paint_shape *out, struct err *err) ATTR_MUST_USE;
void sim_paint_shape_clear(struct sim_paint_shape *shape);

/** Label at a place between the pixels of slice `k` (held in it). */
uint8_t sim_paint_shape_label(const struct sim_paint_shape *s, int32_t k, double column,
                              double row);

/** Height of a slice's centre below the base, mm; fractions of a slice allowed. */
float sim_paint_shape_z(const struct sim_paint_shape *s, double slice);

/** Millimetres from a slice's centre (x, y), of a place among its pixels. */
static inline void sim_paint_shape_mm(const struct sim_paint_shape *s, int32_t k,
                                      const double px[AT_LEAST(2)],
                                      float mm[AT_LEAST(2)])
{
    const double(*m)[2] = s->frame.to_mm;
    const double di = px[0] - s->slice[k].centre[0], dj = px[1] - s->slice[k].centre[1];
    mm[0] = (float)(m[0][0] * di + m[0][1] * dj);
    mm[1] = (float)(m[1][0] * di + m[1][1] * dj);
}

/** The other way round: column and row. */
static inline void sim_paint_shape_px(const struct sim_paint_shape *s, int32_t k,
                                      const float mm[AT_LEAST(2)],
                                      double px[AT_LEAST(2)])
{
    const double *c = s->slice[k].centre, x = (double)mm[0], y = (double)mm[1];
    px[0] = c[0] + s->to_px[0][0] * x + s->to_px[0][1] * y;
    px[1] = c[1] + s->to_px[1][0] * x + s->to_px[1][1] * y;
}

/** A ring's value at `degrees` in [0, 360]: linear between rays. */
static inline float sim_paint_ring_at(const float ring[AT_LEAST(SIM_PAINT_RAYS)],
                                      float degrees)
{
    int32_t i = (int32_t)degrees;
    const float t = degrees - (float)i;
    i = i >= SIM_PAINT_RAYS ? i - SIM_PAINT_RAYS : i;
    const int32_t next = i + 1 == SIM_PAINT_RAYS ? 0 : i + 1;
    return ring[i] + t * (ring[next] - ring[i]);
}

/** Smooth a ring by a Gaussian of `sigma` degrees (at most 30), in place. */
void sim_paint_ring_smooth(float ring[AT_LEAST(SIM_PAINT_RAYS)], float sigma);

#endif
