#include "geom/crop.h"

#include <string.h>

/* Keeps every sum of an index and a length within int32. */
static const int32_t MAX_INDEX = 1 << 30;

static bool check(const struct grid *src, const struct geom_box *box, struct err *err)
{
    for (int a = 0; a < 3; a++) {
        if (src->dim[a] < 1)
            return ERR_FAIL(err, ERR_ARG, "crop: the source is empty");
        if (box->dim[a] < 1)
            return ERR_FAIL(err, ERR_ARG, "crop: axis %d of the box has %d voxels", a,
                            box->dim[a]);
        if (box->lo[a] < -MAX_INDEX || box->lo[a] > MAX_INDEX ||
            box->dim[a] > MAX_INDEX)
            return ERR_FAIL(err, ERR_ARG, "crop: axis %d of the box lies at %d", a,
                            box->lo[a]);
    }
    return true;
}

/* Make an axis of a box hold an index. */
static void hold(int32_t at, int32_t *lo, int32_t *dim)
{
    const int32_t end = *dim > 0 && *lo + *dim > at ? *lo + *dim : at + 1;

    *lo = *dim > 0 && *lo < at ? *lo : at;
    *dim = end - *lo;
}

bool geom_box_hold(const struct labels *labels, unsigned set, struct geom_box *box)
{
    const int32_t *dim = labels->grid.dim;
    const uint8_t *vox = labels->vox;
    bool some = false;

    for (int32_t k = 0; k < dim[2]; k++)
        for (int32_t j = 0; j < dim[1]; j++)
            for (int32_t i = 0; i < dim[0]; i++) {
                if (!label_in(*vox++, set))
                    continue;
                const int32_t at[3] = {i, j, k};
                for (int a = 0; a < 3; a++)
                    hold(at[a], &box->lo[a], &box->dim[a]);
                some = true;
            }
    return some;
}

void geom_box_grow(const struct grid *grid, const int32_t margin[static 3],
                   struct geom_box *box)
{
    for (int a = 0; a < 3; a++) {
        const int32_t before = margin[a] < box->lo[a] ? margin[a] : box->lo[a];
        const int32_t room = grid->dim[a] - box->lo[a] - box->dim[a];
        box->lo[a] -= before;
        box->dim[a] += before + (margin[a] < room ? margin[a] : room);
    }
}

/* The grid of a box. */
static struct grid grid_of(const struct grid *grid, const struct geom_box *box)
{
    struct grid g = *grid;
    double origin[3];
    const double lo[3] = {box->lo[0], box->lo[1], box->lo[2]};

    grid_point_mm(grid, lo, origin);
    for (int a = 0; a < 3; a++) {
        g.dim[a] = box->dim[a];
        g.to_mm[a][3] = origin[a];
    }
    return g;
}

/* The part of a box that lies in the source: begin and end along one axis, in indices
 * of the box; empty if begin >= end. */
struct span {
    int32_t begin, end;
};

static struct span overlap(int32_t lo, int32_t box_dim, int32_t src_dim)
{
    const int32_t end = src_dim - lo;
    return (struct span){.begin = lo < 0 ? -lo : 0,
                         .end = end < box_dim ? end : box_dim};
}

/* Copy a box of a volume row by row. */
static void copy_rows(const struct grid *whole, const uint8_t *whole_vox,
                      const struct grid *part, uint8_t *part_vox,
                      const int32_t lo[static 3], size_t size)
{
    struct span s[3];
    for (int a = 0; a < 3; a++)
        s[a] = overlap(lo[a], part->dim[a], whole->dim[a]);
    if (s[0].begin >= s[0].end)
        return;
    const size_t bytes = (size_t)(s[0].end - s[0].begin) * size;
    for (int32_t k = s[2].begin; k < s[2].end; k++)
        for (int32_t j = s[1].begin; j < s[1].end; j++) {
            const uint8_t *from =
                whole_vox +
                size * grid_index(whole, s[0].begin + lo[0], j + lo[1], k + lo[2]);
            memcpy(part_vox + size * grid_index(part, s[0].begin, j, k), from, bytes);
        }
}

bool geom_crop_image(const struct image *src, const struct geom_box *box, float fill,
                     struct image *out, struct err *err)
{
    struct image dst = {0};

    if (!check(&src->grid, box, err))
        return false;
    const struct grid grid = grid_of(&src->grid, box);
    if (!image_alloc(&grid, &dst, err))
        return false;
    const size_t n = grid_voxels(&grid);
    for (size_t v = 0; v < n; v++)
        dst.vox[v] = fill;
    copy_rows(&src->grid, (const uint8_t *)src->vox, &grid, (uint8_t *)dst.vox, box->lo,
              sizeof *src->vox);
    *out = dst;
    return true;
}

bool geom_crop_labels(const struct labels *src, const struct geom_box *box,
                      struct labels *out, struct err *err)
{
    struct labels dst = {0};

    if (!check(&src->grid, box, err))
        return false;
    const struct grid grid = grid_of(&src->grid, box);
    if (!labels_alloc(&grid, &dst, err))
        return false;
    copy_rows(&src->grid, src->vox, &grid, dst.vox, box->lo, 1);
    *out = dst;
    return true;
}
