#include "nn/ref/loss.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>

static uint32_t labelled_of(const struct nn_ref_loss *l)
{
    return l->labelled | 1u;
}

/* h(k) */
static int stands_as(const struct nn_ref_loss *l, int k)
{
    return labelled_of(l) >> k & 1 ? k : stands_as(l, l->within[k]);
}

/* S(t) as a bit mask. */
static uint32_t accepted(const struct nn_ref_loss *l, int t)
{
    uint32_t set = UINT32_C(1) << t;
    for (int k = 0; k < l->classes; k++)
        if (stands_as(l, k) == t)
            set |= UINT32_C(1) << k;
    return set;
}

static void softmax(const struct nn_ref_loss *l, const double *z, size_t i,
                    double p[static NN_REF_MAX_CLASSES])
{
    double top = z[i], sum = 0.0;
    assert(l->classes >= 1 && l->classes <= NN_REF_MAX_CLASSES);
    for (int k = 1; k < l->classes; k++)
        top = fmax(top, z[(size_t)k * l->voxels + i]);
    for (int k = 0; k < l->classes; k++) {
        p[k] = exp(z[(size_t)k * l->voxels + i] - top);
        sum += p[k];
    }
    for (int k = 0; k < l->classes; k++)
        p[k] /= sum;
}

static double sum_of(const double *p, int classes, uint32_t set)
{
    double sum = 0.0;
    for (int k = 0; k < classes; k++)
        if (set >> k & 1)
            sum += p[k];
    return sum;
}

static size_t count_valid(const struct nn_ref_loss *l)
{
    size_t n = 0;
    for (size_t i = 0; i < l->voxels; i++)
        n += l->target[i] != NN_REF_IGNORE;
    return n;
}

struct overlap {
    double pt, p, t; /* sums over valid voxels of P T, P and T */
};

static struct overlap overlap_of(const struct nn_ref_loss *l, const double *z,
                                 uint32_t region)
{
    struct overlap o = {0};
    for (size_t i = 0; i < l->voxels; i++) {
        double p[NN_REF_MAX_CLASSES];
        if (l->target[i] == NN_REF_IGNORE)
            continue;
        softmax(l, z, i, p);
        const double in = sum_of(p, l->classes, region);
        o.p += in;
        if (region >> l->target[i] & 1) {
            o.pt += in;
            o.t += 1.0;
        }
    }
    return o;
}

static bool takes_part(const struct nn_ref_loss *l, uint32_t region)
{
    for (int t = 0; t < l->classes; t++) {
        const uint32_t set = accepted(l, t);
        if ((set & region) && (set & ~region))
            return false;
    }
    for (size_t i = 0; i < l->voxels; i++)
        if (l->target[i] != NN_REF_IGNORE && (region >> l->target[i] & 1))
            return true;
    return false;
}

static int count_regions(const struct nn_ref_loss *l)
{
    int n = 0;
    for (int r = 0; r < l->n_regions; r++)
        n += takes_part(l, l->regions[r]);
    return n;
}

double nn_ref_loss_forward(const struct nn_ref_loss *l, const double *z)
{
    const size_t valid = count_valid(l);
    const int parts = count_regions(l);
    double ce = 0.0, dice = 0.0;

    for (size_t i = 0; i < l->voxels; i++) {
        double p[NN_REF_MAX_CLASSES];
        if (l->target[i] == NN_REF_IGNORE)
            continue;
        softmax(l, z, i, p);
        ce -= log(sum_of(p, l->classes, accepted(l, l->target[i]))) / (double)valid;
    }
    for (int r = 0; r < l->n_regions; r++) {
        if (!takes_part(l, l->regions[r]))
            continue;
        const struct overlap o = overlap_of(l, z, l->regions[r]);
        dice += (1.0 - (2.0 * o.pt + 1.0) / (o.p + o.t + 1.0)) / parts;
    }
    return l->w_ce * ce + l->w_dice * dice;
}

/* d(sum of p over a set)/dz_k = p_k ([k in set] - sum of p over the set). */
static void add_set_slope(const struct nn_ref_loss *l, const double *p, uint32_t set,
                          double factor, double *dz)
{
    const double in = sum_of(p, l->classes, set);
    for (int k = 0; k < l->classes; k++)
        dz[(size_t)k * l->voxels] += factor * p[k] * ((double)(set >> k & 1) - in);
}

void nn_ref_loss_backward(const struct nn_ref_loss *l, const double *z, double *dz)
{
    const size_t valid = count_valid(l);
    const int parts = count_regions(l);
    double p[NN_REF_MAX_CLASSES];

    for (size_t i = 0; i < l->voxels; i++) {
        if (l->target[i] == NN_REF_IGNORE)
            continue;
        const uint32_t set = accepted(l, l->target[i]);
        softmax(l, z, i, p);
        add_set_slope(l, p, set,
                      -l->w_ce / ((double)valid * sum_of(p, l->classes, set)), dz + i);
    }

    /* With N = 2 sum PT + 1 and M = sum P + sum T + 1:  d(1 - N/M)/dP = N/M^2 - 2T/M.
     */
    for (int r = 0; r < l->n_regions; r++) {
        const uint32_t region = l->regions[r];
        if (!takes_part(l, region))
            continue;
        const struct overlap o = overlap_of(l, z, region);
        const double num = 2.0 * o.pt + 1.0, den = o.p + o.t + 1.0;
        for (size_t i = 0; i < l->voxels; i++) {
            if (l->target[i] == NN_REF_IGNORE)
                continue;
            const double t = (double)(region >> l->target[i] & 1);
            softmax(l, z, i, p);
            add_set_slope(l, p, region,
                          l->w_dice / parts * (num / (den * den) - 2.0 * t / den),
                          dz + i);
        }
    }
}
