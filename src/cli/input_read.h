/*
 * input_read.h - DICOM among the inputs of a command, and reading a case of any kind.
 *
 * Layer:  cli.
 * Thread: one thread.
 */
#ifndef CLI_INPUT_READ_H
#define CLI_INPUT_READ_H

#include <stdio.h>

#include "dicom/choose.h"

/* What one word of the command line holds of DICOM, judged. */
struct input_dicom {
    char *word; /* owned, as all here */
    struct dicom_scan scan;
    struct dicom_stacks stacks;
    struct dicom_choice *choice; /* [stacks.count] */
};

/* One case: a file or folder that is one image, or a stack of a DICOM study.  All
 * borrowed. */
struct input_ref {
    const char *id, *path;           /* of a DICOM stack the path is the word */
    const struct input_dicom *dicom; /* NULL: what is at the path, as input_read_path */
    size_t stack;                    /* of dicom->stacks */
    bool named;                      /* the id is the user's own */
};

/** Look at a file or folder; see dicom_scan_read() for `skip` and the errors. */
bool input_dicom_read(const char *word, const char *skip, enum dicom_prefer prefer,
                      struct input_dicom *out, struct err *err) ATTR_MUST_USE;

void input_dicom_clear(struct input_dicom *dicom);

/** Is this stack short-axis LGE that should be measured but cannot (dicom/choose.h)?
 *  Then why is recorded in `why`; it names the word, the series and what its case would
 *  be called. */
bool input_dicom_refuses(const struct input_dicom *dicom, size_t stack,
                         struct err *why);

/** Is there any? */
bool input_dicom_refuses_any(const struct input_dicom *dicom);

/** Write a line for a DICOM stack: its id, whose heart it is, its series and its first
 *  file.  It tells the patient, so only who asks (--verbose) gets to see it.  Nothing
 *  without `dicom`. */
void input_tell(const struct input_ref *input, FILE *to);

/** Is it a NIfTI file?  Then no process is forked to read it. */
bool input_is_nifti(const struct input_ref *input);

/** Are there slices of its series, or of its twin, that are not in this stack? */
bool input_left_out(const struct input_ref *input);

/**
 * Read a case's image.
 *
 * @param[out] image   owned by the caller (image_clear)
 * @param[out] source  owned by the caller (dicom_source_clear); stays as it is without
 *                     `dicom`
 * Errors:  those of input_read_path() and dicom_stack_image(); they name the file
 */
bool input_read(const struct input_ref *input, struct image *image,
                struct dicom_source *source, struct err *err) ATTR_MUST_USE;

/** Read the image at a path: a NIfTI file, or a DICOM study that has one series to be
 *  measured (of twins the phase-sensitive one).  For struct cohort.  Errors: as above;
 *  ERR_FORMAT for none (why, if it is refused) or several.  They name the path. */
bool input_read_path(const char *path, struct image *image,
                     struct err *err) ATTR_MUST_USE;

#endif
