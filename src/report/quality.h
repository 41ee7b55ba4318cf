/*
 * quality.h - may a segmentation be believed?
 *
 * Why:    a wrong result that looks like a right one is worse than none.  The first
 *         rules know what a left ventricle on a short-axis stack must look like; those
 *         marked * know what the model's calibration learned from patients with a truth
 *         (measure/confidence.h), and say nothing for a model without one.  "accept"
 *         means "nothing is plainly wrong", and a reader still looks at the overlay.
 * Layer:  report (may use image, measure).
 * Thread: pure functions.
 *
 * Rules, in the order in which reasons are given:
 *
 *   reject  heart-not-found   the network that looks for the heart saw none
 *   reject  no-myocardium     not one voxel of myocardium (labels 2, 3, 4)
 *   review  few-slices        fewer than QUALITY_MIN_SLICES slices with myocardium
 *   review  gap               a slice without myocardium between two that have it (one
 *                             without an image has none: unet/predict.h)
 *   review  image-edge        myocardium in the first or last row or column of a slice:
 *                             part of it may lie outside of the field of view
 *   review  no-blood-pool     myocardium, but no blood pool in any slice
 *   review  open-ring         of the slices with myocardium and blood pool, fewer than
 *                             half have a closed ring: no way from the blood pool to
 *                             the edge of the slice, in steps to one of the four
 *                             neighbours, that avoids myocardium.  (The outflow tract
 *                             opens the ring at the base, so some may be open.)
 *   review  short-stack       the slices with myocardium span less than
 *                             QUALITY_MIN_SPAN_MM, half of a left ventricle (8 to 10 cm
 *                             from base to apex in adults): most of it was not seen
 *   review  long-stack        they span more than QUALITY_MAX_SPAN_MM, more than any
 *                             left ventricle, dilated or hypertrophied: the distance
 *                             between slices is wrong, and so are all volumes; or what
 *                             was drawn goes beyond the ventricle
 *   review  odd-width         where the ventricle's area (myocardium and blood pool) is
 *                             largest, a circle of that area is narrower than
 *                             QUALITY_MIN_WIDTH_MM or wider than QUALITY_MAX_WIDTH_MM
 *                             (53 to 98 in 250 hearts): the pixel size is wrong, and so
 *                             are all volumes; or a child's heart, of which the models
 *                             saw none
 *   review  slices-out-of-order
 *                             along the stack that area does not rise once and fall
 *                             once, as from base to apex or back: a dip is deeper than
 *                             QUALITY_MAX_DIP of the largest area (0.08 at most in
 *                             those 250; more in 248 with every second slice behind the
 *                             others: docs/evidence/stack-form.md).  Not below
 *                             QUALITY_MIN_ORDERED slices
 *   review  slices-left-out   of the series, or of its twin, there are slices that are
 *                             not in the stack: known where it is made, not by labels
 *   review  pieces-left-out   beside the largest piece of a heart others were drawn,
 *                             which are left out, with more than QUALITY_MAX_STRAY of
 *                             its myocardium: known where they are, not by labels
 *   review  two-orientations  the file has an sform and a qform (NIfTI) that put the
 *                             image in two places more than NIFTI_FORMS_APART_MM apart:
 *                             its left and right may be exchanged, and with them the
 *                             AHA segments
 *   review  wide-spread      *the DSC to be expected is among the lowest eighth of the
 *                             patients that the model was calibrated on
 *   review  slices-disagree  *centres or areas of neighbouring slices differ more than
 *                             in all of these: misregistered, or not one heart
 *   review  perhaps-not-lge  *by the look of wall, blood and surroundings, by the
 *                             network's doubt and the ventricle's form, this is less
 *                             like short-axis LGE than 95 % of these
 *   reject  not-lge          *and more like stacks of another kind that the model was
 *                             calibrated with
 *   reject  not-short-axis   *the network is less sure of the wall, its passes differ
 *                             more, or the ventricle is longer in the plane than in any
 *                             of these: another organ, another plane, noise
 *
 * More than in all, or any: beyond the outer fence (measure/confidence.h).
 *
 * The verdict is the worst of the rules that apply.
 *
 * How to add a rule: an enum value, a row in the table of quality.c, the test on the
 * labels there, its sentence in words.c, the row above and one in docs/confidence.md, a
 * label map in tests/unit/report/quality.c that breaks this rule and no other.
 */
