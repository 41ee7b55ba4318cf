/*
 * vary - the same stack as another scanner or another hand would have stored it, or
 * what is no stack of a heart at all; for tests and docs/evidence/.
 *
 *   vary KIND IN.nii.gz OUT.nii.gz [SEED]
 *
 *   mirror   columns in the other order        turn     rotated by 90 degrees
 *   fine     pixels of 0.7 mm                  sparse   every second slice left out
 *   bits16   whole numbers, 0 to 40000         noise    normal noise in its place
 *   gradient   a ramp in its place             side     seen from the side: long axis
 *   middle   the three slices in the middle   window   the darkest 40 % black
 *   few      two to six slices, one, two or three apart, mirrored and turned by chance
 *   scanner  another window and gamma, a coil's shade, blur and noise by chance
 *
 * The voxels change, their places follow: the header says where they lie.  What is by
 * chance follows the seed and the size of the stack, so that an image and its labels go
 * the same way.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "geom/orient.h"
#include "geom/resample.h"
#include "image/nifti.h"
#include "stat/describe.h"

/* Slices first, first + step, ... of them `slices`. */
static bool some_slices(const struct image *in, int32_t first, int32_t step,
                        int32_t slices, struct image *out, struct err *err)
{
    struct grid g = in->grid;
    const size_t plane = (size_t)g.dim[0] * (size_t)g.dim[1];

    g.dim[2] = slices;
    for (int r = 0; r < 3; r++) {
        g.to_mm[r][3] += first * g.to_mm[r][2];
        g.to_mm[r][2] *= step;
    }
    if (!image_alloc(&g, out, err))
        return false;
    for (int32_t k = 0; k < slices; k++)
        memcpy(out->vox + (size_t)k * plane,
               in->vox + (size_t)(first + step * k) * plane, plane * sizeof *out->vox);
    return true;
}

static bool middle_slices(const struct image *in, struct image *out, struct err *err)
{
    const int32_t n = in->grid.dim[2], slices = n < 3 ? n : 3;
    return some_slices(in, (n - slices) / 2, 1, slices, out, err);
}

/* As they might have been planned to save time, and stored. */
static bool few_slices(const struct image *in, struct rng *r, struct image *out,
                       struct err *err)
{
    const int32_t n = in->grid.dim[2];
    const int32_t want = 2 + (int32_t)rng_below(r, 5);
    const int32_t widest = (n - 1) / (want - 1);
    int32_t step = 1 + (int32_t)rng_below(r, 3);
    if (step > widest)
        step = widest < 1 ? 1 : widest;
    const int32_t kept = 1 + (n - 1) / step < want ? 1 + (n - 1) / step : want;
    const int32_t first = (int32_t)rng_below(r, (uint32_t)(n - step * (kept - 1)));
    const bool turned = rng_chance(r, 0.5) != 0, mirrored = rng_chance(r, 0.5) != 0;
    const struct geom_order order = {{turned ? 1 : 0, turned ? 0 : 1, 2},
                                     {mirrored, false, false}};
    struct image few = {0};
    const bool ok = some_slices(in, first, step, kept, &few, err) &&
                    geom_order_image(&few, &order, out, err);

    image_clear(&few);
    return ok;
}

/* What is darker than a share of the voxels becomes 0, what is brighter than nearly all
 * 1. */
static bool to_window(struct image *im, double share, struct err *err)
{
    const size_t n = grid_voxels(&im->grid);
    double *sorted = mem_alloc(n, sizeof *sorted, err);

    if (!sorted)
        return false;
    for (size_t i = 0; i < n; i++)
        sorted[i] = (double)im->vox[i];
    stat_sort(sorted, n);
    const float black = (float)stat_quantile(sorted, n, share);
    const float white = (float)stat_quantile(sorted, n, 0.995);
    mem_free(sorted);
    for (size_t i = 0; i < n; i++)
        im->vox[i] = fminf(fmaxf((im->vox[i] - black) / (white - black), 0.0f), 1.0f);
    return true;
}

/* Weighted mean of each pixel and its neighbours along axis `a` of a slice, in place.
 */
static void soften(struct image *im, int a, float side)
{
    const struct grid *g = &im->grid;
    const size_t step = a == 0 ? 1 : (size_t)g->dim[0];
    const int32_t lines = g->dim[1 - a], n = g->dim[a];

    for (int32_t k = 0; k < g->dim[2]; k++)
        for (int32_t l = 0; l < lines; l++) {
            float *v = im->vox + grid_index(g, a == 0 ? 0 : l, a == 0 ? l : 0, k);
            float before = v[0];
            for (int32_t i = 0; i + 1 < n; i++, v += step) {
                const float here = v[0];
                v[0] = side * before + (1.0f - 2.0f * side) * here + side * v[step];
                before = here;
            }
        }
}

/* Darker towards one side, by up to two thirds of what is brightest. */
static void shade(struct image *im, struct rng *r)
{
    const struct grid *g = &im->grid;
    const double angle = rng_range(r, 0.0, 6.283185307179586);
    const double depth = rng_range(r, 0.0, 0.55);
    const double dx = cos(angle) / g->dim[0], dy = sin(angle) / g->dim[1];

    for (int32_t k = 0; k < g->dim[2]; k++)
        for (int32_t j = 0; j < g->dim[1]; j++)
            for (int32_t i = 0; i < g->dim[0]; i++)
                im->vox[grid_index(g, i, j, k)] *= (float)exp(
                    2.0 * depth *
                    (dx * (i - 0.5 * g->dim[0]) + dy * (j - 0.5 * g->dim[1])));
}

