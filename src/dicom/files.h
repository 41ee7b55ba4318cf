/*
 * files.h - read DICOM files from outside, each in a child process with limits.
 *
 * Why:    the rest of the room works with plain structs that have been checked; what
 *         happens to a bad file is one sentence that names it.
 * Layer:  dicom.
 * Thread: one (see guard.h).
 *
 * Limits:  a file up to DICOM_MAX_FILE bytes; DICOM_MEMORY and ten seconds of processor
 *          time for each.
 */
#ifndef DICOM_FILES_H
#define DICOM_FILES_H

#include "dicom/object.h"
#include "dicom/view.h"

C_API_BEGIN

#define DICOM_MEMORY ((uint64_t)1024 * 1024 * 1024)

/* What one file turned out to be.  Borrowed for the call. */
struct dicom_file_head {
    size_t index;   /* in the list of places */
    bool is_dicom;  /* else there is nothing below but `blank` */
    bool blank;     /* not a byte of it that is not zero: lost, whatever it was */
    struct err bad; /* code ERR_NONE: the rest is set */
    const struct dicom_object *object;
    const struct dicom_frame *frame; /* [object->instance.frames] */
};

/** Receives the files in order.  Returns false to stop, with `err` recorded. */
typedef bool dicom_files_take(void *context, const struct dicom_file_head *head,
                              struct err *err);

/**
 * Read the attributes of files, not their pixels.
 *
 * @param place  [count]; opened as they are, nothing is made of what files say; those
 *               in one archive best in one run
 * Errors:  ERR_IO (no child process), ERR_NOMEM, and those of `take`.  A bad file is no
 *          error here but a head with `bad`; its message names the file.
 * Cost:    about 0.5 ms a file
 */
bool dicom_files_heads(const struct dicom_place *place, size_t count,
                       dicom_files_take *take, void *context,
                       struct err *err) ATTR_MUST_USE;

/**
 * What files a zip archive holds.
 *
 * @param[out] entry  [count] numbers for struct dicom_place, growing; owned by the
 *                    caller (mem_free)
 * Errors:  those of dicom_zip_open() and of the child; they name the archive
 */
bool dicom_files_in_zip(const char *path, uint32_t **entry, size_t *count,
                        struct err *err) ATTR_MUST_USE;

/* One frame to decode. */
struct dicom_frame_ref {
    struct dicom_place place;
    char sop_instance[DICOM_UID]; /* what the file must still be */
    int32_t index;                /* of the frame, from 0 */
};

/**
 * Decode frames of one size.
 *
 * @param ref         [count], those of one file best in one run
 * @param[out] value  [count][rows][columns], scaled as in dicom_object_decode()
 * Errors:  those of dicom_object_decode() and of the child, naming the file; ERR_FORMAT
 *          when the file is not what it was; then `value` is untouched
 * Cost:    about 1 ms a frame of 256 x 256
 */
bool dicom_files_pixels(const struct dicom_frame_ref *ref, size_t count, int32_t rows,
                        int32_t columns, float *value, struct err *err) ATTR_MUST_USE;

C_API_END

#endif
