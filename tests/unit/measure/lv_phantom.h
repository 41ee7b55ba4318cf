/*
 * lv_phantom.h - a left ventricle of circles and sectors in a patient, for tests.
 *
 * The heart's frame: x to the lateral wall, y to the anterior, z from the base (0) to
 * the apex, mm; angles anticlockwise from x, seen from the apex (septum at 180).  It
 * lies in the patient as hearts do, so the header has an orientation.  A stack of it
 * may be stored in any order, turned and mirrored, with pixels that are not square.
 */
#ifndef LV_PHANTOM_H
#define LV_PHANTOM_H

#include "testing.h"

#include "image/image.h"

/* Scar: a sector at some depth of the wall (0 endocardium, 1 epicardium) between two
 * heights. */
struct lv_scar {
    double from_deg, to_deg, from_depth, to_depth, from_mm, to_mm;
};

struct lv_phantom {
    double inner_mm, outer_mm; /* radii at the base */
    double taper;              /* mm of radius lost a mm towards the apex, both radii */
    double cavity_end_mm, end_mm; /* z where the cavity ends, where the wall ends */
    double shift_mm[2];           /* of the cavity's centre */
    struct lv_scar scar[2];
    double rv_from_deg,
        rv_to_deg;    /* RV blood beside the wall, 10 mm deep; equal: none */
    double rv_end_mm; /* z where the RV ends */
    double open_from_deg, open_to_deg, open_end_mm; /* no wall there above this z */
};

/* How it is stored. */
struct lv_storage {
    double edge_mm[3]; /* along columns, rows, slices before they are moved */
    double turn_deg;   /* of the grid in the plane */
    bool swap, mirror[3];
    int32_t pixels, slices;
};

/* Heart frame -> patient (RAS): columns are x, y, z. */
static inline void lv_directions(double out[3][3])
{
    const double z[3] = {-.66, .58, -.46};
    double y[3] = {.05, .30, .95}, along = 0, length = 0, z_length = 0;
    for (int a = 0; a < 3; a++) {
        z_length += z[a] * z[a];
        along += y[a] * z[a];
    }
    for (int a = 0; a < 3; a++) {
        y[a] -= along * z[a] / z_length;
        length += y[a] * y[a];
    }
    for (int a = 0; a < 3; a++) {
        out[a][1] = y[a] / sqrt(length);
        out[a][2] = z[a] / sqrt(z_length);
    }
    for (int a = 0; a < 3; a++) {
        const int b = (a + 1) % 3, c = (a + 2) % 3;
        out[a][0] = out[b][1] * out[c][2] - out[c][1] * out[b][2];
    }
}

/* The angle in measure/segments.h of an angle of the heart's frame: that one counts
 * from the patient's left. */
static inline double lv_angle(double heart_deg)
{
    double d[3][3];
    lv_directions(d);
    const double left = atan2(-d[0][1], -d[0][0]) * 180 / M_PI;
    return fmod(heart_deg - left + 720, 360);
}

static inline bool lv_between(double degrees, double from, double to)
{
    const double width = to - from, at = fmod(degrees - from + 720, 360);
    return width > 0 && at < width;
}

static inline uint8_t lv_label(const struct lv_phantom *p, double x, double y, double z)
{
    const double lost = p->taper * z, outer = p->outer_mm - lost;
    const double inner = z < p->cavity_end_mm ? p->inner_mm - lost : 0;
    const double cx = x - p->shift_mm[0], cy = y - p->shift_mm[1];
    if (z < 0 || z >= p->end_mm || fabs(x) > outer + 10 || fabs(y) > outer + 10)
        return LABEL_BACKGROUND;
    if (hypot(cx, cy) < inner)
        return LABEL_LV_BLOOD;
    const double r = hypot(x, y), deg = atan2(y, x) * 180 / M_PI;
    if (r < outer) {
        if (z < p->open_end_mm && lv_between(deg, p->open_from_deg, p->open_to_deg))
            return LABEL_BACKGROUND;
        const double depth = (r - inner) / (outer - inner);
        for (int s = 0; s < 2; s++)
            if (lv_between(deg, p->scar[s].from_deg, p->scar[s].to_deg) &&
                depth >= p->scar[s].from_depth && depth < p->scar[s].to_depth &&
                z >= p->scar[s].from_mm && z < p->scar[s].to_mm)
                return LABEL_SCAR;
        return LABEL_MYOCARDIUM;
    }
    if (z < p->rv_end_mm && r < outer + 10 &&
        lv_between(deg, p->rv_from_deg, p->rv_to_deg))
        return LABEL_RV_BLOOD;
    return LABEL_BACKGROUND;
}

