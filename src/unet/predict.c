#include "unet/predict.h"

#include <math.h>
#include <pthread.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "geom/components.h"
#include "unet/checkpoint.h"
#include "unet/decide.h"
#include "unet/infer.h"
#include "unet/locate.h"
#include "unet/network.h"

enum { MIN_MATRIX = 16, MAX_MATRIX = 2048, MAX_SLICES = 512 };
/* Training shifts patches by 6 mm (standard deviation): beyond this they are unusual.
 */
static const double OFF_CENTRE_MM = 15.0;
/* Bits per pixel of wall.  Round a left ventricle it is seldom above 1.3
 * (docs/evidence/other-scanner.md), round what is none mostly above 2. */
static const double MOST_ENTROPY = 1.4;
static const double MIN_PIXEL_MM = 0.2, MAX_PIXEL_MM = 6.0;

/* What the teams of a model are numbered by: the coarse network, then the members of
 * the ensemble. */
enum { LOCATE, FIRST_MEMBER, MOST_TEAMS = FIRST_MEMBER + UNET_MAX_MEMBERS };

struct predictor {
    const struct model *model;
    struct nn_team *team[MOST_TEAMS];
    struct infer *locate, *segment;
    int poses;
    bool keep_shading;
    const float *prob;      /* of the stack segmented last: the segmenting part's;
                               NULL: none, or that failed */
    double centre_mm[2];    /* round which it was segmented */
    int32_t first, slices;  /* which of the image it was */
    bool blank[MAX_SLICES]; /* which of these hold one value: they were lost */
};

static int count_teams(const struct model *m)
{
    return FIRST_MEMBER + 1 + m->config.peers;
}

static const struct unet_net_config *config_of(const struct model *m, int team)
{
    return team == LOCATE ? &m->config.locate
                          : unet_config_member(&m->config, team - FIRST_MEMBER);
}

/* Building a team, as a job for a thread. */
struct build {
    const struct model *model;
    const struct predict_options *options;
    int which;
    struct nn_net *first; /* of the team: the others use its weights */
    struct nn_team *team;
    bool ok;
    struct err err;
};

static bool build_net(void *user, struct nn_engine *engine, struct nn_net **out,
                      struct err *err)
{
    struct build *b = user;
    struct nn_net *net = NULL;
    char prefix[UNET_PREFIX] = "locate.";
    if (b->which != LOCATE)
        unet_config_prefix(b->which - FIRST_MEMBER, prefix);
    if (!unet_network_new(engine, config_of(b->model, b->which), false, &net, err) ||
        !(b->first ? nn_net_borrow_weights(net, b->first, err)
                   : checkpoint_get(net, NN_WEIGHT, prefix, b->model->weights, err) &&
                         nn_net_refresh(net, err))) {
        nn_net_free(net);
        return false;
    }
    if (!b->first)
        b->first = net;
    *out = net;
    return true;
}

static void *build_team(void *arg)
{
    struct build *b = arg;
    const struct predict_options *o = b->options;
    const struct nn_team_plan plan = {o->threads, NN_TEAM_MOST, o->precision, build_net,
                                      b};
    b->ok = nn_team_new(&plan, &b->team, &b->err);
    if (!b->ok)
        err_prefix(&b->err, "%s", b->model->path);
    return NULL;
}

/* All networks at once: making primitives is serial work, 40 ms for the larger. */
static bool build_teams(struct predictor *p, const struct predict_options *options,
                        struct err *err)
{
    const int teams = count_teams(p->model);
    struct build build[MOST_TEAMS];
    pthread_t thread[MOST_TEAMS];
    bool threaded[MOST_TEAMS] = {false};
    const struct err *why = NULL;
    for (int i = 0; i < teams; i++) {
        build[i] = (struct build){.model = p->model, .options = options, .which = i};
        threaded[i] = i != FIRST_MEMBER &&
                      pthread_create(&thread[i], NULL, build_team, &build[i]) == 0;
    }
    for (int i = 0; i < teams; i++)
        if (!threaded[i])
            (void)build_team(&build[i]);
    for (int i = 0; i < teams; i++) {
        if (threaded[i])
            (void)pthread_join(thread[i], NULL);
        p->team[i] = build[i].team;
        if (!build[i].ok && !why)
            why = &build[i].err;
    }
    return !why || ERR_FAIL(err, why->code, "%s", why->msg);
}

