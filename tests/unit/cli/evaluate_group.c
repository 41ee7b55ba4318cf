#include "testing.h"

#include "cli/evaluate_group.h"
#include "cli/evaluate_score.h"

/* A patient by its numbers: millilitres of scar and myocardium in truth and prediction,
 * and voxel counts of the scar. */
static struct evaluate_case patient(double ts, double tm, double ps, double pm,
                                    double dsc)
{
    struct evaluate_case c = {.status = EVALUATE_DONE};
    const double nan = (double)NAN;
    c.truth.scar_ml = ts;
    c.truth.myocardium_ml = tm;
    c.truth.has_myocardium = tm > 0;
    c.truth.percent_lge = tm > 0 ? 100 * ts / tm : nan;
    c.pred.scar_ml = ps;
    c.pred.myocardium_ml = pm;
    c.pred.has_myocardium = pm > 0;
    c.pred.percent_lge = pm > 0 ? 100 * ps / pm : nan;
    c.percent_error = fabs(c.pred.percent_lge - c.truth.percent_lge);
    for (int s = 0; s < EVALUATE_REGIONS; s++)
        c.surface[s] =
            (struct measure_surface){.hd_mm = ts > 0 && ps > 0 ? 10 * dsc : nan,
                                     .hd95_mm = ts > 0 && ps > 0 ? 5 * dsc : nan,
                                     .nsd = ts > 0 && ps > 0 ? dsc : nan};
    c.lesions = (struct measure_lesions){
        .truth = ts > 0 ? 2 : 0, .pred = ps > 0 ? 1 : 0, .tp = ts > 0 && ps > 0};
    c.lesions.f1 = ts > 0 || ps > 0 ? (ts > 0 && ps > 0 ? 2.0 / 3 : 0) : nan;
    c.lesions.sensitivity = ts > 0 ? (ps > 0 ? 0.5 : 0) : nan;
    c.diagonal_mm = 300;
    for (int r = 0; r < EVALUATE_REGIONS; r++) {
        struct measure_dice *d = &c.dice[r];
        d->truth = ts > 0 ? 10 : 0;
        d->pred = ps > 0 ? 10 : 0;
        d->available = ts > 0 || ps > 0;
        d->dsc = d->available ? dsc : nan;
        d->dsc_empty_1 = d->available ? dsc : 1;
    }
    return c;
}

enum { N = 7 };

static struct evaluate_scoring usual; /* set in main */

static void make(struct evaluate_case c[N])
{
    c[0] = patient(20, 100, 18, 90, 0.8);  /* 20 % and 20 % */
    c[1] = patient(10, 100, 16, 100, 0.6); /* 10 and 16: false + */
    c[2] = patient(15, 100, 16, 80, 0.7);  /* 15 and 20: depends on the rule */
    c[3] = patient(0, 120, 0, 110, 0);     /* both without scar */
    c[4] = patient(0, 100, 2, 100, 0);     /* false scar, 2 % */
    c[5] = patient(30, 100, 0, 0, 0);      /* nothing found */
    c[6] = patient(1, 1, 1, 1, 1);
    c[6].status = EVALUATE_MISSING;
}

