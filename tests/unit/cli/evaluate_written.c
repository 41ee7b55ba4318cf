/*
 * evaluate_csv, evaluate_json: what is written under a name is what the name says.
 *
 * Of numbers that all differ: a column or a key that holds its neighbour's fails.
 */
#include "testing.h"

#include "base/csv.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/rng.h"
#include "cli/evaluate_case.h"
#include "cli/evaluate_compare.h"
#include "cli/evaluate_csv.h"
#include "cli/evaluate_group.h"
#include "cli/evaluate_json.h"
#include "cli/evaluate_run.h"
#include "cli/evaluate_score.h"

enum { N = 24, METHODS = 3, KEYS = 3, NAME = 96 };

static char scratch[64];
static struct evaluate_study study;

/* `more`: of the DSC, where the groups shall differ. */
static void fill(struct evaluate_case *c, double more, struct rng *r)
{
    const double truth = rng_chance(r, .2) ? 0 : rng_range(r, 1, 40);
    const double pred = rng_chance(r, .2) ? 0 : fmax(.5, truth + rng_range(r, -9, 12));
    *c = (struct evaluate_case){
        .status = EVALUATE_DONE, .diagonal_mm = 300, .voxel_ml = .015};
    struct lv_measure *both[] = {&c->truth, &c->pred};
    for (int i = 0; i < 2; i++) {
        both[i]->has_myocardium = true;
        both[i]->blood_pool_ml = rng_range(r, 60, 160);
        both[i]->myocardium_ml = rng_range(r, 90, 180);
        both[i]->myocardium_g = 1.05 * both[i]->myocardium_ml;
        both[i]->scar_ml = i == 0 ? truth : pred;
        both[i]->scar_g = 1.05 * both[i]->scar_ml;
        both[i]->percent_lge = 100 * both[i]->scar_ml / both[i]->myocardium_ml;
    }
    c->percent_error = fabs(c->pred.percent_lge - c->truth.percent_lge);
    for (int e = 0; e < EVALUATE_ERRORS; e++)
        c->error[e] = (struct evaluate_error){rng_range(r, 0, 9), rng_range(r, 0, 50)};
    c->lesions = (struct measure_lesions){
        .truth = truth > 0 ? 2 + rng_below(r, 3) : 0,
        .pred = pred > 0 ? 1 + rng_below(r, 2) : 0,
        .tp = truth > 0 && pred > 0 ? 1 : 0,
        .f1 = truth > 0 || pred > 0 ? rng_uniform(r) : (double)NAN,
        .sensitivity = truth > 0 ? rng_uniform(r) : (double)NAN,
        .precision = pred > 0 ? rng_uniform(r) : (double)NAN};
    for (int k = 0; k < EVALUATE_REGIONS; k++) {
        const bool wall = k == EVALUATE_MYOCARDIUM || k == EVALUATE_BLOOD_POOL;
        struct measure_dice *d = &c->dice[k];
        d->truth = wall || truth > 0 ? 100 + rng_below(r, 900) : 0;
        d->pred = wall || pred > 0 ? 100 + rng_below(r, 900) : 0;
        d->available = d->truth > 0 || d->pred > 0;
        const bool meet = d->truth > 0 && d->pred > 0;
        d->dsc = !d->available ? (double)NAN : meet ? more + .5 * rng_uniform(r) : 0;
        d->dsc_empty_1 = d->available ? d->dsc : 1;
        c->iou[k] = meet ? rng_uniform(r) : (double)NAN;
        c->surface[k] = (struct measure_surface){.hd_mm = rng_range(r, 9, 30),
                                                 .hd95_mm = rng_range(r, 5, 20),
                                                 .assd_mm = rng_range(r, 1, 5),
                                                 .nsd = rng_uniform(r)};
    }
}

