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

bool train_start_load(struct training *t, struct err *err)
{
    const struct train_options *o = t->options;
    bool same = false;
    if (!o->from)
        return (o->epochs > 0 && o->locate_epochs > 0) ||
               ERR_FAIL(err, ERR_ARG, "0 epochs need a model to start from");
    if (!model_load(o->from, &t->from, err))
        return false;
    struct unet_config theirs = t->from.config;
    theirs.poses = t->config->poses; /* matters of prediction alone */
    theirs.decision = t->config->decision;
    /* weights do not depend on the grid: a network may go on on a finer one */
    memcpy(theirs.arch, t->config->arch, sizeof theirs.arch);
    theirs.segment.size = t->config->segment.size;
    theirs.segment.pixel_mm = t->config->segment.pixel_mm;
    if (!same_networks(&theirs, t->config, &t->from_segment, err))
        return false;
    if (t->from_segment)
        return true;
    if (o->locate_epochs == 0 && o->epochs > 0) {
        theirs.segment = t->config->segment;
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
    if (!t->options->from || (index == STAGE_SEGMENT && !t->from_segment))
        return true;
    if (!checkpoint_get(net, NN_WEIGHT, train_stage_prefix(index), t->from.weights,
                        err) ||
        !checkpoint_get(net, NN_AVERAGE, train_stage_prefix(index), t->from.weights,
                        err)) {
        err_prefix(err, "%s", t->from.path);
        return false;
    }
    return nn_net_refresh(net, err);
}
