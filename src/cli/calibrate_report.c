#include "cli/calibrate_report.h"

#include <math.h>
#include <stdio.h>

#include "base/csv.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/version.h"

static const char *const BY[CALIBRATE_WORSTS] = {
    [CALIBRATE_BY_BOTH] = "wall and scar together",
    [CALIBRATE_BY_MYOCARDIUM] = "myocardium",
    [CALIBRATE_BY_SCAR] = "scar, of patients with scar",
};

/* "91 of 100: 91.0 % (83.8 to 95.2)" */
static void share(FILE *to, const struct stat_proportion *p)
{
    if (p->n == 0)
        (void)fputs("none", to);
    else
        (void)fprintf(to, "%zu of %zu: %.1f %% (%.1f to %.1f)", p->k, p->n,
                      100.0 * p->p, 100.0 * p->ci.lo, 100.0 * p->ci.hi);
}

static void row(FILE *to, const char *name, const struct stat_proportion *p)
{
    (void)fprintf(to, "| %s | ", name);
    share(to, p);
    (void)fputs(" |\n", to);
}

/* "91 of 100": where an interval would mean nothing. */
static void count(FILE *to, const struct stat_proportion *p)
{
    (void)fprintf(to, "%zu of %zu", p->k, p->n);
}

static void width(FILE *to, double points)
{
    if (isfinite(points))
        (void)fprintf(to, " | %.2f", points);
    else
        (void)fputs(" | -", to);
}

static void coverage(FILE *to, enum calibrate_part part,
                     const struct calibrate_trial *t)
{
    static const char *const who[CALIBRATE_PARTS] = {
        [CALIBRATE_ALL] = "all",
        [CALIBRATE_WITH_SCAR] = "with scar in truth",
        [CALIBRATE_WITHOUT_SCAR] = "without scar in truth",
        [CALIBRATE_AT_0] = "%LGE printed: 0",
        [CALIBRATE_TO_5] = "above 0 to 5",
        [CALIBRATE_TO_15] = "above 5 to 15",
        [CALIBRATE_ABOVE_15] = "above 15",
    };
    void (*const say)(FILE *, const struct stat_proportion *) =
        part == CALIBRATE_ALL ? count : share;
    const struct calibrate_coverage *c = &t->part[part];

    (void)fprintf(to, "| %s | ", who[part]);
    say(to, &c->inside);
    width(to, c->width);
    (void)fputs(" | ", to);
    say(to, &c->plain_inside);
    width(to, c->plain_width);
    (void)fputs(" |\n", to);
}

static void intervals(FILE *to, const struct calibrate_trial *t)
{
    (void)fputs("\n## 90 % interval of %LGE\n\n"
                "| patients | truth inside | mean width | inside one interval for "
                "everybody | its mean width |\n|---|---|---|---|---|\n",
                to);
    for (int part = 0; part < CALIBRATE_PARTS; part++)
        coverage(to, (enum calibrate_part)part, t);
    (void)fprintf(
        to,
        "\nWidths are points of %%LGE (all: median %.2f, quartiles %.2f to %.2f). Of "
        "all patients\nabout 90 %% are inside by construction, with either interval: "
        "the bound of each is that\nquantile of the errors of the others. What can "
        "vary is the width, and who is outside.\n\nThe coverage of new patients like "
        "these depends on the %zu that the bound was taken\nfrom: over such "
        "calibrations it spreads nearly like Beta(k, n + 1 - k),\n"
        "k = ceil(0.9 (n + 1)): %.1f to %.1f %% in nine of ten.\n",
        t->width.median, t->width.q1, t->width.q3, t->n, 100.0 * t->spread[0],
        100.0 * t->spread[1]);
}

static void large_burden(FILE *to, const struct calibrate_trial *t)
{
    (void)fputs("\n## Probability of more than 15 %\n\n| | |\n|---|---|\n", to);
    (void)fprintf(to, "| patients above 15 %% in truth | %zu of %zu |\n",
                  t->large.n_positive, t->n);
    if (t->large.available) {
        (void)fprintf(to, "| area under the ROC curve | %.3f", t->large.auc);
        if (isfinite(t->large.ci.lo))
            (void)fprintf(to, " (%.3f to %.3f)", t->large.ci.lo, t->large.ci.hi);
        (void)fputs(" |\n", to);
    }
    (void)fprintf(to,
                  "| Brier score (0 is perfect) | %.4f; of the share of large ones "
                  "alone: %.4f |\n",
                  t->brier, t->brier_share);
}

static void curve(FILE *to, const char *name, const struct stat_risk_coverage *c)
{
    (void)fprintf(to, "| %s | %.4f | %.4f | %.4f | %.0f %% |\n", name, c->aurc,
                  c->optimal, c->random,
                  100.0 * (c->random - c->aurc) / fmax(c->random - c->optimal, 1e-12));
}

