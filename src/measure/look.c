#include "measure/look.h"

#include <math.h>

#include "base/mem.h"
#include "geom/distance.h"
#include "geom/erode.h"
#include "measure/heart.h"
#include "stat/describe.h"

/* How far the surroundings reach, what a rim is, how far neighbours are apart. */
static const double REACH_MM = 30.0, RIM_MM = 1.5, STEP_MM = 1.5, LEAST_MM2 = 100.0;
enum { LEAST_PIXELS = 12 };

/* Room for one slice, and where its parts are. */
struct view {
    int32_t columns, rows;
    double edge_mm[2];
    const float *vox;
    const uint8_t *label;
    float *from_lv;        /* [pixels], mm */
    uint8_t *blood, *wall; /* [pixels], without their rims */
    double *value;         /* [2 pixels] */
};

static size_t pixels_of(const struct view *v)
{
    return (size_t)v->columns * (size_t)v->rows;
}

static int steps(const struct view *v, double mm)
{
    const double n = round(mm / sqrt(v->edge_mm[0] * v->edge_mm[1]));
    return n < 1.0 ? 1 : n > 16.0 ? 16 : (int)n;
}

/* The labels of a set without their rim. */
static bool inner_part(const struct view *v, unsigned set, uint8_t *mask,
                       struct err *err)
{
    for (size_t i = 0; i < pixels_of(v); i++)
        mask[i] = label_in(v->label[i], set);
    return geom_erode(mask, v->columns, v->rows, steps(v, RIM_MM), err);
}

/* A thin wall has no inside: then all of it. */
static bool wall_part(const struct view *v, struct err *err)
{
    size_t n = 0;

    if (!inner_part(v, LABELS_MYOCARDIUM, v->wall, err))
        return false;
    for (size_t i = 0; i < pixels_of(v); i++)
        n += v->wall[i];
    for (size_t i = 0; n < LEAST_PIXELS && i < pixels_of(v); i++)
        v->wall[i] = label_in(v->label[i], LABELS_MYOCARDIUM);
    return true;
}

static size_t take(const struct view *v, const uint8_t *mask, double *to)
{
    size_t n = 0;

    for (size_t i = 0; i < pixels_of(v); i++)
        if (mask[i])
            to[n++] = (double)v->vox[i];
    stat_sort(to, n);
    return n;
}

static size_t take_surroundings(const struct view *v, double *to)
{
    size_t n = 0;

    for (size_t i = 0; i < pixels_of(v); i++)
        if (v->from_lv[i] > 0.0f && (double)v->from_lv[i] <= REACH_MM)
            to[n++] = (double)v->vox[i];
    stat_sort(to, n);
    return n;
}

/* Mean difference of neighbours along both axes without the largest quarter, which are
 * edges; NaN with too few.  (The median would be 0, 1 or 2 in an 8-bit copy.) */
static double roughness(const struct view *v, const uint8_t *mask)
{
    const int step = steps(v, STEP_MM);
    size_t n = 0;

    for (int32_t y = 0; y < v->rows; y++)
        for (int32_t x = 0; x < v->columns; x++) {
            const size_t at = (size_t)y * (size_t)v->columns + (size_t)x;
            const size_t right = at + (size_t)step;
            const size_t below = at + (size_t)step * (size_t)v->columns;
            if (!mask[at])
                continue;
            if (x + step < v->columns && mask[right])
                v->value[n++] = fabs((double)v->vox[at] - (double)v->vox[right]);
            if (y + step < v->rows && mask[below])
                v->value[n++] = fabs((double)v->vox[at] - (double)v->vox[below]);
        }
    if (n < LEAST_PIXELS)
        return (double)NAN;
    stat_sort(v->value, n);
    return stat_mean(v->value, n - n / 4);
}

/* Share of a sorted sample below a level, equal values half. */
static double rank_in(const double *sorted, size_t n, double level)
{
    size_t below = 0, equal = 0;

    for (size_t i = 0; i < n && sorted[i] <= level; i++) {
        if (sorted[i] < level)
            below++;
        else
            equal++;
    }
    return ((double)below + 0.5 * (double)equal) / (double)n;
}

