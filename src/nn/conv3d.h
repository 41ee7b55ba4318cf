/*
 * conv3d.h - 3D convolution, odd kernel, stride 1, zero padding that keeps the size.
 *
 *   y[o][p] = b[o] + sum_{i, q} w[o][i][q] x[i][p + q - centre]
 *
 * Why:    nearly all of a network's time is spent here; done by oneDNN's jit kernels,
 *         by nn/winograd.h where that is faster.
 * Layer:  nn.
 * Thread: as its engine.
 * Reference: nn/ref/conv3d.h.   Tests: tests/unit/nn/conv3d.c
 *
 * Weights have three forms.  *Plain*: float32 [out][in][kd][kh][kw], in files.
 * *Master*: float32 in the layout in which oneDNN emits the weight gradient; master
 * weights, gradients and optimiser moments share it, so an optimiser is one flat loop.
 * *Working*: copies in the precision and layouts of the forward and the backward
 * kernel, renewed by nn_conv_refresh().
 */
#ifndef NN_CONV3D_H
#define NN_CONV3D_H

#include "nn/engine.h"
#include "tensor/tensor.h"

struct nn_conv;

struct nn_conv_desc {
    struct tensor_shape src; /* c = input channels */
    int out;                 /* output channels */
    int kd, kh;              /* kernel: kd x kh x kh, odd */
    bool bias;
    bool plain_src;  /* source is plain ncdhw (the network's input: 1 to 3 channels) */
    bool f32_dst;    /* destination in float32 whatever the precision (logits) */
    bool train;      /* make the backward passes too */
    bool need_d_src; /* make the gradient towards the source */
};

/* Memory that an operator works on; borrowed.  Unused ones stay NULL. */
struct nn_conv_mem {
    void *src, *dst, *d_dst, *d_src;
    float *weights, *bias;     /* master form */
    float *d_weights, *d_bias; /* overwritten by each backward pass */
};

/** Is it one?  Errors: ERR_ARG (empty shape, even kernel). */
bool nn_conv_possible(const struct nn_conv_desc *desc, struct err *err) ATTR_MUST_USE;

/** Errors: nn_conv_possible()'s; ERR_NUMERIC, ERR_NOMEM. */
bool nn_conv_new(struct nn_engine *e, const struct nn_conv_desc *desc,
                 struct nn_conv **out, struct err *err) ATTR_MUST_USE;
void nn_conv_free(struct nn_conv *c);

/** Floats in the master form (padding lanes included, which stay zero). */
size_t nn_conv_master_count(const struct nn_conv *c);
/** Floats in the plain form. */
size_t nn_conv_plain_count(const struct nn_conv *c);

bool nn_conv_bind(struct nn_conv *c, const struct nn_conv_mem *mem,
                  struct err *err) ATTR_MUST_USE;

/** Put plain weights straight into the forward kernel's working copy.  For a
 * convolution that is not trained and was bound without master weights. */
bool nn_conv_load(struct nn_conv *c, const float *plain, struct err *err) ATTR_MUST_USE;

/** Use the forward kernel's working copy of the same convolution of another network,
 * which must outlive this one's runs.  Both as nn_conv_load() wants them. */
bool nn_conv_borrow(struct nn_conv *c, const struct nn_conv *from,
                    struct err *err) ATTR_MUST_USE;

/** Renew the working copies from the master weights; after every change of these. */
bool nn_conv_refresh(struct nn_conv *c, struct err *err) ATTR_MUST_USE;

bool nn_conv_forward(struct nn_conv *c, struct err *err) ATTR_MUST_USE;

/** Writes d_src (if made), d_weights, d_bias from src and d_dst. */
bool nn_conv_backward(struct nn_conv *c, struct err *err) ATTR_MUST_USE;

/** Master form to plain form, and back.  Slow path: files and tests. */
bool nn_conv_to_plain(struct nn_conv *c, const float *master, float *plain,
                      struct err *err) ATTR_MUST_USE;
bool nn_conv_from_plain(struct nn_conv *c, const float *plain, float *master,
                        struct err *err) ATTR_MUST_USE;

/** Did oneDNN fall back to reference code for any pass?  (10 to 100 times slower.) */
bool nn_conv_is_slow(const struct nn_conv *c);

#endif
