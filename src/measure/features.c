#include "measure/features.h"

#include <math.h>

#include "base/mem.h"
#include "measure/look.h"
#include "measure/plane.h"
#include "measure/ring.h"
#include "stat/describe.h"

static const char *const NAME[MEASURE_FEATURES] = {
    [MEASURE_WALL_ENTROPY] = "wall_entropy", [MEASURE_WALL_SPREAD] = "wall_spread",
    [MEASURE_SCAR_ENTROPY] = "scar_entropy", [MEASURE_SCAR_SPREAD] = "scar_spread",
    [MEASURE_SCAR_GREY] = "scar_grey",       [MEASURE_LGE_EXPECTED] = "lge_expected",
    [MEASURE_LGE_SPREAD] = "lge_spread",     [MEASURE_OPEN_WALL] = "open_wall",
    [MEASURE_AXIS_BEND_MM] = "axis_bend_mm", [MEASURE_AREA_JUMP] = "area_jump",
    [MEASURE_ELONGATION] = "elongation",     [MEASURE_LV_ML] = "lv_ml",
    [MEASURE_WALL_SHARE] = "wall_share",     [MEASURE_WALL_RANK] = "wall_rank",
    [MEASURE_BLOOD_RANK] = "blood_rank",     [MEASURE_NULLING] = "nulling",
    [MEASURE_CONTRAST] = "contrast",         [MEASURE_TEXTURE] = "texture",
    [MEASURE_BLOOD_SPREAD] = "blood_spread",
};

const char *measure_feature_name(enum measure_feature feature)
{
    return NAME[feature];
}

void measure_features_none(struct measure_features *out)
{
    for (int i = 0; i < MEASURE_FEATURES; i++)
        out->value[i] = (double)NAN;
}

/* Slices far apart differ more: a jump is that over this distance. */
static const double JUMP_MM = 10.0;

/* The left ventricle in one slice. */
struct disc {
    double pixels, wall, blood;  /* numbers of pixels */
    double centre[2], cavity[2]; /* column and row */
    double elongation;
};

static struct disc disc_of(const struct labels *labels, int32_t k)
{
    const struct grid *g = &labels->grid;
    const double edge[2] = {grid_edge_mm(g, 0), grid_edge_mm(g, 1)};
    struct disc d = {.elongation = (double)NAN};
    double sum[2] = {0.0, 0.0}, hollow[2] = {0.0, 0.0}, square[3] = {0.0, 0.0, 0.0};

    for (int32_t y = 0; y < g->dim[1]; y++)
        for (int32_t x = 0; x < g->dim[0]; x++) {
            const uint8_t l = labels->vox[grid_index(g, x, y, k)];
            if (!label_in(l, LABELS_LV))
                continue;
            d.pixels += 1.0;
            sum[0] += x;
            sum[1] += y;
            square[0] += (double)x * x;
            square[1] += (double)y * y;
            square[2] += (double)x * y;
            if (l != LABEL_LV_BLOOD)
                continue;
            d.blood += 1.0;
            hollow[0] += x;
            hollow[1] += y;
        }
    d.wall = d.pixels - d.blood;
    if (!(d.pixels > 0.0))
        return d;
    for (int a = 0; a < 2; a++) {
        d.centre[a] = sum[a] / d.pixels;
        d.cavity[a] = hollow[a] / fmax(d.blood, 1.0);
    }
    const double xx = edge[0] * edge[0] *
                      (square[0] / d.pixels - d.centre[0] * d.centre[0] + 1.0 / 12.0);
    const double yy = edge[1] * edge[1] *
                      (square[1] / d.pixels - d.centre[1] * d.centre[1] + 1.0 / 12.0);
    const double xy =
        edge[0] * edge[1] * (square[2] / d.pixels - d.centre[0] * d.centre[1]);
    const double half = 0.5 * (xx + yy), apart = hypot(0.5 * (xx - yy), xy);
    d.elongation = sqrt((half + apart) / fmax(half - apart, 1e-9));
    return d;
}

/* Share of the directions from the cavity's centre without wall. */
static double open_share(const struct labels *labels, int32_t k, const struct disc *d)
{
    struct measure_plane plane;
    struct measure_ring ring;

    measure_plane_make(&labels->grid, true, &plane);
    measure_ring_trace(labels, k, &plane, d->cavity, &ring);
    return 1.0 - (double)ring.rays / (double)MEASURE_RAYS;
}

/* Median of the finite values; NaN if there is none.  `value` is put in order. */
static double middle(double *value, size_t n)
{
    const size_t kept = stat_sort_finite(value, n);

    return kept > 0 ? stat_quantile(value, kept, 0.5) : (double)NAN;
}

