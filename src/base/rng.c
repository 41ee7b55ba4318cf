#include "base/rng.h"

#include <math.h>

static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static const uint64_t GOLDEN = UINT64_C(0x9e3779b97f4a7c15);

struct rng rng_make(uint64_t seed, uint64_t a, uint64_t b)
{
    uint64_t s = mix(seed + GOLDEN);
    s = mix(s ^ (a + GOLDEN * 2));
    s = mix(s ^ (b + GOLDEN * 3));
    return (struct rng){.state = s};
}

uint64_t rng_u64(struct rng *r)
{
    r->state += GOLDEN;
    return mix(r->state);
}

double rng_uniform(struct rng *r)
{
    return (double)(rng_u64(r) >> 11) * 0x1p-53;
}

double rng_range(struct rng *r, double lo, double hi)
{
    return lo + (hi - lo) * rng_uniform(r);
}

uint32_t rng_below(struct rng *r, uint32_t n)
{
    return (uint32_t)((rng_u64(r) >> 32) * n >> 32);
}

double rng_normal(struct rng *r)
{
    const double two_pi = 6.28318530717958647692;
    const double u = 1.0 - rng_uniform(r); /* (0, 1]: the logarithm is finite */
    const double v = rng_uniform(r);
    return sqrt(-2.0 * log(u)) * cos(two_pi * v);
}

int rng_chance(struct rng *r, double p)
{
    return rng_uniform(r) < p;
}
