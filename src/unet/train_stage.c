#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "unet/checkpoint.h"
#include "unet/feed.h"
#include "unet/infer.h"
#include "unet/objective.h"
#include "unet/train_step.h"
#include "unet/training.h"
#include "unet/validate.h"

static const double WARMUP_SHARE = 0.02;
static const double PI = 3.14159265358979323846;

/* One network in training. */
struct stage {
    enum train_stage index;
    const struct unet_net_config *net_config;
    struct train_step *step;
    struct nn_team *team; /* the step's */
    struct nn_net *net;   /* its first, which holds what is learned */
    struct augment_options augment;
    struct infer *infer;
    struct feed *feed;
    int epochs;
    int64_t resumed;
    struct train_state state;
};

/* --- log and checkpoint --- */

static bool log_append(struct training *t, const char *line, struct err *err)
{
    const size_t old = strlen(t->log), more = strlen(line);
    char *log = mem_grow(t->log, old + 1, old + more + 1, 1, err);
    if (!log)
        return false;
    memcpy(log + old, line, more + 1);
    t->log = log;
    return !training_is_first(t) || file_write(t->log_path, t->log, old + more, err);
}

static bool save(struct training *t, struct stage *s, int epoch, struct err *err)
{
    t->last_checkpoint = clock_seconds();
    return !training_is_first(t) ||
           checkpoint_write(t->checkpoint_path, s->net,
                            (struct train_position){(int)s->index, epoch}, &t->done,
                            t->identity, t->log, err);
}

/* With the averaged weights, since these will be the model. */
static bool validate(struct training *t, struct stage *s, struct validation *v,
                     struct err *err)
{
    *v = VALIDATION_NONE;
    if (t->val.items == 0)
        return true;
    if (!nn_net_swap_average(s->net, err) || !nn_team_share(s->team, err))
        return false;
    const bool ok =
        s->index == STAGE_LOCATE
            ? validate_locate(s->infer, &t->val, t->options->ranks, v, err)
            : validate_segment(s->infer, &t->val, t->options->ranks, v, err);
    return nn_net_swap_average(s->net, err) && nn_team_share(s->team, err) && ok;
}

/* --- one epoch --- */

static double rate_at(const struct train_options *o, int64_t step, int64_t steps)
{
    const double warmup = fmax(1.0, WARMUP_SHARE * (double)steps);
    if ((double)step < warmup)
        return o->rate * ((double)step + 1.0) / warmup;
    const double x = ((double)step - warmup) / fmax(1.0, (double)steps - warmup);
    return o->rate * 0.5 * (1.0 + cos(PI * x));
}

static int64_t steps_per_epoch(const struct training *t)
{
    const int64_t n = (int64_t)dataset_epoch(&t->train), a = training_step_samples(t);
    return (n + a - 1) / a;
}

static bool run_epoch(struct training *t, struct stage *s, int epoch,
                      struct train_sums *sums, struct err *err)
{
    const struct train_options *o = t->options;
    const int64_t steps = steps_per_epoch(t), most = training_step_samples(t);
    const int64_t items = (int64_t)dataset_epoch(&t->train);
    for (int64_t k = 0; k < steps; k++) {
        const int64_t step = epoch * steps + k;
        const int64_t left = items - k * most;
        const int64_t n = left < most ? left : most;
        if (!train_step_gradient(s->step, s->feed, n, sums, err))
            return false;
        const struct nn_adamw opt = {
            .rate = (float)rate_at(o, step, steps * s->epochs),
            .beta1 = 0.9f,
            .beta2 = 0.999f,
            .epsilon = 1e-8f,
            .decay = (float)o->decay,
            /* a short memory at first, when the weights still move far */
            .average =
                (float)fmin(o->average, (1.0 + (double)step) / (10.0 + (double)step)),
            .step = step + 1,
        };
        if (!nn_step_go(train_step_networks(s->step), &opt, err))
            return false;
        s->state.done = epoch * items + k * most + n;
        s->state.epoch = epoch + 1;
        s->state.loss = sums->loss / (double)sums->samples;
        training_tell(t, &s->state);
    }
    return true;
}

/* Do all ranks hold the same network, at the same place? */
static bool check_agreement(const struct training *t, const struct stage *s, int epoch,
                            struct err *err)
{
    char text[96];
    if (!t->options->ranks)
        return true;
    (void)snprintf(text, sizeof text, "%s %d %016llx", train_stage_name(s->index),
                   epoch, (unsigned long long)nn_net_digest(s->net));
    return nn_ranks_agree(t->options->ranks, text, strlen(text),
                          "the weights, or the checkpoint", err);
}

/* A line of the log from the sums of all processes: total, cross-entropy, Dice,
 * samples. */
static bool log_epoch(struct training *t, const struct stage *s, int epoch,
                      const double sum[static 4], const struct validation *v,
                      struct err *err)
{
    const double measured[3] = {v->myocardium, v->scar, v->centre_mm};
    const int64_t steps = steps_per_epoch(t), items = (int64_t)dataset_epoch(&t->train);
    char line[256];
    int used = snprintf(line, sizeof line, "%s,%d,%lld,%.6g,%.6f,%.6f,%.6f",
                        train_stage_name(s->index), epoch + 1,
                        (long long)(epoch + 1) * (long long)items,
                        rate_at(t->options, (epoch + 1) * steps - 1, steps * s->epochs),
                        sum[0] / sum[3], sum[1] / sum[3], sum[2] / sum[3]);
    for (int i = 0; i < 3; i++)
        used += isnan(measured[i])
                    ? snprintf(line + used, sizeof line - (size_t)used, ",")
                    : snprintf(line + used, sizeof line - (size_t)used, ",%.4f",
                               measured[i]);
    (void)snprintf(line + used, sizeof line - (size_t)used, "\n");
    return log_append(t, line, err);
}

