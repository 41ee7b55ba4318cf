#include "nn/onnx_build.h"

#include <onnx.pb-c.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"

enum { MAX_NODES = 512, MAX_CONSTANTS = 512, MAX_ATTRIBUTES = 4 };

/* What a message or text lies in; all are freed together. */
struct block {
    struct block *next;
};

struct onnx_build {
    struct block *blocks;
    bool failed;
    struct err why; /* the first failure */
    Onnx__GraphProto graph;
};

void onnx_build_fail(struct onnx_build *b, enum err_code code, const char *fmt, ...)
{
    char text[sizeof b->why.msg];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    err_record(&b->why, code, "%s", text);
    b->failed = true;
}

/* Zeroed memory that lives as long as the builder.  Once one is refused all are: so of
 * several in a row only the last needs a look. */
static void *take(struct onnx_build *b, size_t count, size_t size)
{
    if (b->failed)
        return NULL;
    const bool fits = count <= (SIZE_MAX - MEM_ALIGN) / size;
    struct block *block = mem_alloc(MEM_ALIGN + (fits ? count * size : 0), 1, &b->why);
    if (!block || !fits) {
        mem_free(block);
        onnx_build_fail(b, ERR_NOMEM, "out of memory for an ONNX graph");
        return NULL;
    }
    block->next = b->blocks;
    b->blocks = block;
    return (char *)block + MEM_ALIGN;
}

static char *copy(struct onnx_build *b, const char *text)
{
    const size_t size = strlen(text) + 1;
    char *mine = take(b, size, 1);
    if (mine)
        memcpy(mine, text, size);
    return mine;
}

const char *onnx_build_text(struct onnx_build *b, const char *fmt, ...)
{
    char text[256];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    const char *mine = copy(b, text);
    return mine ? mine : "";
}

bool onnx_build_new(struct onnx_build **out, struct err *err)
{
    struct onnx_build *b = mem_alloc(1, sizeof *b, err);
    if (!b)
        return false;
    onnx__graph_proto__init(&b->graph);
    b->graph.node = take(b, MAX_NODES, sizeof *b->graph.node);
    b->graph.initializer = take(b, MAX_CONSTANTS, sizeof *b->graph.initializer);
    b->graph.input = take(b, 1, sizeof *b->graph.input);
    b->graph.output = take(b, 1, sizeof *b->graph.output);
    *out = b;
    return true;
}

void onnx_build_free(struct onnx_build *b)
{
    if (!b)
        return;
    for (struct block *next, *at = b->blocks; at; at = next) {
        next = at->next;
        mem_free(at);
    }
    mem_free(b);
}

int onnx_build_node(struct onnx_build *b, const char *type, const char *output,
                    const char *const *input, size_t inputs)
{
    if (b->graph.n_node == MAX_NODES)
        onnx_build_fail(b, ERR_SUPPORT, "a graph of more than %d nodes",
                        (int)MAX_NODES);
    Onnx__NodeProto *n = take(b, 1, sizeof *n);
    char **in = take(b, inputs, sizeof *in), **out = take(b, 1, sizeof *out);
    Onnx__AttributeProto **attribute = take(b, MAX_ATTRIBUTES, sizeof(void *));
    if (!n || !in || !out || !attribute)
        return -1;
    onnx__node_proto__init(n);
    n->op_type = copy(b, type);
    n->name = copy(b, output);
    n->attribute = attribute;
    n->input = in;
    for (; n->n_input < inputs; n->n_input++)
        n->input[n->n_input] = copy(b, input[n->n_input]);
    n->output = out;
    n->output[n->n_output++] = n->name;
    b->graph.node[b->graph.n_node] = n;
    return (int)b->graph.n_node++;
}

