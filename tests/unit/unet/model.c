#include "unet/small_model.h"

#include <jansson.h>

#include "base/file.h"
#include "unet/calibration.h"
#include "unet/predict.h"

struct scratch {
    char dir[64], path[128];
};

static void scratch_begin(struct scratch *s, const char *name)
{
    (void)testing_scratch(s->dir);
    (void)snprintf(s->path, sizeof s->path, "%s/%s", s->dir, name);
}

static const char *text_of(json_t *root, const char *key)
{
    const char *text = json_string_value(json_object_get(root, key));
    assert_non_null(text);
    return text;
}

static void a_model_tells_its_story(void **state)
{
    (void)state;
    struct err err = {0};
    struct scratch s;
    struct model m = {0};
    struct bytes file = {0};
    char hex[SHA256_HEX];
    const struct unet_config config = small_config();
    scratch_begin(&s, "tiny\x1b.v2.safetensors");
    small_model(s.path, &config);
    assert_ok(model_load(s.path, &m, &err), err);
    assert_string_equal(m.path, s.path);
    assert_string_equal(m.name, "tiny?.v2"); /* it is printed */
    assert_ok(file_read(s.path, (size_t)1 << 30, &file, &err), err);
    assert_ok(sha256_hex(file.data, file.size, hex, &err), err);
    assert_string_equal(m.sha256, hex);
    char *want = unet_config_to_json(&config, &err);
    char *got = unet_config_to_json(&m.config, &err);
    assert_string_equal(got, want);

    json_t *meta = json_loads(m.metadata, 0, NULL);
    assert_non_null(meta);
    assert_string_equal(text_of(meta, "format"), MODEL_FORMAT);
    assert_string_equal(text_of(meta, "licence"), "Apache-2.0");
    assert_string_equal(text_of(meta, "data"), "shapes");
    assert_non_null(strstr(text_of(meta, "patients"), "3 trained on, 1 watched"));
    assert_non_null(strstr(text_of(meta, "program"), "cicatrix"));
    assert_true(strlen(text_of(meta, "preprocessing")) > 40);
    assert_true(json_is_object(json_object_get(meta, "config")));
    json_t *labels = json_object_get(meta, "labels");
    assert_int_equal(json_array_size(labels), 5); /* the right ventricle is none */
    assert_string_equal(json_string_value(json_array_get(labels, 3)), "scar");
    /* metrics: the last line's, and only what was measured */
    json_t *metrics = json_object_get(meta, "metrics");
    assert_int_equal(json_object_size(metrics), 1);
    assert_near(json_real_value(json_object_get(metrics, "val_scar_dsc")), 0.75, 1e-12);
    json_decref(meta);

    mem_free(got);
    mem_free(want);
    bytes_clear(&file);
    model_clear(&m);
    assert_null(m.weights);
    model_clear(&m);
    testing_remove(s.dir);
}

/* Write the small model with one thing changed: an entry, or a tensor's name. */
static void spoilt(const char *path, const char *key, const char *value,
                   const char *tensor)
{
    struct err err = {0};
    const struct unet_config config = small_config();
    struct nn_weights w = {0};
    small_model(path, &config);
    assert_ok(nn_weights_read(path, &w, NULL, &err), err);
    if (key)
        assert_ok(nn_weights_set_text(&w, key, value, &err), err);
    for (size_t i = 0; tensor && i < w.tensors; i++)
        if (strcmp(w.tensor[i].name, tensor) == 0)
            w.tensor[i].name[0] = 'X';
    assert_ok(nn_weights_write(path, &w, &err), err);
    nn_weights_clear(&w);
}

/* The metadata's calibration: none, one, and one that cannot be used. */
static void a_calibration_comes_with_the_model(void **state)
{
    (void)state;
    struct err err = {0};
    struct scratch s;
    struct model m = {0};
    struct measure_confidence c = {.patients = 33, .bound = 1.5};
    const struct unet_config config = small_config();
    scratch_begin(&s, "m.safetensors");
    small_model(s.path, &config);
    assert_ok(model_load(s.path, &m, &err), err);
    assert_false(m.calibrated);
    model_clear(&m);
    c.error[SIGN_ALWAYS] = 0.5;
    char *text = calibration_to_json(&c, &err);
    spoilt(s.path, CALIBRATION_KEY, text, NULL);
    mem_free(text);
    assert_ok(model_load(s.path, &m, &err), err);
    assert_true(m.calibrated);
    assert_int_equal(m.confidence.patients, 33);
    assert_near(m.confidence.bound, 1.5, 0.0);
    model_clear(&m);
    spoilt(s.path, CALIBRATION_KEY, "{\"format\": 1}", NULL);
    assert_refused(model_load(s.path, &m, &err), err, ERR_FORMAT, "patients");
    assert_null(m.weights);
    testing_remove(s.dir);
}

