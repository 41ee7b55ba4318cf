/*
 * objective.h - what a network learns to tell apart: its loss, from tissues to classes.
 *
 * Layer:  unet.   Thread: pure function.   Tests: tests/unit/unet/objective.c
 */
#ifndef UNET_OBJECTIVE_H
#define UNET_OBJECTIVE_H

#include "nn/loss.h"
#include "unet/config.h"

/**
 * Cross entropy and Dice, one as heavy as the other; Dice of blood pool, myocardium
 * with all scar, scar with no-reflow, no-reflow and RV blood pool, as far as the
 * network has classes of their own for them.
 *
 * Who does not tell no-reflow draws scar in its place, and who draws no scar, muscle;
 * all else that is not drawn is background (nn/loss.h, `within`).
 */
struct nn_loss_spec unet_objective(const struct unet_net_config *net);

#endif
