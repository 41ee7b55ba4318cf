#include "sim/paint.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "geom/blur.h"
#include "geom/components.h"
#include "sim/draw.h"
#include "sim/paint_grain.h"
#include "sim/paint_scar.h"
#include "sim/paint_tone.h"
#include "sim/paint_wall.h"

enum { STREAM_PLAN = 200, STREAM_DITHER, STREAM_GRAIN, STREAM_RAGGED, SOFTER = 8 };
static const float THICKNESS_MM = 8.0f; /* of a slice: what lies beyond is its gap */
static const double MOST_BLUR_MM = 1.5;
static const double LEAST_FOCUS_MM2 = 16.0; /* what no reader draws is no scar */

const char *sim_paint_pattern_name(enum sim_pattern pattern)
{
    return pattern == SIM_INFARCT    ? "infarct"
           : pattern == SIM_FIBROSIS ? "fibrosis"
                                     : "none";
}

static double log_uniform(struct rng *r, double lo, double hi)
{
    return lo * pow(hi / lo, rng_uniform(r));
}

void sim_paint_draw(uint64_t seed, uint64_t index, bool scarred,
                    const struct sim_paint_shares *shares, struct sim_paint_plan *out)
{
    struct sim_paint_plan plan = {.seed = seed, .index = index, .thick = true};
    struct sim_patient *p = &plan.patient;
    struct rng r = rng_make(seed, index, STREAM_PLAN);
    sim_patient_draw(seed, index, SIM_COHORT, p);
    if (p->subtype == SIM_ANEURYSM)
        p->subtype = SIM_MIDVENTRICULAR;
    p->spread =
        sim_draw_clip(p->spread, 0.75, 3.0); /* narrower ones look like spikes */
    const double kind = rng_uniform(&r);
    const bool infarct =
        kind >= shares->plain && kind < shares->plain + shares->infarct;
    const bool thin = rng_chance(&r, 0.5);
    const double fibrosis = log_uniform(&r, 0.015, 0.32);
    const double necrosis = log_uniform(&r, 0.04, 0.45);
    plan.inward = rng_range(&r, 0.5, 0.8);
    p->territory = (enum sim_territory)rng_below(&r, 3);
    p->no_reflow = infarct && rng_chance(&r, 0.5);
    p->thinned = false;
    plan.contrast =
        sim_draw_clip(sim_draw_lognormal(&r, infarct ? 2.25 : 2.1, 0.28), 1.3, 3.7);
    const double tint = rng_uniform(&r), much = rng_uniform(&r);
    plan.blood = tint < 0.30 ? 0.1 + 0.5 * much : tint < 0.45 ? -0.1 - 0.2 * much : 0.0;
    p->pattern = scarred || kind < shares->plain ? SIM_NO_SCAR
                 : infarct                       ? SIM_INFARCT
                                                 : SIM_FIBROSIS;
    p->burden = p->pattern == SIM_NO_SCAR ? 0.0 : infarct ? necrosis : fibrosis;
    plan.thick = !(p->pattern == SIM_INFARCT && thin);
    *out = plan;
}

/* ---- the change of shape ---- */

/* Everything that a case is made with. */
struct easel {
    const struct image *image; /* the source */
    const struct sim_paint_plan *plan;
    struct sim_patient patient;
    struct sim_paint_shape shape;
    struct sim_paint_tone tone;
    struct sim_paint_warp *warp; /* owned; [slices] */
    struct sim_wall wall;
    struct sim_scar scar;
    struct sim_cube_noise ragged;
    struct sim_paint_case c;
};

/* Thicken all slices by a share of what is wanted. */
static bool thicken_by(struct easel *e, double amount, struct err *err)
{
    const struct sim_paint_shape *s = &e->shape;
    float growth[SIM_PAINT_RAYS];
    e->c.amount = amount;
    e->c.max_wall_mm = 0.0;
    e->c.target_wall_mm = 0.0;
    e->c.min_jacobian = 1.0;
    for (int32_t k = s->first; k <= s->last; k++) {
        struct sim_paint_warp *w = &e->warp[k];
        const float z = sim_paint_shape_z(s, k) * e->wall.length / s->length_mm;
        if (!s->slice[k].wall)
            continue;
        sim_paint_wall_growth(s, k, &e->wall, (float)amount, growth);
        if (!sim_paint_warp_make(&s->slice[k], growth, (float)e->plan->inward, w, err))
            return false;
        const double least = (double)sim_paint_warp_min_jacobian(w, &s->slice[k]);
        e->c.min_jacobian = fmin(e->c.min_jacobian, least);
        for (int i = 0; i < SIM_PAINT_RAYS; i++) {
            struct sim_wall_point t;
            sim_wall_at(&e->wall, (float)i, z, &t);
            const double thick = (double)(w->outer[i] - w->inner[i]);
            e->c.max_wall_mm = fmax(e->c.max_wall_mm, thick);
            e->c.target_wall_mm = fmax(e->c.target_wall_mm, (double)t.thick);
        }
    }
    return true;
}

