#include "plot/roc.h"

#include <math.h>
#include <stdio.h>

#include "base/mem.h"
#include "plot/panels.h"

static const struct plot_margins ROUND = {14.0, 5.0, 4.0, 12.0};
static const double LEAST_MM = 40.0, LINE_MM = 4.2, MARK_MM = 2.0, AIR_MM = 1.5;
static const double CURVE_PT = 1.1, CHANCE_PT = 0.6, CHANCE_DASH_PT = 2.0;
/* Curves that lie on each other are told apart by their dashes, in grey too. */
static const double DASH_PT[PLOT_ROC_CURVES] = {0.0, 4.0, 1.5, 7.0, 2.5, 10.0,
                                                1.0, 2.0, 5.0, 1.2, 8.0, 3.0};

static bool check_curve(const struct plot_roc_curve *c, struct err *err)
{
    double lo = 0.0, hi = 1.0;

    if (c->n < 2)
        return ERR_FAIL(err, ERR_ARG, "%zu points", c->n);
    if (!plot_axes_range(c->false_alarms, c->n, &lo, &hi, err) ||
        !plot_axes_range(c->sensitivity, c->n, &lo, &hi, err))
        return false;
    bool rises = c->false_alarms[0] == 0.0 && c->sensitivity[0] == 0.0 &&
                 c->false_alarms[c->n - 1] == 1.0 && c->sensitivity[c->n - 1] == 1.0;
    for (size_t i = 1; i < c->n; i++)
        rises = rises && c->false_alarms[i] >= c->false_alarms[i - 1] &&
                c->sensitivity[i] >= c->sensitivity[i - 1];
    if (!rises)
        return ERR_FAIL(err, ERR_ARG, "it does not rise from (0, 0) to (1, 1)");
    for (int a = 0; a < 2; a++)
        if (!isnan(c->at[a]) && !(c->at[a] >= 0.0 && c->at[a] <= 1.0))
            return ERR_FAIL(err, ERR_ARG, "a mark at %g", c->at[a]);
    return true;
}

static bool check(const struct plot_roc *roc, struct err *err)
{
    if (roc->curves == 0 || roc->curves > PLOT_ROC_CURVES)
        return ERR_FAIL(err, ERR_ARG, "figure: %zu ROC curves", roc->curves);
    if (!(roc->part.w >= LEAST_MM && roc->part.w <= PLOT_MAX_MM))
        return ERR_FAIL(err, ERR_ARG, "figure: a ROC curve of %g mm", roc->part.w);
    for (size_t k = 0; k < roc->curves; k++)
        if (!check_curve(&roc->curve[k], err)) {
            err_prefix(err, "ROC curve of %.64s", roc->curve[k].name);
            return false;
        }
    return true;
}

static double frame_mm(double width_mm)
{
    return width_mm - ROUND.left - ROUND.right;
}

/* Lines of the legend: the curves, then chance and marks. */
double plot_roc_height(double width_mm, size_t curves)
{
    return frame_mm(width_mm) + ROUND.top + ROUND.bottom +
           LINE_MM * (double)(curves + 1) + AIR_MM;
}

static bool draw_curve(struct plot_canvas *canvas, const struct plot_axes *axes,
                       const struct plot_roc_curve *c, size_t number, struct err *err)
{
    const struct plot_pen pen = {plot_axes_colour(number), CURVE_PT, DASH_PT[number]};
    struct plot_point *at = mem_alloc(c->n, sizeof *at, err);

    if (at == NULL)
        return false;
    for (size_t i = 0; i < c->n; i++)
        at[i] = plot_axes_at(axes, c->false_alarms[i], c->sensitivity[i]);
    plot_canvas_line(canvas, at, c->n, false, &pen);
    mem_free(at);
    return true;
}

static bool is_marked(const struct plot_roc_curve *c)
{
    return !isnan(c->at[0]) && !isnan(c->at[1]);
}

static void draw_mark(struct plot_canvas *canvas, const struct plot_axes *axes,
                      const struct plot_roc_curve *c, size_t number)
{
    const struct plot_paint paint = plot_axes_colour(number);

    if (is_marked(c))
        plot_canvas_marker(canvas, plot_axes_shape(number),
                           plot_axes_at(axes, c->at[0], c->at[1]), MARK_MM, &paint);
}

/* "3D CNN: AUC 0.87 (0.80, 0.93)" */
static void say_curve(const struct plot_roc_curve *c, char *text, size_t size)
{
    if (isnan(c->auc))
        (void)snprintf(text, size, "%.48s", c->name);
    else if (isnan(c->auc_lo) || isnan(c->auc_hi))
        (void)snprintf(text, size, "%.48s: AUC %.2f", c->name, c->auc);
    else
        (void)snprintf(text, size, "%.48s: AUC %.2f (%.2f, %.2f)", c->name, c->auc,
                       c->auc_lo, c->auc_hi);
}

static void draw_legend(struct plot_canvas *canvas, const struct plot_roc *roc,
                        double x, double y)
{
    char text[128];

    for (size_t k = 0; k < roc->curves; k++, y += LINE_MM) {
        const struct plot_paint paint = plot_axes_colour(k);
        const struct plot_key key = {.name = text,
                                     .paint = paint,
                                     .line = true,
                                     .dash_pt = DASH_PT[k],
                                     .shape = plot_axes_shape(k),
                                     .marked = is_marked(&roc->curve[k])};
        say_curve(&roc->curve[k], text, sizeof text);
        plot_axes_legend(canvas, (struct plot_point){x, y}, &key, 1);
    }
    const struct plot_key chance = {
        .name = "chance", .paint = PLOT_PALE, .line = true, .dash_pt = CHANCE_DASH_PT};
    x += plot_axes_legend(canvas, (struct plot_point){x, y}, &chance, 1) + LINE_MM;
    if (roc->at_name == NULL)
        return;
    const struct plot_text style = {
        .size_pt = PLOT_SMALL_PT, .paint = PLOT_DARK, .down = 0.5};
    (void)snprintf(text, sizeof text, "markers: %.64s", roc->at_name);
    plot_canvas_text(canvas, (struct plot_point){x, y}, &style, text);
}

bool plot_roc_draw(struct plot_canvas *canvas, const struct plot_roc *roc,
                   struct err *err)
{
    const struct plot_pen chance = {PLOT_PALE, CHANCE_PT, CHANCE_DASH_PT};

    if (!check(roc, err))
        return false;
    const double side = frame_mm(roc->part.w);
    const struct plot_axes axes = {
        .frame = {roc->part.x + ROUND.left, roc->part.y + ROUND.top, side, side},
        .x = {0.0, 1.0, "1 \xe2\x88\x92 specificity"},
        .y = {0.0, 1.0, "Sensitivity"}};
    if (!plot_axes_draw(canvas, &axes, err))
        return false;
    plot_canvas_segment(canvas, plot_axes_at(&axes, 0.0, 0.0),
                        plot_axes_at(&axes, 1.0, 1.0), &chance);
    /* the first is drawn last, over the others */
    for (size_t k = roc->curves; k-- > 0;)
        if (!draw_curve(canvas, &axes, &roc->curve[k], k, err))
            return false;
    for (size_t k = roc->curves; k-- > 0;)
        draw_mark(canvas, &axes, &roc->curve[k], k);
    draw_legend(canvas, roc, axes.frame.x,
                axes.frame.y + side + ROUND.bottom + 0.5 * LINE_MM);
    return true;
}
