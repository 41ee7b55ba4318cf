#include "sim/frame.h"

#include <math.h>

void sim_frame_make(const struct sim_scan *scan, struct sim_frame *out)
{
    const double deg = M_PI / 180;
    const double a = scan->rotate_deg * deg;
    const double p = scan->tilt_deg[0] * deg, q = scan->tilt_deg[1] * deg;
    /* Turn in the plane (rows run towards -y), then about y, then about x. */
    const double flat[2][2] = {{cos(a), sin(a)}, {sin(a), -cos(a)}};
    double *axis[3] = {out->u, out->v, out->normal};
    for (int k = 0; k < 3; k++) {
        const double x = k < 2 ? flat[k][0] : 0, y = k < 2 ? flat[k][1] : 0;
        const double z = k < 2 ? 0 : 1;
        const double x1 = x * cos(p) + z * sin(p), z1 = z * cos(p) - x * sin(p);
        axis[k][0] = x1;
        axis[k][1] = y * cos(q) - z1 * sin(q);
        axis[k][2] = y * sin(q) + z1 * cos(q);
    }
    for (int k = 0; k < 3; k++)
        out->origin[k] = (k == 2 ? scan->middle_mm : 0) +
                         scan->centre_mm[0] * out->u[k] -
                         scan->centre_mm[1] * out->v[k];
}

double sim_frame_slice_mm(const struct sim_scan *scan, int32_t s)
{
    return scan->first_mm + s * (scan->thickness_mm + scan->gap_mm) - scan->middle_mm;
}

void sim_frame_point(const struct sim_frame *frame, double u, double v, double n,
                     double out[AT_LEAST(3)])
{
    for (int k = 0; k < 3; k++)
        out[k] =
            frame->origin[k] + u * frame->u[k] + v * frame->v[k] + n * frame->normal[k];
}

void sim_frame_source(const struct sim_scan *scan, const int32_t stored[AT_LEAST(3)],
                      int32_t out[AT_LEAST(3)])
{
    const int32_t c = scan->columns, r = scan->rows;
    const int32_t width = scan->turn % 2 ? r : c;
    const int32_t i = scan->mirror ? width - 1 - stored[0] : stored[0], j = stored[1];
    const int32_t turned[4][2] = {
        {i, j}, {j, r - 1 - i}, {c - 1 - i, r - 1 - j}, {c - 1 - j, i}};
    out[0] = turned[scan->turn & 3][0];
    out[1] = turned[scan->turn & 3][1];
    out[2] = scan->apex_first ? scan->slices - 1 - stored[2] : stored[2];
}

/* Patient coordinates of stored voxel (i, j, k). */
static void place(const struct sim_scan *scan, const struct sim_frame *frame,
                  const int32_t stored[3], double mm[3])
{
    int32_t from[3];
    double heart[3];
    sim_frame_source(scan, stored, from);
    sim_frame_point(frame, (from[0] - .5 * scan->columns) * scan->pixel_mm,
                    (from[1] - .5 * scan->rows) * scan->pixel_mm,
                    sim_frame_slice_mm(scan, from[2]), heart);
    for (int a = 0; a < 3; a++) {
        const double *row = scan->to_patient[a];
        mm[a] = row[0] * heart[0] + row[1] * heart[1] + row[2] * heart[2] + row[3];
    }
}

struct grid sim_frame_grid(const struct sim_scan *scan)
{
    struct sim_frame frame = {0};
    sim_frame_make(scan, &frame);
    const bool across = scan->turn % 2 != 0;
    struct grid grid = {.dim = {across ? scan->rows : scan->columns,
                                across ? scan->columns : scan->rows, scan->slices}};
    double zero[3];
    place(scan, &frame, (const int32_t[3]){0, 0, 0}, zero);
    for (int axis = 0; axis < 3; axis++) {
        int32_t one[3] = {0, 0, 0};
        double next[3];
        one[axis] = 1;
        place(scan, &frame, one, next);
        for (int a = 0; a < 3; a++)
            grid.to_mm[a][axis] = next[a] - zero[a];
    }
    for (int a = 0; a < 3; a++)
        grid.to_mm[a][3] = zero[a];
    return grid;
}
