/*
 * loss.h - the definition of the training loss: cross entropy + Dice of regions.
 *
 * Layer:  nn.  Conventions: nn/ref/conv3d.h.
 *
 * Data sets differ in what they label.  A class k that this one does not label stands
 * in it as something else, within(k): no-reflow as scar, scar as muscle, others as
 * background; the loss must not punish the network for seeing it.  So for target class
 * t the network is asked for the probability of the set
 *
 *   S(t) = {t} + all k that are not labelled and have h(k) = t
 *   h(k) = k if k is labelled or 0, else h(within(k))
 *
 * With p = softmax(z) and V the voxels whose target is not NN_REF_IGNORE:
 *
 *   CE     = -mean over V of log(sum_{k in S(t)} p_k)
 *   dice_r = (2 sum_V P T + 1) / (sum_V P + sum_V T + 1),
 *            P = sum_{k in r} p_k,   T = 1 where t in r, else 0
 *   Dice   = mean over the regions that take part of (1 - dice_r)
 *   loss   = w_ce CE + w_dice Dice
 *
 * A region takes part if V holds a target voxel of it, and no S(t) lies partly in
 * it and partly outside.
 * A mean over nothing is 0.
 *
 * Source: Drozdzal et al., "The importance of skip connections in biomedical image
 *         segmentation", 2016 (soft Dice).
 * Tests:  tests/unit/nn/ref/loss.c (closed forms, invariances, four-point differences)
 */
#ifndef NN_REF_LOSS_H
#define NN_REF_LOSS_H

#include <stddef.h>
#include <stdint.h>

enum { NN_REF_IGNORE = 255, NN_REF_MAX_CLASSES = 32 };

struct nn_ref_loss {
    int classes;
    size_t voxels;
    const uint8_t *target; /* [voxels], below `classes` or NN_REF_IGNORE */
    uint32_t labelled;     /* bit k: the data set labels class k; bit 0 is implied */
    uint8_t within[NN_REF_MAX_CLASSES];
    const uint32_t *regions; /* [n_regions], bit masks of classes */
    int n_regions;
    double w_ce, w_dice;
};

/** The loss of logits z [classes][voxels]. */
double nn_ref_loss_forward(const struct nn_ref_loss *l, const double *z);

/** dz += gradient of the loss at z. */
void nn_ref_loss_backward(const struct nn_ref_loss *l, const double *z, double *dz);

#endif
