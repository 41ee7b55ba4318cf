#include "nn/net_private.h"
#include "nn/slices.h"

size_t net_slices_pitch(const struct nn_net *net, int t)
{
    const struct net_tensor *root = &net->tensor[net->tensor[t].root];
    if (root->plain)
        return tensor_count(root->shape) / (size_t)root->shape.d;
    return nn_slices_plane(root->shape);
}

static struct nn_slices slices(const struct nn_net *net, int t)
{
    return (struct nn_slices){net->tensor[t].data, net->tensor[t].shape,
                              net_slices_pitch(net, t)};
}

static bool build_conv(struct nn_net *net, struct net_op *op,
                       const struct nn_conv_desc *desc, struct err *err)
{
    struct net_tensor *root = &net->tensor[net->tensor[op->src].root];
    if (!nn_slice_conv_new(net->e, desc, net_slices_pitch(net, op->src),
                           &op->u.slice_conv, err))
        return false;
    if (root->guard < nn_slice_conv_guard(desc->kd))
        root->guard = nn_slice_conv_guard(desc->kd);
    return true;
}

bool net_slices_build(struct nn_net *net, struct net_op *op,
                      const struct nn_conv_desc *conv, struct err *err)
{
    const struct tensor_shape s = net->tensor[op->src].shape;
    switch (op->kind) {
    case OP_CONV:
        return build_conv(net, op, conv, err);
    case OP_NORM_RELU:
        if (net->moments_floats < nn_slices_moments(s))
            net->moments_floats = nn_slices_moments(s);
        return true;
    case OP_MAX_POOL:
        return nn_pool_possible(s, err);
    case OP_UPSAMPLE:
        return true;
    }
    return ERR_FAIL(err, ERR_ARG, "an operator of unknown kind");
}

bool net_slices_bind(struct nn_net *net, struct net_op *op, struct err *err)
{
    if (op->kind != OP_CONV)
        return true;
    const struct nn_conv_mem m = {
        .src = net->tensor[op->src].data,
        .dst = net->tensor[op->dst].data,
        .bias = op->has_bias ? net->buffer[NN_WEIGHT] + net->param[op->param + 1].offset
                             : NULL,
    };
    return nn_slice_conv_bind(op->u.slice_conv, &m, err);
}

bool net_slices_forward(struct nn_net *net, const struct net_op *op, struct err *err)
{
    const struct nn_slices src = slices(net, op->src), dst = slices(net, op->dst);
    const float *w = net->buffer[NN_WEIGHT];
    switch (op->kind) {
    case OP_CONV:
        return nn_slice_conv_forward(op->u.slice_conv, err);
    case OP_NORM_RELU:
        nn_slices_norm_relu(&src, w + net->param[op->param].offset,
                            w + net->param[op->param + 1].offset, net->moments, &dst);
        return true;
    case OP_MAX_POOL:
        nn_slices_max_pool(&src, &dst);
        return true;
    case OP_UPSAMPLE:
        nn_slices_upsample(&src, &dst);
        return true;
    }
    return ERR_FAIL(err, ERR_ARG, "an operator of unknown kind");
}
