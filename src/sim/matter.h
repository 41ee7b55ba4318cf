/*
 * matter.h - what a plane through a simulated patient is made of.
 *
 * Why:    anatomy says what lies where, the scanner says how bright it is; this is all
 *         that they tell each other.
 * Layer:  sim (may use base, image, geom).
 * Thread: plain data.
 *
 * Heart frame: origin on the long axis of the left ventricle in its mitral plane; z
 * towards the apex, x towards the lateral wall (right in the image), y towards the
 * anterior wall (up in the image).  Lengths in mm, angles in degrees.
 */
#ifndef SIM_MATTER_H
#define SIM_MATTER_H

#include "image/image.h"

/* Tissues that differ in signal. */
enum sim_tissue {
    SIM_NONE, /* heart planes only: nothing of the heart, the body shows through */
    SIM_AIR,
    SIM_MUSCLE,
    SIM_FAT,
    SIM_BONE,   /* cortex */
    SIM_MARROW, /* fat with trabecular bone */
    SIM_LUNG,
    SIM_VESSEL, /* of the lung */
    SIM_LIVER,
    SIM_SPLEEN,
    SIM_KIDNEY,
    SIM_BOWEL,
    SIM_FLUID, /* gastric */
    SIM_PERICARDIUM,
    SIM_VALVE,      /* leaflets, fibrous ring: thin and dark */
    SIM_BLOOD,      /* cavities of the heart, great vessels */
    SIM_MYOCARDIUM, /* walls, papillary muscles, trabeculae; enhancement applies */
    SIM_TISSUES
};

/* A plane of points: point (i, j) lies at origin + i * column + j * row, in mm, in the
 * heart frame. */
struct sim_plane {
    double origin[3], column[3], row[3];
    int32_t columns, rows;
};

/* What the points of a plane are: three maps of [rows][columns], borrowed. */
struct sim_matter {
    uint8_t *tissue; /* enum sim_tissue */
    uint8_t *label;  /* enum label: the exact truth; papillary muscles and trabeculae
                        are LABEL_LV_BLOOD, the base as a core lab would trace it */
    float *scar;     /* SIM_MYOCARDIUM: enhancement e, 0 remote to about 1.3 core;
                        elsewhere 0 */
    float *diffuse;  /* SIM_MYOCARDIUM: diffuse variation of the extracellular volume,
                        mean 0, sd 1; elsewhere 0 */
};

/* How widely things are drawn. */
enum sim_mode {
    SIM_COHORT,  /* realistic priors: the study's patients */
    SIM_RANDOM,  /* widened ranges, for training: domain randomisation */
    SIM_CONTROL, /* the same patients as SIM_COHORT, but their scar gives no signal:
                    what is found in them was not seen */
    SIM_ACUTE,   /* as SIM_RANDOM, but usual walls with an acute infarct, or none */
    SIM_MODES
};

/** Widened scans, exact labels for training, no readers? */
static inline bool sim_mode_is_wide(enum sim_mode mode)
{
    return mode == SIM_RANDOM || mode == SIM_ACUTE;
}

/* Purposes of random streams: rng_make(seed, patient, purpose).  So a reader or a scan
 * can be drawn anew without changing the anatomy. */
enum sim_purpose {
    SIM_STREAM_PATIENT = 1,
    SIM_STREAM_HEART,
    SIM_STREAM_SCAR,
    SIM_STREAM_BODY,
    SIM_STREAM_SCAN,
    SIM_STREAM_NOISE,
    SIM_STREAM_READER, /* + number of the reader, 0 or 1 */
};

#endif
