#include "unet/spread.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

/* Below: rounding of float sums, and doubt that is none. */
static const double LEAST_VARIANCE = 1e-6, LEAST_DOUBT = 1e-3, LEAST_WALL_PIXELS = 1.0;

void spread_init(struct spread *s, const struct unet_net_config *config)
{
    *s = (struct spread){.config = config,
                         .area = (size_t)config->size * (size_t)config->size};
    for (int l = 0; l < LABEL_COUNT; l++) {
        const uint32_t bit = 1u << config->class_of[l];
        if (config->class_of[l] == 0)
            continue;
        if (label_in((uint8_t)l, LABELS_MYOCARDIUM))
            s->classes[SPREAD_WALL] |= bit;
        if (label_in((uint8_t)l, LABELS_SCAR))
            s->classes[SPREAD_SCAR] |= bit;
    }
    /* a class that also stands for something else says nothing of the region */
    for (int l = 0; l < LABEL_COUNT; l++) {
        const uint32_t bit = 1u << config->class_of[l];
        if (!label_in((uint8_t)l, LABELS_MYOCARDIUM))
            s->classes[SPREAD_WALL] &= ~bit;
        if (!label_in((uint8_t)l, LABELS_SCAR))
            s->classes[SPREAD_SCAR] &= ~bit;
    }
}

void spread_clear(struct spread *s)
{
    for (int r = 0; r < SPREAD_REGIONS; r++)
        mem_free(s->square[r]);
    for (int v = 0; v < SPREAD_VIEWS; v++)
        mem_free(s->total[v]);
    *s = (struct spread){0};
}

static bool reserve(struct spread *s, int32_t nz, struct err *err)
{
    if (nz <= s->room)
        return true;
    s->room = 0;
    for (int r = 0; r < SPREAD_REGIONS; r++) {
        mem_free(s->square[r]);
        s->square[r] = mem_alloc((size_t)nz * s->area, sizeof *s->square[r], err);
        if (!s->square[r])
            return false;
    }
    for (int v = 0; v < SPREAD_VIEWS; v++) {
        mem_free(s->total[v]);
        s->total[v] = mem_alloc((size_t)nz * SPREAD_TOTALS, sizeof *s->total[v], err);
        if (!s->total[v])
            return false;
    }
    s->room = nz;
    return true;
}

bool spread_begin(struct spread *s, int32_t nz, struct err *err)
{
    if (!reserve(s, nz, err))
        return false;
    s->nz = nz;
    s->by_turns = 0;
    for (int r = 0; r < SPREAD_REGIONS; r++)
        memset(s->square[r], 0, (size_t)nz * s->area * sizeof *s->square[r]);
    for (int v = 0; v < SPREAD_VIEWS; v++)
        memset(s->total[v], 0, (size_t)nz * SPREAD_TOTALS * sizeof *s->total[v]);
    return true;
}

void spread_by_turns(struct spread *s, int member)
{
    s->by_turns |= 1u << member;
}

/* The totals that a view is added to. */
static double *totals_of(const struct spread *s, int view, int32_t slice)
{
    if (s->by_turns >> (view / UNET_POSES) & 1u)
        view &= ~1;
    return s->total[view] + (size_t)slice * SPREAD_TOTALS;
}

/* Probability of a region at a pixel. */
static float region_at(uint32_t classes, const float *prob, size_t stride, size_t pixel)
{
    float sum = 0.0f;

    for (size_t k = 0; classes >> k != 0; k++)
        if ((classes >> k) & 1u)
            sum += prob[k * stride + pixel];
    return sum;
}

void spread_add(struct spread *s, int32_t slice, int view, float weight,
                const float *prob, size_t stride)
{
    const int32_t size = s->config->size;
    const int pose = view % UNET_POSES;
    double *const totals = totals_of(s, view, slice);

    for (int r = 0; r < SPREAD_REGIONS; r++) {
        float *square = s->square[r] + (size_t)slice * s->area;
        double total = 0.0;
        for (int32_t y = 0; y < size; y++)
            for (int32_t x = 0; x < size; x++) {
                const float q =
                    region_at(s->classes[r], prob, stride, pose_at(pose, size, x, y));
                square[(size_t)y * (size_t)size + (size_t)x] += weight * q * q;
                total += (double)q;
            }
        totals[r] += (double)weight * total;
    }
    totals[SPREAD_REGIONS] += (double)weight;
}

