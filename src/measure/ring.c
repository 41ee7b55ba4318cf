#include "measure/ring.h"

#include <math.h>

#define STEP_PX 0.5        /* along a ray */
#define SMOOTH_PX 1.0      /* sd along the wall: this, */
#define SMOOTH_MM 1.5      /* or this, if it is more */
#define SMOOTH_REACH 3.0   /* sd */
enum { MAX_STEPS = 4096 }; /* of a ray, however long pixels are */
enum { MAX_REACH = 45 };   /* rays to each side */

/* What the rays of a slice share. */
struct slice {
    const struct labels *labels;
    const uint8_t *vox;
    const struct measure_plane *plane;
    double centre[2], pixel_mm, reach_mm;
};

static int wall_at(const struct slice *s, int32_t i, int32_t j)
{
    const int32_t *dim = s->labels->grid.dim;

    if (i < 0 || j < 0 || i >= dim[0] || j >= dim[1])
        return 0;
    return label_in(s->vox[(size_t)j * (size_t)dim[0] + (size_t)i], LABELS_MYOCARDIUM);
}

/* Share of wall at a point, bilinear. */
static double sample(const struct slice *s, const double mm[static 2])
{
    double px[2];

    measure_plane_px(s->plane, mm, px);
    const double x = px[0] + s->centre[0], y = px[1] + s->centre[1];
    const int32_t i = (int32_t)x - (x < (int32_t)x), j = (int32_t)y - (y < (int32_t)y);
    const int wall[4] = {wall_at(s, i, j), wall_at(s, i + 1, j), wall_at(s, i, j + 1),
                         wall_at(s, i + 1, j + 1)};
    const double u = x - i, v = y - j;
    if (!(wall[0] | wall[1] | wall[2] | wall[3]))
        return 0.0; /* as most are */
    return (1 - v) * ((1 - u) * wall[0] + u * wall[1]) +
           v * ((1 - u) * wall[2] + u * wall[3]);
}

/* The run that is being followed, and the longest so far. */
struct runs {
    double from, to, best[2];
    bool open;
};

static void end_run(struct runs *r)
{
    if (r->open && r->to - r->from > r->best[1] - r->best[0]) {
        r->best[0] = r->from;
        r->best[1] = r->to;
    }
    r->open = false;
}

/* Follow one ray. */
static bool follow(const struct slice *s, double degrees, double wall[static 2])
{
    const double c = cos(degrees * (M_PI / 180.0)), d = sin(degrees * (M_PI / 180.0));
    const double step = fmax(STEP_PX * s->pixel_mm, s->reach_mm / MAX_STEPS);
    const int steps = (int)(s->reach_mm / step) + 1;
    struct runs r = {0};
    double before = sample(s, (const double[2]){0, 0});

    if (before >= 0.5)
        r.open = true; /* the centre lies in the wall */
    bool in = r.open;
    for (int k = 1; k <= steps; k++) {
        const double at = k * step;
        const double now = sample(s, (const double[2]){at * c, at * d});
        if ((now >= 0.5) != in) {
            const double edge = at - step * (now - 0.5) / (now - before);
            if (!in && !(r.open && edge - r.to < s->pixel_mm)) {
                end_run(&r);
                r = (struct runs){edge, edge, {r.best[0], r.best[1]}, true};
            } else if (in) {
                r.to = edge;
            }
            in = !in;
        }
        before = now;
    }
    if (in)
        r.to = s->reach_mm;
    end_run(&r);
    wall[0] = r.best[0];
    wall[1] = r.best[1];
    return wall[1] > wall[0];
}

/* How far from the centre the farthest pixel of wall lies. */
static double farthest(const struct slice *s)
{
    const int32_t *dim = s->labels->grid.dim;
    double most = -1;

    for (int32_t j = 0; j < dim[1]; j++)
        for (int32_t i = 0; i < dim[0]; i++) {
            double mm[2];
            if (!wall_at(s, i, j))
                continue;
            measure_plane_mm(s->plane, i - s->centre[0], j - s->centre[1], mm);
            most = fmax(most, mm[0] * mm[0] + mm[1] * mm[1]);
        }
    return most < 0.0 ? -1.0 : sqrt(most);
}

