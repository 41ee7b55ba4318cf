#include "measure/remote.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "geom/erode.h"
#include "stat/describe.h"

enum { FAR = 48 * 48 }; /* squared pixels; regions that reach farther end there */
static const double REGION_MM2 = 150.0, PERCENTILE = 0.30;

struct pixel {
    int32_t i, j;
    double v;
};

struct region {
    double mean, sd;
    size_t pixels;
    int64_t reach; /* squared distance of the last from the centre */
};

/* Room for the pixels of one wall. */
struct wall {
    struct pixel *pixel;
    struct region *region; /* about each pixel */
    size_t pixels;
};

/* What lies at each squared distance of a pixel. */
struct shell {
    uint32_t pixels;
    double sum, squares;
};

static int64_t distance2(const struct pixel *a, const struct pixel *b)
{
    const int64_t x = a->i - b->i, y = a->j - b->j;
    return x * x + y * y;
}

/* The nearest pixels about `centre`, `want` of them and those equally near.  Values are
 * taken from the centre's, which keeps the difference of squares exact enough. */
static struct region region_about(const struct wall *w, const struct pixel *centre,
                                  size_t want, struct shell shell[static FAR + 1])
{
    memset(shell, 0, (FAR + 1) * sizeof *shell);
    for (size_t p = 0; p < w->pixels; p++) {
        const int64_t d = distance2(&w->pixel[p], centre);
        if (d > FAR)
            continue;
        const double v = w->pixel[p].v - centre->v;
        shell[d].pixels++;
        shell[d].sum += v;
        shell[d].squares += v * v;
    }
    double n = 0.0, sum = 0.0, squares = 0.0;
    int64_t d = 0;
    for (; d <= FAR && n < (double)want; d++) {
        n += shell[d].pixels;
        sum += shell[d].sum;
        squares += shell[d].squares;
    }
    const double mean = sum / n, rest = squares - n * mean * mean;
    return (struct region){centre->v + mean,
                           n > 1.0 && rest > 0.0 ? sqrt(rest / (n - 1.0)) : 0.0,
                           (size_t)n, d - 1};
}

/* The region whose mean is at the percentile; `rank` is room for the means. */
static struct measure_remote remote_region(const struct wall *w, double *rank)
{
    for (size_t p = 0; p < w->pixels; p++)
        rank[p] = w->region[p].mean;
    stat_sort(rank, w->pixels);
    const double want = rank[(size_t)(PERCENTILE * (double)(w->pixels - 1))];
    size_t at = 0;
    while (w->region[at].mean < want || w->region[at].mean > want)
        at++;
    const struct region *r = &w->region[at];
    double max = w->pixel[at].v;
    for (size_t p = 0; p < w->pixels; p++)
        if (distance2(&w->pixel[p], &w->pixel[at]) <= r->reach)
            max = fmax(max, w->pixel[p].v);
    return (struct measure_remote){r->pixels, r->mean, r->sd, max};
}

struct work {
    struct wall wall;
    struct shell *shell;
    uint8_t *mask;
    double *rank;
};

static bool work_alloc(size_t plane, struct work *w, struct err *err)
{
    w->wall.pixel = mem_alloc(plane, sizeof *w->wall.pixel, err);
    w->wall.region = mem_alloc(plane, sizeof *w->wall.region, err);
    w->shell = mem_alloc(FAR + 1, sizeof *w->shell, err);
    w->mask = mem_alloc(plane, 1, err);
    w->rank = mem_alloc(plane, sizeof *w->rank, err);
    return w->wall.pixel && w->wall.region && w->shell && w->mask && w->rank;
}

static void work_clear(struct work *w)
{
    mem_free(w->wall.pixel);
    mem_free(w->wall.region);
    mem_free(w->shell);
    mem_free(w->mask);
    mem_free(w->rank);
}

static void collect(const float *v, const struct grid *g, struct work *w)
{
    const size_t columns = (size_t)g->dim[0], plane = columns * (size_t)g->dim[1];
    w->wall.pixels = 0;
    for (size_t p = 0; p < plane; p++)
        if (w->mask[p])
            w->wall.pixel[w->wall.pixels++] = (struct pixel){
                (int32_t)(p % columns), (int32_t)(p / columns), (double)v[p]};
}

static struct measure_remote find_in_slice(struct work *w, double pixel_mm2)
{
    struct wall *wall = &w->wall;
    if (wall->pixels < MEASURE_REMOTE_MIN_WALL)
        return (struct measure_remote){0};
    const double area = REGION_MM2 / pixel_mm2, third = (double)wall->pixels / 3.0;
    const size_t want = (size_t)ceil(fmin(area, third));
    for (size_t p = 0; p < wall->pixels; p++)
        wall->region[p] = region_about(wall, &wall->pixel[p], want, w->shell);
    return remote_region(wall, w->rank);
}