static void make(struct evaluate_study *s, struct err *err)
{
    static const char *const names[METHODS] = {"3D", "2D", "old"};
    char table[4096] = "id,image,label,site\n";
    struct rng r = rng_make(7, 0, 0);

    for (int i = 0; i < N; i++)
        (void)snprintf(table + strlen(table), sizeof table - strlen(table),
                       "p%d,i,l,%s\n", i, i % 3 ? "Rome" : "Oslo");
    *s = (struct evaluate_study){.truth = "t", .label = "label"};
    s->rule = MEASURE_RULE_ABOVE_15;
    s->scoring = evaluate_score_usual();
    assert_ok(cohort_parse(table, strlen(table), "t", ".", &s->cohort, err), *err);
    assert_ok(opt_list_add(&s->by, "site", err), *err);
    s->rows = mem_alloc(N, sizeof *s->rows, err);
    s->keys = mem_alloc(KEYS, sizeof *s->keys, err);
    s->methods = mem_alloc(METHODS, sizeof *s->methods, err);
    assert_true(s->rows && s->keys && s->methods);
    for (; s->n_rows < N; s->n_rows++)
        s->rows[s->n_rows] = s->n_rows;
    s->n_keys = KEYS;
    s->keys[0] = (struct evaluate_key){NULL, "all"};
    s->keys[1] = (struct evaluate_key){s->by.item[0], "Oslo"};
    s->keys[2] = (struct evaluate_key){s->by.item[0], "Rome"};
    for (; s->n_methods < METHODS; s->n_methods++) {
        struct evaluate_method *m = &s->methods[s->n_methods];
        m->name = mem_strdup(names[s->n_methods], err);
        m->dir = "d";
        m->cases = mem_alloc(N, sizeof *m->cases, err);
        m->groups = mem_alloc(KEYS, sizeof *m->groups, err);
        assert_true(m->name && m->cases && m->groups);
        for (size_t i = 0; i < N; i++) {
            fill(&m->cases[i], i % 3 ? 0 : .2 * (double)s->n_methods, &r);
            m->cases[i].truth = s->methods[0].cases[i].truth;
        }
    }
}

static int open_study(void **state)
{
    (void)state;
    struct err err = {0};
    testing_scratch(scratch);
    make(&study, &err);
    for (size_t k = 0; k < KEYS; k++) {
        bool member[N];
        for (size_t i = 0; i < N; i++)
            member[i] = k == 0 || (k == 2) == (i % 3 != 0);
        for (size_t m = 0; m < METHODS; m++)
            assert_ok(evaluate_group_compute(study.methods[m].cases, member, N,
                                             study.rule, &study.scoring,
                                             &study.methods[m].groups[k], &err),
                      err);
    }
    assert_ok(evaluate_compare_groups(&study, &err), err);
    assert_ok(evaluate_compare_methods(&study, &err), err);
    return 0;
}

static int close_study(void **state)
{
    (void)state;
    evaluate_study_clear(&study);
    testing_remove(scratch);
    return 0;
}

/* ---- what stands where ---- */

/* A table as it was read back. */
struct table {
    struct bytes text;
    struct csv csv;
    size_t seen; /* columns that were asked for */
};

static struct table read_table(bool (*write)(const struct evaluate_study *s,
                                             const char *path, struct err *err))
{
    struct table t = {0};
    struct err err = {0};
    char path[NAME];
    (void)snprintf(path, sizeof path, "%s/table.csv", scratch);
    assert_ok(write(&study, path, &err), err);
    assert_ok(file_read(path, 1 << 20, &t.text, &err), err);
    assert_ok(csv_parse((const char *)t.text.data, t.text.size, path, &t.csv, &err),
              err);
    return t;
}

static void table_clear(struct table *t)
{
    csv_clear(&t->csv);
    bytes_clear(&t->text);
}

/* Six digits are written; a cell without a number is empty. */
static void assert_cell(struct table *t, size_t row, const char *column, double want)
{
    size_t c = 0;
    while (c < csv_columns(&t->csv, 0) && strcmp(csv_cell(&t->csv, 0, c), column) != 0)
        c++;
    if (c == csv_columns(&t->csv, 0))
        fail_msg("there is no column %s", column);
    const char *cell = csv_cell(&t->csv, row, c);
    const double got = cell[0] ? strtod(cell, NULL) : (double)NAN;
    if (isfinite(want) ? !(fabs(got - want) <= 1e-5 * fabs(want) + 1e-12) : !isnan(got))
        fail_msg("column %s, row %zu: \"%s\" is not %.9g", column, row, cell, want);
    t->seen++;
}

