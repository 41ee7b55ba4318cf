#include "cli/calibrate_trial.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stat/conformal.h"

struct measure_trial *calibrate_trial_all(const struct calibrate_set *set,
                                          struct err *err)
{
    struct measure_trial *t = mem_alloc(set->n, sizeof *t, err);

    for (size_t i = 0; t && i < set->n; i++)
        t[i] = set->patient[i].trial;
    return t;
}

void calibrate_trial_clear(struct calibrate_trial *t)
{
    mem_free(t->verdict);
    stat_risk_coverage_clear(&t->by_doubt);
    stat_risk_coverage_clear(&t->by_error);
    *t = (struct calibrate_trial){0};
}

/* Room for the work. */
struct work {
    const struct calibrate_set *set;
    struct calibrate_trial *trial;
    size_t groups;
    struct measure_trial *kept;        /* [n] */
    struct measure_other *kept_others; /* [others] */
    struct measure_judgement *other;   /* [others] */
    double *a, *b;                     /* [n] */
    bool *yes;                         /* [n] */
};

static void work_clear(struct work *w)
{
    mem_free(w->yes);
    mem_free(w->b);
    mem_free(w->a);
    mem_free(w->other);
    mem_free(w->kept_others);
    mem_free(w->kept);
}

static bool work_make(struct work *w, struct err *err)
{
    const size_t n = w->set->n, others = w->set->others;

    w->kept = mem_alloc(n, sizeof *w->kept, err);
    w->kept_others = mem_alloc(others, sizeof *w->kept_others, err);
    w->other = mem_alloc(others, sizeof *w->other, err);
    w->a = mem_alloc(n, sizeof *w->a, err);
    w->b = mem_alloc(n, sizeof *w->b, err);
    w->yes = mem_alloc(n, sizeof *w->yes, err);
    w->trial->verdict = mem_alloc(n, sizeof *w->trial->verdict, err);
    w->trial->n = n;
    return w->kept && w->kept_others && w->other && w->a && w->b && w->yes &&
           w->trial->verdict;
}

/* Learn without a group. */
static bool learn_without(struct work *w, size_t group, struct measure_confidence *c,
                          struct err *err)
{
    size_t n = 0, others = 0;

    for (size_t i = 0; i < w->set->n; i++)
        if (i % w->groups != group)
            w->kept[n++] = w->set->patient[i].trial;
    for (size_t i = 0; i < w->set->others; i++)
        if (i % w->groups != group)
            w->kept_others[others++] = w->set->other[i];
    const struct measure_trials trials = {w->kept, n, w->kept_others, others,
                                          w->set->kinds};
    return measure_learn(&trials, c, err);
}

/* Half the width of the interval that is the same for everybody, without a group. */
static bool plain_half(struct work *w, size_t group, double *half, struct err *err)
{
    size_t n = 0;

    for (size_t i = 0; i < w->set->n; i++)
        if (i % w->groups != group)
            w->a[n++] = fabs(w->set->patient[i].trial.percent_lge -
                             w->set->patient[i].trial.truth);
    return stat_conformal(w->a, n, CONFIDENCE_LEVEL, half, err);
}

static bool judge_group(struct work *w, size_t group, struct err *err)
{
    struct measure_confidence c = {0};
    double half = 0.0;

    if (!learn_without(w, group, &c, err) || !plain_half(w, group, &half, err))
        return false;
    for (size_t i = group; i < w->set->n; i += w->groups) {
        const struct calibrate_patient *p = &w->set->patient[i];
        const struct measure_trial *t = &p->trial;
        struct calibrate_verdict *v = &w->trial->verdict[i];
        measure_confidence_judge(&c, &t->features, t->percent_lge, &v->judgement);
        v->quality = p->shape;
        report_quality_judge(&v->quality, &v->judgement);
        v->covered = t->truth >= v->judgement.interval90[0] &&
                     t->truth <= v->judgement.interval90[1];
        v->plain_covered = fabs(t->truth - t->percent_lge) <= half;
        v->plain_width =
            fmin(t->percent_lge + half, 100.0) - fmax(t->percent_lge - half, 0.0);
    }
    for (size_t i = group; i < w->set->others; i += w->groups)
        measure_confidence_judge(&c, &w->set->other[i].features, (double)NAN,
                                 &w->other[i]);
    return true;
}

