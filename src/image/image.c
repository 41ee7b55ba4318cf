#include "image/image.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

const char *label_name(enum label label)
{
    static const char *const names[LABEL_COUNT] = {
        [LABEL_BACKGROUND] = "background", [LABEL_LV_BLOOD] = "LV blood pool",
        [LABEL_MYOCARDIUM] = "myocardium", [LABEL_SCAR] = "scar",
        [LABEL_NO_REFLOW] = "no-reflow",   [LABEL_RV_BLOOD] = "RV blood pool",
    };
    const unsigned l = (unsigned)label;
    return l < LABEL_COUNT ? names[l] : "unknown";
}

struct grid grid_make(const int32_t dim[static 3], const double edge_mm[static 3])
{
    struct grid g = {0};
    for (int a = 0; a < 3; a++) {
        g.dim[a] = dim[a];
        g.to_mm[a][a] = edge_mm[a];
    }
    return g;
}

double grid_edge_mm(const struct grid *grid, int axis)
{
    const double x = grid->to_mm[0][axis], y = grid->to_mm[1][axis],
                 z = grid->to_mm[2][axis];
    return sqrt(x * x + y * y + z * z);
}

static double determinant(const struct grid *g)
{
    const double(*m)[4] = g->to_mm;
    return m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) -
           m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0]) +
           m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0]);
}

static bool finite_matrix(const struct grid *grid, struct err *err)
{
    for (int r = 0; r < 3; r++)
        for (int c = 0; c < 4; c++)
            if (!isfinite(grid->to_mm[r][c]))
                return ERR_FAIL(err, ERR_FORMAT,
                                "the voxel-to-patient matrix is not finite (row %d, "
                                "column %d)",
                                r, c);
    for (int r = 0; r < 3; r++)
        if (fabs(grid->to_mm[r][3]) > IMAGE_MAX_ORIGIN_MM)
            return ERR_FAIL(err, ERR_FORMAT, "the origin lies at %g mm on axis %d",
                            grid->to_mm[r][3], r);
    return true;
}

bool grid_check(const struct grid *grid, struct err *err)
{
    for (int a = 0; a < 3; a++)
        if (grid->dim[a] < 1)
            return ERR_FAIL(err, ERR_FORMAT, "axis %d has %d voxels", a, grid->dim[a]);
    /* The product of three positive int32 may not fit; that of two does. */
    const int64_t plane = (int64_t)grid->dim[0] * grid->dim[1];
    if (plane > IMAGE_MAX_VOXELS || plane * grid->dim[2] > IMAGE_MAX_VOXELS)
        return ERR_FAIL(err, ERR_SUPPORT, "%d x %d x %d voxels; at most %lld are read",
                        grid->dim[0], grid->dim[1], grid->dim[2],
                        (long long)IMAGE_MAX_VOXELS);
    if (!finite_matrix(grid, err))
        return false;
    double box = 1.0;
    for (int a = 0; a < 3; a++) {
        const double edge = grid_edge_mm(grid, a);
        if (!(edge >= IMAGE_MIN_EDGE_MM && edge <= IMAGE_MAX_EDGE_MM))
            return ERR_FAIL(err, ERR_FORMAT,
                            "the voxel edge along axis %d is %g mm, outside %g to %g "
                            "mm",
                            a, edge, IMAGE_MIN_EDGE_MM, IMAGE_MAX_EDGE_MM);
        box *= edge;
    }
    if (!(fabs(determinant(grid)) > 1e-3 * box))
        return ERR_FAIL(err, ERR_FORMAT, "two axes of the grid are parallel");
    return true;
}

size_t grid_voxels(const struct grid *grid)
{
    return (size_t)grid->dim[0] * (size_t)grid->dim[1] * (size_t)grid->dim[2];
}

double grid_voxel_ml(const struct grid *grid)
{
    return fabs(determinant(grid)) / 1000.0;
}

double grid_slice_spacing_mm(const struct grid *grid)
{
    double area2 = 0.0;

    for (int a = 0; a < 3; a++) {
        const double *r = grid->to_mm[(a + 1) % 3], *s = grid->to_mm[(a + 2) % 3];
        const double part = r[0] * s[1] - s[0] * r[1];
        area2 += part * part;
    }
    return fabs(determinant(grid)) / sqrt(area2);
}

