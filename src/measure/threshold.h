/*
 * threshold.h - scar as what is brighter than a threshold, by the methods of the field.
 *
 * Why:    papers report scar by n-SD, by full width at half maximum, by Otsu and by
 *         mixtures, each with its own unsaid choices.  Here every choice is written
 *         down, so that a number can be compared, and a network can be put beside them.
 * Layer:  measure (may use base, image, stat, geom).
 * Thread: pure functions.
 *
 * Given an image and contours (the labels' 2, 3 and 4 are myocardium alike, 1 is the
 * blood pool), a voxel of myocardium is scar if its intensity is greater than the
 * threshold.  Every method follows intensities through a * x + b, a > 0: it takes
 * magnitude images, phase-sensitive ones with negative values, and stored values alike.
 *
 *   sd:N         mean + N sd of remote myocardium, slice by slice.  N = 2..6 in the
 *                literature; N is any number in (0, 100].  A slice without a remote
 *                region of its own goes by that of the stack.
 *   fwhm:slice   half way between the remote mean and the peak of the slice
 *   fwhm:volume  the same with one peak and one remote mean for the stack
 *   fwhm:region  the same for every hyperenhanced region by itself: its peak, the mean
 *                of the remote means at its voxels; scar is a part of the region
 *   otsu         Otsu's split of all myocardium of the stack
 *   gmm          a mixture of two normal distributions for all myocardium of the stack;
 *                scar is what is more probably of the bright one
 *
 * Hyperenhanced is what is more than MEASURE_THRESHOLD_SEED_SD above remote; a region
 * is 26-connected, and counts only if it has a voxel off the rim of the wall (the rim
 * is part blood).  A peak is the brightest hyperenhanced voxel off the rim.  This
 * replaces the region that a reader points at.  A slice, or a stack, without any has no
 * scar by FWHM.  Otsu and gmm find some bright part in every heart, scarred or not.
 *
 * With nulled myocardium (remote mean 0) FWHM is the "half of the maximum" of Amado et
 * al. and of Flett et al.; the form that starts from remote myocardium is that of Hsu
 * et al. for phase-sensitive images.
 *
 * Grey zone and core, whatever the method:
 *
 *   yan       core: above remote + 3 sd; grey zone: above remote + 2 sd, up to 3 sd
 *   schmidt   core: above the threshold of fwhm:slice; grey zone: above the brightest
 *             voxel of the remote region, up to the core.  In hyperenhanced slices.
 *
 * How to add a method: a kind below, its name in the table of threshold.c, its
 * thresholds in apply(), the lines above, a test of invariance in
 * tests/unit/measure/threshold.c.
 *
 * Sources:
 *   n-SD     Harrigan et al., Radiology 2011;258:128-133, doi 10.1148/radiol.10090526
 *   FWHM     Amado et al., J Am Coll Cardiol 2004;44:2383-2389; Flett et al., JACC
 *            Cardiovasc Imaging 2011;4:150-156, doi 10.1016/j.jcmg.2010.11.015; Hsu et
 *            al., J Magn Reson Imaging 2006;23:298-308
 *   side by side, with Otsu and EM
 *            Engblom et al., J Cardiovasc Magn Reson 2016;18:27,
 *            doi 10.1186/s12968-016-0242-5
 *   zones    Yan et al., Circulation 2006;114:32-39; Schmidt et al., Circulation
 *            2007;115:2006-2014
 */
#ifndef MEASURE_THRESHOLD_H
#define MEASURE_THRESHOLD_H

#include "image/image.h"
#include "measure/remote.h"
#include "measure/threshold_mixture.h"

enum measure_threshold_kind {
    MEASURE_THRESHOLD_SD,
    MEASURE_THRESHOLD_FWHM_SLICE,
    MEASURE_THRESHOLD_FWHM_VOLUME,
    MEASURE_THRESHOLD_FWHM_REGION,
    MEASURE_THRESHOLD_OTSU,
    MEASURE_THRESHOLD_MIXTURE,
};

struct measure_threshold_method {
    enum measure_threshold_kind kind;
    double n; /* of SD */
};