#ifndef REPORT_QUALITY_H
#define REPORT_QUALITY_H

#include "image/image.h"
#include "measure/confidence.h"

enum { QUALITY_MIN_SLICES = 3, QUALITY_MIN_ORDERED = 4 };
#define QUALITY_MIN_SPAN_MM 40.0
#define QUALITY_MAX_SPAN_MM 150.0
#define QUALITY_MIN_WIDTH_MM 50.0
#define QUALITY_MAX_WIDTH_MM 100.0
#define QUALITY_MAX_STRAY 0.05
#define QUALITY_MAX_DIP 0.12

enum quality_verdict {
    QUALITY_ACCEPT,
    QUALITY_REVIEW, /* a person should look */
    QUALITY_REJECT, /* the numbers mean nothing */
};

enum quality_reason {
    QUALITY_HEART_NOT_FOUND,
    QUALITY_NO_MYOCARDIUM,
    QUALITY_FEW_SLICES,
    QUALITY_GAP,
    QUALITY_IMAGE_EDGE,
    QUALITY_NO_BLOOD_POOL,
    QUALITY_OPEN_RING,
    QUALITY_SHORT_STACK,
    QUALITY_LONG_STACK,
    QUALITY_ODD_WIDTH,
    QUALITY_OUT_OF_ORDER,
    QUALITY_SLICES_LEFT_OUT,
    QUALITY_PIECES_LEFT_OUT,
    QUALITY_TWO_ORIENTATIONS,
    QUALITY_WIDE_SPREAD, /* from here on by a calibration */
    QUALITY_SLICES_DISAGREE,
    QUALITY_PERHAPS_NOT_LGE,
    QUALITY_NOT_LGE,
    QUALITY_NOT_SHORT_AXIS,
    QUALITY_REASONS
};

struct quality {
    enum quality_verdict verdict;
    bool reason[QUALITY_REASONS]; /* which rules apply */
};

/**
 * Apply the rules.
 *
 * @param labels       slices along axis 2; borrowed
 * @param heart_found  what the prediction said
 * @param[out] out     written only on success
 * Errors:  ERR_ARG (empty map), ERR_NOMEM
 * Cost:    O(voxels)
 * Tests:   tests/unit/report/quality.c
 */
bool report_quality(const struct labels *labels, bool heart_found, struct quality *out,
                    struct err *err) ATTR_MUST_USE;

/** Add that slices of the series were left out of the stack. */
void report_quality_left_out(struct quality *quality);

/** Add that other pieces hold `stray` of the myocardium of the one that was kept
 * (unet/predict.h).  Tests: tests/unit/report/quality.c */
void report_quality_stray(struct quality *quality, double stray);

/** Add what the header of the image's file says to the verdict on the shape.
 *  Tests: tests/unit/report/quality.c */
void report_quality_forms(struct quality *quality, const struct nifti_forms *forms);

/** The same without the rules that need a calibration: as it was before
 *  report_quality_judge(). */
struct quality report_quality_shape(const struct quality *quality);

/** Add what the model's calibration says to the verdict on the shape.
 *  Tests: tests/unit/report/quality.c */
void report_quality_judge(struct quality *quality,
                          const struct measure_judgement *judgement);

/** "accept", "review", "reject". */
const char *report_verdict_text(enum quality_verdict verdict);

/** The rule's name in files ("open-ring"); as a sentence it stands in report/words.h.
 */
const char *report_reason_name(enum quality_reason reason);

#endif
