#include "plot/scatter.h"

#include <math.h>

#include "base/mem.h"

static const double POINT_MM = 1.35, POINT_ALPHA = 0.8, EDGE_MM = 1.0;
static const double CURVE_PT = 0.9, IDENTITY_PT = 0.6;
static const struct plot_paint BAND = {0.82, 0.82, 0.82, 1.0};

bool plot_scatter_check(const struct plot_cloud *cloud, struct err *err)
{
    double lo = INFINITY, hi = -INFINITY;

    if (cloud->n == 0)
        return ERR_FAIL(err, ERR_ARG, "figure: no points");
    return plot_axes_range(cloud->x, cloud->n, &lo, &hi, err) &&
           plot_axes_range(cloud->y, cloud->n, &lo, &hi, err);
}

/* The frame, and a little more: a marker on its edge is not cut. */
static struct plot_box data_area(const struct plot_axes *axes)
{
    const struct plot_box *f = &axes->frame;
    return (struct plot_box){f->x - EDGE_MM, f->y - EDGE_MM, f->w + 2.0 * EDGE_MM,
                             f->h + 2.0 * EDGE_MM};
}

void plot_scatter_points(struct plot_canvas *canvas, const struct plot_axes *axes,
                         const struct plot_cloud *cloud)
{
    const struct plot_box area = data_area(axes);

    plot_canvas_clip(canvas, &area);
    for (size_t i = 0; i < cloud->n; i++) {
        const size_t group = cloud->group != NULL ? cloud->group[i] : 0;
        struct plot_paint paint = plot_axes_colour(group);
        paint.alpha = POINT_ALPHA;
        plot_canvas_marker(canvas, plot_axes_shape(group),
                           plot_axes_at(axes, cloud->x[i], cloud->y[i]), POINT_MM,
                           &paint);
    }
    plot_canvas_unclip(canvas);
}

/* The band goes under the points, the line over them. */
static bool trace_curve(const struct plot_scatter *s, struct plot_point **line,
                        struct plot_point **band, struct err *err)
{
    const struct plot_curve *c = &s->curve;

    *line = mem_alloc(c->n, sizeof **line, err);
    *band = mem_alloc(2 * c->n, sizeof **band, err);
    if (!*line || !*band)
        return false;
    for (size_t i = 0; i < c->n; i++) {
        (*line)[i] = plot_axes_at(&s->axes, c->x[i], c->y[i]);
        if (c->lo == NULL || c->hi == NULL)
            continue;
        (*band)[i] = plot_axes_at(&s->axes, c->x[i], c->hi[i]);
        (*band)[2 * c->n - 1 - i] = plot_axes_at(&s->axes, c->x[i], c->lo[i]);
    }
    return true;
}

static bool check_curve(const struct plot_curve *c, struct err *err)
{
    double lo = INFINITY, hi = -INFINITY;
    const double *of[] = {c->x, c->y, c->lo, c->hi};

    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        if (of[i] != NULL && !plot_axes_range(of[i], c->n, &lo, &hi, err))
            return false;
    }
    return true;
}

static void draw_identity(struct plot_canvas *canvas, const struct plot_axes *axes)
{
    const struct plot_pen pen = {PLOT_PALE, IDENTITY_PT, PLOT_IDENTITY_DASH_PT};
    const double lo = fmax(axes->x.lo, axes->y.lo), hi = fmin(axes->x.hi, axes->y.hi);

    if (lo < hi)
        plot_canvas_segment(canvas, plot_axes_at(axes, lo, lo),
                            plot_axes_at(axes, hi, hi), &pen);
}

bool plot_scatter_draw(struct plot_canvas *canvas, const struct plot_scatter *scatter,
                       struct err *err)
{
    const struct plot_axes *axes = &scatter->axes;
    const struct plot_curve *c = &scatter->curve;
    const struct plot_pen pen = {PLOT_BLACK, CURVE_PT, 0.0};
    const struct plot_text note = {.size_pt = PLOT_SMALL_PT, .paint = PLOT_BLACK};
    struct plot_point *line = NULL, *band = NULL;
    bool ok = false;

    if (!plot_scatter_check(&scatter->cloud, err) || !check_curve(c, err))
        return false;
    if (!trace_curve(scatter, &line, &band, err) || !plot_axes_draw(canvas, axes, err))
        goto done;
    plot_canvas_clip(canvas, &axes->frame);
    if (c->lo != NULL && c->hi != NULL)
        plot_canvas_polygon(canvas, band, 2 * c->n, &BAND);
    if (scatter->identity)
        draw_identity(canvas, axes);
    plot_canvas_unclip(canvas);
    plot_scatter_points(canvas, axes, &scatter->cloud);
    plot_canvas_clip(canvas, &axes->frame);
    plot_canvas_line(canvas, line, c->n, false, &pen);
    plot_canvas_unclip(canvas);
    if (scatter->note != NULL)
        plot_canvas_text(canvas,
                         (struct plot_point){axes->frame.x + 1.0, axes->frame.y + 0.5},
                         &note, scatter->note);
    ok = true;
done:
    mem_free(line);
    mem_free(band);
    return ok;
}
