/*
 * validate.h - how good a network in training is on patients that it does not learn
 * from.
 *
 * Layer:  unet.   Thread: as the network.   Tests: tests/unit/unet/validate.c
 */
#ifndef UNET_VALIDATE_H
#define UNET_VALIDATE_H

#include <math.h>

#include "nn/ranks.h"
#include "unet/dataset.h"
#include "unet/infer.h"

/* Means over the patients; NaN where there is nothing to measure. */
struct validation {
    double myocardium,
        scar;         /* DSC in 3D on the native grid; scar where there is some */
    double centre_mm; /* distance of the located from the true centre */
};

#define VALIDATION_NONE ((struct validation){(double)NAN, (double)NAN, (double)NAN})

/** The segmenting network, given the heart's true centre, in one pose; each rank looks
 *  at its share of the patients, and all get the means over all. */
bool validate_segment(struct infer *infer, const struct dataset *data,
                      struct nn_ranks *ranks, struct validation *out,
                      struct err *err) ATTR_MUST_USE;

/** The locating network on the full field of view; the same. */
bool validate_locate(struct infer *infer, const struct dataset *data,
                     struct nn_ranks *ranks, struct validation *out,
                     struct err *err) ATTR_MUST_USE;

#endif
