#include "sim/kspace.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

struct sim_kspace {
    struct sim_kspace_size size;
    kiss_fft_cfg ro, pe, back_pe, back_ro;
    kiss_fft_cpx *fine;  /* [fine_pe][fine_ro] */
    kiss_fft_cpx *half;  /* [acquired_ro][fine_pe], then [made_pe][acquired_ro] */
    kiss_fft_cpx *line;  /* two lines of the longest size */
    kiss_fft_cpx *lines; /* [acquired_ro][acquired_pe] */
    kiss_fft_cpx *image; /* [made_pe][made_ro] */
    float *filter;       /* as lines */
    double filter_sd;    /* noise of sd 1 becomes noise of this sd in the image */
    int32_t longest;
};

static size_t area(int32_t a, int32_t b)
{
    return (size_t)a * (size_t)b;
}

static int32_t larger(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

static kiss_fft_cfg plan(int32_t n, int inverse, struct err *err)
{
    size_t bytes = 0;
    (void)kiss_fft_alloc(n, inverse, NULL, &bytes);
    void *block = mem_alloc(bytes, 1, err);
    return block ? kiss_fft_alloc(n, inverse, block, &bytes) : NULL;
}

static bool sizes_ok(const struct sim_kspace_size *s)
{
    const int32_t all[6] = {s->fine_ro,     s->fine_pe, s->acquired_ro,
                            s->acquired_pe, s->made_ro, s->made_pe};
    for (int a = 0; a < 6; a++)
        if (all[a] < 2 || all[a] > 4096 || all[a] % 2 != 0)
            return false;
    return s->acquired_ro <= s->fine_ro && s->acquired_pe <= s->fine_pe &&
           s->acquired_ro <= s->made_ro && s->acquired_pe <= s->made_pe;
}

static void fill_filter(struct sim_kspace *k, double filter)
{
    const int32_t nr = k->size.acquired_ro, np = k->size.acquired_pe;
    double power = 0;
    for (int32_t a = 0; a < nr; a++)
        for (int32_t b = 0; b < np; b++) {
            const double kr = 2.0 * a / nr - 1, kp = 2.0 * b / np - 1;
            const double radius = sqrt(kr * kr + kp * kp);
            const double h =
                filter < 0 ? 1 : 1 / (1 + exp((radius - (1.18 - .6 * filter)) / .07));
            k->filter[area(a, np) + (size_t)b] = (float)h;
            power += h * h;
        }
    k->filter_sd = sqrt(power);
}

bool sim_kspace_new(const struct sim_kspace_size *size, double filter,
                    struct sim_kspace **out, struct err *err)
{
    if (!sizes_ok(size))
        return ERR_FAIL(err, ERR_ARG, "k-space sizes must be even, acquired the least");
    struct sim_kspace *k = mem_alloc(1, sizeof *k, err);
    if (!k)
        return false;
    k->size = *size;
    k->longest = larger(larger(size->fine_ro, size->fine_pe),
                        larger(size->made_ro, size->made_pe));
    const int32_t middle = larger(size->fine_pe, size->made_pe);
    const size_t lines = area(size->acquired_ro, size->acquired_pe);
    const size_t bytes = sizeof(kiss_fft_cpx);
    if (!(k->ro = plan(size->fine_ro, 0, err)) ||
        !(k->pe = plan(size->fine_pe, 0, err)) ||
        !(k->back_pe = plan(size->made_pe, 1, err)) ||
        !(k->back_ro = plan(size->made_ro, 1, err)) ||
        !(k->fine = mem_alloc(area(size->fine_ro, size->fine_pe), bytes, err)) ||
        !(k->half = mem_alloc(area(size->acquired_ro, middle), bytes, err)) ||
        !(k->line = mem_alloc(area(2, k->longest), bytes, err)) ||
        !(k->lines = mem_alloc(lines, bytes, err)) ||
        !(k->image = mem_alloc(area(size->made_ro, size->made_pe), bytes, err)) ||
        !(k->filter = mem_alloc(lines, sizeof *k->filter, err))) {
        sim_kspace_free(k);
        return false;
    }
    fill_filter(k, filter);
    *out = k;
    return true;
}

void sim_kspace_free(struct sim_kspace *k)
{
    if (!k)
        return;
    mem_free(k->ro);
    mem_free(k->pe);
    mem_free(k->back_pe);
    mem_free(k->back_ro);
    mem_free(k->fine);
    mem_free(k->half);
    mem_free(k->line);
    mem_free(k->lines);
    mem_free(k->image);
    mem_free(k->filter);
    mem_free(k);
}

kiss_fft_cpx *sim_kspace_fine(struct sim_kspace *k)
{
    return k->fine;
}

/* Where frequency (a - kept / 2) stands in a transform of n points. */
static int32_t bin(int32_t a, int32_t kept, int32_t n)
{
    const int32_t f = a - kept / 2;
    return f < 0 ? f + n : f;
}

void sim_kspace_acquire(struct sim_kspace *k)
{
    const struct sim_kspace_size *s = &k->size;
    const float scale = 1.0F / ((float)s->fine_ro * (float)s->fine_pe);
    kiss_fft_cpx *line = k->line;
    for (int32_t y = 0; y < s->fine_pe; y++) {
        kiss_fft(k->ro, k->fine + area(y, s->fine_ro), line);
        for (int32_t a = 0; a < s->acquired_ro; a++)
            k->half[area(a, s->fine_pe) + (size_t)y] =
                line[bin(a, s->acquired_ro, s->fine_ro)];
    }
    for (int32_t a = 0; a < s->acquired_ro; a++) {
        kiss_fft(k->pe, k->half + area(a, s->fine_pe), line);
        kiss_fft_cpx *to = k->lines + area(a, s->acquired_pe);
        for (int32_t b = 0; b < s->acquired_pe; b++) {
            const kiss_fft_cpx v = line[bin(b, s->acquired_pe, s->fine_pe)];
            to[b] = (kiss_fft_cpx){v.r * scale, v.i * scale};
        }
    }
}

void sim_kspace_disturb(struct sim_kspace *k, const struct sim_kspace_path *path)
{
    const int32_t nr = k->size.acquired_ro, np = k->size.acquired_pe;
    float *line = (float *)k->line; /* a factor for every phase-encoding line */
    for (int32_t b = 0; b < np; b++) {
        const double f = (b - .5 * np) * path->blur_pe;
        double w = exp(-2 * M_PI * M_PI * f * f);
        if (path->ghost > 0)
            w *= 1 + path->ghost *
                         cos(2 * M_PI * b / path->ghost_lines + path->ghost_phase);
        line[b] = (float)w;
    }
    for (int32_t a = 0; a < nr; a++) {
        const double f = (a - .5 * nr) * path->blur_ro;
        const float w = (float)exp(-2 * M_PI * M_PI * f * f);
        kiss_fft_cpx *to = k->lines + area(a, np);
        for (int32_t b = 0; b < np; b++) {
            to[b].r *= w * line[b];
            to[b].i *= w * line[b];
        }
    }
}

/* Two independent standard normals from one number (Box-Muller in float). */
static kiss_fft_cpx normals(struct rng *r)
{
    const uint64_t bits = rng_u64(r);
    const float u = ((float)(uint32_t)(bits >> 40) + .5F) * 0x1p-24F;
    const float angle = (float)(uint32_t)(bits & 0xffffff) * (6.2831853F * 0x1p-24F);
    const float radius = sqrtf(-2 * logf(u));
    const float c = cosf(angle), i = sinf(angle);
    return (kiss_fft_cpx){radius * c, radius * i};
}

void sim_kspace_noise(struct sim_kspace *k, double sd, struct rng *r)
{
    const float amplitude = (float)(sd / k->filter_sd);
    const size_t n = area(k->size.acquired_ro, k->size.acquired_pe);
    for (size_t p = 0; p < n; p++) {
        const kiss_fft_cpx z = normals(r);
        k->lines[p].r += amplitude * z.r;
        k->lines[p].i += amplitude * z.i;
    }
}

void sim_kspace_clear(struct sim_kspace *k)
{
    memset(k->lines, 0,
           area(k->size.acquired_ro, k->size.acquired_pe) * sizeof *k->lines);
}

const kiss_fft_cpx *sim_kspace_make(struct sim_kspace *k)
{
    const struct sim_kspace_size *s = &k->size;
    const size_t longest = (size_t)k->longest;
    kiss_fft_cpx *in = k->line, *out = k->line + longest;
    memset(in, 0, longest * sizeof *in);
    for (int32_t a = 0; a < s->acquired_ro; a++) {
        const size_t at = area(a, s->acquired_pe);
        for (int32_t b = 0; b < s->acquired_pe; b++) {
            const kiss_fft_cpx v = k->lines[at + (size_t)b];
            const float h = k->filter[at + (size_t)b];
            in[bin(b, s->acquired_pe, s->made_pe)] = (kiss_fft_cpx){v.r * h, v.i * h};
        }
        kiss_fft(k->back_pe, in, out);
        for (int32_t y = 0; y < s->made_pe; y++)
            k->half[area(y, s->acquired_ro) + (size_t)a] = out[y];
    }
    memset(in, 0, longest * sizeof *in);
    for (int32_t y = 0; y < s->made_pe; y++) {
        const kiss_fft_cpx *from = k->half + area(y, s->acquired_ro);
        for (int32_t a = 0; a < s->acquired_ro; a++)
            in[bin(a, s->acquired_ro, s->made_ro)] = from[a];
        kiss_fft(k->back_ro, in, k->image + area(y, s->made_ro));
    }
    return k->image;
}
