/*
 * loss.h - softmax with cross entropy and soft Dice over regions, and its gradient.
 *
 *   p    = softmax(z)
 *   CE   = -mean_v log sum_{k in S(t_v)} p_k,v       over voxels v with a target t_v
 *          S(t) = {t} and every class that, not labelled, stands in the place of t: of
 *          within(k), or, if that is not labelled either, of within of that; background
 *          counts as labelled
 *   dice = mean_r 1 - (2 I_r + 1) / (P_r + T_r + 1)  over regions r
 *          I_r = sum p_r t_r,  P_r = sum p_r,  T_r = sum t_r,  p_r = sum_{k in r} p_k
 *   loss = ce_weight CE + dice_weight dice
 *
 * A region without a target voxel in the sample, or one that some S(t) reaches into
 * without lying in it, is left out of the mean: what nobody looked for is not punished.
 * Who draws the wall and no scar in it knows where the wall is, not where the scar.
 *
 * Layer:  nn (classes are numbers here, not tissues).
 * Thread: rows in parallel, sums in a fixed order: the same bits for any thread count.
 * Reference: nn/ref/loss.h.   Tests: tests/unit/nn/loss.c
 * Source: Milletari, Navab, Ahmadi, 3DV 2016, doi 10.1109/3DV.2016.79 (soft Dice).
 */
#ifndef NN_LOSS_H
#define NN_LOSS_H

#include <stdint.h>

#include "nn/engine.h"
#include "nn/softmax.h"
#include "tensor/tensor.h"

enum { NN_MAX_REGIONS = 8, NN_IGNORE = 255 };

struct nn_loss_spec {
    int classes;                     /* 2..NN_MAX_CLASSES */
    int regions;                     /* 0..NN_MAX_REGIONS */
    uint32_t region[NN_MAX_REGIONS]; /* sets of classes as bits */
    uint8_t within[NN_MAX_CLASSES];  /* what a reader who does not tell class k draws in
                                        its place; 0: background; no circles */
    float ce_weight, dice_weight;
};

struct nn_loss_value {
    double total, ce, dice;             /* dice: the loss, 1 - mean */
    double region_dice[NN_MAX_REGIONS]; /* soft DSC of each region; NaN if left out */
};

struct nn_loss;

/** @param shape  of the logits (c = classes).  Errors: ERR_ARG, ERR_NOMEM. */
bool nn_loss_new(const struct nn_loss_spec *spec, struct tensor_shape shape,
                 struct nn_loss **out, struct err *err) ATTR_MUST_USE;
void nn_loss_free(struct nn_loss *l);

/* One sample: what the network said, what is true, and where the gradient goes. */
struct nn_loss_sample {
    const float *logits;   /* float32 blocked [d][h][w][block] */
    int block;             /* lanes */
    const uint8_t *target; /* [d][h][w] class; NN_IGNORE, or any number that is no
                              class, has no part in loss or gradient */
    uint32_t labelled;     /* set of classes that the data set labels; bit 0 counts as
                              set */
    float scale; /* factor on the gradient: 1 / samples of an accumulated step */
    enum nn_precision precision; /* of the gradient */
    void *d_logits; /* blocked; padding lanes are set to zero; NULL: value alone */
};

/** Loss and gradient of one sample.  Errors: ERR_NUMERIC if the loss is not finite. */
bool nn_loss_run(struct nn_loss *l, const struct nn_loss_sample *sample,
                 struct nn_loss_value *out, struct err *err) ATTR_MUST_USE;

#endif
