#include "sim/reader.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "geom/blur.h"
#include "geom/components.h"
#include "geom/distance.h"

enum { SECTORS = 32 };

static const double MARGIN_MM = 14.0;  /* read round the left ventricle, no more */
static const double NOISE_MM = 8.0;    /* over which a hand wavers */
static const double BORDER_MM = 2.1;   /* blood or fat may shine in from here */
static const double PIECE_MM2 = 12.0;  /* smaller ones are specks to a reader */
static const double REACH_MM = 3.0;    /* a wall is drawn where one is */
static const double FLOOR_SD = 4.0;    /* nothing below this is called scar */
static const double SMALL_FOCUS = .01; /* of the myocardium: easily overlooked */
static const double SMALL_TOTAL = .003;

/* What one reader does with one patient, drawn once. */
struct habit {
    double gamma;        /* of the way from remote to blood: brighter is scar */
    double waver_mm;     /* sd of a contour */
    double smooth_mm;    /* of the display */
    double remote_share; /* percentile taken as remote: the window's lower end, */
    double blood_share;  /* and as blood: its upper end */
    double ring_share;   /* least part of a ring of myocardium that is contoured */
    double area_mm2;     /* least area within the epicardium */
};

static double normal(struct rng *r, double mean, double sd)
{
    return mean + sd * rng_normal(r);
}

static double clip(double v, double lo, double hi)
{
    return v < lo ? lo : v > hi ? hi : v;
}

static struct habit draw_habit(struct rng *r)
{
    struct habit h;
    h.gamma = clip(normal(r, .45, .05), .25, .65);
    h.waver_mm = rng_range(r, 1.2, 1.7);
    h.smooth_mm = rng_range(r, .6, 1.2);
    h.remote_share = rng_range(r, .29, .41);
    h.blood_share = rng_range(r, .42, .58);
    h.ring_share = clip(normal(r, .84, .05), .6, .97);
    h.area_mm2 = clip(900.0 * exp(normal(r, 0.0, .2)), 300.0, 2000.0);
    return h;
}

/* What lies before a reader: the part of the stack that holds the left ventricle. */
struct desk {
    const struct sim_stack *stack;
    struct habit habit;
    struct rng rng;
    int32_t first[2], dim[3]; /* the part: its first column and row, its size */
    double edge_mm[2];
    size_t plane, voxels;
    uint8_t *truth;    /* labels; these and the rest [dim[2]][dim[1]][dim[0]] */
    uint8_t *scar;     /* 0 or 1 as read; also for masks on the way there */
    float *value;      /* the image as displayed */
    float *epi, *endo; /* signed distance in mm to the contours as drawn */
    float *wall;       /* distance in mm to true myocardium */
    float *work;
    double remote, blood, threshold; /* of the slice before the reader */
    double centre[2];
};

static void desk_clear(struct desk *d)
{
    mem_free(d->truth);
    mem_free(d->scar);
    mem_free(d->value);
    mem_free(d->epi);
    mem_free(d->endo);
    mem_free(d->wall);
    mem_free(d->work);
}

/* The box round all of the left ventricle; false if there is none. */
static bool find_part(struct desk *d)
{
    const struct grid *g = &d->stack->truth.grid;
    int32_t lo[2] = {g->dim[0], g->dim[1]}, hi[2] = {-1, -1};
    size_t v = 0;
    for (int32_t k = 0; k < g->dim[2]; k++)
        for (int32_t j = 0; j < g->dim[1]; j++)
            for (int32_t i = 0; i < g->dim[0]; i++) {
                if (!label_in(d->stack->truth.vox[v++], LABELS_LV))
                    continue;
                const int32_t at[2] = {i, j};
                for (int a = 0; a < 2; a++) {
                    lo[a] = at[a] < lo[a] ? at[a] : lo[a];
                    hi[a] = at[a] > hi[a] ? at[a] : hi[a];
                }
            }
    for (int a = 0; a < 2; a++) {
        d->edge_mm[a] = grid_edge_mm(g, a);
        const int32_t margin = (int32_t)ceil(MARGIN_MM / d->edge_mm[a]);
        lo[a] = lo[a] > margin ? lo[a] - margin : 0;
        hi[a] = hi[a] < g->dim[a] - margin ? hi[a] + margin : g->dim[a];
        hi[a] = hi[a] > g->dim[a] ? g->dim[a] : hi[a];
        d->first[a] = lo[a];
        d->dim[a] = hi[a] - lo[a];
        if (d->dim[a] < 1)
            return false;
    }
    d->dim[2] = g->dim[2];
    d->plane = (size_t)d->dim[0] * (size_t)d->dim[1];
    d->voxels = d->plane * (size_t)d->dim[2];
    return true;
}

