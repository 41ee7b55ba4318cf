#include "sim/reader_scar.h"

#include <math.h>

#include "base/mem.h"
#include "base/sort.h"
#include "geom/distance.h"
#include "sim/draw.h"

static const double BORDER_MM = 2.3; /* blood or fat may shine in from here */
static const double RIM_MM = 1.5, CORE_MM = 1.1, SUPPORT_MM = 3.0;
static const double FLOOR_SD = 3.0; /* nothing below this is called scar */
/* The twentieth percentile of even muscle: so many sd below the percentile that is
 * taken as remote, and below the mean. */
static const double LOW_SHARE = .2, LOW_SD = .35, LOW_TO_MEAN = .84;

static const double INNER_MM = 1.5; /* free of what lies beyond the contours */
enum { ENOUGH = 20 };               /* pixels to judge by */

static double quantile(const float *sorted, size_t n, double share)
{
    return (double)sorted[(size_t)(share * (double)(n - 1) + 0.5)];
}

/* The standard deviation in the evenest quarter of the wall, where a reader would lay
 * the remote region; infinite if the wall is too thin for one. */
static double evenest_sd(struct sim_sketch *d, size_t k)
{
    enum { QUARTER = SIM_SKETCH_SECTORS / 4 };
    double n[SIM_SKETCH_SECTORS] = {0}, sum[SIM_SKETCH_SECTORS] = {0},
           square[SIM_SKETCH_SECTORS] = {0};
    double least = (double)INFINITY;

    sim_sketch_turn_to(d, k);
    for (size_t v = 0; v < d->plane; v++) {
        const size_t at = k * d->plane + v;
        if (!sim_sketch_in_wall(d, at) || (double)d->depth[at] < INNER_MM)
            continue;
        const int s = sim_sketch_sector(d, v);
        const double value = (double)d->value[at];
        n[s]++;
        sum[s] += value;
        square[s] += value * value;
    }
    for (int first = 0; first < SIM_SKETCH_SECTORS; first++) {
        double count = 0.0, mean = 0.0, power = 0.0;
        for (int s = first; s < first + QUARTER; s++) {
            count += n[s % SIM_SKETCH_SECTORS];
            mean += sum[s % SIM_SKETCH_SECTORS];
            power += square[s % SIM_SKETCH_SECTORS];
        }
        if (count >= 12.0)
            least = fmin(least, power / count - mean / count * (mean / count));
    }
    return sqrt(fmax(least, 0.0));
}

/* The wall of a slice, farther than this from the contours, by brightness: in d->work.
 * @return pixels */
static size_t sort_wall(struct sim_sketch *d, size_t k, double depth_mm)
{
    size_t n = 0;
    for (size_t v = k * d->plane; v < (k + 1) * d->plane; v++)
        if (sim_sketch_in_wall(d, v) && (double)d->depth[v] >= depth_mm)
            d->work[n++] = d->value[v];
    sort_floats(d->work, n);
    return n;
}

/* The window of a slice; `blood` is that of the slice before, for a cavity of few
 * pixels. */
static struct sim_reader_window set_window(struct sim_sketch *d, size_t k, double blood)
{
    struct sim_reader_window w = {.blood = blood};
    size_t cavity = 0;

    w.gamma = d->habit.gamma + sim_draw_normal(&d->rng, 0.0, .02);
    for (size_t v = k * d->plane; v < (k + 1) * d->plane; v++)
        if (sim_sketch_in_cavity(d, v) && (double)d->endo[v] < -2.5)
            d->work[cavity++] = d->value[v];
    if (cavity >= ENOUGH) {
        sort_floats(d->work, cavity);
        w.blood = quantile(d->work, cavity, d->habit.blood_share);
    }
    const size_t walls = sort_wall(d, k, (double)-INFINITY);
    if (walls < ENOUGH)
        return w;
    w.seen = true;
    w.remote = quantile(d->work, walls, d->habit.remote_share);
    /* a wall as bright as the blood cannot be judged */
    const bool judged = w.blood > w.remote;
    double sd = evenest_sd(d, k);
    /* Where scar fills much of the wall no quarter is even, and the percentile that is
     * taken as remote lies in it; the dark end of the wall is muscle still. */
    const size_t inner = sort_wall(d, k, INNER_MM);
    if (inner >= ENOUGH) {
        const double low = quantile(d->work, inner, LOW_SHARE);
        const double other = quantile(d->work, inner, d->habit.remote_share);
        sd = fmin(sd, (other - low) / LOW_SD);
        w.remote = fmin(w.remote, low + LOW_TO_MEAN * sd);
    }
    w.floor = judged ? w.remote + FLOOR_SD * sd : (double)INFINITY;
    return w;
}

/* How bright the brightest of the wall is, from remote (0) to blood (1), away from the
 * contours: a reader opens the window so far that it shows. */
static double brightest(struct sim_sketch *d, const struct sim_reader_window *w)
{
    size_t n = 0;
    for (size_t v = 0; v < d->voxels; v++) {
        const struct sim_reader_window *q = &w[v / d->plane];
        if (q->seen && q->blood > q->remote && sim_sketch_in_wall(d, v) &&
            (double)d->depth[v] > BORDER_MM)
            d->work[n++] =
                (float)(((double)d->value[v] - q->remote) / (q->blood - q->remote));
    }
    if (n == 0)
        return 1.0;
    sort_floats(d->work, n);
    return quantile(d->work, n, .985);
}

static double threshold_of(const struct sim_reader_window *w, double top)
{
    const double gamma = w->gamma * sim_draw_clip(top / .9, .78, 1.1);
    return fmax(w->remote + gamma * (w->blood - w->remote), w->floor);
}

/* Bright pixels on a contour are blood or fat, unless they belong to something solid.
 */
static bool drop_rim(struct sim_sketch *d, struct err *err)
{
    uint8_t *core = mem_alloc(d->voxels, 1, err);
    bool ok = false;

    if (!core || !geom_distance_signed(d->scar, d->dim, d->edge_mm, d->work, err))
        goto done;
    for (size_t v = 0; v < d->voxels; v++)
        core[v] = (double)d->work[v] < -CORE_MM;
    if (!geom_distance(core, d->dim, d->edge_mm, d->work, err))
        goto done;
    for (size_t v = 0; v < d->voxels; v++)
        if (d->scar[v] && (double)d->depth[v] < RIM_MM &&
            (double)d->work[v] > SUPPORT_MM)
            d->scar[v] = 0;
    ok = true;
done:
    mem_free(core);
    return ok;
}

/* The bright pixels of the wall, without rims. */
static bool mark_bright(struct sim_sketch *d, size_t first, size_t end,
                        struct sim_reader_window *w, struct err *err)
{
    double blood = 0.0;
    for (size_t k = first; k < end; k++) {
        w[k] = set_window(d, k, blood);
        blood = w[k].blood;
    }
    const double top = brightest(d, w);
    for (size_t v = first * d->plane; v < end * d->plane; v++) {
        struct sim_reader_window *q = &w[v / d->plane];
        if (v % d->plane == 0)
            q->threshold = threshold_of(q, top);
        d->scar[v] = q->seen && sim_sketch_in_wall(d, v) && (double)d->depth[v] > 0.0 &&
                     (double)d->value[v] > q->threshold;
    }
    return drop_rim(d, err);
}

bool sim_reader_scar_find(struct sim_sketch *d, size_t first, size_t end,
                          struct sim_reader_window *w, struct err *err)
{
    return mark_bright(d, first, end, w, err) && sim_reader_pieces_judge(d, w, err);
}
