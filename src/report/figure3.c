#include "report/figure3.h"

#include "base/mem.h"
#include "plot/boxes.h"
#include "plot/panels.h"
#include "plot/scatter.h"
#include "report/legend.h"
#include "stat/describe.h"

/* Millimetres. */
static const double WIDTH = 180.0, UPPER = 66.0, LOWER = 62.0;
static const struct plot_margins ROUND_BOXES = {14.0, 9.0, 4.0, 11.0};
static const struct plot_margins ROUND_SCATTER = {14.0, 5.0, 4.0, 12.0};
static const struct plot_axis DSC_AXIS = {0.0, 1.0, "DSC of scar"};
enum { MAX_GROUPS = 20, MOST_TICKS = 9 };

/* The values of each group, sorted, behind each other in `value`. */
static void collect(const struct figure3 *f, const struct figure3_division *d,
                    bool coloured, double *value, struct plot_strip *strip)
{
    for (size_t g = 0; g < d->groups; g++) {
        size_t n = 0;
        for (size_t i = 0; i < f->n; i++) {
            if (d->group[i] == g)
                value[n++] = f->dsc[i];
        }
        strip[g] = (struct plot_strip){
            .value = value, .n = n, .name = d->name[g], .group = coloured ? g : 0};
        if (n > 0) {
            stat_sort(value, n);
            strip[g].box = (struct plot_quartiles){stat_quantile(value, n, 0.25),
                                                   stat_quantile(value, n, 0.5),
                                                   stat_quantile(value, n, 0.75)};
        }
        value += n;
    }
}

static bool draw_boxes(struct plot_canvas *canvas, const struct figure3 *f,
                       const struct figure3_division *d, bool coloured,
                       const struct plot_box *part, struct err *err)
{
    struct plot_strip strip[MAX_GROUPS];
    double *value = mem_alloc(f->n, sizeof *value, err);
    const struct plot_text style = {
        .size_pt = PLOT_SMALL_PT, .paint = PLOT_BLACK, .across = 1.0};

    if (value == NULL)
        return false;
    collect(f, d, coloured, value, strip);
    const struct plot_boxes boxes = {
        .axes = {plot_panels_frame(part, &ROUND_BOXES), {0}, DSC_AXIS},
        .strip = strip,
        .strips = d->groups};
    const struct plot_box *frame = &boxes.axes.frame;
    const bool ok = plot_boxes_draw(canvas, &boxes, err);
    if (ok && d->note != NULL)
        plot_canvas_text(canvas,
                         (struct plot_point){frame->x + frame->w, part->y + 2.5},
                         &style, d->note);
    mem_free(value);
    return ok;
}

static bool draw_scatter(struct plot_canvas *canvas, const struct figure3 *f,
                         const struct plot_box *part, struct err *err)
{
    struct plot_scatter s = {.axes = {plot_panels_frame(part, &ROUND_SCATTER),
                                      {0.0, 0.0, "Scar volume, manual (mL)"},
                                      DSC_AXIS},
                             .cloud = {f->scar_ml, f->dsc, f->n, f->vendor.group}};

    return plot_axes_range(f->scar_ml, f->n, &s.axes.x.lo, &s.axes.x.hi, err) &&
           plot_axes_widen(&s.axes.x.lo, &s.axes.x.hi, MOST_TICKS, err) &&
           plot_scatter_draw(canvas, &s, err);
}

static bool check(const struct figure3 *f, struct err *err)
{
    const struct figure3_division *division[] = {&f->vendor, &f->site};

    if (f->n == 0)
        return ERR_FAIL(err, ERR_ARG, "figure 3: no patients");
    for (size_t d = 0; d < 2; d++) {
        if (division[d]->groups == 0 || division[d]->groups > MAX_GROUPS)
            return ERR_FAIL(err, ERR_ARG, "figure 3: %zu groups", division[d]->groups);
        if (!report_legend_check(division[d]->group, f->n, division[d]->groups, err))
            return false;
    }
    return stat_all_finite(f->dsc, f->n, err) && stat_all_finite(f->scar_ml, f->n, err);
}

bool report_figure3_write(const struct figure3 *figure, const char *stem,
                          struct err *err)
{
    const double height = UPPER + LOWER + report_legend_height(figure->vendor.groups);
    /* each strip gets the same width */
    const double strips = (double)(figure->vendor.groups + figure->site.groups);
    const double space = 2.0 * (ROUND_BOXES.left + ROUND_BOXES.right);
    struct plot_canvas *canvas = NULL;

    if (!check(figure, err))
        return false;
    const double first =
        0.5 * space + (WIDTH - space) * (double)figure->vendor.groups / strips;
    const struct plot_box part[] = {{0.0, 0.0, first, UPPER},
                                    {first, 0.0, WIDTH - first, UPPER},
                                    {0.0, UPPER, WIDTH, LOWER}};
    bool ok = plot_canvas_new(WIDTH, height, "DSC by vendor, site and scar volume",
                              &canvas, err);
    for (size_t p = 0; ok && p < sizeof part / sizeof *part; p++)
        plot_panels_letter(canvas, &part[p], p);
    ok = ok && draw_boxes(canvas, figure, &figure->vendor, true, &part[0], err) &&
         draw_boxes(canvas, figure, &figure->site, false, &part[1], err) &&
         draw_scatter(canvas, figure, &part[2], err) &&
         report_legend_draw(canvas, figure->vendor.name, figure->vendor.groups, NULL, 0,
                            err) &&
         plot_canvas_write(canvas, stem, err);
    plot_canvas_free(canvas);
    return ok;
}
