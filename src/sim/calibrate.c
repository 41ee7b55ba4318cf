#include "sim/calibrate.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "geom/erode.h"
#include "stat/describe.h"

enum {
    BLOOD_RIM = 2,
    WALL_RIM = 1,
    MIN_PIXELS = 40, /* of blood and of remote myocardium */
    MIN_SCAR_PIXELS = 12,
    REACH = 2, /* of the gradient's window and of its kernel */
};
static const double MIN_CONTRAST = 5.0 / 255.0; /* B - M in parts of the range */
static const double EDGE_SIGMA = 0.5;           /* pixels */

const char *sim_calibrate_name(enum sim_calibrate_what what)
{
    static const char *const name[SIM_CALIBRATE_COUNT] = {
        [SIM_CALIBRATE_SCAR] = "(S-M)/(B-M)",
        [SIM_CALIBRATE_SD_BLOOD] = "sd blood/(B-M)",
        [SIM_CALIBRATE_SD_REMOTE] = "sd remote/(B-M)",
        [SIM_CALIBRATE_NOISE] = "noise/(B-M)",
        [SIM_CALIBRATE_EDGE] = "edge width, mm",
    };
    return (unsigned)what < SIM_CALIBRATE_COUNT ? name[what] : "?";
}

/* One slice, and room to work on it. */
struct slice {
    const float *v;       /* [rows][columns] */
    const uint8_t *label; /* [rows][columns] */
    int32_t columns, rows;
    double pixel_mm;
    uint8_t *mask;  /* [rows][columns] */
    double *sample; /* [rows * columns] */
};

static size_t at(const struct slice *s, int32_t i, int32_t j)
{
    return (size_t)j * (size_t)s->columns + (size_t)i;
}

struct region {
    size_t pixels;
    double median, sd;
};

/* Brightness of the pixels with a label in `set`, less a rim; the mask stays. */
static bool measure_region(struct slice *s, unsigned set, int rim, struct region *out,
                           struct err *err)
{
    const size_t pixels = (size_t)s->columns * (size_t)s->rows;
    size_t n = 0;
    for (size_t p = 0; p < pixels; p++)
        s->mask[p] = label_in(s->label[p], set);
    if (!geom_erode(s->mask, s->columns, s->rows, rim, err))
        return false;
    for (size_t p = 0; p < pixels; p++)
        if (s->mask[p])
            s->sample[n++] = (double)s->v[p];
    *out = (struct region){.pixels = n, .median = NAN, .sd = NAN};
    if (n < 2)
        return true;
    stat_sort(s->sample, n);
    out->median = stat_quantile(s->sample, n, 0.5);
    out->sd = stat_sd(s->sample, n, stat_mean(s->sample, n));
    return true;
}

static double median_of(double *sample, size_t n)
{
    if (n == 0)
        return NAN;
    stat_sort(sample, n);
    return stat_quantile(sample, n, 0.5);
}

/* The mask is the eroded blood.  The sum of four independent values has twice the sd of
 * one. */
static double high_frequency_noise(struct slice *s)
{
    size_t n = 0;
    for (int32_t j = 0; j + 1 < s->rows; j++)
        for (int32_t i = 0; i + 1 < s->columns; i++) {
            const size_t a = at(s, i, j), b = at(s, i, j + 1);
            if (!s->mask[a] || !s->mask[a + 1] || !s->mask[b] || !s->mask[b + 1])
                continue;
            const double d = (double)s->v[a] - (double)s->v[a + 1] - (double)s->v[b] +
                             (double)s->v[b + 1];
            s->sample[n++] = fabs(d) / 2.0;
        }
    return 1.4826 * median_of(s->sample, n);
}

static int32_t limit(int32_t i, int32_t n)
{
    return i < 0 ? 0 : i >= n ? n - 1 : i;
}

