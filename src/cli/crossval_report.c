#include "cli/crossval_report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/version.h"
#include "cli/evaluate_case.h"
#include "cli/evaluate_cells.h"
#include "cli/evaluate_compare.h"
#include "cli/evaluate_score.h"

/* Patients in the table of those who came out worst. */
enum { WORST = 10 };

/* ---- who and how ---- */

static void put_text_line(FILE *to, const char *what, const char *text)
{
    fprintf(to, "* %s: `", what);
    evaluate_cell_text(to, text);
    fputs("`\n", to);
}

/* Where the models come from. */
static void put_training(const struct crossval *cv, const char *watched, FILE *to)
{
    const struct train_choice *c = &cv->choice;
    put_text_line(to, "options of the training", cv->line);
    if (c->also) {
        put_text_line(to, "patients drawn from besides, never held out", c->also);
        fprintf(to, "    * %.3g %% of the samples of an epoch\n",
                100.0 * c->also_share);
    }
    if (c->train.from) {
        put_text_line(to, "the training started from", c->train.from);
        if (!strstr(c->train.from, CROSSVAL_FOLD_MARK))
            fputs("    * one model for all folds: whether it had seen these patients "
                  "is for its card to say\n",
                  to);
    }
    fprintf(to, "* validation in the logs: %s; nothing was chosen by it\n", watched);
}

static void put_ensemble(const struct crossval *cv, FILE *to)
{
    put_text_line(to, "ensembles, nothing was trained", cv->line);
    if (cv->ensemble.tune_on)
        put_text_line(to, "sizes of scar fitted, fold by fold, on others",
                      cv->ensemble.tune_on);
    for (size_t i = 0; i < cv->ensemble.dirs.count; i++)
        put_text_line(to, "each fold's model takes that of the same fold of",
                      cv->ensemble.dirs.item[i]);
}

static void put_head(const struct crossval *cv, const struct crossval_result *r,
                     const char *watched, FILE *to)
{
    fprintf(to,
            "# Cross-validation in %d folds\n\n"
            "Each of %zu patients was segmented by a network that had learned from the "
            "other folds alone.\nWritten by `cicatrix crossval` %s; research software, "
            "not a medical device.\n\n",
            r->folds, r->study.n_rows, version_number());
    put_text_line(to, "patients", cv->table);
    fprintf(to, "* folds: %s\n",
            cv->folds.given ? "column `fold` of that table"
                            : "dealt by the patients' names, stratified by the column "
                              "`group` where there is one");
    if (cv->ensemble.dirs.count > 0)
        put_ensemble(cv, to);
    else
        put_training(cv, watched, to);
}

/* ---- EMIDEC's metrics and ours ---- */

static void put_class(const struct crossval_result *r, size_t method, int region,
                      FILE *to)
{
    const struct crossval_class *c = &r->method[method].of[region];
    const struct evaluate_group *g = &r->study.methods[method].groups[0];
    const struct evaluate_dice *d = &g->dice[region];
    char hd95[48];
    (void)snprintf(hd95, sizeof hd95, "hd95_%s", evaluate_case_regions[region].key);
    const struct evaluate_scored *h = &g->score[evaluate_score_find(hd95)];
    fprintf(to, "| %s | %s |", r->study.methods[method].name,
            evaluate_case_regions[region].name);
    evaluate_cell_ci(to, 3, c->official.dsc.mean, &c->official.mean_ci);
    evaluate_cell_ci(to, 3, d->dsc.mean, &d->mean_ci);
    fprintf(to, " %zu | %zu | %zu |", d->dsc.n, d->n_both_empty,
            d->n_truth_empty + d->n_pred_empty);
    evaluate_cell_ci(to, 1, h->of.mean, &h->mean_ci);
    evaluate_cell_ci(to, 2, c->error_ml.of.mean, &c->error_ml.mean_ci);
    evaluate_cell_ci(to, 2, c->error_share.of.mean, &c->error_share.mean_ci);
    fputc('\n', to);
}

