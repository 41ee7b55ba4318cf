/*
 * step.h - a step of training: a team, the loss of each copy, and what is learned.
 *
 * Why:    training and every program that times it go the same way: samples side by
 *         side, gradients summed, one update, all copies alike again.
 * Layer:  nn.
 * Thread: as the team.
 */
#ifndef NN_STEP_H
#define NN_STEP_H

#include "nn/adamw.h"
#include "nn/loss.h"
#include "nn/team.h"

struct nn_step;

/* A sample for one copy. */
struct nn_step_sample {
    const float *image;
    const uint8_t *target;
    uint32_t labelled;                     /* as in struct nn_loss_sample */
    float scale;                           /* 1 / samples of the step */
    bool first;                            /* of its copy in this step */
    const struct nn_gradient_watch *watch; /* or NULL: not the last of the step */
    struct nn_loss_value value;            /* result */
};

/** @param plan  builds networks to train.  Errors: as nn_team_new, nn_loss_new. */
bool nn_step_new(const struct nn_team_plan *plan, const struct nn_loss_spec *loss,
                 struct nn_step **out, struct err *err) ATTR_MUST_USE;
void nn_step_free(struct nn_step *s);

/** Its networks.  After weights of the first were changed from outside:
 *  nn_team_share(). */
struct nn_team *nn_step_team(struct nn_step *s);

/** Forward, loss and backward of `n` samples at once, the i-th on the i-th copy; called
 *  until all samples of the step are done, with as many as there are copies or what is
 *  left.  Errors: ERR_NUMERIC (loss not finite), those of the watch. */
bool nn_step_run(struct nn_step *s, struct nn_step_sample *sample, int n,
                 struct err *err) ATTR_MUST_USE;

/** Sum the gradients in the order of the copies, go down the sum, and make the copies
 *  alike.  Tests: tests/unit/nn/step.c */
bool nn_step_go(struct nn_step *s, const struct nn_adamw *how,
                struct err *err) ATTR_MUST_USE;

#endif
