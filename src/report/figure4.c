#include "report/figure4.h"

#include "base/mem.h"
#include "stat/roc_curve.h"

static const double WIDTH_MM = 88.0;

/* A curve's points as two arrays, the one behind the other in `at`. */
static bool split_points(const struct stat_roc_curve *c, double **at, struct err *err)
{
    *at = mem_alloc(2 * c->n, sizeof **at, err);
    if (*at == NULL)
        return false;
    for (size_t i = 0; i < c->n; i++) {
        (*at)[i] = c->point[i].false_alarms;
        (*at)[c->n + i] = c->point[i].sensitivity;
    }
    return true;
}

/* `at` is owned by the caller, whatever is returned. */
static bool trace(const struct figure4_method *m, struct plot_roc_curve *out,
                  double **at, struct err *err)
{
    struct stat_roc_curve c;

    if (!stat_roc_curve(m->score, m->positive, m->n, &c, err)) {
        err_prefix(err, "%.64s", m->name);
        return false;
    }
    if (!c.available)
        return ERR_FAIL(err, ERR_ARG,
                        "figure 4: all patients of %.64s are of one class", m->name);
    const bool ok = split_points(&c, at, err);
    if (ok)
        *out = (struct plot_roc_curve){.name = m->name,
                                       .false_alarms = *at,
                                       .sensitivity = *at + c.n,
                                       .n = c.n,
                                       .auc = c.area,
                                       .auc_lo = m->auc_lo,
                                       .auc_hi = m->auc_hi,
                                       .at = {m->at[0], m->at[1]}};
    stat_roc_curve_clear(&c);
    return ok;
}

bool report_figure4_write(const struct figure4 *figure, const char *stem,
                          struct err *err)
{
    struct plot_roc_curve curve[PLOT_ROC_CURVES];
    double *at[PLOT_ROC_CURVES] = {NULL};
    struct plot_canvas *canvas = NULL;
    const double height = plot_roc_height(WIDTH_MM, figure->methods);
    bool ok = true;

    if (figure->methods == 0 || figure->methods > PLOT_ROC_CURVES)
        return ERR_FAIL(err, ERR_ARG, "figure 4: %zu methods", figure->methods);
    const struct plot_roc roc = {.part = {0.0, 0.0, WIDTH_MM, height},
                                 .curve = curve,
                                 .curves = figure->methods,
                                 .at_name = figure->rule};
    for (size_t m = 0; ok && m < figure->methods; m++)
        ok = trace(&figure->method[m], &curve[m], &at[m], err);
    ok = ok &&
         plot_canvas_new(WIDTH_MM, height, "Large scar burden: ROC curves", &canvas,
                         err) &&
         plot_roc_draw(canvas, &roc, err) && plot_canvas_write(canvas, stem, err);
    plot_canvas_free(canvas);
    for (size_t m = 0; m < figure->methods; m++)
        mem_free(at[m]);
    return ok;
}
