#include "sim/noise.h"

#include <stddef.h>

void sim_noise_ring(struct rng *r, int terms, double decay, struct sim_ring *out)
{
    double power = 0.0;
    for (int i = 0; i < SIM_RING; i++)
        out->v[i] = 0.0f;
    for (int k = 1; k <= terms; k++) {
        const double scale = pow(k, -decay);
        const double a = rng_normal(r) * scale, b = rng_normal(r) * scale;
        const double step = 2.0 * 3.14159265358979323846 * k / SIM_RING;
        power += scale * scale;
        for (int i = 0; i < SIM_RING; i++)
            out->v[i] += (float)(a * cos(step * i) + b * sin(step * i));
    }
    const float unit = (float)(1.0 / sqrt(power));
    for (int i = 0; i < SIM_RING; i++)
        out->v[i] *= unit;
}

/* [.05 .25 .4 .25 .05] along one axis of a wrapped lattice: `lines` starts, `n` points
 * `stride` apart. */
static void smooth_line(float *first, size_t n, size_t stride)
{
    float line[SIM_NOISE_PLANE];
    for (size_t i = 0; i < n; i++)
        line[i] = first[i * stride];
    for (size_t i = 0; i < n; i++)
        first[i * stride] = 0.4f * line[i] +
                            0.25f * (line[(i + 1) % n] + line[(i + n - 1) % n]) +
                            0.05f * (line[(i + 2) % n] + line[(i + n - 2) % n]);
}

static void white(struct rng *r, float *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        v[i] = (float)rng_normal(r);
}

static void standardise(float *v, size_t n)
{
    double sum = 0.0, squares = 0.0;
    for (size_t i = 0; i < n; i++) {
        sum += (double)v[i];
        squares += (double)v[i] * (double)v[i];
    }
    const double mean = sum / (double)n;
    const double sd = sqrt(squares / (double)n - mean * mean);
    for (size_t i = 0; i < n; i++)
        v[i] = (float)(((double)v[i] - mean) / sd);
}

void sim_noise_plane(struct rng *r, struct sim_plane_noise *out)
{
    const size_t n = SIM_NOISE_PLANE;
    float *v = &out->v[0][0];
    white(r, v, n * n);
    for (size_t i = 0; i < n; i++)
        smooth_line(v + i * n, n, 1);
    for (size_t i = 0; i < n; i++)
        smooth_line(v + i, n, n);
    standardise(v, n * n);
}

void sim_noise_cube(struct rng *r, struct sim_cube_noise *out)
{
    const size_t n = SIM_NOISE_CUBE;
    float *v = &out->v[0][0][0];
    white(r, v, n * n * n);
    for (size_t i = 0; i < n * n; i++)
        smooth_line(v + i * n, n, 1);
    for (size_t i = 0; i < n * n; i++)
        smooth_line(v + i / n * n * n + i % n, n, n);
    for (size_t i = 0; i < n * n; i++)
        smooth_line(v + i, n, n * n);
    standardise(v, n * n * n);
}

float sim_noise_plane_at(const struct sim_plane_noise *n, float x, float y)
{
    enum { MASK = SIM_NOISE_PLANE - 1 };
    const int32_t fx = sim_noise_floor(x), fy = sim_noise_floor(y);
    const int32_t i = fx & MASK, j = fy & MASK;
    const int32_t i1 = (i + 1) & MASK, j1 = (j + 1) & MASK;
    const float s = x - (float)fx, t = y - (float)fy;
    const float a = n->v[j][i] + s * (n->v[j][i1] - n->v[j][i]);
    const float b = n->v[j1][i] + s * (n->v[j1][i1] - n->v[j1][i]);
    return a + t * (b - a);
}

float sim_noise_cube_at(const struct sim_cube_noise *n, float x, float y, float z)
{
    enum { MASK = SIM_NOISE_CUBE - 1 };
    const int32_t fx = sim_noise_floor(x), fy = sim_noise_floor(y);
    const int32_t fz = sim_noise_floor(z);
    const int32_t i = fx & MASK, j = fy & MASK, k = fz & MASK, i1 = (i + 1) & MASK;
    const int32_t j1 = (j + 1) & MASK, k1 = (k + 1) & MASK;
    const float s = x - (float)fx, t = y - (float)fy, u = z - (float)fz;
    const float *p = n->v[k][j], *q = n->v[k][j1];
    const float *pp = n->v[k1][j], *qq = n->v[k1][j1];
    const float a = p[i] + s * (p[i1] - p[i]), b = q[i] + s * (q[i1] - q[i]);
    const float c = pp[i] + s * (pp[i1] - pp[i]), d = qq[i] + s * (qq[i1] - qq[i]);
    const float near = a + t * (b - a), far = c + t * (d - c);
    return near + u * (far - near);
}
