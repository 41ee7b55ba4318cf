#include "cli/evaluate_report.h"

#include <math.h>
#include <string.h>

#include "base/file.h"
#include "base/version.h"
#include "cli/evaluate_case.h"
#include "cli/evaluate_cells.h"
#include "cli/evaluate_compare.h"
#include "cli/evaluate_group.h"
#include "cli/evaluate_score.h"

/* A stream that refuses keeps its error flag; file_writer_commit() reports it. */

/* ---- who and how ---- */

static void put_ids(const struct evaluate_study *s, const struct evaluate_method *m,
                    enum evaluate_status status, const char *what, FILE *to)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n_rows; i++) {
        if (m->cases[i].status != status)
            continue;
        fputs(n++ == 0 ? what : ", ", to);
        evaluate_cell_text(to, cohort_get(&s->cohort, s->rows[i], "id"));
    }
    if (n > 0)
        fprintf(to, " (%zu)\n", n);
}

static void put_patients(const struct evaluate_study *s, FILE *to)
{
    fputs("# Agreement with a reading\n\n* truth: column `", to);
    evaluate_cell_text(to, s->label);
    fputs("` of `", to);
    evaluate_cell_text(to, s->truth);
    fprintf(to, "`\n* patients to be compared: %zu", s->n_rows);
    if (s->split) {
        fputs(" (split ", to);
        evaluate_cell_text(to, s->split);
        fputc(')', to);
    }
    fprintf(to, "; without a truth: %zu; of other splits or in no fold: %zu\n",
            s->n_unlabelled, s->n_other_split);
    for (size_t i = 0; i < s->n_methods; i++) {
        const struct evaluate_method *m = &s->methods[i];
        fprintf(to, "* **%s**: %s `", m->name, m->column ? "column" : "folder");
        evaluate_cell_text(to, m->column ? m->column : m->dir);
        fprintf(to, "`, %zu patients evaluated\n", m->groups[0].n);
        put_ids(s, m, EVALUATE_MISSING, "    * missing: ", to);
        put_ids(s, m, EVALUATE_FAILED, "    * failed: ", to);
    }
    fprintf(to, "* program: cicatrix %s\n", version_number());
}

static void put_rules(const struct evaluate_study *s, FILE *to)
{
    const struct evaluate_scoring *r = &s->scoring;
    const char *empty = r->empty == EVALUATE_EMPTY_SKIP  ? "is left out"
                        : r->empty == EVALUATE_EMPTY_ONE ? "counts as 1"
                                                         : "counts as 0";
    fprintf(
        to,
        "\n## Rules\n\n"
        "* Scar is labels 3 and 4, myocardium 2, 3 and 4; %%LGE = 100 scar / "
        "myocardium; a large burden is %%LGE %s.\n"
        "* Overlap (DSC, IoU, NSD, F1): a region empty in both maps %s; empty in "
        "one map it counts as 0.\n"
        "* Distance (HD, HD95, ASSD), in mm, slices included: between the faces of "
        "the voxels, by area; with an empty map %s.\n"
        "* NSD: share of both surfaces within %.3g mm of the other.\n"
        "* Lesions: pieces of scar of %.3g mL or more (26 neighbours), paired one "
        "to one, greedily, from an IoU of %.3g on.\n"
        "* Errors are |prediction - truth|; Bland-Altman differences are prediction "
        "- truth; lines are prediction over truth.\n"
        "* 95 %% intervals in parentheses: bootstrap of patients (%d, seeded) for "
        "means, Student's t for bias and a - b, Carkeet for limits of agreement, "
        "Fisher for r, Bonett-Wright for rho, Lin for concordance, F for ICC, "
        "chi-squared for the within-subject SD, jackknife for Deming's line, Wilson "
        "for shares, Fleiss-Cohen-Everitt for kappa, DeLong for areas under ROC "
        "curves.\n"
        "* Those of Fisher, Lin and F take the values as normal, and are far too "
        "narrow "
        "where many patients have no scar and few have much: read the bootstrap's "
        "beside them.\n"
        "* ICC(2,1): absolute agreement, ICC(3,1): consistency, single "
        "measurements.\n"
        "* Slopes of the difference and of its scatter are over the mean of both; that "
        "of the difference with HC4, which lets the scatter depend on the mean; "
        "scatter "
        "is what that line leaves, without sign (Glejser's test).\n",
        measure_rule_text(s->rule), empty,
        r->far ? "the grid's diagonal, with two 0" : "there is none", r->tolerance_mm,
        r->lesions.min_ml, r->lesions.min_iou, (int)EVALUATE_RESAMPLES);
}

