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

static bool refuse_from(const struct training *t, struct err *err)
{
    char *ours = unet_config_to_json(t->config, err);
    char *theirs = ours ? unet_config_to_json(&t->from.config, err) : NULL;
    if (theirs)
        err_record(err, ERR_FORMAT, "%s: its network is %.120s, not %.120s",
                   t->options->from, theirs, ours);
    mem_free(ours);
    mem_free(theirs);
    return false;
}

/* Of a model, perhaps an ensemble, the first segmenting network like ours; -1: none.
 * What matters of prediction alone may differ, and the grid: weights do not depend on
 * it, and a network may go on on a finer one. */
static bool find_member(const struct training *t, int *member, struct err *err)
{
    struct unet_config theirs = *t->config;
    theirs.locate = t->from.config.locate;
    *member = -1;
    for (int i = 0; i <= t->from.config.peers && *member < 0; i++) {
        bool same = false;
        theirs.segment = *unet_config_member(&t->from.config, i);
        theirs.segment.size = t->config->segment.size;
        theirs.segment.pixel_mm = t->config->segment.pixel_mm;
        if (!same_networks(&theirs, t->config, &same, err))
            return false;
        *member = same ? i : -1;
    }
    return true;
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