/* Sum and weight of the rays on one side of ray k, up to an opening.  The weights are
 * exp(-d^2 / 2 sd^2), from one to the next. */
static void add_side(const struct measure_ring *ring, const double *from, int k,
                     int side, double sd, double total[static 2])
{
    const double q = exp(-0.5 / (sd * sd)), q2 = q * q;
    const int reach = (int)fmin(ceil(SMOOTH_REACH * sd), MAX_REACH);
    double w = q, ratio = q * q2;

    for (int d = 1, at = k; d <= reach; d++) {
        at += side;
        at += at < 0 ? MEASURE_RAYS : at >= MEASURE_RAYS ? -MEASURE_RAYS : 0;
        if (!ring->wall[at])
            return;
        total[0] += w * from[at];
        total[1] += w;
        w *= ratio;
        ratio *= q2;
    }
}

/* Gaussian along the ring over rays that meet wall; `sd` in rays. */
static void blur(const struct measure_ring *ring, const double sd[static MEASURE_RAYS],
                 const double from[static MEASURE_RAYS], double to[static MEASURE_RAYS])
{
    for (int k = 0; k < MEASURE_RAYS; k++) {
        double total[2] = {from[k], 1};
        if (ring->wall[k]) {
            add_side(ring, from, k, -1, sd[k], total);
            add_side(ring, from, k, 1, sd[k], total);
        }
        to[k] = total[0] / total[1];
    }
}

static void smooth(const struct measure_ring *ring, double pixel_mm,
                   double end[static MEASURE_RAYS])
{
    double sd[MEASURE_RAYS], once[MEASURE_RAYS], twice[MEASURE_RAYS];

    for (int k = 0; k < MEASURE_RAYS; k++) {
        const double ray_mm = end[k] * (2.0 * M_PI / MEASURE_RAYS);
        sd[k] = fmin(fmax(SMOOTH_PX * pixel_mm, SMOOTH_MM) / fmax(ray_mm, 1e-6),
                     MAX_REACH / SMOOTH_REACH);
    }
    blur(ring, sd, end, once);
    blur(ring, sd, once, twice);
    for (int k = 0; k < MEASURE_RAYS; k++)
        end[k] = fmax(2.0 * once[k] - twice[k], 0.0);
}

void measure_ring_trace(const struct labels *labels, int32_t slice,
                        const struct measure_plane *plane,
                        const double centre_px[static 2], struct measure_ring *out)
{
    const struct grid *g = &labels->grid;
    struct slice s = {.labels = labels,
                      .vox = labels->vox + grid_index(g, 0, 0, slice),
                      .plane = plane,
                      .centre = {centre_px[0], centre_px[1]},
                      .pixel_mm = fmin(grid_edge_mm(g, 0), grid_edge_mm(g, 1))};
    struct measure_ring ring = {.centre_px = {centre_px[0], centre_px[1]}};
    const double far = farthest(&s);

    if (far >= 0.0) {
        s.reach_mm = far + fmax(grid_edge_mm(g, 0), grid_edge_mm(g, 1));
        for (int k = 0; k < MEASURE_RAYS; k++) {
            double wall[2];
            ring.wall[k] = follow(&s, k * (360.0 / MEASURE_RAYS), wall);
            ring.inner[k] = wall[0];
            ring.outer[k] = wall[1];
            ring.rays += ring.wall[k];
        }
        const double mean_mm = 0.5 * (grid_edge_mm(g, 0) + grid_edge_mm(g, 1));
        smooth(&ring, mean_mm, ring.inner);
        smooth(&ring, mean_mm, ring.outer);
    }
    *out = ring;
}

bool measure_ring_at(const struct measure_ring *ring, double degrees, double *inner,
                     double *outer)
{
    const double at = measure_plane_wrap(degrees) * (MEASURE_RAYS / 360.0);
    const int k = (int)at % MEASURE_RAYS, next = (k + 1) % MEASURE_RAYS;
    const double t = at - floor(at);

    if (!ring->wall[k] || !ring->wall[next])
        return false;
    *inner = ring->inner[k] + t * (ring->inner[next] - ring->inner[k]);
    *outer = ring->outer[k] + t * (ring->outer[next] - ring->outer[k]);
    return true;
}
