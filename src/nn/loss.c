#include "nn/loss.h"

#include <math.h>

#include "base/mem.h"
#include "nn/bf16.h"

/* Sums over one row of voxels. */
struct row_sums {
    double ce, valid;
    double inter[NN_MAX_REGIONS], pred[NN_MAX_REGIONS], truth[NN_MAX_REGIONS];
};

struct nn_loss {
    struct nn_loss_spec spec;
    struct tensor_shape shape;
    uint32_t right[NN_MAX_CLASSES]; /* of the sample: S(t), and is region r known? */
    bool known[NN_MAX_REGIONS];
    float *prob;           /* [voxels][classes] */
    struct row_sums *rows; /* [d * h] */
};

/* What the gradient pass needs to know of the whole sample. */
struct totals {
    double ce_scale;                 /* d loss / d (one voxel's CE) */
    double on_truth[NN_MAX_REGIONS]; /* d loss / d p_r where t_r = 1 */
    double off_truth[NN_MAX_REGIONS];
};

/* Every class stands, by way of others perhaps, in the place of the background. */
static bool is_tree(const struct nn_loss_spec *spec)
{
    for (int k = 0; k < spec->classes; k++) {
        int at = k, steps = 0;
        while (at != 0 && at < spec->classes && steps++ < spec->classes)
            at = spec->within[at];
        if (at != 0)
            return false;
    }
    return true;
}

bool nn_loss_new(const struct nn_loss_spec *spec, struct tensor_shape shape,
                 struct nn_loss **out, struct err *err)
{
    if (spec->classes < 2 || spec->classes > NN_MAX_CLASSES || spec->regions < 0 ||
        spec->regions > NN_MAX_REGIONS || shape.c != spec->classes || !is_tree(spec))
        return ERR_FAIL(err, ERR_ARG, "a loss over %d classes and %d regions",
                        spec->classes, spec->regions);
    struct nn_loss *l = mem_alloc(1, sizeof *l, err);
    if (!l)
        return false;
    l->spec = *spec;
    l->shape = shape;
    l->prob = mem_alloc(tensor_count(shape), sizeof *l->prob, err);
    l->rows = mem_alloc((size_t)shape.d * (size_t)shape.h, sizeof *l->rows, err);
    if (!l->prob || !l->rows) {
        nn_loss_free(l);
        return false;
    }
    *out = l;
    return true;
}

void nn_loss_free(struct nn_loss *l)
{
    if (!l)
        return;
    mem_free(l->prob);
    mem_free(l->rows);
    mem_free(l);
}

/* Probability of a set of classes. */
static float prob_of(const float *p, int classes, uint32_t set)
{
    float sum = 0.0f;
    for (int k = 0; k < classes; k++)
        if ((set >> k) & 1u)
            sum += p[k];
    return sum;
}

/* What would be right where, for one sample. */
static void find_right(struct nn_loss *l, uint32_t labelled)
{
    const struct nn_loss_spec *s = &l->spec;
    for (int k = 0; k < s->classes; k++)
        l->right[k] = 1u << k;
    for (int k = 0; k < s->classes; k++) {
        int at = k;
        while (at != 0 && !((labelled >> at) & 1u))
            at = s->within[at];
        l->right[at] |= 1u << k;
    }
    for (int r = 0; r < s->regions; r++) {
        l->known[r] = true;
        for (int t = 0; t < s->classes; t++) {
            const uint32_t in = l->right[t] & s->region[r];
            if (in != 0 && in != l->right[t])
                l->known[r] = false;
        }
    }
}

/* Of a row of voxels. */
static void find_probabilities(const float *logits, int block, int classes,
                               int32_t voxels, float *prob)
{
    for (int32_t v = 0; v < voxels; v += NN_SOFTMAX_VOXELS) {
        const int32_t left = voxels - v;
        const int n = left < NN_SOFTMAX_VOXELS ? left : NN_SOFTMAX_VOXELS;
        float p[NN_MAX_CLASSES][NN_SOFTMAX_VOXELS];
        nn_softmax(logits + (ptrdiff_t)v * block, block, classes, n, p);
        for (int i = 0; i < n; i++)
            for (int k = 0; k < classes; k++)
                *prob++ = p[k][i];
    }
}

static void sum_row(struct nn_loss *l, size_t row, const float *logits, int block,
                    const uint8_t *target)
{
    const int classes = l->spec.classes;
    const size_t first = row * (size_t)l->shape.w;
    struct row_sums sums = {0};
    find_probabilities(logits + first * (size_t)block, block, classes, l->shape.w,
                       l->prob + first * (size_t)classes);
    for (size_t v = first; v < first + (size_t)l->shape.w; v++) {
        const float *p = l->prob + v * (size_t)classes;
        if (target[v] >= classes) /* NN_IGNORE */
            continue;
        const float right = prob_of(p, classes, l->right[target[v]]);
        /* not fmax: that would hide a NaN, which the finite check must see */
        sums.ce -= log(right < 1e-30f ? 1e-30 : (double)right);
        sums.valid += 1.0;
        for (int r = 0; r < l->spec.regions; r++) {
            const double pr = (double)prob_of(p, classes, l->spec.region[r]);
            const double tr = (double)((l->spec.region[r] >> target[v]) & 1u);
            sums.inter[r] += pr * tr;
            sums.pred[r] += pr;
            sums.truth[r] += tr;
        }
    }
    l->rows[row] = sums;
}