static bool end_epoch(struct training *t, struct stage *s, int epoch,
                      const struct train_sums *own, struct err *err)
{
    double sum[4] = {own->loss, own->ce, own->dice, (double)own->samples};
    const struct train_options *o = t->options;
    struct validation v = VALIDATION_NONE;
    const bool last = epoch + 1 == s->epochs;
    if (!nn_ranks_sum(o->ranks, sum, 4, err) || !check_agreement(t, s, epoch + 1, err))
        return false;
    if ((last || (epoch + 1) % o->validate_every == 0) && !validate(t, s, &v, err))
        return false;
    if (t->val.items > 0 && (!isnan(v.myocardium) || !isnan(v.centre_mm)))
        s->state.validation = s->index == STAGE_LOCATE ? v.centre_mm
                              : isnan(v.scar)          ? v.myocardium
                                                       : 0.5 * (v.myocardium + v.scar);
    if (!log_epoch(t, s, epoch, sum, &v, err))
        return false;
    if (!last && clock_seconds() - t->last_checkpoint < o->checkpoint_s)
        return true;
    return save(t, s, epoch + 1, err);
}

/* --- one stage --- */

static void stage_clear(struct stage *s)
{
    feed_free(s->feed);
    infer_free(s->infer);
    train_step_free(s->step);
    *s = (struct stage){0};
}

static bool stage_new(struct training *t, enum train_stage index, struct stage *out,
                      struct err *err)
{
    const struct train_options *o = t->options;
    struct stage s = {.index = index};
    s.net_config = index == STAGE_LOCATE ? &t->config->locate : &t->config->segment;
    s.epochs = index == STAGE_LOCATE ? o->locate_epochs : o->epochs;
    const struct nn_loss_spec spec = unet_objective(s.net_config);
    s.augment = *(index == STAGE_LOCATE ? augment_locate() : augment_segment());
    if (index == STAGE_SEGMENT) {
        s.augment.slice_gap_chance = o->sparse;
        s.augment.contrast = o->contrast;
        s.augment.early_heart = o->early;
    }
    bool ok = train_step_new(t, s.net_config, &spec, &s.step, err);
    if (ok) {
        s.team = nn_step_team(train_step_networks(s.step));
        s.net = nn_team_net(s.team, 0);
        ok = infer_new(s.team, s.net_config, &s.infer, err) &&
             nn_net_init(s.net, o->seed + (uint64_t)index, err);
    }
    if (!ok) {
        stage_clear(&s);
        return false;
    }
    *out = s;
    return true;
}

static struct feed_options feed_options(const struct training *t, const struct stage *s,
                                        int first_epoch)
{
    const int rank = nn_ranks_index(t->options->ranks),
              ranks = nn_ranks_count(t->options->ranks);
    const int64_t share = feed_share(&t->train, rank, ranks);
    return (struct feed_options){
        .net = s->net_config,
        .augment = &s->augment,
        .coarse = s->index == STAGE_LOCATE,
        .seed = t->options->seed,
        .stage = (uint64_t)s->index,
        .first = first_epoch * share,
        .end = s->epochs * share,
        .large_share = s->index == STAGE_SEGMENT ? t->options->large : 0.0,
        .workers = t->options->workers > 0 ? t->options->workers : 2,
        .rank = rank,
        .ranks = ranks,
    };
}

bool train_stage_run(struct training *t, enum train_stage index,
                     const struct nn_weights *resume, int first_epoch, struct err *err)
{
    struct stage s = {0};
    bool ok = false;
    const int64_t items = (int64_t)dataset_epoch(&t->train);
    if (!stage_new(t, index, &s, err))
        return false;
    if (resume ? !checkpoint_restore(resume, s.net, err)
               : !train_start_weights(t, index, s.net, err))
        goto done;
    if (!nn_team_share(s.team, err))
        goto done;
    if (!check_agreement(t, &s, first_epoch, err))
        goto done;
    const struct feed_options feed = feed_options(t, &s, first_epoch);
    if (!feed_new(&t->train, &feed, &s.feed, err))
        goto done;
    s.state = (struct train_state){.stage = train_stage_name(index),
                                   .epochs = s.epochs,
                                   .epoch = first_epoch,
                                   .done = first_epoch * items,
                                   .resumed = first_epoch * items,
                                   .total = s.epochs * items,
                                   .loss = (double)NAN,
                                   .validation = (double)NAN,
                                   .stage_begins = true};
    training_tell(t, &s.state);
    s.state.stage_begins = false;
    for (int epoch = first_epoch; epoch < s.epochs; epoch++) {
        struct train_sums sums = {0};
        if (!run_epoch(t, &s, epoch, &sums, err) ||
            !end_epoch(t, &s, epoch, &sums, err))
            goto done;
    }
    s.state.stage_ends = true;
    training_tell(t, &s.state);
    ok = checkpoint_put(s.net, NN_AVERAGE, train_stage_prefix(index), &t->done, err);
done:
    stage_clear(&s);
    return ok;
}