void grid_point_mm(const struct grid *grid, const double index[static 3],
                   double mm[static 3])
{
    double p[3];
    for (int r = 0; r < 3; r++)
        p[r] = grid->to_mm[r][0] * index[0] + grid->to_mm[r][1] * index[1] +
               grid->to_mm[r][2] * index[2] + grid->to_mm[r][3];
    for (int r = 0; r < 3; r++)
        mm[r] = p[r];
}

double grid_apart_mm(const struct grid *a, const struct grid *b)
{
    double most = 0.0;

    for (int i = 0; i < 3; i++)
        if (a->dim[i] != b->dim[i])
            return (double)INFINITY;
    /* An affine map is known by four corners; the other four follow, but their errors
     * can add up, so all eight are compared. */
    for (int corner = 0; corner < 8; corner++) {
        double index[3], p[3], q[3], d = 0.0;
        for (int i = 0; i < 3; i++)
            index[i] = (corner >> i & 1) ? (double)(a->dim[i] - 1) : 0.0;
        grid_point_mm(a, index, p);
        grid_point_mm(b, index, q);
        for (int i = 0; i < 3; i++)
            d += (p[i] - q[i]) * (p[i] - q[i]);
        if (isnan(d))
            return (double)INFINITY;
        most = fmax(most, sqrt(d));
    }
    return most;
}

void grid_difference(const struct grid *grid, const struct grid *other,
                     char text[static GRID_DIFFERENCE])
{
    const int32_t *p = grid->dim, *t = other->dim;
    double e[2][3];
    bool edges = false;
    for (int a = 0; a < 3; a++) {
        e[0][a] = grid_edge_mm(grid, a);
        e[1][a] = grid_edge_mm(other, a);
        edges = edges || fabs(e[0][a] - e[1][a]) > 1e-3 * e[1][a];
    }
    if (memcmp(p, t, sizeof grid->dim) != 0)
        (void)snprintf(text, GRID_DIFFERENCE, "%d x %d x %d voxels, not %d x %d x %d",
                       (int)p[0], (int)p[1], (int)p[2], (int)t[0], (int)t[1],
                       (int)t[2]);
    else if (edges)
        (void)snprintf(text, GRID_DIFFERENCE,
                       "voxels of %.4g x %.4g x %.4g mm, not %.4g x %.4g x %.4g",
                       e[0][0], e[0][1], e[0][2], e[1][0], e[1][1], e[1][2]);
    else
        (void)snprintf(text, GRID_DIFFERENCE, "the same voxels at another place");
}

bool grid_same(const struct grid *a, const struct grid *b, double tol_mm)
{
    return grid_apart_mm(a, b) <= tol_mm;
}

bool image_alloc(const struct grid *grid, struct image *out, struct err *err)
{
    if (!grid_check(grid, err))
        return false;
    float *vox = mem_alloc(grid_voxels(grid), sizeof *vox, err);
    if (!vox)
        return false;
    *out = (struct image){.grid = *grid, .vox = vox};
    return true;
}

bool labels_alloc(const struct grid *grid, struct labels *out, struct err *err)
{
    if (!grid_check(grid, err))
        return false;
    uint8_t *vox = mem_alloc(grid_voxels(grid), sizeof *vox, err);
    if (!vox)
        return false;
    *out = (struct labels){.grid = *grid, .vox = vox};
    return true;
}

void image_clear(struct image *image)
{
    mem_free(image->vox);
    *image = (struct image){0};
}

void labels_clear(struct labels *labels)
{
    mem_free(labels->vox);
    *labels = (struct labels){0};
}

bool image_codes_take(struct image_codes *codes, const float *vox, size_t count)
{
    float *seen = codes->seen;

    for (size_t v = 0; v < count; v++) {
        const float x = vox[v];
        if (codes->count > 0 && x == seen[0])
            continue;
        if (!(x >= 0.0f && x <= 65535.0f) || x != floorf(x))
            return false;
        int s = 0;
        while (s < codes->count && seen[s] != x)
            s++;
        if (s == LABEL_COUNT)
            return false;
        if (s == codes->count)
            seen[codes->count++] = x;
        /* the last met stands first: label maps come in long runs */
        const float t = seen[0];
        seen[0] = seen[s];
        seen[s] = t;
    }
    return true;
}

bool image_looks_like_labels(const struct image *image)
{
    struct image_codes codes = {0};
    const size_t n = grid_voxels(&image->grid);

    /* a constant image has no code at all */
    return image_codes_take(&codes, image->vox, n) && codes.count > 1;
}
