#include "geom/polygon.h"

#include <math.h>

#include "base/mem.h"

/* Where lines cross the rows: inside changes at these pixels and stays to the right. */
struct crossings {
    int32_t columns, rows;
    uint8_t *odd; /* owned; [rows][columns + 1] */
};

static bool check_points(const struct geom_outline *o, struct err *err)
{
    for (size_t p = 0; p < o->count; p++)
        if (!(fabs(o->point[p].x) <= GEOM_POLYGON_REACH) ||
            !(fabs(o->point[p].y) <= GEOM_POLYGON_REACH))
            return ERR_FAIL(err, ERR_ARG, "polygon: point %zu is not near the slice",
                            p + 1);
    return true;
}

/* The first whole number that is not below `v`, within 0 and `most`. */
static int32_t first_from(double v, int32_t most)
{
    return (int32_t)fmin(fmax(ceil(v), 0.0), (double)most);
}

/* One side.  Its ends are put in order of y, so that it is crossed at the same place
 * from whichever end it is drawn. */
static void cross(const struct crossings *c, struct geom_point a, struct geom_point b)
{
    const struct geom_point top = a.y <= b.y ? a : b, low = a.y <= b.y ? b : a;
    const int32_t end = first_from(low.y, c->rows);

    for (int32_t j = first_from(top.y, c->rows); j < end; j++) {
        const double part = ((double)j - top.y) / (low.y - top.y);
        const double x = top.x + part * (low.x - top.x);
        const size_t row = (size_t)j * ((size_t)c->columns + 1);
        c->odd[row + (size_t)first_from(x, c->columns)] ^= 1U;
    }
}

static void cross_all(const struct crossings *c, const struct geom_outline *o)
{
    for (size_t p = 0; p < o->count; p++)
        cross(c, o->point[p], o->point[p + 1 < o->count ? p + 1 : 0]);
}

static void set_inside(const struct crossings *c, uint8_t *mask)
{
    for (int32_t j = 0; j < c->rows; j++) {
        const uint8_t *odd = c->odd + (size_t)j * ((size_t)c->columns + 1);
        uint8_t *row = mask + (size_t)j * (size_t)c->columns;
        unsigned inside = 0;
        for (int32_t i = 0; i < c->columns; i++) {
            inside ^= odd[i];
            if (inside)
                row[i] = 1;
        }
    }
}

bool geom_polygon_fill(const struct geom_outline *outline, size_t count,
                       int32_t columns, int32_t rows, uint8_t *mask, struct err *err)
{
    struct crossings c = {columns, rows, NULL};

    if (columns < 1 || rows < 1)
        return ERR_FAIL(err, ERR_ARG, "polygon: %d x %d pixels", columns, rows);
    for (size_t o = 0; o < count; o++)
        if (!check_points(&outline[o], err))
            return false;
    c.odd = mem_alloc((size_t)rows, (size_t)columns + 1, err);
    if (!c.odd)
        return false;
    for (size_t o = 0; o < count; o++)
        cross_all(&c, &outline[o]);
    set_inside(&c, mask);
    mem_free(c.odd);
    return true;
}
