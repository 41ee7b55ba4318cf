/*
 * net_private.h - what net.c (building), net_memory.c (planning), net_run.c (running)
 * and net_params.c (parameters) share.
 *
 * A network that only predicts, in float32 and with AVX-512, lies *by slice*: its
 * tensors are those of nn/slices.h and its operators those of net_slices.c.
 *
 * Layer:  nn, private.
 */
#ifndef NN_NET_PRIVATE_H
#define NN_NET_PRIVATE_H

#include "nn/conv3d.h"
#include "nn/max_pool.h"
#include "nn/net.h"
#include "nn/norm_relu.h"
#include "nn/slice_conv.h"

enum { NET_MAX_OPS = 128, NET_MAX_TENSORS = 192, NET_MAX_PARAMS = 256, NET_NAME = 48 };

enum op_kind { OP_CONV, OP_NORM_RELU, OP_MAX_POOL, OP_UPSAMPLE };

struct net_tensor {
    struct tensor_shape shape;
    bool plain, f32;
    int root;          /* the tensor that owns the memory; itself unless a part */
    size_t part_bytes; /* offset of a part in its root, in bytes */
    int guard; /* by slice: zero slices that a root has room for on either side */
    void *data, *grad; /* bound by planning */
};

struct net_op {
    enum op_kind kind;
    int src, dst;
    int param;     /* first parameter, -1 if none */
    bool has_bias; /* OP_CONV: a second parameter */
    bool add_grad; /* the source's gradient was written before: add to it */
    void *side;    /* where the gradient to be added is written first */
    union {
        struct nn_conv *conv;
        struct nn_slice_conv *slice_conv; /* of a network by slice */
        struct nn_norm *norm;
        struct nn_pool *pool;
    } u;
};

struct net_param {
    char name[NET_NAME];
    int op;
    bool is_conv_weight;
    int32_t rank, dim[5];
    size_t plain_count, master_count, offset;
};

struct nn_net {
    struct nn_engine *e;
    bool train, by_slice;
    bool borrows;    /* predicts with the weights of another */
    struct err fail; /* the first failure while building */
    struct net_tensor tensor[NET_MAX_TENSORS];
    struct net_op op[NET_MAX_OPS];
    struct net_param param[NET_MAX_PARAMS];
    int tensors, ops, params;
    int input, logits;
    size_t param_floats;
    float *buffer[NN_BUFFERS]; /* NN_WEIGHT alone when not training */
    float *step_gradient;      /* what one backward pass writes */
    void *arena;               /* activations and gradients */
    size_t arena_bytes;
    float *moments; /* by slice: scratch of the norms */
    size_t moments_floats;
};

/** Size in bytes of a tensor's elements, and of a root's guard slices. */
size_t net_tensor_bytes(const struct nn_net *net, int t);

/** Lay out the arena and bind every operator (net_memory.c). */
bool net_place(struct nn_net *net, struct err *err) ATTR_MUST_USE;

/* --- a network by slice (net_slices.c) --- */

/** Floats from a slice of a tensor to the next. */
size_t net_slices_pitch(const struct nn_net *net, int t);

/** What an operator needs to be built, bound and run; `conv` of a convolution alone. */
bool net_slices_build(struct nn_net *net, struct net_op *op,
                      const struct nn_conv_desc *conv, struct err *err) ATTR_MUST_USE;
bool net_slices_bind(struct nn_net *net, struct net_op *op,
                     struct err *err) ATTR_MUST_USE;
bool net_slices_forward(struct nn_net *net, const struct net_op *op,
                        struct err *err) ATTR_MUST_USE;

#endif
