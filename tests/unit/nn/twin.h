/*
 * twin.h - one tiny U-Net twice: out of the fast operators, and out of the definitions.
 *
 * Two levels of pooling, all kinds of kernel, skip connections through buffers with
 * parts, biases where the real network has them.  The list below is the only place
 * that says what the network is; twin_build() hands it to nn/net.h, twin_forward() and
 * twin_backward() walk it with the operators of nn/ref/ in double.
 */
#ifndef TESTING_TWIN_H
#define TESTING_TWIN_H

#include "nn/fast.h"

#include "nn/loss.h"
#include "nn/net.h"
#include "nn/ref/conv3d.h"
#include "nn/ref/loss.h"
#include "nn/ref/max_pool.h"
#include "nn/ref/norm_relu.h"
#include "nn/ref/upsample.h"

enum twin_tensor {
    T_INPUT,
    T_CAT0, /* upsampled decoder, encoder, the level below upsampled as it is */
    T_CAT0_UP,
    T_CAT0_SKIP,
    T_CAT0_DEEP,
    T_CAT1, /* upsampled decoder, encoder */
    T_CAT1_UP,
    T_CAT1_SKIP,
    T_E0A,
    T_E0B,
    T_E0C,
    T_P0,
    T_E1A,
    T_P1,
    T_BA,
    T_BB,
    T_U1,
    T_D1A,
    T_D1B,
    T_U0,
    T_D0A,
    T_D0B,
    T_LOGITS,
    T_COUNT
};

enum { TWIN_CLASSES = 4, TWIN_D = 3, TWIN_H = 8, TWIN_W = 12 };

/* Channels, level, and for a part its room and first channel. */
static const struct {
    int c, level, room, first;
} twin_tensors[T_COUNT] = {
    [T_INPUT] = {1, 0, -1, 0},
    [T_CAT0] = {64, 0, -1, 0},
    [T_CAT0_UP] = {16, 0, T_CAT0, 0},
    [T_CAT0_SKIP] = {16, 0, T_CAT0, 16},
    [T_CAT0_DEEP] = {32, 0, T_CAT0, 32},
    [T_CAT1] = {64, 1, -1, 0},
    [T_CAT1_UP] = {32, 1, T_CAT1, 0},
    [T_CAT1_SKIP] = {32, 1, T_CAT1, 32},
    [T_E0A] = {16, 0, -1, 0},
    [T_E0B] = {16, 0, -1, 0},
    [T_E0C] = {16, 0, -1, 0},
    [T_P0] = {16, 1, -1, 0},
    [T_E1A] = {32, 1, -1, 0},
    [T_P1] = {32, 2, -1, 0},
    [T_BA] = {48, 2, -1, 0},
    [T_BB] = {48, 2, -1, 0},
    [T_U1] = {32, 2, -1, 0},
    [T_D1A] = {32, 1, -1, 0},
    [T_D1B] = {32, 1, -1, 0},
    [T_U0] = {16, 1, -1, 0},
    [T_D0A] = {16, 0, -1, 0},
    [T_D0B] = {16, 0, -1, 0},
    [T_LOGITS] = {TWIN_CLASSES, 0, -1, 0},
};

enum twin_kind { TWIN_CONV, TWIN_NORM, TWIN_POOL, TWIN_UP };