/* ---- one method ---- */

static void put_spread(FILE *to, int digits, const struct stat_summary *s,
                       const struct stat_interval *ci)
{
    fprintf(to, " %zu |", s->n);
    evaluate_cell_ci(to, digits, s->mean, ci);
    evaluate_cell(to, digits, s->sd);
    if (s->n > 0)
        fprintf(to, " %.*f (%.*f to %.*f) |", digits, s->median, digits, s->q1, digits,
                s->q3);
    else
        fputs(" undefined |", to);
}

static void put_scores(const struct evaluate_group *g, FILE *to)
{
    fputs("\n| | n | mean (95 %) | SD | median (quartiles) | empty in both | in one |\n"
          "|---|---|---|---|---|---|---|\n",
          to);
    for (int r = 0; r < EVALUATE_REGIONS; r++) {
        const struct evaluate_dice *d = &g->dice[r];
        fprintf(to, "| DSC %s |", evaluate_case_regions[r].name);
        put_spread(to, 3, &d->dsc, &d->mean_ci);
        fprintf(to, " %zu | %zu |\n", d->n_both_empty,
                d->n_truth_empty + d->n_pred_empty);
    }
    for (size_t i = 0; i < EVALUATE_SCORES; i++) {
        const struct evaluate_score *what = &evaluate_scores[i];
        const struct evaluate_scored *s = &g->score[i];
        fprintf(to, "| %s%s%s |", what->name, what->unit[0] ? ", " : "", what->unit);
        put_spread(to, what->unit[0] ? 2 : 3, &s->of, &s->mean_ci);
        fprintf(to, " %zu | %zu |\n", s->n_both_empty, s->n_one_empty);
    }
    const struct evaluate_lesions *l = &g->lesions;
    fprintf(to,
            "\nLesions of all patients: %zu in truth, %zu predicted, %zu found "
            "(missed %zu, false %zu).\n",
            l->truth, l->pred, l->tp, l->truth - l->tp, l->pred - l->tp);
}

/* The table of agreement: a row is a number of each quantity. */
enum { P_VALUE = -1, NO_INTERVAL = -1 };
#define OF(member) ((int)offsetof(struct evaluate_pair, member))

static const struct {
    const char *name;
    int digits;   /* or P_VALUE */
    int value;    /* where in struct evaluate_pair */
    int interval; /* or NO_INTERVAL */
} agreement[] = {
    {"mean, truth", 2, OF(truth.mean), NO_INTERVAL},
    {"mean, prediction", 2, OF(pred.mean), NO_INTERVAL},
    {"Pearson r", 3, OF(pearson.r), OF(pearson.ci)},
    {"Pearson r, bootstrap", 3, OF(pearson.r), OF(bootstrap.r)},
    {"P of r", P_VALUE, OF(pearson.p), NO_INTERVAL},
    {"Spearman rho", 3, OF(spearman.rho), OF(spearman.ci)},
    {"Spearman rho, bootstrap", 3, OF(spearman.rho), OF(bootstrap.rho)},
    {"Lin's concordance", 3, OF(ccc.c), OF(ccc.ci)},
    {"Lin's concordance, bootstrap", 3, OF(ccc.c), OF(bootstrap.ccc)},
    {"ICC(2,1)", 3, OF(icc.icc21.icc), OF(icc.icc21.ci)},
    {"ICC(2,1), bootstrap", 3, OF(icc.icc21.icc), OF(bootstrap.icc21)},
    {"ICC(3,1)", 3, OF(icc.icc31.icc), OF(icc.icc31.ci)},
    {"bias", 2, OF(bland_altman.bias), OF(bland_altman.ci_bias)},
    {"lower limit of agreement", 2, OF(bland_altman.lo), OF(bland_altman.ci_lo)},
    {"upper limit of agreement", 2, OF(bland_altman.hi), OF(bland_altman.ci_hi)},
    {"slope of the difference", 3, OF(bland_altman.trend.slope),
     OF(bland_altman.trend_robust.ci)},
    {"P of that slope", P_VALUE, OF(bland_altman.trend_robust.p), NO_INTERVAL},
    {"slope of its scatter", 3, OF(bland_altman.scatter.slope),
     OF(bland_altman.scatter.ci_slope)},
    {"P of the scatter's slope", P_VALUE, OF(bland_altman.scatter.p), NO_INTERVAL},
    {"within-subject SD", 2, OF(within.sd), OF(within.ci)},
    {"coefficient of variation, %", 1, OF(within.cv_percent), NO_INTERVAL},
    {"Passing-Bablok slope", 3, OF(passing_bablok.slope), OF(passing_bablok.ci_slope)},
    {"Passing-Bablok intercept", 2, OF(passing_bablok.intercept),
     OF(passing_bablok.ci_intercept)},
    {"Deming slope", 3, OF(deming.slope), OF(deming.ci_slope)},
    {"Deming intercept", 2, OF(deming.intercept), OF(deming.ci_intercept)},
};

