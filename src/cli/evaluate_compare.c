#include "cli/evaluate_compare.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "cli/evaluate_case.h"
#include "cli/evaluate_group.h"
#include "cli/evaluate_score.h"
#include "stat/bootstrap.h"
#include "stat/holm.h"

static const struct {
    const char *key, *name;
    const char *score; /* of evaluate_scores; NULL: a DSC */
    int region;
} compared[EVALUATE_COMPARED] = {
    [EVALUATE_SCAR_DSC] = {"scar_dsc", "DSC of scar", NULL, EVALUATE_SCAR},
    [EVALUATE_PERCENT_ERROR] = {"percent_lge_error", "|error| of %LGE",
                                "percent_lge_error", 0},
    [EVALUATE_MYOCARDIUM_DSC] = {"myocardium_dsc", "DSC of myocard.", NULL,
                                 EVALUATE_MYOCARDIUM},
    [EVALUATE_SCAR_HD95] = {"scar_hd95", "HD95 of scar", "hd95_scar", 0},
    [EVALUATE_LESION_F1] = {"lesion_f1", "F1 of lesions", "lesion_f1", 0},
};

const char *evaluate_compare_key(enum evaluate_compared quantity)
{
    return compared[quantity].key;
}

const char *evaluate_compare_name(enum evaluate_compared quantity)
{
    return compared[quantity].name;
}

static double value_by(const struct evaluate_case *c, enum evaluate_compared quantity,
                       const struct evaluate_scoring *scoring)
{
    const char *key = compared[quantity].score;
    return key ? evaluate_score_value(c, evaluate_score_find(key), scoring)
               : evaluate_score_dsc(c, compared[quantity].region, scoring);
}

double evaluate_compare_value(const struct evaluate_case *c,
                              enum evaluate_compared quantity)
{
    const struct evaluate_scoring usual = evaluate_score_usual();
    return value_by(c, quantity, &usual);
}

double evaluate_compare_percent(const struct evaluate_case *c)
{
    return c->pred.has_myocardium ? c->pred.percent_lge : 0.0;
}

/* ---- groups ---- */

/* The group of a patient among those of a column; n_keys when the cell is empty. */
static size_t group_of(const struct evaluate_study *s, const char *by, size_t i)
{
    const char *value = cohort_get(&s->cohort, s->rows[i], by);
    size_t k = 0;
    if (!value[0])
        return s->n_keys;
    while (k < s->n_keys &&
           (s->keys[k].by != by || strcmp(s->keys[k].value, value) != 0))
        k++;
    return k;
}

/* Scar DSC and groups of the patients with scar in truth; counts the groups. */
static size_t gather(const struct evaluate_study *s, const struct evaluate_method *m,
                     const struct evaluate_between *between, double *x, size_t *group)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n_rows; i++) {
        const struct evaluate_case *c = &m->cases[i];
        x[n] = value_by(c, EVALUATE_SCAR_DSC, &s->scoring);
        group[n] = group_of(s, between->by, i);
        if (!isfinite(x[n]) || !(c->truth.scar_ml > 0) || group[n] >= s->n_keys)
            continue;
        between->n[group[n++]]++;
    }
    return n;
}

static size_t drop_small(const size_t *in_group, double *x, size_t *group, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        x[kept] = x[i];
        group[kept] = group[i];
        kept += in_group[group[i]] >= EVALUATE_BETWEEN;
    }
    return kept;
}

static bool compare_groups(const struct evaluate_study *s,
                           const struct evaluate_method *m,
                           struct evaluate_between *out, struct err *err)
{
    double *x = mem_alloc(s->n_rows, sizeof *x, err);
    size_t *group = mem_alloc(s->n_rows, sizeof *group, err);
    out->n = mem_alloc(s->n_keys, sizeof *out->n, err);
    bool ok = x && group && out->n;
    if (ok) {
        const size_t n = drop_small(out->n, x, group, gather(s, m, out, x, group));
        ok = stat_kruskal(x, group, n, s->n_keys, &out->kruskal, err) &&
             stat_anova(x, group, n, s->n_keys, &out->anova, err);
    }
    mem_free(x);
    mem_free(group);
    return ok;
}

