#include "cli/evaluate_json.h"

#include <stdio.h>

#include "base/version.h"
#include "report/json_out.h"

/* The first failure stays in `err`, which evaluate_json_summary() looks at once, at the
 * end; a value that could not be added is freed by the call. */
static void set(json_t *object, const char *key, json_t *take_value, struct err *err)
{
    if (!report_json_add(object, key, take_value, err))
        return;
}

static void append(json_t *array, json_t *take_value, struct err *err)
{
    if (!report_json_append(array, take_value, err))
        return;
}

static json_t *real(double v)
{
    return report_json_number(v, REPORT_DIGITS);
}

static json_t *pair(double lo, double hi, struct err *err)
{
    json_t *a = json_array();
    append(a, real(lo), err);
    append(a, real(hi), err);
    return a;
}

static void set_count(json_t *o, const char *key, size_t n, struct err *err)
{
    set(o, key, json_integer((json_int_t)n), err);
}

static void set_real(json_t *o, const char *key, double v, struct err *err)
{
    set(o, key, real(v), err);
}

/* An interval and, beside it, the name of its method. */
static void set_interval_as(json_t *o, const char *key, const struct stat_interval *ci,
                            struct err *err)
{
    char method[64];
    (void)snprintf(method, sizeof method, "%s_method", key);
    set(o, key, pair(ci->lo, ci->hi, err), err);
    set(o, method, report_json_text(ci->method), err);
}

static void set_interval(json_t *o, const struct stat_interval *ci, struct err *err)
{
    set_interval_as(o, "ci95", ci, err);
}

static json_t *dice_json(const struct evaluate_dice *d, struct err *err)
{
    json_t *o = json_object();
    set_count(o, "n", d->dsc.n, err);
    set_count(o, "n_both_empty", d->n_both_empty, err);
    set_count(o, "n_truth_empty", d->n_truth_empty, err);
    set_count(o, "n_pred_empty", d->n_pred_empty, err);
    set_real(o, "mean", d->dsc.mean, err);
    set_real(o, "sd", d->dsc.sd, err);
    set_real(o, "median", d->dsc.median, err);
    set(o, "quartiles", pair(d->dsc.q1, d->dsc.q3, err), err);
    set_interval(o, &d->mean_ci, err);
    set_real(o, "mean_both_empty_1", d->mean_empty_1, err);
    return o;
}

static json_t *pair_json(const struct evaluate_pair *p, struct err *err)
{
    const struct stat_bland_altman *b = &p->bland_altman;
    json_t *o = json_object(), *r = json_object(), *ba = json_object(),
           *c = json_object();
    set_count(o, "n", p->pearson.n, err);
    set_real(o, "truth_mean", p->truth.mean, err);
    set_real(o, "truth_median", p->truth.median, err);
    set_real(o, "pred_mean", p->pred.mean, err);
    set_real(o, "pred_median", p->pred.median, err);
    set_real(r, "r", p->pearson.r, err);
    set_interval(r, &p->pearson.ci, err);
    set_real(r, "p", p->pearson.p, err);
    set(o, "pearson", r, err);
    set_real(c, "c", p->ccc.c, err);
    set_interval(c, &p->ccc.ci, err);
    set(o, "concordance", c, err);
    set_real(ba, "bias", b->bias, err);
    set_real(ba, "sd", b->sd, err);
    set(ba, "limits", pair(b->lo, b->hi, err), err);
    set_real(ba, "se_bias", b->se_bias, err);
    set_real(ba, "se_limit", b->se_limit, err);
    set_interval_as(ba, "bias_ci95", &b->ci_bias, err);
    set_interval_as(ba, "limit_lo_ci95", &b->ci_lo, err);
    set_interval_as(ba, "limit_hi_ci95", &b->ci_hi, err);
    set_real(ba, "trend_slope", b->trend.slope, err);
    set_interval_as(ba, "trend_slope_ci95", &b->trend.ci_slope, err);
    set_real(ba, "trend_p", b->trend.p, err);
    set(o, "bland_altman", ba, err);
    return o;
}

