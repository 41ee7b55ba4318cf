/* config_json.c - the configuration as it stands in a model's metadata. */
#include "unet/config.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

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

/* Only where there are some, likewise. */
static bool add_peers(json_t *root, const struct unet_config *c)
{
    if (c->peers == 0)
        return true;
    json_t *peers = json_array();
    bool ok = peers != NULL;
    for (int i = 0; ok && i < c->peers; i++)
        ok = json_array_append_new(peers, net_to_json(&c->peer[i])) == 0;
    return json_object_set_new(root, "peers", peers) == 0 && ok;
}

char *unet_config_to_json(const struct unet_config *c, struct err *err)
{
    json_t *root = json_pack("{s:s, s:o, s:o, s:i}", "arch", c->arch, "locate",
                             net_to_json(&c->locate), "segment",
                             net_to_json(&c->segment), "poses", c->poses);
    char *dump = root && add_decision(root, &c->decision) && add_peers(root, c)
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

static bool peers_from_json(json_t *list, struct unet_config *c, struct err *err)
{
    if (!list)
        return true;
    const size_t n = json_array_size(list);
    if (!json_is_array(list) || n < 1 || n > UNET_MAX_PEERS)
        return ERR_FAIL(err, ERR_FORMAT, "peers: not 1 to %d networks",
                        (int)UNET_MAX_PEERS);
    c->peers = (int32_t)n;
    for (size_t i = 0; i < n; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "peers[%zu]", i);
        if (!net_from_json(json_array_get(list, i), name, &c->peer[i], err))
            return false;
    }
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
        !peers_from_json(json_object_get(root, "peers"), &c, err) ||
        !decision_from_json(json_object_get(root, "decision"), &c.decision, err) ||
        !unet_config_check(&c, err))
        goto done;
    *out = c;
    ok = true;
done:
    json_decref(root);
    return ok;
}
