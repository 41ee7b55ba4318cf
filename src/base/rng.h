/*
 * rng.h - random numbers that depend on nothing but their key.
 *
 * Why:    sample k of seed s must be the same whatever the number of threads and
 *         wherever a training was resumed; so a stream is made from numbers that name
 *         it (seed, step, purpose), not from the state of a global generator.
 * Layer:  base.
 * Thread: a stream belongs to one thread; making streams is free.
 * Source: SplitMix64 (Steele, Lea, Flood, OOPSLA 2014, doi 10.1145/2660193.2660195).
 */
#ifndef BASE_RNG_H
#define BASE_RNG_H

#include <stdint.h>

#include "base/attr.h"

C_API_BEGIN

struct rng {
    uint64_t state;
};

/** The stream named (seed, a, b); different names give unrelated streams. */
struct rng rng_make(uint64_t seed, uint64_t a, uint64_t b);

uint64_t rng_u64(struct rng *r);

/** Uniform in [0, 1), 53 bits. */
double rng_uniform(struct rng *r);

/** Uniform in [lo, hi). */
double rng_range(struct rng *r, double lo, double hi);

/** Uniform integer in [0, n), n >= 1. */
uint32_t rng_below(struct rng *r, uint32_t n);

/** Standard normal (Box-Muller; two uniforms a call). */
double rng_normal(struct rng *r);

/** True with probability p. */
int rng_chance(struct rng *r, double p);

C_API_END

#endif
