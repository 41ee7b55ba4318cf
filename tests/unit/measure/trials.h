/*
 * trials.h - made-up patients for the tests of what is learned: signs drawn at random,
 * and errors that follow from some of them.
 */
#ifndef MEASURE_TRIALS_H
#define MEASURE_TRIALS_H

#include "testing.h"

#include "base/rng.h"
#include "measure/learn.h"

/* A patient whose error has the standard deviation 0.5 + 0.2 scar_grey, and whose 1 -
 * DSC is 0.05 + 0.3 wall_entropy and a little noise. */
static inline struct measure_trial trials_draw(uint64_t seed, uint64_t index)
{
    struct rng r = rng_make(seed, index, 0);
    struct measure_trial t = {.percent_lge = 40.0 * rng_uniform(&r)};
    double *v = t.features.value;
    for (int i = 0; i < MEASURE_FEATURES; i++)
        v[i] = 0.2 + 0.6 * rng_uniform(&r);
    v[MEASURE_SCAR_GREY] = 25.0 * rng_uniform(&r) * rng_uniform(&r);
    v[MEASURE_LGE_EXPECTED] = t.percent_lge + 0.3 * rng_normal(&r);
    v[MEASURE_ELONGATION] = 1.05 + 0.1 * rng_uniform(&r);
    v[MEASURE_TEXTURE] = exp(0.25 * rng_normal(&r)); /* as in LGE */
    const double sd = 0.5 + 0.2 * v[MEASURE_SCAR_GREY];
    t.truth = fmin(fmax(t.percent_lge + sd * rng_normal(&r), 0.0), 100.0);
    t.loss = 0.05 + 0.3 * v[MEASURE_WALL_ENTROPY] + 0.02 * fabs(rng_normal(&r));
    return t;
}

/* The same heart on a cine stack (kind 0), or cut along (1). */
static inline struct measure_other trials_other(uint64_t seed, uint64_t index, int kind)
{
    struct measure_features f = trials_draw(seed, 100000 + index).features;
    if (kind == 0)
        f.value[MEASURE_TEXTURE] *= 3.5;
    else
        f.value[MEASURE_ELONGATION] += 0.5;
    return (struct measure_other){f, kind};
}

#endif
