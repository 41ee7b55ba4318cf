#include "report/figure2.h"

#include <math.h>
#include <stdio.h>

#include "base/mem.h"
#include "plot/bland_altman.h"
#include "plot/panels.h"
#include "report/legend.h"
#include "report/p_text.h"
#include "stat/bland_altman.h"
#include "stat/describe.h"
#include "stat/dist.h"
#include "stat/pearson.h"
#include "stat/regress.h"

/* Millimetres. */
static const double WIDTH = 180.0, UPPER = 75.5, LOWER = 60.0;
static const struct plot_margins ROUND_SCATTER = {14.0, 6.0, PLOT_LEVEL_TEXT_MM, 13.0};
static const struct plot_margins ROUND_AGREEMENT = {14.0, 6.0, PLOT_LEVEL_TEXT_MM,
                                                    12.0};
/* Limits so far apart are told with one decimal. */
static const double MANY = 20.0;
enum { TEXT = 160, BLOCK = 4 * TEXT, STEPS = 61, COLUMNS = 2, MOST_TICKS = 11 };

/* One column: a quantity, with what is computed of it. */
struct column {
    const char *quantity, *unit, *difference_unit; /* "Scar volume", " (mL)" */
    const struct figure2_pairs *pairs;
    double *mean, *difference; /* [n], owned */
    struct stat_pearson pearson;
    struct stat_regress line;
    struct stat_bland_altman agreement;
    double x[STEPS], y[STEPS], lo[STEPS], hi[STEPS]; /* the line, with its band */
    bool follows; /* bias or limits depend on the mean; then: */
    double at[STEPS], following[PLOT_LEVELS][STEPS]; /* upper limit, bias, lower */
};

static void column_clear(struct column *c)
{
    mem_free(c->mean);
    mem_free(c->difference);
}

/* The line from end to end of the axis; the band is the 95 % interval of the mean of y
 * at x:  y +- t sqrt(s^2 / n + se_slope^2 (x - mean x)^2),  t with n - 2 degrees. */
static bool trace_line(struct column *c, size_t n, double lo, double hi,
                       struct err *err)
{
    const double mean = stat_mean(c->pairs->reference, n);
    const double s = c->line.sd_residual;
    double t = 0.0;

    if (!stat_t_quantile(0.975, (double)(n - 2), &t, err))
        return false;
    for (int i = 0; i < STEPS; i++) {
        const double x = lo + (hi - lo) * i / (STEPS - 1);
        const double off = c->line.se_slope * (x - mean);
        const double half = t * sqrt(s * s / (double)n + off * off);
        c->x[i] = x;
        c->y[i] = c->line.intercept + c->line.slope * x;
        c->lo[i] = c->y[i] - half;
        c->hi[i] = c->y[i] + half;
    }
    return true;
}

/* Bias and limits from the least to the greatest mean. */
static void trace_limits(struct column *c)
{
    const struct stat_bland_altman *b = &c->agreement;
    const double lo = b->middle.min, hi = b->middle.max;

    c->follows = b->bias_at.depends || b->sd_at.depends;
    for (int i = 0; i < STEPS; i++) {
        c->at[i] = lo + (hi - lo) * i / (STEPS - 1);
        const struct stat_bland_altman_limits at = stat_bland_altman_at(b, c->at[i]);
        c->following[0][i] = at.hi;
        c->following[1][i] = at.bias;
        c->following[2][i] = at.lo;
    }
}

static bool compute(struct column *c, size_t n, struct err *err)
{
    const double *ref = c->pairs->reference, *method = c->pairs->method;

    if (!stat_pearson(ref, method, n, &c->pearson, err) ||
        !stat_regress(ref, method, n, &c->line, err) ||
        !stat_bland_altman(method, ref, n, &c->agreement, err)) {
        err_prefix(err, "%s", c->quantity);
        return false;
    }
    c->mean = mem_alloc(n, sizeof *c->mean, err);
    c->difference = mem_alloc(n, sizeof *c->difference, err);
    if (!c->mean || !c->difference)
        return false;
    for (size_t i = 0; i < n; i++) {
        c->mean[i] = 0.5 * (ref[i] + method[i]);
        c->difference[i] = method[i] - ref[i];
    }
    trace_limits(c);
    return true;
}

