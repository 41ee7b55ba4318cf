#include "cli/calibrate_read.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "cli/evaluate_case.h"
#include "cli/evaluate_score.h"
#include "image/nifti.h"

enum { MOST_RESULT_BYTES = 16 * 1024 * 1024 };

void calibrate_read_clear(struct calibrate_set *set)
{
    mem_free(set->patient);
    mem_free(set->other);
    *set = (struct calibrate_set){0};
}

/* dir/name/results.json */
static char *result_path(const char *dir, const char *name, struct err *err)
{
    char *folder = file_join(dir, name, err);
    char *path = folder ? file_join(folder, "results.json", err) : NULL;

    mem_free(folder);
    return path;
}

/* What a result holds of interest. */
struct result {
    struct measure_features features;
    double percent_lge;
    struct quality shape;
};

static double number_of(const json_t *v)
{
    return json_is_number(v) ? json_number_value(v) : (double)NAN;
}

static bool interpret(const json_t *root, struct result *r, struct err *err)
{
    const json_t *quality = json_object_get(root, "quality");
    const json_t *features = json_object_get(quality, "features"), *reason;
    size_t i;

    if (!json_is_object(features))
        return ERR_FAIL(err, ERR_FORMAT,
                        "no quality.features: not written by quantify or crossval of "
                        "this version");
    for (int f = 0; f < MEASURE_FEATURES; f++)
        r->features.value[f] = number_of(
            json_object_get(features, measure_feature_name((enum measure_feature)f)));
    r->percent_lge =
        number_of(json_object_get(json_object_get(root, "scar"), "percent_lge"));
    json_array_foreach(json_object_get(quality, "reasons"), i, reason)
        report_quality_note(&r->shape, json_string_value(reason));
    return true;
}

static bool read_result(const char *path, struct result *out, struct err *err)
{
    struct result r = {0};
    struct bytes file = {0};
    json_error_t why;

    if (!file_read(path, MOST_RESULT_BYTES, &file, err))
        return false;
    json_t *root =
        json_loadb((const char *)file.data, file.size, JSON_REJECT_DUPLICATES, &why);
    bytes_clear(&file);
    bool ok = root || ERR_FAIL(err, ERR_FORMAT, "line %d: %s", why.line, why.text);
    ok = ok && interpret(root, &r, err);
    json_decref(root);
    if (!ok)
        err_prefix(err, "%s", path);
    else
        *out = r;
    return ok;
}

/* DSC of wall without scar and scar together: a voxel agrees when its label does. */
static bool join(const struct labels *truth, const char *path,
                 const struct measure_dice *scar, double *dsc, struct err *err)
{
    struct labels pred = {0};
    struct measure_dice wall;
    const bool ok = nifti_read_labels(path, &pred, err) &&
                    measure_dice(truth, &pred, LABEL_BIT(LABEL_MYOCARDIUM), &wall, err);

    labels_clear(&pred);
    if (!ok)
        return false;
    const int64_t all = scar->truth + scar->pred + wall.truth + wall.pred;
    *dsc = all > 0 ? 2.0 * (double)(scar->both + wall.both) / (double)all : (double)NAN;
    return true;
}

/* DSC and %LGE against the truth. */
static bool compare(const char *dir, const char *id, const char *truth_path,
                    struct calibrate_patient *p, struct err *err)
{
    const struct evaluate_scoring scoring = evaluate_score_usual();
    struct evaluate_case c = {0};
    struct labels truth = {0};
    char *path = NULL;
    double dsc = (double)NAN;
    bool ok = false;

    if (!evaluate_case_find(dir, id, &path, err))
        return false;
    if (!path)
        return ERR_FAIL(err, ERR_FORMAT, "%s: no labels of %s", dir, id);
    ok = nifti_read_labels(truth_path, &truth, err) &&
         evaluate_case_compare(&truth, truth_path, path, &scoring, &c, err) &&
         join(&truth, path, &c.dice[EVALUATE_SCAR], &dsc, err);
    if (ok) {
        p->trial.truth = c.truth.percent_lge;
        p->trial.loss = 1.0 - dsc;
        p->dsc_myocardium = c.dice[EVALUATE_MYOCARDIUM].dsc;
        p->dsc_scar = c.truth.scar_ml > 0.0 ? c.dice[EVALUATE_SCAR].dsc : (double)NAN;
    }
    labels_clear(&truth);
    mem_free(path);
    return ok;
}

