#include "cli/evaluate_csv.h"

#include <math.h>
#include <string.h>

#include "base/csv.h"
#include "base/file.h"
#include "cli/evaluate_case.h"
#include "cli/evaluate_score.h"

/* A stream that refuses keeps its error flag, and file_writer_commit() reports it with
 * the cause; so the results of the single writes are not looked at here. */

static void put_text(FILE *to, const char *text)
{
    if (!csv_write_text(to, text))
        return; /* the flag of the stream is set */
    fputc(',', to);
}

static void put_number(FILE *to, double v, char end)
{
    if (isfinite(v))
        fprintf(to, "%.6g", v + 0.0); /* no "-0" */
    fputc(end, to);
}

static void put_numbers(const double *v, size_t n, FILE *to)
{
    for (size_t i = 0; i < n; i++)
        put_number(to, v[i], ',');
}

/* ---- patients ---- */

static const struct evaluate_quantity volumes[] = {
    {"blood_pool_ml", "", offsetof(struct lv_measure, blood_pool_ml)},
    {"myocardium_ml", "", offsetof(struct lv_measure, myocardium_ml)},
    {"myocardium_g", "", offsetof(struct lv_measure, myocardium_g)},
    {"scar_ml", "", offsetof(struct lv_measure, scar_ml)},
    {"scar_g", "", offsetof(struct lv_measure, scar_g)},
    {"percent_lge", "", offsetof(struct lv_measure, percent_lge)},
};

/* Scar by its labels. */
static const int parts[] = {EVALUATE_INFARCT, EVALUATE_NO_REFLOW};

static double volume(const struct lv_measure *m, size_t i)
{
    return *(const double *)(const void *)((const char *)m + volumes[i].offset);
}

static void put_patient_header(const struct evaluate_study *s, FILE *to)
{
    fputs("method,id,", to);
    for (size_t i = 0; i < s->by.count; i++)
        put_text(to, s->by.item[i]);
    fputs("status", to);
    for (int r = 0; r < EVALUATE_REGIONS; r++)
        fprintf(to, ",dsc_%s", evaluate_case_regions[r].key);
    for (size_t i = 0; i < ARRAY_LEN(volumes); i++)
        fprintf(to, ",truth_%s,pred_%s", volumes[i].key, volumes[i].key);
    fputs(",truth_large,pred_large", to);
    for (size_t i = 0; i < EVALUATE_SCORES; i++)
        fprintf(to, ",%s", evaluate_scores[i].key);
    fputs(",truth_lesions,pred_lesions,lesions_found", to);
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        const char *k = evaluate_case_regions[parts[i]].key;
        fprintf(to, ",truth_%s_ml,pred_%s_ml", k, k);
    }
    fputc('\n', to);
}

/* A patient's row says what was measured, whatever an empty region shall be worth in
 * the means. */
static const struct evaluate_scoring as_measured = {.empty = EVALUATE_EMPTY_SKIP};

static void put_volume(bool done, const struct evaluate_case *c, int64_t voxels,
                       FILE *to)
{
    fputc(',', to);
    if (done)
        fprintf(to, "%.6g", (double)voxels * c->voxel_ml);
}

static void put_patient(const struct evaluate_study *s, const struct evaluate_case *c,
                        FILE *to)
{
    static const char *const status[] = {"ok", "missing", "failed"};
    const bool done = c->status == EVALUATE_DONE;
    fputs(status[c->status], to);
    fputc(',', to);
    for (int r = 0; r < EVALUATE_REGIONS; r++)
        put_number(to, done ? c->dice[r].dsc : (double)NAN, ',');
    for (size_t i = 0; i < ARRAY_LEN(volumes); i++) {
        put_number(to, done ? volume(&c->truth, i) : (double)NAN, ',');
        put_number(to, done ? volume(&c->pred, i) : (double)NAN, ',');
    }
    if (done && c->truth.has_myocardium)
        fprintf(to, "%d", measure_is_large(c->truth.percent_lge, s->rule));
    fputc(',', to);
    if (done && c->pred.has_myocardium)
        fprintf(to, "%d", measure_is_large(c->pred.percent_lge, s->rule));
    fputc(',', to);
    for (size_t i = 0; i < EVALUATE_SCORES; i++)
        put_number(to, evaluate_score_value(c, i, &as_measured), ',');
    if (done)
        fprintf(to, "%zu,%zu,%zu", c->lesions.truth, c->lesions.pred, c->lesions.tp);
    else
        fputs(",,", to);
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        const struct measure_dice *d = &c->dice[parts[i]];
        put_volume(done, c, d->truth, to);
        put_volume(done, c, d->pred, to);
    }
    fputc('\n', to);
}

