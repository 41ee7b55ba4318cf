#include "report/study_report.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"

enum { CELL = 96 };

/* ---- looking things up: "reader1.3D.dsc.mean" ---- */

static const json_t *find(const json_t *o, const char *path)
{
    while (o && *path) {
        const size_t n = strcspn(path, ".");
        char key[64];
        (void)snprintf(key, sizeof key, "%.*s", (int)n, path);
        o = json_object_get(o, key);
        path += n + (path[n] == '.');
    }
    return o;
}

static double number(const json_t *o, const char *path)
{
    const json_t *v = find(o, path);
    return json_is_number(v) ? json_number_value(v) : (double)NAN;
}

static double element(const json_t *o, const char *path, size_t i)
{
    const json_t *v = json_array_get(find(o, path), i);
    return json_is_number(v) ? json_number_value(v) : (double)NAN;
}

static const char *word(const json_t *o, const char *path)
{
    const char *s = json_string_value(find(o, path));
    return s ? s : "-";
}

/* ---- numbers as text ---- */

struct cell {
    char text[CELL];
};

static struct cell cell_of(const char *fmt, ...) ATTR_PRINTF(1, 2);

static struct cell cell_of(const char *fmt, ...)
{
    struct cell c;
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(c.text, sizeof c.text, fmt, args);
    va_end(args);
    return c;
}

static struct cell real(double v, int decimals)
{
    return isfinite(v) ? cell_of("%.*f", decimals, v) : cell_of("-");
}

static struct cell real_at(const json_t *o, const char *path, int decimals)
{
    return real(number(o, path), decimals);
}

static struct cell whole_at(const json_t *o, const char *path)
{
    return real_at(o, path, 0);
}

/* Two digits, as the journal prints them; three of small ones, and of those just below
 * .05, which would round to it. */
static struct cell p_at(const json_t *o, const char *path)
{
    const double p = number(o, path);
    if (!isfinite(p))
        return cell_of("-");
    if (p >= 0.045 && p < 0.05)
        return cell_of("%.3f", floor(1000.0 * p) / 1000.0);
    return p < 0.001 ? cell_of("< .001") : cell_of("%.*f", p < 0.01 ? 3 : 2, p);
}

/* ".02, 3D better"; "0.54" where neither is */
static struct cell verdict_at(const json_t *s, const char *p, const char *better)
{
    const char *who = word(s, better);
    if (strcmp(who, "3D") != 0 && strcmp(who, "2D") != 0)
        return p_at(s, p);
    return cell_of("%s, %s better", p_at(s, p).text, who);
}

/* "0.02 (-0.01, 0.05)" */
static struct cell difference_at(const json_t *s, const char *path, int decimals)
{
    const json_t *v = find(s, path);
    if (!isfinite(element(v, "ci95", 0)))
        return real_at(v, "mean", decimals);
    return cell_of("%s (%s, %s)", real_at(v, "mean", decimals).text,
                   real(element(v, "ci95", 0), decimals).text,
                   real(element(v, "ci95", 1), decimals).text);
}

/* "0.54 ± 0.26" */
static struct cell spread_at(const json_t *o, const char *path)
{
    const json_t *v = find(o, path);
    if (!isfinite(number(v, "mean")))
        return cell_of("-");
    if (!isfinite(number(v, "sd"))) /* of one patient */
        return real_at(v, "mean", 2);
    return cell_of("%s ± %s", real_at(v, "mean", 2).text, real_at(v, "sd", 2).text);
}

/* "0.88 (0.84, 0.91)" */
static struct cell r_at(const json_t *o, const char *path)
{
    const json_t *v = find(o, path);
    if (!isfinite(element(v, "pearson.ci95", 0))) /* of 3 patients or fewer */
        return real_at(v, "pearson.r", 2);
    return cell_of("%s (%s, %s)", real_at(v, "pearson.r", 2).text,
                   real(element(v, "pearson.ci95", 0), 2).text,
                   real(element(v, "pearson.ci95", 1), 2).text);
}

/* "-1.2 (-9.8, 7.4)" */
static struct cell bias_at(const json_t *o, const char *path)
{
    const json_t *v = find(o, path);
    if (!isfinite(element(v, "bland_altman.limits", 0)))
        return real_at(v, "bland_altman.bias", 1);
    return cell_of("%s (%s, %s)", real_at(v, "bland_altman.bias", 1).text,
                   real(element(v, "bland_altman.limits", 0), 1).text,
                   real(element(v, "bland_altman.limits", 1), 1).text);
}