/* "a.b.0": keys and places; null is NaN. */
static void assert_at(const json_t *o, const char *path, double want)
{
    const json_t *at = o;
    char word[NAME];
    for (const char *p = path; *p && at; p += strspn(p, ".")) {
        const size_t n = strcspn(p, ".");
        (void)snprintf(word, sizeof word, "%.*s", (int)n, p);
        at = json_is_array(at) ? json_array_get(at, (size_t)strtoul(word, NULL, 10))
                               : json_object_get(at, word);
        p += n;
    }
    if (!at)
        fail_msg("there is no %s", path);
    const double got = json_is_number(at) ? json_number_value(at) : (double)NAN;
    if (isfinite(want) ? !(fabs(got - want) <= 1e-5 * fabs(want) + 1e-12) : !isnan(got))
        fail_msg("%s is %.9g, not %.9g", path, got, want);
}

/* A number's name in a table, where it is in the summary, and what it is.  NULL: it is
 * not there. */
struct place {
    const char *column, *path;
    double value;
};

static void assert_places(const struct place *p, size_t n, const char *prefix,
                          const char *group, struct table *t, size_t row,
                          const json_t *o)
{
    for (size_t i = 0; i < n; i++) {
        char name[2 * NAME];
        (void)snprintf(name, sizeof name, "%s%s", prefix,
                       p[i].column ? p[i].column : "");
        if (p[i].column)
            assert_cell(t, row, name, p[i].value);
        (void)snprintf(name, sizeof name, "%s%s", group, p[i].path ? p[i].path : "");
        if (p[i].path)
            assert_at(o, name, p[i].value);
    }
}

#define PLACES(p, ...) assert_places((p), ARRAY_LEN(p), __VA_ARGS__)

/* ---- a group ---- */