static void say_line(const struct column *c, size_t n, char text[static BLOCK])
{
    char p[REPORT_P_TEXT], r[PLOT_NUMBER_ROOM], lo[PLOT_NUMBER_ROOM],
        hi[PLOT_NUMBER_ROOM], ci[2 * PLOT_NUMBER_ROOM + 16] = "";
    char slope[PLOT_NUMBER_ROOM], constant[PLOT_NUMBER_ROOM];

    if (!c->pearson.available || !c->line.available) {
        (void)snprintf(text, BLOCK, "r not available\nn = %zu", n);
        return;
    }
    report_p_text(c->pearson.p, p);
    plot_axes_number(c->pearson.r, 2, r);
    plot_axes_number(c->pearson.ci.lo, 2, lo);
    plot_axes_number(c->pearson.ci.hi, 2, hi);
    if (isfinite(c->pearson.ci.lo)) /* not of three patients */
        (void)snprintf(ci, sizeof ci, " (95 %% CI %s, %s)", lo, hi);
    plot_axes_number(c->line.slope, 2, slope);
    plot_axes_number(fabs(c->line.intercept), 2, constant);
    (void)snprintf(text, BLOCK, "r = %s%s\n%s\ny = %sx %s %s\nn = %zu", r, ci, p, slope,
                   c->line.intercept < 0.0 ? "\xe2\x88\x92" : "+", constant, n);
}

static bool draw_scatter(struct plot_canvas *canvas, const struct figure2 *f,
                         struct column *c, const struct plot_box *part, struct err *err)
{
    char x_label[TEXT], y_label[TEXT], note[4 * TEXT];
    double lo = 0.0, hi = 0.0;

    if (!plot_axes_range(c->pairs->reference, f->n, &lo, &hi, err) ||
        !plot_axes_range(c->pairs->method, f->n, &lo, &hi, err) ||
        !plot_axes_widen(&lo, &hi, MOST_TICKS, err))
        return false;
    (void)snprintf(x_label, sizeof x_label, "%s, %.60s%s", c->quantity,
                   f->reference_name, c->unit);
    (void)snprintf(y_label, sizeof y_label, "%s, %.60s%s", c->quantity, f->method_name,
                   c->unit);
    say_line(c, f->n, note);
    struct plot_scatter s = {
        .axes = {plot_panels_frame(part, &ROUND_SCATTER),
                 {lo, hi, x_label},
                 {lo, hi, y_label}},
        .cloud = {c->pairs->reference, c->pairs->method, f->n, f->group},
        .identity = true,
        .note = note,
    };
    if (c->line.available) {
        if (!trace_line(c, f->n, lo, hi, err))
            return false;
        s.curve = (struct plot_curve){c->x, c->y, c->lo, c->hi, STEPS};
    }
    return plot_scatter_draw(canvas, &s, err);
}

static bool draw_agreement(struct plot_canvas *canvas, const struct figure2 *f,
                           const struct column *c, const struct plot_box *part,
                           struct err *err)
{
    const struct stat_bland_altman *a = &c->agreement;
    char x_label[TEXT], y_label[TEXT];
    struct plot_bland_altman p = {
        .axes = {.frame = plot_panels_frame(part, &ROUND_AGREEMENT),
                 .x = {.label = x_label},
                 .y = {.label = y_label}},
        .cloud = {c->mean, c->difference, f->n, f->group},
        .level = {{a->hi, a->ci_hi.lo, a->ci_hi.hi, "+1.96 SD"},
                  {a->bias, a->ci_bias.lo, a->ci_bias.hi, "Bias"},
                  {a->lo, a->ci_lo.lo, a->ci_lo.hi,
                   "\xe2\x88\x92"
                   "1.96 SD"}},
        .decimals = a->hi - a->lo < MANY ? 2 : 1,
    };
    const double ends[] = {a->ci_lo.lo, a->ci_hi.hi};