static bool belongs(const struct measure_trial *t, enum calibrate_part part)
{
    const double printed = t->percent_lge;

    switch (part) {
    case CALIBRATE_WITH_SCAR:
        return t->truth > 0.0;
    case CALIBRATE_WITHOUT_SCAR:
        return !(t->truth > 0.0);
    case CALIBRATE_AT_0:
        return !(printed > 0.0);
    case CALIBRATE_TO_5:
        return printed > 0.0 && printed <= 5.0;
    case CALIBRATE_TO_15:
        return printed > 5.0 && printed <= CONFIDENCE_CUT;
    case CALIBRATE_ABOVE_15:
        return printed > CONFIDENCE_CUT;
    case CALIBRATE_ALL:
    case CALIBRATE_PARTS:
        break;
    }
    return true;
}

static double width_of(const struct calibrate_verdict *v)
{
    return v->judgement.interval90[1] - v->judgement.interval90[0];
}

static struct calibrate_coverage cover(const struct work *w, enum calibrate_part part)
{
    size_t n = 0, inside = 0, plain = 0;
    double width = 0.0, plain_width = 0.0;

    for (size_t i = 0; i < w->trial->n; i++) {
        const struct calibrate_verdict *v = &w->trial->verdict[i];
        if (!belongs(&w->set->patient[i].trial, part))
            continue;
        n++;
        inside += v->covered ? 1 : 0;
        plain += v->plain_covered ? 1 : 0;
        width += width_of(v);
        plain_width += v->plain_width;
    }
    return (struct calibrate_coverage){.inside = stat_wilson(inside, n),
                                       .plain_inside = stat_wilson(plain, n),
                                       .width = n > 0 ? width / (double)n : (double)NAN,
                                       .plain_width = n > 0 ? plain_width / (double)n
                                                            : (double)NAN};
}

static bool sum_intervals(struct work *w, struct err *err)
{
    struct calibrate_trial *t = w->trial;

    for (int part = 0; part < CALIBRATE_PARTS; part++)
        t->part[part] = cover(w, (enum calibrate_part)part);
    for (size_t i = 0; i < t->n; i++)
        w->a[i] = width_of(&t->verdict[i]);
    return stat_conformal_spread(t->n, CONFIDENCE_LEVEL, &t->spread[0], &t->spread[1],
                                 err) &&
           stat_describe(w->a, t->n, &t->width, err);
}

static bool sum_large(struct work *w, struct err *err)
{
    struct calibrate_trial *t = w->trial;
    double large = 0.0;

    for (size_t i = 0; i < t->n; i++) {
        w->a[i] = t->verdict[i].judgement.probability_large;
        w->yes[i] = w->set->patient[i].trial.truth > CONFIDENCE_CUT;
        large += w->yes[i] ? 1.0 : 0.0;
    }
    for (size_t i = 0; i < t->n; i++) {
        const double truth = w->yes[i] ? 1.0 : 0.0;
        const double share = (large - truth) / ((double)t->n - 1.0);
        t->brier += (w->a[i] - truth) * (w->a[i] - truth) / (double)t->n;
        t->brier_share += (share - truth) * (share - truth) / (double)t->n;
    }
    return stat_auc(w->a, w->yes, t->n, &t->large, err);
}

static bool sum_risks(struct work *w, struct err *err)
{
    struct calibrate_trial *t = w->trial;

    for (size_t i = 0; i < t->n; i++) {
        w->a[i] = t->verdict[i].judgement.expected_loss;
        w->b[i] = fmax(w->set->patient[i].trial.loss, 0.0);
    }
    if (!stat_risk_coverage(w->a, w->b, t->n, &t->by_doubt, err))
        return false;
    for (size_t i = 0; i < t->n; i++) {
        const struct measure_trial *p = &w->set->patient[i].trial;
        w->a[i] = t->verdict[i].judgement.expected_error;
        w->b[i] = fabs(p->percent_lge - p->truth);
    }
    return stat_risk_coverage(w->a, w->b, t->n, &t->by_error, err);
}

static double dsc_of(const struct calibrate_patient *p, int by)
{
    return by == CALIBRATE_BY_BOTH         ? 1.0 - p->trial.loss
           : by == CALIBRATE_BY_MYOCARDIUM ? p->dsc_myocardium
                                           : p->dsc_scar;
}

