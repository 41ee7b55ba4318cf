#include "sim/nsd.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "geom/erode.h"
#include "stat/describe.h"

const int sim_nsd_levels[SIM_NSD_LEVELS] = {2, 4, 6};

enum {
    MIN_WALL = 12, /* pixels */
    RIM = 1,
    FAR = 48 * 48, /* squared pixels; regions that reach farther end there */
};
static const double REGION_MM2 = 150.0, PERCENTILE = 0.30;

struct pixel {
    int32_t i, j;
    double v;
};

struct region {
    double mean, sd;
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

/* The nearest pixels about `centre`, `want` of them and those equally near.  Values are
 * taken from the centre's, which keeps the difference of squares exact enough. */
static struct region region_about(const struct wall *w, const struct pixel *centre,
                                  size_t want, struct shell shell[static FAR + 1])
{
    memset(shell, 0, (FAR + 1) * sizeof *shell);
    for (size_t p = 0; p < w->pixels; p++) {
        const int64_t x = w->pixel[p].i - centre->i, y = w->pixel[p].j - centre->j;
        const int64_t d = x * x + y * y;
        if (d > FAR)
            continue;
        const double v = w->pixel[p].v - centre->v;
        shell[d].pixels++;
        shell[d].sum += v;
        shell[d].squares += v * v;
    }
    double n = 0.0, sum = 0.0, squares = 0.0;
    for (size_t d = 0; d <= FAR && n < (double)want; d++) {
        n += shell[d].pixels;
        sum += shell[d].sum;
        squares += shell[d].squares;
    }
    const double mean = sum / n, rest = squares - n * mean * mean;
    return (struct region){centre->v + mean,
                           n > 1.0 && rest > 0.0 ? sqrt(rest / (n - 1.0)) : 0.0};
}

/* The region whose mean is at the percentile; `rank` is room for the means. */
static struct region remote_region(const struct wall *w, double *rank)
{
    for (size_t p = 0; p < w->pixels; p++)
        rank[p] = w->region[p].mean;
    stat_sort(rank, w->pixels);
    const double want = rank[(size_t)(PERCENTILE * (double)(w->pixels - 1))];
    size_t p = 0;
    while (w->region[p].mean < want || w->region[p].mean > want)
        p++;
    return w->region[p];
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

/* Collect the wall of a slice; returns the pixels of myocardium with the rim. */
static bool find_wall(const float *v, const uint8_t *label, const int32_t dim[static 3],
                      struct work *w, size_t *myocardium, struct err *err)
{
    const size_t columns = (size_t)dim[0], plane = columns * (size_t)dim[1];
    size_t all = 0;
    for (size_t p = 0; p < plane; p++)
        all += w->mask[p] = label_in(label[p], LABELS_MYOCARDIUM);
    if (!geom_erode(w->mask, dim[0], dim[1], RIM, err))
        return false;
    w->wall.pixels = 0;
    for (size_t p = 0; p < plane; p++)
        if (w->mask[p])
            w->wall.pixel[w->wall.pixels++] = (struct pixel){
                (int32_t)(p % columns), (int32_t)(p / columns), (double)v[p]};
    *myocardium = all;
    return true;
}

/* Count the pixels of a slice's wall above each threshold. */
static void count_slice(struct work *w, double pixel_mm2, size_t count[SIM_NSD_LEVELS])
{
    struct wall *wall = &w->wall;
    const double area = REGION_MM2 / pixel_mm2, third = (double)wall->pixels / 3.0;
    const size_t want = (size_t)ceil(fmin(area, third));
    for (size_t p = 0; p < wall->pixels; p++)
        wall->region[p] = region_about(wall, &wall->pixel[p], want, w->shell);
    const struct region remote = remote_region(wall, w->rank);
    for (int n = 0; n < SIM_NSD_LEVELS; n++) {
        const double threshold = remote.mean + sim_nsd_levels[n] * remote.sd;
        for (size_t p = 0; p < wall->pixels; p++)
            count[n] += wall->pixel[p].v > threshold;
    }
}

bool sim_nsd_measure(const struct image *image, const struct labels *labels,
                     struct sim_nsd *out, struct err *err)
{
    if (!image->vox || !labels->vox ||
        memcmp(image->grid.dim, labels->grid.dim, sizeof image->grid.dim) != 0)
        return ERR_FAIL(err, ERR_ARG, "n-SD: image and labels differ in size");
    const struct grid *g = &image->grid;
    const size_t plane = (size_t)g->dim[0] * (size_t)g->dim[1];
    const double pixel_mm2 = grid_edge_mm(g, 0) * grid_edge_mm(g, 1);
    size_t count[SIM_NSD_LEVELS] = {0}, myocardium = 0;
    struct work w = {0};
    bool ok = work_alloc(plane, &w, err);
    for (int32_t k = 0; ok && k < g->dim[2]; k++) {
        const size_t first = (size_t)k * plane;
        size_t pixels = 0;
        ok = find_wall(image->vox + first, labels->vox + first, g->dim, &w, &pixels,
                       err);
        myocardium += pixels;
        if (ok && w.wall.pixels >= MIN_WALL)
            count_slice(&w, pixel_mm2, count);
    }
    if (ok) {
        out->myocardium_ml = (double)myocardium * grid_voxel_ml(g);
        for (int n = 0; n < SIM_NSD_LEVELS; n++) {
            out->ml[n] = (double)count[n] * grid_voxel_ml(g);
            out->percent[n] = myocardium > 0
                                  ? 100.0 * (double)count[n] / (double)myocardium
                                  : (double)NAN;
        }
    }
    work_clear(&w);
    return ok;
}