/* All that is wanted, or less until no map folds. */
static bool thicken(struct easel *e, struct err *err)
{
    double amount = e->plan->thick ? 1.0 : 0.0;
    struct err folds = {0};
    for (int attempt = 0; attempt < SOFTER; attempt++) {
        folds = (struct err){0};
        if (thicken_by(e, amount, &folds))
            return true;
        if (folds.code != ERR_NUMERIC)
            break;
        amount *= 0.8;
    }
    return ERR_FAIL(err, folds.code, "%s", folds.msg);
}

/* Cubic convolution with a = -1/2: exact at the pixels, sharp between them. */
static void cubic(double t, double w[static 4])
{
    w[0] = t * (-0.5 + t * (1.0 - 0.5 * t));
    w[1] = 1.0 + t * t * (-2.5 + 1.5 * t);
    w[2] = t * (0.5 + t * (2.0 - 1.5 * t));
    w[3] = t * t * (-0.5 + 0.5 * t);
}

static int32_t held(int32_t i, int32_t n)
{
    return i < 0 ? 0 : i >= n ? n - 1 : i;
}

static double sample(const struct grid *g, const float *vox, int32_t k, double x,
                     double y)
{
    const int32_t i = (int32_t)floor(x), j = (int32_t)floor(y);
    double wx[4], wy[4], sum = 0.0;
    cubic(x - i, wx);
    cubic(y - j, wy);
    for (int b = 0; b < 4; b++) {
        double line = 0.0;
        for (int a = 0; a < 4; a++)
            line += wx[a] * (double)vox[grid_index(g, held(i + a - 1, g->dim[0]),
                                                   held(j + b - 1, g->dim[1]), k)];
        sum += wy[b] * line;
    }
    return sum;
}

/* The source taken apart, and new grain; one block, owned by `image`. */
struct layers {
    float *image, *smooth, *grain; /* [voxels] */
};

/* How much of a stretched wall's own grain is kept: where the map leaves areas as they
 * are, all. */
static float kept(float depth, float jacobian)
{
    const float inside = fminf(depth, 1.0f - depth);
    const float whole = sim_noise_clip((jacobian - 0.35f) / 0.45f, 0.0f, 1.0f);
    return inside <= 0.0f ? 1.0f : whole;
}

/* One slice of image and labels, each pixel from where it was. */
static void warp_slice(struct easel *e, const struct layers *from, int32_t k)
{
    const struct sim_paint_shape *s = &e->shape;
    const struct sim_paint_slice *slice = &s->slice[k];
    const struct grid *g = &s->grid;
    for (int32_t j = 0; j < g->dim[1]; j++)
        for (int32_t i = 0; i < g->dim[0]; i++) {
            const double here[2] = {i, j};
            const size_t v = grid_index(g, i, j, k);
            struct sim_paint_place p;
            float mm[2];
            double from_px[2];
            sim_paint_shape_mm(s, k, here, mm);
            sim_paint_warp_at(&e->warp[k], slice, mm, &p);
            if (p.from[0] == mm[0] && p.from[1] == mm[1])
                continue; /* beyond the reach: not even rounding */
            sim_paint_shape_px(s, k, p.from, from_px);
            const double x = from_px[0], y = from_px[1];
            const float own = kept(p.depth, p.jacobian);
            double value = (double)own * sample(g, from->image, k, x, y);
            if (own < 1.0f)
                value += (1.0 - (double)own) * sample(g, from->smooth, k, x, y) +
                         (double)(sqrtf(1.0f - own * own) * from->grain[v]);
            e->c.image.vox[v] = (float)value;
            e->c.labels.vox[v] = sim_paint_shape_label(s, k, x, y);
        }
}

