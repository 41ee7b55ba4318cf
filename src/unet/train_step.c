#include "unet/train_step.h"

#include <string.h>

#include "base/mem.h"
#include "unet/network.h"

/* The sample that a copy of the network is at. */
struct sample {
    struct nn_loss *loss;
    float *image; /* [depth][size][size] */
    uint8_t *target;
    uint32_t classes;
    float scale;
    bool first;                            /* starts the sum of gradients anew */
    const struct nn_gradient_watch *watch; /* NULL: not the last of the step */
    struct nn_loss_value value;
};

struct train_step {
    struct nn_ranks *ranks; /* or NULL */
    const struct unet_net_config *config;
    size_t count; /* voxels of a patch */
    struct nn_team *team;
    struct sample sample[NN_TEAM_MOST];
};

/* --- made and freed --- */

static bool build_net(void *user, struct nn_engine *engine, struct nn_net **out,
                      struct err *err)
{
    const struct train_step *s = user;
    return unet_network_new(engine, s->config, true, out, err);
}

static bool sample_new(const struct train_step *s, const struct nn_loss_spec *spec,
                       struct sample *out, struct err *err)
{
    out->image = mem_alloc(s->count, sizeof *out->image, err);
    out->target = mem_alloc(s->count, 1, err);
    return out->image && out->target &&
           nn_loss_new(spec, nn_net_logits_shape(nn_team_net(s->team, 0)), &out->loss,
                       err);
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
    bool ok = nn_team_new(&plan, &s->team, err);
    for (int i = 0; ok && i < nn_team_size(s->team); i++)
        ok = sample_new(s, spec, &s->sample[i], err);
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
    nn_team_free(s->team);
    for (int i = 0; i < NN_TEAM_MOST; i++) {
        nn_loss_free(s->sample[i].loss);
        mem_free(s->sample[i].image);
        mem_free(s->sample[i].target);
    }
    mem_free(s);
}

struct nn_team *train_step_team(struct train_step *s)
{
    return s->team;
}

/* --- a step --- */

static bool take_sample(const struct train_step *s, struct feed *feed,
                        struct sample *to, struct err *err)
{
    struct feed_sample from;
    if (!feed_take(feed, &from))
        return ERR_FAIL(err, ERR_ARG, "the training samples have run out");
    memcpy(to->image, from.image, s->count * sizeof *to->image);
    memcpy(to->target, from.target, s->count);
    to->classes = from.classes;
    feed_give(feed);
    return true;
}

static bool run_sample(void *user, int copy, struct err *err)
{
    struct train_step *s = user;
    struct sample *x = &s->sample[copy];
    struct nn_net *net = nn_team_net(s->team, copy);
    return nn_net_forward(net, x->image, err) &&
           nn_loss_run(x->loss,
                       &(struct nn_loss_sample){
                           nn_net_logits(net), nn_net_block(net), x->target, x->classes,
                           x->scale, nn_team_precision(s->team), nn_net_d_logits(net)},
                       &x->value, err) &&
           nn_net_backward_watched(net, x->first, x->watch, err);
}

static bool begin_sum(void *user, float *gradient, size_t n, struct err *err)
{
    return nn_ranks_sum_begin(user, gradient, n, err);
}

bool train_step_gradient(struct train_step *s, struct feed *feed, int64_t n,
                         struct train_sums *sums, struct err *err)
{
    const struct nn_gradient_watch watch = {begin_sum, s->ranks};
    const int count = nn_ranks_count(s->ranks), copies = nn_team_size(s->team);
    int64_t i = nn_ranks_index(s->ranks);
    int used = 0; /* copies that have a gradient */
    if (i >= n && !nn_net_no_gradient(nn_team_net(s->team, 0), &watch, err))
        return false;
    for (bool first = true; i < n; first = false) {
        int at_work = 0;
        for (; at_work < copies && i < n; at_work++, i += count) {
            struct sample *x = &s->sample[at_work];
            x->first = first;
            x->scale = 1.0f / (float)n;
            x->watch = s->ranks && i + count >= n ? &watch : NULL;
            if (!take_sample(s, feed, x, err))
                return false;
        }
        if (!nn_team_run(s->team, at_work, run_sample, s, err))
            return false;
        for (int k = 0; k < at_work; k++) {
            sums->loss += s->sample[k].value.total;
            sums->ce += s->sample[k].value.ce;
            sums->dice += s->sample[k].value.dice;
            sums->samples++;
        }
        used = first ? at_work : used;
    }
    nn_team_sum(s->team, used);
    return nn_ranks_sum_end(s->ranks, err);
}

bool train_step_go(struct train_step *s, const struct nn_adamw *how, struct err *err)
{
    return nn_net_adamw(nn_team_net(s->team, 0), how, err) &&
           nn_team_share(s->team, err);
}
