/*
 * safetensors.h - tensors by name in a file, with a table of text beside them.
 *
 * Why:    weights must be readable by anyone, checked before use, and carry their own
 *         history.  The format: 8 bytes little-endian length, JSON header, raw data.
 * Layer:  nn (may use base).
 * Thread: plain data once read.
 * Source: https://github.com/huggingface/safetensors (format description, version 0.x).
 * Tests:  tests/unit/nn/safetensors.c, tests/fuzz/safetensors.c
 */
#ifndef NN_SAFETENSORS_H
#define NN_SAFETENSORS_H

#include <stddef.h>
#include <stdint.h>

#include "base/file.h"

enum {
    SAFETENSORS_MAX_TENSORS = 8192,
    SAFETENSORS_MAX_ENTRIES = 1024, /* of metadata */
    SAFETENSORS_MAX_HEADER = 4 * 1024 * 1024,
    SAFETENSORS_NAME = 96,
};
#define SAFETENSORS_MAX_BYTES ((size_t)4 * 1024 * 1024 * 1024)

struct nn_tensor {
    char name[SAFETENSORS_NAME];
    int32_t rank; /* 1..5 */
    int32_t dim[5];
    size_t count;
    float *data;  /* owned by the set; float32 */
    bool in_file; /* data lies in the set's `file` */
};

/* A set of tensors and text entries.  All-zero is empty. */
struct nn_weights {
    struct nn_tensor *tensor;
    size_t tensors, room;
    char **key, **value; /* the metadata */
    size_t entries;
    struct bytes file; /* what was read, where tensors are used in place */
};

void nn_weights_clear(struct nn_weights *w);

/** Append a zeroed tensor.  Errors: ERR_ARG (name too long, taken; rank, dimension),
 *  ERR_SUPPORT (too many), ERR_NOMEM. */
bool nn_weights_add(struct nn_weights *w, const char *name, int32_t rank,
                    const int32_t *dim, struct nn_tensor **out,
                    struct err *err) ATTR_MUST_USE;

/** Take a metadata entry away, if there is one. */
void nn_weights_drop_text(struct nn_weights *w, const char *key);

/** Set a metadata entry, replacing one of that name.  Both texts are copied.
 *  Errors: ERR_ARG (not UTF-8), ERR_SUPPORT (too many), ERR_NOMEM. */
bool nn_weights_set_text(struct nn_weights *w, const char *key, const char *value,
                         struct err *err) ATTR_MUST_USE;

/** NULL if absent.  Borrowed. */
const char *nn_weights_text(const struct nn_weights *w, const char *key);
const struct nn_tensor *nn_weights_find(const struct nn_weights *w, const char *name);

/**
 * Parse a file's bytes.  F32 and BF16 tensors of rank 1 to 5 are accepted.
 * Errors: ERR_FORMAT (short, header length or JSON wrong, metadata that are not texts,
 *         offsets that overlap, leave gaps or point outside, shape against size,
 *         non-finite values), ERR_ARG (a tensor's name is empty or too long),
 *         ERR_SUPPORT (other types, limits above), ERR_NOMEM
 */
bool nn_weights_parse(const void *data, size_t size, struct nn_weights *out,
                      struct err *err) ATTR_MUST_USE;

/** Read a file; messages name it.  `hex` receives its SHA-256 (may be NULL).  F32
 * tensors are used where they lie in the file's bytes, which the set then owns. */
bool nn_weights_read(const char *path, struct nn_weights *out, char *hex,
                     struct err *err) ATTR_MUST_USE;

/** Round the tensors of rank 2 and more, which are kernels, to bfloat16. */
void nn_weights_round(struct nn_weights *w);

/** Write, atomically; tensors and entries sorted by name, so equal sets give equal
 * bytes, whatever the order in which they were added.  Tensors are F32, or BF16 where
 * that loses nothing: if of rank 2 or more, and all of its values are bfloat16.
 * Errors: ERR_SUPPORT (a longer header than is read), ERR_NUMERIC (a value that is not
 * finite: nobody could read it back; what is at `path` stays), ERR_IO, ERR_NOMEM */
bool nn_weights_write(const char *path, const struct nn_weights *w,
                      struct err *err) ATTR_MUST_USE;

#endif
