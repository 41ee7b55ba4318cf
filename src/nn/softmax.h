/*
 * softmax.h - from logits to probabilities.
 *
 * Why:    of a pass through a network one expf() after the other took several per cent
 *         of the time; and what it gives depends on the C library and the CPU.
 * Layer:  nn.
 * Thread: pure functions.
 *
 * p_k = exp(z_k - max z) / sum; for the difference as float32 holds it, right to within
 * 5e-7 of itself, and 0 where exp() would be below float32's normal numbers.  A logit
 * that is no number makes all probabilities of its voxel no numbers.  The same bits on
 * every CPU.
 * Tests:  tests/unit/nn/softmax.c
 */
#ifndef NN_SOFTMAX_H
#define NN_SOFTMAX_H

#include "tensor/tensor.h"

enum { NN_MAX_CLASSES = 8, NN_SOFTMAX_VOXELS = 16 };

/**
 * A few voxels.
 *
 * @param logits  [voxels][block], of which the first `classes` count
 * @param voxels  1..NN_SOFTMAX_VOXELS
 * @param[out] p  of class k and voxel v at p[k][v]; what lies beyond is undefined
 */
void nn_softmax(const float *logits, int block, int classes, int voxels,
                float p[static NN_MAX_CLASSES][NN_SOFTMAX_VOXELS]);

/** Of blocked logits [d][h][w][block], into plain [classes][d][h][w]. */
void nn_softmax_plain(const float *logits, int block, struct tensor_shape shape,
                      float *probabilities);

#endif
