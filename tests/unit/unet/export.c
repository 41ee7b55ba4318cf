/*
 * Each architecture's exported networks, run by the definitions, give the logits that
 * prediction gives; and the file hands on what the model says of itself.
 */
#include "unet/small.h"

#include "nn/onnx_run.h"
#include "nn/safetensors.h"
#include "unet/checkpoint.h"
#include "unet/export.h"

/* A model out of thin air: random weights, off their starting values. */
static struct model some_model(struct nn_engine *e, const struct unet_config *config)
{
    struct err err = {0};
    struct model m = {
        .config = *config, .name = "thin-air", .sha256 = "5ca1ab1e", .path = NULL};
    m.path = mem_strdup("thin-air.safetensors", &err);
    m.weights = mem_alloc(1, sizeof *m.weights, &err);
    assert_true(m.path && m.weights);
    for (int k = 0; k <= UNET_SEGMENT + config->peers; k++) {
        struct nn_net *net = NULL;
        char prefix[UNET_PREFIX] = "locate.";
        if (k != UNET_LOCATE)
            unet_config_prefix(k - UNET_SEGMENT, prefix);
        const struct unet_net_config *c =
            k == UNET_LOCATE ? &config->locate
                             : unet_config_member(config, k - UNET_SEGMENT);
        assert_ok(unet_network_new(e, c, true, &net, &err), err);
        assert_ok(nn_net_init(net, 31 + (uint64_t)k, &err), err);
        struct rng rng = rng_make(7, (uint64_t)k, 0);
        for (int i = 0; i < nn_net_params(net); i++) {
            const struct nn_param_info p = nn_net_param(net, i);
            float *v = mem_alloc(p.count, sizeof *v, &err);
            assert_ok(nn_net_get(net, NN_WEIGHT, i, v, &err), err);
            for (size_t j = 0; p.rank == 1 && j < p.count; j++)
                v[j] += (float)(0.2 * rng_normal(&rng));
            assert_ok(nn_net_set(net, NN_WEIGHT, i, v, &err), err);
            mem_free(v);
        }
        assert_ok(checkpoint_put(net, NN_WEIGHT, prefix, m.weights, &err), err);
        nn_net_free(net);
    }
    assert_ok(nn_weights_set_text(m.weights, "licence", "CC0", &err), err);
    return m;
}

/* Logits of one pass of prediction against the file's. */
static void compare(struct nn_engine *e, const struct model *m, int part,
                    const Onnx__GraphProto *g)
{
    struct err err = {0};
    const struct unet_net_config *c =
        part == UNET_LOCATE ? &m->config.locate
                            : unet_config_member(&m->config, part - UNET_SEGMENT);
    const struct tensor_shape in = {1, c->depth, c->size, c->size};
    struct tensor_shape out;
    struct nn_net *net = NULL;
    char name[UNET_PREFIX], prefix[UNET_PREFIX + 1];
    float *image = array_floats(tensor_count(in));
    double *noise = array_random(tensor_count(in), 5);
    for (size_t i = 0; i < tensor_count(in); i++)
        image[i] = (float)noise[i];
    unet_export_part_name(part, name);
    (void)snprintf(prefix, sizeof prefix, "%s.", name);
    assert_ok(unet_network_new(e, c, false, &net, &err), err);
    assert_ok(checkpoint_get(net, NN_WEIGHT, prefix, m->weights, &err), err);
    assert_ok(nn_net_refresh(net, &err), err);
    assert_ok(nn_net_forward(net, image, &err), err);

    double *want = onnx_run(g, in, image, &out);
    assert_int_equal(out.c, c->classes);
    const size_t voxels = tensor_voxels(out), block = (size_t)nn_net_block(net);
    double *got = array_zero(tensor_count(out));
    for (size_t i = 0; i < tensor_count(out); i++) /* classes fit into one block */
        got[i] = (double)nn_net_logits(net)[i % voxels * block + i / voxels];
    assert_near(array_distance(got, want, tensor_count(out)), 0.0, 1e-4);
    mem_free(got);
    mem_free(want);
    mem_free(noise);
    mem_free(image);
    nn_net_free(net);
}

static const char *metadata(const Onnx__ModelProto *m, const char *key)
{
    for (size_t i = 0; i < m->n_metadata_props; i++)
        if (strcmp(m->metadata_props[i]->key, key) == 0)
            return m->metadata_props[i]->value;
    return "(missing)";
}