static bool join_members(struct predictor *p, struct err *err)
{
    const struct model *m = p->model;
    if (!infer_new(p->team[LOCATE], &m->config.locate, &p->locate, err) ||
        !infer_new(p->team[FIRST_MEMBER], &m->config.segment, &p->segment, err))
        return false;
    for (int i = FIRST_MEMBER + 1; i < count_teams(m); i++)
        if (!infer_join(p->segment, p->team[i], config_of(m, i), err))
            return false;
    infer_watch(p->segment);
    return true;
}

bool predictor_new(const struct model *model, const struct predict_options *options,
                   struct predictor **out, struct err *err)
{
    const int poses = options->tta > 0 ? options->tta : model->config.poses;
    if (poses != 1 && poses != 2 && poses != 4 && poses != 8)
        return ERR_FAIL(err, ERR_ARG, "%d poses are not 1, 2, 4 or 8", poses);
    struct predictor *p = mem_alloc(1, sizeof *p, err);
    if (!p)
        return false;
    p->model = model;
    p->poses = poses;
    p->keep_shading = options->keep_shading;
    if (!build_teams(p, options, err) || !join_members(p, err)) {
        predictor_free(p);
        return false;
    }
    *out = p;
    return true;
}

void predictor_free(struct predictor *p)
{
    if (!p)
        return;
    infer_free(p->locate);
    infer_free(p->segment);
    for (int i = 0; i < MOST_TEAMS; i++)
        nn_team_free(p->team[i]);
    mem_free(p);
}

const char *predictor_precision(const struct predictor *p)
{
    return nn_precision_name(nn_team_precision(p->team[FIRST_MEMBER]));
}

/* All of one value. */
static bool is_blank(const float *x, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (x[i] != x[0])
            return false;
    return true;
}

bool predictor_accepts(const struct image *image, struct err *err)
{
    const struct grid *g = &image->grid;
    for (int a = 0; a < 2; a++) {
        const double edge = grid_edge_mm(g, a);
        if (g->dim[a] < MIN_MATRIX || g->dim[a] > MAX_MATRIX)
            return ERR_FAIL(err, ERR_SUPPORT, "a matrix of %d x %d, outside %d..%d",
                            g->dim[0], g->dim[1], (int)MIN_MATRIX, (int)MAX_MATRIX);
        if (edge < MIN_PIXEL_MM || edge > MAX_PIXEL_MM)
            return ERR_FAIL(err, ERR_SUPPORT, "a pixel of %.3g mm, outside %g..%g mm",
                            edge, MIN_PIXEL_MM, MAX_PIXEL_MM);
    }
    if (g->dim[2] > MAX_SLICES)
        return ERR_FAIL(err, ERR_SUPPORT, "%d slices, more than %d", g->dim[2],
                        (int)MAX_SLICES);
    return !is_blank(image->vox, grid_voxels(g)) ||
           ERR_FAIL(err, ERR_NUMERIC, "all voxels have the same value");
}

static size_t count_wall(const struct labels *labels)
{
    const size_t n = grid_voxels(&labels->grid);
    size_t wall = 0;
    for (size_t i = 0; i < n; i++)
        wall += label_in(labels->vox[i], LABELS_MYOCARDIUM);
    return wall;
}

/* The stack is what lies between blank slices at its ends, which are padding.  One at
 * least is not blank: predictor_accepts(). */
static struct image find_stack(struct predictor *p, const struct image *image)
{
    const size_t plane = (size_t)image->grid.dim[0] * (size_t)image->grid.dim[1];
    int32_t last = image->grid.dim[2] - 1;
    p->first = 0;
    while (p->first < last && is_blank(image->vox + (size_t)p->first * plane, plane))
        p->first++;
    while (last > p->first && is_blank(image->vox + (size_t)last * plane, plane))
        last--;
    p->slices = last - p->first + 1;
    struct image stack = *image;
    stack.vox += (size_t)p->first * plane;
    stack.grid.dim[2] = p->slices;
    for (int32_t z = 0; z < p->slices; z++)
        p->blank[z] = is_blank(stack.vox + (size_t)z * plane, plane);
    return stack;
}

