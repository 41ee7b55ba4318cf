#include "nn/adamw.h"

#include <math.h>

#include "base/attr.h"

enum { CHUNK = 1 << 14 };

/* Corrections of a step, the same for every parameter. */
struct factors {
    float b1, b2; /* beta */
    float c1, c2; /* 1 - beta */
    float eps;
    float a;      /* average */
    float rate;   /* lr / (1 - b1^t) */
    float root;   /* 1 / sqrt(1 - b2^t) */
    float shrink; /* 1 - lr * decay */
    float a1;     /* 1 - average */
};

ATTR_CLONES
static void step_chunk(const struct factors *f, size_t n, const float *restrict g,
                       float *restrict w, float *restrict m, float *restrict v,
                       float *restrict e)
{
    const float b1 = f->b1, b2 = f->b2, eps = f->eps, a = f->a;
    const float c1 = f->c1, c2 = f->c2, rate = f->rate, root = f->root;
    const float shrink = f->shrink, a1 = f->a1;
    for (size_t i = 0; i < n; i++) {
        m[i] = b1 * m[i] + c1 * g[i];
        v[i] = b2 * v[i] + c2 * g[i] * g[i];
        w[i] = shrink * w[i] - rate * m[i] / (sqrtf(v[i]) * root + eps);
        e[i] = a * e[i] + a1 * w[i];
    }
}

void nn_adamw_step(const struct nn_adamw *o, size_t count, const float *gradient,
                   float *weight, float *m, float *v, float *ema)
{
    const double t = (double)o->step;
    const struct factors f = {
        .b1 = o->beta1,
        .b2 = o->beta2,
        .eps = o->epsilon,
        .a = o->average,
        .c1 = 1.0f - o->beta1,
        .c2 = 1.0f - o->beta2,
        .rate = (float)((double)o->rate / (1.0 - pow((double)o->beta1, t))),
        .root = (float)(1.0 / sqrt(1.0 - pow((double)o->beta2, t))),
        .shrink = (float)(1.0 - (double)o->rate * (double)o->decay),
        .a1 = 1.0f - o->average,
    };
    const int64_t chunks = (int64_t)((count + CHUNK - 1) / CHUNK);
#pragma omp parallel for schedule(static)
    for (int64_t c = 0; c < chunks; c++) {
        const size_t at = (size_t)c * CHUNK;
        const size_t n = count - at < CHUNK ? count - at : CHUNK;
        step_chunk(&f, n, gradient + at, weight + at, m + at, v + at, ema + at);
    }
}