/* Holm's P over all methods and columns. */
static bool adjust_groups(struct evaluate_study *s, struct err *err)
{
    const size_t columns = s->by.count, n = s->n_methods * columns;
    double *kruskal = mem_alloc(n, sizeof *kruskal, err);
    double *anova = mem_alloc(n, sizeof *anova, err);
    bool ok = kruskal && anova;
    for (size_t i = 0; ok && i < n; i++) {
        const struct evaluate_between *b =
            &s->methods[i / columns].between[i % columns];
        kruskal[i] = b->kruskal.p;
        anova[i] = b->anova.p;
    }
    ok = ok && stat_holm(kruskal, n, kruskal, err) && stat_holm(anova, n, anova, err);
    for (size_t i = 0; ok && i < n; i++) {
        struct evaluate_between *b = &s->methods[i / columns].between[i % columns];
        b->kruskal_holm = kruskal[i];
        b->anova_holm = anova[i];
    }
    mem_free(kruskal);
    mem_free(anova);
    return ok;
}

bool evaluate_compare_groups(struct evaluate_study *study, struct err *err)
{
    for (size_t m = 0; m < study->n_methods; m++) {
        struct evaluate_method *method = &study->methods[m];
        method->between = mem_alloc(study->by.count, sizeof *method->between, err);
        if (!method->between)
            return false;
        for (size_t b = 0; b < study->by.count; b++) {
            method->between[b].by = study->by.item[b];
            if (!compare_groups(study, method, &method->between[b], err))
                return false;
        }
    }
    return adjust_groups(study, err);
}

/* ---- methods ---- */

static bool compare_pair(const struct evaluate_study *s,
                         const struct evaluate_compare *c,
                         enum evaluate_compared quantity, struct evaluate_paired *out,
                         struct err *err)
{
    size_t n = 0;
    double *a = mem_alloc(s->n_rows, sizeof *a, err);
    double *b = mem_alloc(s->n_rows, sizeof *b, err);
    double *difference = mem_alloc(s->n_rows, sizeof *difference, err);
    bool ok = a && b && difference;
    for (size_t i = 0; ok && i < s->n_rows; i++) {
        const struct evaluate_case *of_a = &s->methods[c->a].cases[i];
        const struct evaluate_case *of_b = &s->methods[c->b].cases[i];
        if (of_a->status != EVALUATE_DONE || of_b->status != EVALUATE_DONE)
            continue;
        a[n] = value_by(of_a, quantity, &s->scoring);
        b[n] = value_by(of_b, quantity, &s->scoring);
        out->n_only_a += isfinite(a[n]) && !isfinite(b[n]);
        out->n_only_b += isfinite(b[n]) && !isfinite(a[n]);
        n += isfinite(a[n]) && isfinite(b[n]);
    }
    ok = ok && stat_wilcoxon(a, b, n, &out->wilcoxon, err) &&
         stat_ttest_paired(a, b, n, &out->t, err);
    for (size_t i = 0; ok && i < n; i++)
        difference[i] = a[i] - b[i];
    ok = ok && stat_bootstrap_mean(difference, n, EVALUATE_RESAMPLES, EVALUATE_SEED,
                                   &out->bootstrap, err);
    if (ok) {
        out->mean_a = n > 0 ? stat_mean(a, n) : (double)NAN;
        out->mean_b = n > 0 ? stat_mean(b, n) : (double)NAN;
    }
    mem_free(a);
    mem_free(b);
    mem_free(difference);
    return ok;
}

