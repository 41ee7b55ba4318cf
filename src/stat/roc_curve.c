#include "stat/roc_curve.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "stat/describe.h"
#include "stat/rank.h"

struct scored {
    double score;
    bool positive;
};

static int falling(const void *a, const void *b)
{
    const double x = ((const struct scored *)a)->score;
    const double y = ((const struct scored *)b)->score;
    return (x < y) - (x > y);
}

/* Add the points of cases that are sorted from high to low. */
static void trace(const struct scored *scored, size_t n, struct stat_roc_curve *c)
{
    size_t tp = 0, fp = 0;

    c->point[c->n++] = (struct stat_roc_point){INFINITY, 0.0, 0.0};
    for (size_t i = 0; i < n;) {
        const double score = scored[i].score;
        for (; i < n && stat_rank_tied(scored[i].score, score); i++) {
            tp += scored[i].positive ? 1 : 0;
            fp += scored[i].positive ? 0 : 1;
        }
        const struct stat_roc_point *last = &c->point[c->n - 1];
        const struct stat_roc_point p = {scored[i - 1].score,
                                         (double)tp / (double)c->positives,
                                         (double)fp / (double)c->negatives};
        c->area += 0.5 * (p.sensitivity + last->sensitivity) *
                   (p.false_alarms - last->false_alarms);
        c->point[c->n++] = p;
    }
}

bool stat_roc_curve(const double *score, const bool *positive, size_t n,
                    struct stat_roc_curve *out, struct err *err)
{
    struct stat_roc_curve c = {.area = NAN};
    struct scored *scored = NULL;
    bool ok = false;

    if (!stat_all_finite(score, n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        c.positives += positive[i] ? 1 : 0;
    c.negatives = n - c.positives;
    c.available = c.positives > 0 && c.negatives > 0;
    if (!c.available) {
        *out = c;
        return true;
    }
    scored = mem_alloc(n, sizeof *scored, err);
    c.point = mem_alloc(n + 1, sizeof *c.point, err);
    if (!scored || !c.point)
        goto done;
    for (size_t i = 0; i < n; i++)
        scored[i] = (struct scored){score[i], positive[i]};
    qsort(scored, n, sizeof *scored, falling);
    c.area = 0.0;
    trace(scored, n, &c);
    *out = c;
    c.point = NULL; /* moved */
    ok = true;
done:
    mem_free(scored);
    mem_free(c.point);
    return ok;
}

void stat_roc_curve_clear(struct stat_roc_curve *curve)
{
    mem_free(curve->point);
    *curve = (struct stat_roc_curve){0};
}
