#include "cli/evaluate_figures.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "cli/evaluate_compare.h"
#include "cli/evaluate_score.h"
#include "cli/say.h"
#include "report/figure2.h"
#include "report/figure3.h"
#include "report/figure4.h"
#include "report/figure5.h"
#include "report/p_text.h"

/* Fewer points make no regression. */
enum { LEAST_POINTS = 3, AXES = 4, NOTE = 96, LABEL = 20 };

/* A name as it stands in a figure: at most LABEL characters, cut between them. */
struct shown {
    char text[4 * LABEL + 4];
};

static void shorten(const char *name, struct shown *out)
{
    const size_t room = 4 * (size_t)LABEL;
    size_t end = 0;
    for (size_t n = 0; n < LABEL && end < room && name[end]; n++)
        do
            end++;
        while (end < room && ((unsigned char)name[end] & 0xc0u) == 0x80u);
    (void)snprintf(out->text, sizeof out->text, "%.*s%s", (int)end, name,
                   name[end] ? "\xe2\x80\xa6" : "");
}

/* A column of the cohort that divides the points. */
struct division {
    const char *by;
    size_t *group;       /* [points], owned */
    const char **value;  /* [groups], owned; the study's */
    struct shown *label; /* [groups], owned; `name` points to them */
    const char **name;   /* [groups], owned */
    size_t groups;
    char note[NOTE];
};

/* What a patient's point needs; arrays of one length. */
struct points {
    double *x[AXES]; /* agreement: volume and %LGE of both; DSC: DSC, volume */
    size_t n;
    struct division division[FIGURE3_DIVISIONS]; /* the one with colours first */
    size_t divisions;
    bool coloured; /* the first has few enough groups */
};

static void points_clear(struct points *p)
{
    for (size_t i = 0; i < AXES; i++)
        mem_free(p->x[i]);
    for (size_t d = 0; d < p->divisions; d++) {
        mem_free(p->division[d].group);
        mem_free((void *)p->division[d].value);
        mem_free((void *)p->division[d].name);
        mem_free(p->division[d].label);
    }
}

static size_t count_groups(const struct evaluate_study *s, const char *by)
{
    size_t n = 0;
    for (size_t k = 1; k < s->n_keys; k++)
        n += s->keys[k].by == by ? 1 : 0;
    return n;
}

/* The first column with 2..PLOT_SHAPES groups; by.count: none. */
static size_t colour_column(const struct evaluate_study *s)
{
    for (size_t b = 0; b < s->by.count; b++) {
        const size_t groups = count_groups(s, s->by.item[b]);
        if (groups >= 2 && groups <= PLOT_SHAPES)
            return b;
    }
    return s->by.count;
}

static bool add_division(const struct evaluate_study *s, const char *by,
                         struct points *p, struct err *err)
{
    const size_t groups = count_groups(s, by);
    if (groups == 0 || groups > DSC_GROUPS || p->divisions == FIGURE3_DIVISIONS)
        return true;
    struct division *d = &p->division[p->divisions++];
    d->by = by;
    d->group = mem_alloc(s->n_rows, sizeof *d->group, err);
    d->value = mem_alloc(groups, sizeof *d->value, err);
    d->label = mem_alloc(groups, sizeof *d->label, err);
    d->name = mem_alloc(groups, sizeof *d->name, err);
    if (!d->group || !d->value || !d->label || !d->name)
        return false;
    for (size_t k = 1; k < s->n_keys; k++) {
        if (s->keys[k].by != by)
            continue;
        const size_t g = d->groups++;
        d->value[g] = s->keys[k].value;
        shorten(d->value[g][0] ? d->value[g] : "(none)", &d->label[g]);
        d->name[g] = d->label[g].text;
    }
    return true;
}

static bool points_alloc(const struct evaluate_study *s, struct points *p,
                         struct err *err)
{
    const size_t first = colour_column(s);
    for (size_t i = 0; i < AXES; i++) {
        p->x[i] = mem_alloc(s->n_rows, sizeof *p->x[i], err);
        if (!p->x[i])
            return false;
    }
    p->coloured = first < s->by.count;
    if (p->coloured && !add_division(s, s->by.item[first], p, err))
        return false;
    for (size_t b = 0; b < s->by.count; b++)
        if (b != first && !add_division(s, s->by.item[b], p, err))
            return false;
    return true;
}

static void add_point(const struct evaluate_study *s, size_t index,
                      const double x[AXES], struct points *p)
{
    for (size_t i = 0; i < AXES; i++)
        p->x[i][p->n] = x[i];
    for (size_t d = 0; d < p->divisions; d++) {
        struct division *to = &p->division[d];
        const char *value = cohort_get(&s->cohort, s->rows[index], to->by);
        size_t g = 0;
        while (g + 1 < to->groups && strcmp(to->value[g], value) != 0)
            g++;
        to->group[p->n] = g;
    }
    p->n++;
}

