/*
 * make_volume.h - an oblique grid without two axes alike, and voxels that know where in
 * the patient they are.
 */
#ifndef MAKE_VOLUME_H
#define MAKE_VOLUME_H

#include "testing.h"

#include "image/image.h"

/* 7 x 5 x 4 voxels of 1.5 x 0.75 x 8 mm, turned 30 degrees about x. */
static inline struct grid make_oblique(void)
{
    const double c = 0.86602540378443864676, s = 0.5;
    const double m[3][4] = {
        {1.5, 0, 0, -10}, {0, 0.75 * c, -8 * s, 20}, {0, 0.75 * s, 8 * c, 30}};
    struct grid g = grid_make((const int32_t[3]){7, 5, 4}, (const double[3]){1, 1, 1});
    memcpy(g.to_mm, m, sizeof m);
    return g;
}

/* An affine function of the place in the patient. */
static inline double ramp_at(const double mm[AT_LEAST(3)])
{
    return 3.0 + 2.0 * mm[0] - 0.5 * mm[1] + 0.25 * mm[2];
}

static inline double ramp_of(const struct grid *g, int32_t i, int32_t j, int32_t k)
{
    double p[3] = {i, j, k};
    grid_point_mm(g, p, p);
    return ramp_at(p);
}

static inline struct image make_ramp_image(const struct grid *g)
{
    struct image img = {0};
    assert_true(image_alloc(g, &img, NULL));
    for (int32_t k = 0; k < g->dim[2]; k++)
        for (int32_t j = 0; j < g->dim[1]; j++)
            for (int32_t i = 0; i < g->dim[0]; i++)
                img.vox[grid_index(g, i, j, k)] = (float)ramp_of(g, i, j, k);
    return img;
}

/* Every voxel must hold the value of its place. */
static inline void assert_ramp(const struct image *img, double tol)
{
    const struct grid *g = &img->grid;
    for (int32_t k = 0; k < g->dim[2]; k++)
        for (int32_t j = 0; j < g->dim[1]; j++)
            for (int32_t i = 0; i < g->dim[0]; i++)
                assert_near((double)img->vox[grid_index(g, i, j, k)],
                            ramp_of(g, i, j, k), tol);
}

#endif
