#include "unet/shading.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/sort.h"
#include "geom/blur.h"

enum { ROUNDS = 2, SAMPLE_STRIDE = 7 };
static const double PIXEL_MM = 4.0, SIGMA_MM = 40.0, HEART_MM = 60.0;
static const float TISSUE = 0.1f; /* of the bright end; as far below 0: no noise */
static const double FEW = 0.01;   /* of the pixels may lie there */
static const float FAR_AWAY =
    1e-4f; /* of the tissue that a pixel could have round it */

/* Of all slices at once, [ny][nx]. */
struct field {
    float *sum, *count; /* of the tissue's logarithms */
    float *log_gain;    /* of the field */
    float *near_sum, *near_count;
    int32_t dim[3];
    double sigma[2]; /* pixels */
};

/* One block of memory for all of it. */
static bool field_alloc(const struct stack *s, struct field *out, struct err *err)
{
    const size_t n = (size_t)s->nx * (size_t)s->ny;
    float *all = mem_alloc(5 * n, sizeof *all, err);
    if (!all)
        return false;
    *out = (struct field){.sum = all,
                          .count = all + n,
                          .log_gain = all + 2 * n,
                          .near_sum = all + 3 * n,
                          .near_count = all + 4 * n,
                          .dim = {s->nx, s->ny, 1}};
    for (int a = 0; a < 2; a++) /* a tiny field of view has tiny pixels: they are few */
        out->sigma[a] = fmin(SIGMA_MM / s->edge_mm[a], GEOM_BLUR_MAX_SIGMA);
    return true;
}

static size_t pixels(const struct field *f)
{
    return (size_t)f->dim[0] * (size_t)f->dim[1];
}

static size_t voxels(const struct stack *s)
{
    return (size_t)s->nx * (size_t)s->ny * (size_t)s->nz;
}

/* So many pixels lie so far below 0 that 0 is not where the signal ends. */
static bool is_signed(const struct stack *s, float bright)
{
    const size_t n = voxels(s);
    size_t below = 0;
    for (size_t i = 0; i < n; i++)
        below += s->vox[i] < -TISSUE * bright;
    return (double)below > FEW * (double)n;
}

/* 99th percentile of a fixed subsample. */
static bool bright_end(const struct stack *s, float *out, struct err *err)
{
    const size_t n = (voxels(s) + SAMPLE_STRIDE - 1) / SAMPLE_STRIDE;
    float *value = mem_alloc(n, sizeof *value, err);
    if (!value)
        return false;
    for (size_t i = 0; i < n; i++)
        value[i] = s->vox[i * SAMPLE_STRIDE];
    *out = sort_nth_float(value, n, (n - 1) * 99 / 100);
    mem_free(value);
    return true;
}

/* Logarithms of the tissue, less their mean: far from any the field is 1. */
static void gather(const struct stack *s, float bright, struct field *f)
{
    const size_t n = pixels(f);
    double sum = 0.0, count = 0.0;
    for (size_t i = 0; i < n * (size_t)s->nz; i++) {
        if (!(s->vox[i] > TISSUE * bright))
            continue;
        const float value = logf(fminf(s->vox[i] / bright, 1.0f));
        f->sum[i % n] += value;
        f->count[i % n] += 1.0f;
        sum += (double)value;
        count += 1.0;
    }
    for (size_t i = 0; i < n && count > 0.0; i++)
        f->sum[i] -= (float)(sum / count) * f->count[i];
}

/* Add to the field what the tissue round a pixel has in common, and take it from the
 * tissue. */
static bool follow(struct field *f, float most, struct err *err)
{
    const size_t n = pixels(f);
    memcpy(f->near_sum, f->sum, n * sizeof *f->sum);
    if (!geom_blur(f->near_sum, f->dim, f->sigma, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!(f->near_count[i] > FAR_AWAY * most))
            continue;
        const float mean = f->near_sum[i] / f->near_count[i];
        f->log_gain[i] += mean;
        f->sum[i] -= mean * f->count[i];
    }
    return true;
}

/* *can: there is tissue, and 0 is where it gives no signal. */
static bool find(const struct stack *s, struct field *f, bool *can, struct err *err)
{
    float bright = 0.0f;
    if (!bright_end(s, &bright, err))
        return false;
    *can = bright > 0.0f && !is_signed(s, bright);
    if (!*can)
        return true;
    gather(s, bright, f);
    memcpy(f->near_count, f->count, pixels(f) * sizeof *f->count);
    if (!geom_blur(f->near_count, f->dim, f->sigma, err))
        return false;
    for (int round = 0; round < ROUNDS; round++)
        if (!follow(f, (float)s->nz, err))
            return false;
    return true;
}

