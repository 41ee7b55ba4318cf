#include "report/quality.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

static const struct {
    enum quality_verdict verdict;
    const char *name;
} RULES[QUALITY_REASONS] = {
    [QUALITY_HEART_NOT_FOUND] = {QUALITY_REJECT, "heart-not-found"},
    [QUALITY_NO_MYOCARDIUM] = {QUALITY_REJECT, "no-myocardium"},
    [QUALITY_FEW_SLICES] = {QUALITY_REVIEW, "few-slices"},
    [QUALITY_GAP] = {QUALITY_REVIEW, "gap"},
    [QUALITY_IMAGE_EDGE] = {QUALITY_REVIEW, "image-edge"},
    [QUALITY_NO_BLOOD_POOL] = {QUALITY_REVIEW, "no-blood-pool"},
    [QUALITY_OPEN_RING] = {QUALITY_REVIEW, "open-ring"},
    [QUALITY_SHORT_STACK] = {QUALITY_REVIEW, "short-stack"},
    [QUALITY_LONG_STACK] = {QUALITY_REVIEW, "long-stack"},
    [QUALITY_ODD_WIDTH] = {QUALITY_REVIEW, "odd-width"},
    [QUALITY_OUT_OF_ORDER] = {QUALITY_REVIEW, "slices-out-of-order"},
    [QUALITY_SLICES_LEFT_OUT] = {QUALITY_REVIEW, "slices-left-out"},
    [QUALITY_PIECES_LEFT_OUT] = {QUALITY_REVIEW, "pieces-left-out"},
    [QUALITY_TWO_ORIENTATIONS] = {QUALITY_REVIEW, "two-orientations"},
    [QUALITY_WIDE_SPREAD] = {QUALITY_REVIEW, "wide-spread"},
    [QUALITY_SLICES_DISAGREE] = {QUALITY_REVIEW, "slices-disagree"},
    [QUALITY_PERHAPS_NOT_LGE] = {QUALITY_REVIEW, "perhaps-not-lge"},
    [QUALITY_NOT_LGE] = {QUALITY_REJECT, "not-lge"},
    [QUALITY_NOT_SHORT_AXIS] = {QUALITY_REJECT, "not-short-axis"},
};

const char *report_verdict_text(enum quality_verdict verdict)
{
    static const char *const text[] = {"accept", "review", "reject"};
    return text[verdict];
}

const char *report_reason_name(enum quality_reason reason)
{
    return RULES[reason].name;
}

struct slice_facts {
    bool myocardium, blood, at_edge, closed;
    size_t pixels; /* of both */
};

/* Memory for the flood: which pixels it has reached, and those it goes on from. */
struct flood {
    uint8_t *reached;
    int32_t *stack;
};

/* Step on a pixel; true if that is blood. */
static bool step_on(const uint8_t *label, struct flood *f, int32_t at, size_t *depth)
{
    if (f->reached[at] || label_in(label[at], LABELS_MYOCARDIUM))
        return false;
    f->reached[at] = 1;
    f->stack[(*depth)++] = at;
    return label[at] == LABEL_LV_BLOOD;
}

/* Walk in from the slice's edge; false as soon as the blood pool is reached. */
static bool ring_is_closed(const uint8_t *label, int32_t w, int32_t h, struct flood *f)
{
    size_t depth = 0;
    bool blood = false;

    memset(f->reached, 0, (size_t)w * (size_t)h);
    for (int32_t x = 0; x < w; x++) {
        blood = step_on(label, f, x, &depth) || blood;
        blood = step_on(label, f, (h - 1) * w + x, &depth) || blood;
    }
    for (int32_t y = 0; y < h; y++) {
        blood = step_on(label, f, y * w, &depth) || blood;
        blood = step_on(label, f, y * w + w - 1, &depth) || blood;
    }
    while (depth > 0 && !blood) {
        const int32_t at = f->stack[--depth], x = at % w, y = at / w;
        blood = (x > 0 && step_on(label, f, at - 1, &depth)) || blood;
        blood = (x + 1 < w && step_on(label, f, at + 1, &depth)) || blood;
        blood = (y > 0 && step_on(label, f, at - w, &depth)) || blood;
        blood = (y + 1 < h && step_on(label, f, at + w, &depth)) || blood;
    }
    return !blood;
}

static struct slice_facts look_at(const uint8_t *label, int32_t w, int32_t h,
                                  struct flood *f)
{
    struct slice_facts s = {0};

    for (int32_t y = 0; y < h; y++) {
        for (int32_t x = 0; x < w; x++) {
            const uint8_t l = label[(size_t)y * (size_t)w + (size_t)x];
            s.pixels += label_in(l, LABELS_MYOCARDIUM) || l == LABEL_LV_BLOOD;
            if (l == LABEL_LV_BLOOD)
                s.blood = true;
            if (!label_in(l, LABELS_MYOCARDIUM))
                continue;
            s.myocardium = true;
            if (x == 0 || y == 0 || x == w - 1 || y == h - 1)
                s.at_edge = true;
        }
    }
    if (s.myocardium && s.blood)
        s.closed = ring_is_closed(label, w, h, f);
    return s;
}

/* How the ventricle's area goes along the stack, pixels. */
struct course {
    double largest, low; /* so far, and the smallest since */
    double dip;          /* the deepest between two slices that are larger */
};

