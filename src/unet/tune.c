#include "unet/tune.h"

#include <math.h>
#include <stdio.h>

#include "base/mem.h"
#include "geom/components.h"
#include "nn/safetensors.h"
#include "unet/calibration.h"
#include "unet/dataset.h"
#include "unet/decide.h"

/* What is tried, in each row the plain way first: it wins where nothing is gained, and
 * is the only one of the odds where patients were seen. */
static const double ODDS[] = {1.0, 1.26, 0.79, 1.58, 0.63, 2.0, 0.5, 2.5, 0.4, 3.2};
static const double ISLAND_ML[] = {0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.8, 1.2};
/* No more: a thirtieth of a usual heart's muscle is no speck to any reader, however
 * many specks a network draws that are larger. */
static const double SMALLEST_ML[] = {0.0, 0.2, 0.3, 0.5, 0.8, 1.2, 1.8, 2.5, 3.5};

/* A piece of scar that a patient gets at some odds. */
struct piece {
    size_t patient, voxels, both; /* both: voxels that the reader calls scar too */
    size_t odds;
};

/* A patient: the reader's scar, and the scar found with the choice under trial. */
struct patient {
    double voxel_ml, wall_ml; /* wall_ml: of myocardium, as the model draws it */
    size_t truth, found, both;
};

/* All that the choices are judged by. */
struct bench {
    size_t odds; /* so many of ODDS are tried */
    struct patient *patient;
    size_t patients, rows; /* rows: that were looked at */
    struct piece *piece;
    size_t pieces, room;
};

static bool add_piece(struct bench *b, const struct piece *piece, struct err *err)
{
    if (b->pieces == b->room) {
        const size_t room = b->room ? 2 * b->room : 1024;
        struct piece *more = mem_grow(b->piece, b->room, room, sizeof *more, err);
        if (!more)
            return false;
        b->piece = more;
        b->room = room;
    }
    b->piece[b->pieces++] = *piece;
    return true;
}

/* The pieces of scar in a patient's labels at some odds. */
static bool take_apart(struct bench *b, const struct labels *seen,
                       const struct labels *truth, size_t odds, struct err *err)
{
    const size_t n = grid_voxels(&seen->grid), first = b->pieces;
    struct geom_components c = {0};
    bool ok = false;
    if (!geom_components_of(seen, LABELS_SCAR, GEOM_TOUCH_26, &c, err))
        return false;
    for (uint32_t k = 1; k <= c.count; k++) {
        const struct piece piece = {
            .patient = b->patients, .voxels = c.size[k], .odds = odds};
        if (!add_piece(b, &piece, err))
            goto done;
    }
    for (size_t i = 0; i < n && b->pieces > first; i++)
        if (c.id[i] > 0 && label_in(truth->vox[i], LABELS_SCAR))
            b->piece[first + c.id[i] - 1].both++;
    ok = true;
done:
    geom_components_clear(&c);
    return ok;
}

static bool add_patient(struct bench *b, struct predictor *p,
                        const struct cohort *cohort, size_t row, struct err *err)
{
    struct image image = {0};
    struct labels truth = {0}, seen = {0};
    bool ok = dataset_read(cohort, row, &image, &truth, err) &&
              predictor_run(p, &image, &seen, NULL, err);
    for (size_t o = 0; ok && o < b->odds; o++) {
        const struct unet_decision d = {.by_region = true, .scar_odds = ODDS[o]};
        labels_clear(&seen);
        ok = predictor_decide(p, &d, &image.grid, &seen, err) &&
             take_apart(b, &seen, &truth, o, err);
    }
    if (ok) {
        struct patient *patient = &b->patient[b->patients++];
        patient->voxel_ml = grid_voxel_ml(&image.grid);
        size_t wall = 0; /* the odds do not move its border */
        for (size_t i = 0; i < grid_voxels(&truth.grid); i++) {
            patient->truth += label_in(truth.vox[i], LABELS_SCAR);
            wall += label_in(seen.vox[i], LABELS_MYOCARDIUM);
        }
        patient->wall_ml = (double)wall * patient->voxel_ml;
    }
    labels_clear(&seen);
    labels_clear(&truth);
    image_clear(&image);
    return ok;
}

/* Mean DSC of scar with a choice. */
static double judge(struct bench *b, size_t odds, double island_ml, double smallest_ml)
{
    const struct unet_decision d = {.smallest_ml = smallest_ml};
    double sum = 0.0;
    for (size_t i = 0; i < b->patients; i++)
        b->patient[i].found = b->patient[i].both = 0;
    for (size_t k = 0; k < b->pieces; k++) {
        const struct piece *piece = &b->piece[k];
        struct patient *p = &b->patient[piece->patient];
        if (piece->odds != odds ||
            (double)piece->voxels * p->voxel_ml < island_ml * (1.0 - 1e-9))
            continue;
        p->found += piece->voxels;
        p->both += piece->both;
    }
    for (size_t i = 0; i < b->patients; i++) {
        const struct patient *p = &b->patient[i];
        const bool none = (double)p->found * p->voxel_ml <
                          decide_smallest_ml(&d, p->wall_ml) * (1.0 - 1e-9);
        const size_t found = none ? 0 : p->found, both = none ? 0 : p->both;
        sum += found + p->truth == 0 ? 1.0
                                     : 2.0 * (double)both / (double)(found + p->truth);
    }
    return sum / (double)b->patients;
}