/* What is drawn in slices without an image comes from their neighbours: make it a copy
 * of the slice before, or clear it. */
static void redraw_blank(const bool blank[static MAX_SLICES], bool copy,
                         struct labels *labels)
{
    const struct grid *g = &labels->grid;
    const size_t plane = (size_t)g->dim[0] * (size_t)g->dim[1];
    uint8_t *slice = labels->vox;
    for (int32_t z = 0; z < g->dim[2]; z++, slice += plane)
        if (blank[z] && copy && z > 0)
            memcpy(slice, slice - plane, plane);
        else if (blank[z])
            memset(slice, LABEL_BACKGROUND, plane);
}

/* The left ventricle is one piece: keep the largest, with diagonal neighbours.  A lost
 * slice does not divide it. */
static bool keep_one_heart(const bool blank[static MAX_SLICES], struct labels *labels,
                           double *stray, struct err *err)
{
    redraw_blank(blank, false, labels);
    const size_t all = count_wall(labels);
    redraw_blank(blank, true, labels);
    if (!geom_keep_largest(labels, LABELS_LV, GEOM_TOUCH_18, LABEL_BACKGROUND, err))
        return false;
    redraw_blank(blank, false, labels);
    const size_t kept = count_wall(labels);
    *stray = kept > 0 ? (double)(all - kept) / (double)kept : 0.0;
    return true;
}

/* The probabilities at hand, to labels on the native grid. */
static bool decide(const struct predictor *p, const struct unet_decision *decision,
                   struct labels *labels, double *stray, struct err *err)
{
    infer_to_labels(p->segment, p->prob, p->centre_mm, decision, labels);
    return keep_one_heart(p->blank, labels, stray, err) &&
           decide_clean(decision, labels, err);
}

/* By what it is told where the heart lies: a decision by regions, whose regions are the
 * same whatever is fitted of scar, so that fitting again finds what it found. */
static const struct unet_decision *deciding_regions(const struct predictor *p)
{
    static const struct unet_decision plain = {.by_region = true, .scar_odds = 1.0};
    const struct unet_decision *own = &p->model->config.decision;
    return own->by_region ? own : &plain;
}

/* Fine pass round a centre, to labels on the native grid. */
static bool segment(struct predictor *p, const struct stack *fine,
                    const double centre_mm[static 2], struct labels *labels,
                    struct predict_info *told, struct err *err)
{
    int32_t passes = 0;
    const double start = clock_seconds();
    memcpy(p->centre_mm, centre_mm, sizeof p->centre_mm);
    if (!infer_stack(p->segment, fine, centre_mm, p->poses, &p->prob, &passes, err))
        return false;
    const double inferred = clock_seconds();
    measure_features_none(&told->features);
    infer_features(p->segment, &told->features);
    if (!decide(p, deciding_regions(p), labels, &told->stray_wall, err))
        return false;
    told->substacks += passes;
    told->network_s += inferred - start;
    told->merge_s += clock_seconds() - inferred;
    return true;
}

/* Segment, and once more if the heart turns out to lie off the patch's centre. */
static bool segment_centred(struct predictor *p, const struct stack *fine,
                            double centre_mm[static 2], struct labels *labels,
                            struct predict_info *told, struct err *err)
{
    double seen_mm[2];
    if (!segment(p, fine, centre_mm, labels, told, err))
        return false;
    if (!locate_in_labels(labels, seen_mm) ||
        hypot(seen_mm[0] - centre_mm[0], seen_mm[1] - centre_mm[1]) <= OFF_CENTRE_MM)
        return true;
    centre_mm[0] = seen_mm[0];
    centre_mm[1] = seen_mm[1];
    return segment(p, fine, centre_mm, labels, told, err);
}

