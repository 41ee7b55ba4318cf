#include "cli/tune_model.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/progress.h"
#include "cli/input_read.h"
#include "cli/split.h"
#include "unet/dataset.h"

static void show(void *user, size_t done, size_t total)
{
    struct progress *p = user;
    if (done == 1)
        progress_start(p, stderr, "tune", 0, (int64_t)total);
    progress_update(p, (int64_t)done, "");
    if (done == total)
        progress_finish(p, "");
}

bool tune_model_is_tuned(const char *path, bool *tuned, struct err *err)
{
    struct model model = {0};
    if (!model_load(path, &model, err))
        return false;
    *tuned = model.config.decision.by_region;
    model_clear(&model);
    return true;
}

bool tune_model_folds(const char *from, struct tune_fold *fold, size_t folds,
                      int threads, const char *to, struct tune_result *out,
                      struct err *err)
{
    const struct predict_options options = {.threads = threads, .precision = "auto"};
    struct progress progress = {0};
    const struct tune_watch watch = {show, &progress};
    struct model model = {0};
    struct tune_result found;
    bool ok = model_load(from, &model, err);
    for (size_t i = 0; i < folds; i++)
        fold[i].model = fold[i].model ? fold[i].model : &model;
    ok = ok && tune_fit_folds(fold, folds, &options, &watch, &found, err) &&
         tune_write(&model, &found, to, err);
    for (size_t i = 0; i < folds; i++) /* it is ours, and gone */
        fold[i].model = fold[i].model == &model ? NULL : fold[i].model;
    model_clear(&model);
    if (ok && out)
        *out = found;
    return ok;
}

static bool draws_scar(const struct tune_patients *p, size_t i, bool *drawn,
                       struct err *err)
{
    uint32_t labelled = 0;
    if (!dataset_labelled(p->cohort, p->row[i], &labelled, err)) {
        err_prefix(err, "%s: %s", p->cohort->file,
                   cohort_get(p->cohort, p->row[i], "id"));
        return false;
    }
    *drawn = label_in(LABEL_SCAR, labelled);
    return true;
}

bool tune_model_can(const struct tune_patients *p, struct err *err)
{
    bool drawn = false;
    for (size_t i = 0; i < p->rows && !drawn; i++)
        if (!draws_scar(p, i, &drawn, err))
            return false;
    return drawn ||
           ERR_FAIL(
               err, ERR_FORMAT,
               "%s: no patient to fit on whose reader drew scar (column `labelled`)",
               p->cohort->file);
}

/* Nobody else tells how the reader draws it. */
static bool keep_drawn(struct tune_patients *p, struct err *err)
{
    size_t kept = 0;
    for (size_t i = 0; i < p->rows; i++) {
        bool drawn = false;
        if (!draws_scar(p, i, &drawn, err))
            return false;
        if (drawn) {
            const size_t row = p->row[i];
            p->row[i] = p->row[kept];
            p->row[kept++] = row;
        }
    }
    p->rows = kept;
    return true;
}

bool tune_model_rows(const char *from, const struct tune_patients *patients,
                     const struct tune_plan *plan, const char *to,
                     struct tune_result *out, struct err *err)
{
    struct tune_fold all = {.held = *patients};
    struct tune_patients *some = &all.held;
    some->seen = plan->sizes;
    if (!tune_model_can(some, err) || !keep_drawn(some, err) ||
        !split_shuffle(some->cohort, SPLIT_FOR_VALIDATION, some->row, some->rows, err))
        return false;
    some->rows = some->rows < plan->most ? some->rows : plan->most;
    split_unshuffle(some->row, some->rows);
    return tune_model_folds(from, &all, 1, plan->threads, to, out, err);
}

bool tune_model(const char *from, const char *table, const char *split,
                const struct tune_plan *plan, const char *to, struct tune_result *out,
                struct err *err)
{
    struct cohort cohort = {0};
    size_t *row = NULL, rows = 0;
    bool ok = false;
    if (!cohort_read(table, &cohort, err))
        return false;
    cohort.read_image = input_read_path;
    row = mem_alloc(cohort.rows, sizeof *row, err);
    if (!row)
        goto done;
    for (size_t i = 0; i < cohort.rows; i++) {
        const char *its = cohort_get(&cohort, i, "split");
        if (!its || strcmp(its, split) == 0)
            row[rows++] = i;
    }
    const struct tune_patients patients = {&cohort, row, rows};
    ok = rows > 0
             ? tune_model_rows(from, &patients, plan, to, out, err)
             : ERR_FAIL(err, ERR_FORMAT, "%s: no patient has split = %s", table, split);
done:
    mem_free(row);
    cohort_clear(&cohort);
    return ok;
}
