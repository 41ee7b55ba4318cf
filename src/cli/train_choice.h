/*
 * train_choice.h - how a network is trained, as the command line says it.
 *
 * Why:    `train` and `crossval` take the same options: one table, from which parsing
 *         and help of both follow.
 * Layer:  cli.
 * Thread: plain data.
 */
#ifndef CLI_TRAIN_CHOICE_H
#define CLI_TRAIN_CHOICE_H

#include "cli/opt.h"
#include "unet/config.h"
#include "unet/train.h"

struct train_choice {
    struct train_options train; /* `resume` is the command's matter */
    const char *arch;           /* a preset */
    int base;                   /* channels of the first level */
    int flat_levels;            /* outer levels that stay in the slice; -1: those of
                                   the model to start from, or the preset's */
    double val_share;           /* of the training patients, to be watched instead */
    const char *also;           /* a second cohort to draw from, or NULL */
    double also_share;          /* of an epoch's samples */
    bool tune;                  /* fit the decision on who was learned from */
};

enum { TRAIN_CHOICE_OPTS = 26 };

struct train_choice train_choice_defaults(void);

/** Rows of a command's table of options; they point into `choice`. */
void train_choice_opts(struct train_choice *choice,
                       struct opt out[AT_LEAST(TRAIN_CHOICE_OPTS)]);

/** The network that was asked for.  Errors: ERR_ARG, ERR_FORMAT: wrong usage; those of
 *  model_load() for a model to start from. */
bool train_choice_config(const struct train_choice *choice, struct unet_config *out,
                         struct err *err) ATTR_MUST_USE;

/**
 * All choices that change a result, in one line: "arch unet3d base 16 ...".  Threads,
 * precision and what is only reported are left out: how, not what.
 *
 * A new option of the table stands in it, unless train_choice.c says that it is a how.
 * Errors: ERR_ARG (longer than `size`)
 * Tests:  tests/unit/cli/train_choice.c
 */
bool train_choice_text(const struct train_choice *choice, char *text, size_t size,
                       struct err *err) ATTR_MUST_USE;

#endif
