#include "unet/infer.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "unet/decide.h"
#include "unet/locate.h"
#include "unet/passes.h"
#include "unet/pose.h"
#include "unet/spread.h"
#include "unet/substacks.h"

/* Less is no left ventricle; beyond this radius it is another organ. */
static const double LEAST_HEART_ML = 5.0, HEART_REACH_MM = 50.0;
/* Nearer to each other two places are one: a patch round either shows the same heart.
 */
static const double APART_MM = 30.0;
/* How far from the middle hearts lie when scans are planned, standard deviation. */
static const double PLANNED_MM = 80.0;
enum { LOCATE_POSES = 2 };

/* One of the networks whose probabilities are averaged. */
struct member {
    const struct unet_net_config *config;
    struct passes *passes;
};

struct infer {
    const struct unet_net_config *config; /* of the first member */
    size_t area;                          /* pixels of one patch slice */
    struct member member[UNET_MAX_MEMBERS];
    int members;
    int now;                         /* the member that is at work */
    struct patch_geometry *substack; /* [nz] */
    struct pass *pass;               /* [nz * UNET_POSES] */
    float *merged;                   /* [nz][classes][area] */
    double *weight;                  /* [nz] */
    double *share;                   /* [nz], factor on the weights of its passes */
    int32_t room;                    /* nz that these have room for */
    bool by_level; /* sums are kept by the level of a patch, not by slice */
    struct spread spread;
    bool watched; /* keep what infer_features() needs */
    int poses;    /* of the last stack */
};

bool infer_new(struct nn_team *team, const struct unet_net_config *config,
               struct infer **out, struct err *err)
{
    struct infer *f = mem_alloc(1, sizeof *f, err);
    if (!f)
        return false;
    f->config = config;
    f->area = (size_t)config->size * (size_t)config->size;
    if (!infer_join(f, team, config, err)) {
        infer_free(f);
        return false;
    }
    *out = f;
    return true;
}

bool infer_join(struct infer *f, struct nn_team *team,
                const struct unet_net_config *config, struct err *err)
{
    if (f->members == UNET_MAX_MEMBERS)
        return ERR_FAIL(err, ERR_ARG, "more than %d networks", f->members);
    struct member *m = &f->member[f->members];
    m->config = config;
    if (!passes_new(team, config, &m->passes, err))
        return false;
    f->members++;
    return true;
}

void infer_free(struct infer *f)
{
    if (!f)
        return;
    for (int i = 0; i < f->members; i++)
        passes_free(f->member[i].passes);
    mem_free(f->substack);
    mem_free(f->pass);
    mem_free(f->merged);
    mem_free(f->weight);
    mem_free(f->share);
    spread_clear(&f->spread);
    mem_free(f);
}

void infer_watch(struct infer *f)
{
    if (!f->watched)
        spread_init(&f->spread, f->config);
    f->watched = true;
}

static bool reserve(struct infer *f, int32_t nz, struct err *err)
{
    if (nz <= f->room)
        return true;
    mem_free(f->merged);
    mem_free(f->weight);
    mem_free(f->share);
    mem_free(f->substack);
    mem_free(f->pass);
    f->room = 0;
    f->merged = mem_alloc((size_t)nz * (size_t)f->config->classes * f->area,
                          sizeof(float), err);
    f->weight = mem_alloc((size_t)nz, sizeof *f->weight, err);
    f->share = mem_alloc((size_t)nz, sizeof *f->share, err);
    f->substack = mem_alloc((size_t)nz, sizeof *f->substack, err);
    f->pass = mem_alloc((size_t)nz * UNET_POSES, sizeof *f->pass, err);
    if (!f->merged || !f->weight || !f->share || !f->substack || !f->pass)
        return false;
    f->room = nz;
    return true;
}

static void clear_sums(struct infer *f, int32_t nz)
{
    const size_t per_slice = (size_t)f->config->classes * f->area;
    memset(f->merged, 0, (size_t)nz * per_slice * sizeof *f->merged);
    memset(f->weight, 0, (size_t)nz * sizeof *f->weight);
}

/* Of a slice of a substack: how far it lies from the nearer end. */
static double plain_weight(const struct unet_net_config *c, int32_t z)
{
    return 1.0 + (z < c->depth - 1 - z ? z : c->depth - 1 - z);
}