bool evaluate_figures_agreement(const struct evaluate_figure *figure, const char *stem,
                                bool *drawn, struct err *err)
{
    const struct evaluate_study *s = figure->study;
    struct points p = {0};
    bool ok = points_alloc(s, &p, err);
    for (size_t i = 0; ok && i < s->n_rows; i++) {
        const struct evaluate_case *c = &s->methods[figure->method].cases[i];
        const double x[AXES] = {c->truth.scar_ml, c->pred.scar_ml, c->truth.percent_lge,
                                c->pred.percent_lge};
        if (c->status == EVALUATE_DONE && isfinite(x[2]) && isfinite(x[3]))
            add_point(s, i, x, &p);
    }
    const bool enough = ok && p.n >= LEAST_POINTS;
    if (enough) {
        const struct division *d = &p.division[0];
        const struct figure2 f = {.n = p.n,
                                  .scar_ml = {p.x[0], p.x[1]},
                                  .percent_lge = {p.x[2], p.x[3]},
                                  .group = p.coloured ? d->group : NULL,
                                  .group_name = d->name,
                                  .groups = p.coloured ? d->groups : 0,
                                  .reference_name = figure->reference_name,
                                  .method_name = figure->method_name};
        ok = report_figure2_write(&f, stem, err);
    }
    if (ok)
        *drawn = enough;
    points_clear(&p);
    return ok;
}

/* "By vendor: P = .07, Kruskal-Wallis" */
static void say_test(const struct evaluate_method *m, size_t columns,
                     struct division *d)
{
    char p[REPORT_P_TEXT];
    (void)snprintf(d->note, sizeof d->note, "By %.40s", d->by);
    for (size_t b = 0; m->between != NULL && b < columns; b++) {
        if (m->between[b].by != d->by || !m->between[b].kruskal.available)
            continue;
        report_p_text(m->between[b].kruskal.p, p);
        (void)snprintf(d->note, sizeof d->note, "By %.40s: %s, Kruskal-Wallis", d->by,
                       p);
    }
}

bool evaluate_figures_dsc(const struct evaluate_figure *figure, const char *stem,
                          bool *drawn, struct err *err)
{
    const struct evaluate_study *s = figure->study;
    const struct evaluate_method *m = &s->methods[figure->method];
    struct dsc_division division[FIGURE3_DIVISIONS];
    struct points p = {0};
    bool ok = points_alloc(s, &p, err);
    for (size_t i = 0; ok && i < s->n_rows; i++) {
        const double dsc = evaluate_compare_value(&m->cases[i], EVALUATE_SCAR_DSC);
        if (isfinite(dsc))
            add_point(s, i, (const double[AXES]){dsc, m->cases[i].truth.scar_ml}, &p);
    }
    const bool enough = ok && p.n > 0;
    if (enough) {
        for (size_t d = 0; d < p.divisions; d++) {
            struct division *from = &p.division[d];
            say_test(m, s->by.count, from);
            division[d] = (struct dsc_division){from->group, from->name, from->groups,
                                                from->note};
        }
        const struct figure3 f = {.n = p.n,
                                  .dsc = p.x[0],
                                  .scar_ml = p.x[1],
                                  .reference_name = figure->reference_name,
                                  .division = division,
                                  .divisions = p.divisions};
        ok = report_figure3_write(&f, stem, err);
    }
    if (ok)
        *drawn = enough;
    points_clear(&p);
    return ok;
}

/* ---- ROC ---- */

/* Scores and classes of one method: the patients of evaluate_group's `auc`. */
static void collect_scores(const struct evaluate_study *s,
                           const struct evaluate_method *m, double *score,
                           bool *positive, struct figure4_method *out)
{
    const struct evaluate_group *all = &m->groups[0];
    size_t n = 0, large = 0;
    for (size_t i = 0; i < s->n_rows; i++) {
        const struct evaluate_case *c = &m->cases[i];
        if (c->status != EVALUATE_DONE || !c->truth.has_myocardium)
            continue;
        score[n] = evaluate_compare_percent(c);
        positive[n] = measure_is_large(c->truth.percent_lge, s->rule);
        large += positive[n++] ? 1 : 0;
    }
    *out = (struct figure4_method){
        .score = score,
        .positive = positive,
        .n = large > 0 && large < n ? n : 0,
        .auc_lo = all->auc.ci.lo,
        .auc_hi = all->auc.ci.hi,
        .at = {1.0 - all->specificity.p.p, all->sensitivity.p.p}};
}

