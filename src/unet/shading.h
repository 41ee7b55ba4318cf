/*
 * shading.h - take out of a stack the slow change of brightness over the field of view.
 *
 * Why:    a surface coil sees what lies near to it brighter.  Most scanners even that
 *         out; where one did not, the network takes the bright side of the heart for
 *         scar (docs/evidence/shading.md).
 * Layer:  unet.
 * Thread: pure functions.
 *
 * The stack is thought of as tissue times a field that is the same in all slices.  In
 * pixels of some 4 mm, of which those brighter than a tenth of the image's 99th
 * percentile count as tissue, the logarithm of the field is the mean logarithm of the
 * tissue round a pixel (Gaussian, 40 mm), and that of what this leaves is added once.
 *
 * So 0 must be where there is no signal.  It is not where an image was shifted, as by
 * giving its pixels a mean of 0, and what looks like a field then is mostly that shift;
 * phase-sensitive images have their negative pixels, but a reference has evened them
 * out.  Where a hundredth of the pixels lies further below 0 than a tenth of that
 * percentile lies above it, nothing is found and nothing changed.
 *
 * A heart has bright and dark sides of its own, of which a field like this follows a
 * part.  So a weak one is left alone: nothing is changed below SHADING_LEAST.  Training
 * keeps all of it: there it is one more way in which patients differ, and what is
 * learned from a cohort stays what it was.
 */
#ifndef UNET_SHADING_H
#define UNET_SHADING_H

#include "unet/stack.h"

/* Of 100 stacks of a scanner that evens it out it is 1.3 at most; see
 * docs/evidence/shading.md. */
#define SHADING_LEAST 1.35

struct shading {
    double ratio;   /* how many times as bright the field is 60 mm to one side of the
                       heart as 60 mm to the other, where it changes most: 1 or more;
                       0: cannot be told */
    bool taken_out; /* by division */
};

/**
 * Divide a stack by its field, if that is strong.
 *
 * @param image       of which the stack was made
 * @param centre_mm   of the heart, in the stack's frame
 * @param[in,out] stack  NULL: nothing is divided, only the ratio is found
 * @param[out] found  written only on success
 * Errors:  ERR_NOMEM; the stack is unchanged
 * Cost:    as stack_prepare()
 * Tests:   tests/unit/unet/shading.c
 */
bool shading_take_out(const struct image *image, const double centre_mm[AT_LEAST(2)],
                      struct stack *stack, struct shading *found,
                      struct err *err) ATTR_MUST_USE;

#endif
