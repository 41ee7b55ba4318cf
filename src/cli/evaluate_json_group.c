#include "cli/evaluate_json_group.h"

#include "cli/evaluate_put.h"
#include "cli/evaluate_score.h"

static json_t *dice_json(const struct evaluate_dice *d, struct err *err)
{
    json_t *o = json_object();
    evaluate_put_count(o, "n", d->dsc.n, err);
    evaluate_put_count(o, "n_both_empty", d->n_both_empty, err);
    evaluate_put_count(o, "n_truth_empty", d->n_truth_empty, err);
    evaluate_put_count(o, "n_pred_empty", d->n_pred_empty, err);
    evaluate_put_real(o, "mean", d->dsc.mean, err);
    evaluate_put_real(o, "sd", d->dsc.sd, err);
    evaluate_put_real(o, "median", d->dsc.median, err);
    evaluate_put_pair(o, "quartiles", d->dsc.q1, d->dsc.q3, err);
    evaluate_put_interval(o, "ci95", &d->mean_ci, err);
    evaluate_put_real(o, "mean_both_empty_1", d->mean_empty_1, err);
    return o;
}

static json_t *score_json(const struct evaluate_scored *s,
                          const struct evaluate_score *what, struct err *err)
{
    json_t *o = json_object();
    evaluate_put_text(o, "unit", what->unit, err);
    evaluate_put_count(o, "n", s->of.n, err);
    evaluate_put_count(o, "n_both_empty", s->n_both_empty, err);
    evaluate_put_count(o, "n_one_empty", s->n_one_empty, err);
    evaluate_put_real(o, "mean", s->of.mean, err);
    evaluate_put_real(o, "sd", s->of.sd, err);
    evaluate_put_real(o, "median", s->of.median, err);
    evaluate_put_pair(o, "quartiles", s->of.q1, s->of.q3, err);
    evaluate_put_real(o, "max", s->of.max, err);
    evaluate_put_interval(o, "ci95", &s->mean_ci, err);
    return o;
}

static json_t *lesions_json(const struct evaluate_lesions *l, struct err *err)
{
    json_t *o = json_object();
    evaluate_put_count(o, "truth", l->truth, err);
    evaluate_put_count(o, "pred", l->pred, err);
    evaluate_put_count(o, "tp", l->tp, err);
    evaluate_put_count(o, "fn", l->truth - l->tp, err);
    evaluate_put_count(o, "fp", l->pred - l->tp, err);
    evaluate_put_real(o, "f1", l->f1, err);
    evaluate_put_real(o, "sensitivity", l->sensitivity, err);
    evaluate_put_real(o, "precision", l->precision, err);
    return o;
}

static json_t *line_json(const struct stat_line *l, struct err *err)
{
    json_t *o = json_object();
    evaluate_put_real(o, "slope", l->slope, err);
    evaluate_put_interval(o, "slope_ci95", &l->ci_slope, err);
    evaluate_put_real(o, "intercept", l->intercept, err);
    evaluate_put_interval(o, "intercept_ci95", &l->ci_intercept, err);
    return o;
}

static json_t *within_json(const struct stat_within *w, struct err *err)
{
    json_t *o = json_object();
    evaluate_put_real(o, "sd", w->sd, err);
    evaluate_put_interval(o, "sd_ci95", &w->ci, err);
    evaluate_put_real(o, "repeatability", w->repeatability, err);
    evaluate_put_real(o, "cv_percent", w->cv_percent, err);
    return o;
}

json_t *evaluate_json_icc(const struct stat_icc *icc, struct err *err)
{
    const struct stat_icc_form *const forms[] = {&icc->icc21, &icc->icc31};
    static const char *const keys[] = {"icc_2_1", "icc_3_1"};
    json_t *o = json_object();
    evaluate_put_count(o, "n", icc->n, err);
    evaluate_put_count(o, "raters", icc->k, err);
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        json_t *form = json_object();
        evaluate_put_real(form, "icc", forms[i]->icc, err);
        evaluate_put_interval(form, "ci95", &forms[i]->ci, err);
        evaluate_put(o, keys[i], form, err);
    }
    return o;
}