/* "98 % (202/207; 95, 99)" */
static struct cell share_at(const json_t *o, const char *path)
{
    const json_t *v = find(o, path);
    if (!isfinite(number(v, "p")))
        return cell_of("not available (0 patients)");
    return cell_of("%s %% (%s/%s; %s, %s)", real(100.0 * number(v, "p"), 1).text,
                   whole_at(v, "k").text, whole_at(v, "n").text,
                   real(100.0 * element(v, "ci95", 0), 1).text,
                   real(100.0 * element(v, "ci95", 1), 1).text);
}

/* Lowest and highest value over all sites and vendors: "0.82-0.99" */
static struct cell range_at(const json_t *study, const char *path)
{
    static const char *const lists[] = {"by_site", "by_vendor"};
    double lo = (double)INFINITY, hi = -(double)INFINITY;
    for (size_t l = 0; l < ARRAY_LEN(lists); l++) {
        const json_t *list = json_object_get(study, lists[l]);
        for (size_t i = 0; i < json_array_size(list); i++) {
            const double v = number(json_array_get(list, i), path);
            if (isfinite(v)) {
                lo = fmin(lo, v);
                hi = fmax(hi, v);
            }
        }
    }
    return lo <= hi ? cell_of("%.2f to %.2f", lo, hi) : cell_of("-");
}

/* ---- sections ---- */

static void opening(FILE *f, const json_t *s)
{
    (void)fprintf(
        f,
        "# Fahmy et al. 2020, repeated on simulated patients\n\n"
        "**All patients, scanners and readers of this study are SIMULATED.** No image "
        "of a person was used. Its numbers say how the method behaves on the images "
        "of a simulator; they are not evidence of how it performs in patients, and "
        "agreement with the paper's numbers, which come from 1073 patients of seven "
        "centres, proves nothing about them.\n\n"
        "The study follows the design of Fahmy et al., *Radiology* 2020;294:52-60 "
        "(doi 10.1148/radiol.2019190737): %s patients with hypertrophic "
        "cardiomyopathy, seven sites, three vendors; %s to train on and %s to test on; "
        "a 3D network on overlapping substacks against a 2D network, both trained on "
        "the contours of one reader (reader 1, the core laboratory).\n\n",
        whole_at(s, "study.patients").text, whole_at(s, "n_train").text,
        whole_at(s, "n_test").text);
    if (strcmp(word(s, "study.preset"), "small") == 0)
        (void)fprintf(f,
                      "**Preset small: a check that everything works.** Its networks "
                      "see too few patients for too short a time; their numbers "
                      "mean nothing.\n\n");
}

static void line(FILE *f, const char *what, const char *paper, struct cell ours)
{
    (void)fprintf(f, "| %s | %s | %s |\n", what, paper, ours.text);
}

