#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "unet/checkpoint.h"
#include "unet/training.h"

/* Do two configurations describe the same networks? */
static bool same_networks(const struct unet_config *a, const struct unet_config *b,
                          bool *same, struct err *err)
{
    char *x = unet_config_to_json(a, err);
    char *y = x ? unet_config_to_json(b, err) : NULL;
    if (y)
        *same = strcmp(x, y) == 0;
    mem_free(x);
    const bool ok = y != NULL;
    mem_free(y);
    return ok;
}

/* What matters of prediction alone may differ, and the grid: weights do not depend on
 * it, and a network may go on on a finer one. */
static struct unet_config seen_as_ours(const struct training *t, int member)
{
    struct unet_config theirs = *t->config;
    theirs.locate = t->from.config.locate;
    theirs.segment = *unet_config_member(&t->from.config, member);
    theirs.segment.size = t->config->segment.size;
    theirs.segment.pixel_mm = t->config->segment.pixel_mm;
    return theirs;
}

/* Of a model, perhaps an ensemble, the first segmenting network like ours; -1: none. */
static bool find_member(const struct training *t, int *member, struct err *err)
{
    *member = -1;
    for (int i = 0; i <= t->from.config.peers && *member < 0; i++) {
        const struct unet_config theirs = seen_as_ours(t, i);
        bool same = false;
        if (!same_networks(&theirs, t->config, &same, err))
            return false;
        *member = same ? i : -1;
    }
    return true;
}

/* Where the field begins in which two configurations differ: `"base":32`. */
static size_t first_difference(const char *a, const char *b)
{
    size_t at = 0, field = 0;
    while (a[at] && a[at] == b[at]) {
        if (a[at] == ',' || a[at] == '{')
            field = at + 1;
        at++;
    }
    return field;
}

static bool refuse_from(const struct training *t, struct err *err)
{
    const struct unet_config first = seen_as_ours(t, 0);
    char *ours = unet_config_to_json(t->config, err);
    char *theirs = ours ? unet_config_to_json(&first, err) : NULL;
    if (theirs) {
        const size_t at = first_difference(theirs, ours);
        err_record(err, ERR_FORMAT,
                   "%s: its network is %s with %.*s, not %s with %.*s (see --arch, "
                   "--base, --flat-levels)",
                   t->options->from, t->from.config.arch,
                   (int)strcspn(theirs + at, ",}"), theirs + at, t->config->arch,
                   (int)strcspn(ours + at, ",}"), ours + at);
    }
    mem_free(ours);
    mem_free(theirs);
    return false;
}

bool train_start_load(struct training *t, struct err *err)
{
    const struct train_options *o = t->options;
    t->from_member = -1;
    if (!o->from)
        return (o->epochs > 0 && o->locate_epochs > 0) ||
               ERR_FAIL(err, ERR_ARG, "0 epochs need a model to start from");
    if (!model_load(o->from, &t->from, err) || !find_member(t, &t->from_member, err))
        return false;
    if (t->from_member >= 0)
        return true;
    if (o->locate_epochs == 0 && o->epochs > 0) {
        struct unet_config theirs = *t->config;
        bool same = false;
        theirs.locate = t->from.config.locate;
        if (!same_networks(&theirs, t->config, &same, err) || same)
            return same;
    }
    return refuse_from(t, err);
}

static bool says(const struct model *m, const char *key, const char *text)
{
    const char *theirs = nn_weights_text(m->weights, key);
    return theirs && strcmp(theirs, text) == 0;
}

bool train_start_is_finished(const struct training *t, const char *path)
{
    struct model model = {0};

    if (!file_exists(path) || file_exists(t->checkpoint_path) ||
        !model_load(path, &model, NULL)) /* no model: it is trained, and replaced */
        return false;
    const bool finished = says(&model, "training", t->identity) &&
                          says(&model, "data", t->options->data) &&
                          says(&model, "licence", t->options->licence);
    model_clear(&model);
    return finished;
}

bool train_start_weights(const struct training *t, enum train_stage index,
                         struct nn_net *net, struct err *err)
{
    char prefix[UNET_PREFIX];
    if (!t->options->from || (index == STAGE_SEGMENT && t->from_member < 0))
        return true;
    if (index == STAGE_SEGMENT)
        unet_config_prefix(t->from_member, prefix);
    else
        (void)snprintf(prefix, sizeof prefix, "%s", train_stage_prefix(index));
    if (!checkpoint_get(net, NN_WEIGHT, prefix, t->from.weights, err) ||
        !checkpoint_get(net, NN_AVERAGE, prefix, t->from.weights, err)) {
        err_prefix(err, "%s", t->from.path);
        return false;
    }
    return nn_net_refresh(net, err);
}
