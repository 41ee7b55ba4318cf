#include "cli/evaluate_table.h"

#include <math.h>

#include "cli/evaluate_cells.h"
#include "cli/evaluate_compare.h"
#include "cli/evaluate_score.h"

/* A number in `width` columns; "-" when it does not exist. */
static void put(FILE *to, int width, int digits, double v)
{
    if (isfinite(v))
        fprintf(to, " %*.*f", width, digits, evaluate_cell_value(digits, v));
    else
        fprintf(to, " %*s", width, "-");
}

static void print_dice(const struct evaluate_group *g, FILE *to)
{
    fprintf(to, "\n  %-15s %5s %6s %6s %6s  %15s  %5s %5s %6s\n", "DSC", "n", "mean",
            "SD", "median", "95 % of mean", "both0", "one0", "empty1");
    for (int r = 0; r < EVALUATE_REGIONS; r++) {
        const struct evaluate_dice *d = &g->dice[r];
        char ci[32] = "-";
        if (isfinite(d->mean_ci.lo))
            (void)snprintf(ci, sizeof ci, "%.3f to %.3f", d->mean_ci.lo, d->mean_ci.hi);
        fprintf(to, "  %-15s %5zu", evaluate_case_regions[r].name, d->dsc.n);
        put(to, 6, 3, d->dsc.mean);
        put(to, 6, 3, d->dsc.sd);
        put(to, 6, 3, d->dsc.median);
        fprintf(to, "  %15s  %5zu %5zu", ci, d->n_both_empty,
                d->n_truth_empty + d->n_pred_empty);
        put(to, 6, 3, d->mean_empty_1);
        fputc('\n', to);
    }
}

static void print_surfaces(const struct evaluate_group *g, FILE *to)
{
    static const char *const regions[] = {"myocardium", "scar"};
    fprintf(to, "\n  %-15s %5s %8s %8s %8s %8s\n", "surface, mm", "n", "HD", "HD95",
            "ASSD", "NSD");
    for (size_t r = 0; r < ARRAY_LEN(regions); r++) {
        static const char *const kinds[] = {"hd", "hd95", "assd", "nsd"};
        for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
            char key[32];
            (void)snprintf(key, sizeof key, "%s_%s", kinds[k], regions[r]);
            const struct evaluate_scored *s = &g->score[evaluate_score_find(key)];
            if (k == 0)
                fprintf(to, "  %-15s %5zu", regions[r], s->of.n);
            put(to, 8, k < 2 ? 1 : k < 3 ? 2 : 3, s->of.mean);
        }
        fputc('\n', to);
    }
    fprintf(to, "  lesions: %zu of %zu found, %zu false; F1 of a patient",
            g->lesions.tp, g->lesions.truth, g->lesions.pred - g->lesions.tp);
    put(to, 1, 3, g->score[evaluate_score_find("lesion_f1")].of.mean);
    fputc('\n', to);
}

static void print_pairs(const struct evaluate_group *g, FILE *to)
{
    fprintf(to, "\n  %-15s %5s %7s %7s %6s  %14s %7s  %s\n", "", "n", "truth", "pred",
            "r", "95 % (Fisher)", "bias", "95 % limits");
    for (int q = 0; q < EVALUATE_PAIRS; q++) {
        const struct evaluate_pair *p = &g->pair[q];
        char ci[32] = "-", limits[40] = "-";
        if (isfinite(p->pearson.ci.lo))
            (void)snprintf(ci, sizeof ci, "%.3f to %.3f", p->pearson.ci.lo,
                           p->pearson.ci.hi);
        if (isfinite(p->bland_altman.lo))
            (void)snprintf(limits, sizeof limits, "%.2f to %.2f",
                           evaluate_cell_value(2, p->bland_altman.lo),
                           evaluate_cell_value(2, p->bland_altman.hi));
        fprintf(to, "  %-15s %5zu", evaluate_case_quantities[q].name, p->pearson.n);
        put(to, 7, 2, p->truth.mean);
        put(to, 7, 2, p->pred.mean);
        put(to, 6, 3, p->pearson.r);
        fprintf(to, "  %14s", ci);
        put(to, 7, 2, p->bland_altman.bias);
        fprintf(to, "  %s\n", limits);
    }
}