static void check_agreement(const struct evaluate_pair *p, const char *key,
                            struct table *t, size_t row, const json_t *o)
{
    const struct stat_bland_altman *b = &p->bland_altman;
    const struct place places[] = {
        {"_n", "n", (double)p->pearson.n},
        {"_truth_mean", "truth_mean", p->truth.mean},
        {NULL, "truth_median", p->truth.median},
        {"_pred_mean", "pred_mean", p->pred.mean},
        {NULL, "pred_median", p->pred.median},
        {"_r", "pearson.r", p->pearson.r},
        {"_r_lo", "pearson.ci95.0", p->pearson.ci.lo},
        {"_r_hi", "pearson.ci95.1", p->pearson.ci.hi},
        {"_r_p", "pearson.p", p->pearson.p},
        {"_r_bootstrap_lo", "pearson.ci95_bootstrap.0", p->bootstrap.r.lo},
        {"_r_bootstrap_hi", "pearson.ci95_bootstrap.1", p->bootstrap.r.hi},
        {"_rho", "spearman.rho", p->spearman.rho},
        {"_rho_lo", "spearman.ci95.0", p->spearman.ci.lo},
        {"_rho_hi", "spearman.ci95.1", p->spearman.ci.hi},
        {"_rho_p", "spearman.p", p->spearman.p},
        {"_rho_bootstrap_lo", "spearman.ci95_bootstrap.0", p->bootstrap.rho.lo},
        {"_rho_bootstrap_hi", "spearman.ci95_bootstrap.1", p->bootstrap.rho.hi},
        {"_ccc", "concordance.c", p->ccc.c},
        {"_ccc_lo", "concordance.ci95.0", p->ccc.ci.lo},
        {"_ccc_hi", "concordance.ci95.1", p->ccc.ci.hi},
        {"_ccc_bootstrap_lo", "concordance.ci95_bootstrap.0", p->bootstrap.ccc.lo},
        {"_ccc_bootstrap_hi", "concordance.ci95_bootstrap.1", p->bootstrap.ccc.hi},
        {"_icc21", "intraclass.icc_2_1.icc", p->icc.icc21.icc},
        {"_icc21_lo", "intraclass.icc_2_1.ci95.0", p->icc.icc21.ci.lo},
        {"_icc21_hi", "intraclass.icc_2_1.ci95.1", p->icc.icc21.ci.hi},
        {"_icc21_bootstrap_lo", "intraclass.icc_2_1_ci95_bootstrap.0",
         p->bootstrap.icc21.lo},
        {"_icc21_bootstrap_hi", "intraclass.icc_2_1_ci95_bootstrap.1",
         p->bootstrap.icc21.hi},
        {"_icc31", "intraclass.icc_3_1.icc", p->icc.icc31.icc},
        {"_icc31_lo", "intraclass.icc_3_1.ci95.0", p->icc.icc31.ci.lo},
        {"_icc31_hi", "intraclass.icc_3_1.ci95.1", p->icc.icc31.ci.hi},
        {"_within_sd", "within_subject.sd", p->within.sd},
        {NULL, "within_subject.sd_ci95.0", p->within.ci.lo},
        {NULL, "within_subject.sd_ci95.1", p->within.ci.hi},
        {NULL, "within_subject.repeatability", p->within.repeatability},
        {"_cv_percent", "within_subject.cv_percent", p->within.cv_percent},
        {"_pb_slope", "passing_bablok.slope", p->passing_bablok.slope},
        {"_pb_slope_lo", "passing_bablok.slope_ci95.0", p->passing_bablok.ci_slope.lo},
        {"_pb_slope_hi", "passing_bablok.slope_ci95.1", p->passing_bablok.ci_slope.hi},
        {"_pb_intercept", "passing_bablok.intercept", p->passing_bablok.intercept},
        {"_pb_intercept_lo", "passing_bablok.intercept_ci95.0",
         p->passing_bablok.ci_intercept.lo},
        {"_pb_intercept_hi", "passing_bablok.intercept_ci95.1",
         p->passing_bablok.ci_intercept.hi},
        {"_deming_slope", "deming.slope", p->deming.slope},
        {"_deming_slope_lo", "deming.slope_ci95.0", p->deming.ci_slope.lo},
        {"_deming_slope_hi", "deming.slope_ci95.1", p->deming.ci_slope.hi},
        {"_deming_intercept", "deming.intercept", p->deming.intercept},
        {"_deming_intercept_lo", "deming.intercept_ci95.0", p->deming.ci_intercept.lo},
        {"_deming_intercept_hi", "deming.intercept_ci95.1", p->deming.ci_intercept.hi},
        {"_bias", "bland_altman.bias", b->bias},
        {"_sd", "bland_altman.sd", b->sd},
        {"_limit_lo", "bland_altman.limits.0", b->bias - STAT_Z95 * b->sd},
        {"_limit_hi", "bland_altman.limits.1", b->bias + STAT_Z95 * b->sd},
        {NULL, "bland_altman.se_bias", b->se_bias},
        {NULL, "bland_altman.se_limit", b->se_limit},
        {"_bias_lo", "bland_altman.bias_ci95.0", b->ci_bias.lo},
        {"_bias_hi", "bland_altman.bias_ci95.1", b->ci_bias.hi},
        {NULL, "bland_altman.limit_lo_ci95.0", b->ci_lo.lo},
        {NULL, "bland_altman.limit_lo_ci95.1", b->ci_lo.hi},
        {NULL, "bland_altman.limit_hi_ci95.0", b->ci_hi.lo},
        {NULL, "bland_altman.limit_hi_ci95.1", b->ci_hi.hi},
        {"_trend_slope", "bland_altman.trend_slope", b->trend.slope},
        {"_trend_lo", "bland_altman.trend_slope_ci95.0", b->trend.ci_slope.lo},
        {"_trend_hi", "bland_altman.trend_slope_ci95.1", b->trend.ci_slope.hi},
        {"_trend_p", "bland_altman.trend_p", b->trend.p},
        {"_trend_robust_lo", "bland_altman.trend_robust_ci95.0", b->trend_robust.ci.lo},
        {"_trend_robust_hi", "bland_altman.trend_robust_ci95.1", b->trend_robust.ci.hi},
        {"_trend_robust_p", "bland_altman.trend_robust_p", b->trend_robust.p},
        {"_scatter_slope", "bland_altman.scatter_slope", b->scatter.slope},
        {"_scatter_lo", "bland_altman.scatter_slope_ci95.0", b->scatter.ci_slope.lo},
        {"_scatter_hi", "bland_altman.scatter_slope_ci95.1", b->scatter.ci_slope.hi},
        {"_scatter_p", "bland_altman.scatter_p", b->scatter.p},
        {"_bias_at_0", "bland_altman.regression.bias.0", b->bias_at.intercept},
        {"_bias_at_slope", "bland_altman.regression.bias.1", b->bias_at.slope},
        {"_sd_at_0", "bland_altman.regression.sd.0", b->sd_at.intercept},
        {"_sd_at_slope", "bland_altman.regression.sd.1", b->sd_at.slope},
        {NULL, "bland_altman.regression.limit_lo.0",
         b->bias_at.intercept - STAT_Z95 * b->sd_at.intercept},
        {NULL, "bland_altman.regression.limit_lo.1",
         b->bias_at.slope - STAT_Z95 * b->sd_at.slope},
        {NULL, "bland_altman.regression.limit_hi.0",
         b->bias_at.intercept + STAT_Z95 * b->sd_at.intercept},
        {NULL, "bland_altman.regression.limit_hi.1",
         b->bias_at.slope + STAT_Z95 * b->sd_at.slope},
        {NULL, "bland_altman.regression.means.0", b->middle.min},
        {NULL, "bland_altman.regression.means.1", b->middle.max},
    };
    char group[NAME];
    (void)snprintf(group, sizeof group, "%s.", key);
    PLACES(places, key, group, t, row, o);
}

