/*
 * onnx_build.h - an ONNX model put together message by message, and written.
 *
 * Why:    nothing but onnx_build.c has to know how protobuf-c wants its messages; who
 *         builds a graph names operators and values.
 * Layer:  nn, private to nn/onnx.c.
 * Thread: one builder, one thread.
 * Source: https://github.com/onnx/onnx/blob/v1.12.0/docs/IR.md (the schema is that of
 *         Debian's libonnx-dev); operators: docs/Operators.md there
 * Tests:  tests/unit/nn/onnx.c
 *
 * As with nn/net.h, calls after a failure are harmless, and onnx_build_write() reports
 * the first one: so a graph is written down without a check on every line.
 */
#ifndef NN_ONNX_BUILD_H
#define NN_ONNX_BUILD_H

#include <stddef.h>
#include <stdint.h>

#include "nn/onnx.h"

struct onnx_build;

enum { ONNX_BUILD_NAMED = 0 }; /* as a length: not fixed, known by its name alone */

/* An axis of an input or output. */
struct onnx_axis {
    int64_t length;   /* or ONNX_BUILD_NAMED */
    const char *name; /* for ONNX_BUILD_NAMED */
};

/** An empty graph.  Errors: ERR_NOMEM. */
bool onnx_build_new(struct onnx_build **out, struct err *err) ATTR_MUST_USE;
void onnx_build_free(struct onnx_build *b);

/** Record a failure of the caller's own; the first one wins. */
void onnx_build_fail(struct onnx_build *b, enum err_code code, const char *fmt, ...)
    ATTR_PRINTF(3, 4);

/** A text that lives as long as the builder; "" after a failure. */
const char *onnx_build_text(struct onnx_build *b, const char *fmt, ...)
    ATTR_PRINTF(2, 3);

/** Append an operator that makes one value, and give it attributes by its number.
 *  An input "" is an optional one that is left out. */
int onnx_build_node(struct onnx_build *b, const char *type, const char *output,
                    const char *const *input, size_t inputs);
void onnx_build_int(struct onnx_build *b, int node, const char *name, int64_t value);
void onnx_build_ints(struct onnx_build *b, int node, const char *name,
                     const int64_t *value, size_t count);
void onnx_build_real(struct onnx_build *b, int node, const char *name, float value);
void onnx_build_word(struct onnx_build *b, int node, const char *name,
                     const char *value);

/** A constant [dim[0]]...[dim[rank-1]] for the caller to fill; NULL after a failure. */
float *onnx_build_constant(struct onnx_build *b, const char *name, const int32_t *dim,
                           int32_t rank);

/** The graph's input or output of float32, with an explanation. */
void onnx_build_input(struct onnx_build *b, const char *name, const char *doc,
                      const struct onnx_axis *axis, size_t rank);
void onnx_build_output(struct onnx_build *b, const char *name, const char *doc,
                       const struct onnx_axis *axis, size_t rank);

/** Write the model, atomically: operator set NN_ONNX_OPSET.
 *  Errors: the first failure while building; ERR_SUPPORT (2 GiB, the most that protobuf
 *  allows), ERR_IO, ERR_NOMEM. */
bool onnx_build_write(struct onnx_build *b, const char *path,
                      const struct nn_onnx_about *about, struct err *err) ATTR_MUST_USE;

#endif