bool evaluate_csv_patients(const struct evaluate_study *study, const char *path,
                           struct err *err)
{
    struct file_writer w = {0};
    if (!file_writer_open(path, &w, err))
        return false;
    put_patient_header(study, w.stream);
    for (size_t m = 0; m < study->n_methods; m++)
        for (size_t i = 0; i < study->n_rows; i++) {
            const size_t row = study->rows[i];
            put_text(w.stream, study->methods[m].name);
            put_text(w.stream, cohort_get(&study->cohort, row, "id"));
            for (size_t b = 0; b < study->by.count; b++)
                put_text(w.stream, cohort_get(&study->cohort, row, study->by.item[b]));
            put_patient(study, &study->methods[m].cases[i], w.stream);
        }
    const bool ok = file_writer_commit(&w, err);
    file_writer_abort(&w);
    return ok;
}

/* ---- groups ---- */

static const char *const rates[] = {"accuracy", "sensitivity", "specificity"};

/* What else is known of a quantity, in the order of its columns. */
#define OF(member) offsetof(struct evaluate_pair, member)
struct agreement_column {
    const char *key;
    size_t offset;
};
static const struct agreement_column agreement[] = {
    {"rho", OF(spearman.rho)},
    {"rho_lo", OF(spearman.ci.lo)},
    {"rho_hi", OF(spearman.ci.hi)},
    {"rho_p", OF(spearman.p)},
    {"icc21", OF(icc.icc21.icc)},
    {"icc21_lo", OF(icc.icc21.ci.lo)},
    {"icc21_hi", OF(icc.icc21.ci.hi)},
    {"icc31", OF(icc.icc31.icc)},
    {"icc31_lo", OF(icc.icc31.ci.lo)},
    {"icc31_hi", OF(icc.icc31.ci.hi)},
    {"ccc_lo", OF(ccc.ci.lo)},
    {"ccc_hi", OF(ccc.ci.hi)},
    {"within_sd", OF(within.sd)},
    {"cv_percent", OF(within.cv_percent)},
    {"trend_slope", OF(bland_altman.trend.slope)},
    {"trend_lo", OF(bland_altman.trend.ci_slope.lo)},
    {"trend_hi", OF(bland_altman.trend.ci_slope.hi)},
    {"trend_p", OF(bland_altman.trend.p)},
    {"pb_slope", OF(passing_bablok.slope)},
    {"pb_slope_lo", OF(passing_bablok.ci_slope.lo)},
    {"pb_slope_hi", OF(passing_bablok.ci_slope.hi)},
    {"pb_intercept", OF(passing_bablok.intercept)},
    {"pb_intercept_lo", OF(passing_bablok.ci_intercept.lo)},
    {"pb_intercept_hi", OF(passing_bablok.ci_intercept.hi)},
    {"deming_slope", OF(deming.slope)},
    {"deming_slope_lo", OF(deming.ci_slope.lo)},
    {"deming_slope_hi", OF(deming.ci_slope.hi)},
    {"deming_intercept", OF(deming.intercept)},
    {"deming_intercept_lo", OF(deming.ci_intercept.lo)},
    {"deming_intercept_hi", OF(deming.ci_intercept.hi)},
};

/* The same, later: new columns come last. */
static const struct agreement_column following[] = {
    {"trend_robust_lo", OF(bland_altman.trend_robust.ci.lo)},
    {"trend_robust_hi", OF(bland_altman.trend_robust.ci.hi)},
    {"trend_robust_p", OF(bland_altman.trend_robust.p)},
    {"scatter_slope", OF(bland_altman.scatter.slope)},
    {"scatter_lo", OF(bland_altman.scatter.ci_slope.lo)},
    {"scatter_hi", OF(bland_altman.scatter.ci_slope.hi)},
    {"scatter_p", OF(bland_altman.scatter.p)},
    {"bias_at_0", OF(bland_altman.bias_at.intercept)},
    {"bias_at_slope", OF(bland_altman.bias_at.slope)},
    {"sd_at_0", OF(bland_altman.sd_at.intercept)},
    {"sd_at_slope", OF(bland_altman.sd_at.slope)},
    {"r_bootstrap_lo", OF(bootstrap.r.lo)},
    {"r_bootstrap_hi", OF(bootstrap.r.hi)},
    {"rho_bootstrap_lo", OF(bootstrap.rho.lo)},
    {"rho_bootstrap_hi", OF(bootstrap.rho.hi)},
    {"ccc_bootstrap_lo", OF(bootstrap.ccc.lo)},
    {"ccc_bootstrap_hi", OF(bootstrap.ccc.hi)},
    {"icc21_bootstrap_lo", OF(bootstrap.icc21.lo)},
    {"icc21_bootstrap_hi", OF(bootstrap.icc21.hi)},
};

