/*
 * conv3d.h - the definition of the 3D convolution.
 *
 *   y(co, p) = b(co) + sum_{ci, k} w(co, ci, k) x(ci, p + k - K/2)
 *
 * Stride 1, odd kernels, x = 0 outside its grid ("same" padding), so that x and y have
 * one grid.  Like every network library, this is a correlation: the kernel is not
 * flipped.  The three passes share one loop nest, so they cannot disagree about
 * padding.
 *
 * Why:    the references in this folder are the definition of every operator: obvious
 *         loops in double precision, no library, no blocking.  The fast operators are
 *         tested against them; nothing else calls them.
 * Layer:  nn (may use base, tensor).
 * Thread: all functions of this folder are pure; safe to call concurrently.
 * Tests:  tests/unit/nn/ref/conv3d.c (adjoints, a shifted delta, padding by hand)
 *
 * Conventions of the folder:
 *   - an activation is [C][D][H][W], W fastest, one sample;
 *   - forward writes its output, backward ADDS into the gradients it is given;
 *   - gradients are named d + the array: dx is dL/dx;
 *   - arrays do not overlap; shapes that contradict each other are the caller's bug.
 */
#ifndef NN_REF_CONV3D_H
#define NN_REF_CONV3D_H

#include "tensor/tensor.h"

struct nn_ref_conv3d {
    struct tensor_shape x; /* [Ci][D][H][W] */
    int32_t co;            /* y is [Co][D][H][W] */
    int32_t kd, kh, kw;    /* odd; w is [Co][Ci][KD][KH][KW] */
};

/** Number of weights, Co * Ci * KD * KH * KW. */
size_t nn_ref_conv3d_weights(const struct nn_ref_conv3d *s);

/** y = b + w * x.  `b` is [Co], or NULL for none. */
void nn_ref_conv3d_forward(const struct nn_ref_conv3d *s, const double *x,
                           const double *w, const double *b, double *y);

/** dx += the adjoint in x applied to dy. */
void nn_ref_conv3d_backward_data(const struct nn_ref_conv3d *s, const double *dy,
                                 const double *w, double *dx);

/** dw += the adjoint in w applied to dy;  db(co) += sum over voxels of dy(co).
 *  `db` may be NULL. */
void nn_ref_conv3d_backward_weights(const struct nn_ref_conv3d *s, const double *x,
                                    const double *dy, double *dw, double *db);

#endif
