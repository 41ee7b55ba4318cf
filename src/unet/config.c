#include "unet/config.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* What a model's file may ask for as a whole: of channels at the deepest level (a
 * convolution there has 28 million weights) and of values in a tensor of the first (256
 * MiB as float32). */
enum { MAX_CHANNELS = 1024, MAX_VALUES = 64 * 1024 * 1024 };

/* The coarse network sees 384 mm of every slice at 4 mm and says where the LV is. */
#define LOCATE                                                                         \
    {                                                                                  \
        .kernel_depth = 1, .base = 16, .pools = 4, .depth = 8, .size = 96,             \
        .pixel_mm = 4.0, .classes = 2, .class_of = {0, 1, 1, 1, 1, 0},                 \
    }

/* The same field of view with half the pixels: the heart is found within a few mm all
 * the same, in less than half the time. */
#define LOCATE_FAST                                                                    \
    {                                                                                  \
        .kernel_depth = 1, .base = 16, .pools = 3, .depth = 8, .size = 64,             \
        .pixel_mm = 6.0, .classes = 2, .class_of = {0, 1, 1, 1, 1, 0},                 \
    }

/* 122 mm round the left ventricle, right ventricle told apart: half the work of the
 * presets above a patch, so twice the patches in a training of given time.  Kernels
 * look into the neighbouring slices at the deepest level alone, where pixels (13.6 mm)
 * are as large as slices are apart: finer detail does not continue over a gap of 8 to
 * 10 mm, and kernels of three slices above learn more slowly and draw scar worse. */
#define SEGMENT_FAST(kernel, flat, slices, pixels, edge_mm)                            \
    {                                                                                  \
        .kernel_depth = (kernel), .flat_levels = (flat), .base = 16, .pools = 3,       \
        .depth = (slices), .size = (pixels), .pixel_mm = (edge_mm), .classes = 6,      \
        .class_of = {0, 1, 2, 3, 4, 5},                                                \
    }

static const struct unet_config PRESETS[] = {
    {
        .arch = "unet3d",
        .locate = LOCATE,
        .segment = {.kernel_depth = 3,
                    .base = 16,
                    .pools = 4,
                    .depth = 8,
                    .size = 96,
                    .pixel_mm = 1.4,
                    .classes = 5,
                    .class_of = {0, 1, 2, 3, 4, 0}},
        .poses = 2,
    },
    {
        .arch = "unet2d",
        .locate = LOCATE,
        .segment = {.kernel_depth = 1,
                    .base = 16,
                    .pools = 4,
                    .depth = 1,
                    .size = 96,
                    .pixel_mm = 1.4,
                    .classes = 5,
                    .class_of = {0, 1, 2, 3, 4, 0}},
        .poses = 2,
    },
    {
        .arch = "unet3d-fast",
        .locate = LOCATE_FAST,
        .segment = SEGMENT_FAST(3, 3, 8, 72, 1.7),
        .poses = 2,
    },
    {
        .arch = "unet2d-fast",
        .locate = LOCATE_FAST,
        .segment = SEGMENT_FAST(1, 0, 1, 72, 1.7),
        .poses = 2,
    },
    {
        .arch = "unet3d-fine",
        .locate = LOCATE_FAST,
        .segment = SEGMENT_FAST(3, 3, 8, 88, 1.4),
        .poses = 2,
    },
    {
        .arch = "unet2d-fine",
        .locate = LOCATE_FAST,
        .segment = SEGMENT_FAST(1, 0, 1, 88, 1.4),
        .poses = 2,
    },
};

bool unet_config_preset(const char *arch, struct unet_config *out, struct err *err)
{
    for (size_t i = 0; i < ARRAY_LEN(PRESETS); i++) {
        if (strcmp(arch, PRESETS[i].arch) == 0) {
            *out = PRESETS[i];
            return true;
        }
    }
    return ERR_FAIL(err, ERR_ARG,
                    "architecture '%s' is not unet3d, unet2d, unet3d-fast, "
                    "unet2d-fast, unet3d-fine or unet2d-fine",
                    arch);
}

static bool in_range(const char *net, const char *field, double value, double lo,
                     double hi, struct err *err)
{
    if (value >= lo && value <= hi)
        return true;
    return ERR_FAIL(err, ERR_FORMAT, "%s.%s is %g, outside %g..%g", net, field, value,
                    lo, hi);
}

