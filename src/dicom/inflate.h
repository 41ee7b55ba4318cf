/*
 * inflate.h - what a deflated data set holds.
 *
 * Why:    the transfer syntax "deflated explicit little endian" packs all attributes; a
 *         few bytes can stand for a thousand times as many, so there is a limit.
 * Layer:  dicom.
 * Source: RFC 1951; PS3.5 annex A.5.
 */
#ifndef DICOM_INFLATE_H
#define DICOM_INFLATE_H

#include <stddef.h>
#include <stdint.h>

#include "base/file.h"

C_API_BEGIN

/** How many bytes this many packed ones may become: 4 MiB and a hundred times as many,
 *  at most 512 MiB.  Deflate could make a thousand times as many. */
size_t dicom_inflate_limit(uint64_t packed);

/**
 * Inflate raw deflate data (without the header of zlib or gzip).
 *
 * @param data, size  bytes behind the end of the packed data are left alone
 * @param limit       most bytes to be made
 * @param[out] out    owned by the caller (bytes_clear)
 * Errors:  ERR_FORMAT (damaged, ends early), ERR_SUPPORT (more than `limit`), ERR_NOMEM
 * Tests:   tests/unit/dicom/inflate.c
 */
bool dicom_inflate(const void *data, size_t size, size_t limit, struct bytes *out,
                   struct err *err) ATTR_MUST_USE;

C_API_END

#endif
