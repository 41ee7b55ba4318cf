#include "unet/train.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/leftover.h"
#include "base/lock.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "unet/augment.h"
#include "unet/checkpoint.h"
#include "unet/model_file.h"
#include "unet/training.h"

#define LOG_HEADER                                                                     \
    "stage,epoch,samples,rate,loss,cross_entropy,dice_loss,val_myocardium_dsc,"        \
    "val_scar_dsc,val_centre_error_mm\n"

static const char *const STAGE_NAME[STAGES] = {"locate", "segment"};
static const char *const STAGE_PREFIX[STAGES] = {"locate.", "segment."};

const char *train_stage_name(enum train_stage stage)
{
    return STAGE_NAME[stage];
}

const char *train_stage_prefix(enum train_stage stage)
{
    return STAGE_PREFIX[stage];
}

struct train_options train_defaults(void)
{
    return (struct train_options){
        .epochs = 300,
        .locate_epochs = 40,
        .accumulate = 2,
        .rate = 1e-3,
        .decay = 1e-2,
        .average = 0.999,
        .sparse = augment_segment()->slice_gap_chance,
        .seed = 1,
        .workers = 2,
        .precision = "auto",
        .checkpoint_s = 60.0,
        .validate_every = 5,
        .data = "not stated",
        .licence = "not stated",
    };
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
    char hex[SHA256_HEX], contrast[32] = "", early[32] = "";
    ok = ok && sha256_hex(ids, used, hex, err);
    /* left out where there is none: so models from before these stand */
    if (o->contrast > 0.0)
        (void)snprintf(contrast, sizeof contrast, "contrast %.9g ", o->contrast);
    if (o->early > 0.0)
        (void)snprintf(early, sizeof early, "early %.9g ", o->early);
    if (ok)
        (void)snprintf(
            text, size,
            "epochs %d+%d accumulate %lld rate %.9g decay %.9g average %.9g "
            "sparse %.9g large %.9g %s%sseed %llu threads %d %s %s from %.16s "
            "patients %zu drawn %zu %.16s %s",
            o->locate_epochs, o->epochs, (long long)training_step_samples(t), o->rate,
            o->decay, o->average, o->sparse, o->large, contrast, early,
            (unsigned long long)o->seed, nn_engine_threads(t->engine),
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

/* Tensors of a finished network that a checkpoint carries. */
static bool take_done(struct training *t, const struct nn_weights *from,
                      struct err *err)
{
    const size_t n = strlen(train_stage_prefix(STAGE_LOCATE));
    for (size_t i = 0; i < from->tensors; i++) {
        const struct nn_tensor *x = &from->tensor[i];
        struct nn_tensor *copy = NULL;
        if (strncmp(x->name, train_stage_prefix(STAGE_LOCATE), n) != 0)
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
    if (!resuming && file_exists(t->checkpoint_path))
        training_tell(t, &(struct train_state){.replaces = t->checkpoint_path});
    for (int stage = at.stage; stage < STAGES; stage++) {
        const bool here = resuming && stage == at.stage;
        if (!train_stage_run(t, (enum train_stage)stage, here ? &state : NULL,
                             here ? at.epoch : 0, err))
            goto done;
        nn_weights_clear(&state);
    }
    ok = true;
done:
    nn_weights_clear(&state);
    return ok;
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
    training_tell(t, &state);
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
                               dataset_mix(&t->train, &also, d->also_share, err))) &&
        dataset_list_large(&t->train, err);
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
                       o->average < 1.0 && o->sparse >= 0.0 && o->sparse <= 1.0 &&
                       o->large >= 0.0 && o->large <= 1.0 && o->early >= 0.0 &&
                       o->early <= 1.0 && o->contrast >= 0.0 && o->contrast <= 1.0 &&
                       o->checkpoint_s >= 0.0;
    if (!counts || !rates)
        return ERR_FAIL(
            err, ERR_ARG,
            "training options out of range: epochs %d+%d, batch %d, rate "
            "%g, decay %g, average %g, sparse %g, large %g, contrast %g, early %g",
            o->locate_epochs, o->epochs, o->accumulate, o->rate, o->decay, o->average,
            o->sparse, o->large, o->contrast, o->early);
    return true;
}

/* What the model to start from was fitted to, if it is to be kept. */
static bool keep_decision(struct training *t, struct unet_config *told, struct err *err)
{
    if (!t->options->keep_decision || t->from_member < 0 ||
        !t->from.config.decision.by_region)
        return true;
    const char *how = nn_weights_text(t->from.weights, "decision");
    told->decision = t->from.config.decision;
    return !how || nn_weights_set_text(&t->done, "decision", how, err);
}

/* Two trainings of one model would replace each other's checkpoints.  What one that was
 * killed was writing is nobody's then. */
static bool take_alone(const struct training *t, const char *path,
                       const char *lock_path, struct lock *lock, struct err *err)
{
    if (!lock_take(lock_path, false, lock, err))
        return false;
    if (!lock->held)
        return ERR_FAIL(err, ERR_SUPPORT, "%s: another process is training it", path);
    (void)leftover_sweep_file(path);
    (void)leftover_sweep_file(t->checkpoint_path);
    (void)leftover_sweep_file(t->log_path);
    return true;
}

bool train_run(const struct train_data *data, const struct unet_config *config,
               const struct train_options *options, const char *path,
               const struct train_watch *watch, struct err *err)
{
    struct training t = {.config = config, .options = options, .watch = watch};
    bool ok = false;
    struct lock lock = {0};
    char *lock_path = with_ending(path, ".lock", err);
    t.last_checkpoint = clock_seconds();
    t.checkpoint_path = with_ending(path, ".checkpoint", err);
    t.log_path = with_ending(path, ".log.csv", err);
    t.log = mem_strdup(LOG_HEADER, err);
    /* `data` and `licence` now: what the model cannot say is not found out at its end
     */
    if (!t.checkpoint_path || !t.log_path || !t.log || !lock_path ||
        !check_options(options, err) || !unet_config_check(config, err) ||
        !nn_weights_set_text(&t.done, "data", options->data, err) ||
        !nn_weights_set_text(&t.done, "licence", options->licence, err) ||
        !nn_engine_new(options->threads, options->precision, &t.engine, err) ||
        (training_is_first(&t) && !take_alone(&t, path, lock_path, &lock, err)) ||
        !train_start_load(&t, err) || !load_patients(&t, data, err) ||
        !make_identity(&t, err))
        goto done;
    if (options->resume && train_start_is_finished(&t, path)) {
        training_tell(&t, &(struct train_state){.finished = true});
        ok = true;
        goto done;
    }
    if (!run_stages(&t, err))
        goto done;
    struct unet_config told = *config;
    if (!keep_decision(&t, &told, err))
        goto done;
    const struct model_story story = {
        .config = &told,
        .training = t.identity,
        .log = t.log,
        .data = options->data,
        .licence = options->licence,
        .train_patients = t.train.items,
        .val_patients = t.val.items,
    };
    ok = !training_is_first(&t) || model_write(path, &t.done, &story, err);
    if (ok && training_is_first(&t))
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
    lock_remove(&lock, lock_path);
    mem_free(lock_path);
    return ok;
}
