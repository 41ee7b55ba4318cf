#include "measure/plane.h"

#include <math.h>

#include "base/vector.h"

#define COS_ALONG 0.99984769515639127 /* of 1 degree */
#define SHORTEST 0.1 /* of the patient's left in the plane; 6 degrees */

const double measure_plane_apex[3] = {-0.666, 0.585, -0.464};

static double normalise(double v[static 3])
{
    const double length = sqrt(vector_dot(v, v));

    for (int k = 0; k < 3; k++)
        v[k] /= length;
    return length;
}

/* The step along an axis of the grid, in mm. */
static void step(const struct grid *grid, int axis, double out[static 3])
{
    for (int k = 0; k < 3; k++)
        out[k] = grid->to_mm[k][axis];
}

bool measure_plane_oriented(const struct grid *grid)
{
    for (int axis = 0; axis < 3; axis++) {
        double v[3];
        step(grid, axis, v);
        (void)normalise(v);
        if (fmax(fabs(v[0]), fmax(fabs(v[1]), fabs(v[2]))) < COS_ALONG)
            return true;
    }
    return false;
}

/* `direction` brought into the plane with this normal; false if little is left. */
static bool project(const double direction[static 3], const double normal[static 3],
                    double out[static 3])
{
    const double along = vector_dot(direction, normal);

    for (int k = 0; k < 3; k++)
        out[k] = direction[k] - along * normal[k];
    return normalise(out) > SHORTEST;
}

/* All axes grow along those of the body; the report turns its pictures by the same. */
static bool is_plain(const struct grid *grid)
{
    for (int k = 0; k < 3; k++)
        for (int axis = 0; axis < 3; axis++)
            if (k == axis ? !(grid->to_mm[k][axis] > 0.0) : grid->to_mm[k][axis] != 0.0)
                return false;
    return true;
}

/* To the patient's left, or back, in a plane with this normal. */
static void find_left(const double normal[static 3], struct measure_plane *p)
{
    if (!project((const double[3]){-1, 0, 0}, normal, p->axis[0]))
        (void)project((const double[3]){0, -1, 0}, normal, p->axis[0]);
}

/* Without orientation: by what the header says of the picture, not of its depth. */
static void find_picture(const struct grid *grid, const double i[static 3],
                         const double normal[static 3], struct measure_plane *p)
{
    if (is_plain(grid)) {
        /* x along the columns; y at a right angle, against the rows */
        for (int a = 0; a < 3; a++)
            p->axis[0][a] = i[a];
        (void)normalise(p->axis[0]);
        vector_cross(p->axis[0], normal, p->axis[1]);
        return;
    }
    find_left(normal, p);
    vector_cross(normal, p->axis[0], p->axis[1]);
    if (p->axis[1][1] + p->axis[1][2] < 0.0) /* down: back or to the feet */
        for (int a = 0; a < 3; a++)
            p->axis[1][a] = -p->axis[1][a];
}

static void find_axes(const struct grid *grid, bool apex_last, struct measure_plane *p)
{
    double i[3], j[3], k[3], normal[3];

    step(grid, 0, i);
    step(grid, 1, j);
    step(grid, 2, k);
    vector_cross(i, j, normal);
    (void)normalise(normal);
    if (!p->oriented) {
        find_picture(grid, i, normal, p);
        return;
    }
    if ((vector_dot(normal, k) > 0.0) != apex_last)
        for (int a = 0; a < 3; a++)
            normal[a] = -normal[a];
    find_left(normal, p);
    vector_cross(normal, p->axis[0], p->axis[1]);
}

void measure_plane_make(const struct grid *grid, bool apex_last,
                        struct measure_plane *out)
{
    struct measure_plane p = {.oriented = measure_plane_oriented(grid)};

    find_axes(grid, apex_last, &p);
    for (int a = 0; a < 2; a++) {
        double v[3];
        step(grid, a, v);
        p.to_mm[0][a] = vector_dot(p.axis[0], v);
        p.to_mm[1][a] = vector_dot(p.axis[1], v);
    }
    const double det = p.to_mm[0][0] * p.to_mm[1][1] - p.to_mm[0][1] * p.to_mm[1][0];
    p.to_px[0][0] = p.to_mm[1][1] / det;
    p.to_px[0][1] = -p.to_mm[0][1] / det;
    p.to_px[1][0] = -p.to_mm[1][0] / det;
    p.to_px[1][1] = p.to_mm[0][0] / det;
    *out = p;
}

double measure_plane_wrap(double degrees)
{
    const double turned = fmod(degrees, 360.0);
    const double positive = turned < 0.0 ? turned + 360.0 : turned;

    return positive < 360.0 ? positive : 0.0; /* -1e-20 + 360 is 360 */
}

double measure_plane_angle(const double mm[static 2])
{
    return measure_plane_wrap(atan2(mm[1], mm[0]) * (180.0 / M_PI));
}
