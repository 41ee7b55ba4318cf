#include "nn/winograd_pack.h"

/* The kernels of one slice from an input on to a block of outputs: where the first
 * weight lies, and how far it is to the next input, output and tap. */
struct view {
    const float *first;
    ptrdiff_t in, out, tap;
};

static struct view view_of(const struct wino_kernels *k, enum wino_form form,
                           const float *weights, int in, int block, int slice)
{
    const ptrdiff_t lanes = k->kind->lanes, taps = WINO_TAPS, kd = k->kd;
    if (form == WINO_PLAIN) {
        const ptrdiff_t kernel = kd * taps, output = kernel * k->in;
        return (struct view){weights + block * lanes * output + in * kernel +
                                 slice * taps,
                             kernel, output, 1};
    }
    const ptrdiff_t tap = lanes * lanes, of_block = in % lanes;
    const ptrdiff_t ins = k->in / lanes, outs = k->out / lanes, from = in / lanes;
    if (form == WINO_MASTER)
        return (struct view){weights +
                                 ((block * ins + from) * kd + slice) * taps * tap +
                                 of_block * lanes,
                             lanes, 1, tap};
    return (struct view){
        weights + ((from * outs + block) * kd + kd - 1 - slice) * taps * tap +
            (taps - 1) * tap + of_block,
        1, lanes, -tap};
}

/* [WINO_TAPS][next][lanes], for the kind to transform. */
static void lay_out(const struct wino_kind *kind, struct view from, float *w)
{
    for (ptrdiff_t t = 0; t < WINO_TAPS; t++)
        for (ptrdiff_t i = 0; i < kind->next; i++)
            for (ptrdiff_t o = 0; o < kind->lanes; o++)
                *w++ = from.first[t * from.tap + i * from.in + o * from.out];
}

size_t nn_wino_kernels_count(const struct wino_kernels *k)
{
    return (size_t)(k->kind->span * k->kind->span) * (size_t)k->kd * (size_t)k->in *
           (size_t)k->out;
}

size_t nn_wino_kernels_at(const struct wino_kernels *k, int position, int slice,
                          int out)
{
    return (((size_t)position * (size_t)k->kd + (size_t)slice) * (size_t)k->out +
            (size_t)out * (size_t)k->kind->lanes) *
           (size_t)k->in;
}

/* The kernels from the inputs that lie side by side to a block of outputs. */
static void pack_block(const struct wino_kernels *k, struct view from, int in,
                       int block, int slice, void *u)
{
    const int group = block / k->outs * k->outs;
    float w[WINO_TAPS * WINO_MAX_NEXT * WINO_MAX_LANES];
    lay_out(k->kind, from, w);
    const size_t at =
        nn_wino_kernels_at(k, 0, slice, group) +
        wino_place(k->kind, (size_t)in, (size_t)(block - group), (size_t)k->outs);
    k->kind->kernels(w, (char *)u + at * k->kind->element,
                     nn_wino_kernels_at(k, 1, 0, 0));
}

void nn_wino_kernels_pack(const struct wino_kernels *k, enum wino_form form,
                          const float *weights, int threads, void *u)
{
    const int blocks = k->out / k->kind->lanes;
#pragma omp parallel for schedule(static) num_threads(threads)
    for (int in = 0; in < k->in; in += k->kind->next)
        for (int block = 0; block < blocks; block++)
            for (int slice = 0; slice < k->kd; slice++)
                pack_block(k, view_of(k, form, weights, in, block, slice), in, block,
                           slice, u);
}
