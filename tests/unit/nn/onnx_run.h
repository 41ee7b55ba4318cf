/*
 * onnx_run.h - an ONNX file, run node by node with the definitions of nn/ref in double.
 *
 * It knows what ONNX says of the operators that networks here are made of, and nothing
 * of how they were written: attributes that are missing have ONNX's defaults, and what
 * it does not know fails the test.
 */
#ifndef TESTING_ONNX_RUN_H
#define TESTING_ONNX_RUN_H

#include "nn/arrays.h"

#include <onnx.pb-c.h>

#include "base/file.h"
#include "nn/ref/conv3d.h"
#include "nn/ref/max_pool.h"
#include "nn/ref/norm_relu.h"
#include "nn/ref/upsample.h"

enum { ONNX_RUN_MAX = 256 };

static inline Onnx__ModelProto *onnx_run_read(const char *path)
{
    struct err err = {0};
    struct bytes file = {0};
    assert_ok(file_read(path, (size_t)1 << 30, &file, &err), err);
    Onnx__ModelProto *model = onnx__model_proto__unpack(NULL, file.size, file.data);
    assert_non_null(model);
    bytes_clear(&file);
    return model;
}

static inline void onnx_run_free(Onnx__ModelProto *model)
{
    onnx__model_proto__free_unpacked(model, NULL);
}

static inline const Onnx__TensorProto *onnx_run_constant(const Onnx__GraphProto *g,
                                                         const char *name)
{
    for (size_t i = 0; i < g->n_initializer; i++)
        if (strcmp(g->initializer[i]->name, name) == 0)
            return g->initializer[i];
    static const Onnx__TensorProto none;
    fail_msg("no constant '%s'", name);
    return &none;
}

/* A constant as doubles; its number of elements is `count`. */
static inline double *onnx_run_numbers(const Onnx__GraphProto *g, const char *name,
                                       size_t count)
{
    const Onnx__TensorProto *t = onnx_run_constant(g, name);
    size_t n = 1;
    for (size_t a = 0; a < t->n_dims; a++)
        n *= (size_t)t->dims[a];
    assert_int_equal(t->data_type, ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT);
    assert_int_equal(n, count);
    assert_int_equal(t->n_float_data, count);
    double *x = array_zero(count);
    for (size_t i = 0; i < count; i++)
        x[i] = (double)t->float_data[i];
    return x;
}

static inline const Onnx__AttributeProto *onnx_run_attribute(const Onnx__NodeProto *n,
                                                             const char *name)
{
    for (size_t i = 0; i < n->n_attribute; i++)
        if (strcmp(n->attribute[i]->name, name) == 0)
            return n->attribute[i];
    static const Onnx__AttributeProto none;
    fail_msg("%s has no attribute '%s'", n->name, name);
    return &none;
}