/* Whole numbers are dithered: their steps would show where they are stretched. */
static void dither(const struct easel *e, struct image *out)
{
    const size_t voxels = grid_voxels(&e->image->grid);
    bool whole = true;
    for (size_t v = 0; v < voxels && whole; v++)
        whole = e->image->vox[v] == rintf(e->image->vox[v]);
    struct rng r = rng_make(e->plan->seed, e->plan->index, STREAM_DITHER);
    for (size_t v = 0; v < voxels; v++)
        out->vox[v] =
            e->image->vox[v] + (whole ? (float)rng_range(&r, -0.5, 0.5) : 0.0f);
}

static bool reshape(struct easel *e, const struct labels *labels, struct err *err)
{
    const size_t voxels = grid_voxels(&e->image->grid);
    struct sim_paint_grain grain;
    struct layers from;
    dither(e, &e->c.image);
    memcpy(e->c.labels.vox, labels->vox, voxels);
    if (!(e->c.amount > 0.0))
        return true;
    from.image = mem_alloc(3 * voxels, sizeof *from.image, err);
    if (!from.image)
        return false;
    from.smooth = from.image + voxels;
    from.grain = from.smooth + voxels;
    memcpy(from.image, e->c.image.vox, voxels * sizeof *from.image);
    struct rng r = rng_make(e->plan->seed, e->plan->index, STREAM_GRAIN);
    const bool ok =
        sim_paint_grain_split(&e->c.image, labels, from.smooth, &grain, err) &&
        sim_paint_grain_make(&grain, &r, labels->grid.dim, from.grain, err);
    for (int32_t k = e->shape.first; ok && k <= e->shape.last; k++)
        if (e->shape.slice[k].wall && e->warp[k].moves)
            warp_slice(e, &from, k);
    mem_free(from.image);
    return ok;
}

/* ---- the change of signal ---- */

/* A smaller of the two without a corner. */
static float soft_smaller(float a, float b)
{
    const float a4 = a * a * a * a, b4 = b * b * b * b;
    return a4 + b4 > 0.0f ? a * b / powf(a4 + b4, 0.25f) : 0.0f;
}

/* What a Gaussian must still do after a pixel's own width has averaged. */
static void blur_px(const struct easel *e, double out[static 2])
{
    const double sd = fmin(e->tone.blur_mm, MOST_BLUR_MM);
    for (int a = 0; a < 2; a++) {
        const double px = sd / grid_edge_mm(&e->image->grid, a);
        out[a] = sqrt(fmax(px * px - 1.0 / 12.0, 0.0));
    }
}

/* Blood, and what else is brighter than the wall: a change of contrast as another delay
 * after the contrast agent gives it; papillary muscles stay. */
static void tint(struct easel *e, const float *smooth)
{
    for (size_t v = 0; v < grid_voxels(&e->image->grid); v++)
        e->c.image.vox[v] +=
            (float)e->plan->blood * fmaxf(smooth[v] - (float)e->tone.remote, 0.0f);
}

/* Mean signal of scar above the wall: as asked for, unless that is very far from what
 * blood has. */
static double signal_of(const struct easel *e)
{
    const double sd = e->tone.sd_healthy;
    const double blood = fmax(e->tone.contrast * (1.0 + e->plan->blood), 1.2 * sd);
    return sim_draw_clip(e->plan->contrast * sd, 0.45 * blood, 1.6 * blood);
}

/* Mean enhancement of the pixels that are labelled as scar. */
static double mean_enhancement(const struct labels *labels, const float *part)
{
    double sum = 0.0, n = 0.0;
    for (size_t v = 0; v < grid_voxels(&labels->grid); v++)
        if (labels->vox[v] == LABEL_SCAR) {
            sum += (double)part[v];
            n += 1.0;
        }
    return n > 0.0 ? sum / n : 1.0;
}

/* Scar: the difference of signal is added where it lies; where the image is bright
 * already (blood within a contour that is drawn wide), it grows no brighter than blood
 * and scar are. */
