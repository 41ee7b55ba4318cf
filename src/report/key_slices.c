#include "report/key_slices.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "plot/contours_figure.h"
#include "report/scene.h"

static const double GAP_MM = 0.6, LEAST_MM = 10.0;

/* Voxels of scar and of myocardium in one slice. */
struct content {
    int32_t index; /* of the slice */
    size_t scar, myocardium;
};

static struct content count(const struct labels *labels, int32_t slice)
{
    const uint8_t *label = labels->vox + grid_index(&labels->grid, 0, 0, slice);
    const size_t plane = (size_t)labels->grid.dim[0] * (size_t)labels->grid.dim[1];
    struct content c = {.index = slice};

    for (size_t v = 0; v < plane; v++) {
        c.scar += label_in(label[v], LABELS_SCAR) ? 1u : 0u;
        c.myocardium += label_in(label[v], LABELS_MYOCARDIUM) ? 1u : 0u;
    }
    return c;
}

/* The slices to choose from; their number. */
static int32_t collect(const struct labels *labels, struct content *slice)
{
    const int32_t all = labels->grid.dim[2];
    int32_t n = 0;

    for (int32_t k = 0; k < all; k++) {
        const struct content c = count(labels, k);
        if (c.myocardium > 0)
            slice[n++] = c;
    }
    if (n > 0)
        return n;
    for (int32_t k = 0; k < all; k++)
        slice[k] = (struct content){.index = k};
    return all;
}

/* Of the slices first, ..., end - 1: the most scar, then the middle, then the first. */
static int32_t best_of(const struct content *slice, int32_t first, int32_t end)
{
    int32_t best = first;

    for (int32_t k = first + 1; k < end; k++) {
        /* twice the distance from the middle of the part */
        const int32_t off = abs(2 * k - first - end + 1);
        const int32_t best_off = abs(2 * best - first - end + 1);
        if (slice[k].scar > slice[best].scar ||
            (slice[k].scar == slice[best].scar && off < best_off))
            best = k;
    }
    return slice[best].index;
}

bool report_key_slices_choose(const struct labels *labels, int most,
                              int32_t index[AT_LEAST(REPORT_KEY_SLICES_MAX)], int *n,
                              struct err *err)
{
    if (most < 1 || most > REPORT_KEY_SLICES_MAX)
        return ERR_FAIL(err, ERR_ARG, "key slices: %d of them", most);
    if (labels->vox == NULL)
        return ERR_FAIL(err, ERR_ARG, "key slices: no labels");
    struct content *slice = mem_alloc((size_t)labels->grid.dim[2], sizeof *slice, err);
    if (slice == NULL)
        return false;
    const int32_t all = collect(labels, slice);
    const int32_t parts = most < all ? most : all;
    for (int32_t p = 0; p < parts; p++)
        index[p] = best_of(slice, p * all / parts, (p + 1) * all / parts);
    *n = (int)parts;
    mem_free(slice);
    return true;
}

/* How many tiles in a row make them largest; the width of a tile, in mm. */
static int columns_for(const struct plot_box *box, int n, double aspect, double *width)
{
    int best = 1;

    *width = 0.0;
    for (int columns = 1; columns <= n; columns++) {
        const int rows = (n + columns - 1) / columns;
        const double across = (box->w + GAP_MM) / columns - GAP_MM;
        const double down = ((box->h + GAP_MM) / rows - GAP_MM) / aspect;
        if (fmin(across, down) > *width) {
            *width = fmin(across, down);
            best = columns;
        }
    }
    return best;
}

bool report_key_slices_draw(struct plot_canvas *canvas, const struct plot_box *box,
                            const struct image *image, const struct labels *labels,
                            int most, struct err *err)
{
    const struct overlay_reading reading = {labels, NULL};
    const struct overlay overlay = {.image = image, .reading = &reading, .readings = 1};
    struct report_scene scene = {0};
    int32_t index[REPORT_KEY_SLICES_MAX];
    double width = 0.0;
    int n = 0;
    bool ok = false;

    if (!(box->w >= LEAST_MM && box->h >= LEAST_MM))
        return ERR_FAIL(err, ERR_ARG, "key slices: a box of %g x %g mm", box->w,
                        box->h);
    if (!report_key_slices_choose(labels, most, index, &n, err) ||
        !report_scene_build(&overlay, &scene, err))
        return false;
    struct plot_montage *m = &scene.montage;
    const double aspect = (m->view.y1 - m->view.y0) * m->pixel_mm[1] /
                          ((m->view.x1 - m->view.x0) * m->pixel_mm[0]);
    const int columns = columns_for(box, n, aspect, &width);
    m->bar_mm = REPORT_KEY_SLICES_BAR_MM;
    for (int t = 0; t < n; t++) {
        const struct plot_box tile = {box->x + t % columns * (width + GAP_MM),
                                      box->y + t / columns * (width * aspect + GAP_MM),
                                      width, width * aspect};
        if (!plot_contours_figure_tile(canvas, m, &m->tile[index[t]], t == 0, &tile,
                                       err))
            goto done;
    }
    ok = true;
done:
    report_scene_clear(&scene);
    return ok;
}
