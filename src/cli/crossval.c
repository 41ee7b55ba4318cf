/* crossval: every patient of a cohort, segmented by a model that never saw it. */
#include <stdio.h>

#include "base/clock.h"
#include "cli/command.h"
#include "cli/crossval_fold.h"
#include "cli/say.h"

struct options {
    const char *table, *out;
    struct train_choice choice;
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

/* The folds that were asked for, one after the other. */
static bool run_folds(const struct options *o, const struct crossval *cv,
                      struct err *err)
{
    const int all = o->only < 0 ? cv->folds.folds : 1;
    int place = 0, done = 0;
    double total = 0.0;
    for (int fold = 0; fold < cv->folds.folds; fold++) {
        enum crossval_outcome outcome = CROSSVAL_BUSY;
        const double began = clock_seconds();
        char what[48];
        if (!is_asked_for(o, fold))
            continue;
        (void)snprintf(what, sizeof what, "fold %d (%d of %d)", fold,
                       all > 1 ? ++place : fold + 1, cv->folds.folds);
        if (!crossval_fold_run(cv, fold, what, &outcome, err))
            return false;
        if (outcome == CROSSVAL_BUSY) {
            printf("%s: another process is at it\n", what);
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

static int run(const struct options *o, struct err *err)
{
    struct crossval cv = {0};
    int open = 0, status = EXIT_FAILED;
    if (!crossval_open(o->table, &o->choice, o->folds, o->out, &cv, err))
        return EXIT_FAILED;
    if (o->only >= cv.folds.folds) {
        err_record(err, ERR_ARG, "--fold %d: the folds are 0 to %d", o->only,
                   cv.folds.folds - 1);
        status = EXIT_USAGE;
        goto done;
    }
    if (!run_folds(o, &cv, err) || !count_open(&cv, &open, err))
        goto done;
    if (open > 0)
        printf("%d of %d folds are open; whoever finishes the last one evaluates\n",
               open, cv.folds.folds);
    status = EXIT_DONE;
done:
    crossval_clear(&cv);
    return status;
}

int command_crossval(int argc, char **argv)
{
    struct options o = {.only = -1, .choice = train_choice_defaults()};
    struct opt opts[3 + TRAIN_CHOICE_OPTS] = {
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
    };
    o.choice.val_share = 0.0;
    train_choice_opts(&o.choice, opts + 3);
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
            "and ends with the same result. With --val-share 0, the default, the "
            "validation of the training logs shows the patients held out; nothing is "
            "chosen by it. In --from, {fold} stands for the number of the fold.",
        .example = "  cicatrix crossval emidec/COHORT.csv -o cv3d --epochs 300\n"
                   "  cicatrix crossval emidec/COHORT.csv -o cv2d --arch unet2d \\\n"
                   "      --from 'cv3d/fold-{fold}/model.safetensors' "
                   "--locate-epochs 0\n",
        .opts = opts,
        .n_opts = ARRAY_LEN(opts),
        .min_args = 1,
        .max_args = 1,
    };
    struct opt_list args = {0};
    struct err err = {0};
    int status = EXIT_FAILED;

    if (opt_parse(&command, argc, argv, &args, &status)) {
        o.table = args.item[0];
        status = run(&o, &err);
        if (err.code != ERR_NONE)
            say_err(&err);
    }
    opt_list_clear(&args);
    return status;
}
