/*
 * train_progress.h - a training's progress line, for every command that trains.
 *
 * Layer:  cli.
 */
#ifndef CLI_TRAIN_PROGRESS_H
#define CLI_TRAIN_PROGRESS_H

#include "unet/train.h"

/** For struct train_watch: draws on stderr; `user` is a struct progress. */
void train_progress_show(void *user, const struct train_state *state);

#endif
