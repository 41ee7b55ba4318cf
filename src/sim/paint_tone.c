#include "sim/paint_tone.h"

#include <math.h>

#include "base/mem.h"
#include "sim/calibrate.h"
#include "stat/describe.h"

/* What of a slice is wanted. */
enum { BLOOD, REMOTE, CONTRAST, EDGE, WHATS };

static void pick(const struct sim_calibrate_slice *s, double out[static WHATS])
{
    out[BLOOD] = s->blood;
    out[REMOTE] = s->remote;
    out[CONTRAST] = s->blood - s->remote;
    out[EDGE] = s->value[SIM_CALIBRATE_EDGE];
}

static double sd_healthy(const struct image *image, const struct labels *labels)
{
    double n = 0.0, mean = 0.0, square = 0.0; /* Welford */
    for (size_t v = 0; v < grid_voxels(&image->grid); v++) {
        if (labels->vox[v] != LABEL_MYOCARDIUM)
            continue;
        const double off = (double)image->vox[v] - mean;
        n += 1.0;
        mean += off / n;
        square += off * ((double)image->vox[v] - mean);
    }
    return n > 1.0 ? sqrt(square / (n - 1.0)) : 0.0;
}

bool sim_paint_tone_measure(const struct image *image, const struct labels *labels,
                            struct sim_paint_tone *out, struct err *err)
{
    struct sim_calibrate_table table = {0};
    double *value = NULL, got[WHATS];
    bool ok = false;

    if (!sim_calibrate_add(&table, image, labels, err))
        goto done;
    if (table.slices == 0) {
        err_record(err, ERR_SUPPORT,
                   "in no slice is the LV's blood brighter than its myocardium: this "
                   "is not late enhancement, or the labels are not its");
        goto done;
    }
    value = mem_alloc(table.slices, sizeof *value, err);
    if (!value)
        goto done;
    for (int w = 0; w < WHATS; w++) {
        size_t n = 0;
        for (size_t i = 0; i < table.slices; i++) {
            double of[WHATS];
            pick(&table.slice[i], of);
            if (isfinite(of[w]))
                value[n++] = of[w];
        }
        stat_sort(value, n);
        got[w] = n > 0 ? stat_quantile(value, n, w == EDGE ? 0.25 : 0.5) : 0.0;
    }
    *out = (struct sim_paint_tone){
        .blood = got[BLOOD],
        .remote = got[REMOTE],
        .contrast = got[CONTRAST],
        .sd_healthy = sd_healthy(image, labels),
        .blur_mm = got[EDGE] / 2.50662827463100, /* sqrt(2 pi) */
    };
    ok = true;
done:
    mem_free(value);
    sim_calibrate_clear(&table);
    return ok;
}
