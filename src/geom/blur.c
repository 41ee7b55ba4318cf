#include "geom/blur.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

enum { MAX_RADIUS = 192 }; /* 3 * GEOM_BLUR_MAX_SIGMA */

struct kernel {
    int radius;
    double
        weight[MAX_RADIUS + 1]; /* of distance 0, 1, ...; sums to 1 over both sides */
};

static void make_kernel(double sigma, struct kernel *k)
{
    double sum = 0.0;
    k->radius = (int)ceil(3.0 * sigma);
    k->weight[0] = 1.0;
    for (int n = k->radius; n >= 1; n--) {
        const double d = (double)n / sigma; /* its square may be infinite, not 0/0 */
        k->weight[n] = exp(-0.5 * d * d);
        sum += 2.0 * k->weight[n];
    }
    sum += 1.0;
    for (int n = 0; n <= k->radius; n++)
        k->weight[n] /= sum;
}

/* sum[i] = w[0] centre[i] + w[n] (a[i] + b[i]) ...: pairs at equal distance are added
 * first, which makes the sum the same for a mirrored row. */
ATTR_CLONES
static void add_centre(double *sum, const float *centre, double w, size_t n)
{
    for (size_t i = 0; i < n; i++)
        sum[i] = w * (double)centre[i];
}

ATTR_CLONES
static void add_pair(double *sum, const float *a, const float *b, double w, size_t n)
{
    for (size_t i = 0; i < n; i++)
        sum[i] += w * ((double)a[i] + (double)b[i]);
}

static void store(float *row, const double *sum, size_t n)
{
    for (size_t i = 0; i < n; i++)
        row[i] = (float)sum[i];
}

struct work {
    double *sum; /* [nx] */
    float *row;  /* [nx + 2 radius] with the edges carried on */
    float *rows; /* [ny][nx] copy of a slice */
};

static void blur_row(float *row, size_t nx, const struct kernel *k, struct work *w)
{
    const size_t r = (size_t)k->radius;
    for (size_t i = 0; i < r; i++) {
        w->row[i] = row[0];
        w->row[r + nx + i] = row[nx - 1];
    }
    memcpy(w->row + r, row, nx * sizeof *row);
    add_centre(w->sum, w->row + r, k->weight[0], nx);
    for (size_t n = 1; n <= r; n++)
        add_pair(w->sum, w->row + r - n, w->row + r + n, k->weight[n], nx);
    store(row, w->sum, nx);
}

static void blur_columns(float *slice, size_t nx, size_t ny, const struct kernel *k,
                         struct work *w)
{
    memcpy(w->rows, slice, nx * ny * sizeof *slice);
    for (size_t j = 0; j < ny; j++) {
        add_centre(w->sum, w->rows + j * nx, k->weight[0], nx);
        for (size_t n = 1; n <= (size_t)k->radius; n++) {
            const size_t up = j >= n ? j - n : 0;
            const size_t down = j + n < ny ? j + n : ny - 1;
            add_pair(w->sum, w->rows + up * nx, w->rows + down * nx, k->weight[n], nx);
        }
        store(slice + j * nx, w->sum, nx);
    }
}

static bool check(const int32_t dim[static 3], const double sigma[static 2],
                  struct err *err)
{
    for (int a = 0; a < 3; a++)
        if (dim[a] < 1)
            return ERR_FAIL(err, ERR_ARG, "blur: axis %d has %d voxels", a, dim[a]);
    for (int a = 0; a < 2; a++)
        if (!(sigma[a] >= 0.0 && sigma[a] <= GEOM_BLUR_MAX_SIGMA))
            return ERR_FAIL(err, ERR_ARG, "blur: sigma is %g, must be 0 to %g pixels",
                            sigma[a], GEOM_BLUR_MAX_SIGMA);
    return true;
}

bool geom_blur(float *vox, const int32_t dim[static 3], const double sigma[static 2],
               struct err *err)
{
    struct kernel kx = {0}, ky = {0};
    struct work w = {0};
    bool ok = false;

    if (!check(dim, sigma, err))
        return false;
    const size_t nx = (size_t)dim[0], ny = (size_t)dim[1], nz = (size_t)dim[2];
    if (sigma[0] > 0.0)
        make_kernel(sigma[0], &kx);
    if (sigma[1] > 0.0)
        make_kernel(sigma[1], &ky);
    w.sum = mem_alloc(nx, sizeof *w.sum, err);
    w.row = mem_alloc(nx + 2 * (size_t)kx.radius, sizeof *w.row, err);
    w.rows = mem_alloc(nx * ny, sizeof *w.rows, err);
    if (!w.sum || !w.row || !w.rows)
        goto done;

    for (size_t z = 0; z < nz; z++) {
        float *slice = vox + z * nx * ny;
        for (size_t j = 0; kx.radius > 0 && j < ny; j++)
            blur_row(slice + j * nx, nx, &kx, &w);
        if (ky.radius > 0)
            blur_columns(slice, nx, ny, &ky, &w);
    }
    ok = true;
done:
    mem_free(w.sum);
    mem_free(w.row);
    mem_free(w.rows);
    return ok;
}
