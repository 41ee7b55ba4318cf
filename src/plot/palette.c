#include "plot/palette.h"

#include <math.h>

/* Points of CIE LCh at L* = 97, 84.8, ... 24.0; hue turns from 100 to -30 degrees. */
static const unsigned char STOP[][3] = {
    {0xfc, 0xf7, 0xdf}, {0xf6, 0xcf, 0x7f}, {0xf3, 0xa0, 0x46}, {0xe4, 0x71, 0x42},
    {0xc4, 0x49, 0x4e}, {0x94, 0x30, 0x57}, {0x56, 0x28, 0x51},
};
enum { STEPS = sizeof STOP / sizeof *STOP - 1 };

static double between(size_t i, int channel, double t)
{
    return ((1.0 - t) * STOP[i][channel] + t * STOP[i + 1][channel]) / 255.0;
}

struct plot_paint plot_palette_at(double share)
{
    const double at = STEPS * fmin(1.0, fmax(0.0, share)); /* NaN: 0 */
    const size_t i = at < STEPS ? (size_t)at : STEPS - 1;
    const double t = at - (double)i;

    return (struct plot_paint){between(i, 0, t), between(i, 1, t), between(i, 2, t),
                               1.0};
}

static double linear(double c)
{
    return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

double plot_palette_lightness(const struct plot_paint *paint)
{
    const double y = 0.2126 * linear(paint->r) + 0.7152 * linear(paint->g) +
                     0.0722 * linear(paint->b);

    return y > 216.0 / 24389.0 ? 116.0 * cbrt(y) - 16.0 : 24389.0 / 27.0 * y;
}

struct plot_paint plot_palette_ink(const struct plot_paint *ground)
{
    /* both have the same contrast, (Y + 0.05) to 0.05 or 1.05, at L* = 49.6 */
    const double c = plot_palette_lightness(ground) < 49.6 ? 1.0 : 0.0;

    return (struct plot_paint){c, c, c, 1.0};
}
