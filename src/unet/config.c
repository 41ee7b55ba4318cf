#include "unet/config.h"

#include <stdio.h>
#include <string.h>

/* What a model's file may ask for as a whole: of channels at the deepest level (a
 * convolution there has 28 million weights) and of values in a tensor of the first (256
 * MiB as float32). */
enum { MAX_CHANNELS = 1024, MAX_VALUES = 64 * 1024 * 1024 };

/* The coarse network sees 384 mm of every slice and says where the LV is: at 4 mm; at 6
 * mm, with half the pixels, it finds the heart within a few mm all the same, in less
 * than half the time; at 12 mm to try things out. */
#define LOCATE(halvings, pixels, edge_mm)                                              \
    {                                                                                  \
        .kernel_depth = 1, .base = 16, .pools = (halvings), .depth = 8,                \
        .size = (pixels), .pixel_mm = (edge_mm), .classes = 2,                         \
        .class_of = {0, 1, 1, 1, 1, 0},                                                \
    }

/* 122 mm round the left ventricle, right ventricle told apart: half the work of the
 * presets above a patch, so twice the patches in a training of given time.  Kernels
 * look into the neighbouring slices at the deepest level alone, where pixels (13.6 mm)
 * are as large as slices are apart: finer detail does not continue over a gap of 8 to
 * 10 mm, and kernels of three slices above learn more slowly and draw scar worse. */
#define SEGMENT(kernel, flat, halvings, slices, pixels, edge_mm)                       \
    {                                                                                  \
        .kernel_depth = (kernel), .flat_levels = (flat), .base = 16,                   \
        .pools = (halvings), .depth = (slices), .size = (pixels),                      \
        .pixel_mm = (edge_mm), .classes = 6, .class_of = {0, 1, 2, 3, 4, 5},           \
    }

static const struct unet_config PRESETS[] = {
    {
        .arch = "unet3d",
        .locate = LOCATE(4, 96, 4.0),
        .segment = {.kernel_depth = 3,
                    .base = 16,
                    .pools = 4,
                    .depth = 8,
                    .size = 96,
                    .pixel_mm = 1.4,
                    .classes = 5,
                    .class_of = {0, 1, 2, 3, 4, 0}},
        .poses = 2,
    },
    {
        .arch = "unet2d",
        .locate = LOCATE(4, 96, 4.0),
        .segment = {.kernel_depth = 1,
                    .base = 16,
                    .pools = 4,
                    .depth = 1,
                    .size = 96,
                    .pixel_mm = 1.4,
                    .classes = 5,
                    .class_of = {0, 1, 2, 3, 4, 0}},
        .poses = 2,
    },
    {
        .arch = "unet3d-fast",
        .locate = LOCATE(3, 64, 6.0),
        .segment = SEGMENT(3, 3, 3, 8, 72, 1.7),
        .poses = 2,
    },
    {
        .arch = "unet2d-fast",
        .locate = LOCATE(3, 64, 6.0),
        .segment = SEGMENT(1, 0, 3, 1, 72, 1.7),
        .poses = 2,
    },
    {
        .arch = "unet3d-fine",
        .locate = LOCATE(3, 64, 6.0),
        .segment = SEGMENT(3, 3, 3, 8, 88, 1.4),
        .poses = 2,
    },
    {
        .arch = "unet2d-fine",
        .locate = LOCATE(3, 64, 6.0),
        .segment = SEGMENT(1, 0, 3, 1, 88, 1.4),
        .poses = 2,
    },
    /* As much is seen in 32 x 32 pixels: a step of training takes a quarter of the fast
     * 3D network's time, of the 2D network's a ninth (`cicatrix bench`, AMD Zen 1,
     * float32).  The wall of a normal heart is two to three pixels thick. */
    {
        .arch = "unet3d-small",
        .locate = LOCATE(2, 32, 12.0),
        .segment = SEGMENT(3, 2, 2, 8, 32, 3.8),
        .poses = 2,
    },
    {
        .arch = "unet2d-small",
        .locate = LOCATE(2, 32, 12.0),
        .segment = SEGMENT(1, 0, 2, 1, 32, 3.8),
        .poses = 2,
    },
};

bool unet_config_preset(const char *arch, struct unet_config *out, struct err *err)
{
    for (size_t i = 0; i < ARRAY_LEN(PRESETS); i++) {
        if (strcmp(arch, PRESETS[i].arch) == 0) {
            *out = PRESETS[i];
            return true;
        }
    }
    return ERR_FAIL(err, ERR_ARG,
                    "architecture '%s' is not unet3d, unet2d or one of these with "
                    "-fast, -fine or -small",
                    arch);
}

static bool in_range(const char *net, const char *field, double value, double lo,
                     double hi, struct err *err)
{
    if (value >= lo && value <= hi)
        return true;
    return ERR_FAIL(err, ERR_FORMAT, "%s.%s is %g, outside %g..%g", net, field, value,
                    lo, hi);
}