static void put_classes(const struct crossval_result *r, FILE *to)
{
    static const int order[] = {EVALUATE_MYOCARDIUM, EVALUATE_INFARCT,
                                EVALUATE_NO_REFLOW, EVALUATE_SCAR, EVALUATE_BLOOD_POOL};
    fputs("\n## Every class, as EMIDEC counts and as we count\n\n"
          "EMIDEC's evaluation takes label 3 alone as infarct, label 4 as no-reflow, "
          "2, 3 and 4 as myocardium, computes DSC in 3D, and counts 1 where a region "
          "is empty in both maps. Ours takes 3 and 4 together as scar and leaves such "
          "patients out, counted; empty in one map is 0 for both. Means over patients "
          "with 95 % intervals (bootstrap of patients). HD95 in mm, with slices, of "
          "the patients who have the region in both maps; errors are |prediction - "
          "truth|.\n\n"
          "| method | region | DSC, both empty = 1 (EMIDEC) | DSC, both empty left out "
          "| n | both empty | one empty | HD95, mm | error, mL | error, % of true "
          "myocardium |\n|---|---|---|---|---|---|---|---|---|---|\n",
          to);
    for (size_t m = 0; m < r->methods; m++)
        for (size_t i = 0; i < ARRAY_LEN(order); i++)
            put_class(r, m, order[i], to);
}

static void put_burden(const struct crossval_result *r, FILE *to)
{
    fputs(
        "\n## Volumes and %LGE\n\n"
        "Intervals of r and concordance are Fisher's and Lin's, which take volumes as "
        "normal; `report.md` has the bootstrap's, and limits of agreement that follow "
        "the mean where they depend on it.\n\n"
        "| method | | n | truth, mean | prediction, mean | r (95 %) | concordance "
        "(95 %) | bias (95 %) | limits of agreement |\n"
        "|---|---|---|---|---|---|---|---|---|\n",
        to);
    for (size_t m = 0; m < r->methods; m++)
        for (int q = 0; q < EVALUATE_PAIRS; q++) {
            const struct evaluate_method *method = &r->study.methods[m];
            const struct evaluate_pair *p = &method->groups[0].pair[q];
            const struct stat_bland_altman *b = &p->bland_altman;
            fprintf(to, "| %s | %s | %zu |", method->name,
                    evaluate_case_quantities[q].name, p->pearson.n);
            evaluate_cell(to, 2, p->truth.mean);
            evaluate_cell(to, 2, p->pred.mean);
            evaluate_cell_ci(to, 3, p->pearson.r, &p->pearson.ci);
            evaluate_cell_ci(to, 3, p->ccc.c, &p->ccc.ci);
            evaluate_cell_ci(to, 2, b->bias, &b->ci_bias);
            if (isfinite(b->lo))
                fprintf(to, " %.2f to %.2f |\n", evaluate_cell_value(2, b->lo),
                        evaluate_cell_value(2, b->hi));
            else
                fputs(" undefined |\n", to);
        }
    for (size_t m = 0; m < r->methods; m++) {
        const struct evaluate_method *method = &r->study.methods[m];
        const struct evaluate_group *g = &method->groups[0];
        fprintf(to,
                "\n%s: %%LGE %s right in %zu of %zu patients. Without scar in truth: "
                "%zu patients, scar predicted in %zu.\n",
                method->name, measure_rule_text(r->study.rule), g->accuracy.p.k,
                g->accuracy.p.n, g->n_no_scar, g->n_false);
    }
}

/* ---- folds ---- */

