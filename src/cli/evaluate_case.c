#include "cli/evaluate_case.h"

#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "image/nifti.h"

#define SAME_GRID_MM 0.1

const struct evaluate_region evaluate_case_regions[EVALUATE_REGIONS] = {
    {"blood_pool", "LV blood pool", LABEL_BIT(LABEL_LV_BLOOD)},
    {"myocardium", "myocardium", LABELS_MYOCARDIUM},
    {"scar", "scar (3+4)", LABELS_SCAR},
    {"infarct", "scar (3 alone)", LABEL_BIT(LABEL_SCAR)},
    {"no_reflow", "no-reflow (4)", LABEL_BIT(LABEL_NO_REFLOW)},
};

const struct evaluate_quantity evaluate_case_quantities[EVALUATE_PAIRS] = {
    {"scar_ml", "scar, mL", offsetof(struct lv_measure, scar_ml)},
    {"myocardium_ml", "myocardium, mL", offsetof(struct lv_measure, myocardium_ml)},
    {"percent_lge", "%LGE", offsetof(struct lv_measure, percent_lge)},
};

double evaluate_case_value(const struct lv_measure *m, int quantity)
{
    double value = 0;
    memcpy(&value, (const char *)m + evaluate_case_quantities[quantity].offset,
           sizeof value);
    return value;
}

bool evaluate_case_find(const char *dir, const char *id, char **path, struct err *err)
{
    static const char *const forms[] = {"/labels.nii.gz", ".nii.gz", "/labels.nii",
                                        ".nii"};
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        char name[128];
        if (snprintf(name, sizeof name, "%s%s", id, forms[i]) >= (int)sizeof name)
            return ERR_FAIL(err, ERR_SUPPORT, "%s: the id is too long", id);
        char *p = file_join(dir, name, err);
        if (!p)
            return false;
        if (file_exists(p)) {
            *path = p;
            return true;
        }
        mem_free(p);
    }
    *path = NULL;
    return true;
}

/* The volumes alone: slices are not compared. */
static bool measure_whole(const struct labels *labels, struct lv_measure *out,
                          struct err *err)
{
    struct lv_measure m = {0};
    if (!measure_lv(labels, &m, err))
        return false;
    *out = m;
    out->slices = NULL;
    out->n_slices = 0;
    measure_lv_clear(&m);
    return true;
}

bool evaluate_case_compare(const struct labels *truth, const char *truth_path,
                           const char *pred_path, struct evaluate_case *out,
                           struct err *err)
{
    struct labels pred = {0};
    struct evaluate_case c = {.status = EVALUATE_DONE};
    bool ok = false;

    if (!nifti_read_labels(pred_path, &pred, err))
        goto done;
    if (!grid_same(&truth->grid, &pred.grid, SAME_GRID_MM)) {
        err_record(err, ERR_FORMAT, "%s: its grid is not that of %s", pred_path,
                   truth_path);
        goto done;
    }
    for (int i = 0; i < EVALUATE_REGIONS; i++)
        if (!measure_dice(truth, &pred, evaluate_case_regions[i].set, &c.dice[i], err))
            goto done;
    if (!measure_whole(truth, &c.truth, err) || !measure_whole(&pred, &c.pred, err))
        goto done;
    *out = c;
    ok = true;
done:
    labels_clear(&pred);
    return ok;
}
