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
    for (int32_t i = 0; i < dim[0]; i++) {
        double *column = squared + i;
        for (int32_t j = 0; j < dim[1]; j++)
            e->height[j] = column[(size_t)j * (size_t)dim[0]];
        lower_envelope(e, dim[1], edge_mm[1] * edge_mm[1]);
        for (int32_t j = 0; j < dim[1]; j++)
            column[(size_t)j * (size_t)dim[0]] = e->squared[j];
    }
}

static bool transform(const uint8_t *mask, const int32_t dim[3],
                      const double edge_mm[2], bool is_signed, float *out,
                      struct err *err)
{
    struct envelope e = {0};
    double *squared = NULL;
    bool ok = false;

    if (dim[0] < 1 || dim[1] < 1 || dim[2] < 1)
        return ERR_FAIL(err, ERR_ARG, "distance: a volume of %d x %d x %d voxels",
                        dim[0], dim[1], dim[2]);
    if (!(edge_mm[0] > 0.0 && edge_mm[1] > 0.0) || isinf(edge_mm[0]) ||
        isinf(edge_mm[1]))
        return ERR_FAIL(err, ERR_ARG, "distance: a pixel of %g x %g mm", edge_mm[0],
                        edge_mm[1]);
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