static void beside_the_paper(FILE *f, const json_t *s)
{
    const double seconds = number(s, "seconds_per_image");
    const struct cell patients =
        cell_of("%s / %s", whole_at(s, "n_train").text, whole_at(s, "n_test").text);
    (void)fprintf(f, "## Beside the paper\n\n"
                     "Reference: reader 1. Intervals are 95 %% intervals.\n\n"
                     "| | paper: patients | this study: simulated |\n|---|---|---|\n");
    line(f, "patients, training / test", "866 / 207", patients);
    line(f, "scar volume, r", "0.88", r_at(s, "reader1.3D.scar_ml"));
    line(f, "scar volume, r over sites and vendors", "0.82 to 0.99",
         range_at(s, "3D.scar_ml.pearson.r"));
    line(f, "%LGE, r", "0.91", r_at(s, "reader1.3D.percent_lge"));
    line(f, "%LGE, r over sites and vendors", "0.90 to 0.97",
         range_at(s, "3D.percent_lge.pearson.r"));
    line(f, "2D network: scar volume, r", "0.85", r_at(s, "reader1.2D.scar_ml"));
    line(f, "2D network: %LGE, r", "0.83", r_at(s, "reader1.2D.percent_lge"));
    line(f, "scar DSC, 3D", "0.54 ± 0.26", spread_at(s, "dsc_3d"));
    line(f, "scar DSC, 2D", "0.48 ± 0.29", spread_at(s, "dsc_2d"));
    line(f, "scar DSC, 3D against 2D, P", ".02, 3D better",
         verdict_at(s, "p_3d_vs_2d", "p_3d_vs_2d_better"));
    line(f, "scar DSC, 3D minus 2D in the same patients", "-",
         difference_at(s, "difference_dsc", 3));
    line(f, "scar DSC among vendors, P", ".07", p_at(s, "p_vendor"));
    line(f, "burden > 15 %, correct", "98 % (202/207; 95, 99)",
         share_at(s, "reader1.3D.large.accuracy"));
    line(f, "time an image (slice)", "0.15 s",
         isfinite(seconds) ? cell_of("%.3f s", seconds) : cell_of("-"));
    (void)fprintf(
        f,
        "\n"
        "P values: 3D against 2D by %s; among vendors by %s. The paper does not name "
        "its tests. The time is elapsed time from file to file (reading, both "
        "networks, writing) on %s, %s; the paper does not name its hardware.\n\n"
        "Further: sensitivity for a burden > 15 %% is %s for the 3D network and %s for "
        "the 2D network, specificity %s and %s (%s). Absolute error of %%LGE, 3D minus "
        "2D in the same patients: %s points, P = %s (%s). Intervals of the two "
        "differences by %s. DSC among sites: P = %s (%s).\n\n",
        word(s, "p_3d_vs_2d_method"), word(s, "p_vendor_method"),
        word(s, "machine.cpu"), word(s, "machine.precision"),
        share_at(s, "reader1.3D.large.sensitivity").text,
        share_at(s, "reader1.2D.large.sensitivity").text,
        share_at(s, "reader1.3D.large.specificity").text,
        share_at(s, "reader1.2D.large.specificity").text,
        word(s, "reader1.3D.large.accuracy.ci95_method"),
        difference_at(s, "difference_error_percent_lge", 2).text,
        verdict_at(s, "p_error_percent_lge", "p_error_percent_lge_better").text,
        word(s, "p_error_percent_lge_method"), word(s, "difference_dsc.ci95_method"),
        p_at(s, "p_site").text, word(s, "p_site_method"));
}

static void agreement_row(FILE *f, const char *what, const json_t *a)
{
    (void)fprintf(f, "| %s | %s | %s | %s | %s | %s | %s |\n", what,
                  whole_at(a, "dsc.scar.n").text, spread_at(a, "dsc.scar").text,
                  r_at(a, "scar_ml").text, r_at(a, "percent_lge").text,
                  bias_at(a, "percent_lge").text, spread_at(a, "dsc.myocardium").text);
}

static void ceiling(FILE *f, const json_t *s)
{
    (void)fprintf(
        f,
        "## The ceiling: readers, and the exact truth\n\n"
        "The 3D network reaches **%s** of the DSC between the two readers (%s "
        "of %s). They follow one rule, each with habits and chance of his own. "
        "What most of nine further readers call scar is free of chance: it is "
        "as near to reader 1 as a method can be expected to come. Readers call "
        "scar what stands out of the wall around it; what stands out less, only "
        "where it goes on scar of a slice beside, which a 3D network can see "
        "and a 2D network cannot. Only a simulator knows the exact truth: half "
        "the volume of a voxel.\n\n",
        real_at(s, "dsc_3d_of_reader", 2).text, real_at(s, "dsc_3d.mean", 2).text,
        real_at(s, "reader.dsc", 2).text);
    (void)fputs("| compared | n | scar DSC | scar volume, r | %LGE, r | %LGE, bias "
                "(limits) | myocardium DSC |\n|---|---|---|---|---|---|---|\n",
                f);
    agreement_row(f, "3D against reader 1", find(s, "reader1.3D"));
    agreement_row(f, "2D against reader 1", find(s, "reader1.2D"));
    agreement_row(f, "reader 2 against reader 1", find(s, "reader1.reader2"));
    agreement_row(f, "most of nine against reader 1", find(s, "reader1.consensus"));
    agreement_row(f, "3D against truth", find(s, "truth.3D"));
    agreement_row(f, "2D against truth", find(s, "truth.2D"));
    agreement_row(f, "reader 1 against truth", find(s, "truth.reader1"));
    agreement_row(f, "reader 2 against truth", find(s, "truth.reader2"));
    agreement_row(f, "most of nine against truth", find(s, "truth.consensus"));
    (void)fprintf(f, "\nBias is the first minus the second, in per cent of the "
                     "myocardium, with 95 %% limits of agreement.\n\n");
}

