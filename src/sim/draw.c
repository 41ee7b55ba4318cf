#include "sim/draw.h"

#include <math.h>

double sim_draw_clip(double value, double lo, double hi)
{
    return value < lo ? lo : value > hi ? hi : value;
}

double sim_draw_normal(struct rng *r, double mean, double sd)
{
    return mean + sd * rng_normal(r);
}

double sim_draw_clipped(struct rng *r, double mean, double sd, double lo, double hi)
{
    return sim_draw_clip(sim_draw_normal(r, mean, sd), lo, hi);
}

double sim_draw_lognormal(struct rng *r, double median, double sigma)
{
    return median * exp(sigma * rng_normal(r));
}

double sim_draw_gamma(struct rng *r, double shape, double scale)
{
    if (shape < 1.0) { /* of a shape one higher, times a power of a uniform */
        const double u = 1.0 - rng_uniform(r);
        return sim_draw_gamma(r, shape + 1.0, scale) * pow(u, 1.0 / shape);
    }
    const double d = shape - 1.0 / 3.0, c = 1.0 / sqrt(9.0 * d);
    for (;;) {
        const double x = rng_normal(r), v = 1.0 + c * x;
        if (v <= 0.0)
            continue;
        const double v3 = v * v * v, u = 1.0 - rng_uniform(r);
        if (log(u) < 0.5 * x * x + d - d * v3 + d * log(v3))
            return d * v3 * scale;
    }
}
