#include "measure/stack.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "geom/components.h"
#include "measure/heart.h"
#include "measure/levels.h"

#define CLOSED 0.95   /* share of rays that meet wall, where it goes all round */
#define MARGIN_MM 8.0 /* in which an RV that touches the wall shows */

static bool cut_out(const struct labels *labels, struct measure_stack *s,
                    struct err *err)
{
    const struct geom_box box = measure_heart_box(labels, MARGIN_MM);

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

static bool find_place(const struct measure_stack *s, int32_t k,
                       struct measure_place *p, struct err *err)
{
    double blood[2];

    p->wall = s->level[k] != MEASURE_NO_LEVEL;
    if (!p->wall || !centroid(&s->filled, k, LABELS_LV, p->lv) ||
        !measure_levels_has_cavity(&s->filled, k) ||
        !centroid(&s->filled, k, LABEL_BIT(LABEL_LV_BLOOD), blood))
        return true;
    p->ring = mem_alloc(1, sizeof *p->ring, err);
    if (!p->ring)
        return false;
    measure_ring_trace(&s->heart, k, &s->plane, blood, p->ring);
    p->closed = p->ring->rays >= CLOSED * MEASURE_RAYS;
    return true;
}

/* The nearest closed slice; of two as near, the more apical; NULL if there is none. */
static const struct measure_place *nearest_closed(const struct measure_stack *s,
                                                  int32_t k)
{
    const int32_t n = s->heart.grid.dim[2], apical = s->apex_last ? 1 : -1;

    for (int32_t d = 1; d < n; d++) {
        const int32_t a = k + d * apical, b = k - d * apical;
        if (a >= 0 && a < n && s->place[a].closed)
            return &s->place[a];
        if (b >= 0 && b < n && s->place[b].closed)
            return &s->place[b];
    }
    return NULL;
}

static void borrow_centres(struct measure_stack *s)
{
    for (int32_t k = 0; k < s->heart.grid.dim[2]; k++) {
        struct measure_place *p = &s->place[k];
        const struct measure_place *from =
            p->wall && !p->closed ? nearest_closed(s, k) : NULL;
        if (!from)
            continue;
        memcpy(p->lv, from->lv, sizeof p->lv);
        if (p->ring)
            measure_ring_trace(&s->heart, k, &s->plane, from->ring->centre_px, p->ring);
    }
}

bool measure_stack_init(const struct labels *labels, struct measure_stack *out,
                        struct err *err)
{
    const int32_t n = labels->grid.dim[2];
    struct measure_stack s = {.slices = n};
    bool ok = false;

    s.level = mem_alloc((size_t)n, sizeof *s.level, err);
    s.place = mem_alloc((size_t)n, sizeof *s.place, err);
    if (!s.level || !s.place || !cut_out(labels, &s, err) ||
        !measure_levels_find(&s.filled, s.level, &s.apex_last, err))
        goto done;
    measure_plane_make(&s.heart.grid, s.apex_last, &s.plane);
    for (int32_t k = 0; k < n; k++)
        if (!find_place(&s, k, &s.place[k], err))
            goto done;
    borrow_centres(&s);
    *out = s;
    s = (struct measure_stack){0}; /* moved */
    ok = true;
done:
    measure_stack_clear(&s);
    return ok;
}

void measure_stack_clear(struct measure_stack *stack)
{
    for (int32_t k = 0; stack->place && k < stack->slices; k++)
        mem_free(stack->place[k].ring);
    mem_free(stack->place);
    mem_free(stack->level);
    labels_clear(&stack->heart);
    labels_clear(&stack->filled);
    *stack = (struct measure_stack){0};
}
