#include "sim/reader_pieces.h"

#include <math.h>

#include "base/mem.h"
#include "geom/blur.h"
#include "geom/components.h"
#include "geom/distance.h"
#include "sim/draw.h"

static const double BORDER_MM = 2.3;  /* blood or fat may shine in from here */
static const double PIECE_MM2 = 12.0; /* smaller ones are specks to a reader */
/* nothing is called scar for a haze: so much of a piece must be clearly bright, by so
 * many times the threshold's height above remote */
static const double CLEAR_MM2 = 12.0, CLEAR = 1.5;
static const double HAZE = .3; /* a piece all round with less of that is no scar */
/* a piece this near (mm) that fades by so much of the threshold a mm is spilt light */
static const double SPILL_DEPTH = 4.0, SPILL = .12;
/* What a piece must stand out of: the wall around it without its rims, the nearer (sd
 * in mm) the more; by so many times the threshold's height alone, or, where so much of
 * it goes on what is scar in a slice beside, to within so many mm (breath-holds
 * differ). */
static const double AROUND_MM = 5.0, RIM_MM = 1.2;
static const double DOUBLED = .15, STANDS_OUT = 1.05, GOES_ON = .4;
static const double SHARE = .25, BESIDE_MM = 4.0;

struct piece {
    size_t size;
    size_t border;            /* pixels near a contour, */
    size_t clear;             /* that are clearly bright, */
    size_t beside;            /* with scar beside */
    uint32_t sectors;         /* set */
    double excess;            /* sum of what is given by excess_at() */
    double around, around_ml; /* the same of the wall around, and how much of it */
    double depth, depth_square, depth_excess; /* sums, for a line through them */
    bool possible, scar;
};

/* A reader at work on the pieces. */
struct look {
    struct sim_sketch *d;
    const struct sim_reader_window *w;
    const struct geom_components *c;
    struct piece *piece; /* [count + 1], by number; owned */
    uint8_t *mask;       /* owned */
};

/* From remote (0) to the threshold (1), and beyond. */
static double excess_at(const struct look *l, size_t at)
{
    const struct sim_reader_window *w = &l->w[at / l->d->plane];
    return ((double)l->d->value[at] - w->remote) / fmax(w->threshold - w->remote, 1e-9);
}

static struct piece *piece_at(const struct look *l, size_t at)
{
    return &l->piece[l->c->id[at]];
}

static void add_up(const struct look *l, size_t at)
{
    const struct sim_sketch *d = l->d;
    struct piece *q = piece_at(l, at);
    const double depth = (double)d->depth[at], excess = excess_at(l, at);
    q->size++;
    q->border += depth < BORDER_MM;
    q->sectors |= UINT32_C(1) << sim_sketch_sector(d, at % d->plane);
    q->clear += excess > CLEAR;
    q->excess += excess;
    q->depth += depth;
    q->depth_square += depth * depth;
    q->depth_excess += depth * excess;
}

static void measure(const struct look *l)
{
    struct sim_sketch *d = l->d;
    for (size_t k = 0; k < (size_t)d->dim[2]; k++) {
        sim_sketch_turn_to(d, k);
        for (size_t at = k * d->plane; at < (k + 1) * d->plane; at++)
            if (d->scar[at])
                add_up(l, at);
    }
}

/* A blurred picture of the dark wall: how bright it is, or how much there is of it. */
static bool blur_wall(const struct look *l, bool bright, struct err *err)
{
    struct sim_sketch *d = l->d;
    const double sigma[2] = {
        sim_draw_clip(AROUND_MM / d->edge_mm[0], 0.0, GEOM_BLUR_MAX_SIGMA),
        sim_draw_clip(AROUND_MM / d->edge_mm[1], 0.0, GEOM_BLUR_MAX_SIGMA)};
    for (size_t at = 0; at < d->voxels; at++) {
        const bool wall = l->w[at / d->plane].seen && !d->scar[at] &&
                          sim_sketch_in_wall(d, at) && (double)d->depth[at] >= RIM_MM;
        d->work[at] = !wall ? 0.0f : bright ? (float)excess_at(l, at) : 1.0f;
    }
    return geom_blur(d->work, d->dim, sigma, err);
}

static bool look_around(const struct look *l, struct err *err)
{
    const struct sim_sketch *d = l->d;
    if (!blur_wall(l, true, err))
        return false;
    for (size_t at = 0; at < d->voxels; at++)
        if (d->scar[at])
            piece_at(l, at)->around += (double)d->work[at];
    if (!blur_wall(l, false, err))
        return false;
    for (size_t at = 0; at < d->voxels; at++)
        if (d->scar[at])
            piece_at(l, at)->around_ml += (double)d->work[at];
    return true;
}

