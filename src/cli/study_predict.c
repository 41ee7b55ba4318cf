#include "cli/study_predict.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/progress.h"
#include "cli/quantify_case.h"
#include "image/cohort.h"

enum { MAX_RESULT = 16 * 1024 * 1024 };

static bool is_test(const struct cohort *cohort, size_t row)
{
    const char *split = cohort_get(cohort, row, "split");
    return split && strcmp(split, "test") == 0;
}

/* <pred>/<id>/<name> */
static bool result_path(const struct study_dir *dir, enum study_network network,
                        const char *id, const char *name, char path[STUDY_PATH],
                        struct err *err)
{
    char folder[STUDY_PATH];
    return study_dir_join(dir->pred[network], id, folder, err) &&
           study_dir_join(folder, name, path, err);
}

static bool predict_one(const struct quantify_setup *setup, const struct cohort *cohort,
                        size_t row, struct err *err)
{
    struct quantify_case c = {0};
    char *image = cohort_path(cohort, row, "image", err);
    const bool ok =
        image && quantify_case(setup, cohort_get(cohort, row, "id"), image, &c, err);
    quantify_case_clear(&c);
    mem_free(image);
    return ok;
}

/* Rows of test patients without a result. */
static bool find_missing(const struct study_dir *dir, enum study_network network,
                         const struct cohort *cohort, size_t *rows, size_t *n,
                         size_t *all, struct err *err)
{
    char path[STUDY_PATH];
    *n = *all = 0;
    for (size_t i = 0; i < cohort->rows; i++) {
        if (!is_test(cohort, i))
            continue;
        if (!result_path(dir, network, cohort_get(cohort, i, "id"), "labels.nii.gz",
                         path, err))
            return false;
        (*all)++;
        if (!file_exists(path))
            rows[(*n)++] = i;
    }
    return *all > 0 ||
           ERR_FAIL(err, ERR_FORMAT, "%s: no patient has split = test", dir->table);
}

static bool predict_all(const struct study_plan *plan, const struct study_dir *dir,
                        enum study_network network, const struct cohort *cohort,
                        const size_t *rows, size_t n, size_t all, struct err *err)
{
    const struct predict_options options = {.threads = plan->threads,
                                            .precision = "auto"};
    struct progress progress = {0};
    struct predictor *predictor = NULL;
    struct model model = {0};
    char what[64];
    size_t i = 0;
    if (!model_load(dir->model[network], &model, err) ||
        !predictor_new(&model, &options, &predictor, err) ||
        !file_make_dirs(dir->pred[network], err))
        goto done;
    const struct quantify_setup setup = {.model = &model,
                                         .predictor = predictor,
                                         .out = dir->pred[network],
                                         .rule = MEASURE_RULE_ABOVE_15};
    (void)snprintf(what, sizeof what, "predict %s", study_plan_name(network));
    progress_start(&progress, stderr, what, (int64_t)(all - n), (int64_t)all);
    for (; i < n && predict_one(&setup, cohort, rows[i], err); i++)
        progress_update(&progress, (int64_t)(all - n + i) + 1, "");
    if (i == n)
        progress_finish(&progress, "");
done:
    predictor_free(predictor);
    model_clear(&model);
    return predictor && i == n;
}

bool study_predict_network(const struct study_plan *plan, const struct study_dir *dir,
                           enum study_network network, struct err *err)
{
    struct cohort cohort = {0};
    size_t *rows = NULL, n = 0, all = 0;
    bool ok = false;
    if (!cohort_read(dir->table, &cohort, err))
        return false;
    rows = mem_alloc(cohort.rows, sizeof *rows, err);
    if (rows && find_missing(dir, network, &cohort, rows, &n, &all, err))
        ok = n == 0 || predict_all(plan, dir, network, &cohort, rows, n, all, err);
    mem_free(rows);
    cohort_clear(&cohort);
    return ok;
}

static bool add_speed(const char *path, struct study_speed *s, struct err *err)
{
    json_error_t why;
    const char *precision = NULL;
    int slices = 0;
    double network_s = 0.0, total_s = 0.0;
    struct bytes b = {0};
    if (!file_read(path, MAX_RESULT, &b, err))
        return false;
    json_t *root = json_loadb((const char *)b.data, b.size, 0, &why);
    bytes_clear(&b);
    const bool ok =
        root && json_unpack(root, "{s{ss}s{si}s{sFsF}}", "model", "precision",
                            &precision, "geometry", "slices", &slices, "timing",
                            "network_s", &network_s, "total_s", &total_s) == 0;
    if (ok) {
        s->patients++;
        s->images += (size_t)slices;
        s->seconds_per_image += total_s;
        s->network_s += network_s;
        (void)snprintf(s->precision, sizeof s->precision, "%s", precision);
    } else {
        err_record(err, ERR_FORMAT, "%s: not a result of this program", path);
    }
    json_decref(root);
    return ok;
}

bool study_predict_speed(const struct study_dir *dir, enum study_network network,
                         struct study_speed *out, struct err *err)
{
    struct study_speed s = {0};
    struct cohort cohort = {0};
    char path[STUDY_PATH];
    bool ok = cohort_read(dir->table, &cohort, err);
    for (size_t i = 0; ok && i < cohort.rows; i++)
        if (is_test(&cohort, i))
            ok = result_path(dir, network, cohort_get(&cohort, i, "id"), "results.json",
                             path, err) &&
                 add_speed(path, &s, err);
    cohort_clear(&cohort);
    if (!ok)
        return false;
    if (s.images > 0) {
        s.seconds_per_image /= (double)s.images;
        s.network_s /= (double)s.images;
    }
    *out = s;
    return true;
}
