/*
 * seg.h - the labels as a DICOM Segmentation: what a PACS shows over the images.
 *
 * Why:    a contour that stays in one program is no use to the hospital.
 * Layer:  dicom.
 * Thread: pure function of its arguments.
 */
#ifndef DICOM_SEG_H
#define DICOM_SEG_H

#include "dicom/code.h"
#include "dicom/maker.h"
#include "dicom/source.h"

/**
 * Write a binary segmentation.
 *
 * Segments, numbered in this order: the left ventricle's myocardium (its scar included,
 * so that the segment's volume is the myocardium's), scar (no-reflow included; so it
 * overlaps with the first), and where asked for the blood pools and the no-reflow
 * within the scar.  Frames are on the source's grid, sorted by segment and slice.
 * Slices without a voxel of a segment are left out; a segment without any voxel keeps
 * one empty frame, so that "none was found" is said.
 *
 * @param path     of the file, written atomically
 * @param labels   on source->grid
 * @param parts    set of optional parts, 1u << DICOM_LV_BLOOD, 1u << DICOM_RV_BLOOD and
 *                 1u << DICOM_NO_REFLOW
 * @param[out] uid of the instance; from its content (see dicom_encode_write())
 * Errors:  ERR_ARG  the labels are on another grid, or a source without slices;
 *          ERR_SUPPORT  more frames than fit;  ERR_IO, ERR_NOMEM;  name the file
 * Cost:    about 2 ms for 12 slices of 256 x 256
 * Source:  DICOM PS3.3 A.51, C.8.20
 * Tests:   tests/unit/dicom/seg.c, tests/cli/dicom-write.t
 */
bool dicom_seg_write(const char *path, const struct dicom_source *source,
                     const struct labels *labels, const struct dicom_maker *maker,
                     unsigned parts, char uid[AT_LEAST(DICOM_UID_SIZE)],
                     struct err *err) ATTR_MUST_USE;

/** Identifier of the series that the file goes to.  Errors: ERR_NOMEM. */
bool dicom_seg_series(const struct dicom_source *source,
                      const struct dicom_maker *maker,
                      char uid[AT_LEAST(DICOM_UID_SIZE)],
                      struct err *err) ATTR_MUST_USE;

/** Number in the file of a part, from 1; 0 if it is not there. */
int dicom_seg_number(unsigned parts, enum dicom_part part);

#endif
