#include "unet/train.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "nn/adamw.h"
#include "nn/loss.h"
#include "unet/checkpoint.h"
#include "unet/dataset.h"
#include "unet/feed.h"
#include "unet/infer.h"
#include "unet/model.h"
#include "unet/model_file.h"
#include "unet/network.h"
#include "unet/validate.h"

enum { STAGE_LOCATE, STAGE_SEGMENT, STAGES };

static const char *const STAGE_NAME[STAGES] = {"locate", "segment"};
static const char *const STAGE_PREFIX[STAGES] = {"locate.", "segment."};
static const double WARMUP_SHARE = 0.02;
static const double PI = 3.14159265358979323846;

struct train_options train_defaults(void)
{
    return (struct train_options){
        .epochs = 300,
        .locate_epochs = 40,
        .accumulate = 2,
        .rate = 1e-3,
        .decay = 1e-2,
        .average = 0.999,
        .seed = 1,
        .workers = 2,
        .precision = "auto",
        .checkpoint_s = 60.0,
        .validate_every = 5,
        .data = "not stated",
        .licence = "not stated",
    };
}

/* Everything that a training works with. */
struct training {
    const struct unet_config *config;
    const struct train_options *options;
    struct nn_engine *engine;
    struct dataset train, val;
    struct model from;      /* where to start, or empty */
    bool from_segment;      /* its segmenting network is of our kind too */
    struct nn_weights done; /* finished networks, by stage prefix */
    char *log;              /* the CSV so far */
    char *identity;
    char *checkpoint_path, *log_path;
    double last_checkpoint;
    const struct train_watch *watch;
};

/* One network in training. */
struct stage {
    int index;
    const struct unet_net_config *net_config;
    struct nn_net *net;
    struct nn_loss *loss;
    struct nn_loss_spec spec;
    struct infer *infer;
    struct feed *feed;
    int epochs;
    int64_t resumed;
    struct train_state state;
};

/* What an epoch is summed up to. */
struct epoch_sums {
    double loss, ce, dice;
    int64_t samples;
};

/* --- one of several processes --- */

static bool is_first(const struct training *t)
{
    return nn_ranks_index(t->options->ranks) == 0;
}

static void tell(const struct training *t, const struct train_state *state)
{
    if (is_first(t))
        t->watch->report(t->watch->user, state);
}

/* Samples of a step, of all processes together. */
static int64_t step_samples(const struct training *t)
{
    return (int64_t)t->options->accumulate * nn_ranks_count(t->options->ranks);
}

/* --- the loss of a stage --- */

/* Regions as sets of labels; those that a network cannot tell apart are left out. */
static const unsigned REGION[] = {LABEL_BIT(LABEL_LV_BLOOD), LABELS_MYOCARDIUM,
                                  LABELS_SCAR, LABEL_BIT(LABEL_NO_REFLOW),
                                  LABEL_BIT(LABEL_RV_BLOOD)};

static struct nn_loss_spec loss_spec(const struct unet_net_config *net)
{
    struct nn_loss_spec spec = {
        .classes = net->classes, .ce_weight = 1.0f, .dice_weight = 1.0f};
    for (size_t r = 0; r < ARRAY_LEN(REGION); r++) {
        const uint32_t set = dataset_classes(net, REGION[r]);
        bool useful = (set & 1u) == 0;
        for (int i = 0; i < spec.regions; i++)
            useful = useful && spec.region[i] != set;
        if (useful)
            spec.region[spec.regions++] = set;
    }
    return spec;
}

/* --- log, identity, checkpoint --- */

#define LOG_HEADER                                                                     \
    "stage,epoch,samples,rate,loss,cross_entropy,dice_loss,val_myocardium_dsc,"        \
    "val_scar_dsc,val_centre_error_mm\n"

static bool log_append(struct training *t, const char *line, struct err *err)
{
    const size_t old = strlen(t->log), more = strlen(line);
    char *log = mem_grow(t->log, old + 1, old + more + 1, 1, err);
    if (!log)
        return false;
    memcpy(log + old, line, more + 1);
    t->log = log;
    return !is_first(t) || file_write(t->log_path, t->log, old + more, err);
}

