#include "measure/lesions.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "geom/components.h"
#include "measure/pair.h"

/* A piece of the truth and one of the prediction that share voxels. */
struct overlap {
    uint32_t truth, pred;
    size_t both;
    double iou;
};

static int by_pieces(const void *a, const void *b)
{
    const struct overlap *x = a, *y = b;
    const int t = (x->truth > y->truth) - (x->truth < y->truth);
    return t != 0 ? t : (x->pred > y->pred) - (x->pred < y->pred);
}

static int by_iou(const void *a, const void *b)
{
    const struct overlap *x = a, *y = b;
    const int greater = (x->iou < y->iou) - (x->iou > y->iou);
    return greater != 0 ? greater : by_pieces(a, b);
}

static bool counts(const struct geom_components *c, uint32_t id, size_t least)
{
    return id > 0 && c->size[id] >= least;
}

static size_t count_lesions(const struct geom_components *c, size_t least)
{
    size_t n = 0;
    for (uint32_t id = 1; id <= c->count; id++)
        n += counts(c, id, least);
    return n;
}

/* Every pair that shares voxels, once, with its IoU. */
static bool find_overlaps(const struct geom_components *t,
                          const struct geom_components *p, size_t voxels, size_t least,
                          struct overlap **out, size_t *n_out, struct err *err)
{
    size_t shared = 0, n = 0, kept = 0;
    for (size_t v = 0; v < voxels; v++)
        shared += counts(t, t->id[v], least) && counts(p, p->id[v], least);
    struct overlap *o = mem_alloc(shared, sizeof *o, err);
    if (!o)
        return false;
    for (size_t v = 0; n < shared; v++)
        if (counts(t, t->id[v], least) && counts(p, p->id[v], least))
            o[n++] = (struct overlap){.truth = t->id[v], .pred = p->id[v], .both = 1};
    if (n > 1)
        qsort(o, n, sizeof *o, by_pieces);
    for (size_t i = 0; i < n; i++)
        if (kept > 0 && by_pieces(&o[kept - 1], &o[i]) == 0)
            o[kept - 1].both++;
        else
            o[kept++] = o[i];
    for (size_t i = 0; i < kept; i++)
        o[i].iou = (double)o[i].both /
                   (double)(t->size[o[i].truth] + p->size[o[i].pred] - o[i].both);
    *out = o;
    *n_out = kept;
    return true;
}

/* Greedy, one to one. */
static bool pair_up(struct overlap *o, size_t n, double min_iou, uint32_t n_truth,
                    uint32_t n_pred, size_t *tp, struct err *err)
{
    bool *truth_used = mem_alloc((size_t)n_truth + 1, sizeof *truth_used, err);
    bool *pred_used = mem_alloc((size_t)n_pred + 1, sizeof *pred_used, err);
    const bool ok = truth_used && pred_used;
    if (n > 1)
        qsort(o, n, sizeof *o, by_iou);
    *tp = 0;
    for (size_t i = 0; ok && i < n && o[i].iou >= min_iou; i++) {
        if (truth_used[o[i].truth] || pred_used[o[i].pred])
            continue;
        truth_used[o[i].truth] = pred_used[o[i].pred] = true;
        ++*tp;
    }
    mem_free(truth_used);
    mem_free(pred_used);
    return ok;
}

static bool check(const struct labels *truth, const struct labels *pred, unsigned set,
                  const struct measure_lesions_rule *rule, struct err *err)
{
    if (!measure_pair_check("lesions", truth, pred, set, err))
        return false;
    if (!(rule->min_ml >= 0) || !(rule->min_iou > 0 && rule->min_iou <= 1))
        return ERR_FAIL(err, ERR_ARG, "lesions: a rule of %g mL and an IoU of %g",
                        rule->min_ml, rule->min_iou);
    return true;
}

static double share(size_t part, size_t whole)
{
    return whole > 0 ? (double)part / (double)whole : (double)NAN;
}

bool measure_lesions(const struct labels *truth, const struct labels *pred,
                     unsigned set, const struct measure_lesions_rule *rule,
                     struct measure_lesions *out, struct err *err)
{
    struct geom_components t = {0}, p = {0};
    struct measure_lesions m = {0};
    struct overlap *o = NULL;
    size_t n = 0;
    bool ok = false;

    if (!check(truth, pred, set, rule, err))
        return false;
    const size_t voxels = grid_voxels(&truth->grid);
    const size_t least = geom_voxels_of_ml(&truth->grid, rule->min_ml);
    if (!geom_components_of(truth, set, GEOM_TOUCH_26, &t, err) ||
        !geom_components_of(pred, set, GEOM_TOUCH_26, &p, err) ||
        !find_overlaps(&t, &p, voxels, least, &o, &n, err) ||
        !pair_up(o, n, rule->min_iou, t.count, p.count, &m.tp, err))
        goto done;
    m.truth = count_lesions(&t, least);
    m.pred = count_lesions(&p, least);
    m.available = m.truth + m.pred > 0;
    m.f1 = share(2 * m.tp, m.truth + m.pred);
    m.sensitivity = share(m.tp, m.truth);
    m.precision = share(m.tp, m.pred);
    *out = m;
    ok = true;
done:
    mem_free(o);
    geom_components_clear(&t);
    geom_components_clear(&p);
    return ok;
}
