#include "measure/surface.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "geom/crop.h"
#include "geom/distance.h"
#include "measure/pair.h"

/* Rows that a search may look at, per place of the lattice: about what a transform of
 * the whole lattice costs. */
enum { SEARCH_LIMIT = 4 };

static const double slack_mm = 1e-6; /* rows hold floats */

/* Faces and voxels lie on a lattice of half edges, from the lower corner of the box
 * on: a voxel's centre at odd places, the centre of a face at an even one of its axis.
 */
struct lattice {
    int32_t dim[3];
    double step_mm[3]; /* half an edge */
};

struct element {
    int32_t at[3]; /* of the lattice */
    double area;   /* mm^2 */
    double mm;     /* to the other surface */
};

/* One region inside the box of both. */
struct side {
    uint8_t *inside;         /* voxels, with a border of one round the box */
    struct element *element; /* [n] */
    size_t n;
    double area;
    float *along; /* lattice: mm to the nearest element of the same row */
};

static void side_clear(struct side *s)
{
    mem_free(s->inside);
    mem_free(s->element);
    mem_free(s->along);
}

static void fill_inside(const struct labels *l, unsigned set, const struct geom_box *b,
                        uint8_t *inside)
{
    const size_t nx = (size_t)b->dim[0] + 2;
    const size_t ny = (size_t)b->dim[1] + 2;
    for (int32_t k = 0; k < b->dim[2]; k++)
        for (int32_t j = 0; j < b->dim[1]; j++) {
            const uint8_t *row =
                l->vox + grid_index(&l->grid, b->lo[0], b->lo[1] + j, b->lo[2] + k);
            uint8_t *to = inside + (((size_t)k + 1) * ny + (size_t)j + 1) * nx + 1;
            for (int32_t i = 0; i < b->dim[0]; i++)
                to[i] = label_in(row[i], set);
        }
}

/* List the faces, or count them where `element` is NULL. */
static size_t list_faces(const uint8_t *inside, const struct lattice *l,
                         struct element *element)
{
    const double *h = l->step_mm;
    const double area[3] = {4 * h[1] * h[2], 4 * h[0] * h[2], 4 * h[0] * h[1]};
    const size_t row = (size_t)(l->dim[0] / 2) + 2;
    const size_t plane = row * ((size_t)(l->dim[1] / 2) + 2);
    const size_t step[3] = {1, row, plane};
    size_t n = 0;
    for (int32_t z = 1; z <= l->dim[2] + 1; z += 2)
        for (int32_t y = 1; y <= l->dim[1] + 1; y += 2)
            for (int32_t x = 1; x <= l->dim[0] + 1; x += 2) {
                const uint8_t *v = inside + (size_t)(z / 2 + 1) * plane +
                                   (size_t)(y / 2 + 1) * row + (size_t)(x / 2 + 1);
                for (int a = 0; a < 3; a++) {
                    if (*v == *(v - step[a]))
                        continue;
                    if (element) {
                        element[n] = (struct element){.at = {x, y, z}, .area = area[a]};
                        element[n].at[a]--;
                    }
                    n++;
                }
            }
    return n;
}

static size_t place_of(const struct lattice *l, const int32_t at[3])
{
    return ((size_t)at[2] * (size_t)l->dim[1] + (size_t)at[1]) * (size_t)l->dim[0] +
           (size_t)at[0];
}

static size_t places_of(const struct lattice *l)
{
    return (size_t)l->dim[0] * (size_t)l->dim[1] * (size_t)l->dim[2];
}

/* From every place of a row to its nearest element, by one sweep each way. */
static void sweep_rows(const struct lattice *l, float *along)
{
    const size_t rows = (size_t)l->dim[1] * (size_t)l->dim[2];
    const float step = (float)l->step_mm[0];
    const int32_t n = l->dim[0];
    for (size_t r = 0; r < rows; r++) {
        float *row = along + r * (size_t)n;
        for (int32_t x = 1; x < n; x++)
            row[x] = row[x] < row[x - 1] + step ? row[x] : row[x - 1] + step;
        for (int32_t x = n - 2; x >= 0; x--)
            row[x] = row[x] < row[x + 1] + step ? row[x] : row[x + 1] + step;
    }
}

static bool make_side(const struct labels *map, unsigned set, const struct geom_box *b,
                      const struct lattice *l, struct side *out, struct err *err)
{
    const size_t places = places_of(l);
    size_t voxels = 1;
    for (int a = 0; a < 3; a++)
        voxels *= (size_t)b->dim[a] + 2;
    out->inside = mem_alloc(voxels, 1, err);
    out->along = mem_alloc(places, sizeof *out->along, err);
    if (!out->inside || !out->along)
        return false;
    fill_inside(map, set, b, out->inside);
    out->n = list_faces(out->inside, l, NULL);
    out->element = mem_alloc(out->n, sizeof *out->element, err);
    if (!out->element)
        return false;
    (void)list_faces(out->inside, l, out->element);
    for (size_t p = 0; p < places; p++)
        out->along[p] = INFINITY;
    for (size_t i = 0; i < out->n; i++) {
        out->along[place_of(l, out->element[i].at)] = 0;
        out->area += out->element[i].area;
    }
    sweep_rows(l, out->along);
    return true;
}

/* The least squared distance to an element, below `best`, in a plane of the lattice
 * that lies sqrt(z2) away: rows from the nearest outwards. */
static double search_plane(const float *plane, const struct lattice *l,
                           const int32_t at[3], double z2, double best, size_t *rows)
{
    for (int32_t dy = 0; dy < l->dim[1]; dy++) {
        const double y = dy * l->step_mm[1], rest = y * y + z2;
        if (rest >= best)
            break;
        for (int32_t row = at[1] - dy; row <= at[1] + dy; row += dy ? 2 * dy : 1) {
            if (row < 0 || row >= l->dim[1])
                continue;
            const double x =
                (double)plane[(size_t)row * (size_t)l->dim[0] + (size_t)at[0]];
            ++*rows;
            best = x * x + rest < best ? x * x + rest : best;
        }
    }
    return best;
}

