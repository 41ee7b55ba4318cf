/*
 * noise.h - smooth random functions of an angle, of the plane and of space.
 *
 * Why:    nothing in a body is a perfect ellipse; everything irregular here comes
 *         from three primitives that repeat without a seam.
 * Layer:  sim.
 * Thread: read-only once drawn.
 * Source: docs/simulator.md, section 1 (random numbers).
 * Tests:  tests/unit/sim/noise.c
 */
#ifndef SIM_NOISE_H
#define SIM_NOISE_H

#include <math.h>
#include <stdint.h>

#include "base/rng.h"

enum { SIM_RING = 720, SIM_NOISE_PLANE = 64, SIM_NOISE_CUBE = 32 };

/* A function of the angle: values every half degree. */
struct sim_ring {
    float v[SIM_RING];
};

/* White noise on a wrapped lattice, smoothed once; mean 0, sd 1 at its points. */
struct sim_plane_noise {
    float v[SIM_NOISE_PLANE][SIM_NOISE_PLANE];
};
struct sim_cube_noise {
    float v[SIM_NOISE_CUBE][SIM_NOISE_CUBE][SIM_NOISE_CUBE];
};

/** Sum over k = 1..terms of (a cos k phi + b sin k phi) / k^decay with normal a, b;
 *  sd 1 over many draws. */
void sim_noise_ring(struct rng *r, int terms, double decay, struct sim_ring *out);
void sim_noise_plane(struct rng *r, struct sim_plane_noise *out);
void sim_noise_cube(struct rng *r, struct sim_cube_noise *out);

/** Value at `x`, `y` cells, by bilinear interpolation; of a cube: trilinear.
 *  Coordinates: |cells| < 2^30.   Cost: 4 and 10 ns. */
float sim_noise_plane_at(const struct sim_plane_noise *n, float x, float y);
float sim_noise_cube_at(const struct sim_cube_noise *n, float x, float y, float z);

/** floor(x) for |x| < 2^31, without a call. */
static inline int32_t sim_noise_floor(float x)
{
    const int32_t i = (int32_t)x;
    return i - ((float)i > x);
}

/** Value of a ring at `degrees` (|degrees| < 1e6). */
static inline float sim_noise_ring_at(const struct sim_ring *ring, float degrees)
{
    const float t = degrees * ((float)SIM_RING / 360.0f);
    const int32_t whole = sim_noise_floor(t);
    int32_t i = whole % SIM_RING;
    i += i < 0 ? SIM_RING : 0;
    const int32_t next = i + 1 == SIM_RING ? 0 : i + 1;
    return ring->v[i] + (t - (float)whole) * (ring->v[next] - ring->v[i]);
}

/** Difference of two angles in degrees, in [-180, 180). */
static inline float sim_noise_wrap(float degrees)
{
    return degrees - 360.0f * (float)sim_noise_floor((degrees + 180.0f) / 360.0f);
}

static inline float sim_noise_clip(float v, float lo, float hi)
{
    return v < lo ? lo : v > hi ? hi : v;
}

/** exp(-x^2 / 2) of x = offset / width. */
static inline float sim_noise_bump(float offset, float width)
{
    return expf(-0.5f * offset * offset / (width * width));
}

/** Direction of (x, y) in degrees, [0, 360], to 0.001 degree.   Cost: 5 ns. */
static inline float sim_noise_angle(float x, float y)
{
    const float ax = fabsf(x), ay = fabsf(y);
    const float big = ax > ay ? ax : ay, small = ax > ay ? ay : ax;
    const float a = big > 0.0f ? small / big : 0.0f, s = a * a;
    float deg =
        57.2957795f * a *
        (0.9998660f +
         s * (-0.3302995f + s * (0.1801410f + s * (-0.0851330f + s * 0.0208351f))));
    deg = ay > ax ? 90.0f - deg : deg;
    deg = x < 0.0f ? 180.0f - deg : deg;
    return y < 0.0f ? 360.0f - deg : deg;
}

#endif
