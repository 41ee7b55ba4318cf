#include "sim/reader.h"

#include <math.h>

#include "base/mem.h"
#include "geom/components.h"
#include "geom/distance.h"
#include "sim/draw.h"
#include "sim/reader_scar.h"

static const double REACH_MM = 3.0;    /* of a focus that is overlooked */
static const double SMALL_FOCUS = .01; /* of the myocardium: easily overlooked */
static const double SMALL_TOTAL = .003;
static const double CLOSED = .96; /* of a ring: nobody leaves it out for the rest */

static struct sim_sketch_habit draw_habit(struct rng *r)
{
    struct sim_sketch_habit h;
    h.gamma = sim_draw_clip(sim_draw_normal(r, .42, .05), .25, .65);
    h.waver_mm = rng_range(r, 1.15, 1.65);
    h.smooth_mm = rng_range(r, .7, 1.3);
    h.remote_share = rng_range(r, .26, .36);
    h.blood_share = rng_range(r, .42, .58);
    h.ring_share = sim_draw_clip(sim_draw_normal(r, .88, .05), .6, .97);
    h.area_mm2 =
        sim_draw_clip(1100.0 * exp(sim_draw_normal(r, 0.0, .2)), 400.0, 2500.0);
    return h;
}

/* ---- which slices ---- */

/* Slices at the base where the ring is open, and at the apex where little is left, are
 * kept or dropped by habit, not always alike. */
static bool is_contoured(struct sim_sketch *d, size_t k)
{
    uint32_t ring = 0;
    size_t area = 0;
    const double open = sim_draw_normal(&d->rng, 0.0, .03),
                 small = sim_draw_normal(&d->rng, 0.0, .1);

    sim_sketch_turn_to(d, k);
    for (size_t v = 0; v < d->plane; v++) {
        const size_t at = k * d->plane + v;
        area += label_in(d->truth[at], LABELS_LV);
        if (label_in(d->truth[at], LABELS_MYOCARDIUM))
            ring |= UINT32_C(1) << sim_sketch_sector(d, v);
    }
    return (double)sim_sketch_sectors(ring) >=
               SIM_SKETCH_SECTORS * fmin(d->habit.ring_share + open, CLOSED) &&
           (double)area * d->edge_mm[0] * d->edge_mm[1] >=
               d->habit.area_mm2 * (1.0 + small);
}

/* The longest run of slices worth contouring. */
static void choose_slices(struct sim_sketch *d, size_t *first, size_t *end)
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

/* One in ten small foci is overlooked: what was read within 3 mm of it goes. */
static bool overlook(struct sim_sketch *d, struct err *err)
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
static void write_down(struct sim_sketch *d, const struct sim_reader_window *w,
                       struct labels *out)
{
    const size_t n = (size_t)d->dim[0];
    size_t wall = 0, scar = 0;

    for (size_t v = 0; v < d->voxels; v++) {
        wall += w[v / d->plane].seen && sim_sketch_in_wall(d, v);
        scar += d->scar[v];
    }
    const bool unsure = (double)scar < SMALL_TOTAL * (double)wall;
    const bool negative = rng_chance(&d->rng, .7) && unsure;
    for (size_t v = 0; v < d->voxels; v++) {
        if (!w[v / d->plane].seen)
            continue;
        uint8_t *to = out->vox + sim_sketch_row(d, v / n) + v % n;
        if (sim_sketch_in_cavity(d, v))
            *to = LABEL_LV_BLOOD;
        else if (sim_sketch_in_wall(d, v))
            *to = d->scar[v] && !negative ? LABEL_SCAR : LABEL_MYOCARDIUM;
    }
}

bool sim_reader_read(const struct sim_stack *stack, uint64_t seed, uint64_t index,
                     int reader, struct labels *out, struct err *err)
{
    struct labels labels = {0};
    struct sim_sketch d = {.stack = stack};
    struct sim_reader_window *w = NULL;
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
    if (!sim_sketch_draw(&d, err))
        goto done;
    if (d.voxels > 0) {
        w = mem_alloc((size_t)d.dim[2], sizeof *w, err);
        if (!w)
            goto done;
        choose_slices(&d, &first, &end);
        if (!sim_reader_scar_find(&d, first, end, w, err) || !overlook(&d, err))
            goto done;
        write_down(&d, w, &labels);
    }
    *out = labels;
    labels = (struct labels){0}; /* moved */
    ok = true;
done:
    labels_clear(&labels);
    sim_sketch_clear(&d);
    mem_free(w);
    return ok;
}

double sim_reader_percent_lge(const struct labels *reading)
{
    int64_t scar = 0, wall = 0;
    for (size_t v = 0; v < grid_voxels(&reading->grid); v++) {
        scar += label_in(reading->vox[v], LABELS_SCAR);
        wall += label_in(reading->vox[v], LABELS_MYOCARDIUM);
    }
    return wall > 0 ? 100.0 * (double)scar / (double)wall : -1.0;
}