static void put_folds(const struct crossval_result *r, FILE *to)
{
    fputs("\n## Folds\n\nLeft out: copies (painted, warped) of patients held out, and "
          "rows of their names.\n\n"
          "| fold | learned from | drawn from | left out | watched | held out | DSC "
          "myocardium | DSC scar | DSC infarct | DSC no-reflow | r of %LGE | model, "
          "SHA-256 |\n|---|---|---|---|---|---|---|---|---|---|---|---|\n",
          to);
    for (int fold = 0; fold < r->folds; fold++) {
        static const int shown[] = {EVALUATE_MYOCARDIUM, EVALUATE_SCAR,
                                    EVALUATE_INFARCT, EVALUATE_NO_REFLOW};
        const struct crossval_fact *f = &r->fact[fold];
        const struct evaluate_group *g = &r->method[0].fold[fold];
        if (f->learned > 0)
            fprintf(to, "| %d | %zu | %zu | %zu | %zu | %zu |", fold, f->learned,
                    f->drawn, f->struck, f->watched, f->held);
        else /* an ensemble: nothing was trained */
            fprintf(to, "| %d | - | - | - | - | %zu |", fold, f->held);
        for (size_t i = 0; i < ARRAY_LEN(shown); i++)
            evaluate_cell(to, 3, g->dice[shown[i]].dsc.mean);
        evaluate_cell(to, 3, g->pair[EVALUATE_PERCENT_LGE].pearson.r);
        fprintf(to, " %.16s |\n", f->sha256);
    }
}

/* ---- methods ---- */

static void put_compares(const struct crossval_result *r, FILE *to)
{
    const struct evaluate_study *s = &r->study;
    if (s->n_compares == 0)
        return;
    fputs("\n## On the same folds\n\nPatient by patient, empty in both maps left out. "
          "Only a, only b: patients who have the quantity with one of the two alone "
          "and are "
          "left out as well; for DSC and F1 of scar, without scar in truth, the other "
          "rightly drew none. Holm over the pairs of methods, for each row and test "
          "apart.\n\n"
          "| a | b | | n | only a | only b | mean a | mean b | a - b (95 %) | P, t | "
          "Holm | P, Wilcoxon | Holm |\n"
          "|---|---|---|---|---|---|---|---|---|---|---|---|---|\n",
          to);
    for (size_t i = 0; i < s->n_compares; i++)
        for (int q = 0; q < EVALUATE_COMPARED; q++) {
            const struct evaluate_compare *c = &s->compares[i];
            const struct evaluate_paired *p = &c->paired[q];
            fprintf(to, "| %s | %s | ", s->methods[c->a].name, s->methods[c->b].name);
            evaluate_cell_text(to, evaluate_compare_name((enum evaluate_compared)q));
            fprintf(to, " | %zu | %zu | %zu |", p->t.n, p->n_only_a, p->n_only_b);
            evaluate_cell(to, 3, p->mean_a);
            evaluate_cell(to, 3, p->mean_b);
            evaluate_cell_ci(to, 3, p->t.mean, &p->t.ci);
            evaluate_cell_p(to, p->t.p);
            evaluate_cell_p(to, p->t_holm);
            evaluate_cell_p(to, p->wilcoxon.p);
            evaluate_cell_p(to, p->wilcoxon_holm);
            fputc('\n', to);
        }
}

/* ---- those who came out worst ---- */

struct ranked {
    double dsc;
    size_t index;
};

static int by_dsc(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->dsc != y->dsc)
        return x->dsc < y->dsc ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

static void put_patient(const struct crossval *cv, const struct evaluate_study *s,
                        size_t index, FILE *to)
{
    const struct evaluate_case *c = &s->methods[0].cases[index];
    const size_t row = s->rows[index];
    fprintf(to, "| %s | %d |", cohort_get(&cv->cohort, row, "id"), cv->folds.of[row]);
    evaluate_cell(to, 3, c->dice[EVALUATE_SCAR].dsc);
    evaluate_cell(to, 1, c->surface[EVALUATE_SCAR].hd95_mm);
    evaluate_cell(to, 3, c->dice[EVALUATE_MYOCARDIUM].dsc);
    evaluate_cell(to, 1, c->truth.scar_ml);
    evaluate_cell(to, 1, c->pred.scar_ml);
    evaluate_cell(to, 1, c->truth.percent_lge);
    evaluate_cell(to, 1, c->pred.percent_lge);
    fputc('\n', to);
}

