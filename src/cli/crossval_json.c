#include "cli/crossval_json.h"

#include <stdio.h>

#include "base/version.h"
#include "cli/evaluate_case.h"
#include "cli/evaluate_put.h"
#include "cli/evaluate_score.h"

static json_t *mean_json(const struct stat_summary *of, const struct stat_interval *ci,
                         struct err *err)
{
    json_t *o = json_object();
    evaluate_put_count(o, "n", of->n, err);
    evaluate_put_real(o, "mean", of->mean, err);
    evaluate_put_interval(o, "ci95", ci, err);
    evaluate_put_real(o, "sd", of->sd, err);
    evaluate_put_real(o, "median", of->median, err);
    return o;
}

static json_t *scored_json(const struct evaluate_scored *s, struct err *err)
{
    return mean_json(&s->of, &s->mean_ci, err);
}

static json_t *class_json(const struct crossval_class *c,
                          const struct evaluate_group *g, int region, struct err *err)
{
    const struct evaluate_dice *ours = &g->dice[region], *emidec = &c->official;
    char hd95[48];
    json_t *o = json_object();
    (void)snprintf(hd95, sizeof hd95, "hd95_%s", evaluate_case_regions[region].key);
    evaluate_put_text(o, "name", evaluate_case_regions[region].name, err);
    evaluate_put_count(o, "n_both_empty", ours->n_both_empty, err);
    evaluate_put_count(o, "n_one_empty", ours->n_truth_empty + ours->n_pred_empty, err);
    evaluate_put(o, "emidec_dsc", mean_json(&emidec->dsc, &emidec->mean_ci, err), err);
    evaluate_put(o, "dsc", mean_json(&ours->dsc, &ours->mean_ci, err), err);
    evaluate_put(o, "hd95_mm", scored_json(&g->score[evaluate_score_find(hd95)], err),
                 err);
    evaluate_put(o, "error_ml", scored_json(&c->error_ml, err), err);
    evaluate_put(o, "error_percent_of_myocardium", scored_json(&c->error_share, err),
                 err);
    return o;
}

static json_t *percent_json(const struct evaluate_pair *p, struct err *err)
{
    json_t *o = json_object();
    evaluate_put_count(o, "n", p->pearson.n, err);
    evaluate_put_real(o, "r", p->pearson.r, err);
    evaluate_put_interval(o, "r_ci95", &p->pearson.ci, err);
    evaluate_put_real(o, "concordance", p->ccc.c, err);
    evaluate_put_interval(o, "concordance_ci95", &p->ccc.ci, err);
    evaluate_put_real(o, "bias", p->bland_altman.bias, err);
    evaluate_put_interval(o, "bias_ci95", &p->bland_altman.ci_bias, err);
    evaluate_put_pair(o, "limits", p->bland_altman.lo, p->bland_altman.hi, err);
    return o;
}

static json_t *by_fold_json(const struct crossval_method *m, int folds, struct err *err)
{
    json_t *list = json_array();
    for (int fold = 0; fold < folds; fold++) {
        const struct evaluate_group *g = &m->fold[fold];
        json_t *o = json_object();
        evaluate_put_count(o, "fold", (size_t)fold, err);
        evaluate_put_count(o, "n", g->n, err);
        for (int region = 0; region < EVALUATE_REGIONS; region++) {
            char key[48];
            (void)snprintf(key, sizeof key, "dsc_%s",
                           evaluate_case_regions[region].key);
            evaluate_put_real(o, key, g->dice[region].dsc.mean, err);
        }
        evaluate_put_real(o, "r_percent_lge", g->pair[EVALUATE_PERCENT_LGE].pearson.r,
                          err);
        evaluate_put_last(list, o, err);
    }
    return list;
}

static json_t *method_json(const struct crossval_result *r, size_t method,
                           struct err *err)
{
    const struct evaluate_method *m = &r->study.methods[method];
    const struct evaluate_group *all = &m->groups[0];
    json_t *o = json_object(), *classes = json_object();
    evaluate_put_text(o, "name", m->name, err);
    evaluate_put_text(o, "folder", m->dir, err);
    for (int region = 0; region < EVALUATE_REGIONS; region++)
        evaluate_put(classes, evaluate_case_regions[region].key,
                     class_json(&r->method[method].of[region], all, region, err), err);
    evaluate_put(o, "classes", classes, err);
    evaluate_put(o, "percent_lge", percent_json(&all->pair[EVALUATE_PERCENT_LGE], err),
                 err);
    evaluate_put_real(o, "large_accuracy", all->accuracy.p.p, err);
    evaluate_put_interval(o, "large_accuracy_ci95", &all->accuracy.p.ci, err);
    evaluate_put(o, "by_fold", by_fold_json(&r->method[method], r->folds, err), err);
    return o;
}

static json_t *fold_json(const struct crossval_fact *f, int fold, struct err *err)
{
    json_t *o = json_object();
    evaluate_put_count(o, "fold", (size_t)fold, err);
    if (f->learned > 0) { /* none of an ensemble: nothing was trained */
        evaluate_put_count(o, "learned", f->learned, err);
        evaluate_put_count(o, "drawn_from", f->drawn, err);
        evaluate_put_count(o, "left_out", f->struck, err);
        evaluate_put_count(o, "watched", f->watched, err);
    }
    evaluate_put_count(o, "held_out", f->held, err);
    evaluate_put_text(o, "model_sha256", f->sha256, err);
    evaluate_put_text(o, "precision", f->precision, err);
    return o;
}

json_t *crossval_json_make(const struct crossval *cv, const struct crossval_result *r,
                           struct err *err)
{
    struct err failed = {0};
    json_t *o = json_object(), *program = json_object(), *cohort = json_object(),
           *folds = json_array(), *methods = json_array();
    json_t *compare = json_object_get(r->summary, "compare");
    evaluate_put_text(program, "name", "cicatrix", &failed);
    evaluate_put_text(program, "version", version_number(), &failed);
    evaluate_put(o, "program", program, &failed);
    evaluate_put_text(cohort, "table", cv->table, &failed);
    evaluate_put_count(cohort, "patients", r->study.n_rows, &failed);
    evaluate_put_text(cohort, "folds_from", cv->folds.given ? "column" : "names",
                      &failed);
    evaluate_put(o, "cohort", cohort, &failed);
    evaluate_put_text(o, "training", cv->line, &failed);
    if (cv->ensemble.dirs.count == 0)
        evaluate_put_text(o, "watched", r->watches_held ? "held-out" : "share",
                          &failed);
    for (int fold = 0; fold < r->folds; fold++)
        evaluate_put_last(folds, fold_json(&r->fact[fold], fold, &failed), &failed);
    evaluate_put(o, "folds", folds, &failed);
    for (size_t m = 0; m < r->methods; m++)
        evaluate_put_last(methods, method_json(r, m, &failed), &failed);
    evaluate_put(o, "methods", methods, &failed);
    evaluate_put(o, "compare", json_incref(compare), &failed);
    if (failed.code == ERR_NONE)
        return o;
    json_decref(o);
    err_record(err, failed.code, "%s", failed.msg);
    return NULL;
}