/* Add one pass to the sums, back in the pose of the image. */
static void gather(void *user, struct pass pass, const float *prob)
{
    struct infer *f = user;
    const struct unet_net_config *c = f->member[f->now].config;
    const struct patch_geometry *g = &f->substack[pass.substack];
    for (int32_t z = 0; z < c->depth; z++) {
        if (g->hidden[z])
            continue;
        const int32_t to = f->by_level ? z : g->slice[z];
        const float w = (float)(f->share[to] * plain_weight(c, z));
        f->weight[to] += (double)w;
        for (int32_t k = 0; k < c->classes; k++) {
            const float *p =
                prob + ((size_t)k * (size_t)c->depth + (size_t)z) * f->area;
            float *sum =
                f->merged + ((size_t)to * (size_t)c->classes + (size_t)k) * f->area;
            for (int32_t y = 0; y < c->size; y++)
                for (int32_t x = 0; x < c->size; x++)
                    sum[(size_t)y * (size_t)c->size + (size_t)x] +=
                        w * p[pose_at(pass.pose, c->size, x, y)];
        }
        if (f->watched)
            spread_add(&f->spread, to, f->now * UNET_POSES + pass.pose, w,
                       prob + (size_t)z * f->area, (size_t)c->depth * f->area);
    }
}

/* Do two substacks show a slice both? */
static bool overlap(const struct infer *f, int32_t a, int32_t b)
{
    const int32_t depth = f->member[f->now].config->depth;
    const struct patch_geometry *g = &f->substack[a], *h = &f->substack[b];
    for (int32_t i = 0; i < depth; i++)
        for (int32_t j = 0; j < depth; j++)
            if (!g->hidden[i] && !h->hidden[j] && g->slice[i] == h->slice[j])
                return true;
    return false;
}

/* Does the member at work see a substack in every second pose, its neighbour in the
 * others?  (infer.h) */
static bool takes_turns(const struct infer *f, int32_t substacks, int32_t s)
{
    return f->member[f->now].config->base > f->config->base &&
           ((s > 0 && overlap(f, s - 1, s)) ||
            (s + 1 < substacks && overlap(f, s, s + 1)));
}

/* What the member at work has to do with the first substacks of f->substack.
 * @return passes, in f->pass */
static int32_t list_passes(struct infer *f, int32_t substacks, int poses)
{
    int32_t n = 0;
    for (int32_t s = 0; s < substacks; s++) {
        const bool turns = poses > 1 && takes_turns(f, substacks, s);
        for (int pose = 0; pose < poses; pose++)
            if (!turns || (pose ^ s) % 2 == 0)
                f->pass[n++] = (struct pass){s, pose};
        if (turns && f->watched)
            spread_by_turns(&f->spread, f->now);
    }
    return n;
}

/* The first passes of f->pass through the member at work, added to the sums. */
static bool run_member(struct infer *f, const struct unet_net_config *config,
                       const struct stack *stack, int32_t passes, struct err *err)
{
    const struct passes_work work = {config, stack, f->substack, f->pass, passes,
                                     gather, f};
    return passes_run(f->member[f->now].passes, &work, err);
}

/* Members weigh the same in every slice, however many of their passes see it: as much
 * as the first one's, which f->weight holds when the others come. */
static void share_out(struct infer *f, int32_t nz, int32_t passes)
{
    const struct unet_net_config *c = f->member[f->now].config;
    for (int32_t z = 0; z < nz; z++)
        f->share[z] = 0.0;
    for (int32_t i = 0; i < passes; i++) {
        const struct patch_geometry *g = &f->substack[f->pass[i].substack];
        for (int32_t z = 0; z < c->depth; z++)
            if (!g->hidden[z])
                f->share[g->slice[z]] += plain_weight(c, z);
    }
    for (int32_t z = 0; z < nz; z++)
        f->share[z] = f->weight[z] / (f->now * f->share[z]);
}

static void share_plainly(struct infer *f, int32_t slices)
{
    for (int32_t z = 0; z < slices; z++)
        f->share[z] = 1.0;
}

