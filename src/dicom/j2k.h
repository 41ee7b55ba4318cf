/*
 * j2k.h - one JPEG 2000 picture of one component to integers.
 *
 * Why:    DCMTK has no decoder for it; OpenJPEG has, high throughput (Part 15)
 *         included.
 * Layer:  dicom.
 * Thread: safe.
 */
#ifndef DICOM_J2K_H
#define DICOM_J2K_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

C_API_BEGIN

/** Does a codestream (or a JP2 file) begin here? */
bool dicom_j2k_begins(const uint8_t *data, size_t size);

/**
 * Decode a picture.
 *
 * @param data, size     a codestream, or a JP2 file
 * @param rows, columns  what the picture must measure
 * @param[out] value     [rows][columns], as the codestream says: its own sign and bits
 * Errors:  ERR_FORMAT (damaged; another size), ERR_SUPPORT (more than one component,
 *          subsampled, above 16 bits), ERR_NOMEM
 */
bool dicom_j2k_decode(const uint8_t *data, size_t size, int32_t rows, int32_t columns,
                      int32_t *value, struct err *err) ATTR_MUST_USE;

C_API_END

#endif
