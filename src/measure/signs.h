/*
 * signs.h - signs of doubt, cues of contrast and what has fences: from the features.
 *
 * Why:    features come in any unit; what is learned from needs numbers that grow with
 *         doubt (signs), that are about symmetric (cues), or that have a usual range
 *         (fences).
 * Layer:  measure.
 * Thread: pure functions.
 */
#ifndef MEASURE_SIGNS_H
#define MEASURE_SIGNS_H

#include "measure/features.h"

/* 0 or more, and growing with doubt. */
enum measure_sign {
    SIGN_ALWAYS, /* 1 */
    SIGN_WALL_ENTROPY,
    SIGN_WALL_SPREAD,
    SIGN_SCAR_ENTROPY,
    SIGN_SCAR_SPREAD,
    SIGN_SCAR_GREY,
    SIGN_LGE_SPREAD,
    SIGN_LGE_SHIFT,  /* |lge_expected - %LGE| */
    SIGN_SCAR_VAGUE, /* scar_grey / (scar_grey + lge_expected + 1) */
    SIGN_OPEN_WALL,
    SIGN_AXIS_BEND,
    SIGN_AREA_JUMP,
    SIGN_ELONGATION, /* elongation - 1 */
    MEASURE_SIGNS
};

/* What a look is judged by, finite and about symmetric. */
enum measure_cue {
    CUE_TEXTURE, /* logarithm */
    CUE_WALL_RANK,
    CUE_BLOOD_RANK,
    CUE_NULLING,      /* cut to -1..2 */
    CUE_CONTRAST,     /* logarithm, not below that of 0.05 */
    CUE_BLOOD_SPREAD, /* logarithm, not above that of 10 */
    CUE_WALL_ENTROPY, /* logarithms, not below those of 0.001 */
    CUE_WALL_SPREAD,
    CUE_ELONGATION, /* logarithm */
    MEASURE_CUES
};

/* Features with a fence. */
enum measure_fence {
    FENCE_WALL_ENTROPY, /* of the logarithm, as the next */
    FENCE_WALL_SPREAD,
    FENCE_ELONGATION,
    FENCE_AXIS_BEND,
    FENCE_AREA_JUMP,
    MEASURE_FENCES
};

/** Names, in the JSON of a calibration. */
const char *measure_signs_name(enum measure_sign sign);
const char *measure_signs_cue_name(enum measure_cue cue);
const char *measure_signs_fence_name(enum measure_fence fence);

/** @param percent_lge  may be NaN   @param[out] sign  NaN where not available
 *  Tests: tests/unit/measure/confidence.c, as of the next two */
void measure_signs_find(const struct measure_features *features, double percent_lge,
                        double sign[AT_LEAST(MEASURE_SIGNS)]);

void measure_signs_cues(const struct measure_features *features,
                        double cue[AT_LEAST(MEASURE_CUES)]);

/** What is compared with a fence; NaN where not available. */
double measure_signs_fenced(const struct measure_features *features,
                            enum measure_fence fence);

#endif