static void groups(FILE *f, const json_t *s, const char *key, const char *head)
{
    const json_t *list = json_object_get(s, key);
    (void)fprintf(f,
                  "### %s\n\n| | patients | scar DSC, 3D | scar DSC, 2D | scar volume, "
                  "r, 3D | %%LGE, r, 3D | %%LGE, r, 2D | %%LGE, bias, 3D (limits) |\n"
                  "|---|---|---|---|---|---|---|---|\n",
                  head);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *g = json_array_get(list, i);
        (void)fprintf(f, "| %s | %s | %s | %s | %s | %s | %s | %s |\n",
                      word(g, "group"), whole_at(g, "3D.n").text,
                      spread_at(g, "3D.dsc.scar").text,
                      spread_at(g, "2D.dsc.scar").text, r_at(g, "3D.scar_ml").text,
                      r_at(g, "3D.percent_lge").text, r_at(g, "2D.percent_lge").text,
                      bias_at(g, "3D.percent_lge").text);
    }
    (void)fprintf(f, "\n");
}

static void sites_and_vendors(FILE *f, const json_t *s)
{
    (void)fprintf(f, "## Sites and vendors\n\nAgainst reader 1; names, protocols and "
                     "vendors of the sites are inventions of the simulator.\n\n");
    groups(f, s, "by_site", "By site");
    groups(f, s, "by_vendor", "By vendor");
}

static void figures(FILE *f, const json_t *s)
{
    const json_t *list = json_object_get(s, "figure1");
    (void)fprintf(
        f, "## Figures\n\nFigure 1. Contours of reader 1 (upper row) and of the "
           "3D network (lower row). Patients were chosen by reader 1's %%LGE, not "
           "by how well the network did: of the test patients with scar in the order "
           "of their burdens, those one sixth, one half and five sixths along the "
           "row.\n\n");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *p = json_array_get(list, i);
        (void)fprintf(f,
                      "![Figure 1%c](figure1%c.png)\n\n%s: %%LGE %s by reader 1, %s by "
                      "the 3D network; DSC %s.\n\n",
                      (char)('a' + (char)i), (char)('a' + (char)i), word(p, "id"),
                      real_at(p, "percent_lge", 1).text,
                      real_at(p, "percent_lge_3d", 1).text, real_at(p, "dsc", 2).text);
    }
    if (json_is_true(json_object_get(s, "figure2")))
        (void)fprintf(f,
                      "![Figure 2](figure2.png)\n\nFigure 2. Scar volume and %%LGE of "
                      "the 3D network against reader 1: regression above, "
                      "Bland-Altman below; finely dashed, limits that follow the mean, "
                      "where bias or scatter depends on it (P < .05).\n\n");
    if (json_is_true(json_object_get(s, "figure3")))
        (void)fprintf(f, "![Figure 3](figure3.png)\n\nFigure 3. Scar DSC of the 3D "
                         "network by vendor, by site, and against scar volume. P: "
                         "groups of patients with scar by reader 1.\n\n");
}

static void definitions(FILE *f, const json_t *s)
{
    (void)fprintf(
        f,
        "## Definitions\n\n"
        "* Scar is what a reader marks inside the myocardium; %%LGE = 100 scar volume "
        "/ LV myocardial volume; volumes are counted on the grid of the image. A "
        "patient counts as > 15 %% when %%LGE is above 15.\n"
        "* DSC is taken per patient over the whole stack. **Where both masks are empty "
        "it does not exist** and the patient is left out of the mean (3D: %s of %s "
        "patients, 2D: %s); where one of the two is empty it is 0 and counts (reader 1 "
        "empty: %s, 3D empty: %s).\n"
        "* Of the %s patients in whom reader 1 saw no scar the 3D network marked some "
        "in %s, the 2D network in %s.\n"
        "* %%LGE needs myocardium in both masks; its r is over %s (3D) and %s (2D) "
        "patients.\n"
        "* r: Pearson's, interval by %s. DSC interval by %s: 3D %s to %s, 2D %s to "
        "%s.\n\n",
        whole_at(s, "dsc_3d.n_both_empty").text, whole_at(s, "n_test").text,
        whole_at(s, "dsc_2d.n_both_empty").text,
        whole_at(s, "dsc_3d.n_truth_empty").text,
        whole_at(s, "dsc_3d.n_pred_empty").text,
        whole_at(s, "reader1.3D.without_scar.n").text,
        whole_at(s, "reader1.3D.without_scar.n_false").text,
        whole_at(s, "reader1.2D.without_scar.n_false").text,
        whole_at(s, "reader1.3D.percent_lge.n").text,
        whole_at(s, "reader1.2D.percent_lge.n").text,
        word(s, "reader1.3D.scar_ml.pearson.ci95_method"),
        word(s, "dsc_3d.ci95_method"), real(element(s, "dsc_3d.ci95", 0), 2).text,
        real(element(s, "dsc_3d.ci95", 1), 2).text,
        real(element(s, "dsc_2d.ci95", 0), 2).text,
        real(element(s, "dsc_2d.ci95", 1), 2).text);
}