/* Where the voxels of the part stand in the stack, row by row. */
static size_t row_in_stack(const struct desk *d, size_t row)
{
    const size_t k = row / (size_t)d->dim[1], j = row % (size_t)d->dim[1];
    return grid_index(&d->stack->truth.grid, d->first[0], d->first[1] + (int32_t)j,
                      (int32_t)k);
}

static bool desk_alloc(struct desk *d, struct err *err)
{
    d->truth = mem_alloc(d->voxels, 1, err);
    d->scar = mem_alloc(d->voxels, 1, err);
    d->value = mem_alloc(d->voxels, sizeof *d->value, err);
    d->epi = mem_alloc(d->voxels, sizeof *d->epi, err);
    d->endo = mem_alloc(d->voxels, sizeof *d->endo, err);
    d->wall = mem_alloc(d->voxels, sizeof *d->wall, err);
    d->work = mem_alloc(d->voxels, sizeof *d->work, err);
    return d->truth && d->scar && d->value && d->epi && d->endo && d->wall && d->work;
}

static void mask_of(const struct desk *d, unsigned set)
{
    for (size_t v = 0; v < d->voxels; v++)
        d->scar[v] = label_in(d->truth[v], set);
}

/* A smooth field of sd `waver_mm` in every slice, and a bias of each slice. */
static bool waver(struct desk *d, float *contour, double bias_mm, struct err *err)
{
    const double sigma[2] = {clip(NOISE_MM / d->edge_mm[0], 0.0, GEOM_BLUR_MAX_SIGMA),
                             clip(NOISE_MM / d->edge_mm[1], 0.0, GEOM_BLUR_MAX_SIGMA)};
    for (size_t v = 0; v < d->voxels; v++)
        d->work[v] = (float)rng_normal(&d->rng);
    if (!geom_blur(d->work, d->dim, sigma, err))
        return false;
    for (size_t k = 0; k < (size_t)d->dim[2]; k++) {
        const float *noise = d->work + k * d->plane;
        double square = 0.0;
        for (size_t v = 0; v < d->plane; v++)
            square += (double)noise[v] * (double)noise[v];
        const double scale =
            d->habit.waver_mm / sqrt(square / (double)d->plane + 1e-20);
        const double shift = bias_mm + normal(&d->rng, 0.0, .47);
        for (size_t v = 0; v < d->plane; v++)
            contour[k * d->plane + v] += (float)(scale * (double)noise[v] + shift);
    }
    return true;
}

/* Lay out the part and draw the contours. */
static bool desk_prepare(struct desk *d, struct err *err)
{
    const size_t n = (size_t)d->dim[0];
    const double sigma[2] = {
        clip(d->habit.smooth_mm / d->edge_mm[0], 0.0, GEOM_BLUR_MAX_SIGMA),
        clip(d->habit.smooth_mm / d->edge_mm[1], 0.0, GEOM_BLUR_MAX_SIGMA)};

    for (size_t row = 0; row < d->voxels / n; row++) {
        const size_t from = row_in_stack(d, row);
        memcpy(d->truth + row * n, d->stack->truth.vox + from, n);
        memcpy(d->value + row * n, d->stack->image.vox + from, n * sizeof *d->value);
    }
    if (!geom_blur(d->value, d->dim, sigma, err))
        return false;
    mask_of(d, LABELS_MYOCARDIUM);
    if (!geom_distance(d->scar, d->dim, d->edge_mm, d->wall, err))
        return false;
    mask_of(d, LABELS_LV);
    if (!geom_distance_signed(d->scar, d->dim, d->edge_mm, d->epi, err))
        return false;
    mask_of(d, LABEL_BIT(LABEL_LV_BLOOD));
    if (!geom_distance_signed(d->scar, d->dim, d->edge_mm, d->endo, err))
        return false;
    memset(d->scar, 0, d->voxels);
    /* the cavity is traced a little inside of its bright rim */
    return waver(d, d->epi, 0.0, err) && waver(d, d->endo, .4, err);
}

