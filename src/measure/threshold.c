#include "measure/threshold.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "geom/components.h"
#include "measure/threshold_clean.h"
#include "measure/threshold_fwhm.h"
#include "measure/threshold_otsu.h"
#include "measure/threshold_wall.h"
#include "stat/describe.h"

static const double MAX_SD = 100.0;

/* In the order of the kinds; what is short for another stands behind it. */
static const struct {
    const char *name;
    enum measure_threshold_kind kind;
} names[] = {
    {"fwhm:slice", MEASURE_THRESHOLD_FWHM_SLICE},
    {"fwhm:volume", MEASURE_THRESHOLD_FWHM_VOLUME},
    {"fwhm:region", MEASURE_THRESHOLD_FWHM_REGION},
    {"otsu", MEASURE_THRESHOLD_OTSU},
    {"gmm", MEASURE_THRESHOLD_MIXTURE},
    {"fwhm", MEASURE_THRESHOLD_FWHM_SLICE},
};

static const char *const rules[] = {"none", "yan", "schmidt"};

bool measure_threshold_parse(const char *text, struct measure_threshold_method *out,
                             struct err *err)
{
    if (strncmp(text, "sd:", 3) == 0) {
        char *end = NULL;
        const double n = strtod(text + 3, &end);
        if (end != text + 3 && *end == '\0' && n > 0.0 && n <= MAX_SD) {
            *out = (struct measure_threshold_method){MEASURE_THRESHOLD_SD, n};
            return true;
        }
        return ERR_FAIL(err, ERR_ARG, "%s: not sd:N with a number N in (0, %g]", text,
                        MAX_SD);
    }
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strcmp(text, names[i].name) == 0) {
            *out = (struct measure_threshold_method){names[i].kind, 0.0};
            return true;
        }
    return ERR_FAIL(err, ERR_ARG,
                    "%s: not sd:N, fwhm, fwhm:slice, fwhm:volume, fwhm:region, otsu or "
                    "gmm",
                    text);
}

void measure_threshold_name(const struct measure_threshold_method *method,
                            char name[static MEASURE_THRESHOLD_NAME])
{
    if (method->kind == MEASURE_THRESHOLD_SD) {
        (void)snprintf(name, MEASURE_THRESHOLD_NAME, "sd:%g", method->n);
        return;
    }
    size_t i = 0;
    while (names[i].kind != method->kind)
        i++;
    (void)snprintf(name, MEASURE_THRESHOLD_NAME, "%s", names[i].name);
}

bool measure_threshold_rule_parse(const char *text, enum measure_threshold_rule *out,
                                  struct err *err)
{
    for (size_t i = 0; i < ARRAY_LEN(rules); i++)
        if (strcmp(text, rules[i]) == 0) {
            *out = (enum measure_threshold_rule)i;
            return true;
        }
    return ERR_FAIL(err, ERR_ARG, "%s: not none, yan or schmidt", text);
}

const char *measure_threshold_rule_name(enum measure_threshold_rule rule)
{
    return rules[rule];
}

void measure_threshold_clear(struct measure_threshold *t)
{
    labels_clear(&t->labels);
    labels_clear(&t->zones);
    mem_free(t->slice);
    mem_free(t->region);
    *t = (struct measure_threshold){0};
}

static bool needs_remote(const struct measure_threshold_options *o)
{
    return o->zones != MEASURE_THRESHOLD_NO_ZONES ||
           (o->method.kind != MEASURE_THRESHOLD_OTSU &&
            o->method.kind != MEASURE_THRESHOLD_MIXTURE);
}

/* The intensities that may set a threshold, sorted; owned by the caller. */
static double *sorted_values(const struct measure_threshold_wall *w, size_t *n,
                             struct err *err)
{
    size_t count = 0;
    for (size_t v = 0; v < w->voxels; v++)
        count += w->use[v] != 0;
    double *x = mem_alloc(count, sizeof *x, err);
    if (!x)
        return NULL;
    count = 0;
    for (size_t v = 0; v < w->voxels; v++)
        if (w->use[v])
            x[count++] = (double)w->image->vox[v];
    stat_sort(x, count);
    *n = count;
    return x;
}

/* One threshold for the stack: Otsu or mixture. */
static bool split_all(const struct measure_threshold_wall *w,
                      enum measure_threshold_kind kind, struct measure_threshold *t,
                      double *value, struct err *err)
{
    size_t n = 0;
    double *x = sorted_values(w, &n, err);
    bool ok = x != NULL;

    if (ok && kind == MEASURE_THRESHOLD_OTSU) {
        ok = measure_threshold_otsu(x, n, value, err);
    } else if (ok) {
        ok = measure_threshold_mixture(x, n, &t->mixture, err);
        *value = t->mixture.value;
    }
    mem_free(x);
    return ok;
}

