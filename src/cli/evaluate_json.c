#include "cli/evaluate_json.h"

#include "base/version.h"
#include "cli/evaluate_compare.h"
#include "cli/evaluate_json_group.h"
#include "cli/evaluate_put.h"
#include "cli/evaluate_score.h"
#include "report/json_out.h"

static json_t *ids_json(const struct evaluate_study *s, const struct evaluate_method *m,
                        enum evaluate_status status, struct err *err)
{
    json_t *ids = json_array();
    for (size_t i = 0; i < s->n_rows; i++)
        if (m->cases[i].status == status)
            evaluate_put_last(
                ids, report_json_text(cohort_get(&s->cohort, s->rows[i], "id")), err);
    return ids;
}

/* [{"group": "GE", "n": 12, "left_out": false}, ...] */
static json_t *group_sizes_json(const struct evaluate_study *s,
                                const struct evaluate_between *b, struct err *err)
{
    json_t *list = json_array();
    for (size_t k = 1; k < s->n_keys; k++) {
        if (s->keys[k].by != b->by || !s->keys[k].value[0])
            continue;
        json_t *o = json_object();
        evaluate_put_text(o, "group", s->keys[k].value, err);
        evaluate_put_count(o, "n", b->n[k], err);
        evaluate_put(o, "left_out", json_boolean(b->n[k] < EVALUATE_BETWEEN), err);
        evaluate_put_last(list, o, err);
    }
    return list;
}

static json_t *between_json(const struct evaluate_study *s,
                            const struct evaluate_between *b, struct err *err)
{
    json_t *o = json_object(), *kw = json_object(), *anova = json_object();
    evaluate_put_text(o, "by", b->by, err);
    evaluate_put_text(o, "quantity", "scar_dsc", err);
    evaluate_put_text(o, "patients", "with scar in truth", err);
    evaluate_put_count(o, "n", b->kruskal.n, err);
    evaluate_put_count(o, "groups", b->kruskal.groups, err);
    evaluate_put(o, "group_sizes", group_sizes_json(s, b, err), err);
    evaluate_put_real(kw, "h", b->kruskal.h, err);
    evaluate_put_real(kw, "dof", b->kruskal.dof, err);
    evaluate_put_real(kw, "p", b->kruskal.p, err);
    evaluate_put_real(kw, "p_holm", b->kruskal_holm, err);
    evaluate_put_real(kw, "epsilon_squared", b->kruskal.epsilon_squared, err);
    evaluate_put(o, "kruskal_wallis", kw, err);
    evaluate_put_real(anova, "f", b->anova.f, err);
    evaluate_put_pair(anova, "dof", b->anova.dof_between, b->anova.dof_within, err);
    evaluate_put_real(anova, "p", b->anova.p, err);
    evaluate_put_real(anova, "p_holm", b->anova_holm, err);
    evaluate_put_real(anova, "eta_squared", b->anova.eta_squared, err);
    evaluate_put(o, "anova", anova, err);
    return o;
}

static json_t *paired_json(const struct evaluate_paired *p, struct err *err)
{
    json_t *o = json_object(), *w = json_object(), *t = json_object(),
           *difference = json_object();
    evaluate_put_count(o, "n", p->t.n, err);
    evaluate_put_count(o, "n_only_a", p->n_only_a, err);
    evaluate_put_count(o, "n_only_b", p->n_only_b, err);
    evaluate_put_real(o, "mean_a", p->mean_a, err);
    evaluate_put_real(o, "mean_b", p->mean_b, err);
    evaluate_put_real(difference, "mean", p->t.mean, err);
    evaluate_put_interval(difference, "ci95", &p->bootstrap, err);
    evaluate_put(o, "difference", difference, err);
    evaluate_put_count(w, "n_zero", p->wilcoxon.n_zero, err);
    evaluate_put_real(w, "w_plus", p->wilcoxon.w_plus, err);
    evaluate_put_real(w, "w_minus", p->wilcoxon.w_minus, err);
    evaluate_put_real(w, "p", p->wilcoxon.p, err);
    evaluate_put_text(w, "p_method", p->wilcoxon.method, err);
    evaluate_put_real(w, "p_holm", p->wilcoxon_holm, err);
    evaluate_put_real(w, "rank_biserial_r", p->wilcoxon.r, err);
    evaluate_put(o, "wilcoxon", w, err);
    evaluate_put_real(t, "mean_difference", p->t.mean, err);
    evaluate_put_interval(t, "ci95", &p->t.ci, err);
    evaluate_put_real(t, "t", p->t.t, err);
    evaluate_put_real(t, "dof", p->t.dof, err);
    evaluate_put_real(t, "p", p->t.p, err);
    evaluate_put_real(t, "p_holm", p->t_holm, err);
    evaluate_put_real(t, "cohen_d_z", p->t.d_z, err);
    evaluate_put(o, "t", t, err);
    return o;
}

