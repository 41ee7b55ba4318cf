/*
 * choose.h - which stacks of a study are short-axis LGE, and why the others are not.
 *
 * Why:    a study of the heart holds some thirty series; one or two of them are to be
 *         measured, and nobody should have to say which.
 * Layer:  dicom.
 * Thread: pure functions.
 *
 * The rules are tables in choose.c, tried in order; the first that holds decides:
 *   - what is no MR image, or cannot be read as one;
 *   - several frames at one position are a cine, a TI scout, a map's source or
 *     perfusion;
 *   - what the series calls itself (description, protocol unless it is GE's, which is
 *     that of the whole examination, sequence), in the words that
 *     vendors and hospitals use, in English and some German and French;
 *   - an inversion pulse or an inversion time makes late enhancement of the rest;
 *   - of late enhancement, orientation tells the short axis: by its name, else by a
 *     normal within DICOM_SHORT_AXIS_DEG of the heart's usual long axis.
 *
 * Magnitude and phase-sensitive images of one acquisition (same study, frame of
 * reference and positions; one may lack some) are twins: one of them is taken.  That is
 * the preferred one, unless it cannot be measured or has fewer slices.
 *
 * A stack of short-axis LGE that is not taken, nor its twin, is refused: somebody is
 * waiting for its result.  What lies beside a taken stack in its series, of the same
 * signal (a slice of another size, tilted, without a position), is left out of it.
 */
#ifndef DICOM_CHOOSE_H
#define DICOM_CHOOSE_H

#include "dicom/series.h"

C_API_BEGIN

enum dicom_kind {
    DICOM_KIND_LGE_SHORT_AXIS,
    DICOM_KIND_LGE_LONG_AXIS,
    DICOM_KIND_LGE_OTHER, /* axial, coronal, whole heart */
    DICOM_KIND_LOCALISER,
    DICOM_KIND_CINE,
    DICOM_KIND_TI_SCOUT,
    DICOM_KIND_MAP,
    DICOM_KIND_PERFUSION,
    DICOM_KIND_FLOW,
    DICOM_KIND_ANATOMY, /* T2, black blood, HASTE, angiography, ... */
    DICOM_KIND_PHASE,   /* phase images, imaginary parts */
    DICOM_KIND_DERIVED, /* a screenshot, a reformat */
    DICOM_KIND_OTHER_MR,
    DICOM_KIND_UNREADABLE, /* an MR image that this program does not read */
    DICOM_KIND_NOT_MR,     /* another modality */
    DICOM_KIND_RESULT,     /* a segmentation, a report, a document */
    DICOM_KIND_COUNT
};

enum dicom_prefer { DICOM_PREFER_PSIR, DICOM_PREFER_MAGNITUDE };

/** "psir" or "magnitude".  Errors: ERR_ARG. */
bool dicom_prefer_parse(const char *word, enum dicom_prefer *out,
                        struct err *err) ATTR_MUST_USE;

enum { DICOM_MIN_SLICES = 3 }; /* of a short-axis stack */

/* How far the normal of a short axis may be from the usual long axis of the heart. */
#define DICOM_SHORT_AXIS_DEG 45.0

/* The texts hold nothing that tells whose heart it is. */
struct dicom_choice {
    enum dicom_kind kind;
    bool taken;     /* quantify measures it */
    bool refused;   /* it would, but for `why`, and takes nothing in its place */
    bool left_out;  /* taken, but slices of its series or its twin's are not in it */
    int64_t twin;   /* index of the stack of the same acquisition, or -1 */
    char why[160];  /* one clause */
    char note[400]; /* taken, but somebody should know: clauses; or "" */
};

/** "LGE short axis", "cine", ...: as info prints it. */
const char *dicom_kind_name(enum dicom_kind kind);

/**
 * Judge every stack of a scan.
 *
 * @param[out] choice  [stacks->count]
 * Cost:   O(stacks^2) for twins
 * Tests:  tests/unit/dicom/choose.c
 */
void dicom_choose(const struct dicom_scan *scan, const struct dicom_stacks *stacks,
                  enum dicom_prefer prefer, struct dicom_choice *choice);

enum { DICOM_CASE_ID = 64 };

/**
 * A name for the results of a stack: "s" and the series number, "-", and twelve hex
 * digits of the SHA-256 of the series UID (and, where a series holds several stacks,
 * the number of the stack).  The same series has the same name everywhere, and the name
 * says nothing of the patient.
 */
bool dicom_case_id(const struct dicom_scan *scan, const struct dicom_stacks *stacks,
                   size_t stack, char id[AT_LEAST(DICOM_CASE_ID)],
                   struct err *err) ATTR_MUST_USE;

C_API_END

#endif
