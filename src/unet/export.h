/*
 * export.h - a model's networks for other programs.
 *
 * Why:    whoever runs a network elsewhere needs what stands in the model beside the
 *         weights: how the input is prepared, what the outputs mean, under which terms.
 * Layer:  unet (may use nn).
 * Thread: safe for different files.
 * Tests:  tests/unit/unet/export.c, tests/cli/export.t
 */
#ifndef UNET_EXPORT_H
#define UNET_EXPORT_H

#include "unet/model.h"

/* The networks of a model; of an ensemble UNET_SEGMENT + i is member i. */
enum { UNET_LOCATE, UNET_SEGMENT, UNET_PARTS = UNET_SEGMENT + UNET_MAX_MEMBERS };

/** "locate", "segment", of an ensemble also "segment2" and on. */
void unet_export_part_name(int part, char out[AT_LEAST(UNET_PREFIX)]);

/**
 * Write one network of a model as an ONNX file (nn/onnx.h), atomically.
 *
 * Its metadata: name, sha256 and arch of the model; network; pixel_mm; slices and size
 * of the patches that it was trained on; classes, a JSON array with the names of the
 * labels of each output channel; and what the model says of licence, data, patients,
 * training and preprocessing.
 *
 * Errors: ERR_ARG (the model has no such member), ERR_FORMAT (it lacks a tensor; names
 *     both), otherwise as nn_onnx_write.
 */
bool unet_export_onnx(const struct model *model, int part, const char *path,
                      struct err *err) ATTR_MUST_USE;

#endif
