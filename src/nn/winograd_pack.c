#include "nn/winograd_pack.h"

#include <string.h>

#include "base/attr.h"
#include "nn/bf16.h"

enum {
    SIDE = WINO_SIDE,
    TAPS = WINO_TAPS,
    SPAN = WINO_MAX_SPAN,
    OUTPUTS = 8, /* at a time: all of a block, or half of it */
};

/* One weight, and one number of U, of each output. */
struct each {
    float of[OUTPUTS];
};

/* One row of G times three numbers. */
static inline struct each mix_three(const float g[AT_LEAST(SIDE)], const struct each *a,
                                    const struct each *b, const struct each *c)
{
    struct each y;
    for (int i = 0; i < OUTPUTS; i++)
        y.of[i] = g[0] * a->of[i] + g[1] * b->of[i] + g[2] * c->of[i];
    return y;
}

/* U = G g G' */
ATTR_CLONES
static void transform(const float *matrix, int span,
                      const struct each g[AT_LEAST(TAPS)],
                      struct each u[AT_LEAST(SPAN * SPAN)])
{
    const float *const end = matrix + (size_t)span * SIDE;
    for (const float *down = matrix; down < end; down += SIDE) {
        struct each row[SIDE];
        for (int j = 0; j < SIDE; j++)
            row[j] = mix_three(down, &g[j], &g[j + SIDE], &g[j + 2 * SIDE]);
        for (const float *across = matrix; across < end; across += SIDE)
            *u++ = mix_three(across, &row[0], &row[1], &row[2]);
    }
}

/* U, and before it the weights; else float32. */
static bool is_bf16(const struct wino_kernels *k)
{
    return k->kind->element == sizeof(uint16_t);
}

/* The kernels of one slice from an input to eight outputs.  The weights of a network in
 * bfloat16 are bfloat16, whatever they came from. */
static void gather(const struct wino_kernels *k, const float *plain, size_t first,
                   size_t in, size_t slice, struct each g[AT_LEAST(TAPS)])
{
    const size_t kernel = (size_t)k->kd * TAPS, output = kernel * (size_t)k->in;
    const float *from = plain + first * output + in * kernel + slice * TAPS;
    for (int o = 0; o < OUTPUTS; o++, from += output)
        for (int t = 0; t < TAPS; t++)
            g[t].of[o] =
                is_bf16(k) ? nn_bf16_to_f32(nn_bf16_from_f32(from[t])) : from[t];
}

static void put(const struct wino_kernels *k, const struct each *x, void *u, size_t at)
{
    const size_t next = (size_t)k->kind->next;
    if (is_bf16(k))
        for (size_t o = 0; o < OUTPUTS; o++)
            ((uint16_t *)u)[at + o * next] = nn_bf16_from_f32(x->of[o]);
    else
        memcpy((float *)u + at, x->of, sizeof x->of);
}

static void pack_slice(const struct wino_kernels *k, const float *plain, size_t first,
                       size_t in, int slice, void *u)
{
    const int lanes = k->kind->lanes, span = k->kind->span;
    const int block = (int)first / lanes, group = block / k->outs * k->outs;
    struct each g[TAPS], x[SPAN * SPAN] = {{{0}}};
    gather(k, plain, first, in, (size_t)slice, g);
    transform(k->kind->g, span, g, x);
    const size_t place =
        wino_place(k->kind, in, (size_t)(block - group), (size_t)k->outs) +
        first % (size_t)lanes * (size_t)k->kind->next;
    for (int p = 0; p < span * span; p++)
        put(k, &x[p], u, nn_wino_kernels_at(k, p, slice, group) + place);
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

void nn_wino_kernels_pack(const struct wino_kernels *k, const float *plain, int threads,
                          void *u)
{
#pragma omp parallel for schedule(static) num_threads(threads)
    for (int in = 0; in < k->in; in++)
        for (int first = 0; first < k->out; first += OUTPUTS)
            for (int slice = 0; slice < k->kd; slice++)
                pack_slice(k, plain, (size_t)first, (size_t)in, slice, u);
}
