/*
 * Models joined: the ensemble's probabilities are the mean of theirs, and its file
 * tells whence its members come.
 */
#include "unet/small_model.h"

#include <jansson.h>

#include "unet/calibration.h"
#include "unet/join.h"
#include "unet/predict.h"

/* Two models that draw what is bright, the one as myocardium, the other as scar; the
 * second is flat and its own terms can be given. */
struct fixture {
    char dir[64], first[96], second[96], both[96];
    struct unet_config deep, flat;
};

static void begin(struct fixture *f)
{
    (void)testing_scratch(f->dir);
    (void)snprintf(f->first, sizeof f->first, "%s/first.safetensors", f->dir);
    (void)snprintf(f->second, sizeof f->second, "%s/second.safetensors", f->dir);
    (void)snprintf(f->both, sizeof f->both, "%s/both.safetensors", f->dir);
    f->deep = f->flat = small_config();
    (void)snprintf(f->flat.arch, sizeof f->flat.arch, "unet2d");
    f->flat.segment.kernel_depth = f->flat.segment.depth = 1;
    f->deep.decision =
        (struct unet_decision){.by_region = true, .scar_odds = 1.25, .island_ml = 0.5};
    small_model_of(f->first, &f->deep, LABEL_MYOCARDIUM);
    small_model_of(f->second, &f->flat, LABEL_SCAR);
}

/* Change an entry of a model's metadata. */
static void tell(const char *path, const char *key, const char *value)
{
    struct err err = {0};
    struct model m = {0};
    assert_ok(model_load(path, &m, &err), err);
    assert_ok(nn_weights_set_text(m.weights, key, value, &err), err);
    assert_ok(nn_weights_write(path, m.weights, &err), err);
    model_clear(&m);
}

static struct model joined(const struct fixture *f)
{
    struct err err = {0};
    struct model m = {0};
    const char *from[] = {f->first, f->second};
    assert_ok(join_models(from, 2, false, f->both, &err), err);
    assert_ok(model_load(f->both, &m, &err), err);
    return m;
}

/* Every tensor of a network, bit by bit, under another name. */
static void assert_same_weights(const struct model *a, const char *as,
                                const struct model *b, const char *bs)
{
    size_t same = 0;
    for (size_t i = 0; i < a->weights->tensors; i++) {
        const struct nn_tensor *t = &a->weights->tensor[i];
        char name[128];
        if (strncmp(t->name, as, strlen(as)) != 0)
            continue;
        (void)snprintf(name, sizeof name, "%s%s", bs, t->name + strlen(as));
        const struct nn_tensor *u = nn_weights_find(b->weights, name);
        assert_non_null(u);
        assert_int_equal(t->count, u->count);
        assert_memory_equal(t->data, u->data, t->count * sizeof *t->data);
        same++;
    }
    assert_true(same > 10);
}

static void members_keep_their_weights_and_story(void **state)
{
    (void)state;
    struct err err = {0};
    struct fixture f;
    struct model a = {0}, b = {0};
    begin(&f);
    struct measure_confidence c = {.patients = 3, .bound = 1.5};
    c.error[SIGN_ALWAYS] = 0.5;
    char *calibration = calibration_to_json(&c, &err);
    tell(f.first, CALIBRATION_KEY, calibration);
    mem_free(calibration);
    tell(f.second, "data", "other shapes");
    struct model m = joined(&f);
    assert_ok(model_load(f.first, &a, &err), err);
    assert_ok(model_load(f.second, &b, &err), err);
    assert_int_equal(m.config.peers, 1);
    assert_int_equal(m.config.segment.depth, f.deep.segment.depth);
    assert_int_equal(m.config.peer[0].depth, 1);
    assert_near(m.config.decision.scar_odds, 1.25, 0.0);
    assert_string_equal(m.networks, "unet3d + unet2d");
    assert_false(m.calibrated);
    assert_same_weights(&m, "locate.", &a, "locate.");
    assert_same_weights(&m, "segment.", &a, "segment.");
    assert_same_weights(&m, "segment2.", &b, "segment.");

    assert_string_equal(nn_weights_text(m.weights, "data"), "shapes; other shapes");
    assert_string_equal(nn_weights_text(m.weights, "training"),
                        "none: weights set by hand"); /* both alike */
    assert_null(nn_weights_text(m.weights, "metrics"));
    json_t *members = json_loads(nn_weights_text(m.weights, "members"), 0, NULL);
    assert_int_equal(json_array_size(members), 2);
    const json_t *second = json_array_get(members, 1);
    assert_string_equal(json_string_value(json_object_get(second, "name")), "second");
    assert_string_equal(json_string_value(json_object_get(second, "sha256")), b.sha256);
    assert_string_equal(json_string_value(json_object_get(second, "arch")), "unet2d");
    assert_string_equal(json_string_value(json_object_get(second, "data")),
                        "other shapes");
    json_decref(members);
    model_clear(&m);
    /* a name that is none is not printed */
    tell(f.both, "members", "[{\"arch\":\"unet3d\"},{\"arch\":\"<b>\"},{}]");
    assert_ok(model_load(f.both, &m, &err), err);
    assert_string_equal(m.networks, "unet3d + - + -");
    model_clear(&a);
    model_clear(&b);
    model_clear(&m);
    testing_remove(f.dir);
}