static bool draw_roc(const struct evaluate_study *s, const struct shown *label,
                     const char *stem, struct err *err)
{
    struct figure4_method method[PLOT_ROC_CURVES];
    struct figure4 figure = {.method = method};
    double *score = mem_alloc(s->n_methods * s->n_rows, sizeof *score, err);
    bool *positive = mem_alloc(s->n_methods * s->n_rows, sizeof *positive, err);
    bool ok = score && positive;

    figure.rule =
        s->rule == MEASURE_RULE_ABOVE_15 ? "%LGE > 15" : "%LGE \xe2\x89\xa5 15";
    for (size_t m = 0; ok && m < s->n_methods; m++) {
        if (figure.methods == PLOT_ROC_CURVES) {
            say_warning("figure roc: only the first %d methods are drawn",
                        (int)PLOT_ROC_CURVES);
            break;
        }
        struct figure4_method *to = &method[figure.methods];
        collect_scores(s, &s->methods[m], score + m * s->n_rows,
                       positive + m * s->n_rows, to);
        to->name = label[m].text;
        figure.methods += to->n > 0 ? 1 : 0;
        if (to->n == 0)
            say_warning("figure roc: %s is left out: its patients are all of one class",
                        s->methods[m].name);
    }
    ok = ok && (figure.methods == 0 || report_figure4_write(&figure, stem, err));
    mem_free(score);
    mem_free(positive);
    return ok;
}

/* ---- methods ---- */

/* Of two methods "P = .02, Wilcoxon, paired"; of more nothing: the tables have all. */
static void say_pair(const struct evaluate_study *s, char note[static NOTE])
{
    char p[REPORT_P_TEXT];

    note[0] = '\0';
    if (s->n_compares != 1)
        return;
    report_p_text(s->compares[0].paired[EVALUATE_SCAR_DSC].wilcoxon.p, p);
    (void)snprintf(note, NOTE, "%s, Wilcoxon, paired", p);
}

static bool draw_methods(const struct evaluate_study *s, const struct shown *label,
                         const char *stem, struct err *err)
{
    const char *name[DSC_GROUPS];
    char note[NOTE];
    size_t n = 0;
    double *dsc = mem_alloc(s->n_methods * s->n_rows, sizeof *dsc, err);
    size_t *method = mem_alloc(s->n_methods * s->n_rows, sizeof *method, err);
    bool ok = dsc && method;

    for (size_t m = 0; ok && m < s->n_methods; m++) {
        name[m] = label[m].text;
        for (size_t i = 0; i < s->n_rows; i++) {
            dsc[n] =
                evaluate_score_dsc(&s->methods[m].cases[i], EVALUATE_SCAR, &s->scoring);
            method[n] = m;
            n += isfinite(dsc[n]) ? 1 : 0;
        }
    }
    say_pair(s, note);
    const struct figure5 figure = {
        dsc, n, {method, name, s->n_methods, note[0] != '\0' ? note : NULL}};
    ok = ok && (n == 0 || report_figure5_write(&figure, stem, err));
    mem_free(dsc);
    mem_free(method);
    return ok;
}

/* Where there is something to compare, and room for it. */
static bool compare_methods(const struct evaluate_study *s, const struct shown *label,
                            const char *stem, struct err *err)
{
    if (s->n_methods < 2)
        return true;
    if (s->n_methods <= DSC_GROUPS)
        return draw_methods(s, label, stem, err);
    say_warning("figure methods: left out, it has no room for %zu methods",
                s->n_methods);
    return true;
}

/* ---- all ---- */

/* "dir/3D-dsc", owned by the caller. */
static char *stem_of(const char *dir, const char *method, const char *what,
                     struct err *err)
{
    const size_t size = strlen(method) + strlen(what) + 2;
    char *stem = NULL, *name = mem_alloc(size, 1, err);
    if (name != NULL) {
        (void)snprintf(name, size, "%s-%s", method, what);
        stem = file_join(dir, name, err);
    }
    mem_free(name);
    return stem;
}

typedef bool draw_figure(const struct evaluate_figure *figure, const char *stem,
                         bool *drawn, struct err *err);

static bool draw_one(const struct evaluate_figure *figure, const char *dir,
                     const char *what, draw_figure *draw, struct err *err)
{
    const char *name = figure->study->methods[figure->method].name;
    bool drawn = false;
    char *stem = stem_of(dir, name, what, err);
    const bool ok = stem != NULL && draw(figure, stem, &drawn, err);
    if (ok && !drawn)
        say_warning("figure %s-%s: too few patients with a value", name, what);
    mem_free(stem);
    return ok;
}

bool evaluate_figures_write(const struct evaluate_study *study, const char *dir,
                            struct err *err)
{
    const char *reference =
        strcmp(study->label, "label") == 0 ? "reference" : study->label;
    char *roc = file_join(dir, "roc", err), *methods = file_join(dir, "methods", err);
    struct shown *label = mem_alloc(study->n_methods, sizeof *label, err);
    bool ok = roc && methods && label && file_make_dirs(dir, err);
    for (size_t m = 0; ok && m < study->n_methods; m++) {
        const struct evaluate_figure figure = {study, m, reference, label[m].text};
        shorten(study->methods[m].name, &label[m]);
        ok = draw_one(&figure, dir, "agreement", evaluate_figures_agreement, err) &&
             draw_one(&figure, dir, "dsc", evaluate_figures_dsc, err);
    }
    ok = ok && draw_roc(study, label, roc, err) &&
         compare_methods(study, label, methods, err);
    mem_free(roc);
    mem_free(methods);
    mem_free(label);
    return ok;
}