static bool check_net(const char *name, const struct unet_net_config *n,
                      struct err *err)
{
    if (!in_range(name, "kernel_depth", n->kernel_depth, 1, 3, err) ||
        !in_range(name, "flat_levels", n->flat_levels, 0, UNET_MAX_POOLS, err) ||
        !in_range(name, "base", n->base, 16, 128, err) ||
        !in_range(name, "pools", n->pools, 1, UNET_MAX_POOLS, err) ||
        !in_range(name, "depth", n->depth, 1, 64, err) ||
        !in_range(name, "size", n->size, 16, 512, err) ||
        !in_range(name, "pixel_mm", n->pixel_mm, 0.25, 16.0, err) ||
        !in_range(name, "classes", n->classes, 2, UNET_MAX_CLASSES, err))
        return false;
    if (n->kernel_depth == 2)
        return ERR_FAIL(err, ERR_FORMAT, "%s.kernel_depth is even", name);
    if (n->base % 16 != 0)
        return ERR_FAIL(err, ERR_FORMAT, "%s.base %d is no multiple of 16", name,
                        n->base);
    if (n->size % (1 << n->pools) != 0)
        return ERR_FAIL(err, ERR_FORMAT, "%s.size %d cannot be halved %d times", name,
                        n->size, n->pools);
    if ((n->base << n->pools) > MAX_CHANNELS)
        return ERR_FAIL(err, ERR_FORMAT,
                        "%s: %d channels at the deepest level, more "
                        "than %d",
                        name, n->base << n->pools, (int)MAX_CHANNELS);
    if ((int64_t)n->base * n->depth * n->size * n->size > MAX_VALUES)
        return ERR_FAIL(err, ERR_FORMAT,
                        "%s: base, depth and size ask for more than %d values a level",
                        name, (int)MAX_VALUES);
    if (n->class_of[LABEL_BACKGROUND] != 0)
        return ERR_FAIL(err, ERR_FORMAT, "%s: background must be class 0", name);
    unsigned seen = 0;
    for (int l = 0; l < LABEL_COUNT; l++) {
        if (n->class_of[l] >= n->classes)
            return ERR_FAIL(err, ERR_FORMAT, "%s: label %d has class %d of %d", name, l,
                            n->class_of[l], n->classes);
        seen |= 1u << n->class_of[l];
    }
    if (seen != (1u << n->classes) - 1u)
        return ERR_FAIL(err, ERR_FORMAT, "%s: a class stands for no label", name);
    return true;
}

bool unet_config_check(const struct unet_config *c, struct err *err)
{
    if (!check_net("locate", &c->locate, err) ||
        !check_net("segment", &c->segment, err))
        return false;
    const struct unet_decision *d = &c->decision;
    if (d->by_region &&
        (!in_range("decision", "scar_odds", d->scar_odds, 0.01, 100.0, err) ||
         !in_range("decision", "island_ml", d->island_ml, 0.0, 100.0, err) ||
         !in_range("decision", "smallest_ml", d->smallest_ml, 0.0, 100.0, err)))
        return false;
    if (c->poses != 1 && c->poses != 2 && c->poses != 4 && c->poses != 8)
        return ERR_FAIL(err, ERR_FORMAT, "poses is %d, not 1, 2, 4 or 8", c->poses);
    return true;
}

uint8_t unet_label_of(const struct unet_net_config *net, int class_index)
{
    for (int l = 0; l < LABEL_COUNT; l++)
        if (net->class_of[l] == class_index)
            return (uint8_t)l;
    return LABEL_BACKGROUND;
}

static json_t *net_to_json(const struct unet_net_config *n)
{
    json_t *classes = json_array();
    for (int l = 0; l < LABEL_COUNT; l++)
        (void)json_array_append_new(classes, json_integer(n->class_of[l]));
    json_t *o = json_pack("{s:i, s:i, s:i, s:i, s:i, s:f, s:i, s:o}", "kernel_depth",
                          n->kernel_depth, "base", n->base, "pools", n->pools, "depth",
                          n->depth, "size", n->size, "pixel_mm", n->pixel_mm, "classes",
                          n->classes, "class_of_label", classes);
    /* models made before there were flat levels are written as they were */
    if (o && n->flat_levels > 0 &&
        json_object_set_new(o, "flat_levels", json_integer(n->flat_levels)) != 0) {
        json_decref(o);
        return NULL;
    }
    return o;
}

/* Only where there is one: models made before stay as they were. */
static bool add_decision(json_t *root, const struct unet_decision *d)
{
    return !d->by_region ||
           json_object_set_new(root, "decision",
                               json_pack("{s:f, s:f, s:f}", "scar_odds", d->scar_odds,
                                         "island_ml", d->island_ml, "smallest_ml",
                                         d->smallest_ml)) == 0;
}

