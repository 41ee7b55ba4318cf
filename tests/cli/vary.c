/*
 * vary - the same stack as another scanner or another hand would have stored it, or
 * what is no stack of a heart at all; for tests and docs/evidence/.
 *
 *   vary KIND IN.nii.gz OUT.nii.gz
 *
 *   mirror   columns in the other order        turn     rotated by 90 degrees
 *   fine     pixels of 0.7 mm                  sparse   every second slice left out
 *   bits16   whole numbers, 0 to 40000         noise    normal noise in its place
 *   gradient   a ramp in its place             side     seen from the side: long axis
 *   middle   the three slices in the middle
 *
 * The voxels change, their places follow: the header says where they lie.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "geom/orient.h"
#include "geom/resample.h"
#include "image/nifti.h"

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

static bool vary(const char *kind, struct image *in, struct image *out, struct err *err)
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
    if (strcmp(kind, "bits16") == 0)
        to_whole_numbers(in);
    else if (strcmp(kind, "noise") == 0)
        to_noise(in);
    else if (strcmp(kind, "gradient") == 0)
        to_ramp(in);
    else
        return ERR_FAIL(err, ERR_ARG, "no kind '%s'", kind);
    *out = *in;
    *in = (struct image){0}; /* moved */
    return true;
}

int main(int argc, char **argv)
{
    struct image read = {0}, in = {0}, out = {0};
    struct err err = {0};

    if (argc != 4) {
        fprintf(stderr, "usage: vary KIND IN OUT\n");
        return 2;
    }
    bool ok = nifti_read_image(argv[2], &read, NULL, &err);
    if (ok) {
        const struct geom_order order = geom_order_slices_last(&read.grid);
        ok = geom_order_image(&read, &order, &in, &err);
    }
    ok = ok && vary(argv[1], &in, &out, &err) && nifti_write_image(argv[3], &out, &err);
    if (!ok)
        fprintf(stderr, "vary: %s\n", err.msg);
    image_clear(&out);
    image_clear(&in);
    image_clear(&read);
    return ok ? 0 : 1;
}
