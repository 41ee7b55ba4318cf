#include "cli/evaluate_score.h"

#include <math.h>
#include <string.h>

#include "base/err.h"

#define OF(member) offsetof(struct evaluate_case, member)

const struct evaluate_score evaluate_scores[EVALUATE_SCORES] = {
    {"iou_myocardium", "IoU myocardium", "", EVALUATE_OVERLAP, EVALUATE_MYOCARDIUM,
     false, OF(iou[EVALUATE_MYOCARDIUM])},
    {"iou_scar", "IoU scar", "", EVALUATE_OVERLAP, EVALUATE_SCAR, false,
     OF(iou[EVALUATE_SCAR])},
    {"hd_myocardium", "HD myocardium", "mm", EVALUATE_DISTANCE, EVALUATE_MYOCARDIUM,
     false, OF(surface[EVALUATE_MYOCARDIUM].hd_mm)},
    {"hd_scar", "HD scar", "mm", EVALUATE_DISTANCE, EVALUATE_SCAR, false,
     OF(surface[EVALUATE_SCAR].hd_mm)},
    {"hd95_myocardium", "HD95 myocardium", "mm", EVALUATE_DISTANCE, EVALUATE_MYOCARDIUM,
     false, OF(surface[EVALUATE_MYOCARDIUM].hd95_mm)},
    {"hd95_scar", "HD95 scar", "mm", EVALUATE_DISTANCE, EVALUATE_SCAR, false,
     OF(surface[EVALUATE_SCAR].hd95_mm)},
    {"assd_myocardium", "ASSD myocardium", "mm", EVALUATE_DISTANCE, EVALUATE_MYOCARDIUM,
     false, OF(surface[EVALUATE_MYOCARDIUM].assd_mm)},
    {"assd_scar", "ASSD scar", "mm", EVALUATE_DISTANCE, EVALUATE_SCAR, false,
     OF(surface[EVALUATE_SCAR].assd_mm)},
    {"nsd_myocardium", "NSD myocardium", "", EVALUATE_OVERLAP, EVALUATE_MYOCARDIUM,
     false, OF(surface[EVALUATE_MYOCARDIUM].nsd)},
    {"nsd_scar", "NSD scar", "", EVALUATE_OVERLAP, EVALUATE_SCAR, false,
     OF(surface[EVALUATE_SCAR].nsd)},
    {"lesion_f1", "lesions, F1", "", EVALUATE_OVERLAP, EVALUATE_SCAR, true,
     OF(lesions.f1)},
    {"lesion_sensitivity", "lesions found", "", EVALUATE_OVERLAP, EVALUATE_SCAR, true,
     OF(lesions.sensitivity)},
    {"lesion_precision", "lesions right", "", EVALUATE_OVERLAP, EVALUATE_SCAR, true,
     OF(lesions.precision)},
    {"myocardium_error_ml", "error of myocardium", "mL", EVALUATE_ERROR,
     EVALUATE_MYOCARDIUM, false, OF(error[0].ml)},
    {"scar_error_ml", "error of scar", "mL", EVALUATE_ERROR, EVALUATE_SCAR, false,
     OF(error[1].ml)},
    {"myocardium_error_percent", "error of myocardium", "%", EVALUATE_ERROR,
     EVALUATE_MYOCARDIUM, false, OF(error[0].percent)},
    {"scar_error_percent", "error of scar", "%", EVALUATE_ERROR, EVALUATE_SCAR, false,
     OF(error[1].percent)},
    {"percent_lge_error", "error of %LGE", "points", EVALUATE_ERROR, EVALUATE_SCAR,
     false, OF(percent_error)},
    {"hd95_blood_pool", "HD95 LV blood pool", "mm", EVALUATE_DISTANCE,
     EVALUATE_BLOOD_POOL, false, OF(surface[EVALUATE_BLOOD_POOL].hd95_mm)},
    {"hd95_infarct", "HD95 scar (3 alone)", "mm", EVALUATE_DISTANCE, EVALUATE_INFARCT,
     false, OF(surface[EVALUATE_INFARCT].hd95_mm)},
    {"hd95_no_reflow", "HD95 no-reflow (4)", "mm", EVALUATE_DISTANCE,
     EVALUATE_NO_REFLOW, false, OF(surface[EVALUATE_NO_REFLOW].hd95_mm)},
};

static double overlap_of_none(const struct evaluate_scoring *s)
{
    if (s->empty == EVALUATE_EMPTY_SKIP)
        return NAN;
    return s->empty == EVALUATE_EMPTY_ONE ? 1.0 : 0.0;
}

void evaluate_score_empty(const struct evaluate_case *c, size_t score, bool *truth,
                          bool *pred)
{
    const struct evaluate_score *s = &evaluate_scores[score];
    const struct measure_dice *d = &c->dice[s->region];
    *truth = s->lesions ? c->lesions.truth == 0 : d->truth == 0;
    *pred = s->lesions ? c->lesions.pred == 0 : d->pred == 0;
}

double evaluate_score_value(const struct evaluate_case *c, size_t score,
                            const struct evaluate_scoring *scoring)
{
    const struct evaluate_score *s = &evaluate_scores[score];
    double value = NAN;
    bool no_truth = false, no_pred = false;
    if (c->status != EVALUATE_DONE)
        return NAN;
    memcpy(&value, (const char *)c + s->offset, sizeof value);
    evaluate_score_empty(c, score, &no_truth, &no_pred);
    if (s->kind == EVALUATE_ERROR || !(no_truth || no_pred))
        return value;
    if (s->kind == EVALUATE_DISTANCE) {
        if (!scoring->far)
            return NAN;
        return no_truth && no_pred ? 0.0 : c->diagonal_mm;
    }
    if (no_truth && no_pred)
        return overlap_of_none(scoring);
    return s->lesions ? value : 0.0;
}

double evaluate_score_dsc(const struct evaluate_case *c, int region,
                          const struct evaluate_scoring *scoring)
{
    const struct measure_dice *d = &c->dice[region];
    if (c->status != EVALUATE_DONE)
        return NAN;
    return d->available ? d->dsc : overlap_of_none(scoring);
}

size_t evaluate_score_find(const char *key)
{
    size_t s = 0;
    while (s < EVALUATE_SCORES && strcmp(evaluate_scores[s].key, key) != 0)
        s++;
    return s;
}

struct evaluate_scoring evaluate_score_usual(void)
{
    return (struct evaluate_scoring){
        .empty = EVALUATE_EMPTY_SKIP,
        .far = false,
        .tolerance_mm = MEASURE_TOLERANCE_MM,
        .lesions = {.min_ml = MEASURE_LESION_ML, .min_iou = MEASURE_LESION_IOU}};
}

static const char *const empties[] = {"skip", "one", "zero"};

bool evaluate_score_parse_empty(const char *text, enum evaluate_empty *out,
                                struct err *err)
{
    for (size_t i = 0; i < ARRAY_LEN(empties); i++)
        if (strcmp(text, empties[i]) == 0) {
            *out = (enum evaluate_empty)i;
            return true;
        }
    return ERR_FAIL(err, ERR_ARG, "--empty '%s': skip, one or zero", text);
}

const char *evaluate_score_empty_text(enum evaluate_empty empty)
{
    return empties[empty];
}
