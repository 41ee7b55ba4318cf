/*
 * spread.h - how far the passes of a network over one stack agree, and how sure it is.
 *
 * Why:    the mean of the passes is the result; how they scatter round it, and how
 *         far the mean is from 0 and 1, tell where the result may be wrong.  Both are
 *         at hand while the passes are merged and cost little there.
 * Layer:  unet.
 * Thread: one; plain data.
 *
 * Two regions are watched: myocardium (labels 2, 3, 4) and scar (3, 4), of each the sum
 * of the probabilities of the classes that stand for it.
 */
#ifndef UNET_SPREAD_H
#define UNET_SPREAD_H

#include "measure/features.h"
#include "unet/config.h"
#include "unet/pose.h"

enum { SPREAD_WALL, SPREAD_SCAR, SPREAD_REGIONS };
/* Of a slice in one view: weighted sums of the regions, and the weight. */
enum { SPREAD_TOTALS = SPREAD_REGIONS + 1 };

/* What a member of the ensemble makes of one pose: number member * UNET_POSES + pose.
 */
enum { SPREAD_VIEWS = UNET_MAX_MEMBERS * UNET_POSES };

/* All-zero is empty. */
struct spread {
    const struct unet_net_config *config; /* borrowed */
    size_t area;
    uint32_t classes[SPREAD_REGIONS]; /* sets of classes as bits; 0: none stands for
                                         it */
    float *square[SPREAD_REGIONS];    /* owned; [nz][area], weighted sum of squares */
    double *total[SPREAD_VIEWS];      /* owned; [nz][SPREAD_TOTALS] */
    int32_t nz, room;                 /* slices of this stack; that there is room for */
    uint32_t by_turns; /* members, as bits, that see this stack by turns */
};

/** @param config  borrowed */
void spread_init(struct spread *s, const struct unet_net_config *config);
void spread_clear(struct spread *s);

/** Begin a stack of `nz` slices.  Errors: ERR_NOMEM. */
bool spread_begin(struct spread *s, int32_t nz, struct err *err) ATTR_MUST_USE;

/** A member sees the stack that has begun by turns: each substack in every second pose
 *  (infer.h), so that its poses 2k and 2k + 1 are one view together.  That counts
 *  twice, to leave the deviation between the views one of as many. */
void spread_by_turns(struct spread *s, int member);

/**
 * Add a slice of a pass.
 *
 * @param view    whose pass it is, and in which pose
 * @param prob    [classes] planes, `stride` numbers apart, in the pose
 * @param weight  of this pass in the slice's mean
 */
void spread_add(struct spread *s, int32_t slice, int view, float weight,
                const float *prob, size_t stride);

struct spread_passes {
    int members, poses;
};

/**
 * The features of the network (see measure/features.h); the others stay as they are.
 *
 * @param mean    [nz][classes][area], the merged probabilities
 * @param weight  [nz], sum of the weights of each slice
 * @param passes  that were added: by so many members in so many poses each
 * Cost:    about 1 ms for ten slices of 96 x 96
 * Tests:   tests/unit/unet/spread.c
 */
void spread_find(const struct spread *s, const float *mean, const double *weight,
                 const struct spread_passes *passes, struct measure_features *out);

#endif
