#include "geom/components.h"

#include <math.h>

#include "base/mem.h"

/* The neighbours that stand earlier in memory; the later ones look back. */
struct offset {
    int8_t i, j, k;
};

static const struct offset before[13] = {
    {-1, 0, 0},   {0, -1, 0},  {0, 0, -1},              /* faces */
    {-1, -1, 0},  {1, -1, 0},  {-1, 0, -1}, {1, 0, -1}, /* edges */
    {0, -1, -1},  {0, 1, -1},                           /* edges */
    {-1, -1, -1}, {1, -1, -1}, {-1, 1, -1}, {1, 1, -1}, /* corners */
};

/* Does this neighbour touch? */
static bool touches(enum geom_touch touch, struct offset o)
{
    const int steps = (o.i != 0) + (o.j != 0) + (o.k != 0);
    switch (touch) {
    case GEOM_TOUCH_6:
        return steps == 1;
    case GEOM_TOUCH_18:
        return steps <= 2;
    case GEOM_TOUCH_26:
        return true;
    case GEOM_TOUCH_SLICE_4:
        return steps == 1 && o.k == 0;
    case GEOM_TOUCH_SLICE_8:
        return o.k == 0;
    }
    return false;
}

/* A voxel of the mask points to an earlier one of its piece, or to itself: id is the
 * index pointed to, plus one. */
static uint32_t root_of(uint32_t *id, uint32_t v)
{
    while (id[v] != v + 1) {
        id[v] = id[id[v] - 1]; /* path halving */
        v = id[v] - 1;
    }
    return v;
}

static void join(uint32_t *id, uint32_t a, uint32_t b)
{
    a = root_of(id, a);
    b = root_of(id, b);
    if (a < b)
        id[b] = a + 1;
    else
        id[a] = b + 1;
}

/* Where a row has voxels of the mask: from the first to before `end`; none at all where
 * both are 0.  Most rows of a heart's label map have none. */
struct row {
    int32_t first, end;
};

static struct row row_of(const uint8_t *mask, int32_t n)
{
    struct row r = {0};
    uint8_t any = 0;
    for (int32_t i = 0; i < n; i++)
        any |= mask[i];
    if (!any)
        return r;
    while (!mask[r.first])
        r.first++;
    for (r.end = n; !mask[r.end - 1];)
        r.end--;
    return r;
}

struct scan {
    const int32_t *dim;
    struct offset look[13];
    int looks;
    struct row *row; /* [dim[2]][dim[1]] */
    size_t rows;
    uint32_t *id;
};

static void look_back(const struct scan *s, int32_t i, int32_t j, int32_t k, uint32_t v)
{
    for (int n = 0; n < s->looks; n++) {
        const struct offset o = s->look[n];
        const int32_t x = i + o.i, y = j + o.j, z = k + o.k;
        if (x < 0 || x >= s->dim[0] || y < 0 || y >= s->dim[1] || z < 0)
            continue;
        const int64_t step = ((int64_t)o.k * s->dim[1] + o.j) * s->dim[0] + o.i;
        const uint32_t w = (uint32_t)((int64_t)v + step);
        if (s->id[w])
            join(s->id, v, w);
    }
}

static void link_all(const struct scan *s, const uint8_t *mask)
{
    const size_t columns = (size_t)s->dim[0];
    for (size_t r = 0; r < s->rows; r++) {
        const int32_t j = (int32_t)(r % (size_t)s->dim[1]);
        const int32_t k = (int32_t)(r / (size_t)s->dim[1]);
        s->row[r] = row_of(mask + r * columns, s->dim[0]);
        for (int32_t i = s->row[r].first; i < s->row[r].end; i++) {
            const uint32_t v = (uint32_t)(r * columns) + (uint32_t)i;
            if (!mask[v])
                continue;
            s->id[v] = v + 1;
            look_back(s, i, j, k, v);
        }
    }
}

/* Roots come first in memory, so one pass can turn pointers into numbers. */
static uint32_t number(const struct scan *s)
{
    uint32_t count = 0;
    for (size_t r = 0; r < s->rows; r++) {
        const uint32_t start = (uint32_t)(r * (size_t)s->dim[0]);
        for (int32_t i = s->row[r].first; i < s->row[r].end; i++) {
            const uint32_t v = start + (uint32_t)i;
            if (!s->id[v])
                continue;
            const uint32_t to = s->id[v] - 1;
            s->id[v] = to == v ? ++count : s->id[to];
        }
    }
    return count;
}

/* Of each piece, and of the rest as number 0. */
static void count_voxels(const struct scan *s, size_t *size)
{
    const size_t columns = (size_t)s->dim[0];
    size_t within = 0;
    for (size_t r = 0; r < s->rows; r++)
        for (int32_t i = s->row[r].first; i < s->row[r].end; i++, within++)
            size[s->id[r * columns + (size_t)i]]++;
    size[0] += s->rows * columns - within;
}

static bool voxels_of(const int32_t dim[static 3], size_t *voxels, struct err *err)
{
    int64_t n = 1;
    for (int a = 0; a < 3; a++) {
        if (dim[a] < 1)
            return ERR_FAIL(err, ERR_ARG, "components: axis %d has %d voxels", a,
                            dim[a]);
        n *= dim[a];
        if (n > IMAGE_MAX_VOXELS)
            return ERR_FAIL(err, ERR_SUPPORT, "components: more than %lld voxels",
                            (long long)IMAGE_MAX_VOXELS);
    }
    *voxels = (size_t)n;
    return true;
}

