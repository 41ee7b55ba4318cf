#include "dicom/reading_place.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/vector.h"
#include "geom/polygon.h"

/* Contour points that are off the picture by more have been drawn on another one. */
#define OFF_PICTURE 1.0

/* ---- places on slices ---- */

static void from_slice(const struct dicom_slice *s, const double mm[3], double out[3])
{
    for (int a = 0; a < 3; a++)
        out[a] = mm[a] - s->position_mm[a];
}

/* How far a point is from a slice's plane. */
static double distance(const struct dicom_slice *s, const double mm[3])
{
    double normal[3], d[3];

    vector_cross(s->orientation, s->orientation + 3, normal);
    from_slice(s, mm, d);
    return fabs(vector_dot(d, normal));
}

static int32_t nearest_slice(const struct dicom_source *s, const double mm[3])
{
    int32_t best = 0;

    for (int32_t k = 1; k < s->slices; k++)
        if (distance(&s->slice[k], mm) < distance(&s->slice[best], mm))
            best = k;
    return best;
}

/* A point as column and row of a slice. */
static struct geom_point pixel_of(const struct dicom_source *s, int32_t k,
                                  const double mm[3])
{
    const struct dicom_slice *slice = &s->slice[k];
    double d[3];

    from_slice(slice, mm, d);
    return (struct geom_point){vector_dot(d, slice->orientation) / s->column_mm,
                               vector_dot(d, slice->orientation + 3) / s->row_mm};
}

static double tolerance_of(const struct dicom_source *s)
{
    return DICOM_READING_OFF_SLICE * s->spacing_mm;
}

/* ---- masks ---- */

/* A mask's frame on its slice: where pixel (0, 0) lies and which way i and j run. */
struct laid {
    int32_t slice;
    int64_t x, y;           /* of its first pixel */
    int64_t ix, iy, jx, jy; /* steps of -1, 0 or 1 */
};

static void corner(const struct dicom_reading *r, const struct dicom_mask *m, int which,
                   double mm[3])
{
    const double i = which % 2 != 0 ? (double)(r->columns - 1) : 0.0;
    const double j = which / 2 != 0 ? (double)(r->rows - 1) : 0.0;

    for (int a = 0; a < 3; a++)
        mm[a] = m->position_mm[a] + i * m->column_mm * m->orientation[a] +
                j * m->row_mm * m->orientation[3 + a];
}

static bool find_slice(const struct dicom_reading *r, const struct dicom_mask *m,
                       const struct dicom_source *s, int32_t *slice, struct err *err)
{
    double mm[3], most = 0.0;

    corner(r, m, 0, mm);
    *slice = nearest_slice(s, mm);
    for (int c = 0; c < 4; c++) {
        corner(r, m, c, mm);
        most = fmax(most, distance(&s->slice[*slice], mm));
    }
    return most <= tolerance_of(s) ||
           ERR_FAIL(err, ERR_FORMAT, "frame %d is up to %.2f mm off the nearest slice",
                    m->number, most);
}

/* One step along a direction of the mask, in pixels of the image. */
static struct geom_point step_of(const struct dicom_source *s, int32_t slice,
                                 const double direction[3], double mm)
{
    const double *o = s->slice[slice].orientation;

    return (struct geom_point){mm * vector_dot(direction, o) / s->column_mm,
                               mm * vector_dot(direction, o + 3) / s->row_mm};
}

static bool is_one_pixel(struct geom_point step)
{
    return fabs(hypot(step.x, step.y) - 1.0) < 0.01;
}

/* Is it along one of the image's axes? */
static bool is_straight(int64_t x, int64_t y)
{
    return (x == 0 && (y == 1 || y == -1)) || (y == 0 && (x == 1 || x == -1));
}

static double off_pixels(const struct dicom_reading *r, const struct dicom_mask *m,
                         const struct dicom_source *s, const struct laid *l)
{
    double most = 0.0;

    for (int c = 0; c < 4; c++) {
        const int64_t i = c % 2 != 0 ? r->columns - 1 : 0;
        const int64_t j = c / 2 != 0 ? r->rows - 1 : 0;
        double mm[3];
        corner(r, m, c, mm);
        const struct geom_point p = pixel_of(s, l->slice, mm);
        most = fmax(most, fabs(p.x - (double)(l->x + i * l->ix + j * l->jx)));
        most = fmax(most, fabs(p.y - (double)(l->y + i * l->iy + j * l->jy)));
    }
    return most;
}

