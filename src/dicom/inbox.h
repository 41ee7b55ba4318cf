/*
 * inbox.h - a folder for what another machine sends, under names of our own.
 *
 * Why:    identifiers that come over the network never become paths, and nobody fills
 *         the disk without end.
 * Layer:  dicom.
 * Thread: one thread.
 *
 * Files are called 000001.dcm, 000002.dcm, ... and readable by this user alone.
 */
#ifndef DICOM_INBOX_H
#define DICOM_INBOX_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

C_API_BEGIN

enum { DICOM_INBOX_MAX_FILES = 100000, DICOM_INBOX_PATH = 4096 };

/* Of all files together; one may have DICOM_MAX_FILE (view.h). */
#define DICOM_INBOX_MAX_BYTES ((uint64_t)32 * 1024 * 1024 * 1024)

/* Set `folder` and, if wanted, `arrived`; the rest is zero at first.  Between a
 * dicom_inbox_begin() and its dicom_inbox_end() a file is open. */
struct dicom_inbox {
    const char *folder;                        /* borrowed; must exist */
    void (*arrived)(void *user, size_t count); /* after each file, or NULL */
    void *user;
    size_t count;   /* complete files */
    uint64_t bytes; /* of them */
    bool open;
    int fd; /* of the one being written */
    uint64_t here;
};

/** A file begins.  Errors: ERR_IO (cannot create), ERR_SUPPORT (too many). */
bool dicom_inbox_begin(struct dicom_inbox *box, struct err *err) ATTR_MUST_USE;

/** More of it.  Errors: ERR_IO (disk full), ERR_SUPPORT (larger than DICOM_MAX_FILE, or
 *  all together than DICOM_INBOX_MAX_BYTES). */
bool dicom_inbox_write(struct dicom_inbox *box, const void *data, size_t size,
                       struct err *err) ATTR_MUST_USE;

/** It is complete.  Errors: ERR_IO. */
bool dicom_inbox_end(struct dicom_inbox *box, struct err *err) ATTR_MUST_USE;

/** Take away the files after the first `count`, and one that is not complete. */
void dicom_inbox_cut(struct dicom_inbox *box, size_t count);

/** For who writes the file itself: the path of the next one.  Errors: ERR_SUPPORT (too
 * many, or the path is too long). */
bool dicom_inbox_next(const struct dicom_inbox *box,
                      char path[AT_LEAST(DICOM_INBOX_PATH)],
                      struct err *err) ATTR_MUST_USE;

/** And that it is there now, complete.  Errors: ERR_IO (it is not), ERR_SUPPORT as
 *  dicom_inbox_write(). */
bool dicom_inbox_took(struct dicom_inbox *box, struct err *err) ATTR_MUST_USE;

C_API_END

#endif
