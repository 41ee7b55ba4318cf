#include "stat/auc.h"

#include <math.h>

#include "base/mem.h"
#include "stat/describe.h"
#include "stat/dist.h"
#include "stat/rank.h"

#define DELONG "DeLong 95 %"

/* Of every case, the share of the other class on its right side: of a positive case,
 * the negatives below; of a negative, the positives above. */
struct placements {
    double *v;      /* [n]: positives first */
    size_t n[2];    /* positives, negatives */
    double mean[2]; /* the area, twice */
};

/* From ranks among all (in v) and among the own class; both classes have cases. */
static void share(const double *own, size_t n, struct placements *p)
{
    for (size_t i = 0; i < n; i++) {
        const size_t c = i >= p->n[0];
        const double below = (p->v[i] - own[i]) / (double)p->n[1 - c];
        p->v[i] = c == 0 ? below : 1 - below;
    }
    p->mean[0] = stat_mean(p->v, p->n[0]);
    p->mean[1] = stat_mean(p->v + p->n[0], p->n[1]);
}

static bool place(const double *score, const bool *positive, size_t n,
                  struct placements *out, struct err *err)
{
    double *of_all = mem_alloc(n, sizeof *of_all, err);
    double *own = mem_alloc(n, sizeof *own, err);
    double ties = 0;
    bool ok = false;

    *out = (struct placements){.v = mem_alloc(n, sizeof *out->v, err)};
    if (!of_all || !own || !out->v || !stat_rank(score, n, of_all, &ties, err))
        goto done;
    for (int c = 0; c < 2; c++) {
        const size_t first = out->n[0];
        size_t m = 0;
        for (size_t i = 0; i < n; i++)
            if (positive[i] == (c == 0)) {
                own[first + m] = of_all[i]; /* tied alike in both */
                out->v[first + m++] = of_all[i];
            }
        out->n[c] = m;
        if (!stat_rank(own + first, m, own + first, &ties, err))
            goto done;
    }
    if (out->n[0] > 0 && out->n[1] > 0)
        share(own, n, out);
    ok = true;
done:
    mem_free(of_all);
    mem_free(own);
    return ok;
}

/* Covariance of two areas; NaN below 2 cases of a class. */
static double covariance(const struct placements *a, const struct placements *b)
{
    double sum = 0;
    for (int c = 0; c < 2; c++) {
        const size_t first = c == 0 ? 0 : a->n[0];
        const double m = (double)a->n[c];
        double products = 0;
        if (a->n[c] < 2)
            return NAN;
        for (size_t i = first; i < first + a->n[c]; i++)
            products += (a->v[i] - a->mean[c]) * (b->v[i] - b->mean[c]);
        sum += products / (m - 1) / m;
    }
    return sum;
}

static struct stat_auc area(const struct placements *p)
{
    struct stat_auc s = {.n_positive = p->n[0],
                         .n_negative = p->n[1],
                         .available = p->n[0] > 0 && p->n[1] > 0,
                         .auc = NAN,
                         .se = NAN,
                         .ci = {NAN, NAN, DELONG}};
    if (s.available) {
        s.auc = p->mean[0];
        s.se = sqrt(covariance(p, p));
    }
    if (s.se > 0) {
        s.ci.lo = fmax(0.0, s.auc - STAT_Z95 * s.se);
        s.ci.hi = fmin(1.0, s.auc + STAT_Z95 * s.se);
    }
    return s;
}

bool stat_auc(const double *score, const bool *positive, size_t n, struct stat_auc *out,
              struct err *err)
{
    struct placements p = {0};
    const bool ok = place(score, positive, n, &p, err);
    if (ok)
        *out = area(&p);
    mem_free(p.v);
    return ok;
}

static bool compare(const struct placements *a, const struct placements *b,
                    struct stat_auc_pair *out, struct err *err)
{
    struct stat_auc_pair s = {.a = area(a),
                              .b = area(b),
                              .difference = NAN,
                              .ci = {NAN, NAN, DELONG},
                              .z = NAN,
                              .p = NAN};
    s.difference = s.a.auc - s.b.auc;
    const double variance = covariance(a, a) + covariance(b, b) - 2 * covariance(a, b);
    if (s.a.available && isfinite(variance) && (s.a.se > 0 || s.b.se > 0)) {
        const double se = sqrt(fmax(0.0, variance));
        s.ci.lo = s.difference - STAT_Z95 * se;
        s.ci.hi = s.difference + STAT_Z95 * se;
        if (variance > 0) {
            s.z = s.difference / se;
            if (!stat_normal_two_sided(s.z, &s.p, err))
                return false;
        }
    }
    *out = s;
    return true;
}

bool stat_auc_paired(const double *a, const double *b, const bool *positive, size_t n,
                     struct stat_auc_pair *out, struct err *err)
{
    struct placements p = {0}, q = {0};
    const bool ok = place(a, positive, n, &p, err) && place(b, positive, n, &q, err) &&
                    compare(&p, &q, out, err);
    mem_free(p.v);
    mem_free(q.v);
    return ok;
}