/* Beyond every picture, a whole number no more. */
static bool is_far(struct geom_point p)
{
    return !(fabs(p.x) < GEOM_POLYGON_REACH && fabs(p.y) < GEOM_POLYGON_REACH);
}

static bool lay(const struct dicom_reading *r, const struct dicom_mask *m,
                const struct dicom_source *s, struct laid *out, struct err *err)
{
    struct laid l = {0};

    if (!find_slice(r, m, s, &l.slice, err))
        return false;
    const struct geom_point first = pixel_of(s, l.slice, m->position_mm);
    const struct geom_point i = step_of(s, l.slice, m->orientation, m->column_mm);
    const struct geom_point j = step_of(s, l.slice, m->orientation + 3, m->row_mm);
    if (!is_one_pixel(i) || !is_one_pixel(j))
        return ERR_FAIL(err, ERR_FORMAT,
                        "frame %d has pixels of %.4g x %.4g mm, the image of %.4g x "
                        "%.4g mm",
                        m->number, m->column_mm, m->row_mm, s->column_mm, s->row_mm);
    if (is_far(first))
        return ERR_FAIL(err, ERR_FORMAT, "frame %d is outside of the image", m->number);
    l.x = llround(first.x), l.y = llround(first.y);
    l.ix = llround(i.x), l.iy = llround(i.y);
    l.jx = llround(j.x), l.jy = llround(j.y);
    const double off = off_pixels(r, m, s, &l);
    if (!is_straight(l.ix, l.iy) || !is_straight(l.jx, l.jy) ||
        off > DICOM_READING_OFF_PIXEL)
        return ERR_FAIL(err, ERR_FORMAT,
                        "pixels of frame %d are not those of the image, but up to %.2f "
                        "pixels off",
                        m->number, off);
    *out = l;
    return true;
}

static bool is_set(const struct dicom_reading *r, size_t bit)
{
    return (r->bits[bit / 8] >> bit % 8 & 1U) != 0;
}

static bool is_empty(const struct dicom_reading *r, size_t first, size_t count)
{
    for (size_t b = first; b < first + count; b++)
        if (is_set(r, b))
            return false;
    return true;
}

static bool place_mask(const struct dicom_reading *r, size_t m,
                       const struct dicom_source *s, uint8_t *mask, struct err *err)
{
    const size_t plane = (size_t)r->rows * (size_t)r->columns, first = m * plane;
    struct laid l;
    size_t outside = 0;

    if (is_empty(r, first, plane))
        return true;
    if (!lay(r, &r->mask[m], s, &l, err))
        return false;
    for (size_t p = 0; p < plane; p++) {
        const int64_t i = (int64_t)(p % (size_t)r->columns);
        const int64_t j = (int64_t)(p / (size_t)r->columns);
        const int64_t x = l.x + i * l.ix + j * l.jx, y = l.y + i * l.iy + j * l.jy;
        if (!is_set(r, first + p))
            continue;
        if (x < 0 || y < 0 || x >= s->columns || y >= s->rows)
            outside++;
        else
            mask[grid_index(&s->grid, (int32_t)x, (int32_t)y, l.slice)] = 1;
    }
    return outside == 0 ||
           ERR_FAIL(err, ERR_FORMAT, "%zu pixels of frame %d are outside of the image",
                    outside, r->mask[m].number);
}

/* ---- contours ---- */

/* Those of one region, on their slices. */
struct outlines {
    struct geom_point *point;     /* owned */
    struct geom_outline *outline; /* owned; in the order of their slices, once sorted */
    int32_t *slice;               /* owned; of each outline */
    size_t count, points;
};

static void outlines_clear(struct outlines *o)
{
    mem_free(o->point);
    mem_free(o->outline);
    mem_free(o->slice);
}

static bool outlines_alloc(const struct dicom_reading *r, size_t region,
                           struct outlines *o, struct err *err)
{
    size_t contours = 0, points = 0;

    for (size_t c = 0; c < r->contours; c++)
        if ((size_t)r->contour[c].region == region) {
            contours++;
            points += (size_t)r->contour[c].count;
        }
    return (o->point = mem_alloc(points, sizeof *o->point, err)) &&
           (o->outline = mem_alloc(contours, sizeof *o->outline, err)) &&
           (o->slice = mem_alloc(contours, sizeof *o->slice, err));
}