static Onnx__AttributeProto *add_attribute(struct onnx_build *b, int node,
                                           const char *name,
                                           Onnx__AttributeProto__AttributeType type)
{
    Onnx__AttributeProto *a = take(b, 1, sizeof *a);
    if (!a || node < 0)
        return NULL;
    Onnx__NodeProto *n = b->graph.node[node];
    if (n->n_attribute == MAX_ATTRIBUTES) {
        onnx_build_fail(b, ERR_SUPPORT, "%s has more than %d attributes", n->name,
                        (int)MAX_ATTRIBUTES);
        return NULL;
    }
    onnx__attribute_proto__init(a);
    a->name = copy(b, name);
    a->has_type = true;
    a->type = type;
    n->attribute[n->n_attribute++] = a;
    return a;
}

void onnx_build_int(struct onnx_build *b, int node, const char *name, int64_t value)
{
    Onnx__AttributeProto *a =
        add_attribute(b, node, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INT);
    if (!a)
        return;
    a->has_i = true;
    a->i = value;
}

void onnx_build_ints(struct onnx_build *b, int node, const char *name,
                     const int64_t *value, size_t count)
{
    Onnx__AttributeProto *a =
        add_attribute(b, node, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INTS);
    int64_t *mine = take(b, count, sizeof *mine);
    if (!a || !mine)
        return;
    memcpy(mine, value, count * sizeof *mine);
    a->ints = mine;
    a->n_ints = count;
}

void onnx_build_real(struct onnx_build *b, int node, const char *name, float value)
{
    Onnx__AttributeProto *a =
        add_attribute(b, node, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOAT);
    if (!a)
        return;
    a->has_f = true;
    a->f = value;
}

void onnx_build_word(struct onnx_build *b, int node, const char *name,
                     const char *value)
{
    Onnx__AttributeProto *a =
        add_attribute(b, node, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRING);
    char *mine = copy(b, value);
    if (!a || !mine)
        return;
    a->has_s = true;
    a->s = (ProtobufCBinaryData){strlen(value), (uint8_t *)mine};
}

float *onnx_build_constant(struct onnx_build *b, const char *name, const int32_t *dim,
                           int32_t rank)
{
    if (b->graph.n_initializer == MAX_CONSTANTS)
        onnx_build_fail(b, ERR_SUPPORT, "a graph of more than %d constants",
                        (int)MAX_CONSTANTS);
    size_t count = 1;
    Onnx__TensorProto *t = take(b, 1, sizeof *t);
    int64_t *dims = take(b, (size_t)rank, sizeof *dims);
    for (int32_t a = 0; dims && a < rank; a++) {
        dims[a] = dim[a];
        count *= (size_t)dim[a];
    }
    float *data = take(b, count, sizeof *data);
    if (!t || !data)
        return NULL;
    onnx__tensor_proto__init(t);
    t->name = copy(b, name);
    t->dims = dims;
    t->n_dims = (size_t)rank;
    t->has_data_type = true;
    t->data_type = ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT;
    t->float_data = data;
    t->n_float_data = count;
    b->graph.initializer[b->graph.n_initializer++] = t;
    return data;
}

static Onnx__TensorShapeProto *make_shape(struct onnx_build *b,
                                          const struct onnx_axis *axis, size_t rank)
{
    Onnx__TensorShapeProto *shape = take(b, 1, sizeof *shape);
    Onnx__TensorShapeProto__Dimension **dim = take(b, rank, sizeof(void *));
    if (!shape || !dim)
        return NULL;
    onnx__tensor_shape_proto__init(shape);
    shape->dim = dim;
    for (; shape->n_dim < rank; shape->n_dim++) {
        const struct onnx_axis *from = &axis[shape->n_dim];
        Onnx__TensorShapeProto__Dimension *d = take(b, 1, sizeof *d);
        if (!d)
            return NULL;
        onnx__tensor_shape_proto__dimension__init(d);
        if (from->length == ONNX_BUILD_NAMED) {
            d->value_case = ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM;
            d->dim_param = copy(b, from->name);
        } else {
            d->value_case = ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE;
            d->dim_value = from->length;
        }
        dim[shape->n_dim] = d;
    }
    return shape;
}

