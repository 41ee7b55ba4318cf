#include "stat/kappa.h"

#include <math.h>

struct stat_kappa stat_kappa(const struct stat_confusion *c)
{
    struct stat_kappa s = {.n = c->tp + c->fp + c->fn + c->tn,
                           .observed = NAN,
                           .chance = NAN,
                           .kappa = NAN,
                           .se = NAN,
                           .ci = {NAN, NAN, "Fleiss-Cohen-Everitt 95 %"}};
    if (s.n == 0)
        return s;
    const double n = (double)s.n;
    const double p[2][2] = {{(double)c->tp / n, (double)c->fn / n}, /* [truth][pred] */
                            {(double)c->fp / n, (double)c->tn / n}};
    double truth[2], pred[2];
    for (int i = 0; i < 2; i++) {
        truth[i] = p[i][0] + p[i][1];
        pred[i] = p[0][i] + p[1][i];
    }
    s.observed = p[0][0] + p[1][1];
    s.chance = truth[0] * pred[0] + truth[1] * pred[1];
    /* whole numbers: exact where the rounded chance would not be */
    s.available = !(c->fp + c->fn + c->tn == 0 || c->tp + c->fp + c->fn == 0);
    if (!s.available)
        return s;
    const double rest = 1 - s.chance;
    s.kappa = (s.observed - s.chance) / rest;
    double sum =
        -(s.kappa - s.chance * (1 - s.kappa)) * (s.kappa - s.chance * (1 - s.kappa));
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 2; j++) {
            const double lost = i == j ? 1 - (truth[i] + pred[i]) * (1 - s.kappa)
                                       : (1 - s.kappa) * (pred[i] + truth[j]);
            sum += p[i][j] * lost * lost;
        }
    s.se = sqrt(fmax(0.0, sum) / n) / rest;
    const bool at_end = c->fp + c->fn == 0 || (c->tp + c->tn == 0 && c->fp == c->fn);
    const bool one_class = c->tp + c->fn == 0 || c->fp + c->tn == 0 ||
                           c->tp + c->fp == 0 || c->fn + c->tn == 0;
    if (at_end || one_class)
        return s; /* se is 0, however few the cases */
    s.ci.lo = fmax(-1.0, s.kappa - STAT_Z95 * s.se);
    s.ci.hi = fmin(1.0, s.kappa + STAT_Z95 * s.se);
    return s;
}
