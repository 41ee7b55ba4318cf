#include "nn/net.h"

#include <stdio.h>

#include "base/mem.h"
#include "nn/dnnl_glue.h"
#include "nn/net_private.h"

bool nn_net_new(struct nn_engine *e, bool train, struct nn_net **out, struct err *err)
{
    struct nn_net *net = mem_alloc(1, sizeof *net, err);
    if (!net)
        return false;
    net->e = e;
    net->train = train;
    net->by_slice = !train && e->precision == NN_F32 && e->block == NN_SLICES_LANES;
    net->input = -1;
    net->logits = -1;
    *out = net;
    return true;
}

void nn_net_free(struct nn_net *net)
{
    if (!net)
        return;
    for (int i = 0; i < net->ops; i++) {
        struct net_op *op = &net->op[i];
        if (op->kind == OP_CONV && net->by_slice)
            nn_slice_conv_free(op->u.slice_conv);
        else if (op->kind == OP_CONV)
            nn_conv_free(op->u.conv);
        else if (op->kind == OP_NORM_RELU)
            nn_norm_free(op->u.norm);
        else if (op->kind == OP_MAX_POOL)
            nn_pool_free(op->u.pool);
    }
    for (int b = 0; b < NN_BUFFERS; b++)
        mem_free(net->buffer[b]);
    mem_free(net->step_gradient);
    mem_free(net->arena);
    mem_free(net->moments);
    mem_free(net);
}

static int add_tensor(struct nn_net *net, struct tensor_shape shape)
{
    if (net->fail.code != ERR_NONE)
        return -1;
    if (net->tensors == NET_MAX_TENSORS) {
        err_record(&net->fail, ERR_SUPPORT, "a network of more than %d tensors",
                   NET_MAX_TENSORS);
        return -1;
    }
    net->tensor[net->tensors] =
        (struct net_tensor){.shape = shape, .root = net->tensors};
    return net->tensors++;
}

static struct net_op *add_op(struct nn_net *net, enum op_kind kind, int src, int dst)
{
    if (src < 0 || dst < 0 || net->fail.code != ERR_NONE)
        return NULL;
    if (net->ops == NET_MAX_OPS) {
        err_record(&net->fail, ERR_SUPPORT, "a network of more than %d operators",
                   NET_MAX_OPS);
        return NULL;
    }
    struct net_op *op = &net->op[net->ops++];
    *op = (struct net_op){.kind = kind, .src = src, .dst = dst, .param = -1};
    return op;
}

/* `conv` of a convolution alone. */
static bool build_op(struct nn_net *net, struct net_op *op,
                     const struct nn_conv_desc *conv)
{
    const struct tensor_shape s = net->tensor[op->src].shape;
    if (net->by_slice)
        return net_slices_build(net, op, conv, &net->fail);
    switch (op->kind) {
    case OP_CONV:
        return nn_conv_new(net->e, conv, &op->u.conv, &net->fail);
    case OP_NORM_RELU:
        return nn_norm_new(net->e, s, net->train, &op->u.norm, &net->fail);
    case OP_MAX_POOL:
        return nn_pool_new(net->e, s, net->train, &op->u.pool, &net->fail);
    case OP_UPSAMPLE:
        return true;
    }
    return ERR_FAIL(&net->fail, ERR_ARG, "an operator of unknown kind");
}

static int add_param(struct nn_net *net, const char *layer, const char *kind,
                     struct net_param p)
{
    if (net->params == NET_MAX_PARAMS) {
        err_record(&net->fail, ERR_SUPPORT, "a network of more than %d parameters",
                   NET_MAX_PARAMS);
        return -1;
    }
    (void)snprintf(p.name, sizeof p.name, "%s.%s", layer, kind);
    p.op = net->ops - 1;
    p.offset = net->param_floats;
    if (net->train || !p.is_conv_weight)
        net->param_floats += (p.master_count + 15) / 16 * 16; /* whole cache lines */
    net->param[net->params] = p;
    return net->params++;
}

static struct net_param vector_param(int n)
{
    return (struct net_param){
        .rank = 1, .dim = {n}, .plain_count = (size_t)n, .master_count = (size_t)n};
}

int nn_net_input(struct nn_net *net, struct tensor_shape shape)
{
    net->input = add_tensor(net, shape);
    if (net->input >= 0)
        net->tensor[net->input].plain = true;
    return net->input;
}

int nn_net_room(struct nn_net *net, struct tensor_shape shape)
{
    return add_tensor(net, shape);
}

int nn_net_part(struct nn_net *net, int room, int first, int channels)
{
    if (room < 0)
        return -1;
    const struct tensor_shape all = net->tensor[room].shape;
    if (first % 16 != 0 || channels % 16 != 0 || first + channels > all.c) {
        err_record(&net->fail, ERR_ARG, "channels %d..%d of %d cannot be a part", first,
                   first + channels, all.c);
        return -1;
    }
    const struct tensor_shape shape = {channels, all.d, all.h, all.w};
    const int t = add_tensor(net, shape);
    if (t < 0)
        return -1;
    const size_t size = net->e->precision == NN_BF16 ? 2 : 4;
    net->tensor[t].root = room;
    const size_t slices = net->by_slice ? 1 : (size_t)all.d; /* between two blocks */
    net->tensor[t].part_bytes =
        (size_t)first * slices * (size_t)all.h * (size_t)all.w * size;
    return t;
}

