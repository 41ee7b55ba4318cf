#include "sim/coil.h"

#include <math.h>

#define LV_MM 40.0

struct sim_coil_waves sim_coil_waves_draw(double length_mm, struct rng *r)
{
    struct sim_coil_waves w;
    for (int k = 0; k < SIM_COIL_WAVES; k++) {
        /* a bump and a hollow of this length make a period */
        const double period = 2 * length_mm * rng_range(r, .75, 1.6);
        const double angle = rng_range(r, 0, 2 * M_PI);
        w.k[k][0] = 2 * M_PI / period * cos(angle);
        w.k[k][1] = 2 * M_PI / period * sin(angle);
        w.phase[k] = rng_range(r, 0, 2 * M_PI);
    }
    return w;
}

double sim_coil_waves_at(const struct sim_coil_waves *waves, double u, double v)
{
    double sum = 0;
    for (int k = 0; k < SIM_COIL_WAVES; k++)
        sum += cos(waves->k[k][0] * u + waves->k[k][1] * v + waves->phase[k]);
    return sum * sqrt(2.0 / SIM_COIL_WAVES);
}

/* Four loops on the chest, two on the back, in the heart frame. */
static double loops(double x, double y)
{
    double b = 0;
    for (int k = 0; k < 6; k++) {
        const double angle = (105 + 27 * k) * M_PI / 180;
        const double cx = k < 4 ? 20 + 135 * cos(angle) : k == 4 ? 175 : 110;
        const double cy = k < 4 ? 120 * sin(angle) : k == 4 ? -60 : -130;
        const double r0 = k < 4 ? 75 : 85;
        const double q = 1 + ((x - cx) * (x - cx) + (y - cy) * (y - cy)) / (r0 * r0);
        b += 1 / (q * sqrt(q));
    }
    return b;
}

static double over_lv(void)
{
    double sum = 0;
    int n = 0;
    for (int y = -40; y <= 40; y += 8)
        for (int x = -40; x <= 40; x += 8)
            if (x * x + y * y < LV_MM * LV_MM) {
                sum += loops(x, y);
                n++;
            }
    return sum / n;
}

enum { STRIDE = 4, MAX_LINE = 1024 };

void sim_coil_field(const struct sim_scan *scan, const struct sim_coil_waves *bias,
                    const int32_t dim[AT_LEAST(2)], const double edge_mm[AT_LEAST(2)],
                    float *out)
{
    struct sim_frame frame;
    sim_frame_make(scan, &frame);
    const double unit = over_lv();
    float line[2][MAX_LINE / STRIDE + 2] = {{0}};
    const int32_t knots = (dim[0] + STRIDE - 1) / STRIDE + 1;
    for (int32_t j = 0; j < dim[1]; j++) {
        const int32_t phase = j % STRIDE;
        if (phase == 0)
            for (int side = j == 0 ? 0 : 1; side < 2; side++) {
                const double v = (j + side * STRIDE - .5 * dim[1]) * edge_mm[1];
                for (int32_t a = 0; a < knots; a++) {
                    const double u = (a * STRIDE - .5 * dim[0]) * edge_mm[0];
                    double at[3];
                    sim_frame_point(&frame, u, v, 0, at);
                    double b = loops(at[0], at[1]) / unit;
                    if (scan->bias > 0)
                        b *= exp(scan->bias * sim_coil_waves_at(bias, u, v));
                    if (side == 1 && j > 0)
                        line[0][a] = line[1][a];
                    line[side][a] = (float)b;
                }
            }
        const float t = (float)phase / STRIDE;
        for (int32_t i = 0; i < dim[0]; i++) {
            const int32_t a = i / STRIDE;
            const float s = (float)(i % STRIDE) / STRIDE;
            const float top = line[0][a] + s * (line[0][a + 1] - line[0][a]);
            const float low = line[1][a] + s * (line[1][a + 1] - line[1][a]);
            out[(size_t)j * (size_t)dim[0] + (size_t)i] = top + t * (low - top);
        }
    }
}