static bool check(const struct image *image, const struct labels *labels,
                  struct err *err)
{
    if (!image->vox || !labels->vox ||
        memcmp(image->grid.dim, labels->grid.dim, sizeof image->grid.dim) != 0)
        return ERR_FAIL(err, ERR_ARG, "remote: image and labels differ in size");
    return true;
}

bool measure_remote_wall(const struct labels *labels, int32_t slice, uint8_t *wall,
                         struct err *err)
{
    const struct grid *g = &labels->grid;
    const size_t plane = (size_t)g->dim[0] * (size_t)g->dim[1];
    const uint8_t *label = labels->vox + (size_t)slice * plane;
    for (size_t p = 0; p < plane; p++)
        wall[p] = label_in(label[p], LABELS_MYOCARDIUM);
    return geom_erode(wall, g->dim[0], g->dim[1], MEASURE_REMOTE_RIM, err);
}

bool measure_remote_find(const struct image *image, const struct labels *labels,
                         struct measure_remote *out, struct err *err)
{
    if (!check(image, labels, err))
        return false;
    const struct grid *g = &image->grid;
    const size_t plane = (size_t)g->dim[0] * (size_t)g->dim[1];
    const double pixel_mm2 = grid_edge_mm(g, 0) * grid_edge_mm(g, 1);
    struct measure_remote *r = mem_alloc((size_t)g->dim[2], sizeof *r, err);
    struct work w = {0};
    bool ok = r && work_alloc(plane, &w, err);
    for (int32_t k = 0; ok && k < g->dim[2]; k++) {
        ok = measure_remote_wall(labels, k, w.mask, err);
        if (ok) {
            collect(image->vox + (size_t)k * plane, g, &w);
            r[k] = find_in_slice(&w, pixel_mm2);
        }
    }
    if (ok)
        memcpy(out, r, (size_t)g->dim[2] * sizeof *r);
    work_clear(&w);
    mem_free(r);
    return ok;
}

/* Of the values at the marked pixels of a slice; `x` is room for them. */
static bool drawn_in_slice(const float *v, const uint8_t *label, const uint8_t *mark,
                           size_t plane, double *x, struct measure_remote *out,
                           struct err *err)
{
    struct stat_summary s;
    size_t n = 0;
    for (size_t p = 0; p < plane; p++)
        if (mark[p] && label_in(label[p], LABELS_MYOCARDIUM))
            x[n++] = (double)v[p];
    if (!stat_describe(x, n, &s, err))
        return false;
    *out = (struct measure_remote){0};
    if (n > 0)
        *out = (struct measure_remote){n, s.mean, n > 1 ? s.sd : 0.0, s.max};
    return true;
}

bool measure_remote_drawn(const struct image *image, const struct labels *labels,
                          const struct labels *drawn, struct measure_remote *out,
                          struct err *err)
{
    if (!check(image, labels, err) || !check(image, drawn, err))
        return false;
    const struct grid *g = &image->grid;
    const size_t plane = (size_t)g->dim[0] * (size_t)g->dim[1];
    struct measure_remote *r = mem_alloc((size_t)g->dim[2], sizeof *r, err);
    double *x = mem_alloc(plane, sizeof *x, err);
    bool ok = r && x;
    for (int32_t k = 0; ok && k < g->dim[2]; k++) {
        const size_t first = (size_t)k * plane;
        ok = drawn_in_slice(image->vox + first, labels->vox + first, drawn->vox + first,
                            plane, x, &r[k], err);
    }
    if (ok && measure_remote_pool(r, g->dim[2]).voxels == 0)
        ok = ERR_FAIL(err, ERR_FORMAT,
                      "no voxel of the remote region lies in the "
                      "myocardium (labels 2, 3, 4)");
    if (ok)
        memcpy(out, r, (size_t)g->dim[2] * sizeof *r);
    mem_free(x);
    mem_free(r);
    return ok;
}

struct measure_remote measure_remote_pool(const struct measure_remote *slice,
                                          int32_t slices)
{
    struct measure_remote all = {0};
    double sum = 0.0, squares = 0.0;

    for (int32_t k = 0; k < slices; k++) {
        const struct measure_remote *r = &slice[k];
        if (r->voxels == 0)
            continue;
        all.max = all.voxels == 0 ? r->max : fmax(all.max, r->max);
        all.voxels += r->voxels;
        sum += (double)r->voxels * r->mean;
    }
    if (all.voxels == 0)
        return all;
    all.mean = sum / (double)all.voxels;
    for (int32_t k = 0; k < slices; k++) {
        const struct measure_remote *r = &slice[k];
        const double off = r->mean - all.mean, n = (double)r->voxels;
        if (r->voxels > 0)
            squares += (n - 1.0) * r->sd * r->sd + n * off * off;
    }
    all.sd = all.voxels > 1 ? sqrt(squares / (double)(all.voxels - 1)) : 0.0;
    return all;
}