static bool in_wall(const struct desk *d, size_t v)
{
    return d->epi[v] < 0.0f && d->endo[v] >= 0.0f && (double)d->wall[v] <= REACH_MM;
}

static bool in_cavity(const struct desk *d, size_t v)
{
    return d->epi[v] < 0.0f && d->endo[v] < 0.0f;
}

/* ---- which slices ---- */

/* Sector of a pixel of the part round a centre, 0..SECTORS-1. */
static int sector_of(const struct desk *d, size_t in_plane)
{
    const double x = (double)(in_plane % (size_t)d->dim[0]) - d->centre[0];
    const double y = (double)(in_plane / (size_t)d->dim[0]) - d->centre[1];
    const double turn = atan2(y * d->edge_mm[1], x * d->edge_mm[0]) / 6.283185307179586;
    return (int)floor((turn + 1.0) * SECTORS) % SECTORS;
}

static void find_centre(struct desk *d, size_t k)
{
    double sum[3] = {0.0, 0.0, 0.0};
    for (size_t v = 0; v < d->plane; v++)
        if (d->epi[k * d->plane + v] < 0.0f) {
            sum[0] += (double)(v % (size_t)d->dim[0]);
            sum[1] += (double)(v / (size_t)d->dim[0]);
            sum[2] += 1.0;
        }
    for (int a = 0; a < 2; a++)
        d->centre[a] = sum[2] > 0.0 ? sum[a] / sum[2] : 0.5 * (double)d->dim[a];
}

static int bits_of(uint32_t set)
{
    int n = 0;
    for (; set; set &= set - 1)
        n++;
    return n;
}

/* Slices at the base where the ring is open, and at the apex where little is left, are
 * kept or dropped by habit, not always alike. */
static bool is_contoured(struct desk *d, size_t k)
{
    uint32_t ring = 0;
    size_t area = 0;
    const double open = normal(&d->rng, 0.0, .03), small = normal(&d->rng, 0.0, .1);

    find_centre(d, k);
    for (size_t v = 0; v < d->plane; v++) {
        const size_t at = k * d->plane + v;
        area += label_in(d->truth[at], LABELS_LV);
        if (label_in(d->truth[at], LABELS_MYOCARDIUM))
            ring |= UINT32_C(1) << sector_of(d, v);
    }
    return (double)bits_of(ring) >= SECTORS * (d->habit.ring_share + open) &&
           (double)area * d->edge_mm[0] * d->edge_mm[1] >=
               d->habit.area_mm2 * (1.0 + small);
}

/* The longest run of slices worth contouring. */
static void choose_slices(struct desk *d, size_t *first, size_t *end)
{
    const size_t slices = (size_t)d->dim[2];
    size_t run = 0;
    *first = *end = 0;
    for (size_t k = 0; k < slices; k++) {
        run = is_contoured(d, k) ? run + 1 : 0;
        if (run > *end - *first) {
            *end = k + 1;
            *first = k + 1 - run;
        }
    }
}

/* ---- what is scar ---- */