/* The grid of a stack whose slice s, from the base, lies at z = (s + 1/2) edge_mm[2].
 */
static inline struct grid lv_grid(const struct lv_storage *st)
{
    const double c = cos(st->turn_deg * M_PI / 180), s = sin(st->turn_deg * M_PI / 180);
    /* columns and rows in the heart's frame: a picture is stored from its upper left */
    double step[3][3] = {{c, s, 0}, {s, -c, 0}, {0, 0, 1}}, d[3][3];
    double first[3] = {0, 0, .5 * st->edge_mm[2]};
    int32_t dim[3] = {st->pixels, st->pixels - 6, st->slices};
    struct grid g = {0};
    lv_directions(d);
    for (int a = 0; a < 3; a++)
        for (int k = 0; k < 3; k++) {
            step[a][k] *= st->edge_mm[a];
            first[k] -= a < 2 ? .5 * (dim[a] - 1) * step[a][k] : 0;
        }
    for (int a = 0; a < 3; a++)
        for (int k = 0; st->mirror[a] && k < 3; k++) {
            first[k] += (dim[a] - 1) * step[a][k];
            step[a][k] = -step[a][k];
        }
    for (int a = 0; a < 3; a++) {
        const int from = st->swap && a < 2 ? 1 - a : a;
        g.dim[a] = dim[from];
        for (int row = 0; row < 3; row++)
            for (int k = 0; k < 3; k++) {
                g.to_mm[row][a] += d[row][k] * step[from][k];
                g.to_mm[row][3] += a == 0 ? d[row][k] * first[k] : 0;
            }
    }
    return g;
}

static inline struct labels lv_make(const struct lv_phantom *p,
                                    const struct lv_storage *st)
{
    const struct grid g = lv_grid(st);
    struct labels l = {0};
    struct err err = {0};
    double d[3][3];
    lv_directions(d);
    assert_ok(labels_alloc(&g, &l, &err), err);
    double first[3] = {0, 0, 0}, step[3][3] = {{0}}; /* in the heart's frame */
    for (int a = 0; a < 3; a++)
        for (int row = 0; row < 3; row++) {
            first[a] += d[row][a] * g.to_mm[row][3];
            for (int axis = 0; axis < 3; axis++)
                step[a][axis] += d[row][a] * g.to_mm[row][axis];
        }
    uint8_t *vox = l.vox;
    for (int32_t k = 0; k < g.dim[2]; k++)
        for (int32_t j = 0; j < g.dim[1]; j++)
            for (int32_t i = 0; i < g.dim[0]; i++) {
                double h[3];
                for (int a = 0; a < 3; a++)
                    h[a] = first[a] + i * step[a][0] + j * step[a][1] + k * step[a][2];
                *vox++ = lv_label(p, h[0], h[1], h[2]);
            }
    return l;
}

/* Pixels fine enough for 1 per cent; coarser where everything is slow. */
static inline struct lv_storage lv_fine(void)
{
    const bool slow = testing_slow_machine();
    return (struct lv_storage){.edge_mm = {slow ? .8 : .4, slow ? .7 : .33, 8},
                               .pixels = slow ? 110 : 210,
                               .slices = 9};
}

/* 8 slices of ring (basal 3, mid 2, apical 3), one of cap. */
static inline struct lv_phantom lv_cylinder(void)
{
    return (struct lv_phantom){.inner_mm = 18,
                               .outer_mm = 28,
                               .taper = .05,
                               .cavity_end_mm = 64,
                               .end_mm = 72};
}

#endif
