#include "cli/calibrate_figure.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/mem.h"
#include "plot/axes.h"
#include "plot/panels.h"

/* Millimetres, points. */
static const double WIDTH = 180.0, TOP_H = 72.0, HEIGHT = 140.0, MARK = 1.5,
                    LEGEND = 4.0;
static const double BAR_PT = 0.8, CURVE_PT = 1.1, GUIDE_PT = 0.7, DASH_PT = 2.0,
                    DOT_PT = 1.0;
static const struct plot_margins ROUND = {14.0, 7.0, 4.0, 12.0};

/* A patient's place in panel a. */
struct place {
    double percent_lge;
    size_t patient;
};

static int by_lge(const void *a, const void *b)
{
    const struct place *x = a, *y = b;

    if (x->percent_lge != y->percent_lge)
        return x->percent_lge < y->percent_lge ? -1 : 1;
    return (x->patient > y->patient) - (x->patient < y->patient);
}

static void draw_patient(struct plot_canvas *canvas, const struct plot_axes *axes,
                         double at, const struct measure_trial *t,
                         const struct calibrate_verdict *v)
{
    const struct plot_pen bar = {plot_axes_colour(0), BAR_PT, 0.0};
    const struct plot_paint paint = v->covered ? PLOT_BLACK : plot_axes_colour(1);
    const enum plot_shape shape = v->covered ? PLOT_CIRCLE : PLOT_DIAMOND;

    plot_canvas_segment(canvas, plot_axes_at(axes, at, v->judgement.interval90[0]),
                        plot_axes_at(axes, at, v->judgement.interval90[1]), &bar);
    plot_canvas_marker(canvas, shape, plot_axes_at(axes, at, t->truth), MARK, &paint);
}

static bool panel_intervals(struct plot_canvas *canvas, const struct calibrate_set *set,
                            const struct calibrate_trial *trial, struct err *err)
{
    const struct plot_box part = {0.0, 0.0, WIDTH, TOP_H};
    const struct plot_key key[] = {
        {.name = "90 % interval", .paint = plot_axes_colour(0), .line = true},
        {.name = "truth, inside", .paint = PLOT_BLACK, .shape = PLOT_CIRCLE},
        {.name = "truth, outside",
         .paint = plot_axes_colour(1),
         .shape = PLOT_DIAMOND}};
    struct plot_axes axes = {
        .frame = plot_panels_frame(&part, &ROUND),
        .x = {0.0, (double)set->n + 1.0, "Patients, by %LGE measured"},
        .y = {0.0, 0.0, "%LGE"}};
    struct place *place = mem_alloc(set->n, sizeof *place, err);
    bool ok = place != NULL;

    for (size_t i = 0; ok && i < set->n; i++) {
        place[i] = (struct place){set->patient[i].trial.percent_lge, i};
        axes.y.hi = fmax(axes.y.hi, fmax(trial->verdict[i].judgement.interval90[1],
                                         set->patient[i].trial.truth));
    }
    ok = ok && plot_axes_widen(&axes.y.lo, &axes.y.hi, 8, err) &&
         plot_axes_draw(canvas, &axes, err);
    if (ok) {
        qsort(place, set->n, sizeof *place, by_lge);
        for (size_t i = 0; i < set->n; i++)
            draw_patient(canvas, &axes, (double)i + 1.0,
                         &set->patient[place[i].patient].trial,
                         &trial->verdict[place[i].patient]);
        plot_panels_letter(canvas, &part, 0);
        (void)plot_axes_legend(canvas, (struct plot_point){axes.frame.x + 2.0, LEGEND},
                               key, ARRAY_LEN(key));
    }
    mem_free(place);
    return ok;
}

/* What is drawn in panel b or c. */
struct risk_panel {
    struct plot_box part;
    size_t letter;
    const char *label;
    const struct stat_risk_coverage *curve;
};

static bool panel_risk(struct plot_canvas *canvas, const struct risk_panel *panel,
                       struct err *err)
{
    const struct stat_risk_coverage *c = panel->curve;
    const struct plot_pen pen = {plot_axes_colour(0), CURVE_PT, 0.0};
    const struct plot_pen chance = {PLOT_PALE, GUIDE_PT, DASH_PT};
    const struct plot_pen best = {PLOT_DARK, GUIDE_PT, DOT_PT};
    struct plot_axes axes = {.frame = plot_panels_frame(&panel->part, &ROUND),
                             .x = {0.0, 1.0, "Share kept, the most trusted first"},
                             .y = {0.0, c->random, panel->label}};
    const struct plot_key key[] = {
        {.name = "by doubt", .paint = pen.paint, .line = true},
        {.name = "no order", .paint = chance.paint, .line = true, .dash_pt = DASH_PT},
        {.name = "best area", .paint = best.paint, .line = true, .dash_pt = DOT_PT}};
    struct plot_point *at = mem_alloc(c->n, sizeof *at, err);
    bool ok = at != NULL;

    for (size_t i = 0; i < c->n; i++)
        axes.y.hi = fmax(axes.y.hi, c->point[i].risk);
    ok = ok && plot_axes_widen(&axes.y.lo, &axes.y.hi, 7, err) &&
         plot_axes_draw(canvas, &axes, err);
    if (ok) {
        for (size_t i = 0; i < c->n; i++)
            at[i] = plot_axes_at(&axes, c->point[i].coverage, c->point[i].risk);
        plot_canvas_segment(canvas, plot_axes_at(&axes, 0.0, c->random),
                            plot_axes_at(&axes, 1.0, c->random), &chance);
        plot_canvas_segment(canvas, plot_axes_at(&axes, 0.0, c->optimal),
                            plot_axes_at(&axes, 1.0, c->optimal), &best);
        plot_canvas_line(canvas, at, c->n, false, &pen);
        plot_panels_letter(canvas, &panel->part, panel->letter);
        (void)plot_axes_legend(
            canvas, (struct plot_point){axes.frame.x, panel->part.y + LEGEND}, key,
            ARRAY_LEN(key));
    }
    mem_free(at);
    return ok;
}

bool calibrate_figure_write(const struct calibrate_set *set,
                            const struct calibrate_trial *trial, const char *dir,
                            struct err *err)
{
    const struct risk_panel dsc = {{0.0, TOP_H, 0.5 * WIDTH, HEIGHT - TOP_H},
                                   1,
                                   "Mean 1 - DSC of those kept",
                                   &trial->by_doubt};
    const struct risk_panel lge = {{0.5 * WIDTH, TOP_H, 0.5 * WIDTH, HEIGHT - TOP_H},
                                   2,
                                   "Mean error of %LGE of those kept",
                                   &trial->by_error};
    struct plot_canvas *canvas = NULL;
    char *stem = file_join(dir, "calibration", err);
    const bool ok =
        stem && plot_canvas_new(WIDTH, HEIGHT, "Calibration", &canvas, err) &&
        panel_intervals(canvas, set, trial, err) && panel_risk(canvas, &dsc, err) &&
        panel_risk(canvas, &lge, err) && plot_canvas_write(canvas, stem, err);

    plot_canvas_free(canvas);
    mem_free(stem);
    return ok;
}
