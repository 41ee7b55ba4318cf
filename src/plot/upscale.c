#include "plot/upscale.h"

#include <float.h>
#include <math.h>

#include "base/mem.h"

/* One output column or row: four source pixels and their weights. */
struct taps {
    int32_t at[4];
    float weight[4];
    bool inside;
};

/* B = C = 1/3 */
static double kernel(double x)
{
    const double a = fabs(x);

    if (a < 1.0)
        return (7.0 * a * a * a - 12.0 * a * a + 16.0 / 3.0) / 6.0;
    if (a < 2.0)
        return (-7.0 / 3.0 * a * a * a + 12.0 * a * a - 20.0 * a + 32.0 / 3.0) / 6.0;
    return 0.0;
}

static struct taps taps_at(double x, int32_t n)
{
    struct taps t = {.inside = x >= -0.5 && x < (double)n - 0.5};

    if (!t.inside)
        return t;
    const int32_t base = (int32_t)floor(x) - 1;
    for (int i = 0; i < 4; i++) {
        const int32_t at = base + i;
        t.at[i] = at < 0 ? 0 : at >= n ? n - 1 : at;
        t.weight[i] = (float)kernel(x - (double)at);
    }
    return t;
}

double plot_view_x(const struct plot_view *view, double x, double width)
{
    const double part = (x - view->x0) / (view->x1 - view->x0);
    return width * (view->flip_x ? 1.0 - part : part);
}

double plot_view_y(const struct plot_view *view, double y, double height)
{
    const double part = (y - view->y0) / (view->y1 - view->y0);
    return height * (view->flip_y ? 1.0 - part : part);
}

static void plan(struct taps *out, int32_t n_out, double lo, double hi, bool flip,
                 int32_t n_in)
{
    for (int32_t i = 0; i < n_out; i++) {
        const double part = ((double)(flip ? n_out - 1 - i : i) + 0.5) / (double)n_out;
        out[i] = taps_at(lo + part * (hi - lo), n_in);
    }
}

static void widen_row(const float *in, const struct taps *x, int32_t width, float *out)
{
    for (int32_t i = 0; i < width; i++) {
        const struct taps *t = &x[i];
        out[i] = in[t->at[0]] * t->weight[0] + in[t->at[1]] * t->weight[1] +
                 in[t->at[2]] * t->weight[2] + in[t->at[3]] * t->weight[3];
    }
}

/* One output row from four widened ones. */
static void mix_rows(const float *const row[static 4], const struct taps *y,
                     const float window[static 2], int32_t width, float top,
                     uint8_t *out)
{
    const float *a = row[0], *b = row[1], *c = row[2], *d = row[3];
    const float wa = y->weight[0], wb = y->weight[1], wc = y->weight[2],
                wd = y->weight[3];

    for (int32_t i = 0; i < width; i++) {
        const float v = a[i] * wa + b[i] * wb + c[i] * wc + d[i] * wd;
        const float level = (v - window[0]) * window[1] + 0.5F;
        /* of the largest floats that there are a sum may be no number: black */
        out[i] = (uint8_t)(!(level > 0.0F) ? 0.0F : level > top ? top : level);
    }
}

static bool check(const struct plot_grey *image, const struct plot_view *view,
                  struct err *err)
{
    if (image->pixel == NULL || image->columns < 1 || image->rows < 1)
        return ERR_FAIL(err, ERR_ARG, "figure: a tile without an image");
    if (!(view->x1 > view->x0) || !(view->y1 > view->y0) ||
        !isfinite(view->x1 - view->x0) || !isfinite(view->y1 - view->y0))
        return ERR_FAIL(err, ERR_ARG, "figure: nothing to show in a tile");
    if (!(image->white > image->black) || image->levels < 2 || image->levels > 256)
        return ERR_FAIL(err, ERR_ARG, "figure: no contrast between %g and %g",
                        image->black, image->white);
    return true;
}

/* The first and the last source row that any output row takes from. */
static void rows_in_use(const struct taps *y, int32_t height, int32_t *first,
                        int32_t *last)
{
    for (int32_t j = 0; j < height; j++)
        for (int i = 0; y[j].inside && i < 4; i++) {
            *first = y[j].at[i] < *first ? y[j].at[i] : *first;
            *last = y[j].at[i] > *last ? y[j].at[i] : *last;
        }
}

bool plot_upscale(const struct plot_grey *image, const struct plot_view *view,
                  uint8_t *out, int32_t width, int32_t height, int32_t stride,
                  struct err *err)
{
    const size_t w = (size_t)width;
    struct taps *x = NULL, *y = NULL;
    float *wide = NULL;
    bool ok = false;

    if (width < 1 || height < 1 || stride < width)
        return ERR_FAIL(err, ERR_ARG, "figure: a tile of %d x %d pixels", (int)width,
                        (int)height);
    if (!check(image, view, err))
        return false;
    const float window[2] = {
        (float)image->black,
        (float)fmin((image->levels - 1) / (image->white - image->black),
                    (double)FLT_MAX)};
    x = mem_alloc(w, sizeof *x, err);
    y = x ? mem_alloc((size_t)height, sizeof *y, err) : NULL;
    if (!y)
        goto done;
    plan(x, width, view->x0, view->x1, view->flip_x, image->columns);
    plan(y, height, view->y0, view->y1, view->flip_y, image->rows);

    int32_t first = image->rows, last = -1;
    rows_in_use(y, height, &first, &last);
    wide = mem_alloc(last >= first ? (size_t)(last - first + 1) * w : 1, sizeof *wide,
                     err);
    if (!wide)
        goto done;
    for (int32_t j = first; j <= last; j++)
        widen_row(image->pixel + (size_t)j * (size_t)image->columns, x, width,
                  wide + (size_t)(j - first) * w);

    for (int32_t j = 0; j < height; j++) {
        uint8_t *row = out + (size_t)j * (size_t)stride;
        const float *from[4];
        for (int i = 0; i < 4; i++)
            from[i] = wide + (y[j].inside ? (size_t)(y[j].at[i] - first) * w : 0);
        if (y[j].inside)
            mix_rows(from, &y[j], window, width, (float)(image->levels - 1), row);
        for (int32_t i = 0; i < width; i++) {
            if (!y[j].inside || !x[i].inside)
                row[i] = 0;
        }
    }
    ok = true;
done:
    mem_free(wide);
    mem_free(y);
    mem_free(x);
    return ok;
}
