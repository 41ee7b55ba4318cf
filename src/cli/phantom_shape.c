#include "cli/phantom_shape.h"

#include <math.h>

#include "base/rng.h"

static const double PI = 3.14159265358979323846;

/* Signals of an inversion-recovery magnitude image: normal myocardium dark, scar a
 * little brighter than blood, fat brightest. */
enum {
    AIR = 15,
    LUNG = 40,
    MUSCLE = 105,
    LIVER = 130,
    NULLED = 85,
    BLOOD = 190,
    NO_REFLOW = 95,
    SCAR = 235,
    FAT = 260
};

/* Names of the random streams of one phantom. */
enum { STREAM_SHAPE, STREAM_NOISE, STREAM_BIAS, STREAM_TEXTURE };

struct phantom_shape phantom_shape_default(uint64_t seed)
{
    return (struct phantom_shape){
        .dim = {192, 160, 8},
        .edge_mm = {1.4, 1.4, 10.0},
        .centre = {12.0, -8.0},
        .blood_mm = 23.0,
        .wall_mm = 11.0,
        .squeeze = 0.94,
        .tilt = 0.6,
        .has_scar = true,
        .scar_angle = -1.1,
        .scar_half = 0.55,
        .scar_depth = 0.65,
        .scar_reach = 0.7,
        .noise = 9.0,
        .bias = 0.12,
        .seed = seed,
    };
}

struct phantom_shape phantom_shape_vary(uint64_t seed, uint64_t index)
{
    struct rng r = rng_make(seed, index, STREAM_SHAPE);
    struct phantom_shape s = phantom_shape_default(rng_u64(&r));
    s.dim[0] = 144 + 8 * (int32_t)rng_below(&r, 9);
    s.dim[1] = 128 + 8 * (int32_t)rng_below(&r, 7);
    s.dim[2] = 5 + (int32_t)rng_below(&r, 6);
    s.edge_mm[0] = s.edge_mm[1] = rng_range(&r, 1.2, 1.7);
    s.edge_mm[2] = rng_range(&r, 8.0, 10.0);
    s.centre[0] = rng_range(&r, -10.0, 20.0);
    s.centre[1] = rng_range(&r, -15.0, 10.0);
    s.blood_mm = rng_range(&r, 18.0, 27.0);
    s.wall_mm = rng_range(&r, 8.0, 14.0);
    s.squeeze = rng_range(&r, 0.85, 1.0);
    s.tilt = rng_range(&r, 0.0, PI);
    s.has_scar = index % 4 != 3;
    s.scar_angle = rng_range(&r, -PI, PI);
    s.scar_half = rng_range(&r, 0.3, 0.9);
    s.scar_depth = rng_range(&r, 0.4, 1.0);
    s.scar_reach = rng_range(&r, 0.4, 1.0);
    s.has_no_reflow = s.has_scar && rng_chance(&r, 0.3);
    s.noise = rng_range(&r, 6.0, 14.0);
    s.bias = rng_range(&r, 0.05, 0.2);
    return s;
}

/* Smooth random field: values on a lattice, joined by a cubic that is flat at both
 * ends. */
static double lattice(uint64_t seed, uint64_t stream, int64_t i, int64_t j)
{
    struct rng r = rng_make(seed, stream, ((uint64_t)i << 32) ^ (uint64_t)(uint32_t)j);
    return rng_range(&r, -1.0, 1.0);
}

static double ease(double t)
{
    return t * t * (3.0 - 2.0 * t);
}

static double smooth_field(uint64_t seed, uint64_t stream, double x, double y)
{
    const double fx = floor(x), fy = floor(y);
    const int64_t i = (int64_t)fx, j = (int64_t)fy;
    const double u = ease(x - fx), v = ease(y - fy);
    const double top =
        lattice(seed, stream, i, j) * (1.0 - u) + lattice(seed, stream, i + 1, j) * u;
    const double low = lattice(seed, stream, i, j + 1) * (1.0 - u) +
                       lattice(seed, stream, i + 1, j + 1) * u;
    return top * (1.0 - v) + low * v;
}

