#include "plot/lines.h"

#include <math.h>

#include "base/mem.h"

static const double LINE_PT = 0.9, MARK_MM = 1.35;

/* A series of one point has no line; its marker is whole at an edge of the frame too.
 */
static void draw_lonely(struct plot_canvas *canvas, const struct plot_lines *lines)
{
    for (size_t i = lines->count; i-- > 0;) {
        const struct plot_series *s = &lines->series[i];
        if (s->n == 1)
            plot_canvas_marker(canvas, PLOT_CIRCLE,
                               plot_axes_at(&lines->axes, s->x[0], s->y[0]), MARK_MM,
                               &s->paint);
    }
}

static bool draw_one(struct plot_canvas *canvas, const struct plot_axes *axes,
                     const struct plot_series *s, struct err *err)
{
    const struct plot_pen pen = {s->paint, LINE_PT, s->dash_pt};
    struct plot_point *at = mem_alloc(s->n, sizeof *at, err);

    if (at == NULL)
        return false;
    for (size_t i = 0; i < s->n; i++)
        at[i] = plot_axes_at(axes, s->x[i], s->y[i]);
    plot_canvas_line(canvas, at, s->n, false, &pen);
    mem_free(at);
    return true;
}

bool plot_lines_draw(struct plot_canvas *canvas, const struct plot_lines *lines,
                     struct err *err)
{
    double lo = INFINITY, hi = -INFINITY;
    bool ok = true;

    for (size_t i = 0; i < lines->count; i++) {
        const struct plot_series *s = &lines->series[i];
        if (!plot_axes_range(s->x, s->n, &lo, &hi, err) ||
            !plot_axes_range(s->y, s->n, &lo, &hi, err))
            return false;
    }
    if (!plot_axes_draw(canvas, &lines->axes, err))
        return false;
    plot_canvas_clip(canvas, &lines->axes.frame);
    for (size_t i = lines->count; ok && i-- > 0;)
        ok = draw_one(canvas, &lines->axes, &lines->series[i], err);
    plot_canvas_unclip(canvas);
    draw_lonely(canvas, lines);
    return ok;
}
