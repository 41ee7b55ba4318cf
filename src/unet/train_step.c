#include "unet/train_step.h"

#include <string.h>

#include "base/mem.h"
#include "unet/network.h"

struct train_step {
    struct nn_ranks *ranks; /* or NULL */
    const struct unet_net_config *config;
    size_t count; /* voxels of a patch */
    struct nn_step *step;
    /* of each copy: [depth][size][size] of the sample at hand */
    float *image[NN_TEAM_MOST];
    uint8_t *target[NN_TEAM_MOST];
};

/* --- made and freed --- */

static bool build_net(void *user, struct nn_engine *engine, struct nn_net **out,
                      struct err *err)
{
    const struct train_step *s = user;
    return unet_network_new(engine, s->config, true, out, err);
}

bool train_step_new(const struct training *t, const struct unet_net_config *config,
                    const struct nn_loss_spec *spec, struct train_step **out,
                    struct err *err)
{
    const struct train_options *o = t->options;
    struct train_step *s = mem_alloc(1, sizeof *s, err);
    if (!s)
        return false;
    s->ranks = o->ranks;
    s->config = config;
    s->count = (size_t)config->depth * (size_t)config->size * (size_t)config->size;
    const struct nn_team_plan plan = {nn_engine_threads(t->engine),
                                      o->ranks ? 1 : o->accumulate, o->precision,
                                      build_net, s};
    bool ok = nn_step_new(&plan, spec, &s->step, err);
    for (int i = 0; ok && i < nn_team_size(nn_step_team(s->step)); i++) {
        s->image[i] = mem_alloc(s->count, sizeof *s->image[i], err);
        s->target[i] = mem_alloc(s->count, 1, err);
        ok = s->image[i] && s->target[i];
    }
    if (!ok) {
        train_step_free(s);
        return false;
    }
    *out = s;
    return true;
}

void train_step_free(struct train_step *s)
{
    if (!s)
        return;
    nn_step_free(s->step);
    for (int i = 0; i < NN_TEAM_MOST; i++) {
        mem_free(s->image[i]);
        mem_free(s->target[i]);
    }
    mem_free(s);
}

struct nn_step *train_step_networks(struct train_step *s)
{
    return s->step;
}

/* --- a step --- */

static bool take_sample(const struct train_step *s, struct feed *feed, int copy,
                        struct nn_step_sample *to, struct err *err)
{
    struct feed_sample from;
    if (!feed_take(feed, &from))
        return ERR_FAIL(err, ERR_ARG, "the training samples have run out");
    memcpy(s->image[copy], from.image, s->count * sizeof *from.image);
    memcpy(s->target[copy], from.target, s->count);
    to->image = s->image[copy];
    to->target = s->target[copy];
    to->labelled = from.classes;
    feed_give(feed);
    return true;
}

static bool begin_sum(void *user, float *gradient, size_t n, struct err *err)
{
    return nn_ranks_sum_begin(user, gradient, n, err);
}

bool train_step_gradient(struct train_step *s, struct feed *feed, int64_t n,
                         struct train_sums *sums, struct err *err)
{
    const struct nn_gradient_watch watch = {begin_sum, s->ranks};
    struct nn_team *team = nn_step_team(s->step);
    const int count = nn_ranks_count(s->ranks), copies = nn_team_size(team);
    int64_t i = nn_ranks_index(s->ranks);
    if (i >= n && !nn_net_no_gradient(nn_team_net(team, 0), &watch, err))
        return false;
    for (bool first = true; i < n; first = false) {
        struct nn_step_sample sample[NN_TEAM_MOST];
        int at_work = 0;
        for (; at_work < copies && i < n; at_work++, i += count) {
            sample[at_work] = (struct nn_step_sample){
                .scale = 1.0f / (float)n,
                .first = first,
                .watch = s->ranks && i + count >= n ? &watch : NULL};
            if (!take_sample(s, feed, at_work, &sample[at_work], err))
                return false;
        }
        if (!nn_step_run(s->step, sample, at_work, err))
            return false;
        for (int k = 0; k < at_work; k++) {
            sums->loss += sample[k].value.total;
            sums->ce += sample[k].value.ce;
            sums->dice += sample[k].value.dice;
            sums->samples++;
        }
    }
    return nn_ranks_sum_end(s->ranks, err);
}
