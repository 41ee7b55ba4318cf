/*
 * adamw.h - the definition of one step of the AdamW optimiser.
 *
 * Layer:  nn.  Conventions: nn/ref/conv3d.h.
 *
 *   m <- beta1 m + (1 - beta1) g          mhat = m / (1 - beta1^t)
 *   v <- beta2 v + (1 - beta2) g^2        vhat = v / (1 - beta2^t)
 *   w <- w - lr * (mhat / (sqrt(vhat) + eps) + decay * w)
 *
 * The decay is decoupled: it does not pass through the moments, and it acts on the old
 * w.
 *
 * Source: Loshchilov, Hutter, "Decoupled weight decay regularization", ICLR 2019,
 *         algorithm 2 (with the schedule multiplier in lr).
 * Tests:  tests/unit/nn/ref/adamw.c (closed forms)
 */
#ifndef NN_REF_ADAMW_H
#define NN_REF_ADAMW_H

#include <stddef.h>
#include <stdint.h>

struct nn_ref_adamw {
    double lr, beta1, beta2, eps, decay;
};

/* Parameters and their state; m and v start at zero. */
struct nn_ref_adamw_state {
    size_t n;
    double *w, *m, *v; /* [n] */
};

/** Step number t (1 for the first) with gradient g [n]. */
void nn_ref_adamw_step(const struct nn_ref_adamw *opt, int64_t t, const double *g,
                       struct nn_ref_adamw_state *state);

#endif
