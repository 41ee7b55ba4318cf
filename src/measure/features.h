/*
 * features.h - numbers that tell how far a segmentation may be trusted.
 *
 * Why:    whether a result is right is not seen from the result alone, but from how the
 *         network came to it, how the heart it drew is shaped, and what the image looks
 *         like where it drew it.  These numbers are collected here under one name each;
 *         what follows from them is learned from cases with a truth
 *         (measure/confidence.h), or is a rule (report/quality.h).
 * Layer:  measure (may use base, image, geom).
 * Thread: pure functions.
 *
 * Those of labels and image do not depend on the patient's position, or on how the
 * stack is turned or mirrored; those of the image do not change with intensities a * x
 * + b, a > 0.  Those of the network follow what it makes of another orientation.
 *
 * Of the network (filled by unet/spread.h), all 0 when it has no doubt:
 *
 *   wall_entropy    binary entropy of "myocardium" (bits, summed over the pixels)
 *                   per expected pixel of myocardium
 *   wall_spread     the same of the standard deviation between its passes (poses,
 *                   overlapping substacks, members of an ensemble); 0 with one pass
 *   scar_entropy, scar_spread    of "scar", also per expected pixel of myocardium
 *   scar_grey       percentage points of %LGE between the scar that is at least 75 %
 *                   probable and the scar that is at least 25 % probable
 *   lge_expected    %LGE from probabilities: 100 sum p(scar) / sum p(myocardium)
 *   lge_spread      standard deviation of lge_expected between the poses, of an
 *                   ensemble between the poses of all its members
 *
 * Of the labels:
 *
 *   open_wall       share of the directions from the centre of the cavity that meet no
 *                   myocardium; mean over the slices with a cavity
 *   axis_bend_mm    root mean square distance of the slices' centres from a straight
 *                   line through them
 *   area_jump       median of |log of the ratio| of the LV's areas of neighbours, over
 *                   10 mm
 *   elongation      root of the ratio of the LV's second moments (1: round), median
 *   lv_ml           volume of wall and cavity
 *   wall_share      myocardium per LV
 *
 * Of the image where the labels lie, each the median over the slices with at least
 * 100 mm2 of cavity and 100 mm2 of wall inside of the rims:
 *
 *   wall_rank       share of the surroundings (up to 30 mm from the LV) that are darker
 *                   than the wall (its 30th percentile, so that scar does not count)
 *   blood_rank      the same for the cavity's median
 *   nulling         (wall - dark) / (blood - dark), dark being the 5th percentile of
 *                   the surroundings: 0 for a wall that is nulled
 *   contrast        (blood - wall) / (wall - its 5th percentile)
 *   texture         mean difference of neighbours 1.5 mm apart in the cavity over that
 *                   in the wall, the largest quarter left out.  After inversion
 *                   recovery both show the same noise (about 1); a cine stack shows
 *                   papillary muscles in the blood and little noise
 *   blood_spread    standard deviation in the cavity over (blood - wall)
 */
#ifndef MEASURE_FEATURES_H
#define MEASURE_FEATURES_H

#include "image/image.h"

enum measure_feature {
    MEASURE_WALL_ENTROPY,
    MEASURE_WALL_SPREAD,
    MEASURE_SCAR_ENTROPY,
    MEASURE_SCAR_SPREAD,
    MEASURE_SCAR_GREY,
    MEASURE_LGE_EXPECTED,
    MEASURE_LGE_SPREAD,
    MEASURE_OPEN_WALL,
    MEASURE_AXIS_BEND_MM,
    MEASURE_AREA_JUMP,
    MEASURE_ELONGATION,
    MEASURE_LV_ML,
    MEASURE_WALL_SHARE,
    MEASURE_WALL_RANK,
    MEASURE_BLOOD_RANK,
    MEASURE_NULLING,
    MEASURE_CONTRAST,
    MEASURE_TEXTURE,
    MEASURE_BLOOD_SPREAD,
    MEASURE_FEATURES
};

struct measure_features {
    double value[MEASURE_FEATURES]; /* NaN: not available */
};

/** "wall_entropy": its key in results.json. */
const char *measure_feature_name(enum measure_feature feature);

/** All not available. */
void measure_features_none(struct measure_features *out);

/**
 * Fill the features of labels and image; the others stay as they are.
 *
 * @param image, labels  of the same dimensions, slices along axis 2; borrowed
 * @param[in,out] f      written only on success
 * Errors:  ERR_ARG (empty, or sizes differ), ERR_NOMEM
 * Cost:    about 1 ms a slice
 * Tests:   tests/unit/measure/features.c
 */
bool measure_features_find(const struct image *image, const struct labels *labels,
                           struct measure_features *f, struct err *err) ATTR_MUST_USE;

#endif
