/*
 * study_plan.h - what a study does: how many patients, how the networks are trained.
 *
 * Why:    the one table of presets; whatever changes a result stands here, is written
 *         beside the results, and must be the same when a study is taken up again.
 * Layer:  cli.
 * Thread: plain data.
 */
#ifndef CLI_STUDY_PLAN_H
#define CLI_STUDY_PLAN_H

#include "unet/config.h"
#include "unet/train.h"

/* The two networks that are compared. */
enum study_network { STUDY_3D, STUDY_2D, STUDY_NETWORKS };

struct study_plan {
    const char *preset;               /* "full" or "small" */
    const char *arch[STUDY_NETWORKS]; /* of each network, as the preset has it */
    int patients;                     /* of the cohort, training and test together */
    int epochs, locate_epochs;        /* of the 3D network; of the coarse one */
    int batch;                        /* substacks a step of the 3D network */
    double rate, decay, average;
    double large;    /* share of the samples for large burdens (unet/train.h) */
    double early;    /* and of those inverted too early */
    int base, poses; /* channels of the first level; mirrored copies in prediction */
    uint64_t seed;
    int threads; /* 0: all cores; how, not what: no part of the identity */
};

/** Errors: ERR_ARG (neither full nor small). */
bool study_plan_preset(const char *name, struct study_plan *out,
                       struct err *err) ATTR_MUST_USE;

/** The plan in one line; two studies with the same line are the same study. */
void study_plan_text(const struct study_plan *plan, char *text, size_t size);

/** "3D", "2D". */
const char *study_plan_name(enum study_network network);

/**
 * A network's configuration.  Its classes are those that the core lab draws: no-reflow,
 * which nobody marks in this cohort, is one class with scar, so it is never predicted.
 *
 * Errors: ERR_ARG, ERR_FORMAT.
 */
bool study_plan_config(const struct study_plan *plan, enum study_network network,
                       struct unet_config *out, struct err *err) ATTR_MUST_USE;

/** How a network is trained.  Both see the same number of slices in as many steps: the
 *  2D network's samples are slices, so it gets `depth` times the epochs and `depth`
 *  times the batch. */
struct train_options study_plan_training(const struct study_plan *plan,
                                         enum study_network network);

#endif