/* Whatever changes the result names the run: a checkpoint fits only the same text. */
static bool make_identity(struct training *t, struct err *err)
{
    const struct train_options *o = t->options;
    char *config = unet_config_to_json(t->config, err);
    if (!config)
        return false;
    size_t size = strlen(config) + 512, used = 0;
    for (size_t i = 0; i < t->train.items; i++)
        size += strlen(t->train.item[i].id) + 1;
    char *ids = mem_alloc(size, 1, err), *text = mem_alloc(size, 1, err);
    bool ok = ids && text;
    for (size_t i = 0; ok && i < t->train.items; i++)
        used += (size_t)snprintf(ids + used, size - used, "%s,", t->train.item[i].id);
    char hex[SHA256_HEX];
    ok = ok && sha256_hex(ids, used, hex, err);
    if (ok)
        (void)snprintf(
            text, size,
            "epochs %d+%d accumulate %lld rate %.9g decay %.9g average %.9g "
            "seed %llu threads %d %s %s from %.16s patients %zu drawn %zu %.16s %s",
            o->locate_epochs, o->epochs, (long long)step_samples(t), o->rate, o->decay,
            o->average, (unsigned long long)o->seed, nn_engine_threads(t->engine),
            nn_precision_name(nn_engine_precision(t->engine)), nn_engine_isa(),
            o->from ? t->from.sha256 : "scratch", t->train.items, t->train.drawn, hex,
            config);
    mem_free(config);
    mem_free(ids);
    if (!ok) {
        mem_free(text);
        return false;
    }
    t->identity = text;
    return nn_ranks_agree(o->ranks, text, strlen(text),
                          "options, patients, threads and processors", err);
}

static bool save(struct training *t, struct stage *s, int epoch, struct err *err)
{
    t->last_checkpoint = clock_seconds();
    return !is_first(t) || checkpoint_write(t->checkpoint_path, s->net,
                                            (struct train_position){s->index, epoch},
                                            &t->done, t->identity, t->log, err);
}