int nn_net_conv(struct nn_net *net, int src, struct nn_conv_layer layer)
{
    if (src < 0 || net->fail.code != ERR_NONE)
        return -1;
    const struct net_tensor from = net->tensor[src];
    const struct nn_conv_desc desc = {
        .src = from.shape,
        .out = layer.out,
        .kd = layer.kd,
        .kh = layer.kh,
        .bias = layer.bias,
        .plain_src = from.plain,
        .f32_dst = layer.f32,
        .train = net->train,
        .need_d_src = net->train && src != net->input,
    };
    const int dst = add_tensor(net, (struct tensor_shape){layer.out, from.shape.d,
                                                          from.shape.h, from.shape.w});
    struct net_op *op = add_op(net, OP_CONV, src, dst);
    if (!op || !build_op(net, op, &desc)) {
        err_prefix(&net->fail, "%s", layer.name);
        return -1;
    }
    net->tensor[dst].f32 = layer.f32;
    struct net_param weight = {
        .is_conv_weight = true,
        .rank = 5,
        .dim = {layer.out, from.shape.c, layer.kd, layer.kh, layer.kh},
    };
    if (net->by_slice) {
        weight.plain_count = nn_slice_conv_plain_count(op->u.slice_conv);
    } else {
        weight.plain_count = nn_conv_plain_count(op->u.conv);
        weight.master_count = nn_conv_master_count(op->u.conv);
    }
    op->param = add_param(net, layer.name, "weight", weight);
    op->has_bias = layer.bias;
    if (layer.bias)
        (void)add_param(net, layer.name, "bias", vector_param(layer.out));
    return net->fail.code == ERR_NONE ? dst : -1;
}

int nn_net_norm_relu(struct nn_net *net, int src, int dst, const char *name)
{
    if (src < 0)
        return -1;
    const struct tensor_shape shape = net->tensor[src].shape;
    if (dst < 0)
        dst = add_tensor(net, shape);
    struct net_op *op = add_op(net, OP_NORM_RELU, src, dst);
    if (!op || !build_op(net, op, NULL)) {
        err_prefix(&net->fail, "%s", name);
        return -1;
    }
    op->param = add_param(net, name, "scale", vector_param(shape.c));
    (void)add_param(net, name, "shift", vector_param(shape.c));
    return net->fail.code == ERR_NONE ? dst : -1;
}

int nn_net_max_pool(struct nn_net *net, int src)
{
    if (src < 0)
        return -1;
    const struct tensor_shape s = net->tensor[src].shape;
    const int dst = add_tensor(net, (struct tensor_shape){s.c, s.d, s.h / 2, s.w / 2});
    struct net_op *op = add_op(net, OP_MAX_POOL, src, dst);
    return op && build_op(net, op, NULL) ? dst : -1;
}

int nn_net_upsample(struct nn_net *net, int src, int dst)
{
    if (src < 0)
        return -1;
    const struct tensor_shape s = net->tensor[src].shape;
    if (dst < 0)
        dst = add_tensor(net, (struct tensor_shape){s.c, s.d, s.h * 2, s.w * 2});
    return add_op(net, OP_UPSAMPLE, src, dst) ? dst : -1;
}

bool nn_net_finish(struct nn_net *net, int logits, struct err *err)
{
    if (net->fail.code != ERR_NONE)
        return ERR_FAIL(err, net->fail.code, "%s", net->fail.msg);
    if (logits < 0 || net->input < 0 || !net->tensor[logits].f32)
        return ERR_FAIL(err, ERR_ARG, "a network needs an input and float32 logits");
    net->logits = logits;
    const int buffers = net->train ? NN_BUFFERS : 1;
    for (int b = 0; b < buffers; b++) {
        net->buffer[b] = mem_alloc(net->param_floats, sizeof(float), err);
        if (!net->buffer[b])
            return false;
    }
    if (net->train) {
        net->step_gradient = mem_alloc(net->param_floats, sizeof(float), err);
        if (!net->step_gradient)
            return false;
    }
    if (net->moments_floats > 0) {
        net->moments = mem_alloc(net->moments_floats, sizeof(float), err);
        if (!net->moments)
            return false;
    }
    return net_place(net, err) && nn_engine_reserve(net->e, err);
}

size_t nn_net_activation_bytes(const struct nn_net *net)
{
    return net->arena_bytes;
}

int nn_net_slow_ops(const struct nn_net *net)
{
    int slow = 0;
    for (int i = 0; i < net->ops; i++)
        if (net->op[i].kind == OP_CONV)
            slow += net->by_slice ? nn_slice_conv_is_slow(net->op[i].u.slice_conv)
                                  : nn_conv_is_slow(net->op[i].u.conv);
    return slow;
}
