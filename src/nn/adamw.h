/*
 * adamw.h - one step of AdamW on a flat range of parameters, with a running average.
 *
 *   m <- b1 m + (1 - b1) g;   v <- b2 v + (1 - b2) g^2
 *   w <- w - lr (m / (1 - b1^t) / (sqrt(v / (1 - b2^t)) + eps) + decay w)
 *   e <- a e + (1 - a) w
 *
 * Layer:  nn.  Thread: parallel over fixed chunks; the same bits for any thread count.
 * Reference: nn/ref/adamw.h.   Tests: tests/unit/nn/adamw.c
 * Source: Loshchilov, Hutter, "Decoupled weight decay regularization", ICLR 2019.
 */
#ifndef NN_ADAMW_H
#define NN_ADAMW_H

#include <stddef.h>
#include <stdint.h>

struct nn_adamw {
    float rate, beta1, beta2, epsilon, decay;
    float average; /* a: weight of the old running average, 0 copies the weights */
    int64_t step;  /* t: 1 for the first step */
};

void nn_adamw_step(const struct nn_adamw *opt, size_t count, const float *gradient,
                   float *weight, float *m, float *v, float *ema);

#endif