/* With the averaged weights, since these will be the model. */
static bool validate(struct training *t, struct stage *s, struct validation *v,
                     struct err *err)
{
    *v = VALIDATION_NONE;
    if (t->val.items == 0)
        return true;
    if (!nn_net_swap_average(s->net, err))
        return false;
    const bool ok =
        s->index == STAGE_LOCATE
            ? validate_locate(s->infer, &t->val, t->options->ranks, v, err)
            : validate_segment(s->infer, &t->val, t->options->ranks, v, err);
    return nn_net_swap_average(s->net, err) && ok;
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

/* `watch` NULL: not the last of the step. */
static bool one_sample(struct stage *s, const struct nn_engine *e, float scale,
                       bool first, const struct nn_gradient_watch *watch,
                       struct epoch_sums *sums, struct err *err)
{
    struct feed_sample sample;
    struct nn_loss_value value;
    if (!feed_take(s->feed, &sample))
        return ERR_FAIL(err, ERR_ARG, "the training samples have run out");
    const bool ok = nn_net_forward(s->net, sample.image, err) &&
                    nn_loss_run(s->loss,
                                &(struct nn_loss_sample){
                                    nn_net_logits(s->net), nn_net_block(s->net),
                                    sample.target, sample.classes, scale,
                                    nn_engine_precision(e), nn_net_d_logits(s->net)},
                                &value, err) &&
                    nn_net_backward_watched(s->net, first, watch, err);
    feed_give(s->feed);
    if (!ok)
        return false;
    sums->loss += value.total;
    sums->ce += value.ce;
    sums->dice += value.dice;
    sums->samples++;
    return true;
}

static int64_t steps_per_epoch(const struct training *t)
{
    const int64_t n = (int64_t)dataset_epoch(&t->train), a = step_samples(t);
    return (n + a - 1) / a;
}

static bool begin_sum(void *user, float *gradient, size_t n, struct err *err)
{
    return nn_ranks_sum_begin(user, gradient, n, err);
}

/* The gradient of a step of `n` samples, of which every rank takes each count-th.  The
 * sum over the ranks begins while the last one's backward pass goes on. */
static bool step_gradient(struct training *t, struct stage *s, int64_t n,
                          struct epoch_sums *sums, struct err *err)
{
    struct nn_ranks *ranks = t->options->ranks;
    const struct nn_gradient_watch watch = {begin_sum, ranks};
    const int count = nn_ranks_count(ranks);
    int64_t i = nn_ranks_index(ranks);
    if (i >= n && !nn_net_no_gradient(s->net, &watch, err))
        return false;
    for (bool first = true; i < n; i += count, first = false) {
        const bool last = ranks && i + count >= n;
        if (!one_sample(s, t->engine, 1.0f / (float)n, first, last ? &watch : NULL,
                        sums, err))
            return false;
    }
    return nn_ranks_sum_end(ranks, err);
}

static bool run_epoch(struct training *t, struct stage *s, int epoch,
                      struct epoch_sums *sums, struct err *err)
{
    const struct train_options *o = t->options;
    const int64_t steps = steps_per_epoch(t), most = step_samples(t);
    const int64_t items = (int64_t)dataset_epoch(&t->train);
    for (int64_t k = 0; k < steps; k++) {
        const int64_t step = epoch * steps + k;
        const int64_t left = items - k * most;
        const int64_t n = left < most ? left : most;
        if (!step_gradient(t, s, n, sums, err))
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
        if (!nn_net_adamw(s->net, &opt, err))
            return false;
        s->state.done = epoch * items + k * most + n;
        s->state.epoch = epoch + 1;
        s->state.loss = sums->loss / (double)sums->samples;
        tell(t, &s->state);
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
    (void)snprintf(text, sizeof text, "%s %d %016llx", STAGE_NAME[s->index], epoch,
                   (unsigned long long)nn_net_digest(s->net));
    return nn_ranks_agree(t->options->ranks, text, strlen(text),
                          "the weights, or the checkpoint", err);
}

static bool end_epoch(struct training *t, struct stage *s, int epoch,
                      const struct epoch_sums *own, struct err *err)
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
    const double measured[3] = {v.myocardium, v.scar, v.centre_mm};
    char line[256];
    int used = snprintf(line, sizeof line, "%s,%d,%lld,%.6g,%.6f,%.6f,%.6f",
                        STAGE_NAME[s->index], epoch + 1,
                        (long long)(epoch + 1) * (long long)dataset_epoch(&t->train),
                        rate_at(o, (epoch + 1) * steps_per_epoch(t) - 1,
                                steps_per_epoch(t) * s->epochs),
                        sum[0] / sum[3], sum[1] / sum[3], sum[2] / sum[3]);
    for (int i = 0; i < 3; i++)
        used += isnan(measured[i])
                    ? snprintf(line + used, sizeof line - (size_t)used, ",")
                    : snprintf(line + used, sizeof line - (size_t)used, ",%.4f",
                               measured[i]);
    (void)snprintf(line + used, sizeof line - (size_t)used, "\n");
    if (!log_append(t, line, err))
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
    nn_loss_free(s->loss);
    nn_net_free(s->net);
    *s = (struct stage){0};
}

static bool stage_new(struct training *t, int index, struct stage *out, struct err *err)
{
    const struct train_options *o = t->options;
    struct stage s = {.index = index};
    s.net_config = index == STAGE_LOCATE ? &t->config->locate : &t->config->segment;
    s.epochs = index == STAGE_LOCATE ? o->locate_epochs : o->epochs;
    s.spec = loss_spec(s.net_config);
    const bool ok = unet_network_new(t->engine, s.net_config, true, &s.net, err) &&
                    nn_net_init(s.net, o->seed + (uint64_t)index, err) &&
                    nn_loss_new(&s.spec, nn_net_logits_shape(s.net), &s.loss, err) &&
                    infer_new(s.net, s.net_config, &s.infer, err);
    if (!ok) {
        stage_clear(&s);
        return false;
    }
    *out = s;
    return true;
}

/* Weights of the model to start from, if there is one. */
static bool start_from(struct training *t, int index, struct nn_net *net,
                       struct err *err)
{
    if (!t->options->from || (index == STAGE_SEGMENT && !t->from_segment))
        return true;
    if (!checkpoint_get(net, NN_WEIGHT, STAGE_PREFIX[index], t->from.weights, err) ||
        !checkpoint_get(net, NN_AVERAGE, STAGE_PREFIX[index], t->from.weights, err)) {
        err_prefix(err, "%s", t->from.path);
        return false;
    }
    return nn_net_refresh(net, err);
}

static bool run_stage(struct training *t, int index, const struct nn_weights *resume,
                      int first_epoch, struct err *err)
{
    struct stage s = {0};
    bool ok = false;
    const int64_t items = (int64_t)dataset_epoch(&t->train);
    if (!stage_new(t, index, &s, err))
        return false;
    if (resume ? !checkpoint_restore(resume, s.net, err)
               : !start_from(t, index, s.net, err))
        goto done;
    if (!check_agreement(t, &s, first_epoch, err))
        goto done;
    const int rank = nn_ranks_index(t->options->ranks),
              ranks = nn_ranks_count(t->options->ranks);
    const int64_t share = feed_share(&t->train, rank, ranks);
    const struct feed_options feed = {
        .net = s.net_config,
        .augment = index == STAGE_LOCATE ? augment_locate() : augment_segment(),
        .coarse = index == STAGE_LOCATE,
        .seed = t->options->seed,
        .stage = (uint64_t)index,
        .first = first_epoch * share,
        .end = s.epochs * share,
        .workers = t->options->workers > 0 ? t->options->workers : 2,
        .rank = rank,
        .ranks = ranks,
    };
    if (!feed_new(&t->train, &feed, &s.feed, err))
        goto done;
    s.state = (struct train_state){.stage = STAGE_NAME[index],
                                   .epochs = s.epochs,
                                   .epoch = first_epoch,
                                   .done = first_epoch * items,
                                   .resumed = first_epoch * items,
                                   .total = s.epochs * items,
                                   .loss = (double)NAN,
                                   .validation = (double)NAN,
                                   .stage_begins = true};
    tell(t, &s.state);
    s.state.stage_begins = false;
    for (int epoch = first_epoch; epoch < s.epochs; epoch++) {
        struct epoch_sums sums = {0};
        if (!run_epoch(t, &s, epoch, &sums, err) ||
            !end_epoch(t, &s, epoch, &sums, err))
            goto done;
    }
    s.state.stage_ends = true;
    tell(t, &s.state);
    ok = checkpoint_put(s.net, NN_AVERAGE, STAGE_PREFIX[index], &t->done, err);
done:
    stage_clear(&s);
    return ok;
}

/* --- the whole --- */

/* Tensors of a finished network that a checkpoint carries. */
static bool take_done(struct training *t, const struct nn_weights *from,
                      struct err *err)
{
    const size_t n = strlen(STAGE_PREFIX[STAGE_LOCATE]);
    for (size_t i = 0; i < from->tensors; i++) {
        const struct nn_tensor *x = &from->tensor[i];
        struct nn_tensor *copy = NULL;
        if (strncmp(x->name, STAGE_PREFIX[STAGE_LOCATE], n) != 0)
            continue;
        if (!nn_weights_add(&t->done, x->name, x->rank, x->dim, &copy, err))
            return false;
        memcpy(copy->data, x->data, x->count * sizeof *x->data);
    }
    return true;
}

static bool run_stages(struct training *t, struct err *err)
{
    struct nn_weights state = {0};
    struct train_position at = {0, 0};
    bool resuming = false, ok = false;
    if (t->options->resume && file_exists(t->checkpoint_path)) {
        if (!checkpoint_read(t->checkpoint_path, t->identity, &state, &at, err) ||
            !take_done(t, &state, err))
            goto done;
        mem_free(t->log);
        t->log = mem_strdup(nn_weights_text(&state, "log"), err);
        if (!t->log)
            goto done;
        resuming = true;
    }
    for (int stage = at.stage; stage < STAGES; stage++) {
        const bool here = resuming && stage == at.stage;
        if (!run_stage(t, stage, here ? &state : NULL, here ? at.epoch : 0, err))
            goto done;
        nn_weights_clear(&state);
    }
    ok = true;
done:
    nn_weights_clear(&state);
    return ok;
}

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

/* The model to start from: both networks must be ours; but where only the coarse one is
 * kept and the other is trained, the coarse one. */
static bool load_from(struct training *t, struct err *err)
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

static void load_report(void *user, size_t done, size_t total)
{
    struct training *t = user;
    const struct train_state state = {.stage = "reading",
                                      .done = (int64_t)done,
                                      .total = (int64_t)total,
                                      .loss = (double)NAN,
                                      .validation = (double)NAN,
                                      .stage_begins = done == 1,
                                      .stage_ends = done == total};
    tell(t, &state);
}

static bool load_patients(struct training *t, const struct train_data *d,
                          struct err *err)
{
    const struct dataset_watch watch = {load_report, t};
    struct dataset also = {0};
    const bool ok =
        dataset_load(d->cohort, d->train_row, d->train_rows, t->config, &watch,
                     &t->train, err) &&
        (d->val_rows == 0 || dataset_load(d->cohort, d->val_row, d->val_rows, t->config,
                                          NULL, &t->val, err)) &&
        (d->also_rows == 0 || (dataset_load(d->also, d->also_row, d->also_rows,
                                            t->config, &watch, &also, err) &&
                               dataset_mix(&t->train, &also, d->also_share, err)));
    dataset_clear(&also);
    return ok;
}

static char *with_ending(const char *path, const char *ending, struct err *err)
{
    const size_t n = strlen(path) + strlen(ending) + 1;
    char *text = mem_alloc(n, 1, err);
    if (text)
        (void)snprintf(text, n, "%s%s", path, ending);
    return text;
}

static bool check_options(const struct train_options *o, struct err *err)
{
    const bool counts = o->epochs >= 0 && o->locate_epochs >= 0 && o->accumulate >= 1 &&
                        o->validate_every >= 1;
    const bool rates = o->rate > 0.0 && o->decay >= 0.0 && o->average >= 0.0 &&
                       o->average < 1.0 && o->checkpoint_s >= 0.0;
    if (!counts || !rates)
        return ERR_FAIL(err, ERR_ARG,
                        "training options out of range: epochs %d+%d, batch %d, rate "
                        "%g, decay %g, average %g",
                        o->locate_epochs, o->epochs, o->accumulate, o->rate, o->decay,
                        o->average);
    return true;
}

bool train_run(const struct train_data *data, const struct unet_config *config,
               const struct train_options *options, const char *path,
               const struct train_watch *watch, struct err *err)
{
    struct training t = {.config = config, .options = options, .watch = watch};
    bool ok = false;
    t.last_checkpoint = clock_seconds();
    t.checkpoint_path = with_ending(path, ".checkpoint", err);
    t.log_path = with_ending(path, ".log.csv", err);
    t.log = mem_strdup(LOG_HEADER, err);
    /* `data` and `licence` now: what the model cannot say is not found out at its end
     */
    if (!t.checkpoint_path || !t.log_path || !t.log || !check_options(options, err) ||
        !unet_config_check(config, err) ||
        !nn_weights_set_text(&t.done, "data", options->data, err) ||
        !nn_weights_set_text(&t.done, "licence", options->licence, err) ||
        !nn_engine_new(options->threads, options->precision, &t.engine, err) ||
        !load_from(&t, err) || !load_patients(&t, data, err) ||
        !make_identity(&t, err) || !run_stages(&t, err))
        goto done;
    const struct model_story story = {
        .config = config,
        .training = t.identity,
        .log = t.log,
        .data = options->data,
        .licence = options->licence,
        .train_patients = t.train.items,
        .val_patients = t.val.items,
    };
    ok = !is_first(&t) || model_write(path, &t.done, &story, err);
    if (ok && is_first(&t))
        (void)unlink(t.checkpoint_path); /* the model holds what mattered */
done:
    dataset_clear(&t.train);
    dataset_clear(&t.val);
    model_clear(&t.from);
    nn_weights_clear(&t.done);
    nn_engine_free(t.engine);
    mem_free(t.log);
    mem_free(t.identity);
    mem_free(t.checkpoint_path);
    mem_free(t.log_path);
    return ok;
}
