#include "unet/infer.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "nn/loss.h"
#include "unet/decide.h"
#include "unet/locate.h"
#include "unet/patch.h"
#include "unet/pose.h"
#include "unet/spread.h"

/* Less is no left ventricle; beyond this radius it is another organ. */
static const double LEAST_HEART_ML = 5.0, HEART_REACH_MM = 50.0;
/* How far from the middle hearts lie when scans are planned, standard deviation. */
static const double PLANNED_MM = 80.0;
enum { LOCATE_POSES = 2 };

struct infer {
    struct nn_net *net;
    const struct unet_net_config *config;
    size_t area;    /* pixels of one patch slice */
    float *patch;   /* [depth][area] */
    float *posed;   /* [depth][area], also scratch */
    float *prob;    /* [classes][depth][area] of one pass */
    float *merged;  /* [nz][classes][area] */
    double *weight; /* [nz] */
    int32_t *first; /* substacks */
    int32_t room;   /* nz that the last three have room for */
    struct spread spread;
    bool watched; /* keep what infer_features() needs */
    int poses;    /* of the last stack */
};

bool infer_new(struct nn_net *net, const struct unet_net_config *config,
               struct infer **out, struct err *err)
{
    struct infer *f = mem_alloc(1, sizeof *f, err);
    if (!f)
        return false;
    f->net = net;
    f->config = config;
    f->area = (size_t)config->size * (size_t)config->size;
    const size_t count = (size_t)config->depth * f->area;
    f->patch = mem_alloc(count, sizeof(float), err);
    f->posed = mem_alloc(count, sizeof(float), err);
    f->prob = mem_alloc(count * (size_t)config->classes, sizeof(float), err);
    if (!f->patch || !f->posed || !f->prob) {
        infer_free(f);
        return false;
    }
    *out = f;
    return true;
}

