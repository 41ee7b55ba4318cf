#include "report/dsc_boxes.h"

#include <math.h>

#include "base/mem.h"
#include "plot/boxes.h"
#include "plot/panels.h"
#include "report/legend.h"
#include "stat/density.h"
#include "stat/describe.h"

static const struct plot_margins ROUND = {14.0, 9.0, 4.0, 11.0}; /* mm */
static const struct plot_axis AXIS = {0.0, 1.0, "DSC of scar"};
static const double NOTE_MM = 2.5;
/* So many values of a group are shown as a violin; its outline's points. */
enum { MANY = 100, STEPS = 101 };

/* Strips with all that they point to. */
struct strips {
    struct plot_strip strip[DSC_GROUPS];
    double *value;                              /* [n], those of each group sorted */
    double at[STEPS], width[DSC_GROUPS][STEPS]; /* outlines of violins */
};

/* The outline between the smallest and the largest value. */
static bool trace_violin(struct strips *s, size_t g, struct err *err)
{
    struct plot_strip *strip = &s->strip[g];
    const struct stat_density_grid grid = {0.0, 1.0, s->at, STEPS};
    double *width = s->width[g], widest = 0.0;

    if (!stat_density(strip->value, strip->n, &grid, width, err))
        return false;
    for (int i = 0; i < STEPS; i++)
        widest = fmax(widest, width[i]);
    if (!(widest > 0.0)) /* all the same: the values themselves */
        return true;
    for (int i = 0; i < STEPS; i++)
        width[i] /= widest;
    size_t first = 0, end = STEPS;
    while (s->at[first + 1] < strip->value[0])
        first++;
    while (s->at[end - 2] > strip->value[strip->n - 1])
        end--;
    strip->violin = (struct plot_violin){s->at + first, width + first, end - first};
    return true;
}

static bool collect(const double *dsc, size_t n, const struct dsc_division *d,
                    bool coloured, struct strips *s, struct err *err)
{
    double *value = s->value;

    for (int i = 0; i < STEPS; i++)
        s->at[i] = (double)i / (STEPS - 1);
    for (size_t g = 0; g < d->groups; g++) {
        size_t some = 0;
        for (size_t i = 0; i < n; i++) {
            if (d->group[i] == g)
                value[some++] = dsc[i];
        }
        s->strip[g] = (struct plot_strip){
            .value = value, .n = some, .name = d->name[g], .group = coloured ? g : 0};
        if (some > 0) {
            stat_sort(value, some);
            s->strip[g].box = (struct plot_quartiles){stat_quantile(value, some, 0.25),
                                                      stat_quantile(value, some, 0.5),
                                                      stat_quantile(value, some, 0.75)};
        }
        if (some >= MANY && !trace_violin(s, g, err))
            return false;
        value += some;
    }
    return true;
}

static bool check(const double *dsc, size_t n, const struct dsc_division *d,
                  struct err *err)
{
    if (d->groups == 0 || d->groups > DSC_GROUPS)
        return ERR_FAIL(err, ERR_ARG, "figure: boxes of %zu groups", d->groups);
    if (!stat_all_finite(dsc, n, err) ||
        !report_legend_check(d->group, n, d->groups, err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (dsc[i] < 0.0 || dsc[i] > 1.0)
            return ERR_FAIL(err, ERR_ARG, "figure: a DSC of %g", dsc[i]);
    return true;
}

double report_dsc_boxes_margin(void)
{
    return ROUND.left + ROUND.right;
}

bool report_dsc_boxes_draw(struct plot_canvas *canvas, const struct plot_box *part,
                           const double *dsc, size_t n,
                           const struct dsc_division *division, bool coloured,
                           struct err *err)
{
    const struct plot_text style = {
        .size_pt = PLOT_SMALL_PT, .paint = PLOT_BLACK, .across = 1.0};
    bool ok = false;

    if (!check(dsc, n, division, err))
        return false;
    struct strips *s = mem_alloc(1, sizeof *s, err);
    if (s == NULL)
        return false;
    s->value = mem_alloc(n, sizeof *s->value, err);
    if (s->value == NULL || !collect(dsc, n, division, coloured, s, err))
        goto done;
    const struct plot_boxes boxes = {
        .axes = {plot_panels_frame(part, &ROUND), {0}, AXIS},
        .strip = s->strip,
        .strips = division->groups};
    if (!plot_boxes_draw(canvas, &boxes, err))
        goto done;
    if (division->note != NULL)
        plot_canvas_text(
            canvas,
            (struct plot_point){part->x + part->w - ROUND.right, part->y + NOTE_MM},
            &style, division->note);
    ok = true;
done:
    mem_free(s->value);
    mem_free(s);
    return ok;
}