static void every_architecture_is_exported(void **state)
{
    (void)state;
    static const char *const arch[] = {"unet3d", "unet2d", "unet3d-fast",
                                       "unet2d-fast"};
    struct err err = {0};
    struct nn_engine *e = NULL;
    char dir[64], path[96];
    (void)snprintf(path, sizeof path, "%s/net.onnx", testing_scratch(dir));
    assert_ok(nn_engine_new(1, "f32", &e, &err), err);
    for (size_t a = 0; a < ARRAY_LEN(arch); a++) {
        struct unet_config c;
        assert_ok(unet_config_preset(arch[a], &c, &err), err);
        struct unet_net_config *const net[] = {&c.locate, &c.segment};
        for (int k = 0; k < 2; k++) { /* small, for the definitions are slow */
            net[k]->depth = 3;
            if (testing_slow_machine())
                net[k]->pools = 2;
            net[k]->size = 1 << net[k]->pools;
        }
        struct model m = some_model(e, &c);
        for (int part = UNET_LOCATE; part <= UNET_SEGMENT; part++) {
            assert_ok(unet_export_onnx(&m, part, path, &err), err);
            Onnx__ModelProto *file = onnx_run_read(path);
            compare(e, &m, part, file->graph);
            onnx_run_free(file);
        }
        model_clear(&m);
    }
    nn_engine_free(e);
    testing_remove(dir);
}

/* Each member of an ensemble by its own name; they do not take each other's weights. */
static void members_are_exported_one_by_one(void **state)
{
    (void)state;
    struct err err = {0};
    struct nn_engine *e = NULL;
    char dir[64], path[96];
    struct unet_config c = small_config();
    c.segment.kernel_depth = 1;
    c.segment.depth = 2;
    c.segment.size = 1 << c.segment.pools;
    c.peer[0] = c.segment;
    c.peers = 1;
    (void)snprintf(path, sizeof path, "%s/net.onnx", testing_scratch(dir));
    assert_ok(nn_engine_new(1, "f32", &e, &err), err);
    struct model m = some_model(e, &c);
    for (int part = UNET_SEGMENT; part <= UNET_SEGMENT + 1; part++) {
        assert_ok(unet_export_onnx(&m, part, path, &err), err);
        Onnx__ModelProto *file = onnx_run_read(path);
        assert_string_equal(metadata(file, "network"),
                            part == UNET_SEGMENT ? "segment" : "segment2");
        compare(e, &m, part, file->graph);
        onnx_run_free(file);
    }
    assert_refused(unet_export_onnx(&m, UNET_SEGMENT + 2, path, &err), err, ERR_ARG,
                   "no network 'segment3'");
    model_clear(&m);
    nn_engine_free(e);
    testing_remove(dir);
}

static void the_file_hands_on_the_story(void **state)
{
    (void)state;
    static const char *const want[][2] = {
        {"name", "thin-air"},
        {"sha256", "5ca1ab1e"},
        {"arch", "unet3d"},
        {"network", "segment"},
        {"pixel_mm", "3.5"},
        {"slices", "4"},
        {"size", "32"},
        {"classes", "[[\"background\",\"RV blood pool\"],[\"LV blood pool\"],"
                    "[\"myocardium\"],[\"scar\"],[\"no-reflow\"]]"},
        {"licence", "CC0"},
        {"data", "(missing)"}, /* the model has none either */
    };
    struct err err = {0};
    struct nn_engine *e = NULL;
    char dir[64], path[96];
    const struct unet_config c = small_config();
    (void)snprintf(path, sizeof path, "%s/net.onnx", testing_scratch(dir));
    assert_ok(nn_engine_new(1, "f32", &e, &err), err);
    struct model m = some_model(e, &c);
    assert_ok(unet_export_onnx(&m, UNET_SEGMENT, path, &err), err);
    Onnx__ModelProto *file = onnx_run_read(path);
    for (size_t i = 0; i < ARRAY_LEN(want); i++)
        assert_string_equal(metadata(file, want[i][0]), want[i][1]);
    assert_non_null(strstr(file->doc_string, "Not a medical device"));
    onnx_run_free(file);
    assert_ok(unet_export_onnx(&m, UNET_LOCATE, path, &err), err);
    file = onnx_run_read(path);
    assert_string_equal(metadata(file, "network"), "locate");
    assert_string_equal(metadata(file, "pixel_mm"), "5");
    onnx_run_free(file);
    model_clear(&m);
    nn_engine_free(e);
    testing_remove(dir);
}

static void a_model_without_a_tensor_is_refused(void **state)
{
    (void)state;
    struct err err = {0};
    struct nn_engine *e = NULL;
    char dir[64], path[96];
    const struct unet_config c = small_config();
    (void)snprintf(path, sizeof path, "%s/net.onnx", testing_scratch(dir));
    assert_ok(nn_engine_new(1, "f32", &e, &err), err);
    struct model m = some_model(e, &c);
    m.weights->tensor[0].name[0] = 'L'; /* "Locate...": not a name that is looked for */
    assert_refused(unet_export_onnx(&m, UNET_LOCATE, path, &err), err, ERR_FORMAT,
                   "thin-air.safetensors");
    assert_false(file_exists(path));
    model_clear(&m);
    nn_engine_free(e);
    testing_remove(dir);
}

int main(void)
{
    small_spare_valgrind();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_architecture_is_exported),
        cmocka_unit_test(members_are_exported_one_by_one),
        cmocka_unit_test(the_file_hands_on_the_story),
        cmocka_unit_test(a_model_without_a_tensor_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
