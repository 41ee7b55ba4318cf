/*
 * jpeg.h - the size of a JPEG or JPEG-LS picture, before a decoder sees it.
 *
 * Why:    decoders allocate for the picture that the stream speaks of, which need not
 *         be the one that the file's attributes promise.
 * Layer:  dicom.
 * Thread: safe.
 */
#ifndef DICOM_JPEG_H
#define DICOM_JPEG_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

C_API_BEGIN

/** Does a picture begin here? */
bool dicom_jpeg_begins(const uint8_t *data, size_t size);

/**
 * Look at the markers before the first scan.
 *
 * @param rows, columns  what the picture must measure
 * @param bits           a sample may have at most
 * Errors:  ERR_FORMAT (damaged, another size, more bits), ERR_SUPPORT (more than one
 *          component)
 * Source:  ITU-T T.81 annex B; ITU-T T.87 annex C.
 * Tests:   tests/unit/dicom/jpeg.c
 */
bool dicom_jpeg_check(const uint8_t *data, size_t size, int32_t rows, int32_t columns,
                      int32_t bits, struct err *err) ATTR_MUST_USE;

C_API_END

#endif