/* P values: small ones are not worth digits. */
static void put_p(FILE *to, int width, double p)
{
    if (p < 0.0001)
        fprintf(to, " %*s", width, "<0.0001");
    else
        put(to, width, 4, p);
}

static void put_interval(FILE *to, int width, int digits, double lo, double hi)
{
    char text[48] = "-";
    if (isfinite(lo) && isfinite(hi))
        (void)snprintf(text, sizeof text, "%.*f to %.*f", digits,
                       evaluate_cell_value(digits, lo), digits,
                       evaluate_cell_value(digits, hi));
    fprintf(to, " %*s", width, text);
}

/* What does not fit beside r and the limits. */
static void print_certainty(const struct evaluate_group *g, FILE *to)
{
    fprintf(to, "\n  %-15s %7s %6s %15s %6s %15s %7s %7s\n", "", "P of r", "CCC",
            "95 % (Lin)", "ICC", "bias, 95 %", "P trend", "P SD");
    for (int q = 0; q < EVALUATE_PAIRS; q++) {
        const struct evaluate_pair *p = &g->pair[q];
        fprintf(to, "  %-15s", evaluate_case_quantities[q].name);
        put_p(to, 7, p->pearson.p);
        put(to, 6, 3, p->ccc.c);
        put_interval(to, 15, 3, p->ccc.ci.lo, p->ccc.ci.hi);
        put(to, 6, 3, p->icc.icc21.icc);
        put_interval(to, 15, 2, p->bland_altman.ci_bias.lo, p->bland_altman.ci_bias.hi);
        put_p(to, 7, p->bland_altman.trend_robust.p);
        put_p(to, 7, p->bland_altman.scatter.p);
        fputc('\n', to);
    }
}

static void print_rate(const char *name, const struct evaluate_rate *r, FILE *to)
{
    const struct stat_proportion *p = &r->p;
    if (p->n == 0)
        fprintf(to, "  %-15s -\n", name);
    else
        fprintf(to,
                "  %-15s %5.1f %%  (%zu of %zu; Wilson %.1f to %.1f, exact %.1f to "
                "%.1f)\n",
                name, 100 * p->p, p->k, p->n, 100 * p->ci.lo, 100 * p->ci.hi,
                100 * r->exact.lo, 100 * r->exact.hi);
}

static void print_class(const struct evaluate_group *g, enum measure_rule rule,
                        FILE *to)
{
    const struct stat_confusion *c = &g->large;
    fprintf(to,
            "\n  Large burden (%%LGE %s): %zu true +, %zu false +, %zu false -, "
            "%zu true -\n",
            measure_rule_text(rule), c->tp, c->fp, c->fn, c->tn);
    print_rate("accuracy", &g->accuracy, to);
    print_rate("sensitivity", &g->sensitivity, to);
    print_rate("specificity", &g->specificity, to);
    fputs("  kappa", to);
    put(to, 1, 3, g->kappa.kappa);
    fputs("; area under the ROC curve of %LGE", to);
    put(to, 1, 3, g->auc.auc);
    fputs(", 95 %", to);
    put_interval(to, 1, 3, g->auc.ci.lo, g->auc.ci.hi);
    fputc('\n', to);
    fprintf(to, "\n  No scar in truth: %zu patients, scar predicted in %zu",
            g->n_no_scar, g->n_false);
    if (g->false_percent.n > 0)
        fprintf(to, "; false %%LGE mean %.2f, largest %.2f", g->false_percent.mean,
                g->false_percent.max);
    fputc('\n', to);
}

