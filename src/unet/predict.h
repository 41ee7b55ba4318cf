/*
 * predict.h - from a stack as the scanner made it to labels on the same grid.
 *
 * Way:    the heart is located in the full field of view by the model's coarse network;
 *         strong shading is taken out (shading.h); overlapping substacks round it go
 *         through the 3D (or 2D) network, and round the next likely place if no left
 *         ventricle is seen there; class probabilities are merged over the overlap,
 *         brought back to the native grid once, decided upon as the model's
 *         configuration says (decide.h), and stray islands are removed.  A slice whose
 *         pixels all have one value is padding, or was lost: it gets no labels.
 * Layer:  unet.
 * Thread: a predictor is used by one thread; it runs the network on its own threads.
 */
#ifndef UNET_PREDICT_H
#define UNET_PREDICT_H

#include "image/image.h"
#include "measure/features.h"
#include "unet/model.h"
#include "unet/shading.h"

struct predict_options {
    int threads;           /* 0 = all cores */
    const char *precision; /* "auto", "bf16", "f32" */
    int tta;               /* poses averaged (1, 2, 4 or 8); 0 = what the model says */
    bool keep_shading;     /* see shading.h */
};

/* What happened, for results and messages. */
struct predict_info {
    bool heart_found;     /* false: the coarse network saw no left ventricle; the centre
                             of the field of view was used */
    double centre_vox[2]; /* column and row of the LV centre, native pixels */
    struct shading shading;
    double stray_wall; /* myocardium of other pieces than the largest, which are left
                          out, over that of the largest */
    int substacks;     /* network passes, poses included */
    struct measure_features features;     /* those of the network; the rest NaN */
    double prepare_s, network_s, merge_s; /* elapsed; not part of compared results */
};

struct predictor;

/**
 * Make a predictor: primitives for the model's shapes, buffers for all it will do.
 *
 * @param model  borrowed; must outlive the predictor
 * Errors: ERR_SUPPORT (precision the CPU lacks), ERR_NOMEM, ERR_ARG
 * Cost:   some 50-200 ms, once; then reused for any number of stacks
 */
bool predictor_new(const struct model *model, const struct predict_options *options,
                   struct predictor **out, struct err *err) ATTR_MUST_USE;

void predictor_free(struct predictor *p);

/** "bf16" or "f32", as resolved for this CPU. */
const char *predictor_precision(const struct predictor *p);

/** Would predictor_run() take this image?  Errors: its ERR_SUPPORT and ERR_NUMERIC. */
bool predictor_accepts(const struct image *image, struct err *err) ATTR_MUST_USE;

/**
 * Segment one stack of 1 or more slices (3 or more for a sensible 3D result).
 *
 * @param image      borrowed; its slices lie along axis 2 (geom_order_slices_last)
 * @param[out] out   labels on the grid of `image`; owned by the caller
 * @param[out] info  may be NULL
 * Errors: ERR_SUPPORT (matrix outside 16..2048, more than 512 slices, in-plane pixel
 *         outside 0.2..6 mm), ERR_NUMERIC (constant image; intensities that differ
 *         by more than float32 can hold; the network's output is not finite), ERR_NOMEM
 */
bool predictor_run(struct predictor *p, const struct image *image, struct labels *out,
                   struct predict_info *info, struct err *err) ATTR_MUST_USE;

/**
 * Labels of the stack that predictor_run() segmented last, decided otherwise than the
 * model says; the network is not run again.
 *
 * @param grid      of that stack
 * @param[out] out  owned by the caller
 * Errors: ERR_ARG (none was segmented, or the last one failed), ERR_NOMEM
 */
bool predictor_decide(const struct predictor *p, const struct unet_decision *decision,
                      const struct grid *grid, struct labels *out,
                      struct err *err) ATTR_MUST_USE;

#endif