static void check_dsc(const struct evaluate_dice *d, const char *key, struct table *t,
                      size_t row, const json_t *o)
{
    const struct place places[] = {
        {"_n", "n", (double)d->dsc.n},
        {"_mean", "mean", d->dsc.mean},
        {"_sd", "sd", d->dsc.sd},
        {"_median", "median", d->dsc.median},
        {NULL, "quartiles.0", d->dsc.q1},
        {NULL, "quartiles.1", d->dsc.q3},
        {"_lo", "ci95.0", d->mean_ci.lo},
        {"_hi", "ci95.1", d->mean_ci.hi},
        {"_n_both_empty", "n_both_empty", (double)d->n_both_empty},
        {"_n_truth_empty", "n_truth_empty", (double)d->n_truth_empty},
        {"_n_pred_empty", "n_pred_empty", (double)d->n_pred_empty},
        {"_mean_empty_1", "mean_both_empty_1", d->mean_empty_1},
    };
    char prefix[NAME], group[NAME];
    (void)snprintf(prefix, sizeof prefix, "dsc_%s", key);
    (void)snprintf(group, sizeof group, "dsc.%s.", key);
    PLACES(places, prefix, group, t, row, o);
}

static void check_score(const struct evaluate_scored *s, const char *key,
                        struct table *t, size_t row, const json_t *o)
{
    const struct place places[] = {
        {"_n", "n", (double)s->of.n},
        {"_mean", "mean", s->of.mean},
        {"_sd", "sd", s->of.sd},
        {"_median", "median", s->of.median},
        {NULL, "quartiles.0", s->of.q1},
        {NULL, "quartiles.1", s->of.q3},
        {NULL, "max", s->of.max},
        {"_lo", "ci95.0", s->mean_ci.lo},
        {"_hi", "ci95.1", s->mean_ci.hi},
        {NULL, "n_both_empty", (double)s->n_both_empty},
        {NULL, "n_one_empty", (double)s->n_one_empty},
    };
    char group[NAME];
    (void)snprintf(group, sizeof group, "scores.%s.", key);
    PLACES(places, key, group, t, row, o);
}

static void check_rate(const struct evaluate_rate *r, const char *key, struct table *t,
                       size_t row, const json_t *o)
{
    const struct place places[] = {
        {"", "p", r->p.p},
        {NULL, "k", (double)r->p.k},
        {NULL, "n", (double)r->p.n},
        {"_lo", "ci95.0", r->p.ci.lo},
        {"_hi", "ci95.1", r->p.ci.hi},
        {"_exact_lo", "exact_ci95.0", r->exact.lo},
        {"_exact_hi", "exact_ci95.1", r->exact.hi},
    };
    char prefix[NAME], group[NAME];
    (void)snprintf(prefix, sizeof prefix, "large_%s", key);
    (void)snprintf(group, sizeof group, "large.%s.", key);
    PLACES(places, prefix, group, t, row, o);
}