bool infer_stack(struct infer *f, const struct stack *stack,
                 const double centre_mm[static 2], int poses, const float **prob,
                 int32_t *passes, struct err *err)
{
    const size_t per_slice = (size_t)f->config->classes * f->area;
    int32_t made = 0;
    if (!reserve(f, stack->nz, err) ||
        (f->watched && !spread_begin(&f->spread, stack->nz, err)))
        return false;
    f->by_level = false;
    clear_sums(f, stack->nz);
    share_plainly(f, stack->nz);
    for (f->now = 0; f->now < f->members; f->now++) {
        const struct unet_net_config *c = f->member[f->now].config;
        const int32_t substacks = substacks_lay(c, stack, centre_mm, f->substack);
        const int32_t n = list_passes(f, substacks, poses);
        if (f->now > 0)
            share_out(f, stack->nz, n);
        if (!run_member(f, c, stack, n, err))
            return false;
        made += n;
    }
    for (int32_t z = 0; z < stack->nz; z++) {
        const float scale = (float)(1.0 / f->weight[z]);
        float *p = f->merged + (size_t)z * per_slice;
        for (size_t i = 0; i < per_slice; i++)
            p[i] *= scale;
    }
    *prob = f->merged;
    f->poses = poses;
    if (passes)
        *passes = made;
    return true;
}

void infer_features(const struct infer *f, struct measure_features *out)
{
    if (f->watched && f->poses > 0)
        spread_find(&f->spread, f->merged, f->weight,
                    &(struct spread_passes){f->members, f->poses}, out);
}

/* Where a native pixel falls between patch pixels, along one axis. */
struct tap {
    int32_t at;
    float frac;
    bool inside;
};

static struct tap tap_at(double mm, double centre_mm, const struct unet_net_config *c)
{
    const double q = (mm - centre_mm) / c->pixel_mm + 0.5 * (c->size - 1);
    if (!(q >= 0.0 && q <= c->size - 1))
        return (struct tap){0};
    const int32_t at = q < c->size - 1 ? (int32_t)q : c->size - 2;
    return (struct tap){.at = at, .frac = (float)(q - at), .inside = true};
}

/* Native pixels along an axis that fall into the patch: from `first` to before `end`.
 */
struct reach {
    int32_t first, end;
};

static struct reach reach_of(int32_t n, double edge_mm, double centre_mm,
                             const struct unet_net_config *c)
{
    struct reach r = {0};
    while (r.first < n && !tap_at(r.first * edge_mm, centre_mm, c).inside)
        r.first++;
    r.end = r.first;
    while (r.end < n && tap_at(r.end * edge_mm, centre_mm, c).inside)
        r.end++;
    return r;
}

/* Probabilities of all classes at a point between patch pixels. */
static void probabilities(const float *slice, const struct unet_net_config *c,
                          size_t area, struct tap x, struct tap y,
                          float v[UNET_MAX_CLASSES])
{
    const size_t corner = (size_t)y.at * (size_t)c->size + (size_t)x.at;
    for (int k = 0; k < c->classes; k++) {
        const float *p = slice + (size_t)k * area + corner;
        const float a = p[0] + x.frac * (p[1] - p[0]);
        const float b = p[c->size] + x.frac * (p[c->size + 1] - p[c->size]);
        v[k] = a + y.frac * (b - a);
    }
}

void infer_to_labels(const struct infer *f, const float *prob,
                     const double centre_mm[static 2],
                     const struct unet_decision *decision, struct labels *labels)
{
    const struct unet_net_config *c = f->config;
    const struct grid *g = &labels->grid;
    const double edge[2] = {grid_edge_mm(g, 0), grid_edge_mm(g, 1)};
    const struct reach across = reach_of(g->dim[0], edge[0], centre_mm[0], c);
    const struct reach down = reach_of(g->dim[1], edge[1], centre_mm[1], c);
    uint8_t label_of[UNET_MAX_CLASSES] = {0};
    for (int k = 0; k < c->classes; k++)
        label_of[k] = unet_label_of(c, k);
    memset(labels->vox, LABEL_BACKGROUND, grid_voxels(g));
    for (int32_t z = 0; z < g->dim[2]; z++) {
        const float *slice = prob + (size_t)z * (size_t)c->classes * f->area;
        for (int32_t j = down.first; j < down.end; j++) {
            const struct tap y = tap_at(j * edge[1], centre_mm[1], c);
            uint8_t *row = labels->vox + grid_index(g, 0, j, z);
            for (int32_t i = across.first; i < across.end; i++) {
                const struct tap x = tap_at(i * edge[0], centre_mm[0], c);
                float v[UNET_MAX_CLASSES];
                probabilities(slice, c, f->area, x, y, v);
                row[i] = decide_label(decision, label_of, v, c->classes);
            }
        }
    }
}