/* The brightest hyperenhanced voxel of the stack; NaN if there is none. */
static double peak_of_stack(const struct measure_threshold_wall *w)
{
    double peak = (double)NAN;
    for (int32_t k = 0; k < w->slices; k++)
        peak = fmax(peak, measure_threshold_peak(w, k)); /* NaN only if both are */
    return peak;
}

static bool has_myocardium(const struct measure_threshold_wall *w, int32_t slice)
{
    const uint8_t *label = w->labels->vox + (size_t)slice * w->plane;
    for (size_t p = 0; p < w->plane; p++)
        if (label_in(label[p], LABELS_MYOCARDIUM))
            return true;
    return false;
}

/* The threshold of every slice with myocardium, except by region. */
static bool find_values(const struct measure_threshold_wall *w,
                        const struct measure_threshold_method *method,
                        struct measure_threshold *t, struct err *err)
{
    double stack = (double)NAN;

    if (method->kind == MEASURE_THRESHOLD_FWHM_VOLUME) {
        t->peak = peak_of_stack(w);
        stack = measure_threshold_half(w->all.mean, t->peak);
    } else if ((method->kind == MEASURE_THRESHOLD_OTSU ||
                method->kind == MEASURE_THRESHOLD_MIXTURE) &&
               !split_all(w, method->kind, t, &stack, err)) {
        return false;
    }
    for (int32_t k = 0; k < w->slices; k++) {
        const struct measure_remote *remote = measure_threshold_remote(w, k);
        struct measure_threshold_slice *s = &t->slice[k];
        if (!has_myocardium(w, k))
            continue;
        if (method->kind == MEASURE_THRESHOLD_SD) {
            s->value = measure_remote_level(remote, method->n);
        } else if (method->kind == MEASURE_THRESHOLD_FWHM_SLICE) {
            s->peak = measure_threshold_peak(w, k);
            s->value = measure_threshold_half(remote->mean, s->peak);
        } else {
            s->value = stack;
        }
    }
    return true;
}

/* Label 3 in the myocardium above the thresholds, 2 in the rest of it. */
static bool mark_scar(const struct measure_threshold_wall *w,
                      const struct measure_threshold_options *o,
                      struct measure_threshold *t, struct err *err)
{
    uint8_t *scar = mem_alloc(w->voxels, 1, err);
    bool ok = scar != NULL;

    if (ok && o->method.kind == MEASURE_THRESHOLD_FWHM_REGION) {
        ok = measure_threshold_fwhm_regions(w, scar, &t->region, &t->regions, err);
    } else if (ok) {
        ok = find_values(w, &o->method, t, err);
        for (size_t v = 0; ok && v < w->voxels; v++) /* NaN compares false */
            scar[v] = (double)w->image->vox[v] > t->slice[v / w->plane].value;
    }
    for (size_t v = 0; ok && v < w->voxels; v++)
        if (label_in(w->labels->vox[v], LABELS_MYOCARDIUM))
            t->labels.vox[v] = scar[v] ? LABEL_SCAR : LABEL_MYOCARDIUM;
    mem_free(scar);
    return ok;
}

/* What a reader would correct; `dark` is what scar turns into. */
static bool drop_small(const struct measure_threshold_wall *w,
                       const struct measure_threshold_options *o, unsigned set,
                       uint8_t dark, struct labels *l, struct err *err)
{
    return o->min_island_ml <= 0.0 ||
           geom_drop_islands(l, set, GEOM_TOUCH_26,
                             geom_voxels_of_ml(&w->image->grid, o->min_island_ml), dark,
                             err);
}

static bool drop_leakage(const struct measure_threshold_wall *w,
                         const struct measure_threshold_options *o, unsigned set,
                         uint8_t dark, struct labels *l, struct err *err)
{
    return o->border_mm <= 0.0 ||
           measure_threshold_drop_leakage(l, set, w->border, dark, err);
}

/* Above which a slice's voxels are of the grey zone, and of the core. */
static void zone_levels(const struct measure_threshold_wall *w, int32_t k,
                        enum measure_threshold_rule rule, double level[2])
{
    const struct measure_remote *remote = measure_threshold_remote(w, k);

    if (rule == MEASURE_THRESHOLD_YAN) {
        level[0] = measure_remote_level(remote, 2.0);
        level[1] = measure_remote_level(remote, 3.0);
    } else {
        level[1] = measure_threshold_half(remote->mean, measure_threshold_peak(w, k));
        level[0] = isfinite(level[1]) ? fmin(remote->max, level[1]) : (double)NAN;
    }
}

