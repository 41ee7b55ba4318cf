#include "sim/stored.h"

#include <math.h>

#include "sim/site.h"

enum { BINS = 4096 };
#define TOP_SHARE 0.999

static void range_of(const float *vox, size_t n, double *lo, double *hi)
{
    float least = vox[0], most = vox[0];
    for (size_t p = 1; p < n; p++) {
        least = vox[p] < least ? vox[p] : least;
        most = vox[p] > most ? vox[p] : most;
    }
    *lo = (double)least;
    *hi = (double)most;
}

double sim_stored_percentile(const float *vox, size_t n, double share)
{
    double lo, hi;
    range_of(vox, n, &lo, &hi);
    if (!(hi > lo))
        return lo;
    uint32_t count[BINS] = {0};
    const double scale = (BINS - 1) / (hi - lo);
    for (size_t p = 0; p < n; p++)
        count[(int)(((double)vox[p] - lo) * scale)]++;
    const double want = share * (double)n;
    double below = 0;
    int bin = 0;
    while (bin < BINS - 1 && below + count[bin] < want)
        below += count[bin++];
    return lo + bin / scale;
}

/* Brightness curve between the darkest value and the top. */
static void bend(const struct sim_scan *scan, float *vox, size_t n, double top)
{
    double lo, hi;
    range_of(vox, n, &lo, &hi);
    const float range = (float)(top - lo), base = (float)lo, power = (float)scan->gamma;
    if (!(range > 0))
        return;
    for (size_t p = 0; p < n; p++)
        vox[p] = base + range * powf((vox[p] - base) / range, power);
}

/* Whole numbers in [lo, hi]. */
static void quantise(float *vox, size_t n, double gain, double zero,
                     const double limit[2])
{
    const float g = (float)gain, z = (float)zero + .5F;
    const float lo = (float)limit[0], hi = (float)limit[1];
    for (size_t p = 0; p < n; p++) {
        const float v = floorf(vox[p] * g + z);
        vox[p] = v < lo ? lo : v > hi ? hi : v;
    }
}

void sim_stored_values(const struct sim_scan *scan, struct rng *r, float *vox, size_t n,
                       double *slope, double *inter)
{
    double lo, hi;
    const double top = sim_stored_percentile(vox, n, TOP_SHARE);
    if (scan->gamma < 1 || scan->gamma > 1)
        bend(scan, vox, n, top);
    range_of(vox, n, &lo, &hi);
    *slope = 1;
    *inter = 0;
    const double usual = rng_range(r, 400, 1800) / fmax(top, 1e-9);
    const double display = rng_range(r, .2, 5);
    const double loud = 1200 * exp(.5 * rng_normal(r)) / fmax(hi, 1e-9);
    if (scan->eight_bit) {
        const double gain = 255 / fmax(hi - lo, 1e-9);
        quantise(vox, n, gain, -lo * gain, (const double[2]){0, 255});
        return;
    }
    switch ((enum sim_scheme)scan->scheme) {
    case SIM_UINT12:
        quantise(vox, n, usual, 0, (const double[2]){0, 4095});
        break;
    case SIM_OFFSET:
        quantise(vox, n, usual, 2048, (const double[2]){0, 4095});
        break;
    case SIM_INT16:
        quantise(vox, n, loud, 0, (const double[2]){-32768, 32767});
        break;
    case SIM_SLOPE: {
        /* the series fills the 12 bits; zero of a phase-sensitive one lies inside */
        const double zero = scan->psir ? 1300 : 0;
        quantise(vox, n, (4095 - zero) / fmax(1.3 * top, 1e-9), zero,
                 (const double[2]){0, 4095});
        *slope = (double)(float)display;
        *inter = -zero * *slope;
        for (size_t p = 0; p < n; p++)
            vox[p] = (float)((double)vox[p] * *slope + *inter);
        break;
    }
    }
}

float sim_stored_blank(double inter)
{
    return (float)inter;
}

/* Where stored voxel (i, j, k) stands in the scanner's volume. */
static ptrdiff_t source(const struct sim_scan *scan, int32_t i, int32_t j, int32_t k)
{
    int32_t from[3];
    sim_frame_source(scan, (const int32_t[3]){i, j, k}, from);
    return ((ptrdiff_t)from[2] * scan->rows + from[1]) * scan->columns + from[0];
}

/* The scanner's voxels in stored order: the first, and the steps along the axes. */
struct walk {
    ptrdiff_t first, step[3];
};

static struct walk walk_of(const struct sim_scan *scan)
{
    struct walk w = {.first = source(scan, 0, 0, 0)};
    w.step[0] = source(scan, 1, 0, 0) - w.first;
    w.step[1] = source(scan, 0, 1, 0) - w.first;
    w.step[2] = source(scan, 0, 0, 1) - w.first;
    return w;
}

void sim_stored_order_image(const struct sim_scan *scan, const float *from,
                            const struct grid *grid, float *to)
{
    const struct walk w = walk_of(scan);
    for (int32_t k = 0; k < grid->dim[2]; k++)
        for (int32_t j = 0; j < grid->dim[1]; j++) {
            ptrdiff_t at = w.first + k * w.step[2] + j * w.step[1];
            for (int32_t i = 0; i < grid->dim[0]; i++, at += w.step[0])
                *to++ = from[at];
        }
}

void sim_stored_order_bytes(const struct sim_scan *scan, const uint8_t *from,
                            const struct grid *grid, uint8_t *to)
{
    const struct walk w = walk_of(scan);
    for (int32_t k = 0; k < grid->dim[2]; k++)
        for (int32_t j = 0; j < grid->dim[1]; j++) {
            ptrdiff_t at = w.first + k * w.step[2] + j * w.step[1];
            for (int32_t i = 0; i < grid->dim[0]; i++, at += w.step[0])
                *to++ = from[at];
        }
}
