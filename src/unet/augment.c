#include "unet/augment.h"

#include <math.h>
#include <string.h>

static const double PI = 3.14159265358979323846;

const struct augment_options *augment_segment(void)
{
    static const struct augment_options options = {
        .turn_deg = 180.0,
        .scale_log = 0.28,
        .shear = 0.08,
        .shift_mm = 6.0,
        .bend_chance = 0.4,
        .bend_px = 2.5,
        .slice_shift_chance = 0.3,
        .slice_shift_mm = 1.5,
        .slice_flip_chance = 0.5,
        .slice_gap_chance = 0.1,
        .slice_cut_chance = 0.2,
        .bias_chance = 0.4,
        .bias_log = 0.35,
        .early_chance = 0.05,
        .gamma_chance = 0.4,
        .gamma_log = 0.4,
        .invert_chance = 0.0,
        .window_level_chance = 0.3,
        .blur_chance = 0.2,
        .blur_px = 1.0,
        .noise_chance = 0.3,
        .noise_sd = 0.06,
        .quantise_chance = 0.1,
    };
    return &options;
}

const struct augment_options *augment_locate(void)
{
    static const struct augment_options options = {
        .turn_deg = 180.0,
        .scale_log = 0.35,
        .shear = 0.08,
        .shift_mm = 10.0,
        .wander_mm = 110.0,
        .window_chance = 0.6,
        .bend_chance = 0.3,
        .bend_px = 1.5,
        .slice_shift_chance = 0.3,
        .slice_shift_mm = 3.0,
        .slice_flip_chance = 0.5,
        .slice_gap_chance = 0.2,
        .slice_cut_chance = 0.3,
        .bias_chance = 0.6,
        .bias_log = 0.5,
        .early_chance = 0.05,
        .gamma_chance = 0.6,
        .gamma_log = 0.5,
        .invert_chance = 0.0,
        .window_level_chance = 0.4,
        .blur_chance = 0.3,
        .blur_px = 0.8,
        .noise_chance = 0.4,
        .noise_sd = 0.10,
        .quantise_chance = 0.1,
    };
    return &options;
}

/* --- geometry --- */

static void draw_map(struct rng *r, const struct augment_options *o, double pixel_mm,
                     double map[2][2])
{
    const double angle = rng_range(r, -1.0, 1.0) * o->turn_deg * PI / 180.0;
    const double zoom = exp(rng_range(r, -o->scale_log, o->scale_log));
    const double aspect = exp(0.5 * rng_range(r, -o->shear, o->shear));
    const double shear = rng_range(r, -o->shear, o->shear);
    const double mirror = rng_chance(r, 0.5) ? -1.0 : 1.0;
    const double c = cos(angle) * pixel_mm * zoom, s = sin(angle) * pixel_mm * zoom;
    const double local[2][2] = {{mirror * aspect, shear}, {0.0, 1.0 / aspect}};
    const double turn[2][2] = {{c, -s}, {s, c}};
    for (int a = 0; a < 2; a++)
        for (int b = 0; b < 2; b++)
            map[a][b] = turn[a][0] * local[0][b] + turn[a][1] * local[1][b];
}

/* Cubic B-spline weights of the four control points round t in [0, 1). */
static void spline(double t, double w[4])
{
    const double u = 1.0 - t;
    w[0] = u * u * u / 6.0;
    w[1] = (3.0 * t * t * t - 6.0 * t * t + 4.0) / 6.0;
    w[2] = (3.0 * u * u * u - 6.0 * u * u + 4.0) / 6.0;
    w[3] = t * t * t / 6.0;
}

enum {
    CONTROL = 8
}; /* control points a side, the spline needs three beyond the cells */

static void draw_bend(struct rng *r, double sd_px, int32_t size, float *bend)
{
    double point[CONTROL][CONTROL][2];
    for (int j = 0; j < CONTROL; j++)
        for (int i = 0; i < CONTROL; i++)
            for (int a = 0; a < 2; a++)
                point[j][i][a] = sd_px * rng_normal(r);
    const double cells = CONTROL - 3;
    for (int32_t y = 0; y < size; y++) {
        const double fy = cells * y / size;
        double wy[4], wx[4];
        spline(fy - floor(fy), wy);
        for (int32_t x = 0; x < size; x++) {
            const double fx = cells * x / size;
            double sum[2] = {0.0, 0.0};
            spline(fx - floor(fx), wx);
            for (int j = 0; j < 4; j++)
                for (int i = 0; i < 4; i++)
                    for (int a = 0; a < 2; a++)
                        sum[a] += wy[j] * wx[i] * point[(int)fy + j][(int)fx + i][a];
            float *to = bend + 2 * ((size_t)y * (size_t)size + (size_t)x);
            to[0] = (float)sum[0];
            to[1] = (float)sum[1];
        }
    }
}

