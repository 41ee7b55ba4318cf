/*
 * model_file.h - how a finished training becomes a model file.
 *
 * Layer:  unet.   Reading: model.h.
 */
#ifndef UNET_MODEL_FILE_H
#define UNET_MODEL_FILE_H

#include "nn/safetensors.h"
#include "unet/config.h"

#define MODEL_FORMAT "cicatrix-model 1"
/* An ensemble: whoever takes it for one network would draw what nobody measured. */
#define MODEL_FORMAT_ENSEMBLE "cicatrix-model 2"

/* What the file says besides the weights. */
struct model_story {
    const struct unet_config *config;
    const char *training; /* the run's options, one line */
    const char *log;      /* the training log, CSV */
    const char *data, *licence;
    size_t train_patients, val_patients;
};

/** Write weights (tensors "locate.*", "segment.*", of an ensemble "segment2.*") with
 * their story, atomically. `weights` receives the metadata entries. */
bool model_write(const char *path, struct nn_weights *weights,
                 const struct model_story *story, struct err *err) ATTR_MUST_USE;

#endif