/* Slices for the coarse network: all of a short stack, evenly spread ones of a long. */
static void spread_slices(const struct unet_net_config *c, int32_t nz,
                          const double centre_mm[static 2], struct patch_geometry *g)
{
    patch_geometry_plain(c, nz, centre_mm, -((c->depth - nz) / 2), g);
    if (nz <= c->depth)
        return;
    for (int32_t z = 0; z < c->depth; z++) {
        g->slice[z] = (int32_t)((2 * (int64_t)z + 1) * nz / (2 * (int64_t)c->depth));
        g->hidden[z] = false;
    }
}

/* Sum over the slices of what is more likely left ventricle than not, and its volume.
 * Hearts are planned near the middle of the field of view: marks far out weigh less. */
static double heart_map(const struct infer *f, const struct unet_net_config *c,
                        double slice_mm, int32_t slices, float *map)
{
    const double voxel_ml = c->pixel_mm * c->pixel_mm * slice_mm / 1000.0;
    double volume_ml = 0.0;
    memset(map, 0, f->area * sizeof *map);
    for (int32_t z = 0; z < slices; z++) {
        const float *p = f->merged + ((size_t)z * (size_t)c->classes + 1) * f->area;
        for (int32_t y = 0; y < c->size; y++)
            for (int32_t x = 0; x < c->size; x++) {
                const size_t i = (size_t)y * (size_t)c->size + (size_t)x;
                const double off_mm =
                    hypot(x - 0.5 * (c->size - 1), y - 0.5 * (c->size - 1)) *
                    c->pixel_mm;
                if ((double)p[i] <= 0.5 * f->weight[z])
                    continue;
                map[i] +=
                    (float)exp(-0.5 * off_mm * off_mm / (PLANNED_MM * PLANNED_MM));
                volume_ml += voxel_ml;
            }
    }
    return volume_ml;
}

static void add_place(struct infer_places *places, const double at_mm[static 2])
{
    for (int i = 0; i < places->n; i++)
        if (hypot(at_mm[0] - places->centre_mm[i][0],
                  at_mm[1] - places->centre_mm[i][1]) < APART_MM)
            return;
    memcpy(places->centre_mm[places->n++], at_mm, 2 * sizeof *at_mm);
}

/* Empties the map. */
static void list_places(const struct unet_net_config *c, const double middle[static 2],
                        float *map, struct infer_places *places)
{
    const double reach = HEART_REACH_MM / c->pixel_mm;
    places->n = 0;
    for (int i = 0; places->found && i < INFER_MOST_PLACES - 1; i++) {
        double at[2], at_mm[2];
        if (!locate_heaviest(map, c->size, reach, at))
            break;
        for (int a = 0; a < 2; a++)
            at_mm[a] = middle[a] + (at[a] - 0.5 * (c->size - 1)) * c->pixel_mm;
        add_place(places, at_mm);
        locate_take_out(map, c->size, reach, at);
    }
    add_place(places, middle);
}

bool infer_locate(struct infer *f, const struct stack *stack, double slice_mm,
                  struct infer_places *out, struct err *err)
{
    const double middle[2] = {0.5 * stack->size_mm[0], 0.5 * stack->size_mm[1]};
    struct unet_net_config c = *f->config;
    /* a field of view wider than the patch is shrunk into it, up to a point */
    const double widest = fmax(stack->size_mm[0], stack->size_mm[1]);
    c.pixel_mm = fmax(c.pixel_mm, fmin(widest / c.size, 1.5 * c.pixel_mm));
    if (!reserve(f, c.depth, err))
        return false;
    spread_slices(&c, stack->nz, middle, &f->substack[0]);
    f->by_level = true; /* slices may be left out or repeated */
    f->now = 0;
    clear_sums(f, c.depth);
    share_plainly(f, c.depth);
    if (!run_member(f, &c, stack, list_passes(f, 1, LOCATE_POSES), err))
        return false;
    float *map = mem_alloc(f->area, sizeof *map, err);
    if (!map)
        return false;
    /* of a longer stack so many slices were looked at, and each stands for more */
    const double level_mm = slice_mm * fmax(1.0, (double)stack->nz / c.depth);
    out->found = heart_map(f, &c, level_mm, c.depth, map) >= LEAST_HEART_ML;
    list_places(&c, middle, map, out);
    mem_free(map);
    return true;
}
