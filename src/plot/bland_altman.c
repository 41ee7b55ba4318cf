#include "plot/bland_altman.h"

#include <math.h>
#include <stdio.h>

#include "base/mem.h"

enum { UPPER, BIAS, LOWER };

static const struct plot_paint BAND[PLOT_LEVELS] = {
    {0.91, 0.91, 0.91, 1.0}, {0.82, 0.82, 0.82, 1.0}, {0.91, 0.91, 0.91, 1.0}};
static const double LINE_PT = 0.9, DASH_PT = 3.0, ZERO_PT = 0.4, FOLLOW_PT = 0.9;
/* Three lines of small letters, and air. */
static const double LABEL_MM = 9.0, TEXT_GAP_MM = 1.5;
/* Longer numbers are set smaller. */
static const double ROOM_MM = PLOT_LEVEL_TEXT_MM - 2.0;
enum { TEXT = 4 * PLOT_NUMBER_ROOM + 64 };

static bool check(const struct plot_bland_altman *p, struct err *err)
{
    double lo = 0.0, hi = 0.0;

    if (!plot_scatter_check(&p->cloud, err))
        return false;
    for (int l = 0; l < PLOT_LEVELS; l++)
        if (!plot_axes_range(p->follow[l].x, p->follow[l].n, &lo, &hi, err) ||
            !plot_axes_range(p->follow[l].y, p->follow[l].n, &lo, &hi, err))
            return false;
    for (int l = 0; l < PLOT_LEVELS; l++) {
        const struct plot_level *v = &p->level[l];
        if (!isfinite(v->at) || !isfinite(v->lo) || !isfinite(v->hi))
            return ERR_FAIL(err, ERR_NUMERIC, "figure: level \"%.32s\" is not finite",
                            v->name);
        if (!(v->lo <= v->at && v->at <= v->hi) ||
            (l > 0 && !(v->at <= p->level[l - 1].at)))
            return ERR_FAIL(err, ERR_ARG, "figure: level \"%.32s\" is out of order",
                            v->name);
    }
    return true;
}

static void draw_band(struct plot_canvas *canvas, const struct plot_axes *axes,
                      const struct plot_level *level, const struct plot_paint *paint)
{
    const double top = plot_axes_at(axes, 0.0, level->hi).y;
    const double bottom = plot_axes_at(axes, 0.0, level->lo).y;
    const struct plot_box box = {axes->frame.x, top, axes->frame.w, bottom - top};
    plot_canvas_fill(canvas, &box, paint);
}

static void draw_level(struct plot_canvas *canvas, const struct plot_axes *axes,
                       double at, const struct plot_pen *pen)
{
    if (at < axes->y.lo || at > axes->y.hi)
        return;
    plot_canvas_segment(canvas, plot_axes_at(axes, axes->x.lo, at),
                        plot_axes_at(axes, axes->x.hi, at), pen);
}

static bool draw_following(struct plot_canvas *canvas, const struct plot_axes *axes,
                           const struct plot_curve *c, struct err *err)
{
    const struct plot_pen pen = {PLOT_BLACK, FOLLOW_PT, PLOT_FOLLOW_DASH_PT};
    struct plot_point *at = NULL;

    if (c->n < 2)
        return true;
    at = mem_alloc(c->n, sizeof *at, err);
    if (at == NULL)
        return false;
    for (size_t i = 0; i < c->n; i++)
        at[i] = plot_axes_at(axes, c->x[i], c->y[i]);
    plot_canvas_clip(canvas, &axes->frame);
    plot_canvas_line(canvas, at, c->n, false, &pen);
    plot_canvas_unclip(canvas);
    mem_free(at);
    return true;
}

static void say_level(const struct plot_level *level, int decimals,
                      char text[static TEXT])
{
    char at[PLOT_NUMBER_ROOM], lo[PLOT_NUMBER_ROOM], hi[PLOT_NUMBER_ROOM];

    plot_axes_number(level->at, decimals, at);
    plot_axes_number(level->lo, decimals, lo);
    plot_axes_number(level->hi, decimals, hi);
    (void)snprintf(text, TEXT, "%.40s\n%s\n(%s, %s)", level->name, at, lo, hi);
}

static void draw_labels(struct plot_canvas *canvas, const struct plot_bland_altman *p)
{
    const double x = p->axes.frame.x + p->axes.frame.w + TEXT_GAP_MM;
    struct plot_text style = {
        .size_pt = PLOT_SMALL_PT, .paint = PLOT_BLACK, .down = 0.5};
    char text[PLOT_LEVELS][TEXT];
    double y[PLOT_LEVELS], widest = ROOM_MM;

    for (int l = 0; l < PLOT_LEVELS; l++)
        y[l] = plot_axes_at(&p->axes, 0.0, p->level[l].at).y;
    y[UPPER] = fmin(y[UPPER], y[BIAS] - LABEL_MM);
    y[LOWER] = fmax(y[LOWER], y[BIAS] + LABEL_MM);
    for (int l = 0; l < PLOT_LEVELS; l++) {
        say_level(&p->level[l], p->decimals, text[l]);
        widest = fmax(widest, plot_canvas_text_width(canvas, &style, text[l]));
    }
    style.size_pt *= ROOM_MM / widest;
    for (int l = 0; l < PLOT_LEVELS; l++)
        plot_canvas_text(canvas, (struct plot_point){x, y[l]}, &style, text[l]);
}

bool plot_bland_altman_draw(struct plot_canvas *canvas,
                            const struct plot_bland_altman *panel, struct err *err)
{
    const struct plot_axes *axes = &panel->axes;
    const struct plot_pen zero = {PLOT_PALE, ZERO_PT, 0.0};

    if (!check(panel, err) || !plot_axes_draw(canvas, axes, err))
        return false;
    plot_canvas_clip(canvas, &axes->frame);
    draw_band(canvas, axes, &panel->level[UPPER], &BAND[UPPER]);
    draw_band(canvas, axes, &panel->level[LOWER], &BAND[LOWER]);
    draw_band(canvas, axes, &panel->level[BIAS], &BAND[BIAS]);
    plot_canvas_unclip(canvas);
    draw_level(canvas, axes, 0.0, &zero);
    plot_scatter_points(canvas, axes, &panel->cloud);
    for (int l = 0; l < PLOT_LEVELS; l++) {
        const struct plot_pen pen = {PLOT_BLACK, LINE_PT, l == BIAS ? 0.0 : DASH_PT};
        draw_level(canvas, axes, panel->level[l].at, &pen);
    }
    draw_labels(canvas, panel);
    for (int l = 0; l < PLOT_LEVELS; l++)
        if (!draw_following(canvas, axes, &panel->follow[l], err))
            return false;
    return true;
}