/* How many times as bright it is at one side of the heart as at the other: by the plane
 * that fits the field's logarithm best, since a heart that is brighter or darker than
 * all that is round it is no shading. */
static double ratio_across(const struct stack *s, const struct field *f,
                           const double centre_mm[static 2])
{
    double n = 0.0, sx = 0.0, sy = 0.0, sg = 0.0;
    double xx = 0.0, xy = 0.0, yy = 0.0, xg = 0.0, yg = 0.0;
    for (int32_t j = 0; j < s->ny; j++)
        for (int32_t i = 0; i < s->nx; i++) {
            const double x = s->first_mm[0] + i * s->edge_mm[0] - centre_mm[0];
            const double y = s->first_mm[1] + j * s->edge_mm[1] - centre_mm[1];
            const double g = (double)f->log_gain[(size_t)j * (size_t)s->nx + (size_t)i];
            if (fabs(x) > HEART_MM || fabs(y) > HEART_MM)
                continue;
            n += 1.0;
            sx += x, sy += y, sg += g;
            xx += x * x, xy += x * y, yy += y * y, xg += x * g, yg += y * g;
        }
    if (n > 0.0) { /* about the mean */
        xx -= sx * sx / n, xy -= sx * sy / n, yy -= sy * sy / n;
        xg -= sx * sg / n, yg -= sy * sg / n;
    }
    const double det = xx * yy - xy * xy;
    if (!(det > 1e-9 * xx * yy)) /* fewer than two rows or columns */
        return 1.0;
    return exp(2.0 * HEART_MM * hypot(xg * yy - yg * xy, yg * xx - xg * xy) / det);
}

/* The two pixels of an axis round a place, and how near the second one is. */
struct between {
    size_t low, high;
    float share;
};

static struct between between(double mm, double first_mm, double edge_mm, int32_t n)
{
    const double at = fmin(fmax((mm - first_mm) / edge_mm, 0.0), n - 1);
    const size_t low = (size_t)at;
    return (struct between){low, low + 1 < (size_t)n ? low + 1 : low,
                            (float)(at - (double)low)};
}

/* What a pixel of another stack of the image is to be multiplied by. */
static float gain_at(const struct stack *s, const struct field *f, double x_mm,
                     double y_mm)
{
    const struct between x = between(x_mm, s->first_mm[0], s->edge_mm[0], s->nx);
    const struct between y = between(y_mm, s->first_mm[1], s->edge_mm[1], s->ny);
    const float *a = f->log_gain + y.low * (size_t)s->nx;
    const float *b = f->log_gain + y.high * (size_t)s->nx;
    const float upper = a[x.low] + x.share * (a[x.high] - a[x.low]);
    const float lower = b[x.low] + x.share * (b[x.high] - b[x.low]);
    return expf(-(upper + y.share * (lower - upper)));
}

static void divide(const struct stack *s, const struct field *f, struct stack *stack)
{
    const size_t plane = (size_t)stack->nx * (size_t)stack->ny;
    float *pixel = stack->vox;
    for (int32_t y = 0; y < stack->ny; y++)
        for (int32_t x = 0; x < stack->nx; x++, pixel++) {
            const float gain = gain_at(s, f, stack->first_mm[0] + x * stack->edge_mm[0],
                                       stack->first_mm[1] + y * stack->edge_mm[1]);
            for (int32_t z = 0; z < stack->nz; z++)
                pixel[(size_t)z * plane] *= gain;
        }
}

bool shading_take_out(const struct image *image, const double centre_mm[static 2],
                      struct stack *stack, struct shading *found, struct err *err)
{
    struct stack rough = {0};
    struct field field = {0};
    bool can = false;
    const bool ok = stack_prepare(image, PIXEL_MM, &rough, err) &&
                    field_alloc(&rough, &field, err) && find(&rough, &field, &can, err);
    if (ok) {
        found->ratio = can ? ratio_across(&rough, &field, centre_mm) : 0.0;
        found->taken_out = stack && found->ratio >= SHADING_LEAST;
        if (found->taken_out)
            divide(&rough, &field, stack);
    }
    mem_free(field.sum);
    stack_clear(&rough);
    return ok;
}
