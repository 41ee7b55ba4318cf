#include "measure/segments.h"

#include <math.h>

#include "base/mem.h"
#include "measure/chords.h"
#include "measure/islands.h"
#include "measure/reference.h"
#include "measure/stack.h"

/* Sums of a segment. */
struct tally {
    int64_t wall, scar; /* voxels */
    int64_t chords, scarred;
    double length, longest, share, most; /* of chords, of scarred ones */
};

/* The mean over the slices of basal and mid level, or over the others. */
static bool find_insertion(const struct measure_stack *w, bool upper, double *degrees,
                           double *each)
{
    int32_t found = 0;

    for (int32_t k = 0; k < w->slices; k++) {
        const struct measure_place *p = &w->place[k];
        const bool is_upper =
            w->level[k] == MEASURE_BASAL || w->level[k] == MEASURE_MID;
        if (p->closed && is_upper == upper)
            found += measure_reference_of_slice(&w->heart, k, &w->plane, p->ring, p->lv,
                                                &each[found]);
    }
    if (found > 0)
        *degrees = measure_reference_mean(each, found);
    return found > 0;
}

static bool find_reference(const struct measure_stack *w,
                           const struct measure_segments_options *options,
                           struct measure_lv_shape *shape, struct err *err)
{
    if (options && options->has_angle) {
        shape->reference = MEASURE_BY_ANGLE;
        shape->angle_deg = measure_plane_wrap(options->angle_deg);
        return true;
    }
    double *each = mem_alloc((size_t)shape->n_slices, sizeof *each, err);
    if (!each)
        return false;
    shape->reference = MEASURE_BY_RV;
    if (!find_insertion(w, true, &shape->angle_deg, each) &&
        !find_insertion(w, false, &shape->angle_deg, each)) {
        shape->reference = MEASURE_BY_PATIENT;
        shape->angle_deg = measure_reference_of_patient(&w->plane);
    }
    mem_free(each);
    return true;
}

/* Segment 1..17 of a direction at a level. */
static int segment_of(enum measure_level level, double degrees, double reference)
{
    static const int ring[] = {2, 3, 4, 5, 6, 1}, apical[] = {14, 15, 16, 13};
    const double rel = measure_plane_wrap(degrees - reference);

    if (level == MEASURE_APEX)
        return 17;
    if (level == MEASURE_APICAL)
        return apical[(int)(measure_plane_wrap(rel - 15.0) / 90.0) & 3];
    const int at = (int)(rel / 60.0);
    return ring[at < 6 ? at : 5] + (level == MEASURE_MID ? 6 : 0);
}

static void count_voxels(const struct measure_stack *w, int32_t k, double reference,
                         struct tally *tally)
{
    const struct grid *g = &w->heart.grid;
    const uint8_t *vox = w->heart.vox + grid_index(g, 0, 0, k);
    const double *centre = w->place[k].lv;

    for (int32_t j = 0; j < g->dim[1]; j++)
        for (int32_t i = 0; i < g->dim[0]; i++, vox++) {
            double mm[2];
            if (!label_in(*vox, LABELS_MYOCARDIUM))
                continue;
            measure_plane_mm(&w->plane, i - centre[0], j - centre[1], mm);
            struct tally *t =
                &tally[segment_of(w->level[k], measure_plane_angle(mm), reference) - 1];
            t->wall++;
            t->scar += label_in(*vox, LABELS_SCAR);
        }
}

/* One slice's chords, and its scar by depth. */
static void measure_slice(const struct measure_stack *w, int32_t k,
                          struct measure_lv_shape *shape, struct tally *tally,
                          double third[static 3])
{
    const struct measure_place *p = &w->place[k];
    struct measure_chord chord[MEASURE_CHORDS];
    const double *from = p->ring->centre_px;
    double shift[2];

    measure_chords_depth(&w->heart, k, &w->plane, p->ring, third);
    measure_plane_mm(&w->plane, from[0] - p->lv[0], from[1] - p->lv[1], shift);
    const int n = measure_chords_cut(&w->heart, k, &w->plane, p->ring, chord);
    for (int c = 0; c < n; c++) {
        const double at[2] = {chord[c].middle_mm[0] + shift[0],
                              chord[c].middle_mm[1] + shift[1]};
        const int segment =
            segment_of(w->level[k], measure_plane_angle(at), shape->angle_deg);
        struct tally *t = &tally[segment - 1];
        t->chords++;
        t->length += chord[c].thickness_mm;
        t->longest = fmax(t->longest, chord[c].thickness_mm);
        t->scarred += chord[c].scarred > 0.0;
        t->share += chord[c].scarred;
        t->most = fmax(t->most, chord[c].scarred);
        if (!(shape->wall_max_mm >= chord[c].thickness_mm)) {
            shape->wall_max_mm = chord[c].thickness_mm;
            shape->wall_max_slice = k;
            shape->wall_max_segment = segment;
        }
    }
}