/* In order. */
static struct row_sums add_rows(const struct nn_loss *l)
{
    struct row_sums all = {0};
    const size_t rows = (size_t)l->shape.d * (size_t)l->shape.h;
    for (size_t i = 0; i < rows; i++) {
        all.ce += l->rows[i].ce;
        all.valid += l->rows[i].valid;
        for (int r = 0; r < l->spec.regions; r++) {
            all.inter[r] += l->rows[i].inter[r];
            all.pred[r] += l->rows[i].pred[r];
            all.truth[r] += l->rows[i].truth[r];
        }
    }
    return all;
}

/* The soft DSC of each region; returns how many have one. */
static int score_regions(const struct nn_loss *l, const struct row_sums *all,
                         double *dice)
{
    int present = 0;
    for (int r = 0; r < l->spec.regions; r++) {
        const bool used = all->truth[r] > 0.0 && l->known[r];
        present += used;
        dice[r] =
            used ? (2.0 * all->inter[r] + 1.0) / (all->pred[r] + all->truth[r] + 1.0)
                 : (double)NAN;
    }
    return present;
}

/* The loss from the sums of all rows, and the factors of its gradient. */
static void finish_sums(const struct nn_loss *l, float scale,
                        struct nn_loss_value *value, struct totals *t)
{
    const struct row_sums all = add_rows(l);
    const int present = score_regions(l, &all, value->region_dice);
    value->ce = all.valid > 0.0 ? all.ce / all.valid : 0.0;
    value->dice = 0.0;
    t->ce_scale =
        all.valid > 0.0 ? (double)scale * (double)l->spec.ce_weight / all.valid : 0.0;
    for (int r = 0; r < l->spec.regions; r++) {
        t->on_truth[r] = 0.0;
        t->off_truth[r] = 0.0;
        if (isnan(value->region_dice[r]))
            continue;
        const double u = all.pred[r] + all.truth[r] + 1.0;
        const double weight = (double)scale * (double)l->spec.dice_weight / present;
        value->dice += (1.0 - value->region_dice[r]) / present;
        t->off_truth[r] = weight * value->region_dice[r] / u;
        t->on_truth[r] = t->off_truth[r] - weight * 2.0 / u;
    }
    value->total = (double)l->spec.ce_weight * value->ce +
                   (double)l->spec.dice_weight * value->dice;
}

/* d loss / d z of one voxel. */
static void voxel_gradient(const struct nn_loss *l, const float *p, uint8_t target,
                           const struct totals *t, float *dz)
{
    const int classes = l->spec.classes;
    double g[NN_MAX_CLASSES] = {0}; /* d dice / d p */
    for (int r = 0; r < l->spec.regions; r++) {
        const double slope =
            (l->spec.region[r] >> target) & 1u ? t->on_truth[r] : t->off_truth[r];
        for (int k = 0; k < classes; k++)
            if ((l->spec.region[r] >> k) & 1u)
                g[k] += slope;
    }
    const uint32_t right = l->right[target];
    const double p_right = fmax((double)prob_of(p, classes, right), 1e-30);
    double mean = 0.0;
    for (int k = 0; k < classes; k++)
        mean += (double)p[k] * g[k];
    for (int k = 0; k < classes; k++) {
        const double pk = (double)p[k];
        const double ce = pk - ((right >> k) & 1u ? pk / p_right : 0.0);
        dz[k] = (float)(pk * (g[k] - mean) + t->ce_scale * ce);
    }
}

static void gradient_row(const struct nn_loss *l, size_t row,
                         const struct nn_loss_sample *s, const struct totals *t)
{
    const int classes = l->spec.classes;
    const size_t block = (size_t)s->block;
    for (size_t v = row * (size_t)l->shape.w; v < (row + 1) * (size_t)l->shape.w; v++) {
        float dz[16] = {0}; /* padding lanes stay zero: oneDNN relies on it */
        if (s->target[v] < classes)
            voxel_gradient(l, l->prob + v * (size_t)classes, s->target[v], t, dz);
        for (size_t k = 0; k < block; k++) {
            if (s->precision == NN_BF16)
                ((uint16_t *)s->d_logits)[v * block + k] = nn_bf16_from_f32(dz[k]);
            else
                ((float *)s->d_logits)[v * block + k] = dz[k];
        }
    }
}

bool nn_loss_run(struct nn_loss *l, const struct nn_loss_sample *s,
                 struct nn_loss_value *out, struct err *err)
{
    const int64_t rows = (int64_t)l->shape.d * l->shape.h;
    struct nn_loss_value value = {0};
    struct totals t = {0};
    find_right(l, s->labelled);
#pragma omp parallel for schedule(static)
    for (int64_t r = 0; r < rows; r++)
        sum_row(l, (size_t)r, s->logits, s->block, s->target);
    finish_sums(l, s->scale, &value, &t);
    if (!isfinite(value.total))
        return ERR_FAIL(err, ERR_NUMERIC, "the loss is not finite");
    if (s->d_logits) {
#pragma omp parallel for schedule(static)
        for (int64_t r = 0; r < rows; r++)
            gradient_row(l, (size_t)r, s, &t);
    }
    *out = value;
    return true;
}