/* What is summed over the pixels of a stack. */
struct sums {
    double expected, entropy, deviation;
    double sure, likely, possible; /* pixels above 3/4, 1/2, 1/4 */
};

static double entropy_bits(double q)
{
    if (q < LEAST_DOUBT || q > 1.0 - LEAST_DOUBT)
        return 0.0;
    return -q * log2(q) - (1.0 - q) * log2(1.0 - q);
}

static struct sums sum_up(const struct spread *s, int region, const float *mean,
                          const double *weight)
{
    const size_t per_slice = (size_t)s->config->classes * s->area;
    struct sums t = {0};

    for (int32_t z = 0; z < s->nz; z++)
        for (size_t i = 0; i < s->area; i++) {
            const double q = (double)region_at(
                s->classes[region], mean + (size_t)z * per_slice, s->area, i);
            const double square =
                (double)s->square[region][(size_t)z * s->area + i] / weight[z];
            const double variance = square - q * q;
            t.expected += q;
            t.entropy += entropy_bits(q);
            t.deviation += variance > LEAST_VARIANCE ? sqrt(variance) : 0.0;
            t.sure += q > 0.75 ? 1.0 : 0.0;
            t.likely += q > 0.5 ? 1.0 : 0.0;
            t.possible += q > 0.25 ? 1.0 : 0.0;
        }
    return t;
}

/* %LGE as one view has it. */
static double lge_of(const struct spread *s, int view)
{
    double sum[SPREAD_REGIONS] = {0.0, 0.0};

    for (int32_t z = 0; z < s->nz; z++) {
        const double *total = totals_of(s, view, z);
        for (int r = 0; r < SPREAD_REGIONS; r++)
            sum[r] += total[r] / total[SPREAD_REGIONS];
    }
    return 100.0 * sum[SPREAD_SCAR] / sum[SPREAD_WALL];
}

/* Standard deviation of %LGE between the views. */
static double between_views(const struct spread *s, const struct spread_passes *p)
{
    double lge[SPREAD_VIEWS], mean = 0.0, rest = 0.0;
    const int n = p->members * p->poses;

    for (int i = 0; i < n; i++) {
        lge[i] = lge_of(s, i / p->poses * UNET_POSES + i % p->poses);
        mean += lge[i] / n;
    }
    for (int i = 0; i < n; i++)
        rest += (lge[i] - mean) * (lge[i] - mean);
    return n > 1 ? sqrt(rest / (n - 1)) : 0.0;
}

void spread_find(const struct spread *s, const float *mean, const double *weight,
                 const struct spread_passes *passes, struct measure_features *out)
{
    if (s->classes[SPREAD_WALL] == 0)
        return;
    const struct sums wall = sum_up(s, SPREAD_WALL, mean, weight);
    if (wall.expected < LEAST_WALL_PIXELS)
        return;
    out->value[MEASURE_WALL_ENTROPY] = wall.entropy / wall.expected;
    out->value[MEASURE_WALL_SPREAD] = wall.deviation / wall.expected;
    if (s->classes[SPREAD_SCAR] == 0)
        return;
    const struct sums scar = sum_up(s, SPREAD_SCAR, mean, weight);
    out->value[MEASURE_SCAR_ENTROPY] = scar.entropy / wall.expected;
    out->value[MEASURE_SCAR_SPREAD] = scar.deviation / wall.expected;
    out->value[MEASURE_SCAR_GREY] =
        100.0 * (scar.possible - scar.sure) / fmax(wall.likely, LEAST_WALL_PIXELS);
    out->value[MEASURE_LGE_EXPECTED] = 100.0 * scar.expected / wall.expected;
    out->value[MEASURE_LGE_SPREAD] = between_views(s, passes);
}
