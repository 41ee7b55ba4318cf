/*
 * checkpoint.h - the whole state of a training in one file, and a model out of it.
 *
 * Layer:  unet, private to training.
 *
 * A checkpoint holds, in plain layouts, weights, moments and averages of the network in
 * training, the finished coarse network when that is behind, the position (stage,
 * epoch), the log so far, and the text that identifies the run; a resumed run must
 * identify itself by the same text.
 */
#ifndef UNET_CHECKPOINT_H
#define UNET_CHECKPOINT_H

#include "nn/net.h"
#include "nn/safetensors.h"

/* Position of a training: `epoch` epochs of `stage` are done. */
struct train_position {
    int stage, epoch;
};

/** Add a buffer of all parameters as <prefix><name>.  Errors: ERR_NOMEM, ERR_ARG. */
bool checkpoint_put(struct nn_net *net, enum nn_buffer which, const char *prefix,
                    struct nn_weights *to, struct err *err) ATTR_MUST_USE;

/** Read a buffer back.  Errors: ERR_FORMAT (a tensor missing, of another shape, or one
 *  too many; names it). */
bool checkpoint_get(struct nn_net *net, enum nn_buffer which, const char *prefix,
                    const struct nn_weights *from, struct err *err) ATTR_MUST_USE;

/** Write the state.  `done` is the finished coarse network (empty before). */
bool checkpoint_write(const char *path, struct nn_net *net, struct train_position at,
                      const struct nn_weights *done, const char *identity,
                      const char *log, struct err *err) ATTR_MUST_USE;

/** Read a state's file and position.  Errors: ERR_FORMAT (other identity, damaged). */
bool checkpoint_read(const char *path, const char *identity, struct nn_weights *out,
                     struct train_position *at, struct err *err) ATTR_MUST_USE;

/** Take the network's state from what checkpoint_read gave. */
bool checkpoint_restore(const struct nn_weights *from, struct nn_net *net,
                        struct err *err) ATTR_MUST_USE;

#endif
