/*
 * The file, run by the definitions, gives the network's logits; it says what it is; and
 * what cannot be written is refused.
 */
#include "nn/onnx_run.h"
#include "nn/twin.h"

#include "nn/onnx.h"

static const struct nn_onnx_entry entries[] = {{"licence", "Apache-2.0"},
                                               {"pixel", "1,4 mm \xc2\xb1 0"}};
static const struct nn_onnx_about about = {.name = "twin",
                                           .doc = "two levels",
                                           .version = "0.0",
                                           .entry = entries,
                                           .entries = ARRAY_LEN(entries)};

/* A network of the twin's description, and a folder for files. */
struct job {
    struct fast f;
    struct nn_net *net;
    char dir[64], path[96];
};

static bool job_begin(struct job *j, const char *precision, bool train)
{
    if (!fast_begin(&j->f, precision, 1))
        return false;
    j->net = twin_build(j->f.engine, train);
    twin_init(j->net, 3);
    (void)snprintf(j->path, sizeof j->path, "%s/twin.onnx", testing_scratch(j->dir));
    return true;
}

static void job_end(struct job *j)
{
    nn_net_free(j->net);
    fast_end(&j->f);
    testing_remove(j->dir);
}

static void the_file_is_the_network(void **state)
{
    struct job j;
    struct err err = {0};
    float image[TWIN_D * TWIN_H * TWIN_W];
    uint8_t target[ARRAY_LEN(image)];
    struct tensor_shape shape;
    if (!job_begin(&j, *state, true))
        return;
    twin_sample(4, image, target);
    assert_ok(nn_onnx_write(j.net, &about, j.path, &err), err);
    Onnx__ModelProto *model = onnx_run_read(j.path);
    double *logits = onnx_run(model->graph, twin_shape(T_INPUT), image, &shape);
    assert_int_equal(shape.c, TWIN_CLASSES);
    assert_int_equal(tensor_voxels(shape), ARRAY_LEN(image));
    assert_ok(nn_net_forward(j.net, image, &err), err);
    assert_blocked(&j.f, NN_F32, shape, nn_net_logits(j.net), logits, 1e-5);
    mem_free(logits);
    onnx_run_free(model);
    job_end(&j);
}

static void expect_axes(const Onnx__ValueInfoProto *v, int64_t channels)
{
    static const char *const name[] = {"batch", NULL, "slices", "rows", "columns"};
    const Onnx__TypeProto__Tensor *t = v->type->tensor_type;
    assert_int_equal(t->elem_type, ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT);
    assert_int_equal(t->shape->n_dim, ARRAY_LEN(name));
    for (size_t a = 0; a < ARRAY_LEN(name); a++) {
        if (name[a])
            assert_string_equal(t->shape->dim[a]->dim_param, name[a]);
        else
            assert_int_equal(t->shape->dim[a]->dim_value, channels);
    }
}

static void the_file_says_what_it_is(void **state)
{
    struct job j;
    struct err err = {0};
    if (!job_begin(&j, *state, true))
        return;
    assert_ok(nn_onnx_write(j.net, &about, j.path, &err), err);
    Onnx__ModelProto *m = onnx_run_read(j.path);
    assert_int_equal(m->ir_version, 8);
    assert_int_equal(m->n_opset_import, 1);
    assert_string_equal(m->opset_import[0]->domain, "");
    assert_int_equal(m->opset_import[0]->version, 17);
    assert_string_equal(m->producer_name, "cicatrix");
    assert_string_equal(m->producer_version, "0.0");
    assert_string_equal(m->doc_string, "two levels");
    assert_int_equal(m->n_metadata_props, ARRAY_LEN(entries));
    for (size_t i = 0; i < ARRAY_LEN(entries); i++) {
        assert_string_equal(m->metadata_props[i]->key, entries[i].key);
        assert_string_equal(m->metadata_props[i]->value, entries[i].value);
    }
    assert_string_equal(m->graph->name, "twin");
    assert_int_equal(m->graph->n_input, 1);
    assert_int_equal(m->graph->n_output, 1);
    assert_string_equal(m->graph->input[0]->name, "image");
    assert_string_equal(m->graph->output[0]->name, "logits");
    assert_non_null(strstr(m->graph->input[0]->doc_string, "multiples of 4"));
    expect_axes(m->graph->input[0], 1);
    expect_axes(m->graph->output[0], TWIN_CLASSES);
    onnx_run_free(m);
    job_end(&j);
}

static void equal_networks_give_equal_bytes(void **state)
{
    struct job j;
    struct err err = {0};
    struct bytes a = {0}, b = {0};
    if (!job_begin(&j, *state, true))
        return;
    assert_ok(nn_onnx_write(j.net, &about, j.path, &err), err);
    assert_ok(file_read(j.path, 1u << 24, &a, &err), err);
    assert_ok(nn_onnx_write(j.net, &about, j.path, &err), err);
    assert_ok(file_read(j.path, 1u << 24, &b, &err), err);
    assert_int_equal(a.size, b.size);
    assert_memory_equal(a.data, b.data, a.size);
    bytes_clear(&a);
    bytes_clear(&b);
    job_end(&j);
}

static void what_cannot_be_written_is_refused(void **state)
{
    struct job j;
    struct err err = {0};
    char path[128];
    if (!job_begin(&j, *state, false)) /* for prediction: its weights are not plain */
        return;
    assert_refused(nn_onnx_write(j.net, &about, j.path, &err), err, ERR_ARG,
                   "no master copy");
    assert_false(file_exists(j.path));
    job_end(&j);

    assert_true(job_begin(&j, *state, true));
    (void)snprintf(path, sizeof path, "%s/nowhere/twin.onnx", j.dir);
    assert_refused(nn_onnx_write(j.net, &about, path, &err), err, ERR_IO, path);
    job_end(&j);
}

/* The first half of a room, or the second, is never written. */
static void half_a_room_is_refused(void **state)
{
    for (int first = 0; first <= 16; first += 16) {
        struct job j;
        struct err err = {0};
        if (!job_begin(&j, *state, true))
            return;
        nn_net_free(j.net);
        const struct tensor_shape in = {1, 2, 4, 4}, room = {32, 2, 4, 4};
        assert_ok(nn_net_new(j.f.engine, true, &j.net, &err), err);
        int x = nn_net_input(j.net, in);
        const int r = nn_net_room(j.net, room);
        const int part = nn_net_part(j.net, r, first, 16);
        x = nn_net_conv(
            j.net, x, (struct nn_conv_layer){.name = "a", .out = 16, .kd = 1, .kh = 3});
        (void)nn_net_norm_relu(j.net, x, part, "n");
        x = nn_net_conv(j.net, r,
                        (struct nn_conv_layer){
                            .name = "b", .out = 2, .kd = 1, .kh = 1, .f32 = true});
        assert_ok(nn_net_finish(j.net, x, &err), err);
        assert_refused(nn_onnx_write(j.net, &about, j.path, &err), err, ERR_ARG,
                       "before all of it is written");
        assert_false(file_exists(j.path));
        job_end(&j);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAST_TEST(the_file_is_the_network, f32),
        FAST_TEST(the_file_says_what_it_is, f32),
        FAST_TEST(equal_networks_give_equal_bytes, f32),
        FAST_TEST(equal_networks_give_equal_bytes, bf16),
        FAST_TEST(what_cannot_be_written_is_refused, f32),
        FAST_TEST(what_cannot_be_written_is_refused, bf16),
        FAST_TEST(half_a_room_is_refused, f32),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
