/*
 * segments.h - the left ventricle by AHA segment: how thick, how scarred, how deep.
 *
 * Why:    prognosis hangs on where scar lies and how deep it reaches, not only on how
 *         much there is; and the thickest wall decides on treatment in hypertrophic
 *         cardiomyopathy.
 * Layer:  measure (may use base, image, geom; see LAYERS).
 * Thread: pure functions, no globals; safe to call concurrently.
 *
 * Definitions.  Slices run along the third axis of the grid (geom/orient.h brings them
 * there); all is measured in their plane, in mm.
 *
 *   cavity     LV blood (label 1), and what the LV encloses in a slice: contours
 *              without a class for blood are measured too.  10 mm2 at least.
 *
 *   apex       lies at the end of the stack for which two votes speak.  The cavity
 *              becomes smaller towards it: among the slices with wall, the cavity's
 *              mean position lies on the side of the base, by so many lengths of the
 *              LV.  And it points left, forward and down in the patient: 0.08 lengths
 *              times the cosine to that direction, nothing without orientation in the
 *              header.  If neither tells, the last slice is the apical one.
 *
 *   levels     the length of the LV reaches from the first to the last slice with wall
 *              and cavity.  Slice s of n, from the base from 0, is basal where
 *              s + 1/2 < n/3, mid where < 2n/3, else apical; a single one is mid.
 *              Wall beyond the end of the cavity is the apex, segment 17; wall above
 *              its beginning is basal.  If no slice has a cavity, the slices with wall
 *              are the length, and there is no segment 17.
 *
 *   picture    slices are looked at from the apex, as the AHA draws them: anterior
 *              wall up, septum left.  It is made in the patient's space, so that stored
 *              order, mirroring, turns in the plane and oblique planes change nothing.
 *
 *   angle_deg  0 is the direction to the patient's left, brought into the slices (about
 *              the lateral wall, right in the usual display).  It grows anticlockwise
 *              in the picture: about 90 anterior, 180 septum, 270 inferior.  In slices
 *              that face the patient's left to 6 degrees, 0 is the back.  Where the
 *              axes of the grid run along those of the body to a degree, as converters
 *              write that lost the position, 90 is forward whatever the order of
 *              slices; where they all grow along those of RAS, too, the picture as
 *              stored is taken for the usual display: 0 is right, along the rows, 90
 *              is up.
 *
 *   centre     of the angles, per slice: the centroid of wall and cavity.  A slice
 *              whose wall does not go all round (outflow tract) takes that of the
 *              nearest whose wall does; of two as near, of the more apical.
 *
 *   reference  the anterior insertion of the right ventricle; one angle for the heart.
 *              MEASURE_BY_RV: the mean over basal and mid slices (others only if none
 *              of these tells) of the first direction, anticlockwise, in which RV blood
 *              (label 5) lies within 5 mm (two pixels, if that is more) of the wall,
 *              less 4 mm along the outside of the wall for the RV's own wall.
 *              MEASURE_BY_PATIENT, without an RV that tells: operators turn the picture
 *              so that the insertion lies upper left; so, 125 degrees from the axis of
 *              the grid (rows or columns, either way) that points most to the patient's
 *              left.  A guess: see Limits.
 *
 *   segments   sectors from the reference anticlockwise.  Basal and mid 60 degrees
 *              each: 2, 3, 4, 5, 6, 1, and 7 to 12 likewise.  Apical 90 degrees each,
 *              the septal one round the middle of the septum: 14 from 15 to 105, then
 *              15, 16, 13.  Every voxel of myocardium is counted in one segment, by its
 *              centre: their volumes sum to those of measure_lv().
 *
 *   chord      a line across the wall, in the slice, at a right angle to its middle
 *              line: MEASURE_CHORDS in each slice with a cavity, equally spaced (see
 *              measure/chords.h).  It is counted where its middle lies.  None where the
 *              wall is open, and none in slices without a cavity.
 *
 *   thickness  the length of a chord.  Papillary muscles belong to the cavity in our
 *              labels; where a reader drew them as wall, they are left out as long as
 *              there is blood behind them.
 *
 *   transmurality
 *              the scarred share of a chord (labels 3 and 4).  0 in a segment without
 *              scar, though a chord that lies askew may reach into the next one's.
 *
 *   thirds     shares of the scar's volume by depth, along rays from the cavity's
 *              centre; scar where no ray meets wall is left out, so the three sum to 1.
 *
 *   islands    pieces of scar, 26-connected, of MEASURE_ISLAND_MIN_ML or more; the
 *              largest is the largest of all.
 *
 *   score      scar in per cent of the segment's myocardium, rounded to a whole number:
 *              0: 0; 1: 1 to 25; 2: 26 to 50; 3: 51 to 75; 4: 76 to 100.
 *
 * A cap without cavity has no thickness by chords: wall_mm, wall_max_mm, transmurality
 * and transmurality_max of a segment without a chord are NaN; its volumes, per cent and
 * score are there.
 *
 * Limits.  A ring of 10 mm read from pixels of 1.45 mm: a segment's mean wall is right
 * to 0.13 mm, its maximum to 0.42 mm, transmurality to 0.012, volume to 3 per cent.
 *
 * Thickness is in the slice, as readers measure it: where the wall runs
 * obliquely through it (apex), it is longer than at a right angle.  In simulated hearts
 * the maximum per segment is 0.1 mm too large at mid level, 1.3 mm in apical segments.
 *
 * The reference from the RV is 2.3 degrees off on average in simulated hearts, 10 at
 * worst; they draw the RV as we look for it, so real readings will be worse.  The guess
 * without an RV is 12 degrees off on average there, 57 at worst
 * (docs/evidence/segments.md); in the pictures of twenty EMIDEC patients, by eye, about
 * 10 degrees in most and 35 in two.  A segment is 60 wide: give the angle where it
 * matters.
 */
