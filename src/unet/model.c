#include "unet/model.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/version.h"
#include "nn/safetensors.h"
#include "unet/calibration.h"
#include "unet/model_file.h"

#define PREPROCESSING                                                                  \
    "blocks of native pixels averaged where these are finer than the network's; "      \
    "square "                                                                          \
    "patch round the left ventricle, bilinear; outside the image the 0.5th "           \
    "percentile; "                                                                     \
    "each slice clipped to its 0.5th and 99.5th percentile, mean 0, standard "         \
    "deviation 1"

/* Numbers of the last line of a training log, by the columns' names. */
static json_t *metrics_of(const char *log)
{
    json_t *metrics = json_object();
    const char *end = log + strlen(log);
    while (end > log && end[-1] == '\n')
        end--;
    const char *line = end;
    while (line > log && line[-1] != '\n')
        line--;
    const char *name = log, *cell = line;
    while (line != log && cell < end && *name != '\n') {
        const size_t name_n = strcspn(name, ",\n"), cell_n = strcspn(cell, ",\n");
        char key[64], text[64];
        (void)snprintf(key, sizeof key, "%.*s", (int)name_n, name);
        (void)snprintf(text, sizeof text, "%.*s", (int)cell_n, cell);
        if (strncmp(key, "val_", 4) == 0 && cell_n > 0)
            (void)json_object_set_new(metrics, key, json_real(strtod(text, NULL)));
        name += name_n + (name[name_n] == ',');
        cell += cell_n + (cell[cell_n] == ',');
    }
    return metrics;
}

static bool set_json(struct nn_weights *w, const char *key, json_t *value,
                     struct err *err)
{
    char *text =
        json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS | JSON_REAL_PRECISION(15));
    json_decref(value);
    if (!text)
        return ERR_FAIL(err, ERR_NOMEM, "out of memory for a model's metadata");
    const bool ok = nn_weights_set_text(w, key, text, err);
    free(text);
    return ok;
}

static json_t *label_set(const struct unet_net_config *net)
{
    json_t *labels = json_array();
    for (int l = 0; l < LABEL_COUNT; l++)
        if (l == 0 || net->class_of[l] != 0)
            (void)json_array_append_new(labels, json_string(label_name((enum label)l)));
    return labels;
}

bool model_write(const char *path, struct nn_weights *w, const struct model_story *s,
                 struct err *err)
{
    char patients[96], program[64];
    (void)snprintf(program, sizeof program, "cicatrix %s", version_number());
    (void)snprintf(patients, sizeof patients,
                   "%zu trained on, %zu watched (validation)", s->train_patients,
                   s->val_patients);
    char *config = unet_config_to_json(s->config, err);
    const char *format = s->config->peers > 0 ? MODEL_FORMAT_ENSEMBLE : MODEL_FORMAT;
    const bool ok = config && nn_weights_set_text(w, "format", format, err) &&
                    nn_weights_set_text(w, "config", config, err) &&
                    nn_weights_set_text(w, "preprocessing", PREPROCESSING, err) &&
                    nn_weights_set_text(w, "training", s->training, err) &&
                    nn_weights_set_text(w, "patients", patients, err) &&
                    nn_weights_set_text(w, "data", s->data, err) &&
                    nn_weights_set_text(w, "licence", s->licence, err) &&
                    nn_weights_set_text(w, "program", program, err) &&
                    set_json(w, "labels", label_set(&s->config->segment), err) &&
                    set_json(w, "metrics", metrics_of(s->log), err) &&
                    nn_weights_write(path, w, err);
    mem_free(config);
    return ok;
}

/* All metadata entries as one JSON object; entries that are JSON themselves are kept
 * so. */
static char *collect_metadata(const struct nn_weights *w, struct err *err)
{
    json_t *root = json_object();
    for (size_t i = 0; i < w->entries; i++) {
        json_t *value = NULL;
        if (w->value[i][0] == '{' || w->value[i][0] == '[')
            value = json_loads(w->value[i], JSON_REJECT_DUPLICATES, NULL);
        if (!value)
            value = json_string(w->value[i]);
        (void)json_object_set_new(root, w->key[i], value);
    }
    char *dump =
        json_dumps(root, JSON_COMPACT | JSON_SORT_KEYS | JSON_REAL_PRECISION(15));
    char *text = dump ? mem_strdup(dump, err) : NULL;
    if (!dump)
        err_record(err, ERR_NOMEM, "out of memory for a model's metadata");
    free(dump);
    json_decref(root);
    return text;
}

