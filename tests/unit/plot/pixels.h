/* pixels.h - look at the pixels of a canvas' PNG; places are millimetres. */
#ifndef PIXELS_H
#define PIXELS_H

#include "testing.h"

#include <png.h>

#include "base/mem.h"
#include "plot/canvas.h"

struct pixels {
    int width, height;
    uint8_t *rgb;
};

static inline struct pixels pixels_read(const char *stem)
{
    png_image p = {.version = PNG_IMAGE_VERSION};
    char path[160];

    (void)snprintf(path, sizeof path, "%s.png", stem);
    assert_true(png_image_begin_read_from_file(&p, path));
    p.format = PNG_FORMAT_RGB;
    struct pixels out = {(int)p.width, (int)p.height, NULL};
    out.rgb = mem_alloc(PNG_IMAGE_SIZE(p), 1, NULL);
    assert_non_null(out.rgb);
    assert_true(png_image_finish_read(&p, NULL, out.rgb, 0, NULL));
    return out;
}

static inline void pixels_clear(struct pixels *p)
{
    mem_free(p->rgb);
}

static inline int pixels_number(double mm)
{
    return (int)(mm * PLOT_DPI / 25.4);
}

/* Red, green, blue at a place. */
static inline const uint8_t *pixels_at(const struct pixels *p, double x_mm, double y_mm)
{
    const int x = pixels_number(x_mm), y = pixels_number(y_mm);

    assert_true(x >= 0 && x < p->width && y >= 0 && y < p->height);
    return p->rgb + 3 * ((size_t)y * (size_t)p->width + (size_t)x);
}

/* The mean of the three. */
static inline int pixels_grey(const struct pixels *p, double x_mm, double y_mm)
{
    const uint8_t *c = pixels_at(p, x_mm, y_mm);
    return (c[0] + c[1] + c[2]) / 3;
}

enum pixels_hue { PIXELS_RED, PIXELS_YELLOW };

/* How many pixels between two corners are clearly red, or clearly yellow. */
static inline int pixels_like(const struct pixels *p, double x0, double y0, double x1,
                              double y1, enum pixels_hue hue)
{
    int n = 0;

    for (int y = pixels_number(y0); y < pixels_number(y1); y++)
        for (int x = pixels_number(x0); x < pixels_number(x1); x++) {
            const uint8_t *c = p->rgb + 3 * ((size_t)y * (size_t)p->width + (size_t)x);
            const bool warm = c[0] > c[2] + 60;
            n += warm && (c[1] > (c[0] + c[2]) / 2) == (hue == PIXELS_YELLOW);
        }
    return n;
}

#endif
