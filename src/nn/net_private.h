/*
 * net_private.h - what net.c (building), net_memory.c (planning), net_run.c (running)
 * and net_params.c (parameters) share.
 *
 * Layer:  nn, private.
 */
#ifndef NN_NET_PRIVATE_H
#define NN_NET_PRIVATE_H

#include "nn/conv3d.h"
#include "nn/max_pool.h"
#include "nn/net.h"
#include "nn/norm_relu.h"

enum { NET_MAX_OPS = 128, NET_MAX_TENSORS = 192, NET_MAX_PARAMS = 256, NET_NAME = 48 };

enum op_kind { OP_CONV, OP_NORM_RELU, OP_MAX_POOL, OP_UPSAMPLE };

struct net_tensor {
    struct tensor_shape shape;
    bool plain, f32;
    int root;          /* the tensor that owns the memory; itself unless a part */
    size_t part_bytes; /* offset of a part in its root, in bytes */
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
    bool train;
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
};

/** Size in bytes of a tensor's elements. */
size_t net_tensor_bytes(const struct nn_net *net, int t);

/** Lay out the arena and bind every operator (net_memory.c). */
bool net_place(struct nn_net *net, struct err *err) ATTR_MUST_USE;

#endif