static void risks(FILE *to, const struct calibrate_trial *t)
{
    (void)fputs(
        "\n## Does the doubt stand where the errors are?\n\n"
        "Area under the risk-coverage curve (mean loss of the most trusted, over "
        "all shares kept; less is better).\n\n"
        "| doubt, loss | area | if the loss itself were the doubt | without "
        "doubt | of the way |\n|---|---|---|---|---|\n",
        to);
    curve(to, "expected 1 - DSC, 1 - DSC", &t->by_doubt);
    curve(to, "expected error, error of %LGE in points", &t->by_error);
    (void)fputs(
        "\n## Verdicts\n\nFlagged: review or reject, by any rule. Together: a voxel "
        "agrees when its label "
        "does (wall without scar, or scar); this is the DSC that is expected.\n\n"
        "| worst tenth by DSC of | flagged of the worst tenth | flagged of the "
        "rest |\n|---|---|---|\n",
        to);
    for (int by = 0; by < CALIBRATE_WORSTS; by++) {
        (void)fprintf(to, "| %s | ", BY[by]);
        share(to, &t->flagged[by].worst);
        (void)fputs(" | ", to);
        share(to, &t->flagged[by].rest);
        (void)fputs(" |\n", to);
    }
    (void)fputs("\n| | |\n|---|---|\n", to);
    row(to, "flagged of all", &t->all_flagged);
    row(to, "rejected of all", &t->all_rejected);
    if (t->others_rejected.n == 0)
        return;
    row(to, "LGE whose look is doubted", &t->lge_suspected);
    row(to, "LGE rejected for its look", &t->lge_rejected);
    row(to, "stacks that are not LGE: rejected", &t->others_rejected);
    row(to, "stacks that are not LGE: flagged", &t->others_suspected);
    if (t->more_rejected.n == 0)
        return;
    row(to, "other LGE stacks: rejected", &t->more_rejected);
    row(to, "other LGE stacks: flagged", &t->more_flagged);
}

/* The terms of a sum that are not 0. */
static void formula(FILE *to, const double c[static MEASURE_SIGNS])
{
    const char *between = "";

    for (int i = 0; i < MEASURE_SIGNS; i++) {
        if (!(c[i] > 0.0))
            continue;
        if (i == SIGN_ALWAYS)
            (void)fprintf(to, "%.4g", c[i]);
        else
            (void)fprintf(to, "%s%.4g %s", between, c[i],
                          measure_signs_name((enum measure_sign)i));
        between = " + ";
    }
}

static void looks(FILE *to, const struct measure_confidence *c)
{
    if (c->looks == 0)
        (void)fputs("* look: not learned (no stacks that are not LGE were given)\n",
                    to);
    for (int k = 0; k < c->looks; k++) {
        (void)fprintf(to, "* look %d: not LGE where %.3f", k + 1,
                      c->look[k][MEASURE_CUES]);
        for (int i = 0; i < MEASURE_CUES; i++)
            (void)fprintf(to, " %+.3f %s", c->look[k][i],
                          measure_signs_cue_name((enum measure_cue)i));
        (void)fputs(" is above 0\n", to);
    }
    if (c->looks > 0)
        (void)fprintf(to, "* odd: one of these above %.3f; another kind: above %.3f\n",
                      log(c->look_limit / fmax(1.0 - c->look_limit, 1e-12)),
                      log(c->look_reject / fmax(1.0 - c->look_reject, 1e-12)));
}

static void learned(FILE *to, const struct measure_confidence *c)
{
    (void)fprintf(to,
                  "\n## What was learned from all %d patients\n\n"
                  "* expected error u (points of %%LGE) = ",
                  c->patients);
    formula(to, c->error);
    (void)fprintf(to,
                  "\n* interval: %%LGE -+ %.3f u, cut to 0 to 100\n"
                  "* P(> 15 %%) = 1 / (1 + exp(-(%.3f + %.3f (%%LGE - 15) / u)))\n"
                  "* expected 1 - DSC = ",
                  c->bound, c->large.offset, c->large.slope);
    formula(to, c->doubt);
    (void)fprintf(to, "; review above %.4f\n* fences:", c->doubt_limit);
    for (int i = 0; i < MEASURE_FENCES; i++)
        (void)fprintf(to, "%s %s %.3f", i > 0 ? "," : "",
                      measure_signs_fence_name((enum measure_fence)i),
                      i <= FENCE_WALL_SPREAD ? exp(c->fence[i]) : c->fence[i]);
    (void)fputc('\n', to);
    looks(to, c);
}

static bool write_page(const struct calibrate_story *s, const char *path,
                       struct err *err)
{
    struct file_writer w = {0};