static Onnx__ValueInfoProto *make_value(struct onnx_build *b, const char *name,
                                        const char *doc, const struct onnx_axis *axis,
                                        size_t rank)
{
    Onnx__TensorShapeProto *shape = make_shape(b, axis, rank);
    Onnx__TypeProto__Tensor *tensor = take(b, 1, sizeof *tensor);
    Onnx__TypeProto *type = take(b, 1, sizeof *type);
    Onnx__ValueInfoProto *value = take(b, 1, sizeof *value);
    if (!shape || !tensor || !type || !value)
        return NULL;
    onnx__type_proto__tensor__init(tensor);
    tensor->has_elem_type = true;
    tensor->elem_type = ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT;
    tensor->shape = shape;
    onnx__type_proto__init(type);
    type->value_case = ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE;
    type->tensor_type = tensor;
    onnx__value_info_proto__init(value);
    value->name = copy(b, name);
    value->doc_string = copy(b, doc);
    value->type = type;
    return value;
}

void onnx_build_input(struct onnx_build *b, const char *name, const char *doc,
                      const struct onnx_axis *axis, size_t rank)
{
    Onnx__ValueInfoProto *value = make_value(b, name, doc, axis, rank);
    if (!value)
        return;
    b->graph.input[0] = value;
    b->graph.n_input = 1;
}

void onnx_build_output(struct onnx_build *b, const char *name, const char *doc,
                       const struct onnx_axis *axis, size_t rank)
{
    Onnx__ValueInfoProto *value = make_value(b, name, doc, axis, rank);
    if (!value)
        return;
    b->graph.output[0] = value;
    b->graph.n_output = 1;
}

static Onnx__StringStringEntryProto **make_entries(struct onnx_build *b,
                                                   const struct nn_onnx_about *about)
{
    Onnx__StringStringEntryProto **list = take(b, about->entries, sizeof(void *));
    for (size_t i = 0; list && i < about->entries; i++) {
        list[i] = take(b, 1, sizeof **list);
        if (!list[i])
            return NULL;
        onnx__string_string_entry_proto__init(list[i]);
        list[i]->key = copy(b, about->entry[i].key);
        list[i]->value = copy(b, about->entry[i].value);
    }
    return list;
}

/* Where protobuf-c puts the bytes: it calls `base` and gets `to`. */
struct sink {
    ProtobufCBuffer base;
    FILE *to;
};

/* What fails here is seen when the file is committed. */
static void append(ProtobufCBuffer *buffer, size_t size, const uint8_t *data)
{
    (void)fwrite(data, 1, size, ((struct sink *)buffer)->to);
}

bool onnx_build_write(struct onnx_build *b, const char *path,
                      const struct nn_onnx_about *about, struct err *err)
{
    Onnx__ModelProto model;
    Onnx__OperatorSetIdProto opset, *opsets = &opset;
    struct file_writer w = {0};
    onnx__model_proto__init(&model);
    onnx__operator_set_id_proto__init(&opset);
    opset.domain = copy(b, ""); /* ONNX's own operators */
    opset.has_version = true;
    opset.version = NN_ONNX_OPSET;
    model.has_ir_version = true;
    model.ir_version = NN_ONNX_IR;
    model.n_opset_import = 1;
    model.opset_import = &opsets;
    model.producer_name = copy(b, "cicatrix");
    model.producer_version = copy(b, about->version);
    model.doc_string = copy(b, about->doc);
    model.metadata_props = make_entries(b, about);
    model.n_metadata_props = about->entries;
    model.graph = &b->graph;
    b->graph.name = copy(b, about->name);
    if (b->failed)
        return ERR_FAIL(err, b->why.code, "%s: %s", path, b->why.msg);
    if (onnx__model_proto__get_packed_size(&model) > INT32_MAX)
        return ERR_FAIL(err, ERR_SUPPORT, "%s: larger than the 2 GiB that ONNX allows",
                        path);
    if (!file_writer_open(path, &w, err))
        return false;
    struct sink sink = {{append}, w.stream};
    (void)onnx__model_proto__pack_to_buffer(&model, &sink.base);
    return file_writer_commit(&w, err);
}