/* Segment where the heart most likely is; if the network is unsure of nearly all that
 * it draws there, at the other places, too, until it is not.  What it is surest of is
 * kept. */
static bool segment_heart(struct predictor *p, const struct stack *fine,
                          struct infer_places *places, struct labels *labels,
                          struct predict_info *told, struct err *err)
{
    double least = INFINITY;
    int surest = 0, at = 0;
    for (; at < places->n && least > MOST_ENTROPY; at++) {
        if (!segment_centred(p, fine, places->centre_mm[at], labels, told, err))
            return false;
        const double entropy = told->features.value[MEASURE_WALL_ENTROPY];
        if (entropy < least) { /* it is no number where nothing is drawn */
            least = entropy;
            surest = at;
        }
    }
    return surest == at - 1 ||
           segment(p, fine, places->centre_mm[surest], labels, told, err);
}

/* Labels of the stack on the grid of the whole image. */
static bool widen(const struct predictor *p, const struct grid *grid,
                  const struct labels *labels, struct labels *out, struct err *err)
{
    const size_t plane = (size_t)grid->dim[0] * (size_t)grid->dim[1];
    struct labels whole = {0};
    if (!labels_alloc(grid, &whole, err))
        return false;
    memcpy(whole.vox + (size_t)p->first * plane, labels->vox,
           (size_t)p->slices * plane);
    *out = whole;
    return true;
}

static bool run_stack(struct predictor *p, const struct image *image,
                      struct labels *labels, struct predict_info *told, struct err *err)
{
    struct stack fine = {0}, coarse = {0};
    struct infer_places places;
    bool ok = false;
    const double start = clock_seconds();
    if (!stack_prepare(image, p->model->config.locate.pixel_mm, &coarse, err) ||
        !stack_prepare(image, p->model->config.segment.pixel_mm, &fine, err))
        goto done;
    const double prepared = clock_seconds();
    if (!infer_locate(p->locate, &coarse, grid_edge_mm(&image->grid, 2), &places, err))
        goto done;
    const double located = clock_seconds();
    if (!shading_take_out(image, places.centre_mm[0], p->keep_shading ? NULL : &fine,
                          &told->shading, err))
        goto done;
    told->network_s = located - prepared;
    told->prepare_s = clock_seconds() - start - told->network_s;
    told->heart_found = places.found;
    const struct unet_decision *own = &p->model->config.decision;
    ok = segment_heart(p, &fine, &places, labels, told, err) &&
         (own->by_region || decide(p, own, labels, &told->stray_wall, err));
    for (int a = 0; a < 2; a++)
        told->centre_vox[a] = p->centre_mm[a] / grid_edge_mm(&image->grid, a);
done:
    stack_clear(&fine);
    stack_clear(&coarse);
    return ok;
}

bool predictor_run(struct predictor *p, const struct image *image, struct labels *out,
                   struct predict_info *info, struct err *err)
{
    struct labels labels = {0};
    struct predict_info told = {0};
    if (!predictor_accepts(image, err))
        return false;
    const struct image stack = find_stack(p, image);
    p->prob = NULL; /* of another stack, which need not have as many slices */
    const bool ok = labels_alloc(&stack.grid, &labels, err) &&
                    run_stack(p, &stack, &labels, &told, err) &&
                    widen(p, &image->grid, &labels, out, err);
    if (ok && info)
        *info = told;
    labels_clear(&labels);
    return ok;
}

bool predictor_decide(const struct predictor *p, const struct unet_decision *decision,
                      const struct grid *grid, struct labels *out, struct err *err)
{
    struct labels labels = {0};
    if (!p->prob)
        return ERR_FAIL(err, ERR_ARG, "no stack has been segmented");
    struct grid stack = *grid;
    stack.dim[2] = p->slices;
    double stray = 0.0;
    const bool ok = labels_alloc(&stack, &labels, err) &&
                    decide(p, decision, &labels, &stray, err) &&
                    widen(p, grid, &labels, out, err);
    labels_clear(&labels);
    return ok;
}