static const struct twin_op {
    enum twin_kind kind;
    enum twin_tensor src, dst;
    const char *name;
    int kd, kh;
    bool bias;
} twin_ops[] = {
    {TWIN_CONV, T_INPUT, T_E0A, "e0.conv0", 3, 3, false},
    {TWIN_NORM, T_E0A, T_E0B, "e0.norm0", 0, 0, false},
    {TWIN_CONV, T_E0B, T_E0C, "e0.conv1", 3, 3, false},
    {TWIN_NORM, T_E0C, T_CAT0_SKIP, "e0.norm1", 0, 0, false},
    {TWIN_POOL, T_CAT0_SKIP, T_P0, "", 0, 0, false},
    {TWIN_CONV, T_P0, T_E1A, "e1.conv0", 1, 3, false},
    {TWIN_NORM, T_E1A, T_CAT1_SKIP, "e1.norm0", 0, 0, false},
    {TWIN_POOL, T_CAT1_SKIP, T_P1, "", 0, 0, false},
    {TWIN_CONV, T_P1, T_BA, "b.conv0", 3, 3, false},
    {TWIN_NORM, T_BA, T_BB, "b.norm0", 0, 0, false},
    {TWIN_CONV, T_BB, T_U1, "d1.up", 1, 1, true},
    {TWIN_UP, T_U1, T_CAT1_UP, "", 0, 0, false},
    {TWIN_CONV, T_CAT1, T_D1A, "d1.conv0", 3, 3, false},
    {TWIN_NORM, T_D1A, T_D1B, "d1.norm0", 0, 0, false},
    {TWIN_UP, T_D1B, T_CAT0_DEEP, "", 0, 0, false}, /* a tensor with two readers */
    {TWIN_CONV, T_D1B, T_U0, "d0.up", 1, 1, true},
    {TWIN_UP, T_U0, T_CAT0_UP, "", 0, 0, false},
    {TWIN_CONV, T_CAT0, T_D0A, "d0.conv0", 3, 3, false},
    {TWIN_NORM, T_D0A, T_D0B, "d0.norm0", 0, 0, false},
    {TWIN_CONV, T_D0B, T_LOGITS, "head", 1, 1, true},
};
enum { TWIN_OPS = ARRAY_LEN(twin_ops), TWIN_MAX_PARAMS = 2 * TWIN_OPS };

static const struct nn_loss_spec twin_loss = {
    .classes = TWIN_CLASSES,
    .regions = 3,
    .region = {1u << 1, 1u << 2 | 1u << 3, 1u << 3},
    .ce_weight = 1.0f,
    .dice_weight = 1.0f,
};

static inline struct tensor_shape twin_shape(enum twin_tensor t)
{
    return (struct tensor_shape){twin_tensors[t].c, TWIN_D,
                                 TWIN_H >> twin_tensors[t].level,
                                 TWIN_W >> twin_tensors[t].level};
}

/* --- the fast one --------------------------------------------------------------- */

static inline struct nn_net *twin_build(struct nn_engine *e, bool train)
{
    struct nn_net *net = NULL;
    struct err err = {0};
    int id[T_COUNT];
    assert_ok(nn_net_new(e, train, &net, &err), err);
    for (int t = 0; t < T_COUNT; t++)
        id[t] = -1;
    id[T_INPUT] = nn_net_input(net, twin_shape(T_INPUT));
    for (enum twin_tensor t = T_CAT0; t <= T_CAT1_SKIP; t++)
        id[t] = twin_tensors[t].room < 0
                    ? nn_net_room(net, twin_shape(t))
                    : nn_net_part(net, id[twin_tensors[t].room], twin_tensors[t].first,
                                  twin_tensors[t].c);
    for (size_t i = 0; i < TWIN_OPS; i++) {
        const struct twin_op *op = &twin_ops[i];
        const int src = id[op->src], dst = id[op->dst];
        if (op->kind == TWIN_CONV)
            id[op->dst] = nn_net_conv(net, src,
                                      (struct nn_conv_layer){
                                          .name = op->name,
                                          .out = twin_tensors[op->dst].c,
                                          .kd = op->kd,
                                          .kh = op->kh,
                                          .bias = op->bias,
                                          .f32 = op->dst == T_LOGITS,
                                      });
        else if (op->kind == TWIN_NORM)
            id[op->dst] = nn_net_norm_relu(net, src, dst, op->name);
        else if (op->kind == TWIN_POOL)
            id[op->dst] = nn_net_max_pool(net, src);
        else
            id[op->dst] = nn_net_upsample(net, src, dst);
    }
    assert_ok(nn_net_finish(net, id[T_LOGITS], &err), err);
    return net;
}

/* Weights from a seed; scales, shifts and biases off their starting values, since a
 * bias of 0 hides mistakes. */
static inline void twin_init(struct nn_net *net, uint64_t seed)
{
    struct err err = {0};
    struct rng rng = rng_make(seed, 9, 9);
    assert_ok(nn_net_init(net, seed, &err), err);
    for (int i = 0; i < nn_net_params(net); i++) {
        const struct nn_param_info info = nn_net_param(net, i);
        if (info.rank != 1)
            continue;
        float *v = array_floats(info.count);
        const double middle = strstr(info.name, ".scale") ? 1.0 : 0.0;
        for (size_t k = 0; k < info.count; k++)
            v[k] = (float)(middle + 0.2 * rng_normal(&rng));
        assert_ok(nn_net_set(net, NN_WEIGHT, i, v, &err), err);
        mem_free(v);
    }
    assert_ok(nn_net_refresh(net, &err), err);
}