static void numbers_by_hand(void **state)
{
    (void)state;
    struct evaluate_case c[N];
    const bool all[N] = {true, true, true, true, true, true, true};
    struct evaluate_group g;
    struct err err = {0};
    make(c);
    assert_ok(
        evaluate_group_compute(c, all, N, MEASURE_RULE_ABOVE_15, &usual, &g, &err),
        err);

    assert_int_equal(g.n, 6);
    assert_int_equal(g.n_missing, 1);
    assert_int_equal(g.n_failed, 0);
    const struct evaluate_dice *d = &g.dice[2];
    assert_int_equal(d->dsc.n, 5);
    assert_int_equal(d->n_both_empty, 1);
    assert_int_equal(d->n_truth_empty, 1);
    assert_int_equal(d->n_pred_empty, 1);
    assert_near(d->dsc.mean, (0.8 + 0.6 + 0.7) / 5, 1e-15);
    assert_near(d->dsc.median, 0.6, 0);
    assert_near(d->mean_empty_1, (0.8 + 0.6 + 0.7 + 1) / 6, 1e-15);
    assert_true(d->mean_ci.lo < d->dsc.mean && d->dsc.mean < d->mean_ci.hi);

    /* scar volume: all six; prediction - truth = -2, 6, 1, 0, 2, -30 */
    assert_int_equal(g.pair[0].pearson.n, 6);
    assert_near(g.pair[0].bland_altman.bias, -23.0 / 6, 1e-14);
    assert_near(g.pair[0].truth.mean, 75.0 / 6, 1e-14);
    assert_near(g.pair[0].pred.mean, 52.0 / 6, 1e-14);
    /* %LGE: not the one without a predicted myocardium; 0, 6, 5, 0, 2 */
    assert_int_equal(g.pair[2].pearson.n, 5);
    assert_near(g.pair[2].bland_altman.bias, 13.0 / 5, 1e-14);

    assert_int_equal(g.large.tp, 1);
    assert_int_equal(g.large.fp, 2);
    assert_int_equal(g.large.fn, 1); /* no myocardium found is not large */
    assert_int_equal(g.large.tn, 2);

    /* scores: %LGE 20 16 20 0 2 and nothing for large no no no no large */
    assert_int_equal(g.auc.n_positive, 2);
    assert_int_equal(g.auc.n_negative, 4);
    /* 20 beats 16, 0 and 2 and ties 20; nothing ties 0: 3.5 + 0.5 of 8 */
    assert_near(g.auc.auc, 4.0 / 8, 1e-15);
    assert_near(g.kappa.observed, 3.0 / 6, 1e-15);
    assert_near(g.kappa.kappa, 0, 1e-15);

    const struct evaluate_scored *hd = &g.score[evaluate_score_find("hd_scar")];
    assert_int_equal(hd->of.n, 3);
    assert_int_equal(hd->n_both_empty, 1);
    assert_int_equal(hd->n_one_empty, 2);
    assert_near(hd->of.mean, 7, 1e-14);
    const struct evaluate_scored *f1 = &g.score[evaluate_score_find("lesion_f1")];
    assert_int_equal(f1->of.n, 5);
    assert_near(f1->of.mean, 3 * (2.0 / 3) / 5, 1e-15);
    assert_int_equal(g.score[evaluate_score_find("lesion_sensitivity")].of.n, 4);
    assert_int_equal(g.lesions.truth, 8);
    assert_int_equal(g.lesions.pred, 4);
    assert_int_equal(g.lesions.tp, 3);
    assert_near(g.lesions.f1, 0.5, 1e-15);
    assert_near(g.lesions.sensitivity, 3.0 / 8, 1e-15);
    assert_near(g.lesions.precision, 3.0 / 4, 1e-15);
    assert_near(g.score[evaluate_score_find("percent_lge_error")].of.mean, 13.0 / 5,
                1e-14);

    assert_int_equal(g.n_no_scar, 2);
    assert_int_equal(g.n_false, 1);
    assert_near(g.false_percent.mean, 1, 1e-15);
    assert_near(g.false_percent.max, 2, 1e-15);
}

/* twice as much and one more: lines are the prediction over the truth */
static void lines_and_raters(void **state)
{
    (void)state;
    enum { LINE = 8 };
    struct evaluate_case c[LINE];
    bool all[LINE];
    double raters[2 * LINE];
    struct evaluate_group g;
    struct stat_icc icc;
    struct err err = {0};
    for (int i = 0; i < LINE; i++) {
        c[i] = patient(i + 1, 100, 2 * (i + 1) + 1, 100, 0.5);
        raters[2 * i] = i + 1;
        raters[2 * i + 1] = 2 * (i + 1) + 1;
        all[i] = true;
    }
    assert_ok(
        evaluate_group_compute(c, all, LINE, MEASURE_RULE_ABOVE_15, &usual, &g, &err),
        err);
    const struct evaluate_pair *p = &g.pair[0];
    assert_near(p->deming.slope, 2, 1e-12);
    assert_near(p->deming.intercept, 1, 1e-12);
    assert_near(p->passing_bablok.slope, 2, 1e-12);
    assert_near(p->passing_bablok.intercept, 1, 1e-12);
    assert_ok(stat_icc(raters, LINE, 2, &icc, &err), err);
    assert_near(p->icc.icc21.icc, icc.icc21.icc, 1e-14);
    assert_near(p->icc.icc31.ci.lo, icc.icc31.ci.lo, 1e-14);
    assert_near(p->within.mean, 0.5 * (4.5 + 10), 1e-14);
}

