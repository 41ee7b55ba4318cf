/*
 * view.h - the bytes of a file, wherever it lies: on the disk or in a zip archive.
 *
 * Layer:  dicom.
 * Thread: one at a time for each opener.  Meant for a child process (guard.h): should a
 *         mapped file shrink while it is read, the process ends.
 */
#ifndef DICOM_VIEW_H
#define DICOM_VIEW_H

#include <stddef.h>
#include <stdint.h>

#include "base/file.h"
#include "dicom/zip.h"

C_API_BEGIN

#define DICOM_MAX_FILE ((uint64_t)2 * 1024 * 1024 * 1024)

/* Where a file lies. */
struct dicom_place {
    const char *path; /* borrowed */
    uint32_t entry;   /* in the zip archive at `path`, from 1; 0: the file itself */
};

/* All-zero is empty. */
struct dicom_view {
    const void *data;
    size_t size;
    struct bytes unpacked; /* owned; of an archive */
    void *mapped;          /* owned; of a file */
};

/* An archive stays open while files of the same one are asked for.  All-zero is
 * closed. */
struct dicom_opener {
    const char *path; /* borrowed; of `zip` */
    struct dicom_zip *zip;
};

/** Errors: ERR_IO, ERR_FORMAT (empty, damaged archive), ERR_SUPPORT (larger than
 *  DICOM_MAX_FILE, see dicom_zip_open()), ERR_NOMEM; they name the place. */
bool dicom_view_open(struct dicom_opener *opener, const struct dicom_place *place,
                     struct dicom_view *out, struct err *err) ATTR_MUST_USE;

/** Put the place before a message: "a/b.dcm: ", or "study.zip: file 17: ". */
void dicom_view_blame(const struct dicom_place *place, struct err *err);

void dicom_view_close(struct dicom_view *view);
void dicom_view_opener_close(struct dicom_opener *opener);

C_API_END

#endif