/* A sample: smooth blobs of classes seen through noise. */
static inline void twin_sample(uint64_t seed, float *image, uint8_t *target)
{
    struct rng rng = rng_make(seed, 5, 5);
    const struct tensor_shape s = twin_shape(T_INPUT);
    for (int32_t d = 0; d < s.d; d++)
        for (int32_t h = 0; h < s.h; h++)
            for (int32_t w = 0; w < s.w; w++) {
                const size_t i = tensor_index(s, 0, d, h, w);
                const double r = hypot(h - 3.0 - d, w - 6.0);
                const uint8_t k = r < 1.5 ? 3 : r < 2.8 ? 2 : r < 4.0 ? 1 : 0;
                target[i] = rng_below(&rng, 25) == 0 ? NN_IGNORE : k;
                image[i] = (float)(0.5 * k + 0.4 * rng_normal(&rng));
            }
}

/* --- the double one ------------------------------------------------------------- */

struct twin {
    double *x[T_COUNT], *dx[T_COUNT]; /* parts point into their room */
    double *p[TWIN_MAX_PARAMS], *dp[TWIN_MAX_PARAMS];
    size_t count[TWIN_MAX_PARAMS];
    int params;
    int first[TWIN_OPS];      /* first parameter of each operator */
    size_t *winner[TWIN_OPS]; /* of pools */
    const uint8_t *target;    /* borrowed */
};

static inline void twin_add_param(struct twin *t, size_t count)
{
    t->count[t->params] = count;
    t->p[t->params] = array_zero(count);
    t->dp[t->params++] = array_zero(count);
}

static inline struct nn_ref_conv3d twin_conv(const struct twin_op *op)
{
    return (struct nn_ref_conv3d){.x = twin_shape(op->src),
                                  .co = twin_tensors[op->dst].c,
                                  .kd = op->kd,
                                  .kh = op->kh,
                                  .kw = op->kh};
}

static inline struct twin *twin_new(void)
{
    struct twin *t = mem_alloc(1, sizeof *t, NULL);
    assert_non_null(t);
    for (enum twin_tensor k = 0; k < T_COUNT; k++) {
        const int room = twin_tensors[k].room;
        const size_t n = tensor_count(twin_shape(k));
        const size_t at = (size_t)twin_tensors[k].first * tensor_voxels(twin_shape(k));
        t->x[k] = room < 0 ? array_zero(n) : t->x[room] + at;
        t->dx[k] = room < 0 ? array_zero(n) : t->dx[room] + at;
    }
    for (size_t i = 0; i < TWIN_OPS; i++) {
        const struct twin_op *op = &twin_ops[i];
        const struct nn_ref_conv3d conv = twin_conv(op);
        t->first[i] = t->params;
        if (op->kind == TWIN_CONV)
            twin_add_param(t, nn_ref_conv3d_weights(&conv));
        if (op->bias)
            twin_add_param(t, (size_t)conv.co);
        for (int k = 0; op->kind == TWIN_NORM && k < 2; k++)
            twin_add_param(t, (size_t)conv.co);
        if (op->kind == TWIN_POOL) {
            t->winner[i] = mem_alloc(tensor_count(twin_shape(op->dst)),
                                     sizeof *t->winner[i], NULL);
            assert_non_null(t->winner[i]);
        }
    }
    return t;
}

static inline void twin_free(struct twin *t)
{
    for (int k = 0; k < T_COUNT; k++)
        if (twin_tensors[k].room < 0)
            mem_free(t->x[k]), mem_free(t->dx[k]);
    for (int i = 0; i < t->params; i++)
        mem_free(t->p[i]), mem_free(t->dp[i]);
    for (size_t i = 0; i < TWIN_OPS; i++)
        mem_free(t->winner[i]);
    mem_free(t);
}