static void set_name(struct model *m, const char *path)
{
    const char *file = file_name_of(path);
    const char *dot = strrchr(file, '.');
    (void)snprintf(m->name, sizeof m->name, "%.*s",
                   dot && dot > file ? (int)(dot - file) : (int)strlen(file), file);
    err_make_printable(m->name);
}

#define NAME_CHARACTERS "abcdefghijklmnopqrstuvwxyz0123456789+- "

/* The presets of the networks, from the entry `members` where there is one (join.h). */
static void name_networks(const struct nn_weights *w, struct model *m)
{
    const char *text = nn_weights_text(w, "members");
    json_t *list = text ? json_loads(text, JSON_REJECT_DUPLICATES, NULL) : NULL;
    const json_t *member;
    size_t used = 0, i;
    json_array_foreach(list, i, member)
    {
        const char *arch = json_string_value(json_object_get(member, "arch"));
        if (!arch || arch[strspn(arch, NAME_CHARACTERS)] != '\0')
            arch = "-"; /* it is printed: no bytes of a stranger's choice */
        if (used < sizeof m->networks)
            used += (size_t)snprintf(m->networks + used, sizeof m->networks - used,
                                     "%s%s", i > 0 ? " + " : "", arch);
    }
    if (i == 0 || m->config.peers == 0)
        (void)snprintf(m->networks, sizeof m->networks, "%s", m->config.arch);
    json_decref(list);
}

static bool interpret(const struct nn_weights *w, struct model *m, struct err *err)
{
    const char *format = nn_weights_text(w, "format");
    const char *config = nn_weights_text(w, "config");
    if (!format || !config)
        return ERR_FAIL(err, ERR_FORMAT,
                        "no Cicatrix model: its metadata lacks format or config");
    const bool ensemble = strcmp(format, MODEL_FORMAT_ENSEMBLE) == 0;
    if (!ensemble && strcmp(format, MODEL_FORMAT) != 0)
        return ERR_FAIL(err, ERR_SUPPORT,
                        "its format is '%.40s', this program reads '%s' and '%s'",
                        format, MODEL_FORMAT, MODEL_FORMAT_ENSEMBLE);
    const char *calibration = nn_weights_text(w, CALIBRATION_KEY);
    if (!unet_config_from_json(config, &m->config, err) ||
        (calibration && !calibration_from_json(calibration, &m->confidence, err)))
        return false;
    if (ensemble != (m->config.peers > 0))
        return ERR_FAIL(err, ERR_FORMAT, "its format is '%s', of %d networks", format,
                        1 + m->config.peers);
    name_networks(w, m);
    m->calibrated = calibration != NULL;
    m->metadata = collect_metadata(w, err);
    return m->metadata != NULL;
}

/* No trained weight comes near this: a bit of it was lost.  What it would do to a
 * result need not be seen in it. */
static const float ABSURD = 1e6f;

static bool check_weights(const struct nn_weights *w, struct err *err)
{
    for (size_t t = 0; t < w->tensors; t++) {
        const struct nn_tensor *x = &w->tensor[t];
        bool absurd = false;
        for (size_t i = 0; i < x->count; i++)
            absurd |= x->data[i] > ABSURD || x->data[i] < -ABSURD;
        if (absurd)
            return ERR_FAIL(err, ERR_FORMAT, "tensor '%s' holds an absurd weight",
                            x->name);
    }
    return true;
}

bool model_load(const char *path, struct model *out, struct err *err)
{
    struct model m = {0};
    bool ok = false;
    m.weights = mem_alloc(1, sizeof *m.weights, err);
    if (!m.weights || !nn_weights_read(path, m.weights, m.sha256, err))
        goto done;
    if (!interpret(m.weights, &m, err) || !check_weights(m.weights, err)) {
        err_prefix(err, "%s", path);
        goto done;
    }
    m.path = mem_strdup(path, err);
    if (!m.path)
        goto done;
    set_name(&m, path);
    *out = m;
    m = (struct model){0}; /* moved */
    ok = true;
done:
    model_clear(&m);
    return ok;
}

void model_clear(struct model *m)
{
    if (m->weights)
        nn_weights_clear(m->weights);
    mem_free(m->weights);
    mem_free(m->path);
    mem_free(m->metadata);
    *m = (struct model){0};
}
