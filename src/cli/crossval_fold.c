#include "cli/crossval_fold.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/lock.h"
#include "base/mem.h"
#include "cli/predict_rows.h"
#include "cli/train_progress.h"
#include "cli/tune_model.h"
#include "unet/join.h"

/* Rows of fold-K/patients.csv. */
static void put_rows(FILE *to, const struct cohort *cohort, const size_t *row, size_t n,
                     const char *end)
{
    for (size_t i = 0; i < n; i++)
        fprintf(to, "%s%s\n", cohort_get(cohort, row[i], "id"), end);
}

static bool write_patients(const struct crossval *cv, int fold,
                           const struct crossval_rows *r, struct err *err)
{
    struct file_writer w = {0};
    char path[WORK_PATH];
    if (!crossval_path(cv, fold, "patients.csv", path, err) ||
        !file_writer_open(path, &w, err))
        return false;
    fputs("id,cohort,role\n", w.stream);
    put_rows(w.stream, &cv->cohort, r->own.train, r->own.n_train, ",own,train");
    put_rows(w.stream, &cv->also, r->also.row, r->also.n, ",also,train");
    if (!r->watches_held)
        put_rows(w.stream, &cv->cohort, r->own.val, r->own.n_val, ",own,watched");
    put_rows(w.stream, &cv->cohort, r->held.row, r->held.n, ",own,held-out");
    const bool ok = file_writer_commit(&w, err);
    file_writer_abort(&w);
    return ok;
}

/* What the model will say of its data; owned by the caller. */
static char *story_of(const struct crossval *cv, int fold, struct err *err)
{
    enum { FOLD_TEXT = 128 }; /* the words and three numbers */
    const char *data = cv->choice.train.data;
    const size_t size = strlen(data) + FOLD_TEXT;
    char *story = mem_alloc(size, 1, err);

    if (story)
        (void)snprintf(story, size,
                       "%s; cross-validation: fold %d of %d (0 to %d) held out", data,
                       fold, cv->folds.folds, cv->folds.folds - 1);
    return story;
}

static bool train(const struct crossval *cv, int fold, const char *what,
                  const struct crossval_rows *r, const char *model, struct err *err)
{
    struct train_options options = cv->choice.train;
    struct train_progress progress = {.of = what};
    const struct train_watch watch = {train_progress_show, &progress};
    char *from = NULL, *story = story_of(cv, fold, err);
    bool ok = story != NULL;
    options.data = story;
    options.keep_decision = !cv->choice.tune;
    if (ok && options.from) {
        from = crossval_from_file(options.from, fold, err);
        options.from = from;
        ok = from != NULL;
    }
    const struct train_data data = {
        .cohort = &cv->cohort,
        .train_row = r->own.train,
        .train_rows = r->own.n_train,
        .val_row = r->own.val,
        .val_rows = r->own.n_val,
        .also = &cv->also,
        .also_row = r->also.row,
        .also_rows = r->also.n,
        .also_share = cv->choice.also_share,
    };
    ok = ok && write_patients(cv, fold, r, err) &&
         train_run(&data, &cv->config, &options, model, &watch, err);
    mem_free(from);
    mem_free(story);
    return ok;
}

/* The ensemble of the fold's models in other folders. */
static bool join(const struct crossval *cv, int fold, const char *model,
                 struct err *err)
{
    const struct opt_list *dirs = &cv->ensemble.dirs;
    struct path {
        char text[WORK_PATH];
    } *path = mem_alloc(dirs->count, sizeof *path, err);
    const char **from = mem_alloc(dirs->count, sizeof *from, err);
    bool ok = path && from;
    for (size_t i = 0; ok && i < dirs->count; i++) {
        from[i] = path[i].text;
        ok = crossval_model_in(dirs->item[i], fold, path[i].text, err);
    }
    ok = ok && join_models(from, dirs->count, false, model, err);
    mem_free((void *)from);
    mem_free(path);
    return ok;
}

