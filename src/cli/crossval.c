/* crossval: every patient of a cohort, segmented by a model that never saw it. */
#include <stdio.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/lock.h"
#include "base/rank.h"
#include "cli/command.h"
#include "cli/crossval_curves.h"
#include "cli/crossval_evaluate.h"
#include "cli/crossval_fold.h"
#include "cli/crossval_json.h"
#include "cli/crossval_report.h"
#include "cli/say.h"
#include "report/json_out.h"

struct options {
    const char *out;
    struct train_choice choice;
    struct crossval_ensemble ensemble;
    struct opt_list compare;
    const char *by;
    int folds, only; /* 0: not said; -1: every fold */
};

/* "41 min", "2 h 44 min", "12 s" */
static void duration(double seconds, char text[static 32])
{
    const int minutes = (int)((seconds + 30.0) / 60.0);
    if (seconds < 100.0)
        (void)snprintf(text, 32, "%.0f s", seconds);
    else if (minutes < 100)
        (void)snprintf(text, 32, "%d min", minutes);
    else
        (void)snprintf(text, 32, "%d h %d min", minutes / 60, minutes % 60);
}

/* How far we are, and how long the folds that are left will take: as long as these. */
static bool say_fold(const char *what, double seconds, int left, double mean,
                     struct err *err)
{
    char took[32], more[32];
    duration(seconds, took);
    duration(mean * left, more);
    if (left > 0)
        printf("%s: done, %s; the other %d in about %s\n", what, took, left, more);
    else
        printf("%s: done, %s\n", what, took);
    return fflush(stdout) == 0 ||
           ERR_FAIL(err, ERR_IO, "cannot write to standard output");
}

static bool is_asked_for(const struct options *o, int fold)
{
    return o->only < 0 || o->only == fold;
}

/* Ranks of a launcher do not go before all folds are done: one may die. */
static bool is_waiting(const struct options *o)
{
    return o->only < 0 && rank_here().count > 1;
}

/* The folds that were asked for, one after the other; ranks begin at different ones. */
static bool run_folds(const struct options *o, const struct crossval *cv,
                      struct err *err)
{
    const int all = o->only < 0 ? cv->folds.folds : 1;
    const int start = (int)rank_start(cv->folds.folds);
    int place = 0, done = 0;
    double total = 0.0;
    for (int k = 0; k < cv->folds.folds; k++) {
        enum crossval_outcome outcome = CROSSVAL_BUSY;
        const double began = clock_seconds();
        const int fold = (start + k) % cv->folds.folds;
        bool before = false;
        char what[48];
        if (!is_asked_for(o, fold))
            continue;
        (void)snprintf(what, sizeof what, "fold %d (%d of %d)", fold,
                       all > 1 ? ++place : fold + 1, cv->folds.folds);
        if (!crossval_fold_is_done(cv, fold, &before, err) ||
            !crossval_fold_run(cv, fold, what, false, &outcome, err))
            return false;
        if (outcome == CROSSVAL_BUSY && is_waiting(o))
            continue;
        if (outcome == CROSSVAL_BUSY) {
            printf("%s: another process is at it\n", what);
            continue;
        }
        if (before) { /* nothing was trained: it says nothing of the others */
            printf("%s: was done before\n", what);
            continue;
        }
        const double seconds = clock_seconds() - began;
        total += seconds;
        done++;
        if (!say_fold(what, seconds, all > 1 ? all - place : 0, total / done, err))
            return false;
    }
    return true;
}

/* Wait for those that others are at, and take up what one that died was at. */
static bool wait_for_folds(const struct crossval *cv, struct err *err)
{
    for (int fold = 0; fold < cv->folds.folds; fold++) {
        enum crossval_outcome outcome = CROSSVAL_BUSY;
        char what[48];
        (void)snprintf(what, sizeof what, "fold %d", fold);
        if (!crossval_fold_run(cv, fold, what, true, &outcome, err))
            return false;
    }
    return true;
}

/* Whatever is not there yet. */
static bool count_open(const struct crossval *cv, int *open, struct err *err)
{
    *open = 0;
    for (int fold = 0; fold < cv->folds.folds; fold++) {
        bool done = false;
        if (!crossval_fold_is_done(cv, fold, &done, err))
            return false;
        *open += done ? 0 : 1;
    }
    return true;
}