static void put_agreement_of(const struct evaluate_pair *p, size_t i, FILE *to)
{
    double v = NAN;
    struct stat_interval ci = {NAN, NAN, ""};
    memcpy(&v, (const char *)p + agreement[i].value, sizeof v);
    if (agreement[i].interval != NO_INTERVAL)
        memcpy(&ci, (const char *)p + agreement[i].interval, sizeof ci);
    if (agreement[i].digits == P_VALUE)
        evaluate_cell_p(to, v);
    else
        evaluate_cell_ci(to, agreement[i].digits, v, &ci);
}

static void put_agreement(const struct evaluate_group *g, FILE *to)
{
    fputs("\n| |", to);
    for (int q = 0; q < EVALUATE_PAIRS; q++)
        fprintf(to, " %s |", evaluate_case_quantities[q].name);
    fputs("\n|---|---|---|---|\n| n |", to);
    for (int q = 0; q < EVALUATE_PAIRS; q++)
        fprintf(to, " %zu |", g->pair[q].pearson.n);
    fputc('\n', to);
    for (size_t i = 0; i < ARRAY_LEN(agreement); i++) {
        fprintf(to, "| %s |", agreement[i].name);
        for (int q = 0; q < EVALUATE_PAIRS; q++)
            put_agreement_of(&g->pair[q], i, to);
        fputc('\n', to);
    }
}

/* "-0.42 + 0.031 m |" */
static void put_line(const struct stat_bland_altman_line *line, FILE *to)
{
    fprintf(to, " %.2f", evaluate_cell_value(2, line->intercept));
    if (line->depends)
        fprintf(to, " %c %.3f m", line->slope < 0 ? '-' : '+', fabs(line->slope));
    fputs(" |", to);
}

static void put_limits_at(const struct stat_bland_altman *b, double m, FILE *to)
{
    const struct stat_bland_altman_limits at = stat_bland_altman_at(b, m);
    fprintf(to, " %.2f: %.2f to %.2f |", evaluate_cell_value(2, m),
            evaluate_cell_value(2, at.lo), evaluate_cell_value(2, at.hi));
}

/* Limits of the quantities whose bias or scatter depends on the mean. */
static void put_following(const struct evaluate_group *g, FILE *to)
{
    size_t n = 0;
    for (int q = 0; q < EVALUATE_PAIRS; q++) {
        const struct stat_bland_altman *b = &g->pair[q].bland_altman;
        if (!b->bias_at.depends && !b->sd_at.depends)
            continue;
        if (n++ == 0)
            fprintf(to,
                    "\nWhere bias or scatter depends on what is measured (P of a slope "
                    "below %.2f), the constant limits above are too wide at one end "
                    "and too narrow at the other. These follow m, the mean of "
                    "prediction and truth:\n\n"
                    "| | bias | SD | limits at the least m | at the median | at the "
                    "greatest |\n|---|---|---|---|---|---|\n",
                    STAT_BLAND_ALTMAN_ALPHA);
        fprintf(to, "| %s |", evaluate_case_quantities[q].name);
        put_line(&b->bias_at, to);
        put_line(&b->sd_at, to);
        put_limits_at(b, b->middle.min, to);
        put_limits_at(b, b->middle.median, to);
        put_limits_at(b, b->middle.max, to);
        fputc('\n', to);
    }
}