static int by_value(const void *a, const void *b)
{
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static double quantile(const float *sorted, size_t n, double share)
{
    return (double)sorted[(size_t)(share * (double)(n - 1) + 0.5)];
}

/* Remote myocardium, blood, and the threshold between them; false if the slice shows no
 * wall. */
static bool set_window(struct desk *d, size_t k)
{
    size_t wall = 0, blood = 0;
    const double wobble = normal(&d->rng, 0.0, .02);

    for (size_t v = k * d->plane; v < (k + 1) * d->plane; v++)
        if (in_cavity(d, v) && (double)d->endo[v] < -2.5)
            d->work[blood++] = d->value[v];
    if (blood >= 20) { /* else as in the slice before */
        qsort(d->work, blood, sizeof *d->work, by_value);
        d->blood = quantile(d->work, blood, d->habit.blood_share);
    }
    for (size_t v = k * d->plane; v < (k + 1) * d->plane; v++)
        if (in_wall(d, v))
            d->work[wall++] = d->value[v];
    if (wall < 20)
        return false;
    qsort(d->work, wall, sizeof *d->work, by_value);
    d->remote = quantile(d->work, wall, d->habit.remote_share);
    /* from the dark side, where there is no scar: .90 sd from the 10th percentile to
     * the 35th */
    const double sd =
        (quantile(d->work, wall, .35) - quantile(d->work, wall, .10)) / .896;
    d->threshold = d->remote + fmax((d->habit.gamma + wobble) * (d->blood - d->remote),
                                    FLOOR_SD * sd);
    return true;
}

static void mark_bright(struct desk *d, size_t k)
{
    for (size_t v = k * d->plane; v < (k + 1) * d->plane; v++)
        d->scar[v] = in_wall(d, v) && (double)d->value[v] > d->threshold;
}

static double border_mm(const struct desk *d, size_t v)
{
    return fmin(-(double)d->epi[v], (double)d->endo[v]);
}

/* Bright pixels on a contour are blood or fat, unless they belong to something solid.
 */
static bool drop_rim(struct desk *d, struct err *err)
{
    const double pixel = 0.5 * (d->edge_mm[0] + d->edge_mm[1]);
    uint8_t *core = mem_alloc(d->voxels, 1, err);
    bool ok = false;

    if (!core || !geom_distance_signed(d->scar, d->dim, d->edge_mm, d->work, err))
        goto done;
    for (size_t v = 0; v < d->voxels; v++)
        core[v] = (double)d->work[v] < -.8 * pixel;
    if (!geom_distance(core, d->dim, d->edge_mm, d->work, err))
        goto done;
    for (size_t v = 0; v < d->voxels; v++)
        if (d->scar[v] && border_mm(d, v) < pixel && (double)d->work[v] > 2.3 * pixel)
            d->scar[v] = 0;
    ok = true;
done:
    mem_free(core);
    return ok;
}

struct piece {
    size_t border;    /* pixels near a contour */
    uint32_t sectors; /* set */
    double excess;    /* sum of (value - remote) / (threshold - remote) */
    bool dropped;
};

/* Specks, rims, and a haze all round the wall (a wrong inversion time) are not scar. */
static void judge_pieces(const struct desk *d, const struct geom_components *c,
                         struct piece *piece)
{
    const double pixel_mm2 = d->edge_mm[0] * d->edge_mm[1];
    for (uint32_t p = 1; p <= c->count; p++) {
        struct piece *q = &piece[p];
        const double size = (double)c->size[p];
        const bool haze =
            bits_of(q->sectors) > SECTORS * .55 && q->excess < 1.35 * size;
        q->dropped =
            haze || size * pixel_mm2 < PIECE_MM2 || (double)q->border > .75 * size;
    }
}

/* The bright pieces of the contoured slices, as `scar`. */
static bool find_scar(struct desk *d, size_t first, size_t end, bool *seen,
                      struct err *err)
{
    struct geom_components c = {0};
    struct piece *piece = NULL;
    double *scale = mem_alloc(2 * (size_t)d->dim[2], sizeof *scale, err);
    bool ok = false;

    if (!scale)
        goto done;
    for (size_t k = first; k < end; k++) {
        seen[k] = set_window(d, k);
        if (seen[k])
            mark_bright(d, k);
        scale[2 * k] = d->remote;
        scale[2 * k + 1] = fmax(d->threshold - d->remote, 1e-9);
    }
    if (!drop_rim(d, err) ||
        !geom_components_find(d->scar, d->dim, GEOM_TOUCH_SLICE_8, &c, err))
        goto done;
    piece = mem_alloc((size_t)c.count + 1, sizeof *piece, err);
    if (!piece)
        goto done;
    for (size_t k = first; k < end; k++) {
        find_centre(d, k);
        for (size_t v = 0; v < d->plane; v++) {
            const size_t at = k * d->plane + v;
            struct piece *q = &piece[c.id[at]];
            if (!d->scar[at])
                continue;
            q->border += border_mm(d, at) < BORDER_MM;
            q->sectors |= UINT32_C(1) << sector_of(d, v);
            q->excess += ((double)d->value[at] - scale[2 * k]) / scale[2 * k + 1];
        }
    }
    judge_pieces(d, &c, piece);
    for (size_t v = 0; v < d->voxels; v++)
        d->scar[v] = d->scar[v] && !piece[c.id[v]].dropped;
    ok = true;
done:
    geom_components_clear(&c);
    mem_free(piece);
    mem_free(scale);
    return ok;
}

/* One in ten small foci is overlooked: what was read within 3 mm of it goes. */
static bool overlook(struct desk *d, struct err *err)
{
    struct geom_components c = {0};
    uint8_t *mask = mem_alloc(d->voxels, 1, err);
    size_t wall = 0;
    bool ok = false;

    if (!mask)
        return false;
    for (size_t v = 0; v < d->voxels; v++) {
        mask[v] = label_in(d->truth[v], LABELS_SCAR);
        wall += label_in(d->truth[v], LABELS_MYOCARDIUM);
    }
    if (!geom_components_find(mask, d->dim, GEOM_TOUCH_26, &c, err))
        goto done;
    for (size_t v = 0; v < d->voxels; v++)
        mask[v] = 0;
    for (uint32_t p = 1; p <= c.count; p++) {
        if ((double)c.size[p] >= SMALL_FOCUS * (double)wall || !rng_chance(&d->rng, .1))
            continue;
        for (size_t v = 0; v < d->voxels; v++)
            mask[v] |= (uint8_t)(c.id[v] == p);
    }
    if (!geom_distance(mask, d->dim, d->edge_mm, d->work, err))
        goto done;
    for (size_t v = 0; v < d->voxels; v++)
        if ((double)d->work[v] <= REACH_MM)
            d->scar[v] = 0;
    ok = true;
done:
    geom_components_clear(&c);
    mem_free(mask);
    return ok;
}

/* What is left of the reading is written to `out`. */
static void write_down(struct desk *d, const bool *seen, struct labels *out)
{
    const size_t n = (size_t)d->dim[0];
    size_t wall = 0, scar = 0;

    for (size_t v = 0; v < d->voxels; v++) {
        wall += seen[v / d->plane] && in_wall(d, v);
        scar += d->scar[v];
    }
    const bool unsure = (double)scar < SMALL_TOTAL * (double)wall;
    const bool negative = rng_chance(&d->rng, .7) && unsure;
    for (size_t v = 0; v < d->voxels; v++) {
        if (!seen[v / d->plane])
            continue;
        uint8_t *to = out->vox + row_in_stack(d, v / n) + v % n;
        if (in_cavity(d, v))
            *to = LABEL_LV_BLOOD;
        else if (in_wall(d, v))
            *to = d->scar[v] && !negative ? LABEL_SCAR : LABEL_MYOCARDIUM;
    }
}

bool sim_reader_read(const struct sim_stack *stack, uint64_t seed, uint64_t index,
                     int reader, struct labels *out, struct err *err)
{
    struct labels labels = {0};
    struct desk d = {.stack = stack};
    bool *seen = NULL;
    size_t first = 0, end = 0;
    bool ok = false;

    if (reader < 0 || reader >= SIM_READERS)
        return ERR_FAIL(err, ERR_ARG, "reader %d of %d", reader, (int)SIM_READERS);
    if (!stack->image.vox || !stack->truth.vox ||
        !grid_same(&stack->image.grid, &stack->truth.grid, 1e-3))
        return ERR_FAIL(err, ERR_ARG, "a stack without its truth cannot be read");
    d.rng = rng_make(seed, index, SIM_STREAM_READER + (uint64_t)reader);
    d.habit = draw_habit(&d.rng);
    if (!labels_alloc(&stack->image.grid, &labels, err))
        return false;
    if (find_part(&d)) {
        seen = mem_alloc((size_t)d.dim[2], sizeof *seen, err);
        if (!seen || !desk_alloc(&d, err) || !desk_prepare(&d, err))
            goto done;
        choose_slices(&d, &first, &end);
        if (!find_scar(&d, first, end, seen, err) || !overlook(&d, err))
            goto done;
        write_down(&d, seen, &labels);
    }
    *out = labels;
    labels = (struct labels){0}; /* moved */
    ok = true;
done:
    labels_clear(&labels);
    desk_clear(&d);
    mem_free(seen);
    return ok;
}