static json_t *rate_json(const struct evaluate_rate *r, struct err *err)
{
    json_t *o = json_object();
    set_count(o, "k", r->p.k, err);
    set_count(o, "n", r->p.n, err);
    set_real(o, "p", r->p.p, err);
    set_interval(o, &r->p.ci, err);
    set_interval_as(o, "exact_ci95", &r->exact, err);
    return o;
}

static json_t *large_json(const struct evaluate_group *g, enum measure_rule rule,
                          struct err *err)
{
    const struct stat_confusion *c = &g->large;
    json_t *o = json_object();
    set(o, "rule", report_json_text(measure_rule_text(rule)), err);
    set_count(o, "tp", c->tp, err);
    set_count(o, "fp", c->fp, err);
    set_count(o, "fn", c->fn, err);
    set_count(o, "tn", c->tn, err);
    set(o, "accuracy", rate_json(&g->accuracy, err), err);
    set(o, "sensitivity", rate_json(&g->sensitivity, err), err);
    set(o, "specificity", rate_json(&g->specificity, err), err);
    return o;
}

static json_t *group_json(const struct evaluate_group *g,
                          const struct evaluate_key *key, enum measure_rule rule,
                          struct err *err)
{
    json_t *o = json_object(), *dsc = json_object(), *none = json_object();
    set(o, "by", report_json_text(key->by), err);
    set(o, "group", report_json_text(key->value), err);
    set_count(o, "n", g->n, err);
    set_count(o, "n_missing", g->n_missing, err);
    set_count(o, "n_failed", g->n_failed, err);
    for (int r = 0; r < EVALUATE_REGIONS; r++)
        set(dsc, evaluate_case_regions[r].key, dice_json(&g->dice[r], err), err);
    set(o, "dsc", dsc, err);
    for (int q = 0; q < EVALUATE_PAIRS; q++)
        set(o, evaluate_case_quantities[q].key, pair_json(&g->pair[q], err), err);
    set(o, "large", large_json(g, rule, err), err);
    set_count(none, "n", g->n_no_scar, err);
    set_count(none, "n_false", g->n_false, err);
    set_real(none, "percent_lge_mean", g->false_percent.mean, err);
    set_real(none, "percent_lge_max", g->false_percent.max, err);
    set(o, "without_scar", none, err);
    return o;
}

static json_t *ids_json(const struct evaluate_study *s, const struct evaluate_method *m,
                        enum evaluate_status status, struct err *err)
{
    json_t *ids = json_array();
    for (size_t i = 0; i < s->n_rows; i++)
        if (m->cases[i].status == status)
            append(ids, report_json_text(cohort_get(&s->cohort, s->rows[i], "id")),
                   err);
    return ids;
}

static json_t *between_json(const struct evaluate_between *b, struct err *err)
{
    json_t *o = json_object(), *kw = json_object(), *anova = json_object();
    set(o, "by", report_json_text(b->by), err);
    set(o, "quantity", report_json_text("scar_dsc"), err);
    set_count(o, "n", b->kruskal.n, err);
    set_count(o, "groups", b->kruskal.groups, err);
    set_real(kw, "h", b->kruskal.h, err);
    set_real(kw, "dof", b->kruskal.dof, err);
    set_real(kw, "p", b->kruskal.p, err);
    set_real(kw, "epsilon_squared", b->kruskal.epsilon_squared, err);
    set(o, "kruskal_wallis", kw, err);
    set_real(anova, "f", b->anova.f, err);
    set(anova, "dof", pair(b->anova.dof_between, b->anova.dof_within, err), err);
    set_real(anova, "p", b->anova.p, err);
    set_real(anova, "eta_squared", b->anova.eta_squared, err);
    set(o, "anova", anova, err);
    return o;
}