static void check_rest(const struct evaluate_group *g, struct table *t, size_t row,
                       const json_t *o)
{
    const struct evaluate_lesions *l = &g->lesions;
    const struct stat_confusion *c = &g->large;
    const struct place places[] = {
        {"n", "n", (double)g->n},
        {"n_missing", "n_missing", (double)g->n_missing},
        {"n_failed", "n_failed", (double)g->n_failed},
        {"large_tp", "large.tp", (double)c->tp},
        {"large_fp", "large.fp", (double)c->fp},
        {"large_fn", "large.fn", (double)c->fn},
        {"large_tn", "large.tn", (double)c->tn},
        {"large_kappa", "large.cohen.kappa", g->kappa.kappa},
        {"large_kappa_lo", "large.cohen.ci95.0", g->kappa.ci.lo},
        {"large_kappa_hi", "large.cohen.ci95.1", g->kappa.ci.hi},
        {"large_auc", "large.roc.auc", g->auc.auc},
        {NULL, "large.roc.se", g->auc.se},
        {NULL, "large.roc.n_positive", (double)g->auc.n_positive},
        {NULL, "large.roc.n_negative", (double)g->auc.n_negative},
        {"large_auc_lo", "large.roc.ci95.0", g->auc.ci.lo},
        {"large_auc_hi", "large.roc.ci95.1", g->auc.ci.hi},
        {"lesions_truth", "lesions.truth", (double)l->truth},
        {"lesions_pred", "lesions.pred", (double)l->pred},
        {"lesions_found", "lesions.tp", (double)l->tp},
        {NULL, "lesions.fn", (double)(l->truth - l->tp)},
        {NULL, "lesions.fp", (double)(l->pred - l->tp)},
        {"lesions_f1", "lesions.f1", l->f1},
        {NULL, "lesions.sensitivity", l->sensitivity},
        {NULL, "lesions.precision", l->precision},
        {"no_scar_n", "without_scar.n", (double)g->n_no_scar},
        {"no_scar_n_false", "without_scar.n_false", (double)g->n_false},
        {"no_scar_percent_mean", "without_scar.percent_lge_mean",
         g->false_percent.mean},
        {"no_scar_percent_max", "without_scar.percent_lge_max", g->false_percent.max},
    };
    PLACES(places, "", "", t, row, o);
}

static void check_group(const struct evaluate_group *g, struct table *t, size_t row,
                        const json_t *o)
{
    check_rest(g, t, row, o);
    for (int r = 0; r < EVALUATE_REGIONS; r++)
        check_dsc(&g->dice[r], evaluate_case_regions[r].key, t, row, o);
    for (int q = 0; q < EVALUATE_PAIRS; q++)
        check_agreement(&g->pair[q], evaluate_case_quantities[q].key, t, row, o);
    for (size_t i = 0; i < EVALUATE_SCORES; i++)
        check_score(&g->score[i], evaluate_scores[i].key, t, row, o);
    check_rate(&g->accuracy, "accuracy", t, row, o);
    check_rate(&g->sensitivity, "sensitivity", t, row, o);
    check_rate(&g->specificity, "specificity", t, row, o);
}

/* Every column of per-group.csv, and the same in summary.json. */
static void groups_are_what_they_are_called(void **state)
{
    (void)state;
    enum { NAMES = 3 }; /* method, by, group */
    struct table t = read_table(evaluate_csv_groups);
    struct err err = {0};
    json_t *j = evaluate_json_summary(&study, &err);
    assert_non_null(j);
    for (size_t m = 0; m < METHODS; m++) {
        const json_t *o = json_array_get(json_object_get(j, "methods"), m);
        for (size_t k = 0; k < KEYS; k++) {
            const json_t *group =
                k == 0 ? json_object_get(o, "overall")
                       : json_array_get(json_object_get(o, "groups"), k - 1);
            t.seen = 0;
            check_group(&study.methods[m].groups[k], &t, 1 + KEYS * m + k, group);
            assert_int_equal(t.seen + NAMES, csv_columns(&t.csv, 0));
        }
    }
    json_decref(j);
    table_clear(&t);
}

/* ---- a patient ---- */

