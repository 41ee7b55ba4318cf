/*
 * nifti_source.h - the bytes of a file or of memory, unpacked if they are gzipped.
 *
 * Layer:  image; used by the NIfTI reader alone.
 * Thread: a source belongs to one thread.
 * Source: RFC 1952 (gzip).  A file may hold several members one after the other.
 */
#ifndef IMAGE_NIFTI_SOURCE_H
#define IMAGE_NIFTI_SOURCE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct nifti_source; /* all memory it will ever use is allocated when it is opened */

/** Errors: ERR_IO (missing, unreadable, not a regular file; names the file),
 *  ERR_FORMAT (empty), ERR_NOMEM */
bool nifti_source_open_file(const char *path, struct nifti_source **out,
                            struct err *err) ATTR_MUST_USE;

/** `data` is borrowed until the source is closed. */
bool nifti_source_open_memory(const void *data, size_t size, struct nifti_source **out,
                              struct err *err) ATTR_MUST_USE;

bool nifti_source_is_gzip(const struct nifti_source *s);

/** Most bytes that this source can still give; deflate cannot shrink data to less than
 *  a 1032nd part.  Tells a lying header before memory is allocated for it. */
uint64_t nifti_source_at_most(const struct nifti_source *s);

/** Read exactly `size` bytes.
 *  Errors: ERR_FORMAT (ends early, damaged gzip), ERR_IO; the file is not named */
bool nifti_source_read(struct nifti_source *s, void *buffer, size_t size,
                       struct err *err) ATTR_MUST_USE;

/** Pass over `size` bytes. */
bool nifti_source_skip(struct nifti_source *s, uint64_t size,
                       struct err *err) ATTR_MUST_USE;

/** Read to the end, so that a gzip checksum after the last voxel is verified.
 *  Errors: as read; ERR_FORMAT if 16 MiB of unexplained bytes follow */
bool nifti_source_finish(struct nifti_source *s, struct err *err) ATTR_MUST_USE;

void nifti_source_close(struct nifti_source *s);

#endif
