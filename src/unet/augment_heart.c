#include "unet/augment_heart.h"

#include <math.h>
#include <stddef.h>

#include "nn/loss.h"

static int32_t clamp(int32_t v, int32_t lo, int32_t hi)
{
    return v < lo ? lo : v > hi ? hi : v;
}

/* How bright a class is; `voxels` 0: there is none of it. */
struct level {
    double mean, sd;
    size_t voxels;
};

static struct level level_of(const struct unet_net_config *net, const uint8_t *target,
                             enum label label, const float *p)
{
    const size_t n = (size_t)net->depth * (size_t)net->size * (size_t)net->size;
    double sum = 0.0, squares = 0.0;
    struct level l = {0};
    for (size_t i = 0; i < n; i++) {
        if (target[i] == net->class_of[label]) {
            const double v = (double)p[i];
            sum += v;
            squares += v * v;
            l.voxels++;
        }
    }
    if (l.voxels > 0) {
        l.mean = sum / (double)l.voxels;
        l.sd = sqrt(fmax(squares / (double)l.voxels - l.mean * l.mean, 0.0));
    }
    return l;
}

/* The levels begin..end that hold slices; copies of the end slices lie beyond. */
static void held_levels(const struct unet_net_config *net, const uint8_t *target,
                        int32_t *begin, int32_t *end)
{
    const size_t area = (size_t)net->size * (size_t)net->size;
    *begin = 0;
    *end = net->depth - 1;
    while (*begin < *end && target[(size_t)*begin * area] == NN_IGNORE)
        ++*begin;
    while (*end > *begin && target[(size_t)*end * area] == NN_IGNORE)
        --*end;
}

/* ---- contrast ---- */

/* Scar over blood as seen early or late after the injection, and the wall off its null.
 */
static const double SCAR_LOG = 0.55, GREY_CHANCE = 0.5, MOST_GREY = 0.5;
/* Scar that stands out of the wall by fewer of the wall's standard deviations is none
 * that a reader would draw. */
static const double FAINTEST_SD = 1.5;

static uint32_t bit_of(const struct unet_net_config *net, enum label label)
{
    return 1u << net->class_of[label];
}

/* Share of the 3 x 3 pixels round (x, y) that is of these classes, the nearer the more:
 * an edge as soft as partial volume makes it, so that what is changed gives no outline
 * away. */
static float share_near(const uint8_t *slice, int32_t size, int32_t x, int32_t y,
                        uint32_t classes)
{
    static const int weight[3] = {1, 2, 1};
    int sum = 0;
    for (int j = -1; j <= 1; j++) {
        const uint8_t *row = slice + (size_t)clamp(y + j, 0, size - 1) * (size_t)size;
        for (int i = -1; i <= 1; i++) {
            const uint8_t class = row[clamp(x + i, 0, size - 1)];
            if (class < NN_MAX_CLASSES && (classes >> class & 1u))
                sum += weight[j + 1] * weight[i + 1];
        }
    }
    return (float)sum / 16.0f;
}

/* p + share * (a + b p) where p lies below `under`. */
struct change {
    uint32_t classes;
    float a, b, under;
};

static void apply_change(const struct unet_net_config *net, const struct change *c,
                         const uint8_t *target, float *p)
{
    const size_t area = (size_t)net->size * (size_t)net->size;
    int32_t begin, end;
    held_levels(net, target, &begin, &end);
    for (int32_t z = 0; z < net->depth; z++) {
        const uint8_t *slice = target + (size_t)clamp(z, begin, end) * area;
        for (int32_t y = 0; y < net->size; y++)
            for (int32_t x = 0; x < net->size; x++, p++)
                if (*p < c->under)
                    *p += share_near(slice, net->size, x, y, c->classes) *
                          (c->a + c->b * *p);
    }
}

/* How much of its contrast to the wall scar keeps. */
static double scar_factor(double drawn, const struct level *scar,
                          const struct level *wall)
{
    const double stands_out = scar->mean - wall->mean;
    if (scar->voxels == 0 || stands_out <= 0.0)
        return 1.0;
    return fmax(drawn, fmin(1.0, FAINTEST_SD * wall->sd / stands_out));
}

