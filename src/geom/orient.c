#include "geom/orient.h"

#include <string.h>

struct geom_order geom_order_slices_last(const struct grid *grid)
{
    struct geom_order order = {.from = {0, 1, 2}};
    for (int a = 0; a < 2; a++) { /* the last one is where it should be */
        const double edge = grid_edge_mm(grid, a);
        if (edge > GEOM_SLICE_RATIO * grid_edge_mm(grid, (a + 1) % 3) &&
            edge > GEOM_SLICE_RATIO * grid_edge_mm(grid, (a + 2) % 3)) {
            order.from[0] = a == 0 ? 1 : 0;
            order.from[1] = 2;
            order.from[2] = a;
        }
    }
    return order;
}

bool geom_order_is_identity(const struct geom_order *order)
{
    for (int a = 0; a < 3; a++)
        if (order->from[a] != a || order->flip[a])
            return false;
    return true;
}

bool geom_order_between(const struct grid *from, const struct grid *to,
                        double tolerance_mm, struct geom_order *out)
{
    static const int axes[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                   {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};

    for (int n = 0; n < 48; n++) {
        const int *a = axes[n / 8];
        const struct geom_order order = {
            .from = {a[0], a[1], a[2]},
            .flip = {(n & 1) != 0, (n & 2) != 0, (n & 4) != 0}};
        const struct grid g = geom_order_grid(from, &order);
        if (grid_same(&g, to, tolerance_mm)) {
            *out = order;
            return true;
        }
    }
    return false;
}

struct geom_order geom_order_inverse(const struct geom_order *order)
{
    struct geom_order back = {{0}, {0}};
    for (int a = 0; a < 3; a++) {
        back.from[order->from[a]] = a;
        back.flip[order->from[a]] = order->flip[a];
    }
    return back;
}

struct grid geom_order_grid(const struct grid *grid, const struct geom_order *order)
{
    struct grid g = {.dim = {0}};
    double first[3]; /* the source index of the new first voxel */

    for (int a = 0; a < 3; a++) {
        const int s = order->from[a];
        g.dim[a] = grid->dim[s];
        first[s] = order->flip[a] ? (double)(grid->dim[s] - 1) : 0.0;
        for (int r = 0; r < 3; r++)
            g.to_mm[r][a] = order->flip[a] ? -grid->to_mm[r][s] : grid->to_mm[r][s];
    }
    double origin[3];
    grid_point_mm(grid, first, origin);
    for (int r = 0; r < 3; r++)
        g.to_mm[r][3] = origin[r];
    return g;
}

static bool check(const struct grid *src, const struct geom_order *order,
                  struct err *err)
{
    unsigned seen = 0;
    for (int a = 0; a < 3; a++) {
        if (order->from[a] < 0 || order->from[a] > 2)
            return ERR_FAIL(err, ERR_ARG, "order: axis %d does not exist",
                            order->from[a]);
        seen |= 1u << order->from[a];
        if (src->dim[a] < 1)
            return ERR_FAIL(err, ERR_ARG, "order: the source is empty");
    }
    if (seen != 7u)
        return ERR_FAIL(err, ERR_ARG, "order: an axis is named twice");
    return true;
}

/* Walk the result in its own order, the source by strides that may be negative. */
static void move_voxels(const struct grid *src, const struct geom_order *order,
                        const uint8_t *from, uint8_t *to, size_t size)
{
    const ptrdiff_t stride[3] = {1, src->dim[0], (ptrdiff_t)src->dim[0] * src->dim[1]};
    ptrdiff_t step[3], start = 0;
    int32_t dim[3];

    for (int a = 0; a < 3; a++) {
        const int s = order->from[a];
        dim[a] = src->dim[s];
        step[a] = order->flip[a] ? -stride[s] : stride[s];
        start += order->flip[a] ? stride[s] * (dim[a] - 1) : 0;
    }
    for (int32_t k = 0; k < dim[2]; k++)
        for (int32_t j = 0; j < dim[1]; j++) {
            ptrdiff_t at = start + k * step[2] + j * step[1];
            for (int32_t i = 0; i < dim[0]; i++, at += step[0], to += size)
                memcpy(to, from + (size_t)at * size, size);
        }
}

bool geom_order_image(const struct image *src, const struct geom_order *order,
                      struct image *out, struct err *err)
{
    struct image dst = {0};

    if (!check(&src->grid, order, err))
        return false;
    const struct grid grid = geom_order_grid(&src->grid, order);
    if (!image_alloc(&grid, &dst, err))
        return false;
    move_voxels(&src->grid, order, (const uint8_t *)src->vox, (uint8_t *)dst.vox,
                sizeof *src->vox);
    *out = dst;
    return true;
}

bool geom_order_labels(const struct labels *src, const struct geom_order *order,
                       struct labels *out, struct err *err)
{
    struct labels dst = {0};

    if (!check(&src->grid, order, err))
        return false;
    const struct grid grid = geom_order_grid(&src->grid, order);
    if (!labels_alloc(&grid, &dst, err))
        return false;
    move_voxels(&src->grid, order, src->vox, dst.vox, 1);
    *out = dst;
    return true;
}

bool geom_order_image_in_place(struct image *image, const struct geom_order *order,
                               struct err *err)
{
    struct image turned = {0};

    if (geom_order_is_identity(order))
        return true;
    if (!geom_order_image(image, order, &turned, err))
        return false;
    image_clear(image);
    *image = turned;
    return true;
}

bool geom_order_labels_in_place(struct labels *labels, const struct geom_order *order,
                                struct err *err)
{
    struct labels turned = {0};

    if (geom_order_is_identity(order))
        return true;
    if (!geom_order_labels(labels, order, &turned, err))
        return false;
    labels_clear(labels);
    *labels = turned;
    return true;
}

bool geom_order_labels_onto(struct labels *labels, const struct grid *grid,
                            const char *whose, struct err *err)
{
    struct geom_order order;
    char why[GRID_DIFFERENCE];

    if (geom_order_between(&labels->grid, grid, GEOM_SAME_GRID_MM, &order))
        return geom_order_labels_in_place(labels, &order, err);
    grid_difference(&labels->grid, grid, why);
    return ERR_FAIL(err, ERR_FORMAT, "its grid is not that of %s: %s", whose, why);
}