/* How much of a pixel lies inside a shape, from the distance of its centre to the edge
 * (negative inside). */
static double cover(double distance_mm, double pixel_mm)
{
    return fmin(fmax(0.5 - distance_mm / pixel_mm, 0.0), 1.0);
}

static double mix(double under, double over, double part)
{
    return under + part * (over - under);
}

/* Nearly the distance to an ellipse round the origin; exact for a circle. */
static double ellipse(double x, double y, double a, double b)
{
    const double k = hypot(x / a, y / b);
    return (k - 1.0) * fmin(a, b);
}

/* One slice of the left ventricle, and a point seen from its centre. */
struct section {
    double inner, outer; /* mean radii; 0: the slice is past the apex */
    bool scar;           /* the wedge reaches this slice */
};

static struct section section_at(const struct phantom_shape *s, int32_t k)
{
    const double n = (double)s->dim[2];
    const double t = ((double)k + 0.5) / n; /* 0 base, 1 apex */
    const double shrink = sqrt(fmax(0.0, 1.0 - t * t));
    const double from_middle = fabs(((double)k + 0.5) - 0.5 * n) / (0.5 * n);
    struct section c = {.inner = s->blood_mm * shrink,
                        .scar = s->has_scar && from_middle <= s->scar_reach};
    c.outer = c.inner + s->wall_mm * (0.6 + 0.4 * shrink);
    return c;
}

/* A point of a slice, mm from the centre of the left ventricle, and its shapes. */
struct point {
    double x, y;          /* in the image's axes */
    double radius, angle; /* of the LV's section, its squeeze undone */
};

static struct point point_at(const struct phantom_shape *s, int32_t i, int32_t j)
{
    struct point p = {
        .x = ((double)i - 0.5 * (double)(s->dim[0] - 1)) * s->edge_mm[0] - s->centre[0],
        .y =
            ((double)j - 0.5 * (double)(s->dim[1] - 1)) * s->edge_mm[1] - s->centre[1]};
    const double c = cos(s->tilt), d = sin(s->tilt);
    const double along = c * p.x + d * p.y, across = (c * p.y - d * p.x) / s->squeeze;
    p.radius = hypot(along, across);
    p.angle = atan2(p.y, p.x);
    return p;
}

static double angle_between(double a, double b)
{
    return fabs(remainder(a - b, 2.0 * PI));
}

/* Distance to the wedge of scar and to its core, mm, negative inside. */
static double scar_distance(const struct phantom_shape *s, struct section c,
                            struct point p)
{
    if (!c.scar)
        return HUGE_VAL;
    const double outer = c.inner + s->scar_depth * (c.outer - c.inner);
    const double side =
        (angle_between(p.angle, s->scar_angle) - s->scar_half) * p.radius;
    return fmax(fmax(c.inner - p.radius, p.radius - outer), side);
}

static double core_distance(const struct phantom_shape *s, struct section c,
                            struct point p)
{
    if (!c.scar || !s->has_no_reflow)
        return HUGE_VAL;
    const double depth = s->scar_depth * (c.outer - c.inner);
    const double r = p.radius - (c.inner + 0.45 * depth);
    const double side =
        (angle_between(p.angle, s->scar_angle) - 0.5 * s->scar_half) * p.radius;
    return fmax(fabs(r) - 0.3 * depth, side);
}

static enum label label_at(const struct phantom_shape *s, struct section c,
                           struct point p)
{
    if (p.radius > c.outer)
        return LABEL_BACKGROUND;
    if (p.radius <= c.inner)
        return LABEL_LV_BLOOD;
    if (core_distance(s, c, p) <= 0.0)
        return LABEL_NO_REFLOW;
    return scar_distance(s, c, p) <= 0.0 ? LABEL_SCAR : LABEL_MYOCARDIUM;
}

