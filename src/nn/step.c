#include "nn/step.h"

#include "base/mem.h"

struct nn_step {
    struct nn_team *team;
    struct nn_loss *loss[NN_TEAM_MOST];
    struct nn_step_sample *sample; /* those at hand, borrowed */
    int summed;                    /* copies that hold a gradient of this step */
};

bool nn_step_new(const struct nn_team_plan *plan, const struct nn_loss_spec *loss,
                 struct nn_step **out, struct err *err)
{
    struct nn_step *s = mem_alloc(1, sizeof *s, err);
    if (!s)
        return false;
    bool ok = nn_team_new(plan, &s->team, err);
    for (int i = 0; ok && i < nn_team_size(s->team); i++)
        ok = nn_loss_new(loss, nn_net_logits_shape(nn_team_net(s->team, i)),
                         &s->loss[i], err);
    if (!ok) {
        nn_step_free(s);
        return false;
    }
    *out = s;
    return true;
}

void nn_step_free(struct nn_step *s)
{
    if (!s)
        return;
    nn_team_free(s->team);
    for (int i = 0; i < NN_TEAM_MOST; i++)
        nn_loss_free(s->loss[i]);
    mem_free(s);
}

struct nn_team *nn_step_team(struct nn_step *s)
{
    return s->team;
}

static bool run_sample(void *user, int copy, struct err *err)
{
    struct nn_step *s = user;
    struct nn_step_sample *x = &s->sample[copy];
    struct nn_net *net = nn_team_net(s->team, copy);
    return nn_net_forward(net, x->image, err) &&
           nn_loss_run(s->loss[copy],
                       &(struct nn_loss_sample){nn_net_logits(net), nn_net_block(net),
                                                x->target, x->labelled, x->scale,
                                                nn_team_precision(s->team),
                                                nn_net_d_logits(net)},
                       &x->value, err) &&
           nn_net_backward_watched(net, x->first, x->watch, err);
}

bool nn_step_run(struct nn_step *s, struct nn_step_sample *sample, int n,
                 struct err *err)
{
    s->sample = sample;
    if (sample[0].first)
        s->summed = n;
    return nn_team_run(s->team, n, run_sample, s, err);
}

bool nn_step_go(struct nn_step *s, const struct nn_adamw *how, struct err *err)
{
    nn_team_sum(s->team, s->summed);
    nn_net_adamw(nn_team_net(s->team, 0), how);
    return nn_team_share(s->team, err);
}