/* Bias and limits of a patient with the mean m: intercept + slope m. */
static json_t *following_json(const struct stat_bland_altman *b, struct err *err)
{
    const struct stat_bland_altman_line *bias = &b->bias_at, *sd = &b->sd_at;
    json_t *o = json_object();
    evaluate_put(o, "bias_depends", json_boolean(bias->depends), err);
    evaluate_put(o, "sd_depends", json_boolean(sd->depends), err);
    evaluate_put_pair(o, "bias", bias->intercept, bias->slope, err);
    evaluate_put_pair(o, "sd", sd->intercept, sd->slope, err);
    evaluate_put_pair(o, "limit_lo", bias->intercept - STAT_Z95 * sd->intercept,
                      bias->slope - STAT_Z95 * sd->slope, err);
    evaluate_put_pair(o, "limit_hi", bias->intercept + STAT_Z95 * sd->intercept,
                      bias->slope + STAT_Z95 * sd->slope, err);
    evaluate_put_pair(o, "means", b->middle.min, b->middle.max, err);
    return o;
}

static json_t *pair_json(const struct evaluate_pair *p, struct err *err)
{
    const struct stat_bland_altman *b = &p->bland_altman;
    json_t *o = json_object(), *r = json_object(), *ba = json_object(),
           *c = json_object(), *rho = json_object();
    evaluate_put_count(o, "n", p->pearson.n, err);
    evaluate_put_real(o, "truth_mean", p->truth.mean, err);
    evaluate_put_real(o, "truth_median", p->truth.median, err);
    evaluate_put_real(o, "pred_mean", p->pred.mean, err);
    evaluate_put_real(o, "pred_median", p->pred.median, err);
    evaluate_put_real(r, "r", p->pearson.r, err);
    evaluate_put_interval(r, "ci95", &p->pearson.ci, err);
    evaluate_put_real(r, "p", p->pearson.p, err);
    evaluate_put_interval(r, "ci95_bootstrap", &p->bootstrap.r, err);
    evaluate_put(o, "pearson", r, err);
    evaluate_put_real(rho, "rho", p->spearman.rho, err);
    evaluate_put_interval(rho, "ci95", &p->spearman.ci, err);
    evaluate_put_real(rho, "p", p->spearman.p, err);
    evaluate_put_interval(rho, "ci95_bootstrap", &p->bootstrap.rho, err);
    evaluate_put(o, "spearman", rho, err);
    evaluate_put_real(c, "c", p->ccc.c, err);
    evaluate_put_interval(c, "ci95", &p->ccc.ci, err);
    evaluate_put_interval(c, "ci95_bootstrap", &p->bootstrap.ccc, err);
    evaluate_put(o, "concordance", c, err);
    json_t *icc = evaluate_json_icc(&p->icc, err);
    evaluate_put_interval(icc, "icc_2_1_ci95_bootstrap", &p->bootstrap.icc21, err);
    evaluate_put(o, "intraclass", icc, err);
    evaluate_put(o, "within_subject", within_json(&p->within, err), err);
    evaluate_put(o, "passing_bablok", line_json(&p->passing_bablok, err), err);
    evaluate_put(o, "deming", line_json(&p->deming, err), err);
    evaluate_put_real(ba, "bias", b->bias, err);
    evaluate_put_real(ba, "sd", b->sd, err);
    evaluate_put_pair(ba, "limits", b->lo, b->hi, err);
    evaluate_put_real(ba, "se_bias", b->se_bias, err);
    evaluate_put_real(ba, "se_limit", b->se_limit, err);
    evaluate_put_interval(ba, "bias_ci95", &b->ci_bias, err);
    evaluate_put_interval(ba, "limit_lo_ci95", &b->ci_lo, err);
    evaluate_put_interval(ba, "limit_hi_ci95", &b->ci_hi, err);
    evaluate_put_real(ba, "trend_slope", b->trend.slope, err);
    evaluate_put_interval(ba, "trend_slope_ci95", &b->trend.ci_slope, err);
    evaluate_put_real(ba, "trend_p", b->trend.p, err);
    evaluate_put_interval(ba, "trend_robust_ci95", &b->trend_robust.ci, err);
    evaluate_put_real(ba, "trend_robust_p", b->trend_robust.p, err);
    evaluate_put_real(ba, "scatter_slope", b->scatter.slope, err);
    evaluate_put_interval(ba, "scatter_slope_ci95", &b->scatter.ci_slope, err);
    evaluate_put_real(ba, "scatter_p", b->scatter.p, err);
    evaluate_put(ba, "regression", following_json(b, err), err);
    evaluate_put(o, "bland_altman", ba, err);
    return o;
}