#ifndef MEASURE_SEGMENTS_H
#define MEASURE_SEGMENTS_H

#include "image/image.h"

enum { MEASURE_SEGMENTS = 17, MEASURE_CHORDS = 120 };

/* Pieces of scar below this are not counted as islands: some five voxels of 1.5 x 1.5 x
 * 8 mm.  They do count as scar. */
#define MEASURE_ISLAND_MIN_ML 0.1

enum measure_level {
    MEASURE_BASAL,  /* segments 1-6 */
    MEASURE_MID,    /* 7-12 */
    MEASURE_APICAL, /* 13-16 */
    MEASURE_APEX,   /* 17 */
    MEASURE_NO_LEVEL,
};

/* From where the angles of a slice are counted: the anterior insertion of the RV. */
enum measure_reference {
    MEASURE_BY_RV,      /* from the right ventricle in the labels */
    MEASURE_BY_ANGLE,   /* given by the user */
    MEASURE_BY_PATIENT, /* from how the picture lies in the patient: a guess */
};

struct measure_segment {
    bool present; /* some myocardium lies in it; else the numbers are NaN, score 0 */
    double myocardium_ml, scar_ml;
    double scar_percent;                     /* of its myocardium */
    double wall_mm, wall_max_mm;             /* mean and maximal thickness */
    double transmurality, transmurality_max; /* 0..1: scarred share of a chord; mean
                                                over the chords that meet scar (0 if
                                                none), maximal */
    int32_t score; /* 0: 0 %, 1: 1-25, 2: 26-50, 3: 51-75, 4: 76-100 % scar */
};

struct measure_segments_options {
    bool has_angle;   /* use `angle_deg` instead of looking for the RV */
    double angle_deg; /* of the anterior insertion, any finite number of degrees */
};

/* All-zero is empty. */
struct measure_lv_shape {
    enum measure_reference reference;
    double angle_deg;          /* of the anterior insertion, in [0, 360) */
    enum measure_level *level; /* owned; [n_slices] */
    int32_t n_slices;
    struct measure_segment segment[MEASURE_SEGMENTS]; /* [0] is segment 1 */
    double wall_max_mm;                       /* of all chords; NaN without any */
    int32_t wall_max_slice, wall_max_segment; /* slice from 0, segment from 1; -1, 0 if
                                                 none */
    double share_subendocardial, share_midwall,
        share_subepicardial;  /* of scar volume, by
         thirds of the wall; NaN without scar */
    int32_t islands;          /* of scar, of MEASURE_ISLAND_MIN_ML or more */
    double largest_island_ml; /* 0 without scar */
};

/**
 * Measure the LV by segment.
 *
 * @param labels    borrowed, on the native grid, slices along axis 2
 * @param options   borrowed; NULL is all-zero
 * @param[out] out  owned by the caller (measure_segments_clear); written only on
 *                  success
 * Errors:  ERR_ARG (empty map, an angle that is not finite), ERR_NOMEM
 * Cost:    25 ms for 256 x 256 x 12; three bytes a voxel, or six
 * Source:  Cerqueira et al., Circulation 2002;105:539-542, doi 10.1161/hc0402.102975
 *          (levels, sectors, names); Sheehan et al., Circulation 1986;74:293-305, doi
 *          10.1161/01.cir.74.2.293 (chords); Kim et al., N Engl J Med 2000;343:1445,
 *          doi 10.1056/NEJM200011163432003 (transmural extent in quarters).
 * Tests:   tests/unit/measure/segments.c (rings, wedges, shells, cones of known size
 *          to 1 %; turned, mirrored, oblique, anisotropic copies; sums against
 *          measure_lv)
 */
bool measure_segments(const struct labels *labels,
                      const struct measure_segments_options *options,
                      struct measure_lv_shape *out, struct err *err) ATTR_MUST_USE;

void measure_segments_clear(struct measure_lv_shape *shape);

/** "basal", "mid", "apical", "apex"; NULL for MEASURE_NO_LEVEL. */
const char *measure_level_name(enum measure_level level);

/** "rv", "angle", "patient". */
const char *measure_reference_name(enum measure_reference reference);

#endif