char *unet_config_to_json(const struct unet_config *c, struct err *err)
{
    json_t *root = json_pack("{s:s, s:o, s:o, s:i}", "arch", c->arch, "locate",
                             net_to_json(&c->locate), "segment",
                             net_to_json(&c->segment), "poses", c->poses);
    char *dump = root && add_decision(root, &c->decision)
                     ? json_dumps(root, JSON_COMPACT | JSON_REAL_PRECISION(15))
                     : NULL;
    char *text = dump ? mem_strdup(dump, err) : NULL;
    if (!dump)
        err_record(err, ERR_NOMEM, "out of memory for a configuration");
    free(dump);
    json_decref(root);
    return text;
}

static bool net_from_json(json_t *o, const char *name, struct unet_net_config *n,
                          struct err *err)
{
    const struct {
        const char *key;
        int32_t *field;
    } ints[] = {{"kernel_depth", &n->kernel_depth},
                {"base", &n->base},
                {"pools", &n->pools},
                {"depth", &n->depth},
                {"size", &n->size},
                {"classes", &n->classes}};
    for (size_t i = 0; i < ARRAY_LEN(ints); i++) {
        json_t *v = json_object_get(o, ints[i].key);
        const json_int_t x = json_integer_value(v);
        if (!json_is_integer(v) || x < 0 || x > 100000)
            return ERR_FAIL(err, ERR_FORMAT, "%s.%s is missing or no small number",
                            name, ints[i].key);
        *ints[i].field = (int32_t)x;
    }
    json_t *flat = json_object_get(o, "flat_levels"); /* 0 where it is not written */
    const json_int_t levels = json_integer_value(flat);
    if (flat && (!json_is_integer(flat) || levels < 0 || levels > UNET_MAX_POOLS))
        return ERR_FAIL(err, ERR_FORMAT, "%s.flat_levels is no small number", name);
    n->flat_levels = (int32_t)levels;
    json_t *pixel = json_object_get(o, "pixel_mm");
    if (!json_is_number(pixel))
        return ERR_FAIL(err, ERR_FORMAT, "%s.pixel_mm is missing", name);
    n->pixel_mm = json_number_value(pixel);
    json_t *classes = json_object_get(o, "class_of_label");
    if (!json_is_array(classes) || json_array_size(classes) != LABEL_COUNT)
        return ERR_FAIL(err, ERR_FORMAT, "%s.class_of_label needs %d numbers", name,
                        (int)LABEL_COUNT);
    for (size_t l = 0; l < LABEL_COUNT; l++) {
        json_t *v = json_array_get(classes, l);
        const json_int_t x = json_integer_value(v);
        if (!json_is_integer(v) || x < 0 || x >= UNET_MAX_CLASSES)
            return ERR_FAIL(err, ERR_FORMAT, "%s.class_of_label is wrong", name);
        n->class_of[l] = (uint8_t)x;
    }
    return true;
}

static bool decision_from_json(json_t *o, struct unet_decision *d, struct err *err)
{
    const struct {
        const char *key;
        double *field;
    } reals[] = {{"scar_odds", &d->scar_odds},
                 {"island_ml", &d->island_ml},
                 {"smallest_ml", &d->smallest_ml}};
    if (!o)
        return true;
    for (size_t i = 0; i < ARRAY_LEN(reals); i++) {
        json_t *v = json_object_get(o, reals[i].key);
        if (!json_is_number(v))
            return ERR_FAIL(err, ERR_FORMAT, "decision.%s is missing", reals[i].key);
        *reals[i].field = json_number_value(v);
    }
    d->by_region = true;
    return true;
}

bool unet_config_from_json(const char *text, struct unet_config *out, struct err *err)
{
    struct unet_config c = {0};
    json_error_t why;
    bool ok = false;
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &why);
    if (!root)
        return ERR_FAIL(err, ERR_FORMAT, "configuration: %s", why.text);
    const char *arch = json_string_value(json_object_get(root, "arch"));
    json_t *poses = json_object_get(root, "poses");
    if (!arch || strlen(arch) >= sizeof c.arch || !json_is_integer(poses)) {
        err_record(err, ERR_FORMAT, "configuration: arch or poses is missing or wrong");
        goto done;
    }
    if (!unet_config_preset(arch, &c, NULL)) {
        err_record(err, ERR_SUPPORT, "architecture '%s' is unknown", arch);
        goto done;
    }
    const json_int_t p = json_integer_value(poses);
    c.poses = p >= 0 && p <= 8 ? (int32_t)p : 0;
    if (!net_from_json(json_object_get(root, "locate"), "locate", &c.locate, err) ||
        !net_from_json(json_object_get(root, "segment"), "segment", &c.segment, err) ||
        !decision_from_json(json_object_get(root, "decision"), &c.decision, err) ||
        !unet_config_check(&c, err))
        goto done;
    *out = c;
    ok = true;
done:
    json_decref(root);
    return ok;
}