enum { MEASURE_THRESHOLD_NAME = 32 }; /* bytes of a method's name */

enum measure_threshold_rule {
    MEASURE_THRESHOLD_NO_ZONES,
    MEASURE_THRESHOLD_YAN,
    MEASURE_THRESHOLD_SCHMIDT,
};

/* Labels of the map of zones. */
enum { MEASURE_THRESHOLD_GREY = 1, MEASURE_THRESHOLD_CORE = 2 };

struct measure_threshold_options {
    struct measure_threshold_method method;
    enum measure_threshold_rule zones;
    const struct labels *remote; /* drawn, on the image's grid; NULL: found */
    bool remote_unenhanced;      /* not found, but what the contours call 2, off the rim
                                    of the wall; if .remote is NULL */
    double border_mm;     /* 0, or: myocardium whose centre lies within this of the
                             blood pool sets no threshold, and scar that stays
                             within it is leakage, not scar */
    bool fill_no_reflow;  /* dark cores that scar encloses become label 4 */
    double min_island_ml; /* smaller 26-connected islands of scar are dropped; 0:
                             none */
};

struct measure_threshold_slice {
    struct measure_remote remote; /* the slice's own; voxels 0: none */
    double peak;                  /* FWHM by slice; else NaN */
    double value;                 /* the threshold; NaN: none, so no scar, or no
                                     myocardium */
};

/* fwhm:region */
struct measure_threshold_region {
    size_t voxels; /* hyperenhanced */
    double remote, peak, value;
};

/* All-zero is empty. */
struct measure_threshold {
    struct labels labels; /* 2, 3, and 4 if filled, in the myocardium; else as given */
    struct labels zones;  /* 0, MEASURE_THRESHOLD_GREY, ..._CORE; empty if not asked */
    double core_ml, grey_ml;               /* NaN if not asked */
    struct measure_remote remote;          /* of all slices; voxels 0: none found */
    struct measure_threshold_slice *slice; /* owned; [slices] */
    int32_t slices;
    struct measure_threshold_region *region; /* owned; [regions] */
    size_t regions;
    double peak;                    /* fwhm:volume; else NaN */
    struct measure_mixture mixture; /* gmm; else iterations is 0 */
};

/** "sd:5", "fwhm" (which is fwhm:slice), "fwhm:volume", "otsu", "gmm", ...
 *  Errors: ERR_ARG naming the text. */
bool measure_threshold_parse(const char *text, struct measure_threshold_method *out,
                             struct err *err) ATTR_MUST_USE;

/** The method's full name, e.g. "sd:2.5", "fwhm:slice". */
void measure_threshold_name(const struct measure_threshold_method *method,
                            char name[AT_LEAST(MEASURE_THRESHOLD_NAME)]);

/** "none", "yan", "schmidt".  Errors: ERR_ARG. */
bool measure_threshold_rule_parse(const char *text, enum measure_threshold_rule *out,
                                  struct err *err) ATTR_MUST_USE;
const char *measure_threshold_rule_name(enum measure_threshold_rule rule);

/**
 * Apply a method.
 *
 * The order: threshold, leakage, no-reflow, small islands.  The map of zones is cleaned
 * by the same rules; its no-reflow is core.
 *
 * @param image, labels  of the same dimensions, slices along axis 2; borrowed
 * @param[out] out       owned by the caller (measure_threshold_clear); written only on
 *                       success
 * Errors:  ERR_ARG (empty, sizes differ), ERR_FORMAT (no myocardium, or none beyond the
 *          border; nothing drawn in it), ERR_NUMERIC (the myocardium has one intensity;
 *          a method that needs a remote region and no slice has one; a mixture that
 *          cannot be fitted), ERR_NOMEM
 * Cost:    that of measure_remote_find(), about 3 ms a slice; gmm up to a second
 * Tests:   tests/unit/measure/threshold.c
 */
bool measure_threshold(const struct image *image, const struct labels *labels,
                       const struct measure_threshold_options *options,
                       struct measure_threshold *out, struct err *err) ATTR_MUST_USE;

void measure_threshold_clear(struct measure_threshold *t);

#endif
