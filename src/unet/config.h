/*
 * config.h - what a network is and how its input is prepared: all of it, as numbers.
 *
 * Why:    one description serves the 3D network, the 2D network and the coarse network
 *         that finds the heart; it is written into every model and checkpoint, so
 *         training and prediction cannot prepare images differently.
 * Layer:  unet.
 * Thread: plain data.
 */
#ifndef UNET_CONFIG_H
#define UNET_CONFIG_H

#include <stdint.h>

#include "base/err.h"
#include "image/image.h"

enum { UNET_MAX_CLASSES = 8, UNET_MAX_POOLS = 6, UNET_MAX_SIZE = 512 };
enum { UNET_MAX_PEERS = 3, UNET_MAX_MEMBERS = 1 + UNET_MAX_PEERS, UNET_PREFIX = 24 };

/*
 * One U-Net.  Level l has base << l channels; two convolutions (kernel_depth x 3 x 3,
 * or 1 x 3 x 3 in the first flat_levels), each with instance norm and ReLU, a level;
 * 1x2x2 max pooling between levels; on the way up 1x1x1 convolution, nearest
 * upsampling, skip connection; 1x1x1 head.
 */
struct unet_net_config {
    int32_t kernel_depth; /* 3: neighbouring slices inform each other; 1: they do not */
    int32_t flat_levels;  /* outer levels whose kernels are 1x3x3 all the same */
    int32_t base;         /* channels of the first level, a multiple of 16 */
    int32_t pools;        /* 1..UNET_MAX_POOLS */
    int32_t depth;        /* slices of a substack */
    int32_t size;         /* rows and columns of a patch, a multiple of 1 << pools */
    double pixel_mm;      /* in-plane pixel of a patch */
    int32_t classes;      /* channels of the output */
    uint8_t class_of[LABEL_COUNT]; /* label -> class */
};

/*
 * How class probabilities become labels.  Without it (`by_region` false) a voxel takes
 * its most probable class.  With it, it takes its most probable region (background, LV
 * blood, myocardium with all that lies in it, RV blood); myocardium is scar where the
 * odds of scar (no-reflow included) against none, times `scar_odds`, exceed 1; and what
 * readers would not draw is taken away again.  Fitted by tune.h.
 */
struct unet_decision {
    bool by_region;
    double scar_odds;   /* 1: as the network says; above 1 more becomes scar */
    double island_ml;   /* pieces of scar smaller than this are none */
    double smallest_ml; /* all scar of a whole heart smaller than this is none */
};

struct unet_config {
    char arch[16];                 /* name of the preset */
    struct unet_net_config locate; /* coarse, whole field of view: LV or not */
    struct unet_net_config segment;
    /* Of an ensemble (join.h) the other members: the mean of the probabilities of all
     * is decided upon.  They see the patches of `segment`, as deep as they like, and
     * tell the same classes apart. */
    struct unet_net_config peer[UNET_MAX_PEERS];
    int32_t peers;
    struct unet_decision decision;
    int32_t poses; /* mirrored and turned copies averaged in prediction: 1, 2, 4, 8 */
};

/** The named presets: "unet3d" (substacks, 3x3x3) and "unet2d" (slices, 1x3x3), at
 *  1.4 mm; "unet3d-fast" and "unet2d-fast" at 1.7 mm, less than half the work a
 *  patch, kernels that stay in the slice but for the deepest level, and the
 *  right ventricle as a class of its own; "unet3d-fine" and "unet2d-fine", the same
 *  networks at 1.4 mm; "unet3d-small" and "unet2d-small", at 3.8 mm, to try out a
 *  training, a cross-validation or a study in minutes, not for results.
 *  Errors: ERR_ARG for another name. */
bool unet_config_preset(const char *arch, struct unet_config *out,
                        struct err *err) ATTR_MUST_USE;

/** Check every field against its limits, and the memory that they ask for together.
 *  Errors: ERR_FORMAT naming the field. */
bool unet_config_check(const struct unet_config *config, struct err *err) ATTR_MUST_USE;

/** A member of the ensemble, 0 being `segment`; there are 1 + config->peers. */
const struct unet_net_config *unet_config_member(const struct unet_config *config,
                                                 int member);

/** What the names of a member's tensors begin with: "segment.", "segment2.", ... */
void unet_config_prefix(int member, char out[AT_LEAST(UNET_PREFIX)]);

/** The label that a class stands for: the lowest that maps to it. */
uint8_t unet_label_of(const struct unet_net_config *net, int class_index);

/** Deterministic JSON text (numbers to 15 digits), owned by the caller; and back.
 *  Errors: ERR_FORMAT (missing or wrong field, by name), ERR_SUPPORT (an architecture
 *  that is no preset), ERR_NOMEM. */
char *unet_config_to_json(const struct unet_config *config,
                          struct err *err) ATTR_MUST_USE;
bool unet_config_from_json(const char *text, struct unet_config *out,
                           struct err *err) ATTR_MUST_USE;

#endif
