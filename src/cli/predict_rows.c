#include "cli/predict_rows.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/progress.h"
#include "cli/patient_dir.h"
#include "cli/quantify_case.h"

char *predict_rows_path(const char *out, const char *id, const char *name,
                        struct err *err)
{
    char *folder = file_join(out, id, err);
    char *path = folder ? file_join(folder, name, err) : NULL;
    mem_free(folder);
    return path;
}

bool predict_rows_has(const char *out, const char *id, bool *has, struct err *err)
{
    char *numbers = predict_rows_path(out, id, "results.json", err);
    char *labels = numbers ? predict_rows_path(out, id, "labels.nii.gz", err) : NULL;
    if (labels)
        *has = file_exists(numbers) && file_exists(labels);
    const bool ok = labels != NULL;
    mem_free(numbers);
    mem_free(labels);
    return ok;
}

bool predict_rows_record(const char *out, const char *id, struct patient_record *record,
                         struct err *err)
{
    char *path = predict_rows_path(out, id, "results.json", err);
    const bool ok = path && report_record_read(path, record, err);
    mem_free(path);
    return ok;
}

/* Is there a result, and by this model? */
static bool is_done(const struct predict_rows *p, const struct model *model, size_t row,
                    bool *done, struct err *err)
{
    struct patient_record record = {0};
    const char *id = cohort_get(p->cohort, row, "id");
    bool there = false;
    if (!predict_rows_has(p->out, id, &there, err) ||
        (there && !predict_rows_record(p->out, id, &record, err)))
        return false;
    *done = there && record.result.model.sha256 &&
            strcmp(record.result.model.sha256, model->sha256) == 0;
    report_record_clear(&record);
    return true;
}

static bool predict_one(const struct quantify_setup *setup, const struct cohort *cohort,
                        size_t row, struct err *err)
{
    struct quantify_case c = {0};
    char *image = cohort_path(cohort, row, "image", err);
    const struct input_ref input = {.id = cohort_get(cohort, row, "id"), .path = image};
    const bool ok = image && quantify_case(setup, &input, &c, err);
    quantify_case_clear(&c);
    mem_free(image);
    return ok;
}

static bool predict_all(const struct predict_rows *p, const struct model *model,
                        const size_t *missing, size_t n, struct err *err)
{
    const struct predict_options options = {.threads = p->threads,
                                            .precision = p->precision};
    struct progress progress = {0};
    struct predictor *predictor = NULL;
    size_t i = 0;
    if (!predictor_new(model, &options, &predictor, err) ||
        !file_make_dirs(p->out, err)) {
        predictor_free(predictor);
        return false;
    }
    patient_dir_sweep(p->out);
    const struct quantify_setup setup = {.model = model,
                                         .predictor = predictor,
                                         .out = p->out,
                                         .rule = MEASURE_RULE_ABOVE_15};
    const int64_t there = (int64_t)(p->rows - n);
    progress_start(&progress, stderr, p->what, there, (int64_t)p->rows);
    for (; i < n && predict_one(&setup, p->cohort, missing[i], err); i++)
        progress_update(&progress, there + (int64_t)i + 1, "");
    if (i == n)
        progress_finish(&progress, "");
    predictor_free(predictor);
    return i == n;
}

bool predict_rows_missing(const struct predict_rows *p, struct err *err)
{
    struct model model = {0};
    bool ok = false;
    size_t n = 0;
    size_t *missing = mem_alloc(p->rows, sizeof *missing, err);
    if (!missing || !model_load(p->model, &model, err))
        goto done;
    for (size_t i = 0; i < p->rows; i++) {
        bool is_there = false;
        if (!is_done(p, &model, p->row[i], &is_there, err))
            goto done;
        if (!is_there)
            missing[n++] = p->row[i];
    }
    ok = n == 0 || predict_all(p, &model, missing, n, err);
done:
    model_clear(&model);
    mem_free(missing);
    return ok;
}