static int32_t clamp(int32_t v, int32_t lo, int32_t hi)
{
    return v < lo ? lo : v > hi ? hi : v;
}

/* Which slices stand on the levels of the patch: a random window of the stack (one of
 * those that lie in one another), sometimes of every second slice, sometimes of a stack
 * that ends early.  Beyond an end its last slice is repeated, hidden. */
static void draw_slices(struct rng *r, const struct augment_options *o, int32_t depth,
                        const struct stack *stack, struct patch_geometry *g)
{
    const int32_t nz = stack->nz, stride = stack->stride;
    const bool gaps = nz >= 5 * stride && rng_chance(r, o->slice_gap_chance);
    const int32_t step = gaps ? 2 * stride : stride;
    const int32_t phase = (int32_t)rng_below(r, (uint32_t)step);
    const int32_t there = (nz - phase + step - 1) / step; /* slices at this step */
    const int32_t lo = there < depth ? there - depth : 0;
    const int32_t hi = there < depth ? 0 : there - depth;
    const int32_t first = lo + (int32_t)rng_below(r, (uint32_t)(hi - lo + 1));
    int32_t begin = clamp(-first, 0, depth - 1); /* levels begin..end hold slices */
    int32_t end = clamp(there - 1 - first, 0, depth - 1);
    if (end > begin && rng_chance(r, o->slice_cut_chance)) {
        const int32_t cut = (int32_t)rng_below(r, (uint32_t)(end - begin));
        if (rng_chance(r, 0.5))
            begin += cut;
        else
            end -= cut;
    }
    const bool flip = rng_chance(r, o->slice_flip_chance) != 0;
    for (int32_t z = 0; z < depth; z++) {
        const int32_t at = flip ? depth - 1 - z : z;
        g->slice[at] = (first + clamp(z, begin, end)) * step + phase;
        g->hidden[at] = z < begin || z > end;
    }
}

static void draw_window(struct rng *r, const struct stack *s,
                        const double centre_mm[static 2], struct patch_geometry *g)
{
    /* keep the heart: at least 60 mm on every side of its centre */
    for (int a = 0; a < 2; a++) {
        const double before = fmax(centre_mm[a] - 60.0, 0.0);
        const double after = fmax(s->size_mm[a] - centre_mm[a] - 60.0, 0.0);
        g->window_mm[a][0] = rng_range(r, 0.0, 1.0) * before;
        g->window_mm[a][1] = s->size_mm[a] - rng_range(r, 0.0, 1.0) * after;
    }
}

void augment_geometry(struct rng *r, const struct augment_options *o,
                      const struct unet_net_config *net, const struct stack *stack,
                      const double centre_mm[static 2], float *bend,
                      struct patch_geometry *out)
{
    struct patch_geometry g;
    patch_geometry_plain(net, stack->nz, centre_mm, 0, &g);
    draw_map(r, o, net->pixel_mm, g.map);
    for (int a = 0; a < 2; a++) { /* one after the other, whatever the compiler */
        const double shift_mm = o->shift_mm * rng_normal(r);
        g.centre_mm[a] += shift_mm + rng_range(r, -o->wander_mm, o->wander_mm);
    }
    draw_slices(r, o, net->depth, stack, &g);
    if (rng_chance(r, o->slice_shift_chance)) {
        const double sd = rng_range(r, 0.0, o->slice_shift_mm);
        for (int32_t z = 0; z < net->depth; z++)
            for (int a = 0; a < 2; a++)
                g.shift_mm[z][a] = sd * rng_normal(r);
    }
    if (rng_chance(r, o->bend_chance)) {
        draw_bend(r, rng_range(r, 0.0, o->bend_px), net->size, bend);
        g.bend = bend;
    }
    if (rng_chance(r, o->window_chance))
        draw_window(r, stack, centre_mm, &g);
    *out = g;
}

/* --- intensities --- */

/* exp of a random polynomial of second order in x and y, first order in z. */
static void apply_bias(struct rng *r, const struct unet_net_config *net,
                       double log_size, float *p)
{
    double c[6];
    for (int i = 0; i < 6; i++)
        c[i] = log_size * rng_range(r, -1.0, 1.0);
    for (int32_t z = 0; z < net->depth; z++) {
        const double w = net->depth > 1 ? 2.0 * z / (net->depth - 1) - 1.0 : 0.0;
        for (int32_t y = 0; y < net->size; y++) {
            const double v = 2.0 * y / (net->size - 1) - 1.0;
            for (int32_t x = 0; x < net->size; x++, p++) {
                const double u = 2.0 * x / (net->size - 1) - 1.0;
                const double e = c[0] * u + c[1] * v + c[2] * u * v + c[3] * u * u +
                                 c[4] * v * v + 0.5 * c[5] * w;
                *p *= expf((float)e);
            }
        }
    }
}

enum { BLUR_REACH = 4 };