static inline struct nn_ref_norm_relu twin_norm(const struct twin *t, size_t i)
{
    return (struct nn_ref_norm_relu){.shape = twin_shape(twin_ops[i].src),
                                     .x = t->x[twin_ops[i].src],
                                     .scale = t->p[t->first[i]],
                                     .shift = t->p[t->first[i] + 1],
                                     .relu = true};
}

static inline struct nn_ref_loss twin_ref_loss(const struct twin *t)
{
    return (struct nn_ref_loss){.classes = TWIN_CLASSES,
                                .voxels = tensor_voxels(twin_shape(T_LOGITS)),
                                .target = t->target,
                                .labelled = (1u << TWIN_CLASSES) - 1u,
                                .regions = twin_loss.region,
                                .n_regions = twin_loss.regions,
                                .w_ce = (double)twin_loss.ce_weight,
                                .w_dice = (double)twin_loss.dice_weight};
}

/* From x[T_INPUT] to x[T_LOGITS]; returns the loss. */
static inline double twin_forward(struct twin *t)
{
    for (size_t i = 0; i < TWIN_OPS; i++) {
        const struct twin_op *op = &twin_ops[i];
        const struct nn_ref_conv3d conv = twin_conv(op);
        const struct nn_ref_norm_relu norm = twin_norm(t, i);
        const double *src = t->x[op->src];
        double *dst = t->x[op->dst];
        if (op->kind == TWIN_CONV)
            nn_ref_conv3d_forward(&conv, src, t->p[t->first[i]],
                                  op->bias ? t->p[t->first[i] + 1] : NULL, dst);
        else if (op->kind == TWIN_NORM)
            nn_ref_norm_relu_forward(&norm, dst);
        else if (op->kind == TWIN_POOL)
            nn_ref_max_pool_forward(twin_shape(op->src), src, dst, t->winner[i]);
        else
            nn_ref_upsample_forward(twin_shape(op->src), src, dst);
    }
    const struct nn_ref_loss loss = twin_ref_loss(t);
    return nn_ref_loss_forward(&loss, t->x[T_LOGITS]);
}

/* All gradients of the loss, after twin_forward(). */
static inline void twin_backward(struct twin *t)
{
    for (enum twin_tensor k = 0; k < T_COUNT; k++)
        memset(t->dx[k], 0, tensor_count(twin_shape(k)) * sizeof(double));
    for (int i = 0; i < t->params; i++)
        memset(t->dp[i], 0, t->count[i] * sizeof(double));
    const struct nn_ref_loss loss = twin_ref_loss(t);
    nn_ref_loss_backward(&loss, t->x[T_LOGITS], t->dx[T_LOGITS]);
    for (size_t i = TWIN_OPS; i-- > 0;) {
        const struct twin_op *op = &twin_ops[i];
        const struct nn_ref_conv3d conv = twin_conv(op);
        const struct nn_ref_norm_relu norm = twin_norm(t, i);
        const double *dy = t->dx[op->dst];
        double *dx = t->dx[op->src], **dp = t->dp + t->first[i];
        if (op->kind == TWIN_CONV) {
            nn_ref_conv3d_backward_data(&conv, dy, t->p[t->first[i]], dx);
            nn_ref_conv3d_backward_weights(&conv, t->x[op->src], dy, dp[0],
                                           op->bias ? dp[1] : NULL);
        } else if (op->kind == TWIN_NORM) {
            nn_ref_norm_relu_backward(&norm, dy, dx, dp[0], dp[1]);
        } else if (op->kind == TWIN_POOL) {
            nn_ref_max_pool_backward(twin_shape(op->src), t->winner[i], dy, dx);
        } else {
            nn_ref_upsample_backward(twin_shape(op->src), dy, dx);
        }
    }
}

/* Take over the fast network's weights. */
static inline void twin_copy_weights(struct twin *t, struct nn_net *net)
{
    assert_int_equal(nn_net_params(net), t->params);
    for (int i = 0; i < t->params; i++) {
        struct err err = {0};
        float *plain = array_floats(t->count[i]);
        assert_int_equal(nn_net_param(net, i).count, t->count[i]);
        assert_ok(nn_net_get(net, NN_WEIGHT, i, plain, &err), err);
        for (size_t k = 0; k < t->count[i]; k++)
            t->p[i][k] = (double)plain[k];
        mem_free(plain);
    }
}

#endif
