#include "unet/join.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "nn/safetensors.h"
#include "unet/calibration.h"
#include "unet/model_file.h"

/* What is told of every member, and of the ensemble as a whole where all agree, or one
 * after the other. */
static const char *const TOLD[] = {"data", "patients", "training"};

static const char *text_of(const struct model *m, const char *key)
{
    const char *text = nn_weights_text(m->weights, key);
    return text ? text : "";
}

/* ---- weights ---- */

static bool copy_tensor(const struct nn_tensor *t, const char *name,
                        struct nn_weights *to, struct err *err)
{
    struct nn_tensor *copy = NULL;
    if (!nn_weights_add(to, name, t->rank, t->dim, &copy, err))
        return false;
    memcpy(copy->data, t->data, t->count * sizeof *t->data);
    return true;
}

/* The tensors whose names begin with `from`, under names that begin with `to`. */
static bool copy_net(const struct model *m, const char *from, const char *to,
                     struct nn_weights *out, struct err *err)
{
    const size_t n = strlen(from);
    bool ok = true;
    for (size_t i = 0; ok && i < m->weights->tensors; i++) {
        const struct nn_tensor *t = &m->weights->tensor[i];
        char name[SAFETENSORS_NAME + UNET_PREFIX];
        if (strncmp(t->name, from, n) != 0)
            continue;
        (void)snprintf(name, sizeof name, "%s%s", to, t->name + n);
        ok = copy_tensor(t, name, out, err);
    }
    return ok;
}

/* The members of one more model.  `members` are there already. */
static bool add_members(const struct model *m, int *members, struct unet_config *config,
                        struct nn_weights *out, struct err *err)
{
    for (int i = 0; i <= m->config.peers; i++) {
        char from[UNET_PREFIX], to[UNET_PREFIX];
        if (*members == UNET_MAX_MEMBERS)
            return ERR_FAIL(err, ERR_FORMAT, "%s: more than %d networks in all",
                            m->path, (int)UNET_MAX_MEMBERS);
        unet_config_prefix(i, from);
        unet_config_prefix(*members, to);
        if (*members > 0)
            config->peer[*members - 1] = *unet_config_member(&m->config, i);
        config->peers = *members;
        if (!copy_net(m, from, to, out, err))
            return false;
        ++*members;
    }
    if (unet_config_check(config, err))
        return true;
    err_prefix(err, "%s", m->path);
    return false;
}

static bool add_weights(const struct model *m, size_t models,
                        struct unet_config *config, struct nn_weights *out,
                        struct err *err)
{
    int members = 0;
    *config = m[0].config;
    config->peers = 0;
    bool ok = copy_net(&m[0], "locate.", "locate.", out, err);
    for (size_t i = 0; ok && i < models; i++)
        ok = add_members(&m[i], &members, config, out, err);
    return ok;
}

/* ---- what is told ---- */

static bool was_told(const struct model *m, size_t i, const char *key)
{
    for (size_t k = 0; k < i; k++)
        if (strcmp(text_of(&m[k], key), text_of(&m[i], key)) == 0)
            return true;
    return false;
}

/* "this; that": the models' texts, each once. */
static bool tell_together(const struct model *m, size_t models, const char *key,
                          struct nn_weights *out, struct err *err)
{
    size_t size = 1, used = 0;
    for (size_t i = 0; i < models; i++)
        size += strlen(text_of(&m[i], key)) + 2;
    char *text = mem_alloc(size, 1, err);
    if (!text)
        return false;
    for (size_t i = 0; i < models; i++)
        if (!was_told(m, i, key))
            used += (size_t)snprintf(text + used, size - used, "%s%s", used ? "; " : "",
                                     text_of(&m[i], key));
    const bool ok = nn_weights_set_text(out, key, text, err);
    mem_free(text);
    return ok;
}

/* [{"name":"lge3d-plain","sha256":...,"data":...},...] */
static bool tell_members(const struct model *m, size_t models, struct nn_weights *out,
                         struct err *err)
{
    json_t *list = json_array();
    for (size_t i = 0; i < models; i++) {
        json_t *o = json_pack("{s:s, s:s, s:s}", "name", m[i].name, "sha256",
                              m[i].sha256, "arch", m[i].networks);
        for (size_t k = 0; k < ARRAY_LEN(TOLD); k++)
            (void)json_object_set_new(o, TOLD[k], json_string(text_of(&m[i], TOLD[k])));
        (void)json_array_append_new(list, o);
    }
    char *text = json_dumps(list, JSON_COMPACT | JSON_SORT_KEYS);
    const bool whole = text && json_array_size(list) == models;
    json_decref(list);
    const bool ok = whole ? nn_weights_set_text(out, "members", text, err)
                          : ERR_FAIL(err, ERR_NOMEM, "no memory for the members");
    free(text);
    return ok;
}

/* As the first one has it, but for what holds of one network alone. */
static bool tell(const struct model *m, size_t models, const struct unet_config *config,
                 struct nn_weights *out, struct err *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < m[0].weights->entries; i++)
        ok =
            nn_weights_set_text(out, m[0].weights->key[i], m[0].weights->value[i], err);
    nn_weights_drop_text(out, CALIBRATION_KEY);
    if (models == 1)
        return ok;
    nn_weights_drop_text(out, "metrics");
    nn_weights_drop_text(out, "members");
    for (size_t k = 0; ok && k < ARRAY_LEN(TOLD); k++)
        ok = tell_together(m, models, TOLD[k], out, err);
    char *json = ok ? unet_config_to_json(config, err) : NULL;
    ok = json && nn_weights_set_text(out, "config", json, err) &&
         nn_weights_set_text(out, "format", MODEL_FORMAT_ENSEMBLE, err) &&
         tell_members(m, models, out, err);
    mem_free(json);
    return ok;
}

/* ---- the whole ---- */

/* Terms that differ would both hold, and one line cannot say so. */
static bool same_licence(const struct model *a, const struct model *b, struct err *err)
{
    const char *x = text_of(a, "licence"), *y = text_of(b, "licence");
    return strcmp(x, y) == 0 ||
           ERR_FAIL(err, ERR_FORMAT, "%s: its licence is '%.60s', that of %s '%.60s'",
                    b->path, y, a->path, x);
}

bool join_models(const char *const *from, size_t models, bool bf16, const char *path,
                 struct err *err)
{
    struct nn_weights out = {0};
    struct unet_config config;
    bool ok = true;
    if (models < 1 || models > UNET_MAX_MEMBERS)
        return ERR_FAIL(err, ERR_ARG, "%zu models, not 1 to %d", models,
                        (int)UNET_MAX_MEMBERS);
    struct model *m = mem_alloc(models, sizeof *m, err);
    if (!m)
        return false;
    for (size_t i = 0; ok && i < models; i++)
        ok = model_load(from[i], &m[i], err) && same_licence(&m[0], &m[i], err);
    ok = ok && add_weights(m, models, &config, &out, err) &&
         tell(m, models, &config, &out, err);
    if (ok && bf16)
        nn_weights_round(&out);
    ok = ok && nn_weights_write(path, &out, err);
    for (size_t i = 0; i < models; i++)
        model_clear(&m[i]);
    mem_free(m);
    nn_weights_clear(&out);
    return ok;
}