static void check_patient(const struct evaluate_case *c, struct table *t, size_t row)
{
    static const char *const regions[EVALUATE_REGIONS] = {
        "blood_pool", "myocardium", "scar", "infarct", "no_reflow"};
    static const int parts[] = {EVALUATE_INFARCT, EVALUATE_NO_REFLOW};
    const struct evaluate_scoring usual = evaluate_score_usual();
    const struct lv_measure *both[] = {&c->truth, &c->pred};
    static const char *const side[] = {"truth_", "pred_"};
    char name[NAME];
    for (int i = 0; i < 2; i++) {
        const struct lv_measure *v = both[i];
        const struct place places[] = {
            {"blood_pool_ml", NULL, v->blood_pool_ml},
            {"myocardium_ml", NULL, v->myocardium_ml},
            {"myocardium_g", NULL, v->myocardium_g},
            {"scar_ml", NULL, v->scar_ml},
            {"scar_g", NULL, v->scar_g},
            {"percent_lge", NULL, v->percent_lge},
            {"large", NULL, v->percent_lge > 15},
            {"lesions", NULL, (double)(i == 0 ? c->lesions.truth : c->lesions.pred)},
        };
        PLACES(places, side[i], "", t, row, NULL);
        for (size_t p = 0; p < ARRAY_LEN(parts); p++) {
            const struct measure_dice *d = &c->dice[parts[p]];
            (void)snprintf(name, sizeof name, "%s%s_ml", side[i], regions[parts[p]]);
            assert_cell(t, row, name, (double)(i == 0 ? d->truth : d->pred) * .015);
        }
    }
    assert_cell(t, row, "lesions_found", (double)c->lesions.tp);
    for (int r = 0; r < EVALUATE_REGIONS; r++) {
        (void)snprintf(name, sizeof name, "dsc_%s", regions[r]);
        assert_cell(t, row, name, c->dice[r].dsc);
    }
    for (size_t i = 0; i < EVALUATE_SCORES; i++)
        assert_cell(t, row, evaluate_scores[i].key, evaluate_score_value(c, i, &usual));
}

static void patients_are_what_they_are_called(void **state)
{
    (void)state;
    enum { NAMES = 4 }; /* method, id, site, status */
    struct table t = read_table(evaluate_csv_patients);
    for (size_t m = 0; m < METHODS; m++)
        for (size_t i = 0; i < N; i++) {
            t.seen = 0;
            check_patient(&study.methods[m].cases[i], &t, 1 + N * m + i);
            assert_int_equal(t.seen + NAMES, csv_columns(&t.csv, 0));
        }
    table_clear(&t);
}

/* ---- methods, and groups, against each other ---- */

static void check_paired(const struct evaluate_paired *p, const char *key,
                         const json_t *o)
{
    const struct place places[] = {
        {NULL, "n", (double)p->t.n},
        {NULL, "n_only_a", (double)p->n_only_a},
        {NULL, "n_only_b", (double)p->n_only_b},
        {NULL, "mean_a", p->mean_a},
        {NULL, "mean_b", p->mean_b},
        {NULL, "difference.mean", p->mean_a - p->mean_b},
        {NULL, "difference.ci95.0", p->bootstrap.lo},
        {NULL, "difference.ci95.1", p->bootstrap.hi},
        {NULL, "wilcoxon.n_zero", (double)p->wilcoxon.n_zero},
        {NULL, "wilcoxon.w_plus", p->wilcoxon.w_plus},
        {NULL, "wilcoxon.w_minus", p->wilcoxon.w_minus},
        {NULL, "wilcoxon.p", p->wilcoxon.p},
        {NULL, "wilcoxon.p_holm", p->wilcoxon_holm},
        {NULL, "wilcoxon.rank_biserial_r", p->wilcoxon.r},
        {NULL, "t.mean_difference", p->mean_a - p->mean_b},
        {NULL, "t.ci95.0", p->t.ci.lo},
        {NULL, "t.ci95.1", p->t.ci.hi},
        {NULL, "t.t", p->t.t},
        {NULL, "t.dof", p->t.dof},
        {NULL, "t.p", p->t.p},
        {NULL, "t.p_holm", p->t_holm},
        {NULL, "t.cohen_d_z", p->t.d_z},
    };
    char group[NAME];
    (void)snprintf(group, sizeof group, "%s.", key);
    PLACES(places, "", group, NULL, 0, o);
}

static void check_areas(const struct evaluate_compare *c, const json_t *o)
{
    const struct place places[] = {
        {NULL, "n_positive", (double)c->auc.a.n_positive},
        {NULL, "n_negative", (double)c->auc.a.n_negative},
        {NULL, "auc_a", c->auc.a.auc},
        {NULL, "auc_b", c->auc.b.auc},
        {NULL, "difference", c->auc.a.auc - c->auc.b.auc},
        {NULL, "ci95.0", c->auc.ci.lo},
        {NULL, "ci95.1", c->auc.ci.hi},
        {NULL, "z", c->auc.z},
        {NULL, "p", c->auc.p},
        {NULL, "p_holm", c->auc_holm},
    };
    PLACES(places, "", "roc.", NULL, 0, o);
}

