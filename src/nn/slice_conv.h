/*
 * slice_conv.h - the convolution of nn/conv3d.h for prediction in float32, on tensors
 * with their slices outermost (nn/slices.h).
 *
 * Why:    Winograd's algorithm F(4 x 4, 3 x 3), which oneDNN has for planes: 1.3 to 2.2
 *         times as fast as the direct convolution on this project's shapes.
 * Layer:  nn.
 * Thread: as its engine; parallel over slices, the same bits for any number of threads.
 * Reference: nn/ref/conv3d.h.   Tests: tests/unit/nn/slice_conv.c
 * Source: Lavin, Gray, "Fast algorithms for convolutional neural networks", CVPR 2016,
 *         arXiv 1509.09308.  Rounding errors are some ten times those of direct sums.
 *
 * A kernel of several slices sees slice d and its neighbours as channels of one plane;
 * beyond the first and the last slice the source has guard slices, which are zeroed
 * here: others may have used their memory.
 */
#ifndef NN_SLICE_CONV_H
#define NN_SLICE_CONV_H

#include "nn/conv3d.h"
#include "nn/slices.h"

struct nn_slice_conv;

/** Zero slices that the source must have room for on either side. */
int nn_slice_conv_guard(int kd);

/**
 * @param desc   `train` is false; a plain source is [d][c][h][w]
 * @param pitch  of the source; with guard slices, or if it is plain, its own plane's
 * Errors: ERR_ARG (shape, even kernel, pitch), ERR_NUMERIC, ERR_NOMEM
 */
bool nn_slice_conv_new(struct nn_engine *e, const struct nn_conv_desc *desc,
                       size_t pitch, struct nn_slice_conv **out,
                       struct err *err) ATTR_MUST_USE;
void nn_slice_conv_free(struct nn_slice_conv *c);

/** Floats of the weights in plain form. */
size_t nn_slice_conv_plain_count(const struct nn_slice_conv *c);

/** Uses src, dst and bias; src points behind its first guard slices. */
bool nn_slice_conv_bind(struct nn_slice_conv *c, const struct nn_conv_mem *mem,
                        struct err *err) ATTR_MUST_USE;

/** Weights in plain form, [out][in][kd][kh][kw]. */
bool nn_slice_conv_load(struct nn_slice_conv *c, const float *plain,
                        struct err *err) ATTR_MUST_USE;

/** Use the weights of the same convolution of another network, which must outlive this
 * one's runs. */
bool nn_slice_conv_borrow(struct nn_slice_conv *c, const struct nn_slice_conv *from,
                          struct err *err) ATTR_MUST_USE;

bool nn_slice_conv_forward(struct nn_slice_conv *c, struct err *err) ATTR_MUST_USE;

bool nn_slice_conv_is_slow(const struct nn_slice_conv *c);

#endif