static void training(FILE *f, const json_t *s)
{
    (void)fprintf(
        f,
        "## How it was made\n\n"
        "* `cicatrix %s` (commit %s), preset %s, seed %s; engine: %s.\n"
        "* 3D network: substacks of %s slices, kernels that reach into the "
        "neighbouring slices but in the first %s of %s levels, %s epochs, batch %s. 2D "
        "network: single slices, the same number of slices in as many steps (%s "
        "epochs, batch %s). Both: %s channels at the first level, learning rate %s, "
        "running average of weights %s, %s of the samples for patients with more than "
        "15 %% scar by reader 1, %s with hearts as if inverted too early, no "
        "validation patients and no choice of a best epoch; "
        "the same augmentation; %s copy or copies averaged in prediction.\n"
        "* One coarse network (%s epochs) finds the heart for both.\n"
        "* What is drawn as scar was fitted to reader 1 on training patients: from "
        "odds of scar of 1 : %s in pieces of at least %s mL, and %s mL in all (3D); 1 "
        ": %s, %s mL and %s mL (2D).\n"
        "* In this run test patients were not opened before prediction.\n\n",
        word(s, "program.version"), word(s, "program.commit"), word(s, "study.preset"),
        word(s, "study.seed"), word(s, "machine.engine"),
        whole_at(s, "study.slices_3d").text, whole_at(s, "study.flat_levels_3d").text,
        whole_at(s, "study.levels").text, whole_at(s, "study.epochs").text,
        whole_at(s, "study.batch").text, whole_at(s, "study.epochs_2d").text,
        whole_at(s, "study.batch_2d").text, whole_at(s, "study.base").text,
        real_at(s, "study.rate", 4).text, real_at(s, "study.average", 4).text,
        real_at(s, "study.large_share", 2).text,
        real_at(s, "study.early_share", 2).text, whole_at(s, "study.poses").text,
        whole_at(s, "study.locate_epochs").text,
        real_at(s, "decision_3d.scar_odds", 2).text,
        real_at(s, "decision_3d.island_ml", 2).text,
        real_at(s, "decision_3d.smallest_ml", 1).text,
        real_at(s, "decision_2d.scar_odds", 2).text,
        real_at(s, "decision_2d.island_ml", 2).text,
        real_at(s, "decision_2d.smallest_ml", 1).text);
}

static void limits(FILE *f)
{
    (void)fprintf(
        f,
        "## Limits\n\n"
        "* Simulated hearts, scanners and readers: simpler than real ones in every way "
        "that nobody thought of. The paper's per-site numbers and its network's "
        "details were never published; site shares and protocols here are plausible "
        "inventions.\n"
        "* Training and test patients come from the same simulator, so nothing here "
        "shows that a network transfers to real scans.\n"
        "* Both readers follow one rule (a visual threshold); real readers differ in "
        "more.\n"
        "* With few patients a site, ranges of r over sites are wide by chance.\n"
        "* Research software, not a medical device.\n");
}

bool report_study_write(const char *path, const json_t *study, struct err *err)
{
    struct file_writer w = {0};
    if (!file_writer_open(path, &w, err))
        return false;
    opening(w.stream, study);
    beside_the_paper(w.stream, study);
    ceiling(w.stream, study);
    sites_and_vendors(w.stream, study);
    figures(w.stream, study);
    definitions(w.stream, study);
    training(w.stream, study);
    limits(w.stream);
    return file_writer_commit(&w, err); /* sees what the stream refused */
}