/* Steepness at a pixel: the image against the derivative of a Gaussian. */
static double gradient(const struct slice *s, int32_t i, int32_t j,
                       const double smooth[static REACH + 1])
{
    double gx = 0.0, gy = 0.0;
    for (int32_t b = -REACH; b <= REACH; b++)
        for (int32_t a = -REACH; a <= REACH; a++) {
            const double v =
                (double)s->v[at(s, limit(i + a, s->columns), limit(j + b, s->rows))];
            const double w = smooth[a < 0 ? -a : a] * smooth[b < 0 ? -b : b] * v;
            gx += w * a;
            gy += w * b;
        }
    return hypot(gx, gy) / (EDGE_SIGMA * EDGE_SIGMA);
}

/* Is this a pixel of blood with myocardium beside it? */
static bool is_endocardial(const struct slice *s, int32_t i, int32_t j)
{
    const size_t p = at(s, i, j);
    return s->label[p] == LABEL_LV_BLOOD &&
           ((i > 0 && label_in(s->label[p - 1], LABELS_MYOCARDIUM)) ||
            (i + 1 < s->columns && label_in(s->label[p + 1], LABELS_MYOCARDIUM)) ||
            (j > 0 && label_in(s->label[at(s, i, j - 1)], LABELS_MYOCARDIUM)) ||
            (j + 1 < s->rows &&
             label_in(s->label[at(s, i, j + 1)], LABELS_MYOCARDIUM)));
}

/* Median over the endocardial border of the steepest gradient nearby, per pixel. */
static double edge_gradient(struct slice *s)
{
    double smooth[REACH + 1], sum = 0.0;
    size_t n = 0;
    for (int a = REACH; a >= 0; a--) {
        smooth[a] = exp(-0.5 * a * a / (EDGE_SIGMA * EDGE_SIGMA));
        sum += a > 0 ? 2.0 * smooth[a] : smooth[a];
    }
    for (int a = 0; a <= REACH; a++)
        smooth[a] /= sum;
    for (int32_t j = 0; j < s->rows; j++)
        for (int32_t i = 0; i < s->columns; i++) {
            if (!is_endocardial(s, i, j))
                continue;
            double steepest = 0.0;
            for (int32_t b = -REACH; b <= REACH; b++)
                for (int32_t a = -REACH; a <= REACH; a++)
                    steepest = fmax(steepest, gradient(s, limit(i + a, s->columns),
                                                       limit(j + b, s->rows), smooth));
            s->sample[n++] = steepest;
        }
    return median_of(s->sample, n);
}

/* `least` is the smallest B - M that counts.  Not usable: nothing is written. */
static bool measure_slice(struct slice *s, double least, bool *usable,
                          struct sim_calibrate_slice *out, struct err *err)
{
    struct region blood, remote, scar;
    *usable = false;
    if (!measure_region(s, LABEL_BIT(LABEL_SCAR), WALL_RIM, &scar, err) ||
        !measure_region(s, LABEL_BIT(LABEL_MYOCARDIUM), WALL_RIM, &remote, err))
        return false;
    if (remote.pixels < MIN_PIXELS)
        return true;
    if (!measure_region(s, LABEL_BIT(LABEL_LV_BLOOD), BLOOD_RIM, &blood, err))
        return false;
    const double contrast = blood.median - remote.median;
    if (blood.pixels < MIN_PIXELS || !(contrast > 0.0 && contrast >= least))
        return true;
    out->blood = blood.median;
    out->remote = remote.median;
    double *v = out->value;
    v[SIM_CALIBRATE_SCAR] = scar.pixels < MIN_SCAR_PIXELS
                                ? (double)NAN
                                : (scar.median - remote.median) / contrast;
    v[SIM_CALIBRATE_SD_BLOOD] = blood.sd / contrast;
    v[SIM_CALIBRATE_SD_REMOTE] = remote.sd / contrast;
    v[SIM_CALIBRATE_NOISE] = high_frequency_noise(s) / contrast;
    const double steepest = edge_gradient(s);
    v[SIM_CALIBRATE_EDGE] =
        steepest > 0.0 ? s->pixel_mm * contrast / steepest : (double)NAN;
    *usable = true;
    return true;
}