static int32_t score_of(double percent)
{
    const double whole = round(percent);

    return whole < 1 ? 0 : whole <= 25 ? 1 : whole <= 50 ? 2 : whole <= 75 ? 3 : 4;
}

static struct measure_segment summary(const struct tally *t, double voxel_ml)
{
    const double none = (double)NAN;
    struct measure_segment s = {t->wall > 0, none, none, none, none,
                                none,        none, none, 0};

    if (!s.present)
        return s;
    s.myocardium_ml = (double)t->wall * voxel_ml;
    s.scar_ml = (double)t->scar * voxel_ml;
    s.scar_percent = 100.0 * (double)t->scar / (double)t->wall;
    s.score = score_of(s.scar_percent);
    if (t->chords > 0) {
        s.wall_mm = t->length / (double)t->chords;
        s.wall_max_mm = t->longest;
        /* a chord may reach into the scar of the next segment */
        const bool scarred = t->scar > 0 && t->scarred > 0;
        s.transmurality = scarred ? t->share / (double)t->scarred : 0.0;
        s.transmurality_max = scarred ? t->most : 0.0;
    }
    return s;
}

static void fill(const struct measure_stack *w, struct measure_lv_shape *shape)
{
    struct tally tally[MEASURE_SEGMENTS] = {{0}};
    double third[3] = {0, 0, 0};

    shape->wall_max_mm = (double)NAN;
    shape->wall_max_slice = -1;
    for (int32_t k = 0; k < shape->n_slices; k++) {
        if (w->place[k].wall)
            count_voxels(w, k, shape->angle_deg, tally);
        if (w->place[k].ring)
            measure_slice(w, k, shape, tally, third);
    }
    for (int s = 0; s < MEASURE_SEGMENTS; s++)
        shape->segment[s] = summary(&tally[s], grid_voxel_ml(&w->heart.grid));
    const double sum = third[0] + third[1] + third[2];
    shape->share_subendocardial = sum > 0 ? third[0] / sum : (double)NAN;
    shape->share_midwall = sum > 0 ? third[1] / sum : (double)NAN;
    shape->share_subepicardial = sum > 0 ? third[2] / sum : (double)NAN;
}

bool measure_segments(const struct labels *labels,
                      const struct measure_segments_options *options,
                      struct measure_lv_shape *out, struct err *err)
{
    struct measure_stack stack = {0};
    struct measure_lv_shape shape = {0};
    struct measure_islands islands = {0};
    bool ok = false;

    if (!labels->vox)
        return ERR_FAIL(err, ERR_ARG, "there are no labels to measure");
    if (options && options->has_angle && !isfinite(options->angle_deg))
        return ERR_FAIL(err, ERR_ARG, "the reference angle is not a number");
    shape.n_slices = labels->grid.dim[2];
    if (!measure_stack_init(labels, &stack, err) ||
        !find_reference(&stack, options, &shape, err) ||
        !measure_islands_find(&stack.heart, MEASURE_ISLAND_MIN_ML, &islands, err))
        goto done;
    fill(&stack, &shape);
    shape.islands = islands.count;
    shape.largest_island_ml = islands.largest_ml;
    shape.level = stack.level;
    stack.level = NULL; /* moved */
    *out = shape;
    ok = true;
done:
    measure_stack_clear(&stack);
    return ok;
}

void measure_segments_clear(struct measure_lv_shape *shape)
{
    mem_free(shape->level);
    *shape = (struct measure_lv_shape){0};
}

const char *measure_level_name(enum measure_level level)
{
    switch (level) {
    case MEASURE_BASAL:
        return "basal";
    case MEASURE_MID:
        return "mid";
    case MEASURE_APICAL:
        return "apical";
    case MEASURE_APEX:
        return "apex";
    case MEASURE_NO_LEVEL:
        break;
    }
    return NULL;
}

const char *measure_reference_name(enum measure_reference reference)
{
    switch (reference) {
    case MEASURE_BY_RV:
        return "rv";
    case MEASURE_BY_ANGLE:
        return "angle";
    case MEASURE_BY_PATIENT:
        break;
    }
    return "patient";
}