bool geom_components_find(const uint8_t *mask, const int32_t dim[static 3],
                          enum geom_touch touch, struct geom_components *out,
                          struct err *err)
{
    struct geom_components c = {0};
    struct scan s = {.dim = dim};
    size_t voxels = 0;
    bool ok = false;

    if (!voxels_of(dim, &voxels, err))
        return false;
    s.rows = voxels / (size_t)dim[0];
    s.row = mem_alloc(s.rows, sizeof *s.row, err);
    c.id = mem_alloc(voxels, sizeof *c.id, err);
    if (!s.row || !c.id)
        goto done;
    s.id = c.id;
    for (size_t n = 0; n < ARRAY_LEN(before); n++)
        if (touches(touch, before[n]))
            s.look[s.looks++] = before[n];
    link_all(&s, mask);
    c.count = number(&s);
    c.size = mem_alloc((size_t)c.count + 1, sizeof *c.size, err);
    if (!c.size)
        goto done;
    count_voxels(&s, c.size);
    *out = c;
    c = (struct geom_components){0}; /* moved */
    ok = true;
done:
    mem_free(s.row);
    geom_components_clear(&c);
    return ok;
}

void geom_components_clear(struct geom_components *c)
{
    mem_free(c->id);
    mem_free(c->size);
    *c = (struct geom_components){0};
}

uint32_t geom_components_largest(const struct geom_components *c)
{
    uint32_t best = 0;
    for (uint32_t p = 1; p <= c->count; p++)
        if (best == 0 || c->size[p] > c->size[best])
            best = p;
    return best;
}

size_t geom_voxels_of_ml(const struct grid *grid, double ml)
{
    const double n = ceil(ml / grid_voxel_ml(grid) - 1e-9);
    return n <= 0.0 ? 0 : n >= (double)IMAGE_MAX_VOXELS ? IMAGE_MAX_VOXELS : (size_t)n;
}

/* ---- on label maps ---- */

/* Pieces of the voxels whose label is in `set`, or of the others. */
static bool find_in(const struct labels *l, unsigned set, bool inside,
                    enum geom_touch touch, struct geom_components *out, struct err *err)
{
    const size_t n = grid_voxels(&l->grid);
    uint8_t *mask = mem_alloc(n, 1, err);
    if (!mask)
        return false;
    for (size_t v = 0; v < n; v++)
        mask[v] = label_in(l->vox[v], set) == inside;
    const bool ok = geom_components_find(mask, l->grid.dim, touch, out, err);
    mem_free(mask);
    return ok;
}

bool geom_components_of(const struct labels *labels, unsigned set,
                        enum geom_touch touch, struct geom_components *out,
                        struct err *err)
{
    return find_in(labels, set, true, touch, out, err);
}

bool geom_keep_largest(struct labels *labels, unsigned set, enum geom_touch touch,
                       uint8_t instead, struct err *err)
{
    struct geom_components c = {0};
    const size_t n = grid_voxels(&labels->grid);

    if (!geom_components_of(labels, set, touch, &c, err))
        return false;
    const uint32_t best = geom_components_largest(&c);
    for (size_t v = 0; v < n; v++)
        if (c.id[v] && c.id[v] != best)
            labels->vox[v] = instead;
    geom_components_clear(&c);
    return true;
}

bool geom_drop_islands(struct labels *labels, unsigned set, enum geom_touch touch,
                       size_t min_voxels, uint8_t instead, struct err *err)
{
    struct geom_components c = {0};
    const size_t n = grid_voxels(&labels->grid);

    if (!geom_components_of(labels, set, touch, &c, err))
        return false;
    for (size_t v = 0; v < n; v++)
        if (c.id[v] && c.size[c.id[v]] < min_voxels)
            labels->vox[v] = instead;
    geom_components_clear(&c);
    return true;
}

bool geom_fill_holes(struct labels *labels, unsigned set, uint8_t with, struct err *err)
{
    struct geom_components c = {0};
    const int32_t *dim = labels->grid.dim;
    const size_t n = grid_voxels(&labels->grid);

    if (!find_in(labels, set, false, GEOM_TOUCH_SLICE_4, &c, err))
        return false;
    /* A size of 0 marks a piece that reaches the border of its slice. */
    for (int32_t k = 0; k < dim[2]; k++) {
        for (int32_t i = 0; i < dim[0]; i++) {
            c.size[c.id[grid_index(&labels->grid, i, 0, k)]] = 0;
            c.size[c.id[grid_index(&labels->grid, i, dim[1] - 1, k)]] = 0;
        }
        for (int32_t j = 0; j < dim[1]; j++) {
            c.size[c.id[grid_index(&labels->grid, 0, j, k)]] = 0;
            c.size[c.id[grid_index(&labels->grid, dim[0] - 1, j, k)]] = 0;
        }
    }
    for (size_t v = 0; v < n; v++)
        if (c.id[v] && c.size[c.id[v]] > 0)
            labels->vox[v] = with;
    geom_components_clear(&c);
    return true;
}