/* Verdicts among the tenth with the lowest DSC (rounded up; who ties with the last of
 * them is one of them), and among the rest. */
static void sum_flagged(struct work *w, int by)
{
    struct calibrate_trial *t = w->trial;
    size_t worst = 0, worst_flagged = 0, flagged = 0;

    for (size_t i = 0; i < t->n; i++)
        w->a[i] = dsc_of(&w->set->patient[i], by);
    const size_t n = stat_sort_finite(w->a, t->n);
    const double limit = n > 0 ? w->a[(n + 9) / 10 - 1] : 0.0;
    for (size_t i = 0; i < t->n; i++) {
        const double dsc = dsc_of(&w->set->patient[i], by);
        const bool flag = t->verdict[i].quality.verdict != QUALITY_ACCEPT;
        if (!isfinite(dsc))
            continue;
        flagged += flag ? 1 : 0;
        worst += dsc <= limit ? 1 : 0;
        worst_flagged += dsc <= limit && flag ? 1 : 0;
    }
    t->flagged[by].worst = stat_wilson(worst_flagged, worst);
    t->flagged[by].rest = stat_wilson(flagged - worst_flagged, n - worst);
}

static void sum_verdicts(struct work *w)
{
    struct calibrate_trial *t = w->trial;
    size_t flagged = 0, rejected = 0, suspected = 0, not_lge = 0;
    /* of stacks without a truth: that are not LGE, that are */
    size_t n[2] = {0}, others[2] = {0}, others_rejected[2] = {0};

    for (int by = 0; by < CALIBRATE_WORSTS; by++)
        sum_flagged(w, by);
    for (size_t i = 0; i < t->n; i++) {
        const struct quality *q = &t->verdict[i].quality;
        flagged += q->verdict != QUALITY_ACCEPT ? 1 : 0;
        rejected += q->verdict == QUALITY_REJECT ? 1 : 0;
        suspected += q->reason[QUALITY_PERHAPS_NOT_LGE] || q->reason[QUALITY_NOT_LGE];
        not_lge += q->reason[QUALITY_NOT_LGE] ? 1 : 0;
    }
    for (size_t i = 0; i < w->set->others; i++) {
        struct quality q = {0};
        report_quality_judge(&q, &w->other[i]);
        const bool lge = w->set->other[i].kind == MEASURE_KIND_LGE;
        n[lge]++;
        others[lge] += q.verdict != QUALITY_ACCEPT ? 1 : 0;
        others_rejected[lge] += q.verdict == QUALITY_REJECT ? 1 : 0;
    }
    t->all_flagged = stat_wilson(flagged, t->n);
    t->all_rejected = stat_wilson(rejected, t->n);
    t->lge_suspected = stat_wilson(suspected, t->n);
    t->lge_rejected = stat_wilson(not_lge, t->n);
    t->others_suspected = stat_wilson(others[0], n[0]);
    t->others_rejected = stat_wilson(others_rejected[0], n[0]);
    t->more_flagged = stat_wilson(others[1], n[1]);
    t->more_rejected = stat_wilson(others_rejected[1], n[1]);
}

bool calibrate_trial_run(const struct calibrate_set *set, struct calibrate_trial *out,
                         struct err *err)
{
    struct calibrate_trial trial = {0};
    struct work w = {.set = set,
                     .trial = &trial,
                     .groups = set->n < CALIBRATE_GROUPS ? set->n : CALIBRATE_GROUPS};
    bool ok = false;

    if (set->n < CALIBRATE_LEAST)
        return ERR_FAIL(err, ERR_ARG,
                        "%zu patients with a result and a truth, fewer "
                        "than %d",
                        set->n, (int)CALIBRATE_LEAST);
    if (!work_make(&w, err))
        goto done;
    for (size_t group = 0; group < w.groups; group++)
        if (!judge_group(&w, group, err))
            goto done;
    if (!sum_intervals(&w, err) || !sum_large(&w, err) || !sum_risks(&w, err))
        goto done;
    sum_verdicts(&w);
    *out = trial;
    trial = (struct calibrate_trial){0}; /* moved */
    ok = true;
done:
    work_clear(&w);
    calibrate_trial_clear(&trial);
    return ok;
}
