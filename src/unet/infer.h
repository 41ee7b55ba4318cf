/*
 * infer.h - networks over a whole stack: overlapping substacks, poses, merging.
 *
 * Why:    prediction and the validation during training are the same computation;
 *         only who owns the network differs.
 * Layer:  unet.
 * Thread: as the team.
 *
 * A stack is covered by overlapping substacks (substacks.h); a slice's probabilities
 * are the mean over the substacks that saw it, weighted by its distance from their
 * ends, and over the poses (mirrored, turned copies).  Of an ensemble it is the mean of
 * its members' means.
 *
 * A member with more channels than the first takes most of an ensemble's time, and its
 * overlapping substacks see most slices twice as it is: it sees each of these in every
 * second pose alone, neighbours by turns.  That is a fifth of the time of a stack of
 * ten slices (docs/evidence/what-we-tried.md has what it does to the result).
 */
#ifndef UNET_INFER_H
#define UNET_INFER_H

#include "measure/features.h"
#include "nn/team.h"
#include "unet/config.h"
#include "unet/stack.h"

struct infer;

/** @param team  borrowed; networks of the same weights, built from `config` (borrowed)
 *  Errors: ERR_NOMEM. */
bool infer_new(struct nn_team *team, const struct unet_net_config *config,
               struct infer **out, struct err *err) ATTR_MUST_USE;
void infer_free(struct infer *f);

/** Another member of the ensemble.  Its patches have as many pixels as the first one's,
 *  as large, and the same classes; their depth may differ.
 *  @param team, config  as for infer_new
 *  Errors: ERR_NOMEM, ERR_ARG (more than UNET_MAX_MEMBERS). */
bool infer_join(struct infer *f, struct nn_team *team,
                const struct unet_net_config *config, struct err *err) ATTR_MUST_USE;

/**
 * Class probabilities round a centre.
 *
 * @param poses      1, 2, 4 or 8
 * @param[out] prob  [nz][classes][size][size], owned by `f` until its next call
 * @param[out] passes  network passes made; may be NULL
 * Errors: ERR_NOMEM; ERR_NUMERIC (the network's output is not finite: absurd weights;
 *         or the patch is not: intensities near the end of float32)
 */
bool infer_stack(struct infer *f, const struct stack *stack,
                 const double centre_mm[static 2], int poses, const float **prob,
                 int32_t *passes, struct err *err) ATTR_MUST_USE;

/** From now on keep, while stacks are run, what infer_features() needs: two numbers a
 *  pixel, and a tenth of the time of merging.  Not for the coarse network. */
void infer_watch(struct infer *f);

/** How sure the networks were of the last stack, and how far their passes agreed: the
 *  features of the network of measure/features.h; the others stay as they are, and all
 *  do unless infer_watch() was called.
 *  Tests: tests/unit/unet/spread.c, tests/unit/unet/infer.c */
void infer_features(const struct infer *f, struct measure_features *out);

/**
 * Label of every native pixel inside the patch, background elsewhere.  Probabilities
 * are interpolated between patch pixels (bilinear), then decided upon voxel by voxel;
 * what `decision` says of sizes is for decide_clean().
 */
void infer_to_labels(const struct infer *f, const float *prob,
                     const double centre_mm[static 2],
                     const struct unet_decision *decision, struct labels *labels);

enum { INFER_MOST_PLACES = 4 };

/* Where the left ventricle may be. */
struct infer_places {
    bool found; /* at least 5 mL were seen as left ventricle */
    int n;      /* 1 or more, the likeliest first */
    double centre_mm[INFER_MOST_PLACES][2];
};

/**
 * Find the left ventricle with a two-class coarse network.
 *
 * @param f         built on the coarse network
 * @param[out] out  the heaviest of its marks, then others apart from it, then the
 *                  middle of the field of view, which is the first if nothing was found
 */
bool infer_locate(struct infer *f, const struct stack *stack, double slice_mm,
                  struct infer_places *out, struct err *err) ATTR_MUST_USE;

#endif