/* One direction of a separable Gaussian: neighbours along rows or along columns. */
static void blur_pass(const struct unet_net_config *net, const float *weight,
                      bool along_rows, const float *from, float *to)
{
    const int n = net->size;
    for (int32_t row = 0; row < net->depth * n; row++)
        for (int x = 0; x < n; x++) {
            const int y = row % n, at = along_rows ? x : y;
            const size_t stride = along_rows ? 1 : (size_t)n;
            const float *line = from + (size_t)row * (size_t)n + (size_t)x -
                                (size_t)at * stride; /* its first pixel */
            float v = 0.0f;
            for (int i = -BLUR_REACH; i <= BLUR_REACH; i++)
                v += weight[i + BLUR_REACH] *
                     line[(size_t)clamp(at + i, 0, n - 1) * stride];
            to[(size_t)row * (size_t)n + (size_t)x] = v;
        }
}

/* Gaussian in the plane, edges clamped, in place through scratch. */
static void apply_blur(const struct unet_net_config *net, double sigma, float *patch,
                       float *scratch)
{
    float w[2 * BLUR_REACH + 1];
    double sum = 0.0;
    for (int i = -BLUR_REACH; i <= BLUR_REACH; i++)
        sum += exp(-0.5 * i * i / (sigma * sigma));
    for (int i = -BLUR_REACH; i <= BLUR_REACH; i++)
        w[i + BLUR_REACH] = (float)(exp(-0.5 * i * i / (sigma * sigma)) / sum);
    blur_pass(net, w, true, patch, scratch);
    blur_pass(net, w, false, scratch, patch);
}

/* A cheap normal deviate for noise: the sum of eight 16-bit uniforms, standardised. */
static float noise_value(struct rng *r)
{
    const uint64_t a = rng_u64(r), b = rng_u64(r);
    uint32_t sum = 0;
    for (int i = 0; i < 64; i += 16)
        sum += (uint32_t)((a >> i) & 0xffffu) + (uint32_t)((b >> i) & 0xffffu);
    return ((float)sum / 65536.0f - 4.0f) * 1.2247449f; /* variance 8/12 -> 1 */
}

/* Read out before the myocardium's null, its magnetisation is still negative and a
 * magnitude image drops the sign: what should be dark is bright, and what lies at the
 * new null is black - the blood, at worst. */
static void apply_early(struct rng *r, size_t n, float *p)
{
    const float null = (float)rng_range(r, 0.1, 0.6);
    const float scale = 1.0f / fmaxf(null, 1.0f - null);
    for (size_t i = 0; i < n; i++)
        p[i] = scale * fabsf(p[i] - null);
}

static void apply_gamma(struct rng *r, const struct augment_options *o, size_t n,
                        float *p)
{
    const float g = (float)exp(rng_range(r, -o->gamma_log, o->gamma_log));
    for (size_t i = 0; i < n; i++)
        p[i] = p[i] > 0.0f ? powf(p[i], g) : p[i];
}

/* Clip to a window as a reader or an export to 8 bits would. */
static void apply_window(struct rng *r, size_t n, float *p)
{
    const float lo = (float)rng_range(r, -0.05, 0.15);
    const float hi = (float)rng_range(r, 0.6, 1.1);
    for (size_t i = 0; i < n; i++)
        p[i] = p[i] < lo ? lo : p[i] > hi ? hi : p[i];
}

void augment_intensity(struct rng *r, const struct augment_options *o,
                       const struct unet_net_config *net, struct patch_range range,
                       float *p, float *scratch)
{
    const size_t n = (size_t)net->depth * (size_t)net->size * (size_t)net->size;
    const float width = range.hi > range.lo ? range.hi - range.lo : 1.0f;
    for (size_t i = 0; i < n; i++)
        p[i] = (p[i] - range.lo) / width;
    if (rng_chance(r, o->bias_chance))
        apply_bias(r, net, o->bias_log * rng_uniform(r), p);
    if (rng_chance(r, o->early_chance))
        apply_early(r, n, p);
    if (rng_chance(r, o->gamma_chance))
        apply_gamma(r, o, n, p);
    if (rng_chance(r, o->window_level_chance))
        apply_window(r, n, p);
    if (rng_chance(r, o->blur_chance))
        apply_blur(net, rng_range(r, 0.3, o->blur_px), p, scratch);
    if (rng_chance(r, o->noise_chance)) {
        const float sd = (float)(o->noise_sd * rng_uniform(r));
        for (size_t i = 0; i < n; i++)
            p[i] += sd * noise_value(r);
    }
    if (rng_chance(r, o->quantise_chance)) {
        const float levels = (float)rng_range(r, 40.0, 255.0);
        for (size_t i = 0; i < n; i++)
            p[i] = floorf(p[i] * levels + 0.5f) / levels;
    }
    if (rng_chance(r, o->invert_chance))
        for (size_t i = 0; i < n; i++)
            p[i] = 1.0f - p[i];
}
