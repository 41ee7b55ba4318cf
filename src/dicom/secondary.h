/*
 * secondary.h - pictures of a result as secondary captures, for any viewer.
 *
 * Why:    not every viewer draws segmentations; every one shows a picture.
 * Layer:  dicom.
 * Thread: pure function of its arguments.
 */
#ifndef DICOM_SECONDARY_H
#define DICOM_SECONDARY_H

#include "dicom/maker.h"
#include "dicom/source.h"
#include "dicom/uid.h"

/* Pictures of one size; borrowed. */
struct dicom_pictures {
    const uint8_t *rgb; /* [frames][rows][columns][3] */
    int32_t columns, rows, frames;
};

/**
 * Write pictures, in colour: one as a Secondary Capture, several as frames of a
 * Multi-frame True Color Secondary Capture.
 *
 * They have words on them ("Burned In Annotation"), and no place in the patient.
 *
 * Errors:  ERR_ARG (no picture, or a side above 65535), ERR_SUPPORT (more than 1 GiB),
 *          ERR_IO, ERR_NOMEM;  name the file
 * Source:  DICOM PS3.3 A.8.1, A.8.5
 * Tests:   tests/unit/dicom/secondary.c, tests/cli/dicom-write.t
 */
bool dicom_secondary_write(const char *path, const struct dicom_source *source,
                           const struct dicom_pictures *pictures,
                           const struct dicom_maker *maker,
                           struct err *err) ATTR_MUST_USE;

#endif
