/*
 * measure_stack.c - the library in a program of one's own: scar volume and %LGE of a
 * NIfTI stack.
 *
 *   measure-stack MODEL.safetensors STACK.nii.gz
 *
 * How it is built into another project: docs/contributing.md.
 */
#include <stdio.h>

#include "geom/orient.h"
#include "image/nifti.h"
#include "measure/volumes.h"
#include "unet/model.h"
#include "unet/predict.h"

static bool measure(const char *model_path, const char *stack_path, struct err *err)
{
    struct model model = {0};
    struct predictor *predictor = NULL;
    struct image stack = {0};
    struct labels labels = {0};
    struct lv_measure lv = {0};
    const struct predict_options options = {.precision = "auto"};
    bool ok = model_load(model_path, &model, err) &&
              predictor_new(&model, &options, &predictor, err) &&
              nifti_read_image(stack_path, &stack, NULL, err);
    if (ok) { /* slices may lie along another axis of the file */
        const struct geom_order order = geom_order_slices_last(&stack.grid);
        ok = geom_order_image_in_place(&stack, &order, err) &&
             predictor_run(predictor, &stack, &labels, NULL, err) &&
             measure_lv(&labels, &lv, err);
    }
    if (ok)
        printf("scar %.1f mL, %.1f %% of the myocardium\n", lv.scar_ml, lv.percent_lge);
    measure_lv_clear(&lv);
    labels_clear(&labels);
    image_clear(&stack);
    predictor_free(predictor);
    model_clear(&model);
    return ok;
}

int main(int argc, char **argv)
{
    struct err err = {0};

    if (argc != 3) {
        (void)fprintf(stderr, "usage: %s MODEL.safetensors STACK.nii.gz\n", argv[0]);
        return 2;
    }
    if (!measure(argv[1], argv[2], &err)) {
        (void)fprintf(stderr, "%s\n", err.msg);
        return 1;
    }
    return 0;
}
