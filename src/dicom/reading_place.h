/*
 * reading_place.h - where a reader's regions lie on a series: voxels of its slices.
 *
 * Why:    masks come in any order of frames, with rows and columns that may run
 *         otherwise, and contours in millimetres; only their place in the patient says
 *         which voxels are meant.  What lies elsewhere was drawn on another image, and
 *         is refused rather than moved.
 * Layer:  dicom.
 * Thread: pure function.
 */
#ifndef DICOM_READING_PLACE_H
#define DICOM_READING_PLACE_H

#include "dicom/reading.h"
#include "dicom/source.h"

C_API_BEGIN

/* A mask or contour may be this far from its slice, in parts of their spacing. */
#define DICOM_READING_OFF_SLICE 0.1
/* Centres of a mask's pixels may be this far from those of the image, in pixels. */
#define DICOM_READING_OFF_PIXEL 0.25

/** May two frames of reference be one?  One that is not told ("") may be any. */
bool dicom_reading_same_frame(const char *a, const char *b);

/**
 * Set the voxels of a region.
 *
 * A mask's frame goes to the slice that it lies on, its rows and columns along those of
 * the image in either direction or across; a frame without a set pixel is no matter.
 * Contours of one region and slice make an outline by the even-odd rule
 * (geom/polygon.h), so that one within another is a hole.
 *
 * @param mask  [slices][rows][columns] of `source`; 1 is written where the region is,
 *              the others stay as they are
 * Errors:  ERR_ARG (no such region), ERR_FORMAT (another frame of reference; a frame or
 *          contour that is on no slice, by its distance; other pixels, or between those
 *          of the image; outside of the image; a contour that is not closed and
 *          planar), ERR_NOMEM.  They name frame or contour, not the file; then `mask`
 *          is partly written
 * Cost:    O(pixels of the masks + points * rows + voxels)
 * Tests:   tests/unit/dicom/reading_place.c
 */
bool dicom_reading_place(const struct dicom_reading *reading, size_t region,
                         const struct dicom_source *source, uint8_t *mask,
                         struct err *err) ATTR_MUST_USE;

C_API_END

#endif