/* three large, of which two are found, and eight small, of which one is not */
static void shares_and_empties(void **state)
{
    (void)state;
    enum { SOME = 11 };
    static const double scar[SOME][2] = {{30, 30}, {20, 20}, {16, 3}, {8, 17},
                                         {5, 0},   {4, 0},   {3, 3},  {2, 2},
                                         {1, 1},   {0, 2},   {7, 7}};
    struct evaluate_case c[SOME];
    bool all[SOME];
    struct evaluate_group g;
    struct err err = {0};
    for (int i = 0; i < SOME; i++) {
        c[i] = patient(scar[i][0], 100, scar[i][1], 100, 0.5);
        all[i] = true;
    }
    assert_ok(
        evaluate_group_compute(c, all, SOME, MEASURE_RULE_ABOVE_15, &usual, &g, &err),
        err);
    assert_near(g.sensitivity.p.p, 2.0 / 3, 1e-15);
    assert_near(g.specificity.p.p, 7.0 / 8, 1e-15);
    assert_near(g.accuracy.p.p, 9.0 / 11, 1e-15);
    assert_int_equal(g.dice[EVALUATE_SCAR].n_pred_empty, 2);
    assert_int_equal(g.dice[EVALUATE_SCAR].n_truth_empty, 1);
    assert_int_equal(g.dice[EVALUATE_SCAR].n_both_empty, 0);
}

static void the_rule_moves_15_percent(void **state)
{
    (void)state;
    struct evaluate_case c[N];
    const bool all[N] = {true, true, true, true, true, true, true};
    struct evaluate_group g;
    make(c);
    assert_true(
        evaluate_group_compute(c, all, N, MEASURE_RULE_FROM_15, &usual, &g, NULL));
    assert_int_equal(g.large.tp, 2);
    assert_int_equal(g.large.fp, 1);
    assert_int_equal(g.large.fn, 1);
    assert_int_equal(g.large.tn, 2);
}

/* What the patient without scar in either map is worth, and the three with scar in one.
 */
static void empty_masks_by_another_rule(void **state)
{
    (void)state;
    struct evaluate_case c[N];
    const bool all[N] = {true, true, true, true, true, true, true};
    struct evaluate_scoring rule = usual;
    struct evaluate_group g;
    make(c);
    rule.empty = EVALUATE_EMPTY_ONE;
    rule.far = true;
    assert_true(
        evaluate_group_compute(c, all, N, MEASURE_RULE_ABOVE_15, &rule, &g, NULL));
    assert_int_equal(g.dice[2].dsc.n, 6);
    assert_int_equal(g.dice[2].n_both_empty, 1);
    assert_near(g.dice[2].dsc.mean, 3.1 / 6, 1e-15);
    assert_near(g.dice[2].dsc.mean, g.dice[2].mean_empty_1, 1e-15);
    const size_t nsd = evaluate_score_find("nsd_scar"),
                 hd = evaluate_score_find("hd_scar");
    assert_int_equal(g.score[nsd].of.n, 6);
    assert_near(g.score[nsd].of.mean, 3.1 / 6, 1e-15);
    assert_int_equal(g.score[hd].of.n, 6);
    assert_near(g.score[hd].of.mean, (8 + 6 + 7 + 0 + 300 + 300) / 6.0, 1e-12);
    rule.empty = EVALUATE_EMPTY_ZERO;
    assert_true(
        evaluate_group_compute(c, all, N, MEASURE_RULE_ABOVE_15, &rule, &g, NULL));
    assert_near(g.dice[2].dsc.mean, 2.1 / 6, 1e-15);
    assert_near(g.score[nsd].of.mean, 2.1 / 6, 1e-15);
}