    for (int l = 0; c->follows && l < PLOT_LEVELS; l++)
        p.follow[l] = (struct plot_curve){.x = c->at, .y = c->following[l], .n = STEPS};
    (void)snprintf(x_label, sizeof x_label, "%s, mean of both%s", c->quantity, c->unit);
    (void)snprintf(y_label, sizeof y_label, "%.60s \xe2\x88\x92 %.60s%s",
                   f->method_name, f->reference_name, c->difference_unit);
    if (!plot_axes_range(c->mean, f->n, &p.axes.x.lo, &p.axes.x.hi, err) ||
        !plot_axes_widen(&p.axes.x.lo, &p.axes.x.hi, MOST_TICKS, err) ||
        !plot_axes_range(c->difference, f->n, &p.axes.y.lo, &p.axes.y.hi, err) ||
        !plot_axes_range(ends, 2, &p.axes.y.lo, &p.axes.y.hi, err) ||
        !plot_axes_range(p.follow[0].y, p.follow[0].n, &p.axes.y.lo, &p.axes.y.hi,
                         err) ||
        !plot_axes_range(p.follow[2].y, p.follow[2].n, &p.axes.y.lo, &p.axes.y.hi,
                         err) ||
        !plot_axes_widen(&p.axes.y.lo, &p.axes.y.hi, MOST_TICKS, err))
        return false;
    return plot_bland_altman_draw(canvas, &p, err);
}

static bool draw(struct plot_canvas *canvas, const struct figure2 *f,
                 struct column *column, struct err *err)
{
    const struct plot_key lines[] = {
        {.name = "regression, 95 % band", .paint = PLOT_BLACK, .line = true},
        {.name = "identity",
         .paint = PLOT_PALE,
         .line = true,
         .dash_pt = PLOT_IDENTITY_DASH_PT},
        {.name = "limits by mean, P < .05",
         .paint = PLOT_BLACK,
         .line = true,
         .dash_pt = PLOT_FOLLOW_DASH_PT}};
    const size_t keys = column[0].follows || column[1].follows ? 3 : 2;

    for (size_t k = 0; k < COLUMNS; k++) {
        const double w = WIDTH / COLUMNS, x = w * (double)k;
        const struct plot_box upper = {x, 0.0, w, UPPER}, lower = {x, UPPER, w, LOWER};
        plot_panels_letter(canvas, &upper, k);
        plot_panels_letter(canvas, &lower, COLUMNS + k);
        if (!draw_scatter(canvas, f, &column[k], &upper, err) ||
            !draw_agreement(canvas, f, &column[k], &lower, err))
            return false;
    }
    return report_legend_draw(canvas, f->group_name, f->groups, lines, keys, err);
}

static bool check(const struct figure2 *f, struct err *err)
{
    if (f->n < 3)
        return ERR_FAIL(err, ERR_ARG, "figure 2: %zu patients", f->n);
    return report_legend_check(f->group, f->n, f->groups, err);
}

bool report_figure2_write(const struct figure2 *figure, const char *stem,
                          struct err *err)
{
    struct plot_canvas *canvas = NULL;
    struct column column[COLUMNS] = {
        {"Scar volume", " (mL)", " (mL)", .pairs = &figure->scar_ml},
        {"%LGE", "", " (% points)", .pairs = &figure->percent_lge}};
    const double height = UPPER + LOWER + report_legend_height(figure->groups);
    bool ok = check(figure, err);

    for (size_t k = 0; ok && k < COLUMNS; k++)
        ok = compute(&column[k], figure->n, err);
    ok = ok &&
         plot_canvas_new(WIDTH, height, "Scar volume and %LGE: agreement", &canvas,
                         err) &&
         draw(canvas, figure, column, err) && plot_canvas_write(canvas, stem, err);
    plot_canvas_free(canvas);
    for (size_t k = 0; k < COLUMNS; k++)
        column_clear(&column[k]);
    return ok;
}