static double range_of(const struct image *image)
{
    const size_t n = grid_voxels(&image->grid);
    float lo = image->vox[0], hi = lo;
    for (size_t p = 0; p < n; p++) {
        lo = image->vox[p] < lo ? image->vox[p] : lo;
        hi = image->vox[p] > hi ? image->vox[p] : hi;
    }
    return (double)hi - (double)lo;
}

bool sim_calibrate_join(struct sim_calibrate_table *table,
                        const struct sim_calibrate_table *more, struct err *err)
{
    const size_t want = table->slices + more->slices;
    if (want > table->room) {
        const size_t room = want > 2 * table->room ? want : 2 * table->room;
        struct sim_calibrate_slice *grown =
            mem_grow(table->slice, table->room, room, sizeof *grown, err);
        if (!grown)
            return false;
        table->slice = grown;
        table->room = room;
    }
    if (more->slices > 0)
        memcpy(table->slice + table->slices, more->slice,
               more->slices * sizeof *more->slice);
    table->slices = want;
    return true;
}

bool sim_calibrate_add(struct sim_calibrate_table *table, const struct image *image,
                       const struct labels *labels, struct err *err)
{
    if (!image->vox || !labels->vox ||
        memcmp(image->grid.dim, labels->grid.dim, sizeof image->grid.dim) != 0)
        return ERR_FAIL(err, ERR_ARG, "calibrate: image and labels differ in size");
    const struct grid *g = &image->grid;
    const size_t plane = (size_t)g->dim[0] * (size_t)g->dim[1];
    const double least = MIN_CONTRAST * range_of(image);
    struct slice s = {
        .columns = g->dim[0],
        .rows = g->dim[1],
        .pixel_mm = 0.5 * (grid_edge_mm(g, 0) + grid_edge_mm(g, 1)),
        .mask = mem_alloc(plane, 1, err),
        .sample = mem_alloc(plane, sizeof *s.sample, err),
    };
    struct sim_calibrate_table found = {
        .slice = mem_alloc((size_t)g->dim[2], sizeof *found.slice, err)};
    bool ok = s.mask && s.sample && found.slice;
    for (int32_t k = 0; ok && k < g->dim[2]; k++) {
        bool usable = false;
        s.v = image->vox + (size_t)k * plane;
        s.label = labels->vox + (size_t)k * plane;
        found.slice[found.slices].slice = k;
        ok = measure_slice(&s, least, &usable, &found.slice[found.slices], err);
        found.slices += ok && usable ? 1u : 0u;
    }
    ok = ok && sim_calibrate_join(table, &found, err);
    sim_calibrate_clear(&found);
    mem_free(s.sample);
    mem_free(s.mask);
    return ok;
}

bool sim_calibrate_describe(const struct sim_calibrate_table *table,
                            enum sim_calibrate_what what,
                            struct sim_calibrate_quantiles *out, struct err *err)
{
    static const double part[SIM_CALIBRATE_QUANTILES] = {0.05, 0.25, 0.5, 0.75, 0.95};
    struct sim_calibrate_quantiles q = {0};
    double *value = mem_alloc(table->slices, sizeof *value, err);
    if (!value)
        return false;
    for (size_t i = 0; i < table->slices; i++)
        if (isfinite(table->slice[i].value[what]))
            value[q.n++] = table->slice[i].value[what];
    stat_sort(value, q.n);
    for (int p = 0; p < SIM_CALIBRATE_QUANTILES; p++)
        q.at[p] = q.n > 0 ? stat_quantile(value, q.n, part[p]) : (double)NAN;
    mem_free(value);
    *out = q;
    return true;
}

void sim_calibrate_clear(struct sim_calibrate_table *table)
{
    mem_free(table->slice);
    *table = (struct sim_calibrate_table){0};
}
