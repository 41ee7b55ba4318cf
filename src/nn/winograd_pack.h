/*
 * winograd_pack.h - the kernels of a convolution, transformed and in the order in which
 * nn/winograd.h multiplies: U, [position][slice of the kernel][group of
 * outputs][place], see wino_place().
 *
 * Layer:  nn, private.
 */
#ifndef NN_WINOGRAD_PACK_H
#define NN_WINOGRAD_PACK_H

#include "nn/winograd_tile.h"

/* Whose kernels they are. */
struct wino_kernels {
    const struct wino_kind *kind;
    int in, out; /* channels */
    int kd;
    int outs; /* blocks of the result in a group: 1 or 2 */
};

/* How the weights lie that U is made of. */
enum wino_form {
    WINO_PLAIN,  /* [out][in][kd][3][3] */
    WINO_MASTER, /* [out / lanes][in / lanes][kd][3][3][lanes of in][lanes of out] */
    WINO_BACK,   /* as WINO_MASTER, but of the convolution whose data gradient this one
                    is: its outputs are this one's inputs, its kernels mirrored */
};

/** Elements of U. */
size_t nn_wino_kernels_count(const struct wino_kernels *k);

/** Where U of a position, of a slice of the kernel and of the group that begins with
 * block `out` of the result begins. */
size_t nn_wino_kernels_at(const struct wino_kernels *k, int position, int slice,
                          int out);

/** Transform all of them; `u` has room. */
void nn_wino_kernels_pack(const struct wino_kernels *k, enum wino_form form,
                          const float *weights, int threads, void *u);

#endif