static void put_group_header(FILE *to)
{
    fputs("method,by,group,n,n_missing,n_failed", to);
    for (int r = 0; r < EVALUATE_REGIONS; r++) {
        const char *k = evaluate_case_regions[r].key;
        fprintf(to,
                ",dsc_%s_n,dsc_%s_mean,dsc_%s_sd,dsc_%s_median,dsc_%s_n_both_empty,"
                "dsc_%s_n_truth_empty,dsc_%s_n_pred_empty,dsc_%s_mean_empty_1",
                k, k, k, k, k, k, k, k);
    }
    for (int q = 0; q < EVALUATE_PAIRS; q++) {
        const char *k = evaluate_case_quantities[q].key;
        fprintf(to,
                ",%s_n,%s_truth_mean,%s_pred_mean,%s_r,%s_r_lo,%s_r_hi,%s_bias,%s_sd,"
                "%s_limit_lo,%s_limit_hi,%s_r_p,%s_bias_lo,%s_bias_hi,%s_ccc",
                k, k, k, k, k, k, k, k, k, k, k, k, k, k);
    }
    fputs(",large_tp,large_fp,large_fn,large_tn", to);
    for (size_t i = 0; i < ARRAY_LEN(rates); i++) {
        const char *k = rates[i];
        fprintf(to,
                ",large_%s,large_%s_lo,large_%s_hi,large_%s_exact_lo,large_%s_exact_hi",
                k, k, k, k, k);
    }
    fputs(",no_scar_n,no_scar_n_false,no_scar_percent_mean,no_scar_percent_max", to);
    for (size_t i = 0; i < EVALUATE_SCORES; i++) {
        const char *k = evaluate_scores[i].key;
        fprintf(to, ",%s_n,%s_mean,%s_lo,%s_hi,%s_sd,%s_median", k, k, k, k, k, k);
    }
    for (int q = 0; q < EVALUATE_PAIRS; q++) {
        const char *k = evaluate_case_quantities[q].key;
        for (size_t i = 0; i < ARRAY_LEN(agreement); i++)
            fprintf(to, ",%s_%s", k, agreement[i].key);
    }
    for (int r = 0; r < EVALUATE_REGIONS; r++) {
        const char *k = evaluate_case_regions[r].key;
        fprintf(to, ",dsc_%s_lo,dsc_%s_hi", k, k);
    }
    fputs(",lesions_truth,lesions_pred,lesions_found,lesions_f1,large_kappa,"
          "large_kappa_lo,large_kappa_hi,large_auc,large_auc_lo,large_auc_hi",
          to);
    for (int q = 0; q < EVALUATE_PAIRS; q++)
        for (size_t i = 0; i < ARRAY_LEN(following); i++)
            fprintf(to, ",%s_%s", evaluate_case_quantities[q].key, following[i].key);
    fputc('\n', to);
}

static void put_dice(const struct evaluate_dice *d, FILE *to)
{
    fprintf(to, "%zu,", d->dsc.n);
    put_number(to, d->dsc.mean, ',');
    put_number(to, d->dsc.sd, ',');
    put_number(to, d->dsc.median, ',');
    fprintf(to, "%zu,%zu,%zu,", d->n_both_empty, d->n_truth_empty, d->n_pred_empty);
    put_number(to, d->mean_empty_1, ',');
}

