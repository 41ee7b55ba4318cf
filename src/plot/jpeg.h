/*
 * jpeg.h - grey images as JPEG, for pages that are looked at.
 *
 * Why:    deflate takes more than half of the time of a PDF report, and leaves noise
 *         nearly as large as it was; what is shown there is an enlarged picture of the
 *         image, not the image.
 * Layer:  plot; the only file that includes TurboJPEG's header.
 * Thread: safe.
 */
#ifndef PLOT_JPEG_H
#define PLOT_JPEG_H

#include <stdint.h>

#include "base/file.h"

/**
 * Encode grey levels as baseline JPEG (one component, no thumbnail, no time stamp).
 *
 * The bytes depend on the library's version; errors at quality 92 are half a grey
 * level of 256 in the mean, on enlarged images of EMIDEC.
 *
 * @param level    [height][width], row after row; borrowed
 * @param quality  1..100
 * @param[out] out to be cleared by the caller
 * Errors:  ERR_ARG (quality, an empty image, more than 65500 pixels a side), ERR_NOMEM
 * Cost:    about 0.1 ms for 80 000 pixels
 * Source:  ITU-T T.81
 * Tests:   tests/unit/plot/jpeg.c
 */
bool plot_jpeg_encode(const uint8_t *level, int32_t width, int32_t height, int quality,
                      struct bytes *out, struct err *err) ATTR_MUST_USE;

#endif