static void other_files_are_refused(void **state)
{
    (void)state;
    struct err err = {0};
    struct scratch s;
    struct model m = {0};
    struct bytes file = {0};
    const struct unet_config config = small_config();
    scratch_begin(&s, "m.safetensors");
#define REFUSE(code, text)                                                             \
    do {                                                                               \
        const bool ok = model_load(s.path, &m, &err);                                  \
        assert_false(ok);                                                              \
        assert_non_null(strstr(err.msg, s.path));                                      \
        assert_refused(ok, err, code, text);                                           \
        assert_null(m.weights);                                                        \
    } while (0)
    REFUSE(ERR_IO, "");
    assert_ok(file_write(s.path, "", 0, &err), err);
    REFUSE(ERR_FORMAT, "short");

    small_model(s.path, &config);
    assert_ok(file_read(s.path, (size_t)1 << 30, &file, &err), err);
    for (size_t cut = 1; cut < file.size; cut = cut * 3 + 1) {
        assert_ok(file_write(s.path, file.data, file.size - cut, &err), err);
        REFUSE(ERR_FORMAT, "");
    }
    const float nan = NAN; /* the last weight in the file */
    memcpy(file.data + file.size - sizeof nan, &nan, sizeof nan);
    assert_ok(file_write(s.path, file.data, file.size, &err), err);
    REFUSE(ERR_FORMAT, "non-finite");
    const float flipped = -1.7e8f; /* one bit of its exponent */
    memcpy(file.data + file.size - sizeof flipped, &flipped, sizeof flipped);
    assert_ok(file_write(s.path, file.data, file.size, &err), err);
    REFUSE(ERR_FORMAT, "absurd weight");

    spoilt(s.path, "format", "cicatrix-model 3", NULL);
    REFUSE(ERR_SUPPORT, "cicatrix-model 3");
    /* that of an ensemble, which it is not, and the other way round */
    spoilt(s.path, "format", MODEL_FORMAT_ENSEMBLE, NULL);
    REFUSE(ERR_FORMAT, "of 1 networks");
    struct unet_config several = config;
    several.peer[several.peers++] = several.segment;
    small_model(s.path, &several);
    assert_ok(model_load(s.path, &m, &err), err);
    assert_int_equal(m.config.peers, 1);
    assert_ok(nn_weights_set_text(m.weights, "format", MODEL_FORMAT, &err), err);
    assert_ok(nn_weights_write(s.path, m.weights, &err), err);
    model_clear(&m);
    REFUSE(ERR_FORMAT, "of 2 networks");
    spoilt(s.path, "config", "{\"arch\":\"unet3d\"}", NULL);
    REFUSE(ERR_FORMAT, "poses");
    spoilt(s.path, "config", "{\"arch\":\"transformer\",\"poses\":1}", NULL);
    REFUSE(ERR_SUPPORT, "transformer");
    /* somebody else's weights */
    struct nn_weights w = small_weights(&config);
    assert_ok(nn_weights_write(s.path, &w, &err), err);
    REFUSE(ERR_FORMAT, "no Cicatrix model");
#undef REFUSE
    nn_weights_clear(&w);
    bytes_clear(&file);
    testing_remove(s.dir);
}

/* Weights that are not those of the configuration, whatever the reason. */
static void tensors_must_fit_the_configuration(void **state)
{
    (void)state;
    struct scratch s;
    struct unet_config other = small_config();
    other.segment.pools = 1;
    struct err err = {0};
    char *json = unet_config_to_json(&other, &err);
    assert_non_null(json);
    scratch_begin(&s, "m.safetensors");
    const struct {
        const char *key, *value, *tensor, *says;
    } bad[] = {
        {NULL, NULL, "locate.head.bias", "locate.head.bias"},
        {NULL, NULL, "segment.enc1.conv0.weight", "segment.enc1.conv0.weight"},
        {"config", json, NULL, "segment."},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct model m = {0};
        struct predictor *p = NULL;
        const struct predict_options o = {.threads = 1, .precision = "f32"};
        spoilt(s.path, bad[i].key, bad[i].value, bad[i].tensor);
        const bool ok = model_load(s.path, &m, &err) && predictor_new(&m, &o, &p, &err);
        assert_false(ok);
        assert_non_null(strstr(err.msg, s.path));
        assert_refused(ok, err, ERR_FORMAT, bad[i].says);
        assert_null(p);
        model_clear(&m);
    }
    mem_free(json);
    testing_remove(s.dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_model_tells_its_story),
        cmocka_unit_test(a_calibration_comes_with_the_model),
        cmocka_unit_test(other_files_are_refused),
        cmocka_unit_test(tensors_must_fit_the_configuration),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