/* Of the sizes that do as well as the best but for half a patient, and no worse than
 * the plain way, the least smallest scar, then the least island.  What one patient
 * decides is not known, and a true small scar lost is worse than a speck. */
static void take_least(struct bench *b, size_t odds, struct tune_result *found)
{
    const double enough =
        fmax(found->dsc_after - 0.5 / (double)b->patients, found->dsc_before);
    for (size_t s = 0; s < ARRAY_LEN(SMALLEST_ML); s++)
        for (size_t i = 0; i < ARRAY_LEN(ISLAND_ML); i++) {
            const double dsc = judge(b, odds, ISLAND_ML[i], SMALLEST_ML[s]);
            if (dsc < enough)
                continue;
            found->dsc_after = dsc;
            found->decision.island_ml = ISLAND_ML[i];
            found->decision.smallest_ml = SMALLEST_ML[s];
            return;
        }
}

static struct tune_result best_choice(struct bench *b)
{
    struct tune_result best = {.patients = b->patients, .dsc_after = -1.0};
    size_t odds = 0;
    for (size_t o = 0; o < b->odds; o++)
        for (size_t i = 0; i < ARRAY_LEN(ISLAND_ML); i++)
            for (size_t s = 0; s < ARRAY_LEN(SMALLEST_ML); s++) {
                const double dsc = judge(b, o, ISLAND_ML[i], SMALLEST_ML[s]);
                if (dsc <= best.dsc_after)
                    continue;
                odds = o;
                best.dsc_after = dsc;
            }
    best.decision = (struct unet_decision){.by_region = true, .scar_odds = ODDS[odds]};
    best.dsc_before = judge(b, 0, 0.0, 0.0);
    take_least(b, odds, &best);
    return best;
}

/* Where a reader drew no scar, that there is none is not known. */
static bool draws_scar(const struct cohort *cohort, size_t row, bool *drawn,
                       struct err *err)
{
    uint32_t labelled = 0;
    if (!dataset_labelled(cohort, row, &labelled, err)) {
        err_prefix(err, "%s: %s", cohort->file, cohort_get(cohort, row, "id"));
        return false;
    }
    *drawn = label_in(LABEL_SCAR, labelled);
    return true;
}

/* All patients of a fold. */
static bool add_fold(struct bench *b, const struct tune_fold *fold,
                     const struct predict_options *options,
                     const struct tune_watch *watch, size_t total, struct err *err)
{
    struct predictor *p = NULL;
    const struct tune_patients *held = &fold->held;
    bool ok = held->rows == 0 || predictor_new(fold->model, options, &p, err);
    for (size_t i = 0; ok && i < held->rows; i++) {
        bool drawn = false;
        ok = draws_scar(held->cohort, held->row[i], &drawn, err) &&
             (!drawn || add_patient(b, p, held->cohort, held->row[i], err));
        if (ok && watch)
            watch->report(watch->user, ++b->rows, total);
    }
    predictor_free(p);
    return ok;
}

bool tune_fit_folds(const struct tune_fold *fold, size_t folds,
                    const struct predict_options *options,
                    const struct tune_watch *watch, struct tune_result *out,
                    struct err *err)
{
    struct bench b = {0};
    size_t rows = 0;
    for (size_t i = 0; i < folds; i++)
        rows += fold[i].held.rows;
    if (rows == 0)
        return ERR_FAIL(err, ERR_ARG, "no patients to fit a decision on");
    b.odds = fold[0].held.seen ? 1 : ARRAY_LEN(ODDS);
    b.patient = mem_alloc(rows, sizeof *b.patient, err);
    bool ok = b.patient;
    for (size_t i = 0; ok && i < folds; i++)
        ok = add_fold(&b, &fold[i], options, watch, rows, err);
    if (ok && b.patients == 0)
        ok = ERR_FAIL(err, ERR_ARG,
                      "no patient to fit a decision on whose reader drew "
                      "scar (column `labelled`)");
    if (ok)
        *out = best_choice(&b);
    mem_free(b.patient);
    mem_free(b.piece);
    return ok;
}

bool tune_fit(const struct model *model, const struct tune_patients *patients,
              const struct predict_options *options, const struct tune_watch *watch,
              struct tune_result *out, struct err *err)
{
    const struct tune_fold all = {model, *patients};
    return tune_fit_folds(&all, 1, options, watch, out, err);
}

bool tune_write(struct model *model, const struct tune_result *found, const char *path,
                struct err *err)
{
    char text[192];
    struct unet_config config = model->config;
    nn_weights_drop_text(model->weights, CALIBRATION_KEY);
    model->calibrated = false;
    config.decision = found->decision;
    (void)snprintf(text, sizeof text,
                   "fitted on %zu patients; mean DSC of scar (1 where there is none in "
                   "both maps) %.4f, %.4f before",
                   found->patients, found->dsc_after, found->dsc_before);
    char *json = unet_config_to_json(&config, err);
    const bool ok = json && nn_weights_set_text(model->weights, "config", json, err) &&
                    nn_weights_set_text(model->weights, "decision", text, err) &&
                    nn_weights_write(path, model->weights, err);
    mem_free(json);
    if (ok)
        model->config = config;
    return ok;
}