/* ---- the evaluation ---- */

static void print_result(const struct crossval *cv, const struct crossval_result *r)
{
    for (size_t m = 0; m < r->methods; m++) {
        const struct crossval_class *c = r->method[m].of;
        const struct evaluate_group *g = &r->study.methods[m].groups[0];
        const struct evaluate_pair *p = &g->pair[EVALUATE_PERCENT_LGE];
        printf("%s: DSC as EMIDEC counts: myocardium %.3f, infarct %.3f, no-reflow "
               "%.3f; scar (3+4, %zu patients) %.3f; %%LGE r %.3f, bias %.2f\n",
               r->study.methods[m].name, c[EVALUATE_MYOCARDIUM].official.dsc.mean,
               c[EVALUATE_INFARCT].official.dsc.mean,
               c[EVALUATE_NO_REFLOW].official.dsc.mean, g->dice[EVALUATE_SCAR].dsc.n,
               g->dice[EVALUATE_SCAR].dsc.mean, p->pearson.r, p->bland_altman.bias);
    }
    printf("%s/crossval.md: the report\n", cv->report);
}

/* crossval.json comes last: it says that the report is complete. */
static bool write_report(const struct crossval *cv, const struct crossval_result *r,
                         struct err *err)
{
    char page[WORK_PATH], numbers[WORK_PATH];
    bool curves = false;
    const char *watched =
        r->watches_held ? "patients held out" : "a share of the patients learned from";
    json_t *json = crossval_json_make(cv, r, err);
    const bool ok = json && work_dir_join(cv->report, "crossval.md", page, err) &&
                    work_dir_join(cv->report, "crossval.json", numbers, err) &&
                    crossval_curves_draw(cv, watched, &curves, err) &&
                    crossval_report_write(cv, r, watched, curves, page, err) &&
                    report_json_write(numbers, json, err);
    json_decref(json);
    return ok;
}

/* Is the report complete? */
static bool is_evaluated(const struct crossval *cv, bool *is, struct err *err)
{
    char numbers[WORK_PATH];
    if (!work_dir_join(cv->report, "crossval.json", numbers, err))
        return false;
    *is = file_exists(numbers);
    return true;
}

/* One process at a time; the next one does the same again, but of ranks that began
 * without a report only one makes it. */
static bool evaluate(const struct options *o, const struct crossval *cv, bool was_there,
                     struct err *err)
{
    bool is_there = false;
    struct crossval_result r = {0};
    struct lock lock = {0};
    char path[WORK_PATH];
    if (!work_dir_join(cv->root, ".lock", path, err) ||
        !lock_take(path, true, &lock, err))
        return false;
    if (!is_evaluated(cv, &is_there, err)) {
        lock_drop(&lock);
        return false;
    }
    if (is_waiting(o) && is_there && !was_there) {
        lock_drop(&lock);
        return true;
    }
    const bool ok =
        crossval_evaluate(cv, &o->compare, o->by, &r, err) && write_report(cv, &r, err);
    if (ok)
        print_result(cv, &r);
    crossval_result_clear(&r);
    lock_drop(&lock);
    return ok;
}

/* ---- the command ---- */

static int run(void *options, const struct opt_list *args, struct err *err)
{
    const struct options *o = options;
    const char *table = args->item[0];
    struct crossval cv = {0};
    struct unet_config config;
    int open = 0, status = EXIT_FAILED;
    bool was_there = false;
    if (!crossval_config(&o->choice, &config, err))
        return EXIT_USAGE;
    if (o->ensemble.tune_on && o->ensemble.dirs.count == 0) {
        err_record(err, ERR_ARG, "--tune-on needs --ensemble");
        return EXIT_USAGE;
    }
    if (!crossval_open(table, &o->choice, &o->ensemble, o->folds, o->out, &cv, err))
        return EXIT_FAILED;
    if (o->only >= cv.folds.folds) {
        err_record(err, ERR_ARG, "--fold %d: the folds are 0 to %d", o->only,
                   cv.folds.folds - 1);
        status = EXIT_USAGE;
        goto done;
    }
    if (!crossval_evaluate_check(&cv, &o->compare, o->by, err) ||
        !is_evaluated(&cv, &was_there, err) || !run_folds(o, &cv, err) ||
        (is_waiting(o) && !wait_for_folds(&cv, err)) || !count_open(&cv, &open, err) ||
        (open == 0 && !evaluate(o, &cv, was_there, err)))
        goto done;
    if (open > 0)
        printf("%d of %d folds are open; whoever finishes the last one evaluates\n",
               open, cv.folds.folds);
    status = EXIT_DONE;
done:
    crossval_clear(&cv);
    return status;
}

