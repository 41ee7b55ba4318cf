/*
 * training.h - what the files of a training share: train.c (the whole), train_start.c
 * (the model to start from), train_stage.c (one network), train_step.c (a step of it).
 *
 * Layer:  unet, private to it.
 */
#ifndef UNET_TRAINING_H
#define UNET_TRAINING_H

#include "nn/safetensors.h"
#include "unet/dataset.h"
#include "unet/model.h"
#include "unet/train.h"

enum train_stage { STAGE_LOCATE, STAGE_SEGMENT, STAGES };

/** Name of a stage, and what the names of its tensors begin with. */
const char *train_stage_name(enum train_stage stage);
const char *train_stage_prefix(enum train_stage stage);

/* Everything that a training works with. */
struct training {
    const struct unet_config *config;
    const struct train_options *options;
    struct nn_engine *engine;
    struct dataset train, val;
    struct model from;      /* where to start, or empty */
    int from_member;        /* of it, the segmenting network of our kind; -1: none */
    struct nn_weights done; /* finished networks, by stage prefix */
    char *log;              /* the CSV so far */
    char *identity;
    char *checkpoint_path, *log_path;
    double last_checkpoint;
    const struct train_watch *watch;
};

/** Does this process write and report? */
static inline bool training_is_first(const struct training *t)
{
    return nn_ranks_index(t->options->ranks) == 0;
}

static inline void training_tell(const struct training *t,
                                 const struct train_state *state)
{
    if (training_is_first(t))
        t->watch->report(t->watch->user, state);
}

/** Samples of a step, of all processes together. */
static inline int64_t training_step_samples(const struct training *t)
{
    return (int64_t)t->options->accumulate * nn_ranks_count(t->options->ranks);
}

/** Load the model to start from, if there is one: both networks must be ours; but where
 *  only the coarse one is kept and the other is trained, the coarse one.
 *  Errors: as model_load; ERR_ARG (0 epochs and no model), ERR_FORMAT (other networks)
 */
bool train_start_load(struct training *t, struct err *err) ATTR_MUST_USE;

/** Is `path` the model that this training would make: finished, of the same options,
 *  patients and texts? */
bool train_start_is_finished(const struct training *t, const char *path);

/** Give a network the weights of the model to start from, if it has them.
 *  Errors: ERR_FORMAT */
bool train_start_weights(const struct training *t, enum train_stage stage,
                         struct nn_net *net, struct err *err) ATTR_MUST_USE;

/** Train a network from `first_epoch` on, at the state of `resume` (or NULL), and put
 * its averaged weights into `done`. Errors: as train_run */
bool train_stage_run(struct training *t, enum train_stage stage,
                     const struct nn_weights *resume, int first_epoch,
                     struct err *err) ATTR_MUST_USE;

#endif
