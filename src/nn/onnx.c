#include "nn/onnx.h"

#include <string.h>

#include "nn/net_private.h"
#include "nn/onnx_build.h"

enum { MAX_PARTS = 8 };

static const char SCALES[] = "upsampling.scales";

/* On the way through the list of operators. */
struct walk {
    struct nn_net *net;
    struct onnx_build *b;
    const char *value[NET_MAX_TENSORS]; /* names of what is there; NULL: not yet */
};

/* The part of `room` that begins after `bytes` and has been written; -1 if none. */
static int part_at(const struct walk *w, int room, size_t bytes)
{
    for (int t = 0; t < w->net->tensors; t++)
        if (t != room && w->net->tensor[t].root == room && w->value[t] &&
            w->net->tensor[t].part_bytes == bytes)
            return t;
    return -1;
}

/* A room is filled by parts here and joined out of them there. */
static void join_room(struct walk *w, int room)
{
    const size_t all = net_tensor_bytes(w->net, room);
    const char *part[MAX_PARTS] = {NULL};
    size_t parts = 0, bytes = 0;
    while (bytes < all && parts < MAX_PARTS) {
        const int t = part_at(w, room, bytes);
        if (t < 0)
            break;
        part[parts++] = w->value[t];
        bytes += net_tensor_bytes(w->net, t);
    }
    if (parts == 0 || bytes != all) {
        onnx_build_fail(w->b, ERR_ARG, "a tensor is read before all of it is written");
        return;
    }
    w->value[room] = onnx_build_text(w->b, "%s.concat", part[0]);
    const int node = onnx_build_node(w->b, "Concat", w->value[room], part, parts);
    onnx_build_int(w->b, node, "axis", 1); /* channels */
}

static const char *value_of(struct walk *w, int t)
{
    if (!w->value[t])
        join_room(w, t);
    return w->value[t] ? w->value[t] : "";
}

static void put_param(struct walk *w, int i)
{
    const struct net_param *p = &w->net->param[i];
    struct err err = {0};
    float *plain = onnx_build_constant(w->b, p->name, p->dim, p->rank);
    if (plain && !nn_net_get(w->net, NN_WEIGHT, i, plain, &err))
        onnx_build_fail(w->b, err.code, "%s", err.msg);
}

static void put_conv(struct walk *w, const struct net_op *op, const char *layer)
{
    const struct net_param *weight = &w->net->param[op->param];
    const char *in[3] = {value_of(w, op->src), weight->name, NULL};
    int64_t kernel[3], pads[6];
    if (op->has_bias)
        in[2] = w->net->param[op->param + 1].name;
    for (int a = 0; a < 3; a++) {
        kernel[a] = weight->dim[2 + a];
        pads[a] = pads[3 + a] = kernel[a] / 2;
    }
    w->value[op->dst] = op->dst == w->net->logits ? "logits" : layer;
    const int node =
        onnx_build_node(w->b, "Conv", w->value[op->dst], in, op->has_bias ? 3 : 2);
    onnx_build_ints(w->b, node, "kernel_shape", kernel, ARRAY_LEN(kernel));
    onnx_build_ints(w->b, node, "pads", pads, ARRAY_LEN(pads));
}

static void put_norm_relu(struct walk *w, const struct net_op *op, const char *layer)
{
    const struct net_param *p = &w->net->param[op->param];
    const char *in[] = {value_of(w, op->src), p[0].name, p[1].name};
    const int node =
        onnx_build_node(w->b, "InstanceNormalization", layer, in, ARRAY_LEN(in));
    onnx_build_real(w->b, node, "epsilon", NN_NORM_EPSILON);
    w->value[op->dst] = onnx_build_text(w->b, "%s.relu", layer);
    (void)onnx_build_node(w->b, "Relu", w->value[op->dst], &layer, 1);
}