static void follow(struct course *c, size_t pixels)
{
    const double area = (double)pixels;

    c->dip = fmax(c->dip, fmin(area, c->largest) - c->low);
    c->low = area < c->largest ? fmin(area, c->low) : area;
    c->largest = fmax(c->largest, area);
}

static bool width_is_odd(const struct course *c, const struct grid *g)
{
    const double area_mm2 = c->largest * grid_edge_mm(g, 0) * grid_edge_mm(g, 1);
    const double width_mm = 2.0 * sqrt(area_mm2 / M_PI);

    return width_mm < QUALITY_MIN_WIDTH_MM || width_mm > QUALITY_MAX_WIDTH_MM;
}

/* The worst of the rules that apply. */
static void conclude(struct quality *q)
{
    for (int r = 0; r < QUALITY_REASONS; r++)
        if (q->reason[r] && RULES[r].verdict > q->verdict)
            q->verdict = RULES[r].verdict;
}

void report_quality_left_out(struct quality *quality)
{
    quality->reason[QUALITY_SLICES_LEFT_OUT] = true;
    conclude(quality);
}

void report_quality_stray(struct quality *quality, double stray)
{
    quality->reason[QUALITY_PIECES_LEFT_OUT] = stray > QUALITY_MAX_STRAY;
    conclude(quality);
}

void report_quality_forms(struct quality *quality, const struct nifti_forms *forms)
{
    quality->reason[QUALITY_TWO_ORIENTATIONS] = nifti_forms_differ(forms);
    conclude(quality);
}

struct quality report_quality_shape(const struct quality *quality)
{
    struct quality q = {0};

    for (int r = 0; r < QUALITY_WIDE_SPREAD; r++)
        q.reason[r] = quality->reason[r];
    conclude(&q);
    return q;
}

void report_quality_judge(struct quality *quality,
                          const struct measure_judgement *judgement)
{
    const struct measure_judgement *j = judgement;
    bool *reason = quality->reason;

    reason[QUALITY_WIDE_SPREAD] = j->doubtful;
    reason[QUALITY_SLICES_DISAGREE] =
        j->far[FENCE_AXIS_BEND] || j->far[FENCE_AREA_JUMP];
    reason[QUALITY_NOT_LGE] = j->other;
    reason[QUALITY_PERHAPS_NOT_LGE] = j->odd && !reason[QUALITY_NOT_LGE];
    reason[QUALITY_NOT_SHORT_AXIS] = j->far[FENCE_WALL_ENTROPY] ||
                                     j->far[FENCE_WALL_SPREAD] ||
                                     j->far[FENCE_ELONGATION];
    conclude(quality);
}

bool report_quality(const struct labels *labels, bool heart_found, struct quality *out,
                    struct err *err)
{
    const struct grid *g = &labels->grid;
    const size_t plane = (size_t)g->dim[0] * (size_t)g->dim[1];
    struct flood flood = {0};
    struct quality q = {0};
    int32_t slices = 0, with_blood = 0, closed = 0, first = -1, last = -1;
    struct course course = {0};
    bool blood = false, ok = false;

    if (labels->vox == NULL)
        return ERR_FAIL(err, ERR_ARG, "quality: empty label map");
    flood.reached = mem_alloc(plane, 1, err);
    flood.stack = flood.reached ? mem_alloc(plane, sizeof *flood.stack, err) : NULL;
    if (!flood.stack)
        goto done;

    for (int32_t k = 0; k < g->dim[2]; k++) {
        const struct slice_facts s =
            look_at(labels->vox + (size_t)k * plane, g->dim[0], g->dim[1], &flood);
        blood = blood || s.blood;
        if (!s.myocardium)
            continue;
        q.reason[QUALITY_GAP] |= last >= 0 && last != k - 1;
        q.reason[QUALITY_IMAGE_EDGE] |= s.at_edge;
        follow(&course, s.pixels);
        first = slices == 0 ? k : first;
        slices++;
        with_blood += s.blood ? 1 : 0;
        closed += s.closed ? 1 : 0;
        last = k;
    }
    q.reason[QUALITY_HEART_NOT_FOUND] = !heart_found;
    q.reason[QUALITY_NO_MYOCARDIUM] = slices == 0;
    q.reason[QUALITY_FEW_SLICES] = slices > 0 && slices < QUALITY_MIN_SLICES;
    q.reason[QUALITY_NO_BLOOD_POOL] = slices > 0 && !blood;
    q.reason[QUALITY_OPEN_RING] = 2 * closed < with_blood;
    const double span_mm = slices > 0 ? (last - first + 1) * grid_edge_mm(g, 2) : 0.0;
    q.reason[QUALITY_SHORT_STACK] =
        slices >= QUALITY_MIN_SLICES && span_mm < QUALITY_MIN_SPAN_MM;
    q.reason[QUALITY_LONG_STACK] = span_mm > QUALITY_MAX_SPAN_MM;
    q.reason[QUALITY_ODD_WIDTH] = slices > 0 && width_is_odd(&course, g);
    q.reason[QUALITY_OUT_OF_ORDER] = /* not one rise and one fall */
        slices >= QUALITY_MIN_ORDERED && course.dip > QUALITY_MAX_DIP * course.largest;
    conclude(&q);
    *out = q;
    ok = true;
done:
    mem_free(flood.stack);
    mem_free(flood.reached);
    return ok;
}