/* The areas under the ROC curves, in the patients that both evaluated. */
static bool compare_areas(const struct evaluate_study *s, struct evaluate_compare *c,
                          struct err *err)
{
    size_t n = 0;
    double *a = mem_alloc(s->n_rows, sizeof *a, err);
    double *b = mem_alloc(s->n_rows, sizeof *b, err);
    bool *large = mem_alloc(s->n_rows, sizeof *large, err);
    bool ok = a && b && large;
    for (size_t i = 0; ok && i < s->n_rows; i++) {
        const struct evaluate_case *x = &s->methods[c->a].cases[i];
        const struct evaluate_case *y = &s->methods[c->b].cases[i];
        if (x->status != EVALUATE_DONE || y->status != EVALUATE_DONE ||
            !x->truth.has_myocardium)
            continue;
        a[n] = evaluate_compare_percent(x);
        b[n] = evaluate_compare_percent(y);
        large[n++] = measure_is_large(x->truth.percent_lge, s->rule);
    }
    ok = ok && stat_auc_paired(a, b, large, n, &c->auc, err);
    mem_free(a);
    mem_free(b);
    mem_free(large);
    return ok;
}

/* Truth first, then the methods; a patient whom one of them lacks is left out. */
static bool compare_raters(struct evaluate_study *s, int quantity, struct err *err)
{
    const size_t k = s->n_methods + 1;
    size_t n = 0;
    double *table = mem_alloc(s->n_rows, k * sizeof *table, err);
    if (!table)
        return false;
    for (size_t i = 0; i < s->n_rows; i++) {
        double *row = table + n * k;
        bool whole = true;
        for (size_t m = 0; m < s->n_methods; m++) {
            const struct evaluate_case *c = &s->methods[m].cases[i];
            row[0] = evaluate_case_value(&c->truth, quantity);
            row[m + 1] = evaluate_case_value(&c->pred, quantity);
            whole = whole && c->status == EVALUATE_DONE && isfinite(row[0]) &&
                    isfinite(row[m + 1]);
        }
        n += whole;
    }
    const bool ok = stat_icc(table, n, k, &s->raters[quantity], err);
    mem_free(table);
    return ok;
}

/* Over all pairs of methods, for each quantity and test. */
static bool adjust(struct evaluate_study *s, struct err *err)
{
    double *w = mem_alloc(s->n_compares, sizeof *w, err);
    double *t = mem_alloc(s->n_compares, sizeof *t, err);
    bool ok = w && t;
    for (int q = 0; ok && q < EVALUATE_COMPARED; q++) {
        for (size_t i = 0; i < s->n_compares; i++) {
            w[i] = s->compares[i].paired[q].wilcoxon.p;
            t[i] = s->compares[i].paired[q].t.p;
        }
        ok = stat_holm(w, s->n_compares, w, err) && stat_holm(t, s->n_compares, t, err);
        for (size_t i = 0; ok && i < s->n_compares; i++) {
            s->compares[i].paired[q].wilcoxon_holm = w[i];
            s->compares[i].paired[q].t_holm = t[i];
        }
    }
    for (size_t i = 0; ok && i < s->n_compares; i++)
        w[i] = s->compares[i].auc.p;
    ok = ok && stat_holm(w, s->n_compares, w, err);
    for (size_t i = 0; ok && i < s->n_compares; i++)
        s->compares[i].auc_holm = w[i];
    mem_free(w);
    mem_free(t);
    return ok;
}

bool evaluate_compare_methods(struct evaluate_study *study, struct err *err)
{
    const size_t n = study->n_methods;
    study->compares = mem_alloc(n * (n - 1) / 2, sizeof *study->compares, err);
    if (!study->compares)
        return false;
    for (size_t a = 0; a < n; a++)
        for (size_t b = a + 1; b < n; b++) {
            struct evaluate_compare *c = &study->compares[study->n_compares++];
            c->a = a;
            c->b = b;
            for (int q = 0; q < EVALUATE_COMPARED; q++)
                if (!compare_pair(study, c, (enum evaluate_compared)q, &c->paired[q],
                                  err))
                    return false;
            if (!compare_areas(study, c, err))
                return false;
        }
    for (int q = 0; q < EVALUATE_PAIRS; q++)
        if (!compare_raters(study, q, err))
            return false;
    return adjust(study, err);
}
