#include "cli/tune_model.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "cli/input_read.h"
#include "cli/split.h"

static void show(void *user, size_t done, size_t total)
{
    struct progress *p = &((struct tune_meter *)user)->progress;
    if (done == 1)
        progress_start(p, stderr, "tune", 0, (int64_t)total);
    progress_update(p, (int64_t)done, "");
    if (done == total)
        progress_finish(p, "");
}

struct tune_watch tune_meter_watch(struct tune_meter *meter)
{
    return (struct tune_watch){show, meter};
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

bool tune_model_rows(const char *from, const struct tune_patients *patients,
                     const struct tune_plan *plan, const char *to,
                     struct tune_result *out, struct err *err)
{
    const struct predict_options options = {.threads = plan->threads,
                                            .precision = "auto"};
    struct tune_meter meter = {0};
    const struct tune_watch watch = tune_meter_watch(&meter);
    struct model model = {0};
    struct tune_result found;
    struct tune_patients some = *patients;
    some.seen = plan->seen;
    some.rows = patients->rows < plan->most ? patients->rows : plan->most;
    if (!split_shuffle(some.cohort, SPLIT_FOR_VALIDATION, some.row, patients->rows,
                       err))
        return false;
    split_unshuffle(some.row, some.rows);
    const bool ok = model_load(from, &model, err) &&
                    tune_fit(&model, &some, &options, &watch, &found, err) &&
                    tune_write(&model, &found, to, err);
    model_clear(&model);
    if (ok && out)
        *out = found;
    return ok;
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