static bool take_point(const struct dicom_source *s, const struct dicom_contour *c,
                       int32_t slice, const double mm[3], struct geom_point *out,
                       struct err *err)
{
    const double off = distance(&s->slice[slice], mm);
    const struct geom_point p = pixel_of(s, slice, mm);

    if (!(off <= tolerance_of(s)))
        return ERR_FAIL(err, ERR_FORMAT,
                        "contour %d is up to %.2f mm off the nearest "
                        "slice",
                        c->number, off);
    if (!(p.x >= -OFF_PICTURE && p.x <= s->columns - 1 + OFF_PICTURE &&
          p.y >= -OFF_PICTURE && p.y <= s->rows - 1 + OFF_PICTURE))
        return ERR_FAIL(err, ERR_FORMAT, "contour %d leaves the image", c->number);
    *out = p;
    return true;
}

static bool take_contour(const struct dicom_reading *r, const struct dicom_contour *c,
                         const struct dicom_source *s, struct outlines *o,
                         struct err *err)
{
    double(*const point)[3] = r->point + c->first;

    if (!c->closed)
        return ERR_FAIL(err, ERR_FORMAT, "contour %d is not closed and planar",
                        c->number);
    if (c->count == 0)
        return true;
    const int32_t slice = nearest_slice(s, point[0]);
    o->slice[o->count] = slice;
    o->outline[o->count++] =
        (struct geom_outline){o->point + o->points, (size_t)c->count};
    for (int32_t p = 0; p < c->count; p++)
        if (!take_point(s, c, slice, point[p], &o->point[o->points++], err))
            return false;
    return true;
}

/* Outlines of slice k to the front of those from `from` on; how many they are. */
static size_t gather(struct outlines *o, size_t from, int32_t k)
{
    size_t n = 0;

    for (size_t i = from; i < o->count; i++) {
        if (o->slice[i] != k)
            continue;
        const struct geom_outline found = o->outline[i];
        o->outline[i] = o->outline[from + n];
        o->slice[i] = o->slice[from + n];
        o->outline[from + n] = found;
        o->slice[from + n] = k;
        n++;
    }
    return n;
}

static bool fill(struct outlines *o, const struct dicom_source *s, uint8_t *mask,
                 struct err *err)
{
    size_t from = 0;

    for (int32_t k = 0; k < s->slices && from < o->count; k++) {
        const size_t n = gather(o, from, k);
        if (n > 0 && !geom_polygon_fill(o->outline + from, n, s->columns, s->rows,
                                        mask + grid_index(&s->grid, 0, 0, k), err))
            return false;
        from += n;
    }
    return true;
}

static bool place_contours(const struct dicom_reading *r, size_t region,
                           const struct dicom_source *s, uint8_t *mask, struct err *err)
{
    struct outlines o = {0};
    bool ok = outlines_alloc(r, region, &o, err);

    for (size_t c = 0; ok && c < r->contours; c++)
        if ((size_t)r->contour[c].region == region)
            ok = take_contour(r, &r->contour[c], s, &o, err);
    ok = ok && fill(&o, s, mask, err);
    outlines_clear(&o);
    return ok;
}

/* ---- both ---- */

bool dicom_reading_same_frame(const char *a, const char *b)
{
    return !a[0] || !b[0] || strcmp(a, b) == 0;
}

bool dicom_reading_place(const struct dicom_reading *reading, size_t region,
                         const struct dicom_source *source, uint8_t *mask,
                         struct err *err)
{
    if (region >= reading->regions || source->slices < 1)
        return ERR_FAIL(err, ERR_ARG, "no region %zu, or no slices", region);
    if (!dicom_reading_same_frame(reading->region[region].frame_of_reference,
                                  source->series.frame_of_reference))
        return ERR_FAIL(err, ERR_FORMAT,
                        "segment or structure %d has another frame of reference than "
                        "the image",
                        reading->region[region].number);
    for (size_t m = 0; m < reading->masks; m++)
        if ((size_t)reading->mask[m].region == region &&
            !place_mask(reading, m, source, mask, err))
            return false;
    return place_contours(reading, region, source, mask, err);
}