/* How much a piece darkens with every mm away from the contours. */
static double fading(const struct piece *q)
{
    const double size = (double)q->size;
    const double spread = q->depth_square - q->depth * q->depth / size;
    return spread > 1e-9 ? (q->depth * q->excess / size - q->depth_excess) / spread
                         : 0.0;
}

/* A speck, a rim, spilt light, a haze. */
static bool is_something_else(const struct sim_sketch *d, const struct piece *q)
{
    const double pixel_mm2 = d->edge_mm[0] * d->edge_mm[1], size = (double)q->size;
    const bool haze = sim_sketch_sectors(q->sectors) > SIM_SKETCH_SECTORS * .55 &&
                      (double)q->clear < HAZE * size;
    const bool faint = (double)q->clear * pixel_mm2 < CLEAR_MM2;
    const bool rim = (double)q->border > .7 * size;
    const bool spill = fading(q) > SPILL && q->depth < SPILL_DEPTH * size;
    return spill || haze || faint || rim || size * pixel_mm2 < PIECE_MM2;
}

/* How much a piece catches the eye: by what it stands out of the wall around it, and by
 * its size. */
static double conspicuity(const struct sim_sketch *d, const struct piece *q)
{
    const double size = (double)q->size, area = size * d->edge_mm[0] * d->edge_mm[1];
    const double around = q->around_ml > 1e-6 * size ? q->around / q->around_ml : 0.0;
    return q->excess / size - around + DOUBLED * log2(area / 100.0);
}

static void judge_alone(const struct look *l)
{
    for (uint32_t p = 1; p <= l->c->count; p++) {
        struct piece *q = &l->piece[p];
        const double seen = conspicuity(l->d, q);
        q->possible = seen >= GOES_ON && !is_something_else(l->d, q);
        q->scar = q->possible && seen >= STANDS_OUT;
    }
}

/* How far every pixel lies from what is called scar in its slice so far: in d->work. */
static bool find_distance(const struct look *l, struct err *err)
{
    struct sim_sketch *d = l->d;
    for (size_t at = 0; at < d->voxels; at++)
        l->mask[at] = d->scar[at] && piece_at(l, at)->scar;
    return geom_distance(l->mask, d->dim, d->edge_mm, d->work, err);
}

static bool has_scar_beside(const struct sim_sketch *d, size_t at)
{
    const size_t plane = d->plane;
    return (at >= plane && (double)d->work[at - plane] <= BESIDE_MM) ||
           (at + plane < d->voxels && (double)d->work[at + plane] <= BESIDE_MM);
}

/* Call scar what goes on it. @return pieces that are new */
static size_t go_on(const struct look *l)
{
    size_t found = 0;
    for (uint32_t p = 1; p <= l->c->count; p++)
        l->piece[p].beside = 0;
    for (size_t at = 0; at < l->d->voxels; at++)
        if (l->d->scar[at])
            piece_at(l, at)->beside += has_scar_beside(l->d, at);
    for (uint32_t p = 1; p <= l->c->count; p++) {
        struct piece *q = &l->piece[p];
        if (q->possible && !q->scar && (double)q->beside >= SHARE * (double)q->size) {
            q->scar = true;
            found++;
        }
    }
    return found;
}

/* From slice to slice, as far as it leads. */
static bool follow(const struct look *l, struct err *err)
{
    do {
        if (!find_distance(l, err))
            return false;
    } while (go_on(l) > 0);
    return true;
}

bool sim_reader_pieces_judge(struct sim_sketch *d, const struct sim_reader_window *w,
                             struct err *err)
{
    struct geom_components c = {0};
    struct look l = {.d = d, .w = w, .c = &c};
    bool ok = false;

    if (!geom_components_find(d->scar, d->dim, GEOM_TOUCH_SLICE_8, &c, err))
        return false;
    l.piece = mem_alloc((size_t)c.count + 1, sizeof *l.piece, err);
    l.mask = mem_alloc(d->voxels, 1, err);
    if (!l.piece || !l.mask)
        goto done;
    measure(&l);
    if (!look_around(&l, err))
        goto done;
    judge_alone(&l);
    if (!follow(&l, err))
        goto done;
    for (size_t at = 0; at < d->voxels; at++)
        d->scar[at] = d->scar[at] && piece_at(&l, at)->scar;
    ok = true;
done:
    geom_components_clear(&c);
    mem_free(l.piece);
    mem_free(l.mask);
    return ok;
}