/* What lies round the heart: chest wall, lung, liver, the right ventricle. */
static double surroundings(const struct phantom_shape *s, struct section c,
                           struct point p)
{
    const double px = s->edge_mm[0];
    const double x = p.x + s->centre[0], y = p.y + s->centre[1];
    const double a = 0.46 * (double)s->dim[0] * px, b = 0.46 * (double)s->dim[1] * px;
    const double torso = ellipse(x, y, a, b);
    const double grain =
        6.0 * smooth_field(s->seed, STREAM_TEXTURE, p.x / 5.0 + 40.0, p.y / 5.0 + 40.0);

    double v = mix(AIR, FAT, cover(torso, px));
    v = mix(v, MUSCLE + grain, cover(torso + 9.0, px));
    v = mix(v, LUNG + grain, cover(torso + 18.0, px));
    /* the liver rises from below, under the heart */
    const double liver = ellipse(p.x + 35.0, p.y - (c.outer + 52.0), 75.0, 48.0);
    v = mix(v, LIVER + grain, cover(fmax(liver, torso + 14.0), px));
    /* a layer of fat round the heart, then a crescent left of the septum */
    const double rv_a = c.outer * 1.15, rv_b = c.outer * 0.95;
    const double rv = ellipse(p.x + 0.85 * c.outer, p.y + 0.1 * c.outer, rv_a, rv_b);
    v = mix(v, 0.6 * FAT, cover(fmin(rv - 5.0, p.radius - c.outer - 2.0), px));
    v = mix(v, NULLED, cover(rv - 2.5, px));
    return mix(v, BLOOD, cover(rv, px));
}

static double signal_at(const struct phantom_shape *s, struct section c, struct point p)
{
    const double px = s->edge_mm[0];
    double v = surroundings(s, c, p);
    v = mix(v, NULLED, cover(p.radius - c.outer, px));
    v = mix(v, SCAR, cover(scar_distance(s, c, p), px));
    v = mix(v, NO_REFLOW, cover(core_distance(s, c, p), px));
    return mix(v, BLOOD, cover(p.radius - c.inner, px));
}

static void draw_slice(const struct phantom_shape *s, int32_t k, struct image *image,
                       struct labels *labels)
{
    const struct section c = section_at(s, k);
    struct rng noise = rng_make(s->seed, STREAM_NOISE, (uint64_t)k);
    for (int32_t j = 0; j < s->dim[1]; j++)
        for (int32_t i = 0; i < s->dim[0]; i++) {
            const struct point p = point_at(s, i, j);
            const size_t at = grid_index(&image->grid, i, j, k);
            const double shade =
                1.0 + s->bias * smooth_field(s->seed, STREAM_BIAS, p.x / 120.0 + 40.0,
                                             p.y / 120.0 + 40.0);
            /* the magnitude of a complex signal with noise in both parts */
            const double re =
                signal_at(s, c, p) * shade + s->noise * rng_normal(&noise);
            const double im = s->noise * rng_normal(&noise);
            image->vox[at] = (float)rint(hypot(re, im));
            labels->vox[at] = (uint8_t)label_at(s, c, p);
        }
}

bool phantom_shape_draw(const struct phantom_shape *shape, struct image *image,
                        struct labels *labels, struct err *err)
{
    struct image drawn = {0};
    struct labels truth = {0};
    bool ok = false;

    /* columns run to the patient's left and rows to the back, as in a transverse view
     */
    struct grid grid = grid_make(shape->dim, shape->edge_mm);
    grid.to_mm[0][0] = -grid.to_mm[0][0];
    grid.to_mm[1][1] = -grid.to_mm[1][1];
    if (!image_alloc(&grid, &drawn, err) || !labels_alloc(&grid, &truth, err))
        goto done;
    for (int32_t k = 0; k < shape->dim[2]; k++)
        draw_slice(shape, k, &drawn, &truth);

    *image = drawn;
    *labels = truth;
    drawn = (struct image){0};
    truth = (struct labels){0};
    ok = true;
done:
    image_clear(&drawn);
    labels_clear(&truth);
    return ok;
}
