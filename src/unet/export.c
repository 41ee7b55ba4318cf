#include "unet/export.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/version.h"
#include "nn/onnx.h"
#include "nn/safetensors.h"
#include "unet/checkpoint.h"
#include "unet/network.h"

/* Entries of the model that are handed on as they are. */
static const char *const told[] = {"licence", "data", "patients", "training",
                                   "preprocessing"};

enum { COMPUTED = 8, ENTRIES = COMPUTED + ARRAY_LEN(told) };

void unet_export_part_name(int part, char out[AT_LEAST(UNET_PREFIX)])
{
    (void)snprintf(out, UNET_PREFIX, "locate.");
    if (part != UNET_LOCATE)
        unet_config_prefix(part - UNET_SEGMENT, out);
    out[strlen(out) - 1] = '\0'; /* the dot */
}

/* [["background","RV blood pool"],["LV blood pool"],...]; free() by the caller. */
static char *class_labels(const struct unet_net_config *c)
{
    json_t *classes = json_array();
    for (int k = 0; k < c->classes; k++) {
        json_t *labels = json_array();
        for (int l = 0; l < LABEL_COUNT; l++)
            if (c->class_of[l] == k)
                (void)json_array_append_new(labels,
                                            json_string(label_name((enum label)l)));
        (void)json_array_append_new(classes, labels);
    }
    char *text = json_dumps(classes, JSON_COMPACT);
    json_decref(classes);
    return text;
}

/* The preset of a network: of an ensemble's member its own, which stands at its place
 * in "unet3d-fast + unet2d-fast". */
static void arch_of(const struct model *m, int part, char *out, size_t size)
{
    static const char between[] = " + ";
    const char *at = m->config.peers > 0 && part != UNET_LOCATE ? m->networks : NULL;
    for (int member = UNET_SEGMENT; member < part && at; member++) {
        at = strstr(at, between);
        at = at ? at + strlen(between) : NULL;
    }
    const char *end = at ? strstr(at, between) : NULL;
    if (!at)
        at = m->config.arch;
    (void)snprintf(out, size, "%.*s", (int)(end ? end - at : (ptrdiff_t)strlen(at)),
                   at);
}

static bool write_net(const struct model *m, const struct unet_net_config *c,
                      const char *part, const char *arch, struct nn_net *net,
                      const char *path, struct err *err)
{
    char doc[256], pixel[32], slices[16], size[16];
    struct nn_onnx_entry entry[ENTRIES];
    char *classes = class_labels(c);
    if (!classes)
        return ERR_FAIL(err, ERR_NOMEM, "%s: out of memory", path);
    (void)snprintf(doc, sizeof doc,
                   "Network '%s' of the Cicatrix model %s: late-gadolinium-enhancement "
                   "cardiac MRI, short axis. Not a medical device.",
                   part, m->name);
    (void)snprintf(pixel, sizeof pixel, "%.15g", c->pixel_mm);
    (void)snprintf(slices, sizeof slices, "%d", (int)c->depth);
    (void)snprintf(size, sizeof size, "%d", (int)c->size);
    const struct nn_onnx_entry computed[COMPUTED] = {
        {"name", m->name}, {"sha256", m->sha256}, {"arch", arch},
        {"network", part}, {"pixel_mm", pixel},   {"slices", slices},
        {"size", size},    {"classes", classes},
    };
    size_t n = 0;
    for (; n < COMPUTED; n++)
        entry[n] = computed[n];
    for (size_t i = 0; i < ARRAY_LEN(told); i++) {
        const char *value = nn_weights_text(m->weights, told[i]);
        if (value)
            entry[n++] = (struct nn_onnx_entry){told[i], value};
    }
    const struct nn_onnx_about about = {.name = part,
                                        .doc = doc,
                                        .version = version_number(),
                                        .entry = entry,
                                        .entries = n};
    const bool ok = nn_onnx_write(net, &about, path, err);
    free(classes);
    return ok;
}

bool unet_export_onnx(const struct model *m, int part, const char *path,
                      struct err *err)
{
    char name[UNET_PREFIX], prefix[UNET_PREFIX + 1], arch[sizeof m->networks];
    unet_export_part_name(part, name);
    if (part > UNET_SEGMENT + m->config.peers)
        return ERR_FAIL(err, ERR_ARG, "%s: has no network '%s'", m->path, name);
    struct unet_net_config c =
        part == UNET_LOCATE ? m->config.locate
                            : *unet_config_member(&m->config, part - UNET_SEGMENT);
    const struct unet_net_config described = c;
    struct nn_engine *engine = NULL;
    struct nn_net *net = NULL;
    /* the file does not depend on the size: the smallest patch takes least memory */
    c.depth = 1;
    c.size = 1 << c.pools;
    (void)snprintf(prefix, sizeof prefix, "%s.", name);
    arch_of(m, part, arch, sizeof arch);
    bool ok = nn_engine_new(1, "f32", &engine, err) &&
              unet_network_new(engine, &c, true, &net, err);
    if (ok && !checkpoint_get(net, NN_WEIGHT, prefix, m->weights, err)) {
        err_prefix(err, "%s", m->path);
        ok = false;
    }
    ok = ok && write_net(m, &described, name, arch, net, path, err);
    nn_net_free(net);
    nn_engine_free(engine);
    return ok;
}
