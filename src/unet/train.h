/*
 * train.h - train a model on a cohort: first the coarse network, then the fine one.
 *
 * Why:    one call makes a whole model.  It can be killed at any moment and taken up
 *         again: the result is the same to the bit as of an uninterrupted run with the
 *         same options, thread count and instruction set.
 * Layer:  unet (may use measure, nn).
 * Thread: runs the network on its engine's threads, augmentation on workers of its own.
 *
 * An epoch shows every training patient once, each time as a new random substack (and
 * draws from those of a second cohort).  A step sums the gradients of `accumulate`
 * samples.  The learning rate rises linearly over the first 2 % of the steps and falls
 * to zero along a cosine.  What is kept in the end is the running average of the
 * weights; nothing is chosen by looking at the validation patients.
 */
#ifndef UNET_TRAIN_H
#define UNET_TRAIN_H

#include "image/cohort.h"
#include "nn/ranks.h"
#include "unet/config.h"

struct train_options {
    int epochs, locate_epochs; /* 0: keep the network of `from` as it is */
    int accumulate;            /* samples a step */
    double rate;               /* highest learning rate */
    double decay;              /* weight decay of convolutions */
    double average;            /* of the running average of weights, per step */
    double sparse;   /* share of the segmenting network's samples without every second
                        slice: stacks with gaps */
    double contrast; /* share of them whose scar stands out more or less, whose wall may
                        be grey (unet/augment_heart.h) */
    double early; /* share of them whose heart looks as if inverted too early, besides
                     the few of every training (unet/augment_heart.h) */
    double large; /* share of them that show a patient with a large burden, besides
                     those whose turn it is: in most cohorts these are few */
    uint64_t seed;
    int threads, workers;  /* 0: all cores; workers 0: 2 */
    const char *precision; /* "auto", "bf16", "f32" */
    double checkpoint_s;   /* seconds between checkpoints; 0: after every epoch */
    int validate_every;    /* epochs */
    bool resume;
    /* Model to start from, or NULL; its networks must be the same (size and pixel of
     * the patches aside).  With locate_epochs 0 that of its coarse network is enough:
     * where `segment` differs, the segmenting network starts afresh (one coarse network
     * for several models). */
    const char *from;
    /* Where its segmenting network is the start of ours: decide as that model does
     * (struct unet_decision).  Otherwise each voxel takes its most probable class. */
    bool keep_decision;
    const char *data;    /* what the cohort is, for the model's metadata */
    const char *licence; /* of the weights */
    /* Processes that train together, or NULL (borrowed).  Each takes `accumulate`
     * samples a step: N of them make what one makes with N times as many, up to
     * rounding.  All must see the same files; the first alone writes and reports. */
    struct nn_ranks *ranks;
};

struct train_options train_defaults(void);

/* Where the work stands, for a progress line. */
struct train_state {
    const char *stage; /* "locate" or "segment" */
    int epoch, epochs;
    int64_t done, total; /* samples of this stage */
    int64_t resumed;     /* samples done before this run */
    double loss;         /* mean over the last epoch or what there is of this one */
    double validation; /* segment: mean of myocardium and scar DSC; locate: mm of centre
                          error; NaN while unknown */
    bool stage_begins, stage_ends;
    bool finished; /* told once and alone: an earlier run has written this model */
    const char *replaces; /* told once and alone: this checkpoint, of a run that was
                             interrupted, is not gone on with; or NULL */
};

/* Called after every step. */
struct train_watch {
    void (*report)(void *user, const struct train_state *state);
    void *user;
};

/* Whom to train on and whom to watch: rows of a cohort; watching nobody is allowed.
 * Patients of another cohort (simulated, painted) may be drawn from besides, so many
 * that they make up `also_share` of an epoch's samples. */
struct train_data {
    const struct cohort *cohort;
    const size_t *train_row;
    size_t train_rows;
    const size_t *val_row;
    size_t val_rows;
    const struct cohort *also; /* or NULL */
    const size_t *also_row;
    size_t also_rows;
    double also_share; /* above 0, below 1 */
};

/**
 * Train, and write `path` (the model), `path`.log.csv and, while it runs,
 * `path`.checkpoint.  To resume what is finished, with the same options, patients and
 * texts, leaves all as it is, also what was fitted to the model since.
 *
 * Errors: as dataset_load, nn_engine_new, unet_config_check; ERR_ARG (options out of
 *         range, text that is not UTF-8); ERR_FORMAT (a checkpoint of other options or
 *         patients), ERR_NUMERIC (loss or weights not finite), ERR_IO; ERR_SUPPORT
 *         (another process trains the same file; ranks that differ in options,
 *         patients, processors or weights); if one rank fails the others wait, until
 *         nn_ranks_abort()
 */
bool train_run(const struct train_data *data, const struct unet_config *config,
               const struct train_options *options, const char *path,
               const struct train_watch *watch, struct err *err) ATTR_MUST_USE;

#endif
