/*
 * complete.h - is everything there that the PACS said there was?
 *
 * Why:    a stack without a slice has another volume, and where the slice is the last
 *         one nothing else tells that it is missing.  Files that came are not enough to
 *         count: the same instance twice is one.
 * Layer:  dicom.
 * Thread: pure function.
 */
#ifndef DICOM_COMPLETE_H
#define DICOM_COMPLETE_H

#include "dicom/remote.h"
#include "dicom/scan.h"

C_API_BEGIN

/**
 * Does the scan hold, of every series in the list, as many instances with different SOP
 * Instance UIDs as the list says (one, if it does not say)?  More are fine.
 *
 * Errors:  ERR_FORMAT (it names the series, and how many are there), ERR_NOMEM
 * Cost:    O(n log n) for n instances
 * Tests:   tests/unit/dicom/complete.c
 */
bool dicom_complete_check(const struct dicom_scan *scan,
                          const struct dicom_remote_list *list,
                          struct err *err) ATTR_MUST_USE;

C_API_END

#endif