/* The ensemble, fitted where that is asked for; it stands under its name when it is
 * finished. */
static bool make_ensemble(const struct crossval *cv, int fold, const char *model,
                          struct err *err)
{
    const struct tune_plan plan = {
        .most = SIZE_MAX, .threads = cv->choice.train.threads, .sizes = true};
    char joined[WORK_PATH];
    if (!cv->ensemble.tune_on)
        return join(cv, fold, model, err);
    if (!crossval_path(cv, fold, "joined.safetensors", joined, err) ||
        !join(cv, fold, joined, err))
        return false;
    const bool ok =
        tune_model(joined, cv->ensemble.tune_on, "train", &plan, model, NULL, err);
    (void)remove(joined);
    return ok;
}

/* The model of the fold: trained and, if that is asked for, fitted to the reader. */
static bool make_model(const struct crossval *cv, int fold, const char *what,
                       struct crossval_rows *r, const char *model, struct err *err)
{
    const struct tune_patients patients = {&cv->cohort, r->own.train, r->own.n_train};
    const struct tune_plan plan = {TUNE_PATIENTS, cv->choice.train.threads, true};
    bool tuned = true;
    if (cv->ensemble.dirs.count > 0)
        return file_exists(model) || make_ensemble(cv, fold, model, err);
    if (file_exists(model))
        train_rows_warn_newer(&cv->cohort, r->own.train, r->own.n_train, model);
    else if ((cv->choice.tune && !tune_model_can(&patients, err)) ||
             !train(cv, fold, what, r, model, err))
        return false;
    if (cv->choice.tune && !tune_model_is_tuned(model, &tuned, err))
        return false;
    return tuned || tune_model_rows(model, &patients, &plan, model, NULL, err);
}

/* The lock is ours. */
static bool work(const struct crossval *cv, int fold, const char *what, struct err *err)
{
    struct crossval_rows rows = {0};
    char model[WORK_PATH], line[64];
    if (!crossval_path(cv, fold, "model.safetensors", model, err) ||
        !crossval_rows_choose(cv, fold, &rows, err))
        return false;
    (void)snprintf(line, sizeof line, "%.50s: predict", what);
    const struct predict_rows predict = {.cohort = &cv->cohort,
                                         .row = rows.held.row,
                                         .rows = rows.held.n,
                                         .model = model,
                                         .out = cv->predictions,
                                         .what = line,
                                         .threads = cv->choice.train.threads,
                                         .precision = cv->choice.train.precision};
    const bool ok = make_model(cv, fold, what, &rows, model, err) &&
                    predict_rows_missing(&predict, err);
    crossval_rows_clear(&rows);
    return ok;
}

bool crossval_fold_run(const struct crossval *cv, int fold, const char *what, bool wait,
                       enum crossval_outcome *out, struct err *err)
{
    struct lock lock = {0};
    char dir[WORK_PATH], path[WORK_PATH];
    if (!crossval_path(cv, fold, "", dir, err) ||
        !crossval_path(cv, fold, ".lock", path, err) || !file_make_dirs(dir, err) ||
        !lock_take(path, wait, &lock, err))
        return false;
    const bool mine = lock.held;
    const bool ok = !mine || work(cv, fold, what, err);
    lock_drop(&lock);
    if (ok)
        *out = mine ? CROSSVAL_DONE : CROSSVAL_BUSY;
    return ok;
}

bool crossval_fold_is_done(const struct crossval *cv, int fold, bool *done,
                           struct err *err)
{
    char model[WORK_PATH];
    if (!crossval_path(cv, fold, "model.safetensors", model, err))
        return false;
    bool all = file_exists(model);
    for (size_t i = 0; all && i < cv->cohort.rows; i++)
        if (cv->folds.of[i] == fold &&
            !predict_rows_has(cv->predictions, cohort_get(&cv->cohort, i, "id"), &all,
                              err))
            return false;
    *done = all;
    return true;
}
