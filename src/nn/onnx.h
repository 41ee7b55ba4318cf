/*
 * onnx.h - a network as an ONNX file, for programs that run those.
 *
 * Why:    the file is written from the same list of operators that runs here (see
 *         nn/net.h), so the two cannot differ; and other engines can be measured on our
 *         networks.
 * Layer:  nn (may use base).
 * Thread: as the network.
 * Source: https://github.com/onnx/onnx/blob/v1.12.0/docs/Operators.md
 * Tests:  tests/unit/nn/onnx.c (the file, run by the definitions in nn/ref, gives the
 *         network's logits); tests/cli/export.t (ONNX's own checker);
 *         bench/run (ONNX Runtime and PyTorch give them too)
 *
 * What the file holds: float32 weights; operators Conv, InstanceNormalization, Relu,
 * MaxPool, Resize (nearest), Concat of operator set 17 or older; one input "image"
 * [batch][channels][slices][rows][columns] and one output "logits" with a channel for
 * each class.  Only the numbers of channels are fixed.  Rows and columns must be
 * multiples of how much the deepest level is smaller; the input's description says so.
 */
#ifndef NN_ONNX_H
#define NN_ONNX_H

#include "nn/net.h"

enum { NN_ONNX_OPSET = 17, NN_ONNX_IR = 8 };

struct nn_onnx_entry {
    const char *key, *value;
};

/* What a file says of itself. */
struct nn_onnx_about {
    const char *name;                  /* of the graph */
    const char *doc;                   /* for people */
    const char *version;               /* of this program */
    const struct nn_onnx_entry *entry; /* metadata; borrowed */
    size_t entries;
};

/**
 * Write a network with its weights, atomically; equal networks give equal bytes.
 *
 * @param net  one made for training, as only these keep plain weights (nn_net_get)
 * Errors: ERR_ARG (a network for prediction, or with a room that is read before all its
 *     parts are written), ERR_SUPPORT (more than 2 GiB), ERR_IO, ERR_NOMEM
 */
bool nn_onnx_write(struct nn_net *net, const struct nn_onnx_about *about,
                   const char *path, struct err *err) ATTR_MUST_USE;

#endif
