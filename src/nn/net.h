/*
 * net.h - a network as a list of operators, with all of its memory planned beforehand.
 *
 * Why:    a U-Net is a fixed program of a few kinds of operator.  A list is built
 *         once, memory is laid out from the list, and then a step neither allocates
 *         nor decides anything.  Forward runs the list, backward runs it in reverse.
 * Layer:  nn. It knows no architecture; unet/network.c writes the list down.
 * Thread: as its engine.
 * Tests:  tests/unit/nn/net.c (whole gradient against the references and differences)
 *
 * Building: each nn_net_...() call appends an operator and returns the number of the
 * tensor it makes, or -1 once anything has failed; passing -1 on is harmless, and
 * nn_net_finish() reports the first failure.  So a network is written without a check
 * on every line.
 *
 * To add an operator: a kind in net_private.h's enum op_kind, its file with new / bind
 * / forward / backward / free, its naive twin in nn/ref/, a case in each switch of
 * net.c, net_memory.c, net_run.c and net_slices.c, and a test of the one against the
 * other.
 */
#ifndef NN_NET_H
#define NN_NET_H

#include "nn/engine.h"
#include "tensor/tensor.h"

struct nn_net;

/* The buffers that every parameter has a place in. */
enum nn_buffer {
    NN_WEIGHT,   /* master weights */
    NN_GRADIENT, /* summed over the samples of a step */
    NN_MOMENT1,
    NN_MOMENT2,
    NN_AVERAGE, /* running average of the weights */
    NN_BUFFERS
};

/* One parameter tensor in its plain form. */
struct nn_param_info {
    const char *name; /* "enc0.conv0.weight"; borrowed from the network */
    int32_t rank;     /* 1 or 5 */
    int32_t dim[5];
    size_t count;
};

/** An empty network; `train` adds gradients and optimiser state. */
bool nn_net_new(struct nn_engine *e, bool train, struct nn_net **out,
                struct err *err) ATTR_MUST_USE;
void nn_net_free(struct nn_net *net);

/* --- building --- */

/** The input, plain [c][d][h][w]. */
int nn_net_input(struct nn_net *net, struct tensor_shape shape);

/** A tensor with room for `shape.c` channels that other operators fill by parts. */
int nn_net_room(struct nn_net *net, struct tensor_shape shape);

/** A view of `channels` channels of a room, from `first`; both multiples of 16. */
int nn_net_part(struct nn_net *net, int room, int first, int channels);

struct nn_conv_layer {
    const char *name; /* parameters are called <name>.weight and <name>.bias */
    int out;          /* output channels */
    int kd, kh;       /* kernel */
    bool bias;
    bool f32; /* float32 output (logits) */
};
int nn_net_conv(struct nn_net *net, int src, struct nn_conv_layer layer);

/** Instance norm + ReLU; `dst` is a part to write into, or -1 for a new tensor. */
int nn_net_norm_relu(struct nn_net *net, int src, int dst, const char *name);

int nn_net_max_pool(struct nn_net *net, int src);

/** Nearest 1x2x2 upsampling into `dst` (a part) or, if -1, a new tensor. */
int nn_net_upsample(struct nn_net *net, int src, int dst);

/** Lay out and bind all memory; `logits` is the last tensor. */
bool nn_net_finish(struct nn_net *net, int logits, struct err *err) ATTR_MUST_USE;

/* --- running --- */

/** Copy the input in ([c][d][h][w] float32), run, and leave the logits. */
bool nn_net_forward(struct nn_net *net, const float *input,
                    struct err *err) ATTR_MUST_USE;

/** Logits: float32 blocked [d][h][w][nn_net_block()]; borrowed. */
const float *nn_net_logits(const struct nn_net *net);
struct tensor_shape nn_net_logits_shape(const struct nn_net *net);
int nn_net_block(const struct nn_net *net);

/** Where the loss writes its gradient, in the engine's precision; borrowed. */
void *nn_net_d_logits(struct nn_net *net);

/** Run the list in reverse; `first` starts NN_GRADIENT anew, otherwise adds to it. */
bool nn_net_backward(struct nn_net *net, bool first, struct err *err) ATTR_MUST_USE;

/* Who waits for gradients: called after each operator of a backward pass with those of
 * NN_GRADIENT that are final now, the last parameters first, in pieces that are the
 * same in every pass; with n 0 if there are none. */
struct nn_gradient_watch {
    bool (*ready)(void *user, float *gradient, size_t n, struct err *err);
    void *user;
};

/** nn_net_backward() of a step's last sample.  Errors: those of `ready` too. */
bool nn_net_backward_watched(struct nn_net *net, bool first,
                             const struct nn_gradient_watch *watch,
                             struct err *err) ATTR_MUST_USE;

/** The same for a step without a sample: NN_GRADIENT is zero. */
bool nn_net_no_gradient(struct nn_net *net, const struct nn_gradient_watch *watch,
                        struct err *err) ATTR_MUST_USE;

/** Add the gradient of another network to ours: one of the same list of operators, on
 * an engine with as many threads. */
void nn_net_add_gradient(struct nn_net *net, const struct nn_net *other);

/** Take the weights of such a network, and refresh.  Both must be networks to train:
 *  others keep no master copy. */
bool nn_net_take_weights(struct nn_net *net, const struct nn_net *other,
                         struct err *err) ATTR_MUST_USE;

/** Predict with the weights of another such network, which must outlive this one's
 *  passes, from now on: its own are freed, none can be set.  Neither is to be trained
 *  (ERR_ARG). */
bool nn_net_borrow_weights(struct nn_net *net, const struct nn_net *from,
                           struct err *err) ATTR_MUST_USE;

/** A number that differs, all but surely, when any weight does.  Of a network to train:
 *  in another one it does not see those of convolutions. */
uint64_t nn_net_digest(const struct nn_net *net);

/** To be called after NN_WEIGHT has changed. */
bool nn_net_refresh(struct nn_net *net, struct err *err) ATTR_MUST_USE;

/* --- parameters --- */

int nn_net_params(const struct nn_net *net);
struct nn_param_info nn_net_param(const struct nn_net *net, int i);
size_t nn_net_param_count(const struct nn_net *net); /* plain floats in all */

/** Copy one parameter out of or into a buffer, in plain form.  A network that is not
 *  trained has NN_WEIGHT alone, and keeps no master copy of convolution weights: these
 *  can be set, not got.  Errors: ERR_ARG (that; borrowed weights), ERR_NUMERIC,
 *  ERR_NOMEM */
bool nn_net_get(struct nn_net *net, enum nn_buffer which, int i, float *plain,
                struct err *err) ATTR_MUST_USE;
bool nn_net_set(struct nn_net *net, enum nn_buffer which, int i, const float *plain,
                struct err *err) ATTR_MUST_USE;

/** He-normal convolutions, unit scales, zero biases, from a seed; averages follow. */
bool nn_net_init(struct nn_net *net, uint64_t seed, struct err *err) ATTR_MUST_USE;

/** One optimiser step over all parameters; decay only on convolution weights.  Then
 *  nn_net_refresh(). */
struct nn_adamw;
void nn_net_adamw(struct nn_net *net, const struct nn_adamw *opt);

/** Of a network to train: use the running average as weights (validation) or go back;
 *  swaps the two buffers. */
bool nn_net_swap_average(struct nn_net *net, struct err *err) ATTR_MUST_USE;

/** Bytes of activations and gradients after planning; for `bench` and tests. */
size_t nn_net_activation_bytes(const struct nn_net *net);

/** Number of operators for which oneDNN has only reference code. */
int nn_net_slow_ops(const struct nn_net *net);

#endif
