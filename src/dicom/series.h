/*
 * series.h - from frames in any order to stacks of slices, and from a stack to an
 * image.
 *
 * Why:    a series may hold several volumes (magnitude and phase, several orientations,
 *         many phases); its files come in no order; and the distance between slices is
 *         what their positions say, never what the thickness says.
 * Layer:  dicom.
 * Thread: pure functions, but dicom_stack_image() (files.h).
 *
 * A stack is the frames of one series of one patient's study that have the same frame
 * of reference, orientation, size, spacing of pixels, and kind of signal; or of several
 * series of one slice each that agree in all this, and in description and protocol:
 * each breath-hold is a series on some scanners.  Of those of which no other slice has
 * just the same name, names may differ in digits.  Its slices are sorted by the
 * projection of their position on the normal.  Copies of one instance count once;
 * frames of one instance that differ in position, direction or size are no copies, and
 * no image is made of their stacks: nobody knows which are right.  Several frames at
 * one position (a repeated slice, phases in time): the one acquired last is the slice,
 * since who repeats a slice was not content with the first; how many there are decides
 * what the stack can be (choose.h).
 */
#ifndef DICOM_SERIES_H
#define DICOM_SERIES_H

#include "dicom/scan.h"

C_API_BEGIN

/* What the numbers of an inversion-recovery image are. */
enum dicom_signal {
    DICOM_MAGNITUDE,
    DICOM_PHASE_SENSITIVE, /* real part after phase correction: PSIR */
    DICOM_PHASE,
    DICOM_OTHER_SIGNAL /* imaginary, maps, ... */
};

enum { DICOM_MAX_STACKS_OF_SERIES = 256 };

/* A slice may be this far from the image's even grid, in parts of the spacing. */
#define DICOM_MAX_OFF_GRID 0.1

struct dicom_stack {
    size_t header, member; /* of the scan: series and file of the first slice */
    size_t *plane;         /* owned; [planes], of the scan: the slices, sorted */
    size_t planes;         /* 0 for what is no image */
    bool placed;           /* in patient space; else nothing below but `signal` */
    enum dicom_signal signal;
    double normal[3];
    double spacing_mm;  /* the usual step between neighbours; NAN for one slice */
    double off_grid_mm; /* how far a slice is from an even grid */
    size_t frames;      /* with repeats, without copies */
    size_t repeats;     /* most frames at one position */
    size_t copies;      /* left out: a file was there twice */
    size_t gaps;        /* slices that are missing between the first and the last */
    bool clash;         /* one instance UID, different positions or sizes */
    size_t inversions, triggers; /* different inversion and trigger times */
};

struct dicom_stacks {
    struct dicom_stack *stack; /* owned; in the order in which they were found */
    size_t count;
};

/**
 * Sort the frames of a scan into stacks.
 *
 * @param[out] out  owned by the caller (dicom_stacks_clear)
 * Errors:  ERR_NOMEM; ERR_SUPPORT (more than DICOM_MAX_STACKS_OF_SERIES)
 * Cost:    O(frames * (log(frames) + stacks of a series))
 * Tests:   tests/unit/dicom/series.c
 */
bool dicom_stacks_find(const struct dicom_scan *scan, struct dicom_stacks *out,
                       struct err *err) ATTR_MUST_USE;

void dicom_stacks_clear(struct dicom_stacks *stacks);

/**
 * The grid of a stack in image.h's frame (RAS+), from its first and last position.
 *
 * Errors:  ERR_FORMAT (no positions; `clash`; slices missing; uneven by more than
 *          DICOM_MAX_OFF_GRID of the spacing; what grid_check() refuses)
 */
bool dicom_stack_grid(const struct dicom_scan *scan, const struct dicom_stack *stack,
                      struct grid *out, struct err *err) ATTR_MUST_USE;

/**
 * Read a stack's pixels.
 *
 * @param[out] image, source  owned by the caller (image_clear, dicom_source_clear)
 * Errors:  those of dicom_stack_grid() and dicom_files_pixels()
 */
bool dicom_stack_image(const struct dicom_scan *scan, const struct dicom_stack *stack,
                       struct image *image, struct dicom_source *source,
                       struct err *err) ATTR_MUST_USE;

/** Does any of these words stand in the text, whatever their case?  Words are separated
 *  by a bar: "psir|ps_".  A word that begins (ends) with a space only matches where no
 *  letter stands before (after) it. */
bool dicom_text_has(const char *text, const char *words);

C_API_END

#endif
