#include "geom/resample.h"

#include <math.h>

#include "base/mem.h"

/* One output index along an axis: the source indices it lies between, and how far. */
struct tap {
    int32_t lo, hi; /* lo <= hi <= lo + 1 */
    double frac;    /* 0 at lo, 1 at hi */
};

/* The target grid and, for each axis, the taps of its indices. */
struct plan {
    struct grid grid;
    struct tap *tap[3];
};

static void plan_clear(struct plan *p)
{
    for (int a = 0; a < 3; a++)
        mem_free(p->tap[a]);
    *p = (struct plan){0};
}

/* In source voxels. */
static double step_of(const struct grid *src, int a, double edge_mm)
{
    return edge_mm / grid_edge_mm(src, a);
}

static bool plan_grid(const struct grid *src, const double edge_mm[static 3],
                      struct grid *grid, struct err *err)
{
    for (int a = 0; a < 3; a++) {
        const double step = step_of(src, a, edge_mm[a]);
        /* A last voxel that rounding puts a hair too far out still counts. */
        const double last = floor((double)(src->dim[a] - 1) / step + 1e-9);
        if (!(last < (double)IMAGE_MAX_VOXELS))
            return ERR_FAIL(err, ERR_SUPPORT, "resample: axis %d would have %g voxels",
                            a, last + 1);
        grid->dim[a] = (int32_t)last + 1;
        for (int r = 0; r < 3; r++)
            grid->to_mm[r][a] = src->to_mm[r][a] * step;
        grid->to_mm[a][3] = src->to_mm[a][3];
    }
    return grid_check(grid, err);
}

static bool plan_taps(int32_t dim, double step, int32_t source_dim, struct tap **out,
                      struct err *err)
{
    struct tap *tap = mem_alloc((size_t)dim, sizeof *tap, err);
    if (!tap)
        return false;
    for (int32_t i = 0; i < dim; i++) {
        const double x = fmin((double)i * step, (double)(source_dim - 1));
        const int32_t lo = (int32_t)floor(x);
        tap[i] = (struct tap){
            .lo = lo, .hi = lo + 1 < source_dim ? lo + 1 : lo, .frac = x - (double)lo};
    }
    *out = tap;
    return true;
}

static bool make_plan(const struct grid *src, const double edge_mm[static 3],
                      struct plan *out, struct err *err)
{
    struct plan p = {.grid = {.dim = {0}}};

    for (int a = 0; a < 3; a++) {
        if (src->dim[a] < 1)
            return ERR_FAIL(err, ERR_ARG, "resample: the source is empty");
        if (!(edge_mm[a] >= IMAGE_MIN_EDGE_MM && edge_mm[a] <= IMAGE_MAX_EDGE_MM))
            return ERR_FAIL(err, ERR_ARG, "resample: an edge of %g mm along axis %d",
                            edge_mm[a], a);
    }
    /* The whole grid is checked before memory is taken for any of its axes. */
    if (!grid_check(src, err) || !plan_grid(src, edge_mm, &p.grid, err))
        return false;
    for (int a = 0; a < 3; a++) {
        if (!plan_taps(p.grid.dim[a], step_of(src, a, edge_mm[a]), src->dim[a],
                       &p.tap[a], err)) {
            plan_clear(&p);
            return false;
        }
    }
    *out = p;
    return true;
}

static double lerp(double a, double b, double t)
{
    return a + t * (b - a);
}

/* Four rows of the source surround a row of the output. */
static void linear_row(const struct image *src, const struct plan *p, int32_t j,
                       int32_t k, float *row)
{
    const struct tap y = p->tap[1][j], z = p->tap[2][k];
    const float *near_lo = src->vox + grid_index(&src->grid, 0, y.lo, z.lo);
    const float *near_hi = src->vox + grid_index(&src->grid, 0, y.hi, z.lo);
    const float *far_lo = src->vox + grid_index(&src->grid, 0, y.lo, z.hi);
    const float *far_hi = src->vox + grid_index(&src->grid, 0, y.hi, z.hi);

    for (int32_t i = 0; i < p->grid.dim[0]; i++) {
        const struct tap x = p->tap[0][i];
        const double near =
            lerp(lerp((double)near_lo[x.lo], (double)near_lo[x.hi], x.frac),
                 lerp((double)near_hi[x.lo], (double)near_hi[x.hi], x.frac), y.frac);
        const double far =
            lerp(lerp((double)far_lo[x.lo], (double)far_lo[x.hi], x.frac),
                 lerp((double)far_hi[x.lo], (double)far_hi[x.hi], x.frac), y.frac);
        row[i] = (float)lerp(near, far, z.frac);
    }
}

bool geom_resample_image(const struct image *src, const double edge_mm[static 3],
                         struct image *out, struct err *err)
{
    struct plan p = {0};
    struct image dst = {0};
    bool ok = false;

    if (!make_plan(&src->grid, edge_mm, &p, err))
        return false;
    if (!image_alloc(&p.grid, &dst, err))
        goto done;
    for (int32_t k = 0; k < p.grid.dim[2]; k++)
        for (int32_t j = 0; j < p.grid.dim[1]; j++)
            linear_row(src, &p, j, k, dst.vox + grid_index(&p.grid, 0, j, k));
    *out = dst;
    ok = true;
done:
    plan_clear(&p);
    return ok;
}
