#include "cli/evaluate_csv.h"

#include <math.h>

#include "base/csv.h"
#include "base/file.h"
#include "cli/evaluate_case.h"

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

/* ---- patients ---- */

static const struct evaluate_quantity volumes[] = {
    {"blood_pool_ml", "", offsetof(struct lv_measure, blood_pool_ml)},
    {"myocardium_ml", "", offsetof(struct lv_measure, myocardium_ml)},
    {"myocardium_g", "", offsetof(struct lv_measure, myocardium_g)},
    {"scar_ml", "", offsetof(struct lv_measure, scar_ml)},
    {"scar_g", "", offsetof(struct lv_measure, scar_g)},
    {"percent_lge", "", offsetof(struct lv_measure, percent_lge)},
};

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
    fputs(",truth_large,pred_large\n", to);
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
    fputs(",no_scar_n,no_scar_n_false,no_scar_percent_mean,no_scar_percent_max\n", to);
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
    for (size_t i = 0; i < ARRAY_LEN(v); i++)
        put_number(to, v[i], ',');
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
        put_number(to, rate[i]->p.p, ',');
        put_number(to, rate[i]->p.ci.lo, ',');
        put_number(to, rate[i]->p.ci.hi, ',');
        put_number(to, rate[i]->exact.lo, ',');
        put_number(to, rate[i]->exact.hi, ',');
    }
    fprintf(to, "%zu,%zu,", g->n_no_scar, g->n_false);
    put_number(to, g->false_percent.mean, ',');
    put_number(to, g->false_percent.max, '\n');
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
