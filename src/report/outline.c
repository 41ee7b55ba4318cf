#include "report/outline.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

enum { SHORT_LINE = 12, SMOOTH_ROUNDS = 4, LONGEST = 16 };
static const double MAX_SHIFT = 0.3, SEEN = 0.03; /* pixels */

static bool inside(const struct labels *l, int32_t slice, unsigned set, double x,
                   double y)
{
    const int32_t i = (int32_t)x, j = (int32_t)y;

    return x >= 0.0 && y >= 0.0 && i < l->grid.dim[0] && j < l->grid.dim[1] &&
           label_in(l->vox[grid_index(&l->grid, i, j, slice)], set);
}

/* Between two pixels one coordinate is whole and the other is not. */
static void shift_to_level(const struct labels *l, int32_t slice, unsigned set,
                           double level, struct geom_point *p)
{
    const bool along_x = p->x > floor(p->x);
    const bool low_inside = inside(l, slice, set, floor(p->x), floor(p->y));
    const double shift = low_inside ? 0.5 - level : level - 0.5;

    p->x += along_x ? shift : 0.0;
    p->y += along_x ? 0.0 : shift;
}

/* One round of the kernel 1/4 1/2 1/4 along a line, no point further than MAX_SHIFT
 * from where it was found. */
static void smooth_once(const struct geom_point *found, struct geom_point *at, size_t n)
{
    const struct geom_point first = at[0];
    struct geom_point before = at[n - 1];

    for (size_t p = 0; p < n; p++) {
        const struct geom_point after = p + 1 < n ? at[p + 1] : first, here = at[p];
        const double dx = 0.25 * (before.x + after.x) + 0.5 * here.x - found[p].x;
        const double dy = 0.25 * (before.y + after.y) + 0.5 * here.y - found[p].y;
        const double length = sqrt(dx * dx + dy * dy);
        const double part = length > MAX_SHIFT ? MAX_SHIFT / length : 1.0;
        at[p].x = found[p].x + part * dx;
        at[p].y = found[p].y + part * dy;
        before = here;
    }
}

/* Do the points between two lie so near to the line from one to the other that nobody
 * sees the difference? */
static bool is_straight(const struct geom_point *from, const struct geom_point *to,
                        size_t between)
{
    const double x = to->x - from->x, y = to->y - from->y;
    const double square = x * x + y * y, most = SEEN * sqrt(square);
    for (size_t p = 1; p <= between; p++) {
        const double dx = from[p].x - from->x, dy = from[p].y - from->y;
        const double along = dx * x + dy * y;
        if (along < 0.0 || along > square || fabs(dx * y - dy * x) > most)
            return false;
    }
    return true;
}

/* Of a closed line, leave out what nobody would miss, in place.
 * @return  the points left */
static size_t thin_out(struct geom_point *at, size_t n)
{
    size_t kept = 1;
    for (size_t from = 0; from + 1 < n;) {
        size_t to = from + 1;
        while (to + 1 < n && to - from < LONGEST &&
               is_straight(&at[from], &at[to + 1], to - from))
            to++;
        at[kept++] = at[to];
        from = to;
    }
    return kept;
}

bool report_outline(const struct labels *labels, int32_t slice, unsigned set,
                    double level, struct geom_contours *out, struct err *err)
{
    struct geom_contours c = {0};
    size_t points = 0;

    if (!(level >= 0.1 && level <= 0.9))
        return ERR_FAIL(err, ERR_ARG, "outline: level %g is outside 0.1..0.9", level);
    if (!geom_contours_find(labels, slice, set, 0, &c, err))
        return false;
    for (size_t o = 0; o < c.count; o++)
        points += c.outline[o].count;
    struct geom_point *found = mem_alloc(points, sizeof *found, err);
    if (!found) {
        geom_contours_clear(&c);
        return false;
    }
    for (size_t p = 0; p < points; p++)
        shift_to_level(labels, slice, set, level, &c.point[p]);
    if (points > 0)
        memcpy(found, c.point, points * sizeof *found);
    points = 0;
    for (size_t o = 0; o < c.count; o++) {
        const size_t n = c.outline[o].count;
        for (int round = 0; n >= SHORT_LINE && round < SMOOTH_ROUNDS; round++)
            smooth_once(found + points, c.point + points, n);
        if (n >= SHORT_LINE)
            c.outline[o].count = thin_out(c.point + points, n);
        points += n;
    }
    mem_free(found);
    *out = c;
    return true;
}
