#include "report/figure3.h"

#include <stdio.h>

#include "plot/panels.h"
#include "plot/scatter.h"
#include "report/legend.h"
#include "stat/describe.h"

/* Millimetres. */
static const double WIDTH = 180.0, UPPER = 66.0, LOWER = 62.0;
static const struct plot_margins ROUND_SCATTER = {14.0, 5.0, 4.0, 12.0};
static const struct plot_axis DSC_AXIS = {0.0, 1.0, "DSC of scar"};
/* So many boxes stand in a row with their names; so many panels. */
enum { IN_ROW = 14, MOST_TICKS = 9, TEXT = 128, PANELS = FIGURE3_DIVISIONS + 1 };

static bool draw_scatter(struct plot_canvas *canvas, const struct figure3 *f,
                         const struct plot_box *part, struct err *err)
{
    char label[TEXT];
    struct plot_scatter s = {
        .axes = {plot_panels_frame(part, &ROUND_SCATTER), {0.0, 0.0, label}, DSC_AXIS},
        .cloud = {f->scar_ml, f->dsc, f->n,
                  f->divisions > 0 ? f->division[0].group : NULL}};

    (void)snprintf(label, sizeof label, "Scar volume, %.60s (mL)", f->reference_name);
    return plot_axes_range(f->scar_ml, f->n, &s.axes.x.lo, &s.axes.x.hi, err) &&
           plot_axes_widen(&s.axes.x.lo, &s.axes.x.hi, MOST_TICKS, err) &&
           plot_scatter_draw(canvas, &s, err);
}

static bool check(const struct figure3 *f, struct err *err)
{
    if (f->n == 0)
        return ERR_FAIL(err, ERR_ARG, "figure 3: no patients");
    if (f->divisions > FIGURE3_DIVISIONS)
        return ERR_FAIL(err, ERR_ARG, "figure 3: %zu divisions", f->divisions);
    for (size_t d = 0; d < f->divisions; d++)
        if (f->division[d].groups == 0 || f->division[d].groups > DSC_GROUPS)
            return ERR_FAIL(err, ERR_ARG, "figure 3: %zu groups",
                            f->division[d].groups);
    return stat_all_finite(f->dsc, f->n, err) && stat_all_finite(f->scar_ml, f->n, err);
}

/* The parts of the page: divisions, then the scatter plot.  Two divisions share a row
 * if their boxes find room, each box with the same width.  The height of all. */
static double plan(const struct figure3 *f, struct plot_box part[static PANELS])
{
    const double space = report_dsc_boxes_margin();
    double y = 0.0;

    for (size_t d = 0; d < f->divisions; d++, y += UPPER) {
        const size_t groups = f->division[d].groups;
        const size_t next = d + 1 < f->divisions ? f->division[d + 1].groups : IN_ROW;
        part[d] = (struct plot_box){0.0, y, WIDTH, UPPER};
        if (groups + next > IN_ROW)
            continue;
        const double share = (double)groups / (double)(groups + next);
        part[d].w = space + (WIDTH - 2.0 * space) * share;
        part[d + 1] = (struct plot_box){part[d].w, y, WIDTH - part[d].w, UPPER};
        d++;
    }
    part[f->divisions] = (struct plot_box){0.0, y, WIDTH, LOWER};
    return y + LOWER;
}

static bool draw(struct plot_canvas *canvas, const struct figure3 *f,
                 const struct plot_box part[static PANELS], struct err *err)
{
    for (size_t d = 0; d < f->divisions; d++) {
        plot_panels_letter(canvas, &part[d], d);
        if (!report_dsc_boxes_draw(canvas, &part[d], f->dsc, f->n, &f->division[d],
                                   d == 0, err))
            return false;
    }
    if (f->divisions > 0)
        plot_panels_letter(canvas, &part[f->divisions], f->divisions);
    return draw_scatter(canvas, f, &part[f->divisions], err) &&
           (f->divisions == 0 ||
            report_legend_draw(canvas, f->division[0].name, f->division[0].groups, NULL,
                               0, err));
}

bool report_figure3_write(const struct figure3 *figure, const char *stem,
                          struct err *err)
{
    struct plot_box part[PANELS];
    struct plot_canvas *canvas = NULL;

    if (!check(figure, err))
        return false;
    const double height =
        plan(figure, part) + (figure->divisions > 0
                                  ? report_legend_height(figure->division[0].groups)
                                  : 0.0);
    const bool ok =
        plot_canvas_new(WIDTH, height, "DSC by group and scar volume", &canvas, err) &&
        draw(canvas, figure, part, err) && plot_canvas_write(canvas, stem, err);
    plot_canvas_free(canvas);
    return ok;
}