/* Root mean square distance of centres from their line of least squares over the
 * slices, in the plane of the slices. */
static double bend(const struct grid *g, const struct disc *d, int32_t slices)
{
    double n = 0.0, z = 0.0, zz = 0.0, rest = 0.0;

    for (int32_t k = 0; k < slices; k++)
        if (d[k].pixels > 0.0) {
            n += 1.0;
            z += k;
            zz += (double)k * k;
        }
    const double spread = zz - z * z / fmax(n, 1.0);
    if (n < 3.0 || !(spread > 0.0))
        return (double)NAN;
    for (int a = 0; a < 2; a++) {
        double c = 0.0, cz = 0.0, cc = 0.0;
        for (int32_t k = 0; k < slices; k++)
            if (d[k].pixels > 0.0) {
                const double at = d[k].centre[a] * grid_edge_mm(g, a);
                c += at;
                cz += at * k;
                cc += at * at;
            }
        const double both = cz - c * z / n;
        rest += fmax(cc - c * c / n - both * both / spread, 0.0);
    }
    return sqrt(rest / n);
}

static void shape(const struct labels *labels, const struct disc *d, double *room,
                  struct measure_features *f)
{
    const struct grid *g = &labels->grid;
    const int32_t slices = g->dim[2];
    double open = 0.0, wall = 0.0, blood = 0.0, hollow = 0.0;
    size_t n = 0;

    for (int32_t k = 0; k < slices; k++) {
        wall += d[k].wall;
        blood += d[k].blood;
        if (d[k].wall > 0.0 && d[k].blood > 0.0) {
            open += open_share(labels, k, &d[k]);
            hollow += 1.0;
        }
        room[k] = d[k].elongation;
    }
    if (!(wall + blood > 0.0))
        return;
    f->value[MEASURE_OPEN_WALL] = hollow > 0.0 ? open / hollow : (double)NAN;
    f->value[MEASURE_ELONGATION] = middle(room, (size_t)slices);
    for (int32_t k = 0; k + 1 < slices; k++)
        if (d[k].pixels > 0.0 && d[k + 1].pixels > 0.0)
            room[n++] =
                fabs(log(d[k].pixels / d[k + 1].pixels)) * JUMP_MM / grid_edge_mm(g, 2);
    f->value[MEASURE_AREA_JUMP] = middle(room, n);
    f->value[MEASURE_AXIS_BEND_MM] = bend(g, d, slices);
    f->value[MEASURE_LV_ML] = (wall + blood) * grid_voxel_ml(g);
    f->value[MEASURE_WALL_SHARE] = wall / (wall + blood);
}

static void appearance(const double (*look)[LOOK_PARTS], int32_t slices, double *room,
                       struct measure_features *f)
{
    static const enum measure_feature feature[LOOK_PARTS] = {
        [LOOK_WALL_RANK] = MEASURE_WALL_RANK,
        [LOOK_BLOOD_RANK] = MEASURE_BLOOD_RANK,
        [LOOK_NULLING] = MEASURE_NULLING,
        [LOOK_CONTRAST] = MEASURE_CONTRAST,
        [LOOK_TEXTURE] = MEASURE_TEXTURE,
        [LOOK_BLOOD_SPREAD] = MEASURE_BLOOD_SPREAD,
    };

    for (int p = 0; p < LOOK_PARTS; p++) {
        for (int32_t k = 0; k < slices; k++)
            room[k] = look[k][p];
        f->value[feature[p]] = middle(room, (size_t)slices);
    }
}

bool measure_features_find(const struct image *image, const struct labels *labels,
                           struct measure_features *f, struct err *err)
{
    const struct grid *g = &labels->grid;
    const size_t slices = (size_t)g->dim[2];
    double(*look)[LOOK_PARTS] = NULL, *room = NULL;
    struct disc *disc = NULL;
    bool ok = false;

    if (!image->vox || !labels->vox)
        return ERR_FAIL(err, ERR_ARG, "features: no image or no labels");
    for (int a = 0; a < 3; a++)
        if (image->grid.dim[a] != g->dim[a])
            return ERR_FAIL(err, ERR_ARG, "features: image and labels differ in size");
    look = mem_alloc(slices, sizeof *look, err);
    room = mem_alloc(slices, sizeof *room, err);
    disc = mem_alloc(slices, sizeof *disc, err);
    if (!look || !room || !disc || !measure_look(image, labels, look, err))
        goto done;
    for (int32_t k = 0; k < g->dim[2]; k++)
        disc[k] = disc_of(labels, k);
    shape(labels, disc, room, f);
    appearance((const double(*)[LOOK_PARTS])look, g->dim[2], room, f);
    ok = true;
done:
    mem_free(disc);
    mem_free(room);
    mem_free(look);
    return ok;
}
