/*
 * fast.h - what the tests of fast operators share: an engine in one precision, and
 * doubles on their way into and out of its layouts.
 *
 * Reference and fast operator get the same numbers: inputs are rounded to the engine's
 * precision before either sees them, so that only the arithmetic can differ.
 *
 * Each test runs once per precision; FAST_TEST(f, f32) passes the name as its state.
 * On a CPU without bfloat16 fast_begin() says so and returns false, and the test ends.
 */
#ifndef TESTING_FAST_H
#define TESTING_FAST_H

#include "nn/arrays.h"

#include "nn/bf16.h"
#include "nn/dnnl_glue.h"
#include "nn/engine.h"
#include "tensor/tensor.h"

/* a test file may want one alone */
__attribute__((unused)) static char fast_f32[] = "f32", fast_bf16[] = "bf16";
#define FAST_TEST(f, precision)                                                        \
    {                                                                                  \
#f " " #precision, f, NULL, NULL, fast_##precision                             \
    }

struct fast {
    struct nn_engine *engine;
    enum nn_precision precision;
    int block;
    double
        tol_act; /* activations, relative to the largest: bf16 rounds them to 8 bits */
    double
        tol_f32; /* what stays float32 in either precision; sums of some 1000 terms */
};

static inline bool fast_begin(struct fast *f, const char *precision, int threads)
{
    struct err err = {0};
    *f = (struct fast){.tol_f32 = 1.5e-6};
    if (!nn_engine_new(threads, precision, &f->engine, &err)) {
        if (err.code != ERR_SUPPORT)
            fail_msg("%s", err.msg);
        print_message("# not run: %s\n", err.msg);
        return false;
    }
    f->precision = nn_engine_precision(f->engine);
    f->block = f->engine->block;
    f->tol_act = f->precision == NN_BF16 ? 4e-3 : f->tol_f32;
    return true;
}

static inline void fast_end(struct fast *f)
{
    nn_engine_free(f->engine);
    f->engine = NULL;
}

/* Round to the precision of activations, or to float32. */
static inline void fast_round(enum nn_precision p, double *a, size_t n)
{
    for (size_t i = 0; i < n; i++)
        a[i] = (double)(p == NN_BF16 ? nn_bf16_to_f32(nn_bf16_from_f32((float)a[i]))
                                     : (float)a[i]);
}

static inline double *fast_random(const struct fast *f, size_t n, uint64_t name)
{
    double *a = array_random(n, name);
    fast_round(f->precision, a, n);
    return a;
}

/* Elements of a blocked activation, padding lanes included. */
static inline size_t fast_count(const struct fast *f, struct tensor_shape s)
{
    const size_t block = (size_t)f->block;
    return ((size_t)s.c + block - 1) / block * block * tensor_voxels(s);
}

/* Where element i of the plain order lies in the blocked order. */
static inline size_t fast_place(const struct fast *f, struct tensor_shape s, size_t i)
{
    const size_t voxels = tensor_voxels(s), block = (size_t)f->block;
    const size_t c = i / voxels, v = i % voxels;
    return (c / block * voxels + v) * block + c % block;
}

/* NaN everywhere: an operator that adds, or leaves a gap, shows. */
static inline void *fast_garbage(size_t n)
{
    void *p = array_floats(n);
    memset(p, 0xff, n * sizeof(float));
    return p;
}

static inline void fast_put(enum nn_precision p, void *at, size_t i, double value)
{
    if (p == NN_BF16)
        ((uint16_t *)at)[i] = nn_bf16_from_f32((float)value);
    else
        ((float *)at)[i] = (float)value;
}

static inline double fast_get(enum nn_precision p, const void *at, size_t i)
{
    if (p == NN_BF16)
        return (double)nn_bf16_to_f32(((const uint16_t *)at)[i]);
    return (double)((const float *)at)[i];
}

/* Doubles in plain order to a blocked activation; padding lanes are zero. */
static inline void *fast_pack(const struct fast *f, struct tensor_shape s,
                              const double *a)
{
    void *out = array_floats(fast_count(f, s));
    for (size_t i = 0; i < tensor_count(s); i++)
        fast_put(f->precision, out, fast_place(f, s, i), a[i]);
    return out;
}

/* And back, from precision `p`. */
static inline double *fast_unpack(const struct fast *f, enum nn_precision p,
                                  struct tensor_shape s, const void *blocked)
{
    double *a = array_zero(tensor_count(s));
    for (size_t i = 0; i < tensor_count(s); i++)
        a[i] = fast_get(p, blocked, fast_place(f, s, i));
    return a;
}

/* A blocked activation against doubles in plain order. */
#define assert_blocked(f, p, shape, blocked, want, tol)                                \
    do {                                                                               \
        double *unpacked_ = fast_unpack((f), (p), (shape), (blocked));                 \
        assert_near(array_distance(unpacked_, (want), tensor_count(shape)), 0.0,       \
                    (tol));                                                            \
        mem_free(unpacked_);                                                           \
    } while (0)

/* Floats against doubles. */
#define assert_floats(got, want, n, tol)                                               \
    do {                                                                               \
        double *wide_ = array_zero(n);                                                 \
        for (size_t i_ = 0; i_ < (n); i_++)                                            \
            wide_[i_] = (double)(got)[i_];                                             \
        assert_near(array_distance(wide_, (want), (n)), 0.0, (tol));                   \
        mem_free(wide_);                                                               \
    } while (0)

#endif