static bool find_zones(const struct measure_threshold_wall *w,
                       const struct measure_threshold_options *o,
                       struct measure_threshold *t, struct err *err)
{
    const unsigned set =
        LABEL_BIT(MEASURE_THRESHOLD_GREY) | LABEL_BIT(MEASURE_THRESHOLD_CORE);
    struct labels *z = &t->zones;
    size_t count[3] = {0};

    if (!labels_alloc(&w->labels->grid, z, err))
        return false;
    for (int32_t k = 0; k < w->slices; k++) {
        const size_t first = (size_t)k * w->plane;
        double level[2];
        zone_levels(w, k, o->zones, level);
        for (size_t v = first; v < first + w->plane; v++) {
            const double x = (double)w->image->vox[v];
            if (label_in(w->labels->vox[v], LABELS_MYOCARDIUM) && x > level[0])
                z->vox[v] =
                    x > level[1] ? MEASURE_THRESHOLD_CORE : MEASURE_THRESHOLD_GREY;
        }
    }
    if (!drop_leakage(w, o, set, 0, z, err))
        return false;
    for (size_t v = 0; v < w->voxels; v++)
        if (t->labels.vox[v] == LABEL_NO_REFLOW)
            z->vox[v] = MEASURE_THRESHOLD_CORE;
    if (!drop_small(w, o, set, 0, z, err))
        return false;
    for (size_t v = 0; v < w->voxels; v++)
        count[z->vox[v]]++;
    t->grey_ml = (double)count[MEASURE_THRESHOLD_GREY] * grid_voxel_ml(&z->grid);
    t->core_ml = (double)count[MEASURE_THRESHOLD_CORE] * grid_voxel_ml(&z->grid);
    return true;
}

static bool apply(const struct measure_threshold_wall *w,
                  const struct measure_threshold_options *o,
                  struct measure_threshold *t, struct err *err)
{
    struct labels *l = &t->labels;

    t->core_ml = t->grey_ml = t->peak = (double)NAN;
    t->remote = w->all;
    t->slices = w->slices;
    t->slice = mem_alloc((size_t)w->slices, sizeof *t->slice, err);
    if (!t->slice || !labels_alloc(&w->labels->grid, l, err))
        return false;
    memcpy(l->vox, w->labels->vox, w->voxels);
    for (int32_t k = 0; k < w->slices; k++)
        t->slice[k] =
            (struct measure_threshold_slice){w->own[k], (double)NAN, (double)NAN};
    return mark_scar(w, o, t, err) &&
           drop_leakage(w, o, LABELS_SCAR, LABEL_MYOCARDIUM, l, err) &&
           (!o->fill_no_reflow || measure_threshold_fill_no_reflow(l, err)) &&
           drop_small(w, o, LABELS_SCAR, LABEL_MYOCARDIUM, l, err) &&
           (o->zones == MEASURE_THRESHOLD_NO_ZONES || find_zones(w, o, t, err));
}

/* What the contours call myocardium without enhancement, off the rim. */
static bool mark_unenhanced(const struct labels *labels, struct labels *out,
                            struct err *err)
{
    const size_t plane = (size_t)labels->grid.dim[0] * (size_t)labels->grid.dim[1];
    bool ok = labels_alloc(&labels->grid, out, err);

    for (int32_t k = 0; ok && k < labels->grid.dim[2]; k++) {
        const size_t first = (size_t)k * plane;
        ok = measure_remote_wall(labels, k, out->vox + first, err);
        for (size_t v = first; v < first + plane; v++)
            out->vox[v] &= labels->vox[v] == LABEL_MYOCARDIUM;
    }
    return ok;
}

bool measure_threshold(const struct image *image, const struct labels *labels,
                       const struct measure_threshold_options *options,
                       struct measure_threshold *out, struct err *err)
{
    struct measure_threshold_wall w = {0};
    struct measure_threshold t = {0};
    struct labels unenhanced = {0};
    const struct labels *remote = options->remote;
    bool ok = false;

    if (!remote && options->remote_unenhanced) {
        if (!mark_unenhanced(labels, &unenhanced, err))
            goto done;
        remote = &unenhanced;
    }
    if (!measure_threshold_wall(image, labels, remote, options->border_mm, &w, err))
        goto done;
    if (needs_remote(options) && w.all.voxels == 0) {
        err_record(err, ERR_NUMERIC,
                   "no remote myocardium: no slice has a wall of %d pixels without its "
                   "rim",
                   MEASURE_REMOTE_MIN_WALL);
        goto done;
    }
    if (!apply(&w, options, &t, err))
        goto done;
    *out = t;
    t = (struct measure_threshold){0}; /* moved */
    ok = true;
done:
    measure_threshold_clear(&t);
    measure_threshold_wall_clear(&w);
    labels_clear(&unenhanced);
    return ok;
}
