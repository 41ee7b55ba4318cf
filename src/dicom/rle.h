/*
 * rle.h - DICOM's run-length encoding of one frame.
 *
 * Why:    DCMTK's decoder (3.6.7) reads beyond its input on damaged frames.
 * Layer:  dicom.
 * Thread: safe.
 */
#ifndef DICOM_RLE_H
#define DICOM_RLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

C_API_BEGIN

/**
 * Decode a frame of one sample a pixel.
 *
 * @param data, size  the frame: a header of 64 bytes and one segment for each byte of a
 *                    pixel, the most significant first
 * @param width       bytes of a pixel, 1 or 2
 * @param[out] value  [count], unsigned
 * Errors:  ERR_FORMAT (damaged; fewer bytes than pixels)
 * Source:  DICOM PS3.5, annex G.
 * Tests:   tests/unit/dicom/rle.c
 */
bool dicom_rle_decode(const uint8_t *data, size_t size, int width, size_t count,
                      int32_t *value, struct err *err) ATTR_MUST_USE;

C_API_END

#endif
