/*
 * lost.h - files that are not DICOM, but should be.
 *
 * Why:    a slice whose copy was interrupted, or whose blocks the disk has lost, is
 *         empty, short or full of zeros.  Where it is the last of its stack, nothing
 *         else tells that it is missing.
 * Layer:  dicom.
 * Thread: pure function.
 */
#ifndef DICOM_LOST_H
#define DICOM_LOST_H

#include "dicom/scan.h"

C_API_BEGIN

/* A file that is not DICOM. */
struct dicom_stray {
    size_t place; /* of the scan */
    bool blank;   /* empty, or nothing but zeros */
};

/**
 * Was this file of one kind with the DICOM files beside it?
 *
 * It was if there are any in its folder (or archive), and it is blank or called alike:
 * the same extension, or without one the same name but for its digits; names of
 * hexadecimal digits alone are alike.
 *
 * @param stray      [count]
 * @param[out] lost  [count]
 * Errors:  ERR_NOMEM
 * Cost:    O(n log n) for n DICOM files
 * Tests:   tests/unit/dicom/lost.c
 */
bool dicom_lost_find(const struct dicom_scan *scan, const struct dicom_stray *stray,
                     size_t count, bool *lost, struct err *err) ATTR_MUST_USE;

C_API_END

#endif