static double nearest_mm(const struct side *to, const struct lattice *l,
                         const int32_t at[3], size_t *rows)
{
    const size_t plane = (size_t)l->dim[0] * (size_t)l->dim[1];
    double best = INFINITY;
    for (int32_t dz = 0; dz < l->dim[2]; dz++) {
        const double z = dz * l->step_mm[2];
        if (z * z >= best)
            break;
        for (int32_t k = at[2] - dz; k <= at[2] + dz; k += dz ? 2 * dz : 1)
            if (k >= 0 && k < l->dim[2])
                best = search_plane(to->along + (size_t)k * plane, l, at, z * z, best,
                                    rows);
    }
    return sqrt(best);
}

static int by_distance(const void *a, const void *b)
{
    const struct element *x = a, *y = b;
    return (x->mm > y->mm) - (x->mm < y->mm);
}

/* The other side's distance at every place of the lattice, into its `along`. */
static bool transform(struct side *to, const struct lattice *l, struct err *err)
{
    uint8_t *is_element = mem_alloc(places_of(l), 1, err);
    if (!is_element)
        return false;
    for (size_t i = 0; i < to->n; i++)
        is_element[place_of(l, to->element[i].at)] = 1;
    const bool ok = geom_distance_3d(is_element, l->dim, l->step_mm, to->along, err);
    mem_free(is_element);
    return ok;
}

/* Distances from one side's elements to the other side.  Two outlines of one heart lie
 * near each other, and a search round each element is fast; where it is not (a
 * prediction all over the image), the lattice is transformed as a whole.  `to->along`
 * may be changed. */
static bool measure_to(struct side *from, struct side *to, const struct lattice *l,
                       struct err *err)
{
    const size_t limit = SEARCH_LIMIT * places_of(l);
    size_t rows = 0;
    for (size_t i = 0; i < from->n && rows <= limit; i++)
        from->element[i].mm = nearest_mm(to, l, from->element[i].at, &rows);
    if (rows <= limit)
        return true;
    if (!transform(to, l, err))
        return false;
    for (size_t i = 0; i < from->n; i++)
        from->element[i].mm = (double)to->along[place_of(l, from->element[i].at)];
    return true;
}

static void sort(struct side *s)
{
    qsort(s->element, s->n, sizeof *s->element, by_distance);
}

/* The least distance that 95 % of the area do not exceed. */
static double percentile_95(const struct side *s)
{
    double sum = 0;
    for (size_t i = 0; i < s->n; i++) {
        sum += s->element[i].area;
        if (sum >= 0.95 * s->area)
            return s->element[i].mm;
    }
    return s->element[s->n - 1].mm; /* by rounding alone */
}

static void compare(const struct side side[2], double tolerance_mm,
                    struct measure_surface *out)
{
    double sum = 0, near = 0, total = 0;
    out->available = true;
    out->hd_mm = out->hd95_mm = 0;
    for (int s = 0; s < 2; s++) {
        const struct side *a = &side[s];
        for (size_t i = 0; i < a->n; i++) {
            total += a->element[i].area;
            sum += a->element[i].area * a->element[i].mm;
            if (a->element[i].mm <= tolerance_mm + slack_mm)
                near += a->element[i].area;
        }
        out->hd_mm = fmax(out->hd_mm, a->element[a->n - 1].mm);
        out->hd95_mm = fmax(out->hd95_mm, percentile_95(a));
    }
    out->assd_mm = sum / total;
    out->nsd = near / total;
}

static bool check(const struct labels *truth, const struct labels *pred, unsigned set,
                  double tolerance_mm, struct err *err)
{
    if (!measure_pair_check("surface", truth, pred, set, err))
        return false;
    if (!(tolerance_mm >= 0))
        return ERR_FAIL(err, ERR_ARG, "surface: a tolerance of %g mm", tolerance_mm);
    return true;
}

bool measure_surface(const struct labels *truth, const struct labels *pred,
                     unsigned set, double tolerance_mm, struct measure_surface *out,
                     struct err *err)
{
    struct measure_surface m = {
        .hd_mm = NAN, .hd95_mm = NAN, .assd_mm = NAN, .nsd = NAN};
    struct side side[2] = {{0}};
    struct lattice l;
    struct geom_box b = {0}; /* holds both regions */
    bool ok = false;

    if (!check(truth, pred, set, tolerance_mm, err))
        return false;
    m.truth_empty = !geom_box_hold(truth, set, &b);
    m.pred_empty = !geom_box_hold(pred, set, &b);
    for (int a = 0; a < 3; a++) {
        l.dim[a] = 2 * b.dim[a] + 1;
        l.step_mm[a] = 0.5 * grid_edge_mm(&truth->grid, a);
    }
    if (!m.truth_empty && !make_side(truth, set, &b, &l, &side[0], err))
        goto done;
    if (!m.pred_empty && !make_side(pred, set, &b, &l, &side[1], err))
        goto done;
    m.truth_mm2 = side[0].area;
    m.pred_mm2 = side[1].area;
    if (!m.truth_empty && !m.pred_empty) {
        if (!measure_to(&side[0], &side[1], &l, err) ||
            !measure_to(&side[1], &side[0], &l, err))
            goto done;
        sort(&side[0]);
        sort(&side[1]);
        compare(side, tolerance_mm, &m);
    }
    *out = m;
    ok = true;
done:
    side_clear(&side[0]);
    side_clear(&side[1]);
    return ok;
}
