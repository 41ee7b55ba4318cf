/*
 * reading.h - what a reader has drawn on a series: a DICOM Segmentation or the contours
 * of an RT Structure Set.
 *
 * Why:    core labs hand on their readings as DICOM objects, from many programs; here
 *         they become regions in patient space, checked, whatever made them.
 * Layer:  dicom.
 * Thread: one (files.h).
 *
 * A region is a segment, or a structure (ROI).  A segmentation has masks: frames with a
 * bit for each pixel.  Of fractional ones a bit is set from half of the maximum on.  A
 * structure set has contours: points in mm.
 *
 * Not read: label maps (Supplement 243), surfaces, compressed binary masks.
 *
 * Limits:  those below and of files.h.  A name may tell who the patient is; messages of
 *          this room do not carry it.
 */
#ifndef DICOM_READING_H
#define DICOM_READING_H

#include "dicom/object.h"
#include "dicom/view.h"

C_API_BEGIN

enum {
    DICOM_MAX_REGIONS = 1024,
    DICOM_MAX_CONTOURS = 100000,
    DICOM_MAX_POINTS = 2000000, /* of all contours */
    DICOM_MAX_REFERENCES = 200000
};
#define DICOM_MAX_MASK_PIXELS UINT64_C(1073741824) /* of all masks */

#define DICOM_SEG_CLASS "1.2.840.10008.5.1.4.1.1.66.4"
#define DICOM_SURFACE_SEG_CLASS "1.2.840.10008.5.1.4.1.1.66.5"
#define DICOM_LABELMAP_CLASS "1.2.840.10008.5.1.4.1.1.66.7"
#define DICOM_RTSTRUCT_CLASS "1.2.840.10008.5.1.4.1.1.481.3"

struct dicom_region {
    int32_t number;
    char name[DICOM_TEXT];
    char type[DICOM_CODE], scheme[DICOM_CODE]; /* code of what it is, or "" */
    char place[DICOM_CODE];                    /* code of where it lies, or "" */
    char frame_of_reference[DICOM_UID];        /* or "" */
    int32_t automatic; /* 1: a program drew it, and nobody corrected it, as it says */
};

/* A frame of a segmentation. */
struct dicom_mask {
    int32_t region;           /* index */
    int32_t number;           /* of the frame, from 1 */
    double position_mm[3];    /* LPS */
    double orientation[6];    /* two unit vectors at right angles */
    double row_mm, column_mm; /* between rows, between columns */
};

struct dicom_contour {
    int32_t region; /* index */
    int32_t number; /* in its region, from 1 */
    int32_t closed; /* 1: in one plane, its last point joined to the first; else 0 */
    int32_t count;  /* points */
    uint64_t first; /* index of the first */
};

struct dicom_reference {
    char uid[DICOM_UID];
};

/* All-zero is empty.  Arrays are owned. */
struct dicom_reading {
    char creator[DICOM_NAME]; /* who made it, as the file says; or "" */
    char label[DICOM_TEXT];   /* what it calls itself */
    struct dicom_region *region;
    size_t regions;
    int32_t rows, columns; /* of the masks */
    struct dicom_mask *mask;
    size_t masks;
    uint8_t *bits; /* [masks][rows][columns], the first in the lowest bit, no gaps */
    struct dicom_contour *contour;
    size_t contours;
    double (*point)[3]; /* LPS, mm */
    size_t points;
    struct dicom_reference *series, *instance; /* that it was drawn on; sorted */
    size_t all_series, instances;
};

/** Is this the SOP class of a reading?  Of one that is not read, too. */
bool dicom_reading_is(const char *sop_class);

/**
 * Read a file, in a child process with limits.
 *
 * @param[out] out  owned by the caller (dicom_reading_clear)
 * Errors:  ERR_FORMAT (not what its class says: frames without a place, segments or
 *          structures that are not there, points that are no numbers, ...), ERR_SUPPORT
 *          (a class, a kind of segmentation or a compression that is not read; the
 *          limits above), ERR_IO, ERR_NOMEM; they name the file
 * Source:  DICOM PS3.3 C.8.20 (segmentation), C.8.8.5, C.8.8.6 (structures, contours)
 * Tests:   tests/unit/dicom/reading.c, tests/cli/import_dicom.t, tests/fuzz/reading.c
 */
bool dicom_reading_read(const struct dicom_place *place, struct dicom_reading *out,
                        struct err *err) ATTR_MUST_USE;

void dicom_reading_clear(struct dicom_reading *reading);

/** The same of an opened file, with its pixels; in this process.  Errors: as above, but
 *  they do not name the file. */
bool dicom_reading_parse(struct dicom_parsed *parsed, struct dicom_reading *out,
                         struct err *err) ATTR_MUST_USE;

/** Do its parts keep their promises?  For what comes through a pipe.  Errors:
 *  ERR_FORMAT. */
bool dicom_reading_check(const struct dicom_reading *reading,
                         struct err *err) ATTR_MUST_USE;

/** Bytes of `bits`. */
size_t dicom_reading_bytes(const struct dicom_reading *reading);

C_API_END

#endif
