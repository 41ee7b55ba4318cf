/* patient.h - a small patient with a scar, for tests of his report. */
#ifndef TESTS_REPORT_PATIENT_H
#define TESTS_REPORT_PATIENT_H

#include "testing.h"

#include "measure/burden.h"
#include "report/patient_report.h"

enum { PATIENT_W = 60, PATIENT_H = 44, PATIENT_MOST_SLICES = 80 };

struct patient {
    struct image image;
    struct labels labels;
    struct lv_measure lv;
    struct patient_result result;
    struct measure_lv_shape shape;
    enum measure_level level[PATIENT_MOST_SLICES];
};

/* A ring in every slice, a scar in all but the first and the last. */
static void patient_draw(struct patient *p, int32_t slices)
{
    const struct grid g = grid_make((const int32_t[3]){PATIENT_W, PATIENT_H, slices},
                                    (const double[3]){2.0, 2.5, 9.0});

    assert_true(image_alloc(&g, &p->image, NULL));
    assert_true(labels_alloc(&g, &p->labels, NULL));
    for (int32_t k = 0; k < slices; k++) {
        for (int32_t y = 0; y < PATIENT_H; y++) {
            for (int32_t x = 0; x < PATIENT_W; x++) {
                const double r = hypot(2.0 * (x - 30), 2.5 * (y - 22));
                const size_t v = grid_index(&g, x, y, k);
                p->labels.vox[v] = r < 20.0   ? LABEL_LV_BLOOD
                                   : r < 32.0 ? LABEL_MYOCARDIUM
                                              : LABEL_BACKGROUND;
                if (k > 0 && k < slices - 1 && r >= 20.0 && r < 32.0 && x > 34 &&
                    y < 20)
                    p->labels.vox[v] = LABEL_SCAR;
                p->image.vox[v] = (float)(100 + (x * 13 + y * 7) % 50);
            }
        }
    }
}

/* Numbers of no heart: each is another, so that none can stand in another's place. */
static void patient_shape(struct patient *p, int32_t slices)
{
    p->shape = (struct measure_lv_shape){.reference = MEASURE_BY_RV,
                                         .angle_deg = 121.0,
                                         .level = p->level,
                                         .n_slices = slices,
                                         .wall_max_mm = 23.4,
                                         .wall_max_slice = 1,
                                         .wall_max_segment = 8,
                                         .share_subendocardial = 0.51,
                                         .share_midwall = 0.33,
                                         .share_subepicardial = 0.16,
                                         .islands = 5,
                                         .largest_island_ml = 6.7};
    for (int32_t k = 0; k < slices; k++)
        p->level[k] = k == 0            ? MEASURE_BASAL
                      : k == slices - 1 ? MEASURE_APICAL
                                        : MEASURE_MID;
    for (int i = 0; i < MEASURE_SEGMENTS; i++)
        p->shape.segment[i] =
            (struct measure_segment){.present = i < 16,
                                     .myocardium_ml = 10.0,
                                     .scar_ml = i == 7 ? 6.18 : 0.0,
                                     .scar_percent = i == 7 ? 61.8 : 0.0,
                                     .wall_mm = 9.0 + 0.1 * i,
                                     .wall_max_mm = 12.0,
                                     .transmurality = 0.44,
                                     .transmurality_max = 0.77,
                                     .score = i == 7 ? 3 : 0};
}

static void patient_make(struct patient *p, int32_t slices)
{
    const double nan = (double)NAN;

    assert_in_range(slices, 1, PATIENT_MOST_SLICES);
    *p = (struct patient){0};
    patient_draw(p, slices);
    patient_shape(p, slices);
    assert_true(measure_lv(&p->labels, &p->lv, NULL));
    p->result = (struct patient_result){
        .program = {"cicatrix", "9.8.7", "c0ffee"},
        .model = {"some-model", "0123456789abcdef0123456789abcdef", "unet3d", "bf16"},
        .input = {"case <7> & more", "folder/of-a-site/seven.nii.gz", "nifti", NULL},
        .geometry = {slices, PATIENT_H, PATIENT_W, {2.0, 2.5}, 9.0, nan},
        .lv = &p->lv,
        .shape = &p->shape,
        .scar = {{nan, nan},
                 nan,
                 measure_is_large(p->lv.percent_lge, MEASURE_RULE_ABOVE_15),
                 ">15"}};
}

static void patient_clear(struct patient *p)
{
    measure_lv_clear(&p->lv);
    labels_clear(&p->labels);
    image_clear(&p->image);
}

#endif
