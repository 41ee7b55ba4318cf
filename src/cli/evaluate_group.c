#include "cli/evaluate_group.h"

#include <math.h>

#include "base/mem.h"
#include "cli/evaluate_case.h"
#include "cli/evaluate_compare.h"
#include "cli/evaluate_score.h"
#include "stat/bootstrap.h"
#include "stat/deming.h"
#include "stat/passing_bablok.h"

struct members {
    const struct evaluate_case *cases; /* of the study */
    size_t *index;                     /* [n] which of them are evaluated members */
    size_t n;
    const struct evaluate_scoring *scoring;
    double *x, *y; /* [n] scratch */
    double *table; /* [n][2] scratch */
    bool *large;   /* [n] scratch */
};

static const struct evaluate_case *member_at(const struct members *m, size_t i)
{
    return &m->cases[m->index[i]];
}

static bool describe_dice(const struct members *m, int region,
                          struct evaluate_dice *out, struct err *err)
{
    struct evaluate_dice d = {0};
    size_t n = 0;
    for (size_t i = 0; i < m->n; i++) {
        const struct measure_dice *dice = &member_at(m, i)->dice[region];
        m->y[i] = dice->dsc_empty_1;
        m->x[n] = evaluate_score_dsc(member_at(m, i), region, m->scoring);
        n += isfinite(m->x[n]) ? 1 : 0;
        d.n_both_empty += !dice->available;
        d.n_truth_empty += dice->available && dice->truth == 0;
        d.n_pred_empty += dice->available && dice->pred == 0;
    }
    d.mean_empty_1 = m->n > 0 ? stat_mean(m->y, m->n) : (double)NAN;
    if (!stat_describe(m->x, n, &d.dsc, err) ||
        !stat_bootstrap_mean(m->x, n, EVALUATE_RESAMPLES, EVALUATE_SEED, &d.mean_ci,
                             err))
        return false;
    *out = d;
    return true;
}

bool evaluate_group_mean(const double *x, size_t n, struct evaluate_scored *out,
                         struct err *err)
{
    struct stat_summary of;
    struct stat_interval ci;
    if (!stat_describe(x, n, &of, err) ||
        !stat_bootstrap_mean(x, n, EVALUATE_RESAMPLES, EVALUATE_SEED, &ci, err))
        return false;
    out->of = of;
    out->mean_ci = ci;
    return true;
}

static bool describe_score(const struct members *m, size_t score,
                           struct evaluate_scored *out, struct err *err)
{
    struct evaluate_scored d = {0};
    size_t n = 0;
    for (size_t i = 0; i < m->n; i++) {
        bool truth = false, pred = false;
        evaluate_score_empty(member_at(m, i), score, &truth, &pred);
        d.n_both_empty += truth && pred;
        d.n_one_empty += truth != pred;
        m->x[n] = evaluate_score_value(member_at(m, i), score, m->scoring);
        n += isfinite(m->x[n]) ? 1 : 0;
    }
    if (!evaluate_group_mean(m->x, n, &d, err))
        return false;
    *out = d;
    return true;
}

static double share(size_t part, size_t whole)
{
    return whole > 0 ? (double)part / (double)whole : (double)NAN;
}

static struct evaluate_lesions pool_lesions(const struct members *m)
{
    struct evaluate_lesions l = {0};
    for (size_t i = 0; i < m->n; i++) {
        const struct measure_lesions *c = &member_at(m, i)->lesions;
        l.truth += c->truth;
        l.pred += c->pred;
        l.tp += c->tp;
    }
    l.f1 = share(2 * l.tp, l.truth + l.pred);
    l.sensitivity = share(l.tp, l.truth);
    l.precision = share(l.tp, l.pred);
    return l;
}

/* x: predictions, y: truths. */
static bool describe_lines(const struct members *m, size_t n, struct evaluate_pair *p,
                           struct err *err)
{
    if (n > STAT_PASSING_BABLOK_MAX)
        p->passing_bablok = stat_line_none(n, "too many patients");
    else if (!stat_passing_bablok(m->y, m->x, n, &p->passing_bablok, err))
        return false;
    return stat_deming(m->y, m->x, n, &p->deming, err);
}