static json_t *rate_json(const struct evaluate_rate *r, struct err *err)
{
    json_t *o = json_object();
    evaluate_put_count(o, "k", r->p.k, err);
    evaluate_put_count(o, "n", r->p.n, err);
    evaluate_put_real(o, "p", r->p.p, err);
    evaluate_put_interval(o, "ci95", &r->p.ci, err);
    evaluate_put_interval(o, "exact_ci95", &r->exact, err);
    return o;
}

static json_t *large_json(const struct evaluate_group *g, enum measure_rule rule,
                          struct err *err)
{
    const struct stat_confusion *c = &g->large;
    json_t *o = json_object();
    evaluate_put_text(o, "rule", measure_rule_text(rule), err);
    evaluate_put_count(o, "tp", c->tp, err);
    evaluate_put_count(o, "fp", c->fp, err);
    evaluate_put_count(o, "fn", c->fn, err);
    evaluate_put_count(o, "tn", c->tn, err);
    json_t *kappa = json_object(), *auc = json_object();
    evaluate_put_real(kappa, "kappa", g->kappa.kappa, err);
    evaluate_put_interval(kappa, "ci95", &g->kappa.ci, err);
    evaluate_put(o, "cohen", kappa, err);
    evaluate_put_count(auc, "n_positive", g->auc.n_positive, err);
    evaluate_put_count(auc, "n_negative", g->auc.n_negative, err);
    evaluate_put_real(auc, "auc", g->auc.auc, err);
    evaluate_put_real(auc, "se", g->auc.se, err);
    evaluate_put_interval(auc, "ci95", &g->auc.ci, err);
    evaluate_put(o, "roc", auc, err);
    evaluate_put(o, "accuracy", rate_json(&g->accuracy, err), err);
    evaluate_put(o, "sensitivity", rate_json(&g->sensitivity, err), err);
    evaluate_put(o, "specificity", rate_json(&g->specificity, err), err);
    return o;
}

json_t *evaluate_json_group(const struct evaluate_group *g,
                            const struct evaluate_key *key, enum measure_rule rule,
                            struct err *err)
{
    json_t *o = json_object(), *dsc = json_object(), *none = json_object(),
           *scores = json_object();
    evaluate_put_text(o, "by", key->by, err);
    evaluate_put_text(o, "group", key->value, err);
    evaluate_put_count(o, "n", g->n, err);
    evaluate_put_count(o, "n_missing", g->n_missing, err);
    evaluate_put_count(o, "n_failed", g->n_failed, err);
    for (int r = 0; r < EVALUATE_REGIONS; r++)
        evaluate_put(dsc, evaluate_case_regions[r].key, dice_json(&g->dice[r], err),
                     err);
    evaluate_put(o, "dsc", dsc, err);
    for (size_t s = 0; s < EVALUATE_SCORES; s++)
        evaluate_put(scores, evaluate_scores[s].key,
                     score_json(&g->score[s], &evaluate_scores[s], err), err);
    evaluate_put(o, "scores", scores, err);
    evaluate_put(o, "lesions", lesions_json(&g->lesions, err), err);
    for (int q = 0; q < EVALUATE_PAIRS; q++)
        evaluate_put(o, evaluate_case_quantities[q].key, pair_json(&g->pair[q], err),
                     err);
    evaluate_put(o, "large", large_json(g, rule, err), err);
    evaluate_put_count(none, "n", g->n_no_scar, err);
    evaluate_put_count(none, "n_false", g->n_false, err);
    evaluate_put_real(none, "percent_lge_mean", g->false_percent.mean, err);
    evaluate_put_real(none, "percent_lge_max", g->false_percent.max, err);
    evaluate_put(o, "without_scar", none, err);
    return o;
}
