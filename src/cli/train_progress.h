/*
 * train_progress.h - a training's progress line, for every command that trains.
 *
 * Layer:  cli.
 */
#ifndef CLI_TRAIN_PROGRESS_H
#define CLI_TRAIN_PROGRESS_H

#include "base/progress.h"
#include "unet/train.h"

/* All-zero is ready for a training of its own. */
struct train_progress {
    struct progress line;
    const char
        *of; /* what this is a part of, before the stage: "fold 2 of 5"; or NULL */
    bool finished; /* the training was over before it began */
};

/** For struct train_watch: draws on stderr; `user` is a struct train_progress. */
void train_progress_show(void *user, const struct train_state *state);

#endif
