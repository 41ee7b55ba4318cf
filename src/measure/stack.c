#include "measure/stack.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "geom/components.h"
#include "geom/crop.h"
#include "measure/levels.h"
#include "measure/ring.h"

#define CLOSED 0.95   /* share of rays that meet wall, where it goes all round */
#define MARGIN_MM 8.0 /* in which an RV that touches the wall shows */
enum { MARGIN_PX = 3 };

/* The box of the LV in the plane and its margin, within the grid. */
static struct geom_box box_of(const struct labels *l)
{
    const int32_t *dim = l->grid.dim;
    struct geom_box box = {{0, 0, 0}, {1, 1, dim[2]}};
    int32_t lo[2] = {dim[0], dim[1]}, hi[2] = {-1, -1};
    const uint8_t *vox = l->vox;

    for (int32_t k = 0; k < dim[2]; k++)
        for (int32_t j = 0; j < dim[1]; j++)
            for (int32_t i = 0; i < dim[0]; i++) {
                if (!label_in(*vox++, LABELS_LV))
                    continue;
                lo[0] = i < lo[0] ? i : lo[0];
                hi[0] = i > hi[0] ? i : hi[0];
                lo[1] = j < lo[1] ? j : lo[1];
                hi[1] = j > hi[1] ? j : hi[1];
            }
    for (int a = 0; a < 2 && hi[a] >= 0; a++) {
        const int32_t margin =
            MARGIN_PX + (int32_t)ceil(MARGIN_MM / grid_edge_mm(&l->grid, a));
        const int32_t end = hi[a] + margin < dim[a] ? hi[a] + margin + 1 : dim[a];
        box.lo[a] = lo[a] > margin ? lo[a] - margin : 0;
        box.dim[a] = end - box.lo[a];
    }
    return box;
}

static bool cut_out(const struct labels *labels, struct measure_stack *s,
                    struct err *err)
{
    const struct geom_box box = box_of(labels);

    if (!geom_crop_labels(labels, &box, &s->heart, err) ||
        !labels_alloc(&s->heart.grid, &s->filled, err))
        return false;
    memcpy(s->filled.vox, s->heart.vox, grid_voxels(&s->heart.grid));
    return geom_fill_holes(&s->filled, LABELS_LV, LABEL_LV_BLOOD, err);
}

static bool centroid(const struct labels *l, int32_t slice, unsigned set,
                     double out[static 2])
{
    const uint8_t *vox = l->vox + grid_index(&l->grid, 0, 0, slice);
    double n = 0, sum[2] = {0, 0};

    for (int32_t j = 0; j < l->grid.dim[1]; j++)
        for (int32_t i = 0; i < l->grid.dim[0]; i++, vox++) {
            if (!label_in(*vox, set))
                continue;
            n++;
            sum[0] += i;
            sum[1] += j;
        }
    if (!(n > 0))
        return false;
    out[0] = sum[0] / n;
    out[1] = sum[1] / n;
    return true;
}

static void find_place(const struct measure_stack *w, int32_t k,
                       struct measure_place *p)
{
    *p = (struct measure_place){.wall = w->level[k] != MEASURE_NO_LEVEL};
    if (!p->wall || !centroid(&w->filled, k, LABELS_LV, p->lv))
        return;
    p->cavity = measure_levels_has_cavity(&w->filled, k) &&
                centroid(&w->filled, k, LABEL_BIT(LABEL_LV_BLOOD), p->blood);
    if (!p->cavity)
        return;
    struct measure_ring ring;
    measure_ring_trace(&w->heart, k, &w->plane, p->blood, &ring);
    p->closed = ring.rays >= CLOSED * MEASURE_RAYS;
}

/* Open slices take their centres from the nearest closed one; of two as near, from the
 * more apical. */
static void borrow_centres(struct measure_stack *w)
{
    const int32_t n = w->heart.grid.dim[2], apical = w->apex_last ? 1 : -1;

    for (int32_t k = 0; k < n; k++) {
        struct measure_place *p = &w->place[k];
        for (int32_t d = 1; p->wall && !p->closed && d < n; d++) {
            const int32_t a = k + d * apical, b = k - d * apical;
            const struct measure_place *from =
                a >= 0 && a < n && w->place[a].closed   ? &w->place[a]
                : b >= 0 && b < n && w->place[b].closed ? &w->place[b]
                                                        : NULL;
            if (!from)
                continue;
            memcpy(p->lv, from->lv, sizeof p->lv);
            memcpy(p->blood, from->blood, sizeof p->blood);
            break;
        }
    }
}

bool measure_stack_init(const struct labels *labels, struct measure_stack *out,
                        struct err *err)
{
    const int32_t n = labels->grid.dim[2];
    struct measure_stack s = {0};

    s.level = mem_alloc((size_t)n, sizeof *s.level, err);
    s.place = mem_alloc((size_t)n, sizeof *s.place, err);
    if (!s.level || !s.place || !cut_out(labels, &s, err) ||
        !measure_levels_find(&s.filled, s.level, &s.apex_last, err)) {
        measure_stack_clear(&s);
        return false;
    }
    measure_plane_make(&s.heart.grid, s.apex_last, &s.plane);
    for (int32_t k = 0; k < n; k++)
        find_place(&s, k, &s.place[k]);
    borrow_centres(&s);
    *out = s;
    return true;
}

void measure_stack_clear(struct measure_stack *stack)
{
    labels_clear(&stack->heart);
    labels_clear(&stack->filled);
    mem_free(stack->level);
    mem_free(stack->place);
    *stack = (struct measure_stack){0};
}
