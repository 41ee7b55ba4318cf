#include "cli/study_train.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "cli/train_progress.h"
#include "cli/tune_model.h"
#include "image/cohort.h"

bool study_train_network(const struct study_plan *plan, const struct study_dir *dir,
                         enum study_network network, struct err *err)
{
    struct train_options options = study_plan_training(plan, network);
    struct train_progress progress = {0};
    const struct train_watch watch = {train_progress_show, &progress};
    struct unet_config config;
    struct cohort cohort = {0};
    size_t *rows = NULL, n = 0;
    char text[512], data[640];
    bool ok = false;

    if (file_exists(dir->model[network]))
        return true;
    study_plan_text(plan, text, sizeof text);
    (void)snprintf(data, sizeof data,
                   "simulated cohort, read by simulated reader 1: %s", text);
    options.data = data;
    options.from = network == STUDY_3D ? NULL : dir->model[STUDY_3D];
    if (!study_plan_config(plan, network, &config, err) ||
        !cohort_read(dir->table, &cohort, err))
        goto done;
    rows = mem_alloc(cohort.rows, sizeof *rows, err);
    if (!rows)
        goto done;
    for (size_t i = 0; i < cohort.rows; i++) {
        const char *split = cohort_get(&cohort, i, "split");
        if (split && strcmp(split, "train") == 0)
            rows[n++] = i;
    }
    if (n == 0) {
        err_record(err, ERR_FORMAT, "%s: no patient has split = train", dir->table);
        goto done;
    }
    ok = train_run(
        &(struct train_data){.cohort = &cohort, .train_row = rows, .train_rows = n},
        &config, &options, dir->model[network], &watch, err);
done:
    mem_free(rows);
    cohort_clear(&cohort);
    return ok;
}

bool study_tune_network(const struct study_plan *plan, const struct study_dir *dir,
                        enum study_network network, struct err *err)
{
    const char *path = dir->model[network];
    const struct tune_plan how = {TUNE_PATIENTS, plan->threads, true};
    bool tuned = false;
    if (!tune_model_is_tuned(path, &tuned, err))
        return false;
    return tuned || tune_model(path, dir->table, "train", &how, path, NULL, err);
}

bool study_tune_read(const struct study_dir *dir,
                     struct unet_decision decision[AT_LEAST(STUDY_NETWORKS)],
                     struct err *err)
{
    for (int n = 0; n < STUDY_NETWORKS; n++) {
        struct model model = {0};
        if (!model_load(dir->model[n], &model, err))
            return false;
        decision[n] = model.config.decision;
        model_clear(&model);
    }
    return true;
}
