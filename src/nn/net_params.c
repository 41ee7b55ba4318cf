#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "nn/adamw.h"
#include "nn/elementwise.h"
#include "nn/net_private.h"

int nn_net_params(const struct nn_net *net)
{
    return net->params;
}

struct nn_param_info nn_net_param(const struct nn_net *net, int i)
{
    const struct net_param *p = &net->param[i];
    struct nn_param_info info = {
        .name = p->name, .rank = p->rank, .count = p->plain_count};
    memcpy(info.dim, p->dim, sizeof info.dim);
    return info;
}

size_t nn_net_param_count(const struct nn_net *net)
{
    size_t n = 0;
    for (int i = 0; i < net->params; i++)
        n += net->param[i].plain_count;
    return n;
}

bool nn_net_get(struct nn_net *net, enum nn_buffer which, int i, float *plain,
                struct err *err)
{
    const struct net_param *p = &net->param[i];
    const float *at = net->buffer[which] + p->offset;
    if (p->is_conv_weight && !net->train)
        return ERR_FAIL(err, ERR_ARG, "%s: no master copy in prediction", p->name);
    if (p->is_conv_weight)
        return nn_conv_to_plain(net->op[p->op].u.conv, at, plain, err);
    memcpy(plain, at, p->plain_count * sizeof *plain);
    return true;
}

bool nn_net_set(struct nn_net *net, enum nn_buffer which, int i, const float *plain,
                struct err *err)
{
    const struct net_param *p = &net->param[i];
    float *at = net->buffer[which] + p->offset;
    if (net->borrows)
        return ERR_FAIL(err, ERR_ARG, "%s: borrowed from another network", p->name);
    if (p->is_conv_weight && net->by_slice)
        return nn_slice_conv_load(net->op[p->op].u.slice_conv, plain, err);
    if (p->is_conv_weight && !net->train)
        return nn_conv_load(net->op[p->op].u.conv, plain, err);
    if (p->is_conv_weight)
        return nn_conv_from_plain(net->op[p->op].u.conv, plain, at, err);
    memcpy(at, plain, p->plain_count * sizeof *plain);
    return true;
}

static void init_param(const struct net_param *p, uint64_t seed, uint64_t i,
                       float *plain)
{
    struct rng r = rng_make(seed, i, 0);
    double inputs = 1.0;
    for (int a = 1; a < p->rank; a++)
        inputs *= (double)p->dim[a];
    const double sd = sqrt(2.0 / inputs);
    const bool is_scale = strstr(p->name, ".scale") != NULL;
    for (size_t k = 0; k < p->plain_count; k++) {
        if (p->is_conv_weight)
            plain[k] = (float)(sd * rng_normal(&r));
        else
            plain[k] = is_scale ? 1.0f : 0.0f;
    }
}

bool nn_net_init(struct nn_net *net, uint64_t seed, struct err *err)
{
    size_t most = 0;
    for (int i = 0; i < net->params; i++)
        if (net->param[i].plain_count > most)
            most = net->param[i].plain_count;
    float *plain = mem_alloc(most, sizeof *plain, err);
    bool ok = plain != NULL;
    for (int i = 0; ok && i < net->params; i++) {
        init_param(&net->param[i], seed, (uint64_t)i, plain);
        ok = nn_net_set(net, NN_WEIGHT, i, plain, err) &&
             (!net->train || nn_net_set(net, NN_AVERAGE, i, plain, err));
    }
    mem_free(plain);
    return ok && nn_net_refresh(net, err);
}

void nn_net_adamw(struct nn_net *net, const struct nn_adamw *opt)
{
    for (int i = 0; i < net->params; i++) {
        const struct net_param *p = &net->param[i];
        struct nn_adamw o = *opt;
        if (!p->is_conv_weight)
            o.decay = 0.0f;
        nn_adamw_step(
            &o, p->master_count, net->buffer[NN_GRADIENT] + p->offset,
            net->buffer[NN_WEIGHT] + p->offset, net->buffer[NN_MOMENT1] + p->offset,
            net->buffer[NN_MOMENT2] + p->offset, net->buffer[NN_AVERAGE] + p->offset);
    }
}

void nn_net_add_gradient(struct nn_net *net, const struct nn_net *other)
{
    assert(net->param_floats == other->param_floats);
    nn_add(NN_F32, net->param_floats, other->buffer[NN_GRADIENT],
           net->buffer[NN_GRADIENT]);
}

bool nn_net_take_weights(struct nn_net *net, const struct nn_net *other,
                         struct err *err)
{
    assert(net->train && other->train && net->param_floats == other->param_floats);
    memcpy(net->buffer[NN_WEIGHT], other->buffer[NN_WEIGHT],
           net->param_floats * sizeof *net->buffer[NN_WEIGHT]);
    return nn_net_refresh(net, err);
}

bool nn_net_borrow_weights(struct nn_net *net, const struct nn_net *from,
                           struct err *err)
{
    assert(net->ops == from->ops && net->param_floats == from->param_floats);
    if (net->train || from->train)
        return ERR_FAIL(err, ERR_ARG, "a network to train has weights of its own");
    net->borrows = true;
    memcpy(net->buffer[NN_WEIGHT], from->buffer[NN_WEIGHT],
           net->param_floats * sizeof *net->buffer[NN_WEIGHT]);
    for (int i = 0; i < net->ops; i++) {
        const struct net_op *op = &net->op[i], *theirs = &from->op[i];
        if (op->kind == OP_CONV &&
            !(net->by_slice
                  ? nn_slice_conv_borrow(op->u.slice_conv, theirs->u.slice_conv, err)
                  : nn_conv_borrow(op->u.conv, theirs->u.conv, err)))
            return false;
    }
    return true;
}

uint64_t nn_net_digest(const struct nn_net *net)
{
    uint64_t h = 0xcbf29ce484222325u; /* FNV-1a, by words */
    for (size_t i = 0; i < net->param_floats; i++) {
        uint32_t bits = 0;
        memcpy(&bits, &net->buffer[NN_WEIGHT][i], sizeof bits);
        h = (h ^ bits) * 0x100000001b3u;
    }
    return h;
}

bool nn_net_swap_average(struct nn_net *net, struct err *err)
{
    float *w = net->buffer[NN_WEIGHT], *a = net->buffer[NN_AVERAGE];
    for (size_t i = 0; i < net->param_floats; i++) {
        const float t = w[i];
        w[i] = a[i];
        a[i] = t;
    }
    return nn_net_refresh(net, err);
}