static void put_rate(const char *name, const struct evaluate_rate *r, FILE *to)
{
    fprintf(to, "| %s | %zu of %zu |", name, r->p.k, r->p.n);
    evaluate_cell_ci(to, 3, r->p.p, &r->p.ci);
    fputc('\n', to);
}

static void put_class(const struct evaluate_group *g, FILE *to)
{
    const struct stat_confusion *c = &g->large;
    fprintf(to,
            "\nLarge burden: %zu true +, %zu false +, %zu false -, %zu true -.\n\n"
            "| | | (95 %%) |\n|---|---|---|\n",
            c->tp, c->fp, c->fn, c->tn);
    put_rate("accuracy", &g->accuracy, to);
    put_rate("sensitivity", &g->sensitivity, to);
    put_rate("specificity", &g->specificity, to);
    fputs("| Cohen's kappa | |", to);
    evaluate_cell_ci(to, 3, g->kappa.kappa, &g->kappa.ci);
    fprintf(to, "\n| area under the ROC curve of %%LGE | %zu large, %zu not |",
            g->auc.n_positive, g->auc.n_negative);
    evaluate_cell_ci(to, 3, g->auc.auc, &g->auc.ci);
    fprintf(to, "\n\nWithout scar in truth: %zu patients, scar predicted in %zu.\n",
            g->n_no_scar, g->n_false);
}

/* "GE 12, Philips 9, (Siemens 1)" */
static void put_sizes(const struct evaluate_study *s, const struct evaluate_between *b,
                      FILE *to)
{
    const char *before = " ";
    for (size_t k = 1; k < s->n_keys; k++) {
        const bool used = b->n[k] >= EVALUATE_BETWEEN;
        if (s->keys[k].by != b->by || !s->keys[k].value[0])
            continue;
        fprintf(to, "%s%s", before, used ? "" : "(");
        evaluate_cell_text(to, s->keys[k].value);
        fprintf(to, " %zu%s", b->n[k], used ? "" : ")");
        before = ", ";
    }
    fputs(" |", to);
}

static size_t tests_of_groups(const struct evaluate_study *s)
{
    size_t n = 0;
    for (size_t m = 0; m < s->n_methods; m++)
        for (size_t b = 0; b < s->by.count; b++)
            n += s->methods[m].between[b].kruskal.available;
    return n;
}

static void put_between(const struct evaluate_study *s, const struct evaluate_method *m,
                        FILE *to)
{
    fprintf(
        to,
        "\nDSC of scar among groups, in patients with scar in truth; groups with "
        "fewer than %d, in parentheses, are left out. P of Kruskal and Wallis is rough "
        "where a group has fewer than 5. Holm over every method in every column: "
        "%zu tests.\n\n"
        "| by | patients | P, Kruskal-Wallis | Holm | P, analysis of variance | "
        "Holm |\n|---|---|---|---|---|---|\n",
        (int)EVALUATE_BETWEEN, tests_of_groups(s));
    for (size_t b = 0; b < s->by.count; b++) {
        const struct evaluate_between *t = &m->between[b];
        fputs("| ", to);
        evaluate_cell_text(to, t->by);
        fputs(" |", to);
        put_sizes(s, t, to);
        evaluate_cell_p(to, t->kruskal.p);
        evaluate_cell_p(to, t->kruskal_holm);
        evaluate_cell_p(to, t->anova.p);
        evaluate_cell_p(to, t->anova_holm);
        fputc('\n', to);
    }
}

