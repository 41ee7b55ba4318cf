#include "cli/evaluate_table.h"

#include <math.h>

/* A number in `width` columns; "-" when it does not exist. */
static void put(FILE *to, int width, int digits, double v)
{
    if (isfinite(v))
        fprintf(to, " %*.*f", width, digits, v);
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
            (void)snprintf(limits, sizeof limits, "%.2f to %.2f", p->bland_altman.lo,
                           p->bland_altman.hi);
        fprintf(to, "  %-15s %5zu", evaluate_case_quantities[q].name, p->pearson.n);
        put(to, 7, 2, p->truth.mean);
        put(to, 7, 2, p->pred.mean);
        put(to, 6, 3, p->pearson.r);
        fprintf(to, "  %14s", ci);
        put(to, 7, 2, p->bland_altman.bias);
        fprintf(to, "  %s\n", limits);
    }
}

static void print_proportion(const char *name, struct stat_proportion p, FILE *to)
{
    if (p.n == 0)
        fprintf(to, "  %-15s -\n", name);
    else
        fprintf(to, "  %-15s %5.1f %%  (%zu of %zu; %s: %.1f to %.1f)\n", name,
                100 * p.p, p.k, p.n, p.ci.method, 100 * p.ci.lo, 100 * p.ci.hi);
}

static void print_class(const struct evaluate_group *g, enum measure_rule rule,
                        FILE *to)
{
    const struct stat_confusion *c = &g->large;
    fprintf(to,
            "\n  Large burden (%%LGE %s): %zu true +, %zu false +, %zu false -, "
            "%zu true -\n",
            measure_rule_text(rule), c->tp, c->fp, c->fn, c->tn);
    print_proportion("accuracy", stat_accuracy(c), to);
    print_proportion("sensitivity", stat_sensitivity(c), to);
    print_proportion("specificity", stat_specificity(c), to);
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
        put(to, 8, 3, g->dice[1].dsc.mean);
        put(to, 8, 3, g->dice[2].dsc.mean);
        put(to, 8, 3, g->pair[0].pearson.r);
        put(to, 8, 3, g->pair[2].pearson.r);
        put(to, 8, 2, g->pair[2].bland_altman.bias);
        fputc('\n', to);
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
        if (all->n_missing || all->n_failed)
            fprintf(to, ", %zu MISSING, %zu FAILED", all->n_missing, all->n_failed);
        fputc('\n', to);
        print_dice(all, to);
        print_pairs(all, to);
        print_class(all, study->rule, to);
        print_groups(study, m, to);
    }
    fputs("\n  both0: empty in both maps, left out of n (empty1: mean with 1 there);\n"
          "  one0: empty in one map, counted as 0.  Limits: bias -+ 1.96 SD of "
          "pred - truth.\n",
          to);
}
