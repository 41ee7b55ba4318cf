#include "cli/evaluate_case.h"

#include <math.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "geom/crop.h"
#include "geom/orient.h"
#include "image/nifti.h"

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

/* The box that holds every label of both maps; one voxel when there is none. */
static struct geom_box labelled_box(const struct labels *a, const struct labels *b)
{
    const unsigned any = ~LABEL_BIT(LABEL_BACKGROUND);
    struct geom_box box = {0};
    const bool some = geom_box_hold(a, any, &box);

    return geom_box_hold(b, any, &box) || some ? box
                                               : (struct geom_box){.dim = {1, 1, 1}};
}

static struct evaluate_error error_of(double truth_ml, double pred_ml)
{
    const double ml = fabs(pred_ml - truth_ml);
    return (struct evaluate_error){
        .ml = ml, .percent = truth_ml > 0 ? 100 * ml / truth_ml : (double)NAN};
}

static bool measure_both(const struct labels *truth, const struct labels *pred,
                         const struct evaluate_scoring *scoring,
                         struct evaluate_case *c, struct err *err)
{
    for (int i = 0; i < EVALUATE_REGIONS; i++) {
        const unsigned set = evaluate_case_regions[i].set;
        if (!measure_dice(truth, pred, set, &c->dice[i], err) ||
            !measure_surface(truth, pred, set, scoring->tolerance_mm, &c->surface[i],
                             err))
            return false;
        c->iou[i] = measure_dice_iou(&c->dice[i]);
    }
    if (!measure_lesions(truth, pred, LABELS_SCAR, &scoring->lesions, &c->lesions,
                         err) ||
        !measure_whole(truth, &c->truth, err) || !measure_whole(pred, &c->pred, err))
        return false;
    c->error[0] = error_of(c->truth.myocardium_ml, c->pred.myocardium_ml);
    c->error[1] = error_of(c->truth.scar_ml, c->pred.scar_ml);
    c->percent_error = fabs(c->pred.percent_lge - c->truth.percent_lge);
    return true;
}

bool evaluate_case_read(const struct labels *truth, const char *truth_path,
                        const char *pred_path, struct labels *out, struct err *err)
{
    struct labels pred = {0};

    if (!nifti_read_labels(pred_path, &pred, err))
        return false;
    if (!geom_order_labels_onto(&pred, &truth->grid, truth_path, err)) {
        err_prefix(err, "%s", pred_path);
        labels_clear(&pred);
        return false;
    }
    *out = pred;
    return true;
}

bool evaluate_case_compare(const struct labels *truth, const char *truth_path,
                           const char *pred_path,
                           const struct evaluate_scoring *scoring,
                           struct evaluate_case *out, struct err *err)
{
    struct labels pred = {0}, t = {0}, p = {0};
    struct evaluate_case c = {.status = EVALUATE_DONE};
    bool ok = false;

    if (!evaluate_case_read(truth, truth_path, pred_path, &pred, err))
        goto done;
    const struct geom_box box = labelled_box(truth, &pred);
    if (!geom_crop_labels(truth, &box, &t, err) ||
        !geom_crop_labels(&pred, &box, &p, err) ||
        !measure_both(&t, &p, scoring, &c, err))
        goto done;
    for (int a = 0; a < 3; a++)
        c.diagonal_mm =
            hypot(c.diagonal_mm, truth->grid.dim[a] * grid_edge_mm(&truth->grid, a));
    c.voxel_ml = grid_voxel_ml(&truth->grid);
    *out = c;
    ok = true;
done:
    labels_clear(&pred);
    labels_clear(&t);
    labels_clear(&p);
    return ok;
}