void infer_free(struct infer *f)
{
    if (!f)
        return;
    mem_free(f->patch);
    mem_free(f->posed);
    mem_free(f->prob);
    mem_free(f->merged);
    mem_free(f->weight);
    mem_free(f->first);
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
    mem_free(f->first);
    f->room = 0;
    f->merged = mem_alloc((size_t)nz * (size_t)f->config->classes * f->area,
                          sizeof(float), err);
    f->weight = mem_alloc((size_t)nz, sizeof *f->weight, err);
    f->first = mem_alloc((size_t)nz + 1, sizeof *f->first, err);
    if (!f->merged || !f->weight || !f->first)
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

int32_t infer_substacks(int32_t depth, int32_t nz, int32_t *first)
{
    if (nz <= depth) {
        first[0] = -((depth - nz) / 2);
        return 1;
    }
    const int32_t step = depth > 1 ? depth / 2 : 1;
    const int32_t span = nz - depth; /* the last substack begins here */
    const int32_t n = (span + step - 1) / step + 1;
    for (int32_t i = 0; i < n; i++)
        first[i] = (int32_t)((int64_t)span * i / (n - 1));
    return n;
}

static void strike_pose(const struct infer *f, int pose)
{
    const int32_t size = f->config->size;
    for (int32_t z = 0; z < f->config->depth; z++) {
        const float *from = f->patch + (size_t)z * f->area;
        float *to = f->posed + (size_t)z * f->area;
        for (int32_t y = 0; y < size; y++)
            for (int32_t x = 0; x < size; x++)
                to[pose_at(pose, size, x, y)] =
                    from[(size_t)y * (size_t)size + (size_t)x];
    }
}

/* Add one pass to the sums, back in the pose of the image. */
static void gather(struct infer *f, int pose, const struct patch_geometry *g)
{
    const struct unet_net_config *c = f->config;
    for (int32_t z = 0; z < c->depth; z++) {
        if (g->hidden[z])
            continue;
        const int32_t from_end = z < c->depth - 1 - z ? z : c->depth - 1 - z;
        const float w = (float)(1 + from_end);
        f->weight[g->slice[z]] += (double)w;
        for (int32_t k = 0; k < c->classes; k++) {
            const float *p =
                f->prob + ((size_t)k * (size_t)c->depth + (size_t)z) * f->area;
            float *sum =
                f->merged +
                ((size_t)g->slice[z] * (size_t)c->classes + (size_t)k) * f->area;
            for (int32_t y = 0; y < c->size; y++)
                for (int32_t x = 0; x < c->size; x++)
                    sum[(size_t)y * (size_t)c->size + (size_t)x] +=
                        w * p[pose_at(pose, c->size, x, y)];
        }
        if (f->watched)
            spread_add(&f->spread, g->slice[z], pose, w, f->prob + (size_t)z * f->area,
                       (size_t)c->depth * f->area);
    }
}

/* A NaN in the logits of a voxel makes all of its probabilities NaN: one class tells.
 */
static bool is_finite(const float *probability, size_t voxels)
{
    bool finite = true;
    for (size_t i = 0; i < voxels; i++)
        finite = finite && probability[i] >= 0.0f;
    return finite;
}

static bool run_poses(struct infer *f, const struct patch_geometry *g, int poses,
                      int32_t *passes, struct err *err)
{
    for (int pose = 0; pose < poses; pose++) {
        strike_pose(f, pose);
        if (!nn_net_forward(f->net, f->posed, err))
            return false;
        nn_softmax_plain(nn_net_logits(f->net), nn_net_block(f->net),
                         nn_net_logits_shape(f->net), f->prob);
        if (!is_finite(f->prob, (size_t)f->config->depth * f->area))
            return ERR_FAIL(err, ERR_NUMERIC,
                            "the network's output is not finite: are the intensities?");
        gather(f, pose, g);
        (*passes)++;
    }
    return true;
}

/* Sample, fill and normalise, as in training. */
static void take_patch(struct infer *f, const struct unet_net_config *config,
                       const struct stack *stack, const struct patch_geometry *g)
{
    const size_t count = (size_t)config->depth * f->area;
    patch_sample(config, stack, g, f->patch);
    (void)patch_fill_outside(f->patch, count, f->posed);
    patch_normalise(config, f->patch, f->posed);
}

bool infer_stack(struct infer *f, const struct stack *stack,
                 const double centre_mm[static 2], int poses, const float **prob,
                 int32_t *passes, struct err *err)
{
    const struct unet_net_config *c = f->config;
    int32_t made = 0;
    if (!reserve(f, stack->nz, err) ||
        (f->watched && !spread_begin(&f->spread, stack->nz, err)))
        return false;
    const size_t per_slice = (size_t)c->classes * f->area;
    clear_sums(f, stack->nz);
    const int32_t substacks = infer_substacks(c->depth, stack->nz, f->first);
    for (int32_t s = 0; s < substacks; s++) {
        struct patch_geometry g;
        patch_geometry_plain(c, stack->nz, centre_mm, f->first[s], &g);
        take_patch(f, c, stack, &g);
        if (!run_poses(f, &g, poses, &made, err))
            return false;
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
        spread_find(&f->spread, f->merged, f->weight, f->poses, out);
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
    uint8_t label_of[UNET_MAX_CLASSES] = {0};
    for (int k = 0; k < c->classes; k++)
        label_of[k] = unet_label_of(c, k);
    for (int32_t z = 0; z < g->dim[2]; z++) {
        const float *slice = prob + (size_t)z * (size_t)c->classes * f->area;
        for (int32_t j = 0; j < g->dim[1]; j++) {
            const struct tap y = tap_at(j * edge[1], centre_mm[1], c);
            uint8_t *row = labels->vox + grid_index(g, 0, j, z);
            for (int32_t i = 0; i < g->dim[0]; i++) {
                const struct tap x = tap_at(i * edge[0], centre_mm[0], c);
                float v[UNET_MAX_CLASSES];
                row[i] = LABEL_BACKGROUND;
                if (!x.inside || !y.inside)
                    continue;
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

bool infer_locate(struct infer *f, const struct stack *stack, double slice_mm,
                  double centre_mm[static 2], bool *found, struct err *err)
{
    const double middle[2] = {0.5 * stack->size_mm[0], 0.5 * stack->size_mm[1]};
    struct unet_net_config c = *f->config;
    struct patch_geometry g;
    double at[2];
    int32_t passes = 0;
    /* a field of view wider than the patch is shrunk into it, up to a point */
    const double widest = fmax(stack->size_mm[0], stack->size_mm[1]);
    c.pixel_mm = fmax(c.pixel_mm, fmin(widest / c.size, 1.5 * c.pixel_mm));
    spread_slices(&c, stack->nz, middle, &g);
    if (!reserve(f, c.depth, err))
        return false;
    take_patch(f, &c, stack, &g);
    for (int32_t z = 0; z < c.depth; z++)
        g.slice[z] = z; /* sums are kept by level: slices may be left out or repeated */
    clear_sums(f, c.depth);
    if (!run_poses(f, &g, LOCATE_POSES, &passes, err))
        return false;
    *found = heart_map(f, &c, slice_mm, c.depth, f->posed) >= LEAST_HEART_ML;
    locate_heaviest(f->posed, c.size, HEART_REACH_MM / c.pixel_mm, at);
    for (int a = 0; a < 2; a++)
        centre_mm[a] =
            *found ? middle[a] + (at[a] - 0.5 * (c.size - 1)) * c.pixel_mm : middle[a];
    return true;
}