static void check_between(const struct evaluate_between *b, const json_t *o)
{
    const struct place places[] = {
        {NULL, "n", (double)b->kruskal.n},
        {NULL, "groups", (double)b->kruskal.groups},
        {NULL, "kruskal_wallis.h", b->kruskal.h},
        {NULL, "kruskal_wallis.dof", b->kruskal.dof},
        {NULL, "kruskal_wallis.p", b->kruskal.p},
        {NULL, "kruskal_wallis.p_holm", b->kruskal_holm},
        {NULL, "kruskal_wallis.epsilon_squared", b->kruskal.epsilon_squared},
        {NULL, "anova.f", b->anova.f},
        {NULL, "anova.dof.0", b->anova.dof_between},
        {NULL, "anova.dof.1", b->anova.dof_within},
        {NULL, "anova.p", b->anova.p},
        {NULL, "anova.p_holm", b->anova_holm},
        {NULL, "anova.eta_squared", b->anova.eta_squared},
        {NULL, "group_sizes.0.n", (double)b->n[1]},
        {NULL, "group_sizes.1.n", (double)b->n[2]},
    };
    PLACES(places, "", "", NULL, 0, o);
}

static void comparisons_are_what_they_are_called(void **state)
{
    (void)state;
    static const char *const keys[EVALUATE_COMPARED] = {
        [EVALUATE_SCAR_DSC] = "scar_dsc",
        [EVALUATE_PERCENT_ERROR] = "percent_lge_error",
        [EVALUATE_MYOCARDIUM_DSC] = "myocardium_dsc",
        [EVALUATE_SCAR_HD95] = "scar_hd95",
        [EVALUATE_LESION_F1] = "lesion_f1"};
    struct err err = {0};
    json_t *j = evaluate_json_summary(&study, &err);
    assert_non_null(j);
    for (size_t i = 0; i < study.n_compares; i++) {
        const json_t *o = json_array_get(json_object_get(j, "compare"), i);
        for (int q = 0; q < EVALUATE_COMPARED; q++)
            check_paired(&study.compares[i].paired[q], keys[q], o);
        check_areas(&study.compares[i], o);
    }
    for (size_t m = 0; m < METHODS; m++) {
        const json_t *o = json_array_get(json_object_get(j, "methods"), m);
        check_between(&study.methods[m].between[0],
                      json_array_get(json_object_get(o, "between_groups"), 0));
    }
    json_decref(j);
}

/* ---- Holm: the smallest of three times three, the next times two, none below it ----
 */

static void assert_holm(const double p[METHODS], const double holm[METHODS])
{
    for (int i = 0; i < METHODS; i++) {
        double want = 0;
        for (int k = 0; k < METHODS; k++) {
            int above = 0;
            for (int l = 0; l < METHODS; l++)
                above += p[l] >= p[k];
            if (p[k] <= p[i])
                want = fmax(want, fmin(1, above * p[k]));
        }
        assert_near(holm[i], want, 1e-12);
    }
}

static void each_test_is_adjusted_by_itself(void **state)
{
    (void)state;
    double p[2][METHODS], holm[2][METHODS];
    assert_int_equal(study.n_compares, METHODS);
    for (int q = 0; q < EVALUATE_COMPARED; q++) {
        for (int i = 0; i < METHODS; i++) {
            const struct evaluate_paired *d = &study.compares[i].paired[q];
            p[0][i] = d->wilcoxon.p;
            holm[0][i] = d->wilcoxon_holm;
            p[1][i] = d->t.p;
            holm[1][i] = d->t_holm;
        }
        assert_holm(p[0], holm[0]);
        assert_holm(p[1], holm[1]);
    }
    for (int i = 0; i < METHODS; i++) {
        p[0][i] = study.compares[i].auc.p;
        holm[0][i] = study.compares[i].auc_holm;
    }
    assert_holm(p[0], holm[0]);
    for (int i = 0; i < METHODS; i++) {
        const struct evaluate_between *b = &study.methods[i].between[0];
        p[0][i] = b->kruskal.p;
        holm[0][i] = b->kruskal_holm;
        p[1][i] = b->anova.p;
        holm[1][i] = b->anova_holm;
    }
    assert_holm(p[0], holm[0]);
    assert_holm(p[1], holm[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_are_what_they_are_called),
        cmocka_unit_test(patients_are_what_they_are_called),
        cmocka_unit_test(comparisons_are_what_they_are_called),
        cmocka_unit_test(each_test_is_adjusted_by_itself),
    };
    return cmocka_run_group_tests(tests, open_study, close_study);
}