/* %LGE from probabilities lies between what the members make of it, and their passes
 * differ as the members do. */
static void its_result_is_the_mean_of_its_members(void **state)
{
    (void)state;
    struct err err = {0};
    struct fixture f;
    struct image image = {0};
    struct labels truth = {0};
    struct predict_info info[3] = {{0}};
    begin(&f);
    small_spare_valgrind();
    small_phantom(2, &image, &truth);
    for (size_t v = 0; v < grid_voxels(&image.grid); v++) /* one place to look at */
        if (truth.vox[v] == LABEL_BACKGROUND)
            image.vox[v] = 0.0f;
    struct model m = joined(&f);
    model_clear(&m);
    const char *path[] = {f.first, f.second, f.both};
    for (int i = 0; i < 3; i++) {
        const struct predict_options o = {.threads = 1, .precision = "f32"};
        struct predictor *p = NULL;
        struct labels seen = {0};
        assert_ok(model_load(path[i], &m, &err), err);
        assert_ok(predictor_new(&m, &o, &p, &err), err);
        assert_ok(predictor_run(p, &image, &seen, &info[i], &err), err);
        predictor_free(p);
        labels_clear(&seen);
        model_clear(&m);
    }
    assert_int_equal(info[2].substacks, info[0].substacks + info[1].substacks);
    const double high = info[0].features.value[MEASURE_LGE_EXPECTED],
                 low = info[1].features.value[MEASURE_LGE_EXPECTED],
                 mean = info[2].features.value[MEASURE_LGE_EXPECTED];
    assert_true(high > low + 5.0);
    assert_true(mean > low + 2.0 && mean < high - 2.0);
    assert_true(info[2].features.value[MEASURE_SCAR_SPREAD] >
                info[0].features.value[MEASURE_SCAR_SPREAD] + 0.2);
    /* two views each, the poses of a member being alike */
    assert_near(info[0].features.value[MEASURE_LGE_SPREAD], 0.0, 0.1);
    assert_near(info[2].features.value[MEASURE_LGE_SPREAD],
                (high - low) / 2.0 * sqrt(4.0 / 3.0), 0.2);
    image_clear(&image);
    labels_clear(&truth);
    testing_remove(f.dir);
}

/* An ensemble brings its members along; of a single model a copy is made. */
static void ensembles_join_too(void **state)
{
    (void)state;
    struct err err = {0};
    struct fixture f;
    struct model a = {0}, m;
    begin(&f);
    m = joined(&f);
    model_clear(&m);
    const char *three[] = {f.both, f.first};
    assert_ok(join_models(three, 2, false, f.both, &err), err); /* into one of them */
    assert_ok(model_load(f.both, &m, &err), err);
    assert_ok(model_load(f.first, &a, &err), err);
    assert_int_equal(m.config.peers, 2);
    assert_string_equal(m.networks, "unet3d + unet2d + unet3d");
    assert_same_weights(&m, "segment3.", &a, "segment.");
    model_clear(&m);
    const char *single[] = {f.second};
    assert_ok(join_models(single, 1, false, f.first, &err), err);
    assert_ok(model_load(f.first, &m, &err), err);
    assert_int_equal(m.config.peers, 0);
    assert_string_equal(m.networks, "unet2d");
    model_clear(&m);
    model_clear(&a);
    testing_remove(f.dir);
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    struct err err = {0};
    struct fixture f;
    begin(&f);
    const char *from[] = {f.first, f.second, f.both, f.first, f.second};
#define REFUSE(models, code, text)                                                     \
    do {                                                                               \
        const bool ok = join_models(from, models, false, f.both, &err);                \
        assert_false(ok);                                                              \
        assert_non_null(strstr(err.msg, text));                                        \
        assert_refused(ok, err, code, "");                                             \
        assert_false(file_exists(f.both));                                             \
    } while (0)
    REFUSE(0, ERR_ARG, "0 models");
    REFUSE(5, ERR_ARG, "5 models, not 1 to 4");
    REFUSE(3, ERR_IO, f.both);
    tell(f.second, "licence", "CC BY-NC-SA 4.0");
    REFUSE(2, ERR_FORMAT, "CC BY-NC-SA 4.0");
    struct unet_config other = f.flat;
    other.segment.pixel_mm = 1.0;
    small_model_of(f.second, &other, LABEL_SCAR);
    REFUSE(2, ERR_FORMAT, "second.safetensors: segment2: patches of");
    /* together more than there may be */
    other = f.deep;
    other.peers = UNET_MAX_PEERS;
    for (int i = 0; i < other.peers; i++)
        other.peer[i] = other.segment;
    small_model_of(f.second, &other, LABEL_SCAR);
    REFUSE(2, ERR_FORMAT, "more than 4 networks");
#undef REFUSE
    testing_remove(f.dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_keep_their_weights_and_story),
        cmocka_unit_test(its_result_is_the_mean_of_its_members),
        cmocka_unit_test(ensembles_join_too),
        cmocka_unit_test(what_does_not_fit_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
