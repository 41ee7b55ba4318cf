#include "geom/distance.h"

#include <math.h>

#include "base/mem.h"

/* Work space for lines of up to n pixels. */
struct envelope {
    double *height, *squared; /* [n] of the parabolas; the result */
    double *from;             /* [n] where each parabola of the envelope begins */
    int32_t *vertex;          /* [n] and where its vertex is, in pixels */
};

static void envelope_free(struct envelope *e)
{
    mem_free(e->height);
    mem_free(e->squared);
    mem_free(e->from);
    mem_free(e->vertex);
}

static bool envelope_alloc(size_t n, struct envelope *out, struct err *err)
{
    struct envelope e = {
        .height = mem_alloc(n, sizeof *e.height, err),
        .squared = mem_alloc(n, sizeof *e.squared, err),
        .from = mem_alloc(n, sizeof *e.from, err),
        .vertex = mem_alloc(n, sizeof *e.vertex, err),
    };
    if (!e.height || !e.squared || !e.from || !e.vertex) {
        envelope_free(&e);
        return false;
    }
    *out = e;
    return true;
}

/* squared[q] = min over p of height[p] + (q - p)^2 w.  Parabolas of infinite height are
 * none at all. */
static void lower_envelope(const struct envelope *e, int32_t n, double w)
{
    int32_t count = 0;

    for (int32_t p = 0; p < n; p++) {
        if (isinf(e->height[p]))
            continue;
        double start = -INFINITY;
        while (count > 0) {
            const int32_t v = e->vertex[count - 1];
            start = 0.5 * ((e->height[p] - e->height[v]) / (w * (double)(p - v)) +
                           (double)p + (double)v);
            if (start > e->from[count - 1])
                break;
            count--; /* the new parabola hides the last one */
        }
        e->from[count] = count > 0 ? start : -(double)INFINITY;
        e->vertex[count++] = p;
    }
    for (int32_t q = 0, k = 0; q < n; q++) {
        if (count == 0) {
            e->squared[q] = INFINITY;
            continue;
        }
        while (k + 1 < count && e->from[k + 1] <= (double)q)
            k++;
        const double d = (double)(q - e->vertex[k]);
        e->squared[q] = e->height[e->vertex[k]] + d * d * w;
    }
}

/* Along one line more: n squared distances, `stride` apart, in place. */
static void line_squared(double *squared, size_t stride, int32_t n, double edge_mm,
                         const struct envelope *e)
{
    for (int32_t q = 0; q < n; q++)
        e->height[q] = squared[(size_t)q * stride];
    lower_envelope(e, n, edge_mm * edge_mm);
    for (int32_t q = 0; q < n; q++)
        squared[(size_t)q * stride] = e->squared[q];
}

/* Squared distances of one slice to the pixels whose "is in the mask" is `inside`. */
static void slice_squared(const uint8_t *mask, bool inside, const int32_t dim[2],
                          const double edge_mm[2], const struct envelope *e,
                          double *squared)
{
    for (int32_t j = 0; j < dim[1]; j++) {
        const size_t row = (size_t)j * (size_t)dim[0];
        for (int32_t i = 0; i < dim[0]; i++)
            e->height[i] =
                (mask[row + (size_t)i] != 0) == inside ? 0.0 : (double)INFINITY;
        lower_envelope(e, dim[0], edge_mm[0] * edge_mm[0]);
        for (int32_t i = 0; i < dim[0]; i++)
            squared[row + (size_t)i] = e->squared[i];
    }
    for (int32_t i = 0; i < dim[0]; i++)
        line_squared(squared + i, (size_t)dim[0], dim[1], edge_mm[1], e);
}

static bool check(const int32_t dim[3], const double *edge_mm, int axes,
                  struct err *err)
{
    if (dim[0] < 1 || dim[1] < 1 || dim[2] < 1)
        return ERR_FAIL(err, ERR_ARG, "distance: a volume of %d x %d x %d voxels",
                        dim[0], dim[1], dim[2]);
    for (int a = 0; a < axes; a++)
        if (!(edge_mm[a] > 0.0) || isinf(edge_mm[a]))
            return ERR_FAIL(err, ERR_ARG, "distance: an edge of %g mm along axis %d",
                            edge_mm[a], a);
    return true;
}

static bool transform(const uint8_t *mask, const int32_t dim[3],
                      const double edge_mm[2], bool is_signed, float *out,
                      struct err *err)
{
    struct envelope e = {0};
    double *squared = NULL;
    bool ok = false;

    if (!check(dim, edge_mm, 2, err))
        return false;
    const size_t plane = (size_t)dim[0] * (size_t)dim[1];
    const double half = is_signed ? 0.5 * fmin(edge_mm[0], edge_mm[1]) : 0.0;
    squared = mem_alloc(plane, sizeof *squared, err);
    if (!squared ||
        !envelope_alloc((size_t)(dim[0] > dim[1] ? dim[0] : dim[1]), &e, err))
        goto done;
    for (int32_t k = 0; k < dim[2]; k++) {
        const uint8_t *m = mask + (size_t)k * plane;
        float *o = out + (size_t)k * plane;
        slice_squared(m, true, dim, edge_mm, &e, squared);
        for (size_t v = 0; v < plane; v++)
            o[v] = (float)(sqrt(squared[v]) - half);
        if (!is_signed)
            continue;
        slice_squared(m, false, dim, edge_mm, &e, squared);
        for (size_t v = 0; v < plane; v++)
            if (m[v])
                o[v] = (float)(half - sqrt(squared[v]));
    }
    ok = true;
done:
    envelope_free(&e);
    mem_free(squared);
    return ok;
}

bool geom_distance(const uint8_t *mask, const int32_t dim[AT_LEAST(3)],
                   const double edge_mm[AT_LEAST(2)], float *out, struct err *err)
{
    return transform(mask, dim, edge_mm, false, out, err);
}

bool geom_distance_signed(const uint8_t *mask, const int32_t dim[AT_LEAST(3)],
                          const double edge_mm[AT_LEAST(2)], float *out,
                          struct err *err)
{
    return transform(mask, dim, edge_mm, true, out, err);
}

bool geom_distance_3d(const uint8_t *mask, const int32_t dim[AT_LEAST(3)],
                      const double edge_mm[AT_LEAST(3)], float *out, struct err *err)
{
    struct envelope e = {0};
    double *squared = NULL;
    bool ok = false;

    if (!check(dim, edge_mm, 3, err))
        return false;
    const size_t plane = (size_t)dim[0] * (size_t)dim[1];
    const size_t voxels = plane * (size_t)dim[2];
    int32_t longest = dim[2];
    for (int a = 0; a < 2; a++)
        longest = dim[a] > longest ? dim[a] : longest;
    squared = mem_alloc(voxels, sizeof *squared, err);
    if (!squared || !envelope_alloc((size_t)longest, &e, err))
        goto done;
    for (size_t first = 0; first < voxels; first += plane)
        slice_squared(mask + first, true, dim, edge_mm, &e, squared + first);
    for (size_t v = 0; v < plane; v++)
        line_squared(squared + v, plane, dim[2], edge_mm[2], &e);
    for (size_t v = 0; v < voxels; v++)
        out[v] = (float)sqrt(squared[v]);
    ok = true;
done:
    envelope_free(&e);
    mem_free(squared);
    return ok;
}
