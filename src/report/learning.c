#include "report/learning.h"

#include <math.h>
#include <stdio.h>

#include "base/mem.h"
#include "plot/lines.h"
#include "plot/panels.h"

/* Millimetres. */
static const double WIDTH = 180.0, HEIGHT = 72.0, LEGEND = 5.0, LINE = 4.2;
static const struct plot_margins ROUND = {14.0, 5.0, 4.0, 12.0};
static const double DASH_PT = 1.5;
enum { MOST_TICKS = 8, IN_A_LINE = 8 };

/* What a panel shows of every training: one series or two. */
struct panel {
    struct plot_box part;
    const char *y_label;
    struct plot_series *series; /* [count], owned */
    size_t count;
    bool from_0_to_1;
};

static bool fill(const struct learning *l, struct panel *loss, struct panel *dsc,
                 struct err *err)
{
    loss->series = mem_alloc(l->curves, sizeof *loss->series, err);
    dsc->series = mem_alloc(2 * l->curves, sizeof *dsc->series, err);
    if (loss->series == NULL || dsc->series == NULL)
        return false;
    for (size_t i = 0; i < l->curves; i++) {
        const struct learning_curve *c = &l->curve[i];
        const struct plot_paint paint = plot_axes_colour(i);
        loss->series[loss->count++] =
            (struct plot_series){c->loss.epoch, c->loss.value, c->loss.n, paint, 0.0};
        dsc->series[dsc->count++] = (struct plot_series){
            c->myocardium.epoch, c->myocardium.value, c->myocardium.n, paint, 0.0};
        dsc->series[dsc->count++] = (struct plot_series){c->scar.epoch, c->scar.value,
                                                         c->scar.n, paint, DASH_PT};
    }
    return true;
}

static bool draw_panel(struct plot_canvas *canvas, const struct panel *p, size_t number,
                       double epochs, struct err *err)
{
    double lo = INFINITY, hi = -INFINITY, first = 0.0;
    for (size_t i = 0; i < p->count; i++)
        if (!plot_axes_range(p->series[i].y, p->series[i].n, &lo, &hi, err))
            return false;
    if (p->from_0_to_1) {
        lo = 0.0;
        hi = 1.0;
    }
    if (!plot_axes_widen(&lo, &hi, MOST_TICKS, err) ||
        !plot_axes_widen(&first, &epochs, MOST_TICKS, err))
        return false;
    const struct plot_lines lines = {
        .axes = {.frame = plot_panels_frame(&p->part, &ROUND),
                 .x = {first, epochs, "Epoch"},
                 .y = {lo, hi, p->y_label}},
        .series = p->series,
        .count = p->count,
    };
    plot_panels_letter(canvas, &p->part, number);
    return plot_lines_draw(canvas, &lines, err);
}

/* The trainings by colour, in lines of IN_A_LINE; returns where the next line goes. */
static double draw_names(struct plot_canvas *canvas, const struct learning *l, double y)
{
    struct plot_key key[IN_A_LINE];
    size_t n = 0;
    for (size_t i = 0; i < l->curves; i++) {
        key[n++] = (struct plot_key){
            .name = l->curve[i].name, .paint = plot_axes_colour(i), .line = true};
        if (n < IN_A_LINE && i + 1 < l->curves)
            continue;
        plot_axes_legend(canvas, (struct plot_point){ROUND.left, y}, key, n);
        y += LINE;
        n = 0;
    }
    return y;
}

static void draw_styles(struct plot_canvas *canvas, double y)
{
    const struct plot_key key[] = {
        {.name = "b: myocardium", .paint = PLOT_DARK, .line = true},
        {.name = "scar", .paint = PLOT_DARK, .line = true, .dash_pt = DASH_PT}};
    plot_axes_legend(canvas, (struct plot_point){ROUND.left, y}, key, ARRAY_LEN(key));
}

static double last_epoch(const struct learning *l)
{
    double last = 0.0;
    for (size_t i = 0; i < l->curves; i++)
        for (size_t k = 0; k < l->curve[i].loss.n; k++)
            last = fmax(last, l->curve[i].loss.epoch[k]);
    return last;
}

bool report_learning_write(const struct learning *learning, const char *stem,
                           struct err *err)
{
    const double half = 0.5 * WIDTH, epochs = last_epoch(learning);
    const size_t rows = (learning->curves + IN_A_LINE - 1) / IN_A_LINE + 1;
    const double height = HEIGHT + LEGEND + LINE * (double)rows;
    char label[96];
    struct plot_canvas *canvas = NULL;
    struct panel loss = {.part = {0.0, 0.0, half, HEIGHT}, .y_label = "Training loss"};
    struct panel dsc = {
        .part = {half, 0.0, half, HEIGHT}, .y_label = label, .from_0_to_1 = true};

    if (learning->curves == 0 || !(epochs > 0.0))
        return ERR_FAIL(err, ERR_ARG, "learning curves: no epoch");
    (void)snprintf(label, sizeof label, "DSC, %.64s", learning->watched);
    bool ok = fill(learning, &loss, &dsc, err) &&
              plot_canvas_new(WIDTH, height, "Learning curves", &canvas, err) &&
              draw_panel(canvas, &loss, 0, epochs, err) &&
              draw_panel(canvas, &dsc, 1, epochs, err);
    if (ok) {
        draw_styles(canvas, draw_names(canvas, learning, HEIGHT + LEGEND));
        ok = plot_canvas_write(canvas, stem, err);
    }
    plot_canvas_free(canvas);
    mem_free(loss.series);
    mem_free(dsc.series);
    return ok;
}
