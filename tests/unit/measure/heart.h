/* heart.h - a stand-in for tests: rings of myocardium round blood, with noise. */
#ifndef HEART_H
#define HEART_H

#include "testing.h"

#include "base/rng.h"
#include "image/image.h"

enum { HEART_COLUMNS = 54, HEART_ROWS = 50, HEART_MAX = HEART_COLUMNS * HEART_ROWS };

/* Pixels of 1.5 x 1.25 mm, slices of 8 mm: 0.015 mL a voxel. */
struct heart {
    struct image image;
    struct labels labels;
};

static inline void heart_clear(struct heart *h)
{
    image_clear(&h->image);
    labels_clear(&h->labels);
}

static inline double heart_x(size_t p)
{
    return (double)(p % HEART_COLUMNS) - 26.3;
}

static inline double heart_y(size_t p)
{
    return (double)(p / HEART_COLUMNS % HEART_ROWS) - 24.6;
}

/* Slice k of the wall is 100 + k, blood 400; walls lie from 10 to 20 pixels of the
 * centre. */
static inline struct heart heart_make(int32_t slices)
{
    struct heart h = {0};
    const struct grid g =
        grid_make((const int32_t[]){HEART_COLUMNS, HEART_ROWS, slices},
                  (const double[]){1.5, 1.25, 8.0});
    assert_true(image_alloc(&g, &h.image, NULL));
    assert_true(labels_alloc(&g, &h.labels, NULL));
    for (size_t v = 0; v < grid_voxels(&g); v++) {
        const double d = hypot(heart_x(v), heart_y(v));
        h.image.vox[v] = d < 10.0 ? 400.0f : 100.0f + (float)(v / HEART_MAX);
        h.labels.vox[v] = d < 10.0   ? LABEL_LV_BLOOD
                          : d < 20.0 ? LABEL_MYOCARDIUM
                                     : LABEL_BACKGROUND;
    }
    return h;
}

/* Add noise to all voxels. */
static inline void heart_noise(struct heart *h, double sd)
{
    struct rng rng = rng_make(5, 0, 0);
    for (size_t v = 0; v < grid_voxels(&h->image.grid); v++)
        h->image.vox[v] += (float)(sd * rng_normal(&rng));
}

/* Is it in the wall, within half an angle (degrees) of a direction? */
static inline bool heart_in_sector(const struct heart *h, size_t v, double toward,
                                   double half)
{
    const double pi = acos(-1.0);
    const double a = atan2(heart_y(v), heart_x(v)) * 180.0 / pi - toward;
    return label_in(h->labels.vox[v], LABELS_MYOCARDIUM) &&
           fabs(remainder(a, 360.0)) < half;
}

/* Add to a sector of one slice; returns how many voxels. */
static inline size_t heart_brighten(struct heart *h, int32_t slice, double toward,
                                    double half, double by)
{
    size_t n = 0;
    for (size_t v = (size_t)slice * HEART_MAX; v < ((size_t)slice + 1) * HEART_MAX; v++)
        if (heart_in_sector(h, v, toward, half)) {
            h->image.vox[v] += (float)by;
            n++;
        }
    return n;
}

static inline size_t heart_count(const struct labels *l, unsigned set)
{
    size_t n = 0;
    for (size_t v = 0; v < grid_voxels(&l->grid); v++)
        n += label_in(l->vox[v], set);
    return n;
}

#endif
