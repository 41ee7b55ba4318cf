#include <string.h>

#include "base/mem.h"
#include "nn/dnnl_glue.h"
#include "nn/net_plan.h"
#include "nn/net_private.h"

size_t net_tensor_bytes(const struct nn_net *net, int t)
{
    const struct net_tensor *x = &net->tensor[t];
    const size_t block = (size_t)net->e->block, c = (size_t)x->shape.c;
    const size_t channels = x->plain ? c : (c + block - 1) / block * block;
    const size_t size = x->f32 || net->e->precision == NN_F32 ? 4 : 2;
    const size_t slices = (size_t)x->shape.d + 2 * (size_t)x->guard;
    return channels * slices * (size_t)x->shape.h * (size_t)x->shape.w * size;
}

/* The intervals of one kind of block over all root tensors, and side buffers. */
struct lives {
    struct nn_interval block[2 * NET_MAX_TENSORS + NET_MAX_OPS];
    int order[2 * NET_MAX_TENSORS + NET_MAX_OPS];
    int n;
    int data_of[NET_MAX_TENSORS], grad_of[NET_MAX_TENSORS]; /* block or -1 */
    int side_of[NET_MAX_OPS];
};

static void live(struct lives *l, int *block, size_t bytes, int time)
{
    if (*block < 0) {
        *block = l->n;
        l->block[l->n++] = (struct nn_interval){bytes, time, time, 0};
    }
    struct nn_interval *b = &l->block[*block];
    if (time < b->first)
        b->first = time;
    if (time > b->last)
        b->last = time;
}

/* Forward operator i runs at time i, its gradient at 2 ops - i; the loss between. */
static void find_lives(struct nn_net *net, struct lives *l)
{
    const int end = 2 * net->ops + 1;
    bool written[NET_MAX_TENSORS] = {false}; /* gradients, by tensor */
    memset(l->data_of, -1, sizeof l->data_of);
    memset(l->grad_of, -1, sizeof l->grad_of);
    memset(l->side_of, -1, sizeof l->side_of);
    live(l, &l->data_of[net->input], net_tensor_bytes(net, net->input), 0);
    for (int i = 0; i < net->ops; i++) {
        const int src = net->tensor[net->op[i].src].root;
        const int dst = net->tensor[net->op[i].dst].root;
        live(l, &l->data_of[src], net_tensor_bytes(net, src), i);
        live(l, &l->data_of[dst], net_tensor_bytes(net, dst), i);
        if (net->train)
            live(l, &l->data_of[dst], net_tensor_bytes(net, dst), end);
    }
    live(l, &l->data_of[net->logits], net_tensor_bytes(net, net->logits), end);
    if (!net->train)
        return;
    live(l, &l->data_of[net->input], net_tensor_bytes(net, net->input), end);
    live(l, &l->grad_of[net->logits], net_tensor_bytes(net, net->logits), net->ops);
    for (int i = net->ops - 1; i >= 0; i--) {
        struct net_op *op = &net->op[i];
        const int time = 2 * net->ops - i;
        const int src = net->tensor[op->src].root, dst = net->tensor[op->dst].root;
        live(l, &l->grad_of[dst], net_tensor_bytes(net, dst), time);
        if (op->src == net->input)
            continue;
        live(l, &l->grad_of[src], net_tensor_bytes(net, src), time);
        /* a part's gradient was written with its room's */
        op->add_grad = written[op->src] || (src != op->src && written[src]);
        written[op->src] = true;
        if (op->add_grad)
            live(l, &l->side_of[i], net_tensor_bytes(net, op->src), time);
    }
}

static bool bind_op(struct nn_net *net, struct net_op *op, struct err *err)
{
    if (net->by_slice)
        return net_slices_bind(net, op, err);
    const struct net_tensor *src = &net->tensor[op->src], *dst = &net->tensor[op->dst];
    void *d_src = op->add_grad ? op->side : src->grad;
    float *w = net->buffer[NN_WEIGHT], *g = net->step_gradient;
    const size_t first = op->param >= 0 ? net->param[op->param].offset : 0;
    const bool two = op->param >= 0 && (op->kind == OP_NORM_RELU || op->has_bias);
    const size_t second = two ? net->param[op->param + 1].offset : 0;
    switch (op->kind) {
    case OP_CONV: {
        const struct nn_conv_mem m = {
            .src = src->data,
            .dst = dst->data,
            .d_dst = dst->grad,
            .d_src = d_src,
            .weights = net->train ? w + first : NULL,
            .bias = two ? w + second : NULL,
            .d_weights = g ? g + first : NULL,
            .d_bias = g && two ? g + second : NULL,
        };
        return nn_conv_bind(op->u.conv, &m, err);
    }
    case OP_NORM_RELU: {
        const struct nn_norm_mem m = {
            .src = src->data,
            .dst = dst->data,
            .d_dst = dst->grad,
            .d_src = d_src,
            .scale = w + first,
            .shift = w + second,
            .d_scale = g ? g + first : NULL,
            .d_shift = g ? g + second : NULL,
        };
        return nn_norm_bind(op->u.norm, &m, err);
    }
    case OP_MAX_POOL: {
        const struct nn_pool_mem m = {src->data, dst->data, dst->grad, d_src};
        return nn_pool_bind(op->u.pool, &m, err);
    }
    case OP_UPSAMPLE:
        return true;
    }
    return ERR_FAIL(err, ERR_ARG, "an operator of unknown kind");
}

/* Before the first slice of a tensor's root. */
static size_t guard_bytes(const struct nn_net *net, int t)
{
    const int guard = net->tensor[net->tensor[t].root].guard;
    return guard > 0 ? (size_t)guard * net_slices_pitch(net, t) * sizeof(float) : 0;
}

bool net_place(struct nn_net *net, struct err *err)
{
    bool ok = false;
    struct lives *l = mem_alloc(1, sizeof *l, err);
    if (!l)
        return false;
    find_lives(net, l);
    net->arena_bytes = nn_plan(l->block, l->n, l->order);
    net->arena = mem_alloc(net->arena_bytes, 1, err);
    if (!net->arena)
        goto done;
    char *base = net->arena;
    for (int t = 0; t < net->tensors; t++) {
        struct net_tensor *x = &net->tensor[t];
        if (l->data_of[x->root] >= 0)
            x->data = base + l->block[l->data_of[x->root]].offset +
                      guard_bytes(net, t) + x->part_bytes;
        if (l->grad_of[x->root] >= 0)
            x->grad = base + l->block[l->grad_of[x->root]].offset + x->part_bytes;
    }
    for (int i = 0; i < net->ops; i++) {
        if (l->side_of[i] >= 0)
            net->op[i].side = base + l->block[l->side_of[i]].offset;
        if (!bind_op(net, &net->op[i], err))
            goto done;
    }
    ok = true;
done:
    mem_free(l);
    return ok;
}
