/*
 * plane.h - a slice as it is looked at: from the apex, in mm, turned as the AHA does.
 *
 * Why:    files store slices turned and mirrored; angles counted in pixels would put
 *         the septum on the other side.  Here every slice becomes the same picture.
 * Layer:  measure; private to it.
 * Thread: pure functions.
 * Tests:  tests/unit/measure/plane.c
 *
 * The plane has two axes at a right angle, in mm, anticlockwise when seen from the
 * apex: `x` is the direction to the patient's left, brought into the plane of the
 * slices (about the lateral wall, right in the usual display), `y` the one 90 degrees
 * on (about the anterior wall, up).  Slices that face the patient's left to 6 degrees
 * have no such direction; x then points to the patient's back.
 *
 * A header without orientation: the axes of the grid run along those of the body to a
 * degree, as converters write that lost the position; no heart lies like that.  From
 * which end of the stack it is seen then says nothing: x is to the patient's left, y
 * forward (or up, in slices that face forward), whatever the order of slices.  So a
 * picture that a program mirrored or turned, and wrote so in the header, is the picture
 * that it was, and what a viewer and our report show.  Where all three axes grow along
 * those of RAS, as a program writes that knows nothing, the picture as stored is taken
 * for the usual display: x along the columns (right), y against the rows (up).
 */
#ifndef MEASURE_PLANE_H
#define MEASURE_PLANE_H

#include "image/image.h"

struct measure_plane {
    double to_mm[2][2]; /* (columns, rows) -> (x, y), differences of both */
    double to_px[2][2]; /* the inverse */
    double axis[2][3];  /* x and y in the patient, unit vectors */
    bool oriented;      /* the header says how the slices lie in the patient */
};

/** Where the apex of most hearts points (left, forward, down), unit vector, RAS. */
extern const double measure_plane_apex[3];

/** Does the header say how the slices lie in the patient?  See above. */
bool measure_plane_oriented(const struct grid *grid);

/** @param apex_last  the apex is at the end of the grid's third axis */
void measure_plane_make(const struct grid *grid, bool apex_last,
                        struct measure_plane *out);

/** Millimetres from column and row offsets. */
static inline void measure_plane_mm(const struct measure_plane *p, double di, double dj,
                                    double mm[AT_LEAST(2)])
{
    mm[0] = p->to_mm[0][0] * di + p->to_mm[0][1] * dj;
    mm[1] = p->to_mm[1][0] * di + p->to_mm[1][1] * dj;
}

/** Column and row offsets from millimetres. */
static inline void measure_plane_px(const struct measure_plane *p,
                                    const double mm[AT_LEAST(2)],
                                    double px[AT_LEAST(2)])
{
    px[0] = p->to_px[0][0] * mm[0] + p->to_px[0][1] * mm[1];
    px[1] = p->to_px[1][0] * mm[0] + p->to_px[1][1] * mm[1];
}

/** Direction of a point, degrees in [0, 360). */
double measure_plane_angle(const double mm[AT_LEAST(2)]);

/** An angle brought into [0, 360). */
double measure_plane_wrap(double degrees);

#endif