/* A row of the cohort.  Counted, or added to the set. */
static bool read_row(const char *dir, const struct cohort *cohort, size_t row,
                     struct calibrate_set *set, struct err *err)
{
    const char *id = cohort_get(cohort, row, "id");
    const char *label = cohort_get(cohort, row, "label");
    struct calibrate_patient p = {0};
    struct result r = {0};
    char *truth = NULL;
    bool ok = false;

    if (!label || !label[0]) {
        set->unlabelled++;
        return true;
    }
    char *path = result_path(dir, id, err);
    if (!path)
        return false;
    if (!file_exists(path)) {
        set->missing++;
        ok = true;
        goto done;
    }
    truth = cohort_path(cohort, row, "label", err);
    if (!truth || !read_result(path, &r, err) || !compare(dir, id, truth, &p, err))
        goto done;
    (void)snprintf(p.id, sizeof p.id, "%s", id);
    p.trial.features = r.features;
    p.trial.percent_lge = r.percent_lge;
    p.shape = r.shape;
    if (isfinite(p.trial.percent_lge) && isfinite(p.trial.truth))
        set->patient[set->n++] = p;
    else
        set->not_measured++;
    ok = true;
done:
    mem_free(truth);
    mem_free(path);
    return ok;
}

bool calibrate_read_patients(const char *dir, const struct cohort *cohort,
                             struct calibrate_set *set, struct err *err)
{
    char *inner = file_join(dir, "predictions", err);
    bool ok = inner != NULL;

    if (ok && !file_is_dir(dir))
        ok = ERR_FAIL(err, ERR_IO, "%s: no such folder", dir);
    if (ok) {
        struct calibrate_patient *grown = mem_grow(
            set->patient, set->n, set->n + cohort->rows, sizeof *set->patient, err);
        ok = grown != NULL;
        if (ok)
            set->patient = grown;
    }
    for (size_t row = 0; ok && row < cohort->rows; row++)
        ok = read_row(file_is_dir(inner) ? inner : dir, cohort, row, set, err);
    mem_free(inner);
    return ok;
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static bool looks_like_something(const struct measure_features *f)
{
    double cue[MEASURE_CUES];
    bool any = false;

    measure_signs_cues(f, cue);
    for (int i = 0; i < MEASURE_CUES; i++)
        any = any || isfinite(cue[i]);
    return any;
}

static bool read_other(const char *dir, const char *name, struct calibrate_set *set,
                       struct err *err)
{
    char *path = result_path(dir, name, err);
    struct result r = {0};
    bool ok = path != NULL;

    if (ok && file_exists(path)) {
        ok = read_result(path, &r, err);
        if (ok && looks_like_something(&r.features))
            set->other[set->others++] = (struct measure_other){r.features, set->kinds};
        else if (ok)
            set->other_without++;
    }
    mem_free(path);
    return ok;
}

bool calibrate_read_others(const char *dir, struct calibrate_set *set, struct err *err)
{
    struct dirent **entry = NULL;
    const size_t before = set->others, without = set->other_without;

    if (set->kinds == MEASURE_LOOKS)
        return ERR_FAIL(err, ERR_SUPPORT, "%s: more than %d kinds of stacks", dir,
                        (int)MEASURE_LOOKS);
    const int n = scandir(dir, &entry, is_visible, alphasort);
    if (n < 0)
        return ERR_FAIL(err, ERR_IO, "%s: %s", dir, file_cause(errno));
    struct measure_other *grown = mem_grow(
        set->other, set->others, set->others + (size_t)n + 1, sizeof *set->other, err);
    bool ok = grown != NULL;
    if (ok)
        set->other = grown;
    for (int i = 0; i < n; i++) {
        ok = ok && read_other(dir, entry[i]->d_name, set, err);
        free(entry[i]);
    }
    free(entry);
    if (!ok)
        return false;
    const size_t found = set->others - before,
                 all = found + set->other_without - without;
    if (all < CALIBRATE_LEAST_OTHERS)
        return ERR_FAIL(err, ERR_FORMAT,
                        "%s: %zu folders with results.json, fewer than "
                        "%d",
                        dir, all, (int)CALIBRATE_LEAST_OTHERS);
    if (found >= CALIBRATE_LEAST_OTHERS) {
        set->kinds++;
    } else {
        set->others = before;
        set->other_without = without + all;
    }
    return true;
}