static void put_pair(const struct evaluate_pair *p, FILE *to)
{
    const struct stat_bland_altman *b = &p->bland_altman;
    const double v[] = {p->truth.mean,
                        p->pred.mean,
                        p->pearson.r,
                        p->pearson.ci.lo,
                        p->pearson.ci.hi,
                        b->bias,
                        b->sd,
                        b->lo,
                        b->hi,
                        p->pearson.p,
                        b->ci_bias.lo,
                        b->ci_bias.hi,
                        p->ccc.c};
    fprintf(to, "%zu,", p->pearson.n);
    put_numbers(v, ARRAY_LEN(v), to);
}

static void put_score(const struct evaluate_scored *s, FILE *to)
{
    const double v[] = {s->of.mean, s->mean_ci.lo, s->mean_ci.hi, s->of.sd,
                        s->of.median};
    fprintf(to, "%zu,", s->of.n);
    put_numbers(v, ARRAY_LEN(v), to);
}

static double value_of(const struct evaluate_pair *p,
                       const struct agreement_column *column)
{
    double v = NAN;
    memcpy(&v, (const char *)p + column->offset, sizeof v);
    return v;
}

static void put_agreement(const struct evaluate_pair *p, FILE *to)
{
    for (size_t i = 0; i < ARRAY_LEN(agreement); i++)
        put_number(to, value_of(p, &agreement[i]), ',');
}

/* The last columns, and the end of the row. */
static void put_following(const struct evaluate_group *g, FILE *to)
{
    const size_t columns = ARRAY_LEN(following), all = EVALUATE_PAIRS * columns;
    for (size_t i = 0; i < all; i++)
        put_number(to, value_of(&g->pair[i / columns], &following[i % columns]),
                   i + 1 < all ? ',' : '\n');
}

static void put_group(const struct evaluate_group *g, FILE *to)
{
    const struct evaluate_rate *const rate[ARRAY_LEN(rates)] = {
        &g->accuracy, &g->sensitivity, &g->specificity};
    fprintf(to, "%zu,%zu,%zu,", g->n, g->n_missing, g->n_failed);
    for (int r = 0; r < EVALUATE_REGIONS; r++)
        put_dice(&g->dice[r], to);
    for (int q = 0; q < EVALUATE_PAIRS; q++)
        put_pair(&g->pair[q], to);
    fprintf(to, "%zu,%zu,%zu,%zu,", g->large.tp, g->large.fp, g->large.fn, g->large.tn);
    for (size_t i = 0; i < ARRAY_LEN(rate); i++) {
        const double r[] = {rate[i]->p.p, rate[i]->p.ci.lo, rate[i]->p.ci.hi,
                            rate[i]->exact.lo, rate[i]->exact.hi};
        put_numbers(r, ARRAY_LEN(r), to);
    }
    fprintf(to, "%zu,%zu,", g->n_no_scar, g->n_false);
    put_number(to, g->false_percent.mean, ',');
    put_number(to, g->false_percent.max, ',');
    for (size_t i = 0; i < EVALUATE_SCORES; i++)
        put_score(&g->score[i], to);
    for (int q = 0; q < EVALUATE_PAIRS; q++)
        put_agreement(&g->pair[q], to);
    for (int r = 0; r < EVALUATE_REGIONS; r++) {
        put_number(to, g->dice[r].mean_ci.lo, ',');
        put_number(to, g->dice[r].mean_ci.hi, ',');
    }
    fprintf(to, "%zu,%zu,%zu,", g->lesions.truth, g->lesions.pred, g->lesions.tp);
    const double v[] = {g->lesions.f1, g->kappa.kappa, g->kappa.ci.lo, g->kappa.ci.hi,
                        g->auc.auc,    g->auc.ci.lo,   g->auc.ci.hi};
    put_numbers(v, ARRAY_LEN(v), to);
    put_following(g, to);
}

bool evaluate_csv_groups(const struct evaluate_study *study, const char *path,
                         struct err *err)
{
    struct file_writer w = {0};
    if (!file_writer_open(path, &w, err))
        return false;
    put_group_header(w.stream);
    for (size_t m = 0; m < study->n_methods; m++)
        for (size_t k = 0; k < study->n_keys; k++) {
            const struct evaluate_key *key = &study->keys[k];
            put_text(w.stream, study->methods[m].name);
            put_text(w.stream, key->by ? key->by : "");
            put_text(w.stream, key->value);
            put_group(&study->methods[m].groups[k], w.stream);
        }
    const bool ok = file_writer_commit(&w, err);
    file_writer_abort(&w);
    return ok;
}