static void to_whole_numbers(struct image *im)
{
    const size_t n = grid_voxels(&im->grid);
    float lo = im->vox[0], hi = im->vox[0];

    for (size_t i = 0; i < n; i++) {
        lo = fminf(lo, im->vox[i]);
        hi = fmaxf(hi, im->vox[i]);
    }
    for (size_t i = 0; i < n; i++)
        im->vox[i] = roundf(40000.0f * (im->vox[i] - lo) / (hi - lo));
}

static bool to_scanner(struct image *im, struct rng *r, struct err *err)
{
    const double share = rng_range(r, 0.0, 0.4);
    const float gamma = (float)exp(rng_range(r, -0.3, 0.3));
    const float side = (float)rng_range(r, 0.0, 0.25);
    const float noise = (float)rng_range(r, 0.0, 0.04);

    if (!to_window(im, share, err))
        return false;
    const size_t n = grid_voxels(&im->grid);
    for (size_t i = 0; i < n; i++)
        im->vox[i] = powf(im->vox[i], gamma);
    shade(im, r);
    soften(im, 0, side);
    soften(im, 1, side);
    for (size_t i = 0; i < n; i++)
        im->vox[i] = fmaxf(0.0f, im->vox[i] + noise * (float)rng_normal(r));
    to_whole_numbers(im);
    return true;
}

static void to_noise(struct image *im)
{
    struct rng r = rng_make(1, 0, 0);

    for (size_t i = 0; i < grid_voxels(&im->grid); i++)
        im->vox[i] = (float)(500.0 + 100.0 * rng_normal(&r));
}

static void to_ramp(struct image *im)
{
    const struct grid *g = &im->grid;

    for (int32_t k = 0; k < g->dim[2]; k++)
        for (int32_t j = 0; j < g->dim[1]; j++)
            for (int32_t i = 0; i < g->dim[0]; i++)
                im->vox[grid_index(g, i, j, k)] = (float)(2 * i + j + 5 * k);
}

/* Slices through the former rows, 8 mm apart, with square pixels. */
static bool from_the_side(const struct image *in, struct image *out, struct err *err)
{
    static const struct geom_order order = {.from = {0, 2, 1}};
    const double edge = grid_edge_mm(&in->grid, 0);
    const double fine[3] = {edge, 8.0, edge};
    struct image even = {0};
    const bool ok = geom_resample_image(in, fine, &even, err) &&
                    geom_order_image(&even, &order, out, err);

    image_clear(&even);
    return ok;
}

static bool vary(const char *kind, uint64_t seed, struct image *in, struct image *out,
                 struct err *err)
{
    static const struct geom_order mirror = {{0, 1, 2}, {true, false, false}};
    static const struct geom_order turn = {{1, 0, 2}, {true, false, false}};
    const double fine[3] = {0.7, 0.7, grid_edge_mm(&in->grid, 2)};

    if (strcmp(kind, "mirror") == 0)
        return geom_order_image(in, &mirror, out, err);
    if (strcmp(kind, "turn") == 0)
        return geom_order_image(in, &turn, out, err);
    if (strcmp(kind, "fine") == 0)
        return geom_resample_image(in, fine, out, err);
    if (strcmp(kind, "sparse") == 0)
        return some_slices(in, 0, 2, (in->grid.dim[2] + 1) / 2, out, err);
    if (strcmp(kind, "middle") == 0)
        return middle_slices(in, out, err);
    if (strcmp(kind, "side") == 0)
        return from_the_side(in, out, err);
    struct rng r = rng_make(seed, grid_voxels(&in->grid), 0);
    if (strcmp(kind, "few") == 0)
        return few_slices(in, &r, out, err);
    bool ok = true;
    if (strcmp(kind, "scanner") == 0)
        ok = to_scanner(in, &r, err);
    else if (strcmp(kind, "window") == 0)
        ok = to_window(in, 0.4, err);
    else if (strcmp(kind, "bits16") == 0)
        to_whole_numbers(in);
    else if (strcmp(kind, "noise") == 0)
        to_noise(in);
    else if (strcmp(kind, "gradient") == 0)
        to_ramp(in);
    else
        return ERR_FAIL(err, ERR_ARG, "no kind '%s'", kind);
    if (ok) {
        *out = *in;
        *in = (struct image){0}; /* moved */
    }
    return ok;
}

int main(int argc, char **argv)
{
    struct image read = {0}, in = {0}, out = {0};
    struct err err = {0};

    if (argc != 4 && argc != 5) {
        fprintf(stderr, "usage: vary KIND IN OUT [SEED]\n");
        return 2;
    }
    bool ok = nifti_read_image(argv[2], &read, NULL, &err);
    if (ok) {
        const struct geom_order order = geom_order_slices_last(&read.grid);
        ok = geom_order_image(&read, &order, &in, &err);
    }
    const uint64_t seed = argc == 5 ? strtoull(argv[4], NULL, 10) : 1;
    ok = ok && vary(argv[1], seed, &in, &out, &err) &&
         nifti_write_image(argv[3], &out, &err);
    if (!ok)
        fprintf(stderr, "vary: %s\n", err.msg);
    image_clear(&out);
    image_clear(&in);
    image_clear(&read);
    return ok ? 0 : 1;
}
