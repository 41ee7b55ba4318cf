#include <omp.h>
#include <string.h>

#include "nn/dnnl_glue.h"
#include "nn/elementwise.h"
#include "nn/net_private.h"

static size_t elements(const struct nn_net *net, int t)
{
    return net_tensor_bytes(net, t) / (net->e->precision == NN_BF16 ? 2 : 4);
}

static bool forward_op(struct nn_net *net, struct net_op *op, struct err *err)
{
    if (net->by_slice)
        return net_slices_forward(net, op, err);
    switch (op->kind) {
    case OP_CONV:
        return nn_conv_forward(op->u.conv, err);
    case OP_NORM_RELU:
        return nn_norm_forward(op->u.norm, err);
    case OP_MAX_POOL:
        return nn_pool_forward(op->u.pool, err);
    case OP_UPSAMPLE:
        nn_upsample_forward(net->e->precision, net->e->block,
                            net->tensor[op->src].shape, net->tensor[op->src].data,
                            net->tensor[op->dst].data);
        return true;
    }
    return ERR_FAIL(err, ERR_ARG, "an operator of unknown kind");
}

static bool backward_op(struct nn_net *net, struct net_op *op, struct err *err)
{
    switch (op->kind) {
    case OP_CONV:
        return nn_conv_backward(op->u.conv, err);
    case OP_NORM_RELU:
        return nn_norm_backward(op->u.norm, err);
    case OP_MAX_POOL:
        return nn_pool_backward(op->u.pool, err);
    case OP_UPSAMPLE:
        nn_upsample_backward(net->e->precision, net->e->block,
                             net->tensor[op->src].shape, net->tensor[op->dst].grad,
                             op->add_grad ? op->side : net->tensor[op->src].grad);
        return true;
    }
    return ERR_FAIL(err, ERR_ARG, "an operator of unknown kind");
}

bool nn_net_forward(struct nn_net *net, const float *input, struct err *err)
{
    const struct net_tensor *in = &net->tensor[net->input];
    omp_set_num_threads(net->e->threads); /* OpenMP keeps it for each thread */
    if (net->by_slice)
        nn_slices_input(in->shape, input, in->data);
    else
        nn_convert(net->e->precision, tensor_count(in->shape), input, in->data);
    for (int i = 0; i < net->ops; i++)
        if (!forward_op(net, &net->op[i], err))
            return false;
    return true;
}

/* Parameters lie in the order of the operators, so backward finishes their gradients
 * from the end on: those from `from` to `to` wait to be handed over. */
struct finished {
    const struct nn_gradient_watch *watch; /* or NULL */
    size_t from, to;
    bool first;
};

/* So many floats are worth a message. */
enum { NET_BUCKET = 1 << 16 };

/* Bring the sum over the step's samples up to date, and hand it over. */
static bool hand_over(struct nn_net *net, struct finished *f, struct err *err)
{
    float *sum = net->buffer[NN_GRADIENT] + f->from;
    const float *mine = net->step_gradient + f->from;
    const size_t n = f->to - f->from;
    f->to = f->from;
    if (f->first)
        nn_convert(NN_F32, n, mine, sum);
    else
        nn_add(NN_F32, n, mine, sum);
    return !f->watch || f->watch->ready(f->watch->user, sum, n, err);
}

/* The operator's own are finished. */
static bool finish_op(struct nn_net *net, const struct net_op *op, struct finished *f,
                      struct err *err)
{
    if (op->param >= 0)
        f->from = net->param[op->param].offset;
    if (f->watch && f->to - f->from >= NET_BUCKET)
        return hand_over(net, f, err);
    return !f->watch || f->watch->ready(f->watch->user, NULL, 0, err);
}

bool nn_net_backward_watched(struct nn_net *net, bool first,
                             const struct nn_gradient_watch *watch, struct err *err)
{
    struct finished f = {watch, net->param_floats, net->param_floats, first};
    omp_set_num_threads(net->e->threads);
    for (int i = net->ops - 1; i >= 0; i--) {
        struct net_op *op = &net->op[i];
        if (!backward_op(net, op, err))
            return false;
        if (op->add_grad)
            nn_add(net->e->precision, elements(net, op->src), op->side,
                   net->tensor[op->src].grad);
        if (!finish_op(net, op, &f, err))
            return false;
    }
    f.from = 0;
    return hand_over(net, &f, err);
}

bool nn_net_backward(struct nn_net *net, bool first, struct err *err)
{
    return nn_net_backward_watched(net, first, NULL, err);
}

bool nn_net_no_gradient(struct nn_net *net, const struct nn_gradient_watch *watch,
                        struct err *err)
{
    struct finished f = {watch, net->param_floats, net->param_floats, true};
    memset(net->step_gradient, 0, net->param_floats * sizeof *net->step_gradient);
    for (int i = net->ops - 1; i >= 0; i--)
        if (!finish_op(net, &net->op[i], &f, err))
            return false;
    f.from = 0;
    return hand_over(net, &f, err);
}

bool nn_net_refresh(struct nn_net *net, struct err *err)
{
    for (int i = 0; i < net->ops && !net->by_slice; i++)
        if (net->op[i].kind == OP_CONV && !nn_conv_refresh(net->op[i].u.conv, err))
            return false;
    return true;
}

const float *nn_net_logits(const struct nn_net *net)
{
    return net->tensor[net->logits].data;
}

struct tensor_shape nn_net_logits_shape(const struct nn_net *net)
{
    return net->tensor[net->logits].shape;
}

int nn_net_block(const struct nn_net *net)
{
    return net->e->block;
}

void *nn_net_d_logits(struct nn_net *net)
{
    return net->tensor[net->logits].grad;
}
