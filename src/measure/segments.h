/*
 * segments.h - the left ventricle by AHA segment: how thick, how scarred, how deep.
 *
 * (contract of struct and function; the file's owner completes the manual)
 */
#ifndef MEASURE_SEGMENTS_H
#define MEASURE_SEGMENTS_H

#include "image/image.h"

enum { MEASURE_SEGMENTS = 17, MEASURE_CHORDS = 120 };

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
    MEASURE_BY_PATIENT, /* from the directions of the patient's body: a guess */
};

struct measure_segment {
    bool present; /* some myocardium lies in it; else the numbers are NaN */
    double myocardium_ml, scar_ml;
    double scar_percent;                         /* of its myocardium */
    double wall_mm, wall_max_mm;                 /* mean and maximal thickness */
    double transmurality, transmurality_max;     /* 0..1: scarred share of a chord; mean over
                                                    the chords that meet scar (0 if none), maximal */
    int32_t score;                               /* 0: 0 %, 1: 1-25, 2: 26-50, 3: 51-75, 4: 76-100 % scar */
};

struct measure_segments_options {
    bool has_angle;
    double angle_deg; /* of the anterior RV insertion, see the manual for zero and sense */
};

struct measure_lv_shape {
    enum measure_reference reference;
    double angle_deg;           /* of the anterior insertion, mean over slices */
    enum measure_level *level;  /* owned; [n_slices] */
    int32_t n_slices;
    struct measure_segment segment[MEASURE_SEGMENTS]; /* [0] is segment 1 */
    double wall_max_mm;         /* of all chords; NaN without any */
    int32_t wall_max_slice, wall_max_segment; /* slice from 0, segment from 1; -1, 0 if none */
    double share_subendocardial, share_midwall, share_subepicardial; /* of scar volume, by thirds
                                                                        of the wall; NaN without scar */
    int32_t islands;            /* of scar, 26-connected, at least `island_min_ml` */
    double largest_island_ml;
};

bool measure_segments(const struct labels *labels,
                      const struct measure_segments_options *options,
                      struct measure_lv_shape *out, struct err *err) ATTR_MUST_USE;

void measure_segments_clear(struct measure_lv_shape *shape);

#endif
