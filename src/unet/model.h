/*
 * model.h - a trained model: what the weights file says of itself, and the weights.
 *
 * The file is safetensors; everything needed to use the weights stands in its metadata:
 * architecture, labels, preprocessing, training data, licence, metrics.
 *
 * Layer:  unet.
 * Thread: read once, then borrowed by all.
 */
#ifndef UNET_MODEL_H
#define UNET_MODEL_H

#include "base/err.h"
#include "base/sha256.h"
#include "measure/confidence.h"
#include "unet/config.h"

struct nn_weights;

enum { MODEL_NETWORKS = 96 }; /* room for the names of an ensemble's networks */

struct model {
    char *path;
    char name[64];                 /* file name without its ending */
    char sha256[SHA256_HEX];       /* of the whole file */
    struct unet_config config;     /* resolved configuration, from the metadata */
    char networks[MODEL_NETWORKS]; /* "unet3d-fast"; of an ensemble "unet3d-fast +
                                      unet2d-fast" */
    char *metadata; /* the whole metadata as JSON text, for `models` and info */
    struct nn_weights *weights; /* tensors by name */
    bool calibrated;            /* false: the file has no calibration */
    struct measure_confidence confidence;
};

/**
 * Read and check a model.  Whether the tensors are those that the configuration asks
 * for is seen when a predictor is made of it.
 *
 * Errors (all name the file): ERR_IO; ERR_FORMAT (not safetensors, truncated, no
 *     Cicatrix metadata, wrong configuration or calibration, weights that are not
 *     finite or beyond 1e6); ERR_SUPPORT (unknown architecture or newer format);
 *     ERR_NOMEM
 */
bool model_load(const char *path, struct model *out, struct err *err) ATTR_MUST_USE;

void model_clear(struct model *model);

#endif
