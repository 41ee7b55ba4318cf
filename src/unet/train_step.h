/*
 * train_step.h - the gradient of a step, its samples side by side.
 *
 * Why:    the copies of a network (nn/step.h) take the samples of a step in turn.
 * Layer:  unet, private to training.
 * Thread: as the team.
 *
 * Which copy takes which sample, and in which order gradients and losses are summed,
 * depends on nothing but the number of copies: the same options make the same bits.
 * Processes that train together (nn/ranks.h) have one copy each.
 */
#ifndef UNET_TRAIN_STEP_H
#define UNET_TRAIN_STEP_H

#include "nn/step.h"
#include "unet/feed.h"
#include "unet/training.h"

/* What an epoch is summed up to. */
struct train_sums {
    double loss, ce, dice;
    int64_t samples;
};

struct train_step;

/** @param config  of the network, borrowed.  Errors: as nn_step_new. */
bool train_step_new(const struct training *t, const struct unet_net_config *config,
                    const struct nn_loss_spec *spec, struct train_step **out,
                    struct err *err) ATTR_MUST_USE;
void train_step_free(struct train_step *s);

/** Its networks, to be gone down with once the gradient is there (nn_step_go). */
struct nn_step *train_step_networks(struct train_step *s);

/**
 * The gradient of a step of `n` samples, of which every rank takes each count-th; the
 * sum over the ranks begins while the last one's backward pass goes on.
 *
 * Errors: ERR_NUMERIC (loss not finite), ERR_ARG (no samples left), those of the ranks
 */
bool train_step_gradient(struct train_step *s, struct feed *feed, int64_t n,
                         struct train_sums *sums, struct err *err) ATTR_MUST_USE;

#endif