static inline void onnx_run_expect_ints(const Onnx__NodeProto *n, const char *name,
                                        size_t count, const int64_t *want)
{
    const Onnx__AttributeProto *a = onnx_run_attribute(n, name);
    assert_int_equal(a->type, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INTS);
    assert_int_equal(a->n_ints, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(a->ints[i], want[i]);
}

static inline void onnx_run_expect_word(const Onnx__NodeProto *n, const char *name,
                                        const char *want)
{
    const Onnx__AttributeProto *a = onnx_run_attribute(n, name);
    assert_int_equal(a->type, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRING);
    assert_int_equal(a->s.len, strlen(want));
    assert_memory_equal(a->s.data, want, strlen(want));
}

/* What is known while a graph runs. */
struct onnx_run_value {
    const char *name;
    struct tensor_shape shape;
    double *x;
};

struct onnx_run {
    const Onnx__GraphProto *g;
    struct onnx_run_value value[ONNX_RUN_MAX];
    size_t values;
};

static inline const struct onnx_run_value *onnx_run_find(const struct onnx_run *r,
                                                         const char *name)
{
    for (size_t i = 0; i < r->values; i++)
        if (strcmp(r->value[i].name, name) == 0)
            return &r->value[i];
    static const struct onnx_run_value none;
    fail_msg("'%s' is read before it is made", name);
    return &none;
}

static inline double *onnx_run_add(struct onnx_run *r, const char *name,
                                   struct tensor_shape shape)
{
    for (size_t i = 0; i < r->values; i++)
        assert_string_not_equal(r->value[i].name, name);
    assert_true(r->values < ONNX_RUN_MAX);
    double *x = array_zero(tensor_count(shape));
    r->value[r->values++] = (struct onnx_run_value){name, shape, x};
    return x;
}

static inline void onnx_run_conv(struct onnx_run *r, const Onnx__NodeProto *n)
{
    const struct onnx_run_value *x = onnx_run_find(r, n->input[0]);
    const Onnx__TensorProto *t = onnx_run_constant(r->g, n->input[1]);
    assert_int_equal(t->n_dims, 5);
    assert_int_equal(t->dims[1], x->shape.c);
    struct nn_ref_conv3d conv = {.x = x->shape,
                                 .co = (int32_t)t->dims[0],
                                 .kd = (int32_t)t->dims[2],
                                 .kh = (int32_t)t->dims[3],
                                 .kw = (int32_t)t->dims[4]};
    const int64_t kernel[] = {conv.kd, conv.kh, conv.kw};
    const int64_t pads[] = {conv.kd / 2, conv.kh / 2, conv.kw / 2,
                            conv.kd / 2, conv.kh / 2, conv.kw / 2};
    onnx_run_expect_ints(n, "kernel_shape", 3, kernel);
    onnx_run_expect_ints(n, "pads", 6, pads);
    assert_int_equal(n->n_attribute, 2); /* stride, dilation and group are 1 */
    double *w = onnx_run_numbers(r->g, n->input[1], nn_ref_conv3d_weights(&conv));
    double *b =
        n->n_input > 2 ? onnx_run_numbers(r->g, n->input[2], (size_t)conv.co) : NULL;
    struct tensor_shape shape = x->shape;
    shape.c = conv.co;
    nn_ref_conv3d_forward(&conv, x->x, w, b, onnx_run_add(r, n->output[0], shape));
    mem_free(w);
    mem_free(b);
}

static inline void onnx_run_norm(struct onnx_run *r, const Onnx__NodeProto *n)
{
    const struct onnx_run_value *x = onnx_run_find(r, n->input[0]);
    const Onnx__AttributeProto *epsilon = onnx_run_attribute(n, "epsilon");
    assert_int_equal(epsilon->type, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOAT);
    assert_near((double)epsilon->f, NN_REF_NORM_EPS, 1e-11);
    double *scale = onnx_run_numbers(r->g, n->input[1], (size_t)x->shape.c);
    double *shift = onnx_run_numbers(r->g, n->input[2], (size_t)x->shape.c);
    const struct nn_ref_norm_relu norm = {
        .shape = x->shape, .x = x->x, .scale = scale, .shift = shift, .relu = false};
    nn_ref_norm_relu_forward(&norm, onnx_run_add(r, n->output[0], x->shape));
    mem_free(scale);
    mem_free(shift);
}

static inline void onnx_run_relu(struct onnx_run *r, const Onnx__NodeProto *n)
{
    const struct onnx_run_value *x = onnx_run_find(r, n->input[0]);
    double *y = onnx_run_add(r, n->output[0], x->shape);
    for (size_t i = 0; i < tensor_count(x->shape); i++)
        y[i] = fmax(0.0, x->x[i]);
}

static inline void onnx_run_max_pool(struct onnx_run *r, const Onnx__NodeProto *n)
{
    static const int64_t in_plane[] = {1, 2, 2};
    const struct onnx_run_value *x = onnx_run_find(r, n->input[0]);
    struct tensor_shape shape = x->shape;
    onnx_run_expect_ints(n, "kernel_shape", 3, in_plane);
    onnx_run_expect_ints(n, "strides", 3, in_plane);
    assert_int_equal(n->n_attribute, 2);
    shape.h /= 2;
    shape.w /= 2;
    size_t *winner = mem_alloc(tensor_count(shape), sizeof *winner, NULL);
    assert_non_null(winner);
    nn_ref_max_pool_forward(x->shape, x->x, onnx_run_add(r, n->output[0], shape),
                            winner);
    mem_free(winner);
}

static inline void onnx_run_resize(struct onnx_run *r, const Onnx__NodeProto *n)
{
    static const double want[] = {1.0, 1.0, 1.0, 2.0, 2.0};
    const struct onnx_run_value *x = onnx_run_find(r, n->input[0]);
    assert_int_equal(n->n_input, 3);
    assert_string_equal(n->input[1], ""); /* no region of interest */
    double *scale = onnx_run_numbers(r->g, n->input[2], ARRAY_LEN(want));
    assert_memory_equal(scale, want, sizeof want);
    mem_free(scale);
    onnx_run_expect_word(n, "mode", "nearest");
    onnx_run_expect_word(n, "coordinate_transformation_mode", "asymmetric");
    onnx_run_expect_word(n, "nearest_mode", "floor");
    struct tensor_shape shape = x->shape;
    shape.h *= 2;
    shape.w *= 2;
    nn_ref_upsample_forward(x->shape, x->x, onnx_run_add(r, n->output[0], shape));
}

static inline void onnx_run_concat(struct onnx_run *r, const Onnx__NodeProto *n)
{
    const Onnx__AttributeProto *axis = onnx_run_attribute(n, "axis");
    struct tensor_shape shape = onnx_run_find(r, n->input[0])->shape;
    assert_int_equal(axis->type, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INT);
    assert_int_equal(axis->i, 1);
    shape.c = 0;
    for (size_t i = 0; i < n->n_input; i++) {
        const struct tensor_shape s = onnx_run_find(r, n->input[i])->shape;
        assert_true(s.d == shape.d && s.h == shape.h && s.w == shape.w);
        shape.c += s.c;
    }
    double *y = onnx_run_add(r, n->output[0], shape);
    for (size_t i = 0; i < n->n_input; i++) {
        const struct onnx_run_value *x = onnx_run_find(r, n->input[i]);
        memcpy(y, x->x, tensor_count(x->shape) * sizeof *y);
        y += tensor_count(x->shape);
    }
}

/* The graph's output [tensor_count(*out)] for an input of some shape. */
static inline double *onnx_run(const Onnx__GraphProto *g, struct tensor_shape in,
                               const float *input, struct tensor_shape *out)
{
    static const struct {
        const char *type;
        void (*run)(struct onnx_run *r, const Onnx__NodeProto *n);
    } known[] = {{"Conv", onnx_run_conv},     {"InstanceNormalization", onnx_run_norm},
                 {"Relu", onnx_run_relu},     {"MaxPool", onnx_run_max_pool},
                 {"Resize", onnx_run_resize}, {"Concat", onnx_run_concat}};
    struct onnx_run *r = mem_alloc(1, sizeof *r, NULL);
    assert_non_null(r);
    r->g = g;
    double *x = onnx_run_add(r, g->input[0]->name, in);
    for (size_t i = 0; i < tensor_count(in); i++)
        x[i] = (double)input[i];
    for (size_t i = 0; i < g->n_node; i++) {
        size_t k = 0;
        while (k < ARRAY_LEN(known) && strcmp(known[k].type, g->node[i]->op_type) != 0)
            k++;
        if (k == ARRAY_LEN(known))
            fail_msg("an operator %s", g->node[i]->op_type);
        assert_int_equal(g->node[i]->n_output, 1);
        known[k].run(r, g->node[i]);
    }
    const struct onnx_run_value *result = onnx_run_find(r, g->output[0]->name);
    double *y = array_zero(tensor_count(result->shape));
    memcpy(y, result->x, tensor_count(result->shape) * sizeof *y);
    *out = result->shape;
    for (size_t i = 0; i < r->values; i++)
        mem_free(r->value[i].x);
    mem_free(r);
    return y;
}

#endif