/* Nothing varies, or there is one patient: what is undefined is NaN, and no failure. */
static void groups_of_one_and_of_equals(void **state)
{
    (void)state;
    struct evaluate_case c[3] = {patient(0.1, 10, 0.1, 10, 1),
                                 patient(0.1, 10, 0.1, 10, 1),
                                 patient(0.1, 10, 0.1, 10, 1)};
    for (size_t n = 1; n <= 3; n += 2) {
        const bool all[3] = {true, true, true};
        struct evaluate_group g;
        struct err err = {0};
        assert_ok(
            evaluate_group_compute(c, all, n, MEASURE_RULE_ABOVE_15, &usual, &g, &err),
            err);
        const struct evaluate_pair *p = &g.pair[0];
        assert_near(p->truth.mean, 0.1, 0);
        assert_true(isnan(p->pearson.r) && isnan(p->spearman.rho) && isnan(p->ccc.c));
        assert_true(isnan(p->icc.icc21.icc) && isnan(p->icc.icc31.icc));
        assert_true(isnan(p->passing_bablok.slope) && isnan(p->deming.slope));
        assert_near(p->within.sd, 0, 0);
        assert_near(p->bland_altman.bias, 0, 0);
        assert_true(isnan(p->bland_altman.trend.slope));
        assert_true(isnan(g.auc.auc) && isnan(g.kappa.kappa));
        assert_near(g.dice[2].dsc.mean, 1, 0);
    }
}

static void only_members_count(void **state)
{
    (void)state;
    struct evaluate_case c[N];
    const bool some[N] = {true, false, true, false, false, false, true};
    const bool none[N] = {false};
    struct evaluate_group g;
    make(c);
    c[2].status = EVALUATE_FAILED;
    assert_true(
        evaluate_group_compute(c, some, N, MEASURE_RULE_ABOVE_15, &usual, &g, NULL));
    assert_int_equal(g.n, 1);
    assert_int_equal(g.n_failed, 1);
    assert_int_equal(g.n_missing, 1);
    assert_near(g.dice[1].dsc.mean, 0.8, 0);
    assert_near(g.pair[1].bland_altman.bias, -10, 0);
    assert_false(g.pair[1].pearson.available);

    assert_true(
        evaluate_group_compute(c, none, N, MEASURE_RULE_ABOVE_15, &usual, &g, NULL));
    assert_int_equal(g.n, 0);
    assert_true(isnan(g.dice[0].dsc.mean) && isnan(g.dice[0].mean_empty_1));
    assert_true(isnan(g.pair[0].bland_altman.bias));
    assert_int_equal(g.large.tp + g.large.fp + g.large.fn + g.large.tn, 0);
}

/* A truth without myocardium has no class and no false %LGE. */
static void truth_without_myocardium_is_left_out(void **state)
{
    (void)state;
    struct evaluate_case c[2] = {patient(0, 0, 5, 10, 0), patient(0, 50, 5, 10, 0)};
    const bool all[2] = {true, true};
    struct evaluate_group g;
    assert_true(
        evaluate_group_compute(c, all, 2, MEASURE_RULE_ABOVE_15, &usual, &g, NULL));
    assert_int_equal(g.large.fp, 1);
    assert_int_equal(g.large.tp + g.large.fn + g.large.tn, 0);
    assert_int_equal(g.n_no_scar, 1);
    assert_near(g.false_percent.mean, 50, 0);
}

int main(void)
{
    usual = evaluate_score_usual();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_by_hand),
        cmocka_unit_test(lines_and_raters),
        cmocka_unit_test(shares_and_empties),
        cmocka_unit_test(the_rule_moves_15_percent),
        cmocka_unit_test(empty_masks_by_another_rule),
        cmocka_unit_test(groups_of_one_and_of_equals),
        cmocka_unit_test(only_members_count),
        cmocka_unit_test(truth_without_myocardium_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
