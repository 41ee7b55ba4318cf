#include "geom/contour.h"

#include "base/mem.h"

enum { MAX_SMOOTH = 4 };

/* Points and where each outline starts; they grow as outlines are followed. */
struct draft {
    struct geom_point *point;
    size_t points, point_room;
    size_t *first; /* [outlines + 1] once complete */
    size_t outlines, outline_room;
};

struct region {
    const uint8_t *vox; /* of one slice */
    int32_t nx, ny;
    unsigned set;
};

static bool inside(const struct region *r, int32_t i, int32_t j)
{
    if (i < 0 || j < 0 || i >= r->nx || j >= r->ny)
        return false;
    return label_in(r->vox[(size_t)j * (size_t)r->nx + (size_t)i], r->set);
}

/* A walker stands on a corner of pixels (corner (i, j) is the upper left one of pixel
 * (i, j)) and looks along an edge: 0 right, 1 down, 2 left, 3 up. */
struct walker {
    int32_t i, j;
    int dir;
};

static const int8_t step_i[4] = {1, 0, -1, 0}, step_j[4] = {0, 1, 0, -1};

/* Is the edge ahead a border with the region on the walker's right hand? */
static bool border_ahead(const struct region *r, struct walker w)
{
    /* the pixels on the right and on the left of each direction */
    static const int8_t right[4][2] = {{0, 0}, {-1, 0}, {-1, -1}, {0, -1}};
    static const int8_t left[4][2] = {{0, -1}, {0, 0}, {-1, 0}, {-1, -1}};
    return inside(r, w.i + right[w.dir][0], w.j + right[w.dir][1]) &&
           !inside(r, w.i + left[w.dir][0], w.j + left[w.dir][1]);
}

static bool add_point(struct draft *d, struct geom_point p, struct err *err)
{
    if (d->points == d->point_room) {
        const size_t room = d->point_room ? 2 * d->point_room : 256;
        struct geom_point *more =
            mem_grow(d->point, d->point_room, room, sizeof *more, err);
        if (!more)
            return false;
        d->point = more;
        d->point_room = room;
    }
    d->point[d->points++] = p;
    return true;
}

static bool add_outline(struct draft *d, struct err *err)
{
    if (d->outlines + 1 >= d->outline_room) {
        const size_t room = d->outline_room ? 2 * d->outline_room : 16;
        size_t *more = mem_grow(d->first, d->outline_room, room, sizeof *more, err);
        if (!more)
            return false;
        d->first = more;
        d->outline_room = room;
    }
    d->first[d->outlines++] = d->points;
    return true;
}

/* Once round, from the upper edge of pixel (i, j).  Upper edges are marked as seen:
 * every closed walk goes right at least once. */
static bool follow(const struct region *r, int32_t i, int32_t j, uint8_t *seen,
                   struct draft *d, struct err *err)
{
    struct walker w = {i, j, 0};

    if (!add_outline(d, err))
        return false;
    do {
        if (w.dir == 0)
            seen[(size_t)w.j * (size_t)r->nx + (size_t)w.i] = 1;
        const struct geom_point middle = {w.i - 0.5 + 0.5 * step_i[w.dir],
                                          w.j - 0.5 + 0.5 * step_j[w.dir]};
        if (!add_point(d, middle, err))
            return false;
        w.i += step_i[w.dir];
        w.j += step_j[w.dir];
        /* Right before straight before left: where two pixels meet at a corner, the
         * walker stays with its own. */
        static const int turns[3] = {1, 0, 3};
        const int dir = w.dir;
        for (int t = 0; t < 3; t++) {
            w.dir = (dir + turns[t]) % 4;
            if (border_ahead(r, w))
                break;
        }
    } while (w.i != i || w.j != j || w.dir != 0);
    return true;
}

static bool trace_all(const struct region *r, struct draft *d, struct err *err)
{
    bool ok = false;
    uint8_t *seen = mem_alloc((size_t)r->nx * (size_t)r->ny, 1, err);
    if (!seen)
        return false;
    for (int32_t j = 0; j < r->ny; j++) {
        for (int32_t i = 0; i < r->nx; i++) {
            const size_t p = (size_t)j * (size_t)r->nx + (size_t)i;
            if (seen[p] || !border_ahead(r, (struct walker){i, j, 0}))
                continue;
            if (!follow(r, i, j, seen, d, err))
                goto done;
        }
    }
    if (d->outlines > 0)
        d->first[d->outlines] = d->points;
    ok = true;
done:
    mem_free(seen);
    return ok;
}

/* Cut every corner: each side is replaced by the points at 1/4 and 3/4 of it. */
static bool cut_corners(struct draft *d, struct err *err)
{
    struct geom_point *twice = mem_alloc(2 * d->points, sizeof *twice, err);
    if (!twice)
        return false;
    for (size_t o = 0; o < d->outlines; o++) {
        const size_t first = d->first[o], n = d->first[o + 1] - first;
        for (size_t p = 0; p < n; p++) {
            const struct geom_point a = d->point[first + p],
                                    b = d->point[first + (p + 1) % n];
            twice[2 * (first + p)] =
                (struct geom_point){0.75 * a.x + 0.25 * b.x, 0.75 * a.y + 0.25 * b.y};
            twice[2 * (first + p) + 1] =
                (struct geom_point){0.25 * a.x + 0.75 * b.x, 0.25 * a.y + 0.75 * b.y};
        }
    }
    for (size_t o = 0; o <= d->outlines; o++)
        d->first[o] *= 2;
    mem_free(d->point);
    d->point = twice;
    d->points *= 2;
    d->point_room = d->points;
    return true;
}

bool geom_contours_find(const struct labels *labels, int32_t slice, unsigned set,
                        int smooth, struct geom_contours *out, struct err *err)
{
    struct geom_contours c = {0};
    struct draft d = {0};
    bool ok = false;

    if (slice < 0 || slice >= labels->grid.dim[2])
        return ERR_FAIL(err, ERR_ARG, "contour: slice %d of %d", slice,
                        labels->grid.dim[2]);
    if (smooth < 0 || smooth > MAX_SMOOTH)
        return ERR_FAIL(err, ERR_ARG, "contour: %d rounds of smoothing", smooth);
    const struct region r = {
        .vox = labels->vox + grid_index(&labels->grid, 0, 0, slice),
        .nx = labels->grid.dim[0],
        .ny = labels->grid.dim[1],
        .set = set,
    };
    if (!trace_all(&r, &d, err))
        goto done;
    for (int s = 0; d.outlines > 0 && s < smooth; s++)
        if (!cut_corners(&d, err))
            goto done;
    c.outline = mem_alloc(d.outlines, sizeof *c.outline, err);
    if (!c.outline)
        goto done;
    c.count = d.outlines;
    c.point = d.point;
    d.point = NULL; /* moved */
    for (size_t o = 0; o < c.count; o++)
        c.outline[o] = (struct geom_outline){.point = c.point + d.first[o],
                                             .count = d.first[o + 1] - d.first[o]};
    *out = c;
    ok = true;
done:
    mem_free(d.point);
    mem_free(d.first);
    return ok;
}

void geom_contours_clear(struct geom_contours *c)
{
    mem_free(c->outline);
    mem_free(c->point);
    *c = (struct geom_contours){0};
}
