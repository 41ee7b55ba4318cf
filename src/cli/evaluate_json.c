#include "cli/evaluate_json.h"

#include <string.h>

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

static void set_interval(json_t *o, const struct stat_interval *ci, struct err *err)
{
    set(o, "ci95", pair(ci->lo, ci->hi, err), err);
    set(o, "ci95_method", report_json_text(ci->method), err);
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
    json_t *o = json_object(), *r = json_object(), *ba = json_object();
    set_count(o, "n", p->pearson.n, err);
    set_real(o, "truth_mean", p->truth.mean, err);
    set_real(o, "truth_median", p->truth.median, err);
    set_real(o, "pred_mean", p->pred.mean, err);
    set_real(o, "pred_median", p->pred.median, err);
    set_real(r, "r", p->pearson.r, err);
    set_interval(r, &p->pearson.ci, err);
    set(o, "pearson", r, err);
    set_real(ba, "bias", b->bias, err);
    set_real(ba, "sd", b->sd, err);
    set(ba, "limits", pair(b->lo, b->hi, err), err);
    set_real(ba, "se_bias", b->se_bias, err);
    set_real(ba, "se_limit", b->se_limit, err);
    set(o, "bland_altman", ba, err);
    return o;
}

static json_t *proportion_json(struct stat_proportion p, struct err *err)
{
    json_t *o = json_object();
    set_count(o, "k", p.k, err);
    set_count(o, "n", p.n, err);
    set_real(o, "p", p.p, err);
    set_interval(o, &p.ci, err);
    return o;
}

static json_t *large_json(const struct stat_confusion *c, enum measure_rule rule,
                          struct err *err)
{
    json_t *o = json_object();
    set(o, "rule", report_json_text(measure_rule_text(rule)), err);
    set_count(o, "tp", c->tp, err);
    set_count(o, "fp", c->fp, err);
    set_count(o, "fn", c->fn, err);
    set_count(o, "tn", c->tn, err);
    set(o, "accuracy", proportion_json(stat_accuracy(c), err), err);
    set(o, "sensitivity", proportion_json(stat_sensitivity(c), err), err);
    set(o, "specificity", proportion_json(stat_specificity(c), err), err);
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
    set(o, "large", large_json(&g->large, rule, err), err);
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

static json_t *method_json(const struct evaluate_study *s,
                           const struct evaluate_method *m, struct err *err)
{
    json_t *o = json_object(), *groups = json_array();
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
    return o;
}

json_t *evaluate_json_summary(const struct evaluate_study *study, struct err *err)
{
    struct err failed = {0};
    json_t *o = json_object(), *program = json_object(), *methods = json_array();

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
    if (failed.code == ERR_NONE)
        return o;
    json_decref(o);
    err_record(err, failed.code, "%s", failed.msg);
    return NULL;
}
