/*
 * decide.h - from probabilities to what is drawn: the label of a voxel, and what is
 * left out for being too small.
 *
 * Why:    the most probable class of each voxel is not what a reader draws: at the rim
 *         of a scar, scar and myocardium share the wall between them and lose it to
 *         blood; and no reader marks a speck.
 * Layer:  unet.
 * Thread: pure functions.
 * Tests:  tests/unit/unet/decide.c
 */
#ifndef UNET_DECIDE_H
#define UNET_DECIDE_H

#include "image/image.h"
#include "unet/config.h"

/** The label of a voxel from the probabilities of its classes; of equals, the first.
 *  @param label_of  label of each class
 *  @param p         [classes], 0 or more; they need not add up to 1 */
uint8_t decide_label(const struct unet_decision *decision,
                     const uint8_t label_of[static UNET_MAX_CLASSES], const float *p,
                     int classes);

/** All scar of a stack below this, mL, is none: `smallest_ml` where the stack holds a
 *  whole left ventricle, proportionally less where it holds a part.  Specks come with
 *  the muscle that is looked at; a scar cut to three slices is as real as before.
 *  @param wall_ml  myocardium in the stack, with all that lies in it */
double decide_smallest_ml(const struct unet_decision *decision, double wall_ml);

/**
 * Turn scar (and no-reflow) that is too small into myocardium: pieces (voxels that
 * touch by face, edge or corner) below `island_ml`; then all of it, if it is below
 * decide_smallest_ml().  What is left of no-reflow, where it is less than a twentieth
 * of the scar, turns into scar: networks see a little of it in most infarcts, readers
 * do not (docs/evidence/no-reflow.md).  Without `by_region` nothing is done.
 *
 * Errors: ERR_NOMEM, ERR_SUPPORT; `labels` is then unchanged or lacks islands only
 */
bool decide_clean(const struct unet_decision *decision, struct labels *labels,
                  struct err *err) ATTR_MUST_USE;

#endif
