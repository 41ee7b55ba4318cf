/*
 * max_pool.h - maximum over 1 x 2 x 2 voxels, stride 1 x 2 x 2: halves rows and
 * columns.
 *
 * Layer:  nn.   Reference: nn/ref/max_pool.h.   Tests: tests/unit/nn/max_pool.c
 */
#ifndef NN_MAX_POOL_H
#define NN_MAX_POOL_H

#include "nn/engine.h"
#include "tensor/tensor.h"

struct nn_pool;

struct nn_pool_mem {
    void *src, *dst, *d_dst, *d_src; /* blocked activations, borrowed */
};

/** Can rows and columns be halved?  Errors: ERR_ARG, they are not even. */
bool nn_pool_possible(struct tensor_shape shape, struct err *err) ATTR_MUST_USE;

/** `shape` is the source's.  Errors: nn_pool_possible()'s; ERR_NUMERIC, ERR_NOMEM. */
bool nn_pool_new(struct nn_engine *e, struct tensor_shape shape, bool train,
                 struct nn_pool **out, struct err *err) ATTR_MUST_USE;
void nn_pool_free(struct nn_pool *p);
bool nn_pool_bind(struct nn_pool *p, const struct nn_pool_mem *mem,
                  struct err *err) ATTR_MUST_USE;
bool nn_pool_forward(struct nn_pool *p, struct err *err) ATTR_MUST_USE;
/** Overwrites d_src. */
bool nn_pool_backward(struct nn_pool *p, struct err *err) ATTR_MUST_USE;

#endif