static bool paint_scar(struct easel *e, const float *smooth, float *part,
                       struct err *err)
{
    const size_t voxels = grid_voxels(&e->image->grid);
    double sd[2];
    if (!sim_scar_init(&e->scar, &e->patient, &e->wall, err))
        return false;
    struct rng r = rng_make(e->plan->seed, e->plan->index, STREAM_RAGGED);
    sim_noise_cube(&r, &e->ragged);
    const struct sim_paint_ground ground = {
        .shape = &e->shape,
        .warp = e->warp,
        .wall = &e->wall,
        .scar = &e->scar,
        .ragged = &e->ragged,
        .thickness_mm = fminf(THICKNESS_MM, e->shape.slice_mm),
    };
    memset(part, 0, voxels * sizeof *part);
    sim_paint_scar_lay(&ground, &e->c.labels, part);
    const double pixel_mm2 =
        grid_edge_mm(&e->image->grid, 0) * grid_edge_mm(&e->image->grid, 1);
    if (!geom_drop_islands(&e->c.labels, LABELS_SCAR, GEOM_TOUCH_SLICE_8,
                           (size_t)ceil(LEAST_FOCUS_MM2 / pixel_mm2), LABEL_MYOCARDIUM,
                           err))
        return false;
    blur_px(e, sd);
    if (!geom_blur(part, e->image->grid.dim, sd, err))
        return false;
    e->c.signal = signal_of(e);
    const double core = /* small foci stay fainter than large ones */
        e->c.signal / sim_draw_clip(mean_enhancement(&e->c.labels, part), 0.6, 1.2);
    const double top = fmax(e->tone.blood, e->tone.remote + 1.2 * core);
    for (size_t v = 0; v < voxels; v++) {
        if (part[v] <= 1e-4f)
            continue;
        const float more = (float)core * part[v];
        const float room = fmaxf((float)top + 0.3f * more - smooth[v], 0.0f);
        e->c.image.vox[v] += soft_smaller(more, room);
    }
    return true;
}

static bool paint(struct easel *e, struct err *err)
{
    const size_t voxels = grid_voxels(&e->image->grid);
    const double soft[2] = {1.0, 1.0};
    float *smooth = mem_alloc(voxels, sizeof *smooth, err);
    float *part = mem_alloc(voxels, sizeof *part, err);
    bool ok = smooth && part;
    if (ok) {
        memcpy(smooth, e->c.image.vox, voxels * sizeof *smooth);
        ok = geom_blur(smooth, e->image->grid.dim, soft, err);
    }
    if (ok && e->plan->blood != 0.0)
        tint(e, smooth);
    if (ok && e->patient.pattern != SIM_NO_SCAR)
        ok = paint_scar(e, smooth, part, err);
    mem_free(smooth);
    mem_free(part);
    return ok;
}

static void count(struct sim_paint_case *c)
{
    const double ml = grid_voxel_ml(&c->labels.grid);
    for (size_t v = 0; v < grid_voxels(&c->labels.grid); v++) {
        c->scar_ml += label_in(c->labels.vox[v], LABELS_SCAR) ? ml : 0.0;
        c->myocardium_ml += label_in(c->labels.vox[v], LABELS_MYOCARDIUM) ? ml : 0.0;
    }
    c->percent_lge =
        c->myocardium_ml > 0.0 ? 100.0 * c->scar_ml / c->myocardium_ml : 0.0;
}

bool sim_paint_make(const struct image *image, const struct labels *labels,
                    const struct sim_paint_frame *frame,
                    const struct sim_paint_plan *plan, struct sim_paint_case *out,
                    struct err *err)
{
    struct easel *e = mem_alloc(1, sizeof *e, err);
    bool ok = false;
    if (!e)
        return false;
    e->image = image;
    e->plan = plan;
    e->patient = plan->patient;
    if (!image->vox || !labels->vox || !grid_same(&image->grid, &labels->grid, 0.1)) {
        err_record(err, ERR_ARG, "paint: image and labels are not on one grid");
        goto done;
    }
    e->warp = mem_alloc((size_t)image->grid.dim[2], sizeof *e->warp, err);
    if (!e->warp || !image_alloc(&image->grid, &e->c.image, err) ||
        !labels_alloc(&image->grid, &e->c.labels, err) ||
        !sim_paint_shape_init(labels, frame, &e->shape, err) ||
        !sim_paint_tone_measure(image, labels, &e->tone, err))
        goto done;
    sim_paint_wall_fit(&e->shape, &e->patient);
    if (!sim_wall_init(&e->wall, &e->patient, err) || !thicken(e, err) ||
        !reshape(e, labels, err))
        goto done;
    sim_paint_wall_replace(&e->shape, e->warp, &e->wall);
    if (!paint(e, err))
        goto done;
    count(&e->c);
    *out = e->c;
    e->c = (struct sim_paint_case){0}; /* moved */
    ok = true;
done:
    sim_paint_clear(&e->c);
    sim_scar_clear(&e->scar);
    sim_wall_clear(&e->wall);
    sim_paint_shape_clear(&e->shape);
    mem_free(e->warp);
    mem_free(e);
    return ok;
}

void sim_paint_clear(struct sim_paint_case *c)
{
    image_clear(&c->image);
    labels_clear(&c->labels);
    *c = (struct sim_paint_case){0};
}
