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

/* The two networks of a model, and what their weights' names begin with. */
enum unet_part { UNET_LOCATE, UNET_SEGMENT };

/** "locate" or "segment". */
const char *unet_export_part_name(enum unet_part part);

/**
 * Write one network of a model as an ONNX file (nn/onnx.h), atomically.
 *
 * Its metadata: name, sha256 and arch of the model; network; pixel_mm; slices and size
 * of the patches that it was trained on; classes, a JSON array with the names of the
 * labels of each output channel; and what the model says of licence, data, patients,
 * training and preprocessing.
 *
 * Errors: ERR_FORMAT (the model lacks a tensor; names both), otherwise as
 *     nn_onnx_write.
 */
bool unet_export_onnx(const struct model *model, enum unet_part part, const char *path,
                      struct err *err) ATTR_MUST_USE;

#endif