static void put_max_pool(struct walk *w, const struct net_op *op)
{
    static const int64_t in_plane[] = {1, 2, 2};
    const char *in = value_of(w, op->src);
    w->value[op->dst] = onnx_build_text(w->b, "%s.pool", in);
    const int node = onnx_build_node(w->b, "MaxPool", w->value[op->dst], &in, 1);
    onnx_build_ints(w->b, node, "kernel_shape", in_plane, ARRAY_LEN(in_plane));
    onnx_build_ints(w->b, node, "strides", in_plane, ARRAY_LEN(in_plane));
}

/* y(i) = x(floor(i / 2)) in the plane */
static void put_upsample(struct walk *w, const struct net_op *op)
{
    const char *in[] = {value_of(w, op->src), "", SCALES};
    w->value[op->dst] = onnx_build_text(w->b, "%s.up", in[0]);
    const int node =
        onnx_build_node(w->b, "Resize", w->value[op->dst], in, ARRAY_LEN(in));
    onnx_build_word(w->b, node, "mode", "nearest");
    onnx_build_word(w->b, node, "coordinate_transformation_mode", "asymmetric");
    onnx_build_word(w->b, node, "nearest_mode", "floor");
}

static void put_op(struct walk *w, const struct net_op *op)
{
    const char *layer = "";
    if (op->param >= 0) { /* "enc0.conv0.weight" -> "enc0.conv0" */
        const char *param = w->net->param[op->param].name;
        layer =
            onnx_build_text(w->b, "%.*s", (int)(strrchr(param, '.') - param), param);
    }
    switch (op->kind) {
    case OP_CONV:
        put_conv(w, op, layer);
        break;
    case OP_NORM_RELU:
        put_norm_relu(w, op, layer);
        break;
    case OP_MAX_POOL:
        put_max_pool(w, op);
        break;
    case OP_UPSAMPLE:
        put_upsample(w, op);
        break;
    }
}

static void put_constants(struct walk *w)
{
    static const int32_t rank = 5;
    float *scale = onnx_build_constant(w->b, SCALES, &rank, 1);
    for (int32_t a = 0; scale && a < rank; a++)
        scale[a] = a < 3 ? 1.0f : 2.0f;
    for (int i = 0; i < w->net->params; i++)
        put_param(w, i);
}

static void put_ends(struct walk *w)
{
    const struct nn_net *net = w->net;
    const struct tensor_shape in = net->tensor[net->input].shape;
    int32_t least = in.h;
    struct onnx_axis axis[] = {{ONNX_BUILD_NAMED, "batch"},
                               {in.c, NULL},
                               {ONNX_BUILD_NAMED, "slices"},
                               {ONNX_BUILD_NAMED, "rows"},
                               {ONNX_BUILD_NAMED, "columns"}};
    for (int t = 0; t < net->tensors; t++)
        if (net->tensor[t].shape.h < least)
            least = net->tensor[t].shape.h;
    onnx_build_input(
        w->b, w->value[net->input],
        onnx_build_text(w->b,
                        "image prepared as the metadata say; rows and columns are "
                        "multiples of %d",
                        (int)(in.h / least)),
        axis, ARRAY_LEN(axis));
    axis[1].length = net->tensor[net->logits].shape.c;
    onnx_build_output(w->b, w->value[net->logits],
                      "a channel for each class; softmax over the channels gives "
                      "probabilities",
                      axis, ARRAY_LEN(axis));
}

bool nn_onnx_write(struct nn_net *net, const struct nn_onnx_about *about,
                   const char *path, struct err *err)
{
    struct walk w = {.net = net};
    if (!onnx_build_new(&w.b, err))
        return false;
    w.value[net->input] = "image";
    put_constants(&w);
    for (int i = 0; i < net->ops; i++)
        put_op(&w, &net->op[i]);
    put_ends(&w);
    const bool ok = onnx_build_write(w.b, path, about, err);
    onnx_build_free(w.b);
    return ok;
}
