/*
 * zip.h - the files of a zip archive, with limits.
 *
 * Why:    studies are handed over as one archive.  It is read as it lies: nothing is
 *         unpacked to the disk, so no name in it can become a path; files are known by
 *         their number alone.
 * Layer:  dicom.
 * Thread: one at a time for each archive.  Meant for a child process (guard.h).
 *
 * Limits (a small archive can speak of very much): DICOM_ZIP_MAX_FILES; what all files
 * take up together is no more than the archive; a file unpacks to no more than
 * dicom_inflate_limit(), all of them to no more than DICOM_ZIP_MAX_BYTES.
 */
#ifndef DICOM_ZIP_H
#define DICOM_ZIP_H

#include <stddef.h>

#include "base/file.h"

C_API_BEGIN

enum { DICOM_ZIP_MAX_FILES = 200000 };
#define DICOM_ZIP_MAX_BYTES ((uint64_t)16 * 1024 * 1024 * 1024)

struct dicom_zip;

/** Could these first bytes of a file be an archive? */
bool dicom_zip_looks_like(const void *head, size_t size);

/**
 * Open an archive and check all that it says of its files.
 *
 * @param[out] out  owned by the caller (dicom_zip_close)
 * Errors (they name the archive):  ERR_IO, ERR_FORMAT (damaged, files that lie over one
 *         another), ERR_SUPPORT (encrypted, packed by other means than deflate, more
 *         than the limits), ERR_NOMEM
 * Tests:  tests/unit/dicom/zip.c
 */
bool dicom_zip_open(const char *path, struct dicom_zip **out,
                    struct err *err) ATTR_MUST_USE;

/** NULL is fine. */
void dicom_zip_close(struct dicom_zip *zip);

/** Numbers of entries, folders included, run from 0 to this less one. */
size_t dicom_zip_count(const struct dicom_zip *zip);

/** Is this entry a file, not a folder? */
bool dicom_zip_is_file(const struct dicom_zip *zip, size_t entry);

/**
 * Unpack a file.
 *
 * @param[out] out  owned by the caller (bytes_clear)
 * Errors:  ERR_ARG (no such entry, a folder), ERR_FORMAT (damaged, another size or
 *          checksum than is told), ERR_NOMEM.   The file is not named.
 */
bool dicom_zip_read(struct dicom_zip *zip, size_t entry, struct bytes *out,
                    struct err *err) ATTR_MUST_USE;

C_API_END

#endif