static bool check_net(const char *name, const struct unet_net_config *n,
                      struct err *err)
{
    if (!in_range(name, "kernel_depth", n->kernel_depth, 1, 3, err) ||
        !in_range(name, "flat_levels", n->flat_levels, 0, UNET_MAX_POOLS, err) ||
        !in_range(name, "base", n->base, 16, 128, err) ||
        !in_range(name, "pools", n->pools, 1, UNET_MAX_POOLS, err) ||
        !in_range(name, "depth", n->depth, 1, 64, err) ||
        !in_range(name, "size", n->size, 16, UNET_MAX_SIZE, err) ||
        !in_range(name, "pixel_mm", n->pixel_mm, 0.25, 16.0, err) ||
        !in_range(name, "classes", n->classes, 2, UNET_MAX_CLASSES, err))
        return false;
    if (n->kernel_depth == 2)
        return ERR_FAIL(err, ERR_FORMAT, "%s.kernel_depth is even", name);
    if (n->base % 16 != 0)
        return ERR_FAIL(err, ERR_FORMAT, "%s.base %d is no multiple of 16", name,
                        n->base);
    if (n->size % (1 << n->pools) != 0)
        return ERR_FAIL(err, ERR_FORMAT, "%s.size %d cannot be halved %d times", name,
                        n->size, n->pools);
    if ((n->base << n->pools) > MAX_CHANNELS)
        return ERR_FAIL(err, ERR_FORMAT,
                        "%s: %d channels at the deepest level, more "
                        "than %d",
                        name, n->base << n->pools, (int)MAX_CHANNELS);
    if ((int64_t)n->base * n->depth * n->size * n->size > MAX_VALUES)
        return ERR_FAIL(err, ERR_FORMAT,
                        "%s: base, depth and size ask for more than %d values a level",
                        name, (int)MAX_VALUES);
    if (n->class_of[LABEL_BACKGROUND] != 0)
        return ERR_FAIL(err, ERR_FORMAT, "%s: background must be class 0", name);
    unsigned seen = 0;
    for (int l = 0; l < LABEL_COUNT; l++) {
        if (n->class_of[l] >= n->classes)
            return ERR_FAIL(err, ERR_FORMAT, "%s: label %d has class %d of %d", name, l,
                            n->class_of[l], n->classes);
        seen |= 1u << n->class_of[l];
    }
    if (seen != (1u << n->classes) - 1u)
        return ERR_FAIL(err, ERR_FORMAT, "%s: a class stands for no label", name);
    return true;
}

const struct unet_net_config *unet_config_member(const struct unet_config *c,
                                                 int member)
{
    return member == 0 ? &c->segment : &c->peer[member - 1];
}

void unet_config_prefix(int member, char out[AT_LEAST(UNET_PREFIX)])
{
    if (member == 0)
        (void)snprintf(out, UNET_PREFIX, "segment.");
    else
        (void)snprintf(out, UNET_PREFIX, "segment%d.", member + 1);
}

/* A mean is one of numbers of the same pixel and class. */
static bool check_peer(const struct unet_config *c, int member, struct err *err)
{
    const struct unet_net_config *n = unet_config_member(c, member), *s = &c->segment;
    char name[UNET_PREFIX];
    (void)snprintf(name, sizeof name, "segment%d", member + 1);
    if (!check_net(name, n, err))
        return false;
    if (n->size != s->size || n->pixel_mm < s->pixel_mm || n->pixel_mm > s->pixel_mm)
        return ERR_FAIL(err, ERR_FORMAT,
                        "%s: patches of %d pixels of %g mm, those of segment have %d "
                        "of %g mm",
                        name, n->size, n->pixel_mm, s->size, s->pixel_mm);
    if (n->classes != s->classes ||
        memcmp(n->class_of, s->class_of, sizeof n->class_of) != 0)
        return ERR_FAIL(err, ERR_FORMAT, "%s: other classes than segment", name);
    return true;
}

static bool check_nets(const struct unet_config *c, struct err *err)
{
    if (!check_net("locate", &c->locate, err) ||
        !check_net("segment", &c->segment, err))
        return false;
    if (c->peers < 0 || c->peers > UNET_MAX_PEERS)
        return ERR_FAIL(err, ERR_FORMAT, "an ensemble of %d networks, at most %d",
                        1 + c->peers, 1 + (int)UNET_MAX_PEERS);
    for (int member = 1; member <= c->peers; member++)
        if (!check_peer(c, member, err))
            return false;
    return true;
}

bool unet_config_check(const struct unet_config *c, struct err *err)
{
    if (!check_nets(c, err))
        return false;
    const struct unet_decision *d = &c->decision;
    if (d->by_region &&
        (!in_range("decision", "scar_odds", d->scar_odds, 0.01, 100.0, err) ||
         !in_range("decision", "island_ml", d->island_ml, 0.0, 100.0, err) ||
         !in_range("decision", "smallest_ml", d->smallest_ml, 0.0, 100.0, err)))
        return false;
    if (c->poses != 1 && c->poses != 2 && c->poses != 4 && c->poses != 8)
        return ERR_FAIL(err, ERR_FORMAT, "poses is %d, not 1, 2, 4 or 8", c->poses);
    return true;
}

uint8_t unet_label_of(const struct unet_net_config *net, int class_index)
{
    for (int l = 0; l < LABEL_COUNT; l++)
        if (net->class_of[l] == class_index)
            return (uint8_t)l;
    return LABEL_BACKGROUND;
}