static json_t *areas_json(const struct evaluate_compare *c, struct err *err)
{
    json_t *o = json_object();
    evaluate_put_count(o, "n_positive", c->auc.a.n_positive, err);
    evaluate_put_count(o, "n_negative", c->auc.a.n_negative, err);
    evaluate_put_real(o, "auc_a", c->auc.a.auc, err);
    evaluate_put_real(o, "auc_b", c->auc.b.auc, err);
    evaluate_put_real(o, "difference", c->auc.difference, err);
    evaluate_put_interval(o, "ci95", &c->auc.ci, err);
    evaluate_put_real(o, "z", c->auc.z, err);
    evaluate_put_real(o, "p", c->auc.p, err);
    evaluate_put_real(o, "p_holm", c->auc_holm, err);
    return o;
}

static json_t *compare_json(const struct evaluate_study *s,
                            const struct evaluate_compare *c, struct err *err)
{
    json_t *o = json_object();
    evaluate_put_text(o, "a", s->methods[c->a].name, err);
    evaluate_put_text(o, "b", s->methods[c->b].name, err);
    for (int q = 0; q < EVALUATE_COMPARED; q++)
        evaluate_put(o, evaluate_compare_key((enum evaluate_compared)q),
                     paired_json(&c->paired[q], err), err);
    evaluate_put(o, "roc", areas_json(c, err), err);
    return o;
}

static json_t *method_json(const struct evaluate_study *s,
                           const struct evaluate_method *m, struct err *err)
{
    json_t *o = json_object(), *groups = json_array(), *between = json_array();
    evaluate_put_text(o, "name", m->name, err);
    evaluate_put_text(o, "folder", m->dir, err);
    evaluate_put_text(o, "column", m->column, err);
    evaluate_put_count(o, "n_missing", m->groups[0].n_missing, err);
    evaluate_put_count(o, "n_failed", m->groups[0].n_failed, err);
    evaluate_put(o, "missing", ids_json(s, m, EVALUATE_MISSING, err), err);
    evaluate_put(o, "failed", ids_json(s, m, EVALUATE_FAILED, err), err);
    evaluate_put(o, "overall",
                 evaluate_json_group(&m->groups[0], &s->keys[0], s->rule, err), err);
    for (size_t k = 1; k < s->n_keys; k++)
        evaluate_put_last(
            groups, evaluate_json_group(&m->groups[k], &s->keys[k], s->rule, err), err);
    evaluate_put(o, "groups", groups, err);
    for (size_t b = 0; b < s->by.count; b++)
        evaluate_put_last(between, between_json(s, &m->between[b], err), err);
    evaluate_put(o, "between_groups", between, err);
    return o;
}

static json_t *rules_json(const struct evaluate_scoring *s, struct err *err)
{
    json_t *o = json_object();
    evaluate_put_text(o, "overlap_both_empty", evaluate_score_empty_text(s->empty),
                      err);
    evaluate_put_text(o, "overlap_one_empty", "zero", err);
    evaluate_put_text(o, "distance_empty", s->far ? "diagonal" : "skip", err);
    evaluate_put_real(o, "nsd_tolerance_mm", s->tolerance_mm, err);
    evaluate_put_real(o, "lesion_min_ml", s->lesions.min_ml, err);
    evaluate_put_real(o, "lesion_min_iou", s->lesions.min_iou, err);
    return o;
}

static json_t *raters_json(const struct evaluate_study *s, struct err *err)
{
    json_t *o = json_object();
    for (int q = 0; q < EVALUATE_PAIRS; q++)
        evaluate_put(o, evaluate_case_quantities[q].key,
                     evaluate_json_icc(&s->raters[q], err), err);
    return o;
}

json_t *evaluate_json_summary(const struct evaluate_study *study, struct err *err)
{
    struct err failed = {0};
    json_t *o = json_object(), *program = json_object(), *methods = json_array(),
           *compares = json_array();

    evaluate_put_text(program, "name", "cicatrix", &failed);
    evaluate_put_text(program, "version", version_number(), &failed);
    evaluate_put(o, "program", program, &failed);
    evaluate_put_text(o, "truth", study->truth, &failed);
    evaluate_put_text(o, "label_column", study->label, &failed);
    evaluate_put_text(o, "split", study->split, &failed);
    evaluate_put_count(o, "patients", study->n_rows, &failed);
    evaluate_put_count(o, "patients_without_label", study->n_unlabelled, &failed);
    evaluate_put_count(o, "patients_of_other_splits", study->n_other_split, &failed);
    evaluate_put(
        o, "dsc_rule",
        report_json_text("region empty in both maps: as rules.overlap_both_empty "
                         "says, counted in n_both_empty (mean_both_empty_1 takes it "
                         "as 1); empty in one: 0"),
        &failed);
    evaluate_put(o, "rules", rules_json(&study->scoring, &failed), &failed);
    for (size_t m = 0; m < study->n_methods; m++)
        evaluate_put_last(methods, method_json(study, &study->methods[m], &failed),
                          &failed);
    evaluate_put(o, "methods", methods, &failed);
    for (size_t c = 0; c < study->n_compares; c++)
        evaluate_put_last(compares, compare_json(study, &study->compares[c], &failed),
                          &failed);
    evaluate_put(o, "compare", compares, &failed);
    if (study->n_methods > 1)
        evaluate_put(o, "truth_and_all_methods", raters_json(study, &failed), &failed);
    if (failed.code == ERR_NONE)
        return o;
    json_decref(o);
    err_record(err, failed.code, "%s", failed.msg);
    return NULL;
}