static void put_groups(const struct evaluate_study *s, const struct evaluate_method *m,
                       FILE *to)
{
    if (s->n_keys < 2)
        return;
    fputs(
        "\n| by | group | n | missing, failed | DSC myocardium | DSC scar | HD95 scar, "
        "mm | "
        "F1 of lesions | r of %LGE | ICC(2,1) of %LGE | bias of %LGE | accuracy |\n"
        "|---|---|---|---|---|---|---|---|---|---|---|---|\n",
        to);
    for (size_t k = 1; k < s->n_keys; k++) {
        const struct evaluate_group *g = &m->groups[k];
        const struct evaluate_pair *p = &g->pair[EVALUATE_PERCENT_LGE];
        fputs("| ", to);
        evaluate_cell_text(to, s->keys[k].by);
        fputs(" | ", to);
        evaluate_cell_text(to, s->keys[k].value[0] ? s->keys[k].value : "(none)");
        fprintf(to, " | %zu | %zu |", g->n, g->n_missing + g->n_failed);
        evaluate_cell(to, 3, g->dice[EVALUATE_MYOCARDIUM].dsc.mean);
        evaluate_cell(to, 3, g->dice[EVALUATE_SCAR].dsc.mean);
        evaluate_cell(to, 1, g->score[evaluate_score_find("hd95_scar")].of.mean);
        evaluate_cell(to, 3, g->score[evaluate_score_find("lesion_f1")].of.mean);
        evaluate_cell(to, 3, p->pearson.r);
        evaluate_cell(to, 3, p->icc.icc21.icc);
        evaluate_cell(to, 2, p->bland_altman.bias);
        evaluate_cell(to, 3, g->accuracy.p.p);
        fputc('\n', to);
    }
    put_between(s, m, to);
}

/* ---- methods together ---- */

static void put_compares(const struct evaluate_study *s, FILE *to)
{
    if (s->n_compares == 0)
        return;
    fputs(
        "\n## Methods against each other\n\nPatient by patient; Holm over the pairs of "
        "methods, for each row and test apart. Only a, only b: patients who are left "
        "out since with the other method the quantity is not there; for DSC and F1 of "
        "scar the other rightly drew none, and this one some.\n\n"
        "| a | b | | n | only a | only b | mean a | mean b | a - b (95 %) | P, t | "
        "Holm | P, Wilcoxon | Holm |\n"
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|\n",
        to);
    for (size_t i = 0; i < s->n_compares; i++) {
        const struct evaluate_compare *c = &s->compares[i];
        const char *a = s->methods[c->a].name, *b = s->methods[c->b].name;
        for (int q = 0; q < EVALUATE_COMPARED; q++) {
            const struct evaluate_paired *p = &c->paired[q];
            fprintf(to, "| %s | %s | ", a, b);
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
    fputs("\n| a | b | area a | area b | a - b (95 %) | P, DeLong | Holm |\n"
          "|---|---|---|---|---|---|---|\n",
          to);
    for (size_t i = 0; i < s->n_compares; i++) {
        const struct evaluate_compare *c = &s->compares[i];
        fprintf(to, "| %s | %s |", s->methods[c->a].name, s->methods[c->b].name);
        evaluate_cell(to, 3, c->auc.a.auc);
        evaluate_cell(to, 3, c->auc.b.auc);
        evaluate_cell_ci(to, 3, c->auc.difference, &c->auc.ci);
        evaluate_cell_p(to, c->auc.p);
        evaluate_cell_p(to, c->auc_holm);
        fputc('\n', to);
    }
    fputs(
        "\n## Truth and all methods as raters\n\n| | n | raters | ICC(2,1) | ICC(3,1) "
        "|\n|---|---|---|---|---|\n",
        to);
    for (int q = 0; q < EVALUATE_PAIRS; q++) {
        const struct stat_icc *icc = &s->raters[q];
        fprintf(to, "| %s | %zu | %zu |", evaluate_case_quantities[q].name, icc->n,
                icc->k);
        evaluate_cell_ci(to, 3, icc->icc21.icc, &icc->icc21.ci);
        evaluate_cell_ci(to, 3, icc->icc31.icc, &icc->icc31.ci);
        fputc('\n', to);
    }
}

bool evaluate_report_write(const struct evaluate_study *study, const char *path,
                           struct err *err)
{
    struct file_writer w = {0};
    if (!file_writer_open(path, &w, err))
        return false;
    put_patients(study, w.stream);
    put_rules(study, w.stream);
    for (size_t m = 0; m < study->n_methods; m++) {
        const struct evaluate_method *method = &study->methods[m];
        fprintf(w.stream, "\n## %s\n", method->name);
        put_scores(&method->groups[0], w.stream);
        put_agreement(&method->groups[0], w.stream);
        put_following(&method->groups[0], w.stream);
        put_class(&method->groups[0], w.stream);
        put_groups(study, method, w.stream);
    }
    put_compares(study, w.stream);
    const bool ok = file_writer_commit(&w, err);
    file_writer_abort(&w);
    return ok;
}