static bool describe_pair(const struct members *m, int quantity,
                          struct evaluate_pair *out, struct err *err)
{
    struct evaluate_pair p = {0};
    size_t n = 0;
    for (size_t i = 0; i < m->n; i++) {
        const struct evaluate_case *c = member_at(m, i);
        const double t = evaluate_case_value(&c->truth, quantity);
        const double v = evaluate_case_value(&c->pred, quantity);
        if (isfinite(t) && isfinite(v)) {
            m->table[2 * n] = v;
            m->table[2 * n + 1] = t;
            m->x[n] = v;
            m->y[n++] = t;
        }
    }
    if (!stat_describe(m->y, n, &p.truth, err) ||
        !stat_describe(m->x, n, &p.pred, err) ||
        !stat_pearson(m->x, m->y, n, &p.pearson, err) ||
        !stat_spearman(m->x, m->y, n, &p.spearman, err) ||
        !stat_ccc(m->x, m->y, n, &p.ccc, err) ||
        !stat_icc(m->table, n, 2, &p.icc, err) ||
        !stat_bootstrap_agreement(m->x, m->y, n, EVALUATE_RESAMPLES, EVALUATE_SEED,
                                  &p.bootstrap, err) ||
        !stat_within(m->x, m->y, n, &p.within, err) ||
        !stat_bland_altman(m->x, m->y, n, &p.bland_altman, err) ||
        !describe_lines(m, n, &p, err))
        return false;
    *out = p;
    return true;
}

static bool rate(struct stat_proportion p, struct evaluate_rate *out, struct err *err)
{
    out->p = p;
    return stat_clopper_pearson(p.k, p.n, &out->exact, err);
}

static bool describe_class(const struct members *m, enum measure_rule rule,
                           struct evaluate_group *g, struct err *err)
{
    size_t n = 0;
    for (size_t i = 0; i < m->n; i++) {
        const struct evaluate_case *c = member_at(m, i);
        if (!c->truth.has_myocardium)
            continue;
        m->large[n] = measure_is_large(c->truth.percent_lge, rule);
        m->x[n] = evaluate_compare_percent(c);
        stat_confusion_add(&g->large, m->large[n],
                           measure_is_large(c->pred.percent_lge, rule));
        n++;
    }
    g->kappa = stat_kappa(&g->large);
    return stat_auc(m->x, m->large, n, &g->auc, err) &&
           rate(stat_accuracy(&g->large), &g->accuracy, err) &&
           rate(stat_sensitivity(&g->large), &g->sensitivity, err) &&
           rate(stat_specificity(&g->large), &g->specificity, err);
}

static bool describe_false_scar(const struct members *m, struct evaluate_group *g,
                                struct err *err)
{
    size_t n = 0;
    for (size_t i = 0; i < m->n; i++) {
        const struct evaluate_case *c = member_at(m, i);
        if (!c->truth.has_myocardium || c->truth.scar_ml > 0)
            continue;
        g->n_no_scar++;
        g->n_false += c->pred.scar_ml > 0;
        if (c->pred.has_myocardium)
            m->x[n++] = c->pred.percent_lge;
    }
    return stat_describe(m->x, n, &g->false_percent, err);
}

bool evaluate_group_compute(const struct evaluate_case *cases, const bool *member,
                            size_t n, enum measure_rule rule,
                            const struct evaluate_scoring *scoring,
                            struct evaluate_group *out, struct err *err)
{
    struct evaluate_group g = {0};
    bool ok = false;
    struct members m = {.cases = cases,
                        .scoring = scoring,
                        .index = mem_alloc(n, sizeof *m.index, err),
                        .x = mem_alloc(n, sizeof *m.x, err),
                        .y = mem_alloc(n, sizeof *m.y, err),
                        .table = mem_alloc(n, 2 * sizeof *m.table, err),
                        .large = mem_alloc(n, sizeof *m.large, err)};
    if (!m.index || !m.x || !m.y || !m.table || !m.large)
        goto done;

    for (size_t i = 0; i < n; i++) {
        if (!member[i])
            continue;
        g.n_missing += cases[i].status == EVALUATE_MISSING;
        g.n_failed += cases[i].status == EVALUATE_FAILED;
        if (cases[i].status == EVALUATE_DONE)
            m.index[m.n++] = i;
    }
    g.n = m.n;
    for (int r = 0; r < EVALUATE_REGIONS; r++)
        if (!describe_dice(&m, r, &g.dice[r], err))
            goto done;
    for (size_t s = 0; s < EVALUATE_SCORES; s++)
        if (!describe_score(&m, s, &g.score[s], err))
            goto done;
    g.lesions = pool_lesions(&m);
    for (int q = 0; q < EVALUATE_PAIRS; q++)
        if (!describe_pair(&m, q, &g.pair[q], err))
            goto done;
    if (!describe_class(&m, rule, &g, err) || !describe_false_scar(&m, &g, err))
        goto done;
    *out = g;
    ok = true;
done:
    mem_free(m.index);
    mem_free(m.x);
    mem_free(m.y);
    mem_free(m.table);
    mem_free(m.large);
    return ok;
}
