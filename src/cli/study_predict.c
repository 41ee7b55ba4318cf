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
    const struct input_ref input = {.id = cohort_get(cohort, row, "id"), .path = image};
    const bool ok = image && quantify_case(setup, &input, &c, err);
    quantify_case_clear(&c);
    mem_free(image);
    return ok;
}

/* Test patients: how many there are, and the rows of those without a result. */
struct missing {
    size_t *row, rows, all;
};

static bool find_missing(const struct study_dir *dir, enum study_network network,
                         const struct cohort *cohort, struct missing *m,
                         struct err *err)
{
    char path[STUDY_PATH];
    m->row = mem_alloc(cohort->rows, sizeof *m->row, err);
    if (!m->row)
        return false;
    for (size_t i = 0; i < cohort->rows; i++) {
        if (!is_test(cohort, i))
            continue;
        if (!result_path(dir, network, cohort_get(cohort, i, "id"), "labels.nii.gz",
                         path, err))
            return false;
        m->all++;
        if (!file_exists(path))
            m->row[m->rows++] = i;
    }
    return m->all > 0 ||
           ERR_FAIL(err, ERR_FORMAT, "%s: no patient has split = test", dir->table);
}

static bool predict_all(const struct study_plan *plan, const struct study_dir *dir,
                        enum study_network network, const struct cohort *cohort,
                        const struct missing *m, struct err *err)
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
    const int64_t there = (int64_t)(m->all - m->rows);
    (void)snprintf(what, sizeof what, "predict %s", study_plan_name(network));
    progress_start(&progress, stderr, what, there, (int64_t)m->all);
    for (; i < m->rows && predict_one(&setup, cohort, m->row[i], err); i++)
        progress_update(&progress, there + (int64_t)i + 1, "");
    if (i == m->rows)
        progress_finish(&progress, "");
done:
    predictor_free(predictor);
    model_clear(&model);
    return i == m->rows;
}

bool study_predict_network(const struct study_plan *plan, const struct study_dir *dir,
                           enum study_network network, struct err *err)
{
    struct cohort cohort = {0};
    struct missing m = {0};
    const bool ok = cohort_read(dir->table, &cohort, err) &&
                    find_missing(dir, network, &cohort, &m, err) &&
                    (m.rows == 0 || predict_all(plan, dir, network, &cohort, &m, err));
    mem_free(m.row);
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
