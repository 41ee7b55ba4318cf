/*
 * dnnl_glue.h - oneDNN behind the few shapes that this project needs.
 *
 * Why:    descriptors, scratch memory and error codes of oneDNN are dealt with once.
 *         Private to nn: only the files of single operators include this.
 * Layer:  nn.
 */
#ifndef NN_DNNL_GLUE_H
#define NN_DNNL_GLUE_H

#include <oneapi/dnnl/dnnl.h>

#include "nn/engine.h"
#include "tensor/tensor.h"

struct nn_engine {
    dnnl_engine_t engine;
    dnnl_stream_t stream;
    dnnl_primitive_attr_t attr; /* scratchpad given by the user */
    dnnl_data_type_t type;      /* of activations */
    dnnl_format_tag_t blocked;  /* nCdhw16c, or nCdhw8c without AVX-512 */
    int block;                  /* 16 or 8 lanes */
    int threads;
    enum nn_precision precision;
    size_t scratch_size;  /* largest need of any primitive so far */
    int scratch_shares;   /* primitives that run at one time, 0 for 1 */
    size_t scratch_alone; /* largest need of what runs while nothing else does */
    size_t scratch_room;  /* what `scratch` holds */
    void *scratch;
};

/* A primitive with its arguments bound.  All-zero is empty. */
struct nn_prim {
    dnnl_primitive_t primitive;
    dnnl_exec_arg_t arg[12];
    int args;
    bool one_thread; /* batch norm: its own barrier spins */
    bool reference;  /* oneDNN chose a slow reference implementation */
};

/** True if `status` is success; else records ERR_NUMERIC (ERR_NOMEM) naming `what`. */
bool nn_dnnl_ok(dnnl_status_t status, const char *what, struct err *err);

/** Descriptor of an activation, blocked or plain ncdhw. */
bool nn_md_act(const struct nn_engine *e, struct tensor_shape s, dnnl_data_type_t type,
               bool plain, dnnl_memory_desc_t *md, struct err *err) ATTR_MUST_USE;

/** Descriptor of a vector of n floats. */
bool nn_md_vec(int n, dnnl_memory_desc_t *md, struct err *err) ATTR_MUST_USE;

/** Make a primitive from its descriptor; grows the engine's scratch need. */
bool nn_prim_make(struct nn_engine *e, dnnl_primitive_desc_t pd, struct nn_prim *out,
                  struct err *err) ATTR_MUST_USE;

/** Bind an argument to memory; binding a key again replaces the pointer. */
bool nn_prim_bind(struct nn_engine *e, struct nn_prim *p, int key,
                  const dnnl_memory_desc_t *md, void *ptr,
                  struct err *err) ATTR_MUST_USE;

/** Run and wait. */
bool nn_prim_run(struct nn_engine *e, struct nn_prim *p, struct err *err) ATTR_MUST_USE;

/** The same beside others: primitives of unlike shares, below e->scratch_shares, may
 * run at one time, each on a stream of its own. */
bool nn_prim_run_share(const struct nn_engine *e, struct nn_prim *p,
                       dnnl_stream_t stream, int share, struct err *err) ATTR_MUST_USE;

void nn_prim_clear(struct nn_prim *p);

/** A reorder from one layout or type to another. */
bool nn_prim_reorder(struct nn_engine *e, const dnnl_memory_desc_t *from, void *src,
                     const dnnl_memory_desc_t *to, void *dst, struct nn_prim *out,
                     struct err *err) ATTR_MUST_USE;

/** The scratch memory of a share; e->scratch_size bytes, once reserved. */
void *nn_engine_scratch(const struct nn_engine *e, int share);

/** See that the scratch buffer is large enough for all primitives made so far. */
bool nn_engine_reserve(struct nn_engine *e, struct err *err) ATTR_MUST_USE;

#endif
