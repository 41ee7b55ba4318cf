/*
 * join.h - an ensemble: several models in one file, whose probabilities are averaged.
 *
 * Why:    networks that learned apart are wrong in different places.  Their mean draws
 *         less scar where there is none, and where they differ the result is unsure.
 * Layer:  unet.
 * Thread: safe for different files.
 * Source: Hansen & Salamon, IEEE Trans Pattern Anal Mach Intell 1990;12:993-1001
 *         (doi:10.1109/34.58871).
 * Tests:  tests/unit/unet/join.c, tests/cli/join.t
 */
#ifndef UNET_JOIN_H
#define UNET_JOIN_H

#include "unet/model.h"

/**
 * Write the ensemble of models, atomically.
 *
 * The coarse network that finds the heart, the number of poses and what is drawn as
 * scar are those of the first.  A calibration is left out, since it was learned from
 * what one network drew.  A model that is an ensemble brings all of its members.  The
 * entry `members` of the metadata tells of each whence it comes.
 *
 * @param models  1 to UNET_MAX_MEMBERS; of one a copy is written
 * @param bf16    round kernels to bfloat16: half the file, and the same predictions
 * where these are made in bfloat16
 * @param path    may be one of those that are read
 * Errors: as model_load; ERR_FORMAT (other patches or classes, too many networks, other
 *     licences: names both files), ERR_IO
 * Cost:   memory for all weights twice
 */
bool join_models(const char *const *from, size_t models, bool bf16, const char *path,
                 struct err *err) ATTR_MUST_USE;

#endif
