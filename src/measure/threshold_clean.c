#include "measure/threshold_clean.h"

#include "base/mem.h"
#include "geom/components.h"

/* The pieces of a set, and a zeroed record of `size` bytes for each and for none. */
static bool find_pieces(const struct labels *l, unsigned set, enum geom_touch touch,
                        size_t size, struct geom_components *pieces, void **record,
                        struct err *err)
{
    struct geom_components c = {0};

    if (!geom_components_of(l, set, touch, &c, err))
        return false;
    void *r = mem_alloc((size_t)c.count + 1, size, err);
    if (!r) {
        geom_components_clear(&c);
        return false;
    }
    *pieces = c;
    *record = r;
    return true;
}

bool measure_threshold_drop_leakage(struct labels *labels, unsigned set,
                                    const uint8_t *border, uint8_t instead,
                                    struct err *err)
{
    const size_t n = grid_voxels(&labels->grid);
    struct geom_components c = {0};
    void *record = NULL;

    if (!find_pieces(labels, set, GEOM_TOUCH_SLICE_8, 1, &c, &record, err))
        return false;
    uint8_t *reaches_beyond = record;
    for (size_t v = 0; v < n; v++)
        if (!border[v])
            reaches_beyond[c.id[v]] = 1;
    for (size_t v = 0; v < n; v++)
        if (c.id[v] > 0 && !reaches_beyond[c.id[v]])
            labels->vox[v] = instead;
    geom_components_clear(&c);
    mem_free(record);
    return true;
}

/* Edges of pixels that a piece shares with others. */
struct edges {
    size_t scar, blood, other;
};

static void count_edge(const struct labels *l, int32_t i, int32_t j, int32_t k,
                       struct edges *e)
{
    const struct grid *g = &l->grid;
    const bool inside = i >= 0 && j >= 0 && i < g->dim[0] && j < g->dim[1];
    const uint8_t label =
        inside ? l->vox[grid_index(g, i, j, k)] : (uint8_t)LABEL_BACKGROUND;

    e->scar += label == LABEL_SCAR;
    e->blood += label == LABEL_LV_BLOOD;
    e->other += label != LABEL_SCAR && label != LABEL_LV_BLOOD &&
                label != LABEL_MYOCARDIUM; /* that is the piece itself */
}

static void count_edges(const struct labels *l, const struct geom_components *c,
                        struct edges *edges)
{
    const struct grid *g = &l->grid;

    for (int32_t k = 0; k < g->dim[2]; k++)
        for (int32_t j = 0; j < g->dim[1]; j++)
            for (int32_t i = 0; i < g->dim[0]; i++) {
                const uint32_t id = c->id[grid_index(g, i, j, k)];
                if (id == 0)
                    continue;
                count_edge(l, i - 1, j, k, &edges[id]);
                count_edge(l, i + 1, j, k, &edges[id]);
                count_edge(l, i, j - 1, k, &edges[id]);
                count_edge(l, i, j + 1, k, &edges[id]);
            }
}

bool measure_threshold_fill_no_reflow(struct labels *labels, struct err *err)
{
    const size_t plane = (size_t)labels->grid.dim[0] * (size_t)labels->grid.dim[1];
    struct geom_components c = {0};
    void *record = NULL;

    if (!find_pieces(labels, LABEL_BIT(LABEL_MYOCARDIUM), GEOM_TOUCH_SLICE_4,
                     sizeof(struct edges), &c, &record, err))
        return false;
    struct edges *edges = record;
    count_edges(labels, &c, edges);
    for (int32_t k = 0; k < labels->grid.dim[2]; k++) {
        const size_t first = (size_t)k * plane;
        size_t scar = 0;
        for (size_t v = first; v < first + plane; v++)
            scar += labels->vox[v] == LABEL_SCAR;
        for (size_t v = first; v < first + plane; v++) {
            const struct edges *e = &edges[c.id[v]];
            if (c.id[v] > 0 && e->other == 0 && e->scar > e->blood &&
                c.size[c.id[v]] < scar)
                labels->vox[v] = LABEL_NO_REFLOW;
        }
    }
    geom_components_clear(&c);
    mem_free(record);
    return true;
}