static double ratio(double up, double down)
{
    return down > 0.0 ? up / down : (double)NAN;
}

static bool look_at(const struct view *v, double part[static LOOK_PARTS],
                    struct err *err)
{
    const double pixel_mm2 = v->edge_mm[0] * v->edge_mm[1];

    for (int p = 0; p < LOOK_PARTS; p++)
        part[p] = (double)NAN;
    if (!inner_part(v, LABEL_BIT(LABEL_LV_BLOOD), v->blood, err) || !wall_part(v, err))
        return false;
    size_t n = take(v, v->blood, v->value);
    if ((double)n * pixel_mm2 < LEAST_MM2 || n < LEAST_PIXELS)
        return true;
    const double blood = stat_quantile(v->value, n, 0.5);
    const double spread = stat_sd(v->value, n, stat_mean(v->value, n));
    n = take(v, v->wall, v->value);
    if ((double)n * pixel_mm2 < LEAST_MM2 || n < LEAST_PIXELS)
        return true;
    const double wall = stat_quantile(v->value, n, 0.3);
    part[LOOK_BLOOD_SPREAD] = ratio(spread, blood - wall);
    part[LOOK_CONTRAST] = ratio(blood - wall, wall - stat_quantile(v->value, n, 0.05));
    n = take_surroundings(v, v->value);
    if (n >= LEAST_PIXELS) {
        const double dark = stat_quantile(v->value, n, 0.05);
        part[LOOK_WALL_RANK] = rank_in(v->value, n, wall);
        part[LOOK_BLOOD_RANK] = rank_in(v->value, n, blood);
        part[LOOK_NULLING] = ratio(wall - dark, blood - dark);
    }
    part[LOOK_TEXTURE] = ratio(roughness(v, v->blood), roughness(v, v->wall));
    return true;
}

/* A slice of the stack in a view: where its LV is, and how far the rest is from it. */
static bool has_lv(struct view *v, const struct labels *labels, int32_t k,
                   struct err *err)
{
    const int32_t dim[3] = {v->columns, v->rows, 1};
    bool any = false;

    v->label = labels->vox + (size_t)k * pixels_of(v);
    for (size_t i = 0; i < pixels_of(v); i++) {
        v->blood[i] = label_in(v->label[i], LABELS_LV);
        any = any || v->blood[i];
    }
    return !any || geom_distance(v->blood, dim, v->edge_mm, v->from_lv, err);
}

static bool look_at_all(const struct image *image, const struct labels *labels,
                        double (*look)[LOOK_PARTS], struct err *err)
{
    const struct grid *g = &labels->grid;
    struct view v = {.columns = g->dim[0],
                     .rows = g->dim[1],
                     .edge_mm = {grid_edge_mm(g, 0), grid_edge_mm(g, 1)}};
    const size_t pixels = pixels_of(&v);
    bool ok = false;

    v.from_lv = mem_alloc(pixels, sizeof *v.from_lv, err);
    v.blood = mem_alloc(pixels, 1, err);
    v.wall = mem_alloc(pixels, 1, err);
    v.value = mem_alloc(2 * pixels, sizeof *v.value, err);
    if (!v.from_lv || !v.blood || !v.wall || !v.value)
        goto done;
    for (int32_t k = 0; k < g->dim[2]; k++) {
        v.vox = image->vox + (size_t)k * pixels;
        if (!has_lv(&v, labels, k, err) || !look_at(&v, look[k], err))
            goto done;
    }
    ok = true;
done:
    mem_free(v.value);
    mem_free(v.wall);
    mem_free(v.blood);
    mem_free(v.from_lv);
    return ok;
}

bool measure_look(const struct image *image, const struct labels *labels,
                  double (*look)[LOOK_PARTS], struct err *err)
{
    const struct geom_box box = measure_heart_box(labels, REACH_MM);
    struct image near = {0};
    struct labels heart = {0};
    const bool ok = geom_crop_image(image, &box, 0.0f, &near, err) &&
                    geom_crop_labels(labels, &box, &heart, err) &&
                    look_at_all(&near, &heart, look, err);
    labels_clear(&heart);
    image_clear(&near);
    return ok;
}