/* Scar fainter or brighter against the wall, blood as it is; and sometimes the wall
 * with all in it part of the way to blood, as if the null was missed. */
static void vary_contrast(struct rng *r, const struct augment_options *o,
                          const struct unet_net_config *net, const uint8_t *target,
                          float *p)
{
    if (o->contrast <= 0.0 || !rng_chance(r, o->contrast))
        return;
    const double drawn = exp(rng_range(r, -SCAR_LOG, SCAR_LOG));
    const bool grey = rng_chance(r, GREY_CHANCE) != 0;
    const double way = rng_range(r, 0.0, MOST_GREY);
    const struct level wall = level_of(net, target, LABEL_MYOCARDIUM, p);
    const struct level blood = level_of(net, target, LABEL_LV_BLOOD, p);
    const struct level scar = level_of(net, target, LABEL_SCAR, p);
    if (wall.voxels == 0 || blood.voxels == 0 || blood.mean <= wall.mean)
        return;
    const double by = scar_factor(drawn, &scar, &wall) - 1.0;
    const struct change fade = {bit_of(net, LABEL_SCAR), (float)(-by * wall.mean),
                                (float)by, INFINITY};
    apply_change(net, &fade, target, p);
    const struct change lift = {
        bit_of(net, LABEL_MYOCARDIUM) | bit_of(net, LABEL_SCAR) |
            bit_of(net, LABEL_NO_REFLOW),
        (float)(way * blood.mean), (float)-way, (float)blood.mean};
    if (grey)
        apply_change(net, &lift, target, p);
}

/* ---- inverted too early ---- */

/* Read out before the myocardium's null, its magnetisation is still negative and a
 * magnitude image drops the sign.  The null lies so far above the wall that blood is
 * mostly darker.  Of what is not heart nothing says how much of its darkness is
 * magnetisation: air and lung have no signal at any time, and stay dark.  Scar is about
 * as bright as blood, so it fades into the wall or turns dark: nobody would draw it as
 * before, and what is asked of it is left open. */
static void invert_early(struct rng *r, const struct augment_options *o,
                         const struct unet_net_config *net, struct patch_range range,
                         uint8_t *target, float *p)
{
    const size_t area = (size_t)net->size * (size_t)net->size;
    const size_t n = area * (size_t)net->depth;
    if (o->early_heart <= 0.0 || !rng_chance(r, o->early_heart))
        return;
    const double between = rng_range(r, 0.3, 1.4);
    const float scale = (float)rng_range(r, 0.8, 2.0);
    const struct level wall = level_of(net, target, LABEL_MYOCARDIUM, p);
    const struct level blood = level_of(net, target, LABEL_LV_BLOOD, p);
    if (wall.voxels == 0 || blood.voxels == 0)
        return;
    const float null = (float)(wall.mean + between * (blood.mean - wall.mean));
    const uint8_t outside = net->class_of[LABEL_BACKGROUND];
    int32_t begin, end;
    held_levels(net, target, &begin, &end);
    for (int32_t z = 0; z < net->depth; z++) {
        const uint8_t *heart = target + (size_t)clamp(z, begin, end) * area;
        float *slice = p + (size_t)z * area;
        for (size_t i = 0; i < area; i++)
            if (heart[i] != outside && heart[i] != NN_IGNORE)
                slice[i] = range.lo + scale * fabsf(slice[i] - null);
    }
    for (size_t i = 0; i < n; i++)
        if (target[i] == net->class_of[LABEL_SCAR] ||
            target[i] == net->class_of[LABEL_NO_REFLOW])
            target[i] = NN_IGNORE;
}

void augment_heart(struct rng *r, const struct augment_options *options,
                   const struct unet_net_config *net, struct patch_range range,
                   uint8_t *target, float *patch)
{
    vary_contrast(r, options, net, target, patch);
    invert_early(r, options, net, range, target, patch);
}
