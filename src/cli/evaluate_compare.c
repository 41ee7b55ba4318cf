#include "cli/evaluate_compare.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stat/holm.h"

double evaluate_compare_value(const struct evaluate_case *c,
                              enum evaluate_compared quantity)
{
    if (c->status != EVALUATE_DONE)
        return NAN;
    if (quantity == EVALUATE_PERCENT_ERROR)
        return fabs(c->pred.percent_lge - c->truth.percent_lge);
    const struct measure_dice *scar = &c->dice[EVALUATE_SCAR];
    return scar->available ? scar->dsc : (double)NAN;
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

static bool compare_groups(const struct evaluate_study *s,
                           const struct evaluate_method *m,
                           struct evaluate_between *out, struct err *err)
{
    size_t n = 0;
    double *x = mem_alloc(s->n_rows, sizeof *x, err);
    size_t *group = mem_alloc(s->n_rows, sizeof *group, err);
    bool ok = x && group;
    for (size_t i = 0; ok && i < s->n_rows; i++) {
        x[n] = evaluate_compare_value(&m->cases[i], EVALUATE_SCAR_DSC);
        group[n] = group_of(s, out->by, i);
        n += isfinite(x[n]) && group[n] < s->n_keys;
    }
    ok = ok && stat_kruskal(x, group, n, s->n_keys, &out->kruskal, err) &&
         stat_anova(x, group, n, s->n_keys, &out->anova, err);
    mem_free(x);
    mem_free(group);
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
    return true;
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
    bool ok = a && b;
    for (size_t i = 0; ok && i < s->n_rows; i++) {
        a[n] = evaluate_compare_value(&s->methods[c->a].cases[i], quantity);
        b[n] = evaluate_compare_value(&s->methods[c->b].cases[i], quantity);
        n += isfinite(a[n]) && isfinite(b[n]);
    }
    ok = ok && stat_wilcoxon(a, b, n, &out->wilcoxon, err) &&
         stat_ttest_paired(a, b, n, &out->t, err);
    if (ok) {
        out->mean_a = n > 0 ? stat_mean(a, n) : (double)NAN;
        out->mean_b = n > 0 ? stat_mean(b, n) : (double)NAN;
    }
    mem_free(a);
    mem_free(b);
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
        }
    return adjust(study, err);
}
