#include "measure/chords.h"

#include <math.h>

enum {
    SAMPLES = 64,  /* along a chord */
    STEPS = 16,    /* from the middle line to the wall's end, at first */
    HALVINGS = 14, /* then */
    SIDE = 4,      /* points along a pixel's edge, for the depth of scar */
};

/* A point of the middle line. */
static void middle(const struct measure_ring *ring, int k, double mm[static 2])
{
    const double r = 0.5 * (ring->inner[k] + ring->outer[k]);
    const double angle = k * (2.0 * M_PI / MEASURE_RAYS);

    mm[0] = r * cos(angle);
    mm[1] = r * sin(angle);
}

/* The middle line as far as there is one: lengths of its pieces from ray k to k + 1. */
struct line {
    double point[MEASURE_RAYS][2], piece[MEASURE_RAYS], length;
};

static void make_line(const struct measure_ring *ring, struct line *line)
{
    line->length = 0;
    for (int k = 0; k < MEASURE_RAYS; k++)
        middle(ring, k, line->point[k]);
    for (int k = 0; k < MEASURE_RAYS; k++) {
        const int next = (k + 1) % MEASURE_RAYS;
        const bool is = ring->wall[k] && ring->wall[next];
        line->piece[k] = is ? hypot(line->point[next][0] - line->point[k][0],
                                    line->point[next][1] - line->point[k][1])
                            : 0.0;
        line->length += line->piece[k];
    }
}

/* Direction outwards, at a right angle to the line from ray k to the next. */
static void outwards(const struct line *line, int k, double n[static 2])
{
    const double *a = line->point[k], *b = line->point[(k + 1) % MEASURE_RAYS];
    const double tx = b[0] - a[0], ty = b[1] - a[1];
    const double length = hypot(tx, ty); /* rays turn anticlockwise, and so does it */

    n[0] = ty / length;
    n[1] = -tx / length;
}

/* Where in the wall is a point: 0 at its inner end, 1 at its outer; false off it. */
static bool depth_of(const struct measure_ring *ring, const double mm[static 2],
                     double *depth)
{
    double inner, outer;

    if (!measure_ring_at(ring, measure_plane_angle(mm), &inner, &outer) ||
        !(outer > inner))
        return false;
    *depth = (hypot(mm[0], mm[1]) - inner) / (outer - inner);
    return true;
}

/* Walk from the middle line along `n` (times `sign`) to the wall's end. */
static bool walk(const struct measure_ring *ring, const double from[static 2],
                 const double n[static 2], double sign, double most_mm,
                 double *length_mm)
{
    double lo = 0, hi = 0, depth;

    for (int k = 1;; k++) {
        if (k > STEPS)
            return false;
        hi = most_mm * k / STEPS;
        const double at[2] = {from[0] + sign * hi * n[0], from[1] + sign * hi * n[1]};
        if (!depth_of(ring, at, &depth))
            return false;
        if (sign > 0 ? depth >= 1.0 : depth <= 0.0)
            break;
        lo = hi;
    }
    for (int k = 0; k < HALVINGS; k++) {
        const double half = 0.5 * (lo + hi);
        const double at[2] = {from[0] + sign * half * n[0],
                              from[1] + sign * half * n[1]};
        if (!depth_of(ring, at, &depth))
            return false;
        if (sign > 0 ? depth >= 1.0 : depth <= 0.0)
            hi = half;
        else
            lo = half;
    }
    *length_mm = 0.5 * (lo + hi);
    return true;
}

/* A slice's labels by place. */
struct slice {
    const uint8_t *vox;
    const int32_t *dim;
    const struct measure_plane *plane;
    const double *centre;
};

static uint8_t label_at(const struct slice *s, const double mm[static 2])
{
    double px[2];

    measure_plane_px(s->plane, mm, px);
    const double x = floor(px[0] + s->centre[0] + 0.5);
    const double y = floor(px[1] + s->centre[1] + 0.5);
    if (!(x >= 0 && y >= 0 && x < s->dim[0] && y < s->dim[1]))
        return LABEL_BACKGROUND;
    return s->vox[(size_t)y * (size_t)s->dim[0] + (size_t)x];
}