static json_t *paired_json(const struct evaluate_paired *p, struct err *err)
{
    json_t *o = json_object(), *w = json_object(), *t = json_object();
    set_count(o, "n", p->t.n, err);
    set_real(o, "mean_a", p->mean_a, err);
    set_real(o, "mean_b", p->mean_b, err);
    set_count(w, "n_zero", p->wilcoxon.n_zero, err);
    set_real(w, "w_plus", p->wilcoxon.w_plus, err);
    set_real(w, "w_minus", p->wilcoxon.w_minus, err);
    set_real(w, "p", p->wilcoxon.p, err);
    set(w, "p_method", report_json_text(p->wilcoxon.method), err);
    set_real(w, "p_holm", p->wilcoxon_holm, err);
    set_real(w, "rank_biserial_r", p->wilcoxon.r, err);
    set(o, "wilcoxon", w, err);
    set_real(t, "mean_difference", p->t.mean, err);
    set_interval(t, &p->t.ci, err);
    set_real(t, "t", p->t.t, err);
    set_real(t, "dof", p->t.dof, err);
    set_real(t, "p", p->t.p, err);
    set_real(t, "p_holm", p->t_holm, err);
    set_real(t, "cohen_d_z", p->t.d_z, err);
    set(o, "t", t, err);
    return o;
}

static json_t *compare_json(const struct evaluate_study *s,
                            const struct evaluate_compare *c, struct err *err)
{
    json_t *o = json_object();
    set(o, "a", report_json_text(s->methods[c->a].name), err);
    set(o, "b", report_json_text(s->methods[c->b].name), err);
    set(o, "scar_dsc", paired_json(&c->paired[EVALUATE_SCAR_DSC], err), err);
    set(o, "percent_lge_error", paired_json(&c->paired[EVALUATE_PERCENT_ERROR], err),
        err);
    return o;
}

static json_t *method_json(const struct evaluate_study *s,
                           const struct evaluate_method *m, struct err *err)
{
    json_t *o = json_object(), *groups = json_array(), *between = json_array();
    set(o, "name", report_json_text(m->name), err);
    set(o, "folder", report_json_text(m->dir), err);
    set_count(o, "n_missing", m->groups[0].n_missing, err);
    set_count(o, "n_failed", m->groups[0].n_failed, err);
    set(o, "missing", ids_json(s, m, EVALUATE_MISSING, err), err);
    set(o, "failed", ids_json(s, m, EVALUATE_FAILED, err), err);
    set(o, "overall", group_json(&m->groups[0], &s->keys[0], s->rule, err), err);
    for (size_t k = 1; k < s->n_keys; k++)
        append(groups, group_json(&m->groups[k], &s->keys[k], s->rule, err), err);
    set(o, "groups", groups, err);
    for (size_t b = 0; b < s->by.count; b++)
        append(between, between_json(&m->between[b], err), err);
    set(o, "between_groups", between, err);
    return o;
}

json_t *evaluate_json_summary(const struct evaluate_study *study, struct err *err)
{
    struct err failed = {0};
    json_t *o = json_object(), *program = json_object(), *methods = json_array(),
           *compares = json_array();

    set(program, "name", report_json_text("cicatrix"), &failed);
    set(program, "version", report_json_text(version_number()), &failed);
    set(o, "program", program, &failed);
    set(o, "truth", report_json_text(study->truth), &failed);
    set(o, "label_column", report_json_text(study->label), &failed);
    set(o, "split", report_json_text(study->split), &failed);
    set_count(o, "patients", study->n_rows, &failed);
    set_count(o, "patients_without_label", study->n_unlabelled, &failed);
    set(o, "dsc_rule",
        report_json_text("region empty in both maps: not available, counted in "
                         "n_both_empty (mean_both_empty_1 takes it as 1); empty in "
                         "one: 0"),
        &failed);
    for (size_t m = 0; m < study->n_methods; m++)
        append(methods, method_json(study, &study->methods[m], &failed), &failed);
    set(o, "methods", methods, &failed);
    for (size_t c = 0; c < study->n_compares; c++)
        append(compares, compare_json(study, &study->compares[c], &failed), &failed);
    set(o, "compare", compares, &failed);
    if (failed.code == ERR_NONE)
        return o;
    json_decref(o);
    err_record(err, failed.code, "%s", failed.msg);
    return NULL;
}