static bool put_worst(const struct crossval *cv, const struct evaluate_study *s,
                      FILE *to, struct err *err)
{
    size_t n = 0;
    struct ranked *order = mem_alloc(s->n_rows, sizeof *order, err);
    if (!order)
        return false;
    for (size_t i = 0; i < s->n_rows; i++) {
        const double dsc = s->methods[0].cases[i].dice[EVALUATE_SCAR].dsc;
        if (isfinite(dsc))
            order[n++] = (struct ranked){dsc, i};
    }
    if (n > 1)
        qsort(order, n, sizeof *order, by_dsc);
    fprintf(to,
            "\n## Lowest DSC of scar: %s\n\n"
            "| patient | fold | DSC scar | HD95 scar, mm | DSC myocardium | scar, mL, "
            "truth | prediction | %%LGE, truth | prediction |\n"
            "|---|---|---|---|---|---|---|---|---|\n",
            s->methods[0].name);
    for (size_t i = 0; i < n && i < WORST; i++)
        put_patient(cv, s, order[i].index, to);
    mem_free(order);
    return true;
}

/* ---- all ---- */

/* A figure, if it could be drawn. */
static void put_figure(const struct crossval *cv, const char *method, const char *what,
                       const char *caption, FILE *to)
{
    char name[WORK_PATH], path[WORK_PATH];
    const int n = snprintf(name, sizeof name, "figures/%s%s%s.svg", method,
                           method[0] ? "-" : "", what);
    if (n > 0 && (size_t)n < sizeof name &&
        work_dir_join(cv->report, name, path, NULL) && file_exists(path))
        fprintf(to, "\n![%s%s%s](%s)\n", caption, method[0] ? ", " : "", method, name);
}

static void put_files(const struct crossval *cv, const struct evaluate_study *s,
                      bool curves, FILE *to)
{
    fputs("\n## Figures\n", to);
    if (curves)
        put_figure(cv, "", "learning-curves", "Learning curves", to);
    for (size_t m = 0; m < s->n_methods; m++) {
        put_figure(cv, s->methods[m].name, "agreement",
                   "Scar volume and %LGE; finely dashed limits follow the mean, where "
                   "bias or scatter depends on it (P < .05)",
                   to);
        put_figure(cv, s->methods[m].name, "dsc", "DSC of scar", to);
    }
    put_figure(cv, "", "roc", "Large burden: ROC curves", to);
    if (s->n_methods > 1)
        put_figure(cv, "", "methods", "DSC of scar of all methods", to);
    fputs("\n## Files\n\n"
          "* `per-patient.csv`: every patient and class: DSC, HD95, volumes, %LGE, "
          "lesions\n"
          "* `per-group.csv`, `report.md`, `summary.json`: all statistics, as "
          "`cicatrix evaluate` writes them\n"
          "* `crossval.json`: the numbers of this page\n",
          to);
}

bool crossval_report_write(const struct crossval *cv, const struct crossval_result *r,
                           const char *watched, bool curves, const char *path,
                           struct err *err)
{
    struct file_writer w = {0};
    if (!file_writer_open(path, &w, err))
        return false;
    put_head(cv, r, watched, w.stream);
    put_classes(r, w.stream);
    put_burden(r, w.stream);
    put_folds(r, w.stream);
    put_compares(r, w.stream);
    bool ok = put_worst(cv, &r->study, w.stream, err);
    put_files(cv, &r->study, curves, w.stream);
    ok = ok && file_writer_commit(&w, err);
    file_writer_abort(&w);
    return ok;
}