static struct slice slice_of(const struct labels *labels, int32_t k,
                             const struct measure_plane *plane,
                             const struct measure_ring *ring)
{
    return (struct slice){labels->vox + grid_index(&labels->grid, 0, 0, k),
                          labels->grid.dim, plane, ring->centre_px};
}

static double scarred(const struct slice *s, const double from[static 2],
                      const double to[static 2])
{
    int wall = 0, scar = 0;

    for (int k = 0; k < SAMPLES; k++) {
        const double t = (k + 0.5) / SAMPLES;
        const double at[2] = {from[0] + t * (to[0] - from[0]),
                              from[1] + t * (to[1] - from[1])};
        const uint8_t label = label_at(s, at);
        wall += label_in(label, LABELS_MYOCARDIUM);
        scar += label_in(label, LABELS_SCAR);
    }
    return wall > 0 ? (double)scar / wall : 0.0;
}

/* The chord that starts between rays k and k + 1. */
static bool cut(const struct slice *s, const struct measure_ring *ring,
                const struct line *line, int k, double t, struct measure_chord *out)
{
    const int next = (k + 1) % MEASURE_RAYS;
    const double *a = line->point[k], *b = line->point[next];
    const double from[2] = {a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])};
    const double radial =
        fmax(ring->outer[k] - ring->inner[k], ring->outer[next] - ring->inner[next]);
    double n[2], in, out_mm;

    outwards(line, k, n);
    if (!walk(ring, from, n, 1, radial, &out_mm) ||
        !walk(ring, from, n, -1, radial, &in))
        return false;
    const double inner[2] = {from[0] - in * n[0], from[1] - in * n[1]};
    const double outer[2] = {from[0] + out_mm * n[0], from[1] + out_mm * n[1]};
    out->thickness_mm = in + out_mm;
    out->middle_mm[0] = 0.5 * (inner[0] + outer[0]);
    out->middle_mm[1] = 0.5 * (inner[1] + outer[1]);
    out->scarred = scarred(s, inner, outer);
    return true;
}

int measure_chords_cut(const struct labels *labels, int32_t slice,
                       const struct measure_plane *plane,
                       const struct measure_ring *ring,
                       struct measure_chord chord[static MEASURE_CHORDS])
{
    const struct slice s = slice_of(labels, slice, plane, ring);
    struct line line;
    int n = 0, k = 0;
    double done = 0; /* length of the pieces before k */

    make_line(ring, &line);
    if (!(line.length > 0.0))
        return 0;
    for (int c = 0; c < MEASURE_CHORDS; c++) {
        const double at = (c + 0.5) * line.length / MEASURE_CHORDS;
        while (k < MEASURE_RAYS - 1 && done + line.piece[k] < at)
            done += line.piece[k++];
        if (line.piece[k] > 0.0 &&
            cut(&s, ring, &line, k, fmin((at - done) / line.piece[k], 1.0), &chord[n]))
            n++;
    }
    return n;
}

/* One pixel of scar, whose centre lies at `mm`. */
static void add_pixel(const struct measure_plane *plane,
                      const struct measure_ring *ring, const double mm[static 2],
                      double third[static 3])
{
    for (int p = 0; p < SIDE; p++)
        for (int q = 0; q < SIDE; q++) {
            double d[2], depth;
            measure_plane_mm(plane, (p + 0.5) / SIDE - 0.5, (q + 0.5) / SIDE - 0.5, d);
            if (!depth_of(ring, (const double[2]){mm[0] + d[0], mm[1] + d[1]}, &depth))
                continue;
            third[depth < 1.0 / 3.0   ? 0
                  : depth < 2.0 / 3.0 ? 1
                                      : 2] += 1.0 / (SIDE * SIDE);
        }
}

void measure_chords_depth(const struct labels *labels, int32_t slice,
                          const struct measure_plane *plane,
                          const struct measure_ring *ring, double third[static 3])
{
    const struct slice s = slice_of(labels, slice, plane, ring);

    for (int32_t j = 0; j < s.dim[1]; j++)
        for (int32_t i = 0; i < s.dim[0]; i++) {
            double mm[2];
            if (!label_in(s.vox[(size_t)j * (size_t)s.dim[0] + (size_t)i], LABELS_SCAR))
                continue;
            measure_plane_mm(plane, i - s.centre[0], j - s.centre[1], mm);
            add_pixel(plane, ring, mm, third);
        }
}