enum { OWN_OPTS = 7 };

int command_crossval(int argc, char **argv)
{
    struct options o = {.only = -1, .choice = train_choice_defaults()};
    struct opt opts[OWN_OPTS + TRAIN_CHOICE_OPTS] = {
        {"output", 'o', OPT_TEXT, &o.out, "DIR",
         "Folder of the models, predictions and the report; what is there of it "
         "already is not made again.",
         0, 0, true},
        {"folds", 0, OPT_INT, &o.folds, "N",
         "How many, where the cohort has no column `fold` (default: 5).", 2, 999,
         false},
        {"fold", 0, OPT_INT, &o.only, "K",
         "This fold alone (0 and on), so that several processes or machines can share "
         "the work; whoever finishes the last one evaluates.",
         0, 998, false},
        {"compare", 0, OPT_LIST, &o.compare, "[NAME=]DIR",
         "Another cross-validation of the same folds (the 2D network's, say), to be "
         "evaluated beside this one, with paired tests; once for each.",
         0, 0, false},
        {"ensemble", 0, OPT_LIST, &o.ensemble.dirs, "DIR",
         "Train nothing: a fold's model is the ensemble (join) of the models of the "
         "same fold of cross-validations that are done; once for each. The options of "
         "training are not heeded.",
         0, 0, false},
        {"tune-on", 0, OPT_TEXT, &o.ensemble.tune_on, "COHORT.csv",
         "With --ensemble: fit how small scar must be to be left out (tune --sizes), "
         "each fold's model by itself, on patients that no network learned from "
         "(simulated ones, say), of them those with split = train, where it has that "
         "column; else the first member's sizes are taken.",
         0, 0, false},
        {"by", 0, OPT_TEXT, &o.by, "COLUMNS",
         "Groups by these columns of the cohort, separated by commas (default: group "
         "and fold, where they are).",
         0, 0, false},
    };
    o.choice.val_share = 0.0;
    train_choice_opts(&o.choice, opts + OWN_OPTS);
    const struct opt_command command = {
        .name = "crossval",
        .usage = "COHORT.csv -o DIR [options]",
        .summary = "Train on some patients and measure the others, in turn, until a "
                   "model that never saw them has measured everybody.",
        .details =
            "Whoever is held out together stands in the cohort's column `fold` (0, 1, "
            "...); without it patients are dealt by their names, stratified by the "
            "column `group`. A row whose `source_id` names a patient (a painted or "
            "warped copy) is left out of the training of the fold that holds the "
            "patient out, in COHORT.csv and in the cohort of --also. `split` is not "
            "looked at.\n\n"
            "It may be stopped at any time; the same command goes on where it stopped "
            "and ends with the same result. Patients are known by their names: where "
            "labels were changed since, take another folder. With --val-share 0, the "
            "default, the validation of the training logs shows the patients held out; "
            "nothing is chosen by it. In --from, {fold} stands for the number of the "
            "fold.\n\n"
            "DIR/report holds DSC, HD95 and volumes of every patient and class, "
            "EMIDEC's official metrics beside ours, figures and learning curves; "
            "nothing in it shows a patient.\n\n"
            "Started N times by mpirun or srun, the processes share the folds, and one "
            "that dies leaves its fold to the others (docs/cluster.md).",
        .example = "  cicatrix crossval emidec/COHORT.csv -o cv3d --epochs 300\n"
                   "  cicatrix crossval emidec/COHORT.csv -o cv2d --arch unet2d \\\n"
                   "      --from 'cv3d/fold-{fold}/model.safetensors' "
                   "--locate-epochs 0 --compare cv3d\n"
                   "  cicatrix crossval emidec/COHORT.csv -o cv --ensemble cv3d "
                   "--ensemble cv2d\n",
        .opts = opts,
        .n_opts = ARRAY_LEN(opts),
        .min_args = 1,
        .max_args = 1,
    };
    return opt_run(&command, argc, argv, run, &o);
}