static void print_groups(const struct evaluate_study *s,
                         const struct evaluate_method *m, FILE *to)
{
    if (s->n_keys < 2)
        return;
    fprintf(to, "\n  %-24s %5s %8s %8s %8s %8s %8s\n", "", "n", "DSC myo", "DSC scar",
            "r mL", "r %LGE", "bias %");
    for (size_t k = 1; k < s->n_keys; k++) {
        const struct evaluate_group *g = &m->groups[k];
        char name[64];
        (void)snprintf(name, sizeof name, "%s %s", s->keys[k].by, s->keys[k].value);
        fprintf(to, "  %-24s %5zu", name, g->n);
        put(to, 8, 3, g->dice[EVALUATE_MYOCARDIUM].dsc.mean);
        put(to, 8, 3, g->dice[EVALUATE_SCAR].dsc.mean);
        put(to, 8, 3, g->pair[0].pearson.r);
        put(to, 8, 3, g->pair[2].pearson.r);
        put(to, 8, 2, g->pair[2].bland_altman.bias);
        fputc('\n', to);
    }
    for (size_t b = 0; b < s->by.count; b++) {
        const struct evaluate_between *t = &m->between[b];
        fprintf(to, "  DSC of scar by %s: Kruskal-Wallis P =", t->by);
        put_p(to, 1, t->kruskal.p);
        fputs(", analysis of variance P =", to);
        put_p(to, 1, t->anova.p);
        fprintf(to,
                "\n    (%zu patients with scar in truth, %zu groups of %d or more)\n",
                t->kruskal.n, t->kruskal.groups, (int)EVALUATE_BETWEEN);
    }
}

static void print_compare(const struct evaluate_study *s, FILE *to)
{
    for (size_t i = 0; i < s->n_compares; i++) {
        const struct evaluate_compare *c = &s->compares[i];
        const char *a = s->methods[c->a].name, *b = s->methods[c->b].name;
        fprintf(to, "\n%s against %s, patient by patient\n", a, b);
        fprintf(to, "  %-15s %4s %7s %7s %16s %8s %8s %5s\n", "", "n", a, b,
                "a - b, 95 %", "P of t", "P ranks", "r");
        for (int q = 0; q < EVALUATE_COMPARED; q++) {
            const struct evaluate_paired *p = &c->paired[q];
            fprintf(to, "  %-15s %4zu",
                    evaluate_compare_name((enum evaluate_compared)q), p->t.n);
            put(to, 7, 3, p->mean_a);
            put(to, 7, 3, p->mean_b);
            put_interval(to, 16, 3, p->t.ci.lo, p->t.ci.hi);
            put_p(to, 8, p->t.p);
            put_p(to, 8, p->wilcoxon.p);
            put(to, 5, 2, p->wilcoxon.r);
            fputc('\n', to);
        }
    }
}

void evaluate_table_print(const struct evaluate_study *study, FILE *to)
{
    for (size_t i = 0; i < study->n_methods; i++) {
        const struct evaluate_method *m = &study->methods[i];
        const struct evaluate_group *all = &m->groups[0];
        fprintf(to, "%s%s: %zu patients evaluated", i ? "\n" : "", m->name, all->n);
        if (study->split)
            fprintf(to, " (split %s)", study->split);
        if (study->n_unlabelled)
            fprintf(to, ", %zu without a truth", study->n_unlabelled);
        if (all->n_missing || all->n_failed)
            fprintf(to, ", %zu MISSING, %zu FAILED", all->n_missing, all->n_failed);
        fputc('\n', to);
        print_dice(all, to);
        print_surfaces(all, to);
        print_pairs(all, to);
        print_certainty(all, to);
        print_class(all, study->rule, to);
        print_groups(study, m, to);
    }
    print_compare(study, to);
    fprintf(to, "\n  both0: empty in both maps, %s (empty1: mean with 1 there);\n",
            study->scoring.empty == EVALUATE_EMPTY_SKIP  ? "left out of n"
            : study->scoring.empty == EVALUATE_EMPTY_ONE ? "counted as 1"
                                                         : "counted as 0");
    fputs(
        "  one0: empty in one map, counted as 0.  Limits: bias -+ 1.96 SD of "
        "pred - truth.\n"
        "  ICC: (2,1), absolute agreement.  NSD: surfaces within the tolerance.\n"
        "  P trend: does the difference grow with what is measured (HC4)?  P SD: does "
        "its\n  scatter?  Where it does, report.md has limits that follow.\n"
        "  P ranks: Wilcoxon's signed ranks; r: their rank-biserial correlation.\n"
        "  P values are not adjusted for each other; report.md has them after Holm.\n",
        to);
}
