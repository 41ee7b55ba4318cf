/*
 * passes.h - the passes of a network over the substacks of one stack.
 *
 * Why:    a stack takes several passes, and the copies of a team (nn/team.h) take them
 *         in turn.
 * Layer:  unet.
 * Thread: as the team.
 *
 * Results are handed over one at a time and in one order, whichever copy made them:
 * what is summed up is the same to the bit for any number of copies.  A copy that is
 * done does not wait for its turn but goes on: on a core that others use, too, one is
 * slower than the rest.
 */
#ifndef UNET_PASSES_H
#define UNET_PASSES_H

#include "nn/team.h"
#include "unet/patch.h"

struct passes;

/** @param team    borrowed; its networks have the same weights
 *  @param config  of the networks, borrowed
 *  Errors: ERR_NOMEM. */
bool passes_new(struct nn_team *team, const struct unet_net_config *config,
                struct passes **out, struct err *err) ATTR_MUST_USE;
void passes_free(struct passes *p);

/* One of them: a substack in a pose. */
struct pass {
    int32_t substack;
    int pose;
};

/* What is to be run. */
struct passes_work {
    const struct unet_net_config *config; /* the pixel is that of the patches */
    const struct stack *stack;
    const struct patch_geometry *substack; /* where each lies */
    const struct pass *pass;               /* borrowed; quickest substack by substack */
    int32_t passes;
    /* Takes a pass: `prob` is [classes][depth][size][size], in the pose, and `user`'s
     * until it returns.  Called on any thread, never on two at a time; in the order of
     * the passes. */
    void (*take)(void *user, struct pass pass, const float *prob);
    void *user;
};

/**
 * Run them all.
 *
 * Errors: ERR_NUMERIC (the network's output is not finite, or a patch is not, since
 *         intensities differ by more than float32 can hold), what a forward pass says;
 *         of several the first, as one network alone would find it
 * Tests:  tests/unit/unet/passes.c
 */
bool passes_run(struct passes *p, const struct passes_work *work,
                struct err *err) ATTR_MUST_USE;

#endif
