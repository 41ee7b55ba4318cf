#include "cli/calibrate_read.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "cli/evaluate_case.h"
#include "cli/evaluate_score.h"
#include "cli/predict_rows.h"
#include "cli/results_folder.h"
#include "image/nifti.h"
#include "unet/dataset.h"

void calibrate_read_clear(struct calibrate_set *set)
{
    mem_free(set->patient);
    mem_free(set->other);
    *set = (struct calibrate_set){0};
}

/* @param[out] out  owned by the caller (report_record_clear) */
static bool read_result(const char *path, struct patient_record *out, struct err *err)
{
    if (!report_record_read(path, out, err))
        return false;
    if (out->result.features)
        return true;
    report_record_clear(out);
    return ERR_FAIL(err, ERR_FORMAT,
                    "%s: no quality.features: not written by quantify or crossval of "
                    "this version",
                    path);
}

/* DSC of wall without scar and scar together: a voxel agrees when its label does. */
static bool join(const struct labels *truth, const struct labels *pred,
                 const struct measure_dice *scar, double *dsc, struct err *err)
{
    struct measure_dice wall;

    if (!measure_dice(truth, pred, LABEL_BIT(LABEL_MYOCARDIUM), &wall, err))
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
    struct labels truth = {0}, pred = {0};
    char *path = NULL;
    double dsc = (double)NAN;
    bool ok = false;

    if (!evaluate_case_find(dir, id, &path, err))
        return false;
    if (!path)
        return ERR_FAIL(err, ERR_FORMAT, "%s: no labels of %s", dir, id);
    ok = nifti_read_labels(truth_path, &truth, err) &&
         evaluate_case_compare(&truth, truth_path, path, &scoring, &c, err) &&
         evaluate_case_read(&truth, truth_path, path, &pred, err) &&
         join(&truth, &pred, &c.dice[EVALUATE_SCAR], &dsc, err);
    if (ok) {
        p->trial.truth = c.truth.percent_lge;
        p->trial.loss = 1.0 - dsc;
        p->dsc_myocardium = c.dice[EVALUATE_MYOCARDIUM].dsc;
        p->dsc_scar = c.truth.scar_ml > 0.0 ? c.dice[EVALUATE_SCAR].dsc : (double)NAN;
    }
    labels_clear(&pred);
    labels_clear(&truth);
    mem_free(path);
    return ok;
}

/* One calibration is for one recipe. */
static bool same_networks(const char *path, const char *networks,
                          struct calibrate_set *set, struct err *err)
{
    const char *theirs = networks ? networks : "";
    if (set->networks[0] == '\0')
        (void)snprintf(set->networks, sizeof set->networks, "%s", theirs);
    return strcmp(set->networks, theirs) == 0 ||
           ERR_FAIL(err, ERR_FORMAT, "%s: segmented by %s, other patients by %s", path,
                    theirs, set->networks);
}

/* A row of the cohort.  Counted, or added to the set. */
static bool read_row(const char *dir, const struct cohort *cohort, size_t row,
                     struct calibrate_set *set, struct err *err)
{
    const char *id = cohort_get(cohort, row, "id");
    const char *label = cohort_get(cohort, row, "label");
    struct calibrate_patient p = {0};
    struct patient_record r = {0};
    char *truth = NULL;
    bool ok = false;

    uint32_t drawn = 0;
    if (!dataset_labelled(cohort, row, &drawn, err)) {
        err_prefix(err, "%s: %s", cohort->file, id);
        return false;
    }
    if (!label || !label[0] || !label_in(LABEL_MYOCARDIUM, drawn) ||
        !label_in(LABEL_SCAR, drawn)) {
        set->unlabelled++;
        return true;
    }
    char *path = predict_rows_path(dir, id, "results.json", err);
    if (!path)
        return false;
    if (!file_exists(path)) {
        set->missing++;
        ok = true;
        goto done;
    }
    truth = cohort_path(cohort, row, "label", err);
    if (!truth || !read_result(path, &r, err) ||
        !same_networks(path, r.result.model.arch, set, err) ||
        !compare(dir, id, truth, &p, err))
        goto done;
    (void)snprintf(p.id, sizeof p.id, "%s", id);
    p.trial.features = r.features;
    p.trial.percent_lge = r.lv.percent_lge;
    p.shape = report_quality_shape(&r.result.quality);
    if (isfinite(p.trial.percent_lge) && isfinite(p.trial.truth))
        set->patient[set->n++] = p;
    else
        set->not_measured++;
    ok = true;
done:
    report_record_clear(&r);
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

static bool looks_like_something(const struct measure_features *f)
{
    double cue[MEASURE_CUES];
    bool any = false;

    measure_signs_cues(f, cue);
    for (int i = 0; i < MEASURE_CUES; i++)
        any = any || isfinite(cue[i]);
    return any;
}

/* Results of one folder, of one kind. */
struct others {
    const char *dir;
    int kind;
    struct calibrate_set *set;
};

static bool read_other(void *user, const char *id, struct err *err)
{
    const struct others *o = user;
    struct calibrate_set *set = o->set;
    struct patient_record r = {0};
    char *path = predict_rows_path(o->dir, id, "results.json", err);
    bool ok = path && read_result(path, &r, err);

    if (ok && !looks_like_something(&r.features)) {
        set->other_without++;
    } else if (ok) {
        struct measure_other *grown =
            mem_grow(set->other, set->others, set->others + 1, sizeof *grown, err);
        ok = grown != NULL;
        set->other = grown ? grown : set->other;
        if (ok)
            set->other[set->others++] = (struct measure_other){r.features, o->kind};
    }
    report_record_clear(&r);
    mem_free(path);
    return ok;
}

/* Add all results of a folder.  @param[out] all  how many there are */
static bool read_folder(const char *dir, int kind, struct calibrate_set *set,
                        size_t *all, struct err *err)
{
    struct others o = {dir, kind, set};
    const size_t before = set->others + set->other_without;
    const bool ok = results_folder_walk(dir, read_other, &o, err);

    *all = set->others + set->other_without - before;
    return ok;
}

bool calibrate_read_others(const char *dir, struct calibrate_set *set, struct err *err)
{
    const size_t before = set->others, without = set->other_without;
    size_t all = 0;

    if (set->kinds == MEASURE_LOOKS)
        return ERR_FAIL(err, ERR_SUPPORT, "%s: more than %d kinds of stacks", dir,
                        (int)MEASURE_LOOKS);
    if (!read_folder(dir, set->kinds, set, &all, err))
        return false;
    if (all < CALIBRATE_LEAST_OTHERS)
        return ERR_FAIL(err, ERR_FORMAT,
                        "%s: %zu folders with results.json, fewer than %d", dir, all,
                        (int)CALIBRATE_LEAST_OTHERS);
    if (set->others - before >= CALIBRATE_LEAST_OTHERS) {
        set->kinds++;
    } else {
        set->others = before;
        set->other_without = without + all;
    }
    return true;
}

bool calibrate_read_lge(const char *dir, struct calibrate_set *set, struct err *err)
{
    const size_t without = set->other_without;
    size_t all = 0;

    if (!read_folder(dir, MEASURE_KIND_LGE, set, &all, err))
        return false;
    set->other_without = without; /* nothing was found: that says nothing of LGE */
    return all > 0 ||
           ERR_FAIL(err, ERR_FORMAT, "%s: no folder with results.json in it", dir);
}