    if (!file_writer_open(path, &w, err))
        return false;
    /* a failed write stays with the stream, and commit reports it */
    (void)fprintf(
        w.stream,
        "# Calibration of %s\n\n"
        "Written by `cicatrix calibrate` (%s). Each patient was segmented by a "
        "network that had not seen it,\nand is judged here by what was learned "
        "from the other patients. Intervals in brackets are 95 %%\n(Wilson; "
        "DeLong for the area). Definitions: docs/confidence.md.\n\n"
        "| | |\n|---|---|\n| patients | %zu |\n| without a truth | %zu |\n"
        "| without a result | %zu |\n| without myocardium in one of both | %zu "
        "|\n| stacks that are not LGE | %zu |\n",
        s->model, version_number(), s->set->n, s->set->unlabelled, s->set->missing,
        s->set->not_measured, s->trial->others_rejected.n);
    if (s->set->other_without > 0)
        (void)fprintf(
            w.stream,
            "| such stacks in which nothing was found, not counted below | %zu "
            "|\n",
            s->set->other_without);
    intervals(w.stream, s->trial);
    large_burden(w.stream, s->trial);
    risks(w.stream, s->trial);
    learned(w.stream, s->confidence);
    (void)fputs("\n![intervals, risk and coverage](calibration.png)\n", w.stream);
    const bool ok = file_writer_commit(&w, err);
    file_writer_abort(&w);
    return ok;
}

/* A number and a comma; an empty cell where there is none. */
static void cell(FILE *to, double value)
{
    if (isfinite(value))
        (void)fprintf(to, "%.6g", value == 0.0 ? 0.0 : value);
    (void)fputc(',', to);
}

static void reasons(FILE *to, const struct quality *q)
{
    const char *between = "";

    for (int i = 0; i < QUALITY_REASONS; i++)
        if (q->reason[i]) {
            (void)fprintf(to, "%s%s", between,
                          report_reason_name((enum quality_reason)i));
            between = " ";
        }
}

static bool write_table(const struct calibrate_story *s, const char *path,
                        struct err *err)
{
    struct file_writer w = {0};
    bool ok = true;

    if (!file_writer_open(path, &w, err))
        return false;
    (void)fputs(
        "id,truth_percent_lge,percent_lge,low90,high90,inside,probability_large,"
        "expected_error,expected_loss,dsc_myocardium,dsc_scar,not_lge,verdict,"
        "reasons\n",
        w.stream);
    for (size_t i = 0; ok && i < s->set->n; i++) {
        const struct calibrate_patient *p = &s->set->patient[i];
        const struct calibrate_verdict *v = &s->trial->verdict[i];
        const struct measure_judgement *j = &v->judgement;
        ok = csv_write_text(w.stream, p->id);
        (void)fputc(',', w.stream);
        cell(w.stream, p->trial.truth);
        cell(w.stream, p->trial.percent_lge);
        cell(w.stream, j->interval90[0]);
        cell(w.stream, j->interval90[1]);
        cell(w.stream, v->covered ? 1.0 : 0.0);
        cell(w.stream, j->probability_large);
        cell(w.stream, j->expected_error);
        cell(w.stream, j->expected_loss);
        cell(w.stream, p->dsc_myocardium);
        cell(w.stream, p->dsc_scar);
        cell(w.stream, j->not_lge);
        (void)fprintf(w.stream, "%s,", report_verdict_text(v->quality.verdict));
        reasons(w.stream, &v->quality);
        (void)fputc('\n', w.stream);
    }
    ok = file_writer_commit(&w, err);
    file_writer_abort(&w);
    return ok;
}

bool calibrate_report_write(const struct calibrate_story *story, const char *dir,
                            struct err *err)
{
    char *page = file_join(dir, "calibration.md", err);
    char *table = page ? file_join(dir, "calibration.csv", err) : NULL;
    const bool ok =
        table && write_page(story, page, err) && write_table(story, table, err);

    mem_free(table);
    mem_free(page);
    return ok;
}

void calibrate_report_print(const struct calibrate_story *story, FILE *to)
{
    const struct calibrate_trial *t = story->trial;

    (void)fprintf(to,
                  "%zu patients, each judged by the others (%zu without a truth, %zu "
                  "without a result, %zu without myocardium)\n",
                  story->set->n, story->set->unlabelled, story->set->missing,
                  story->set->not_measured);
    (void)fputs("truth in the 90 % interval   ", to);
    count(to, &t->part[CALIBRATE_ALL].inside);
    (void)fputs(", about 90 % by construction\n  with scar in truth         ", to);
    share(to, &t->part[CALIBRATE_WITH_SCAR].inside);
    (void)fputs("\n  without                    ", to);
    share(to, &t->part[CALIBRATE_WITHOUT_SCAR].inside);
    (void)fprintf(to,
                  "\nwidth of the interval        mean %.2f, median %.2f (one for "
                  "everybody: %.2f)\n",
                  t->width.mean, t->width.median, t->part[CALIBRATE_ALL].plain_width);
    (void)fputs("flagged of the worst tenth   ", to);
    share(to, &t->flagged[CALIBRATE_BY_BOTH].worst);
    (void)fputs("\nflagged of the rest          ", to);
    share(to, &t->flagged[CALIBRATE_BY_BOTH].rest);
    if (t->others_rejected.n > 0) {
        (void)fputs("\nnot LGE, rejected            ", to);
        share(to, &t->others_rejected);
        (void)fputs("\nLGE, rejected for its look   ", to);
        share(to, &t->lge_rejected);
    }
    if (t->more_rejected.n > 0) {
        (void)fputs("\nother LGE, rejected          ", to);
        share(to, &t->more_rejected);
    }
    (void)fputc('\n', to);
}
