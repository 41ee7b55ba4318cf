/*
 * inputs.h - from the words of a command line to cases: an id and an image file each.
 *
 * Why:    a NIfTI file, a DICOM study (a folder, a zip archive, a DICOMDIR), a folder
 *         of either and a cohort are ways to say the same.
 * Layer:  cli.
 * Thread: one thread.
 *
 * A NIfTI file's id is its name (inputs_file_id()), with the folders that it lies in
 * where others have the same name; a cohort's ids are its own (an image that is no
 * NIfTI file must hold one series to be measured); a DICOM stack has that of
 * dicom_case_id(), or with a key a pseudonym of that.  Since the id names a folder of
 * results, two cases may not share one.
 */
#ifndef CLI_INPUTS_H
#define CLI_INPUTS_H

#include <stddef.h>

#include "cli/input_read.h"
#include "cli/inputs_id.h"
#include "dicom/anonymise.h"
#include "dicom/remote.h"
#include "image/nifti.h"

enum { INPUTS_MAX_CASES = 1000000 };

struct input_case {
    char *id, *path;                 /* owned */
    char *labels;                    /* owned; of a cohort's row with
                                        options.labels_column; or NULL */
    const struct input_dicom *dicom; /* borrowed from the list; NULL for NIfTI */
    size_t stack;                    /* of `dicom` */
    bool named;                      /* a cohort gave the id */
    int parents;                     /* of its path that stand in the id */
    const char *clashes; /* path of the first case with the same id (borrowed from the
                            list), or NULL */
};

struct inputs {
    struct input_case *item; /* owned; [count] */
    size_t count, room;
    struct input_dicom **dicom; /* owned: what was found of DICOM, a word each */
    size_t dicoms;
    size_t left_out; /* NIfTI files in folders that are not of options.kind */
};

struct inputs_options {
    const char *split; /* rows of a cohort to take, or NULL for all */
    const char *skip;  /* a folder not to search: the one results go to; may be NULL */
    const char *labels_column; /* of a cohort, the column of label maps to note; may be
                                  NULL */
    bool dicom;           /* take DICOM as well: each short-axis LGE stack is a case */
    enum nifti_kind kind; /* of a folder's NIfTI files, leave out those that are
                             another one; NIFTI_NO_KIND: take all */
    bool any_dicom;       /* DICOM of which nothing is taken is no error */
    enum dicom_prefer prefer; /* of twins */
    const struct dicom_key
        *key; /* DICOM stacks have pseudonyms; NULL: ids of their own */
};

void inputs_clear(struct inputs *inputs);

/**
 * Add the cases that one word of the command line stands for.
 *
 * For DICOM, see dicom/scan.h, dicom/choose.h.  A folder is searched with the folders
 * in it, by the rules of base/folder.h; `skip` is left out.  NIfTI files are opened
 * only where `kind` asks for it.
 *
 * Errors (all name the word): ERR_ARG (`split` of what is no cohort), ERR_IO (no such
 * file or folder, not readable), ERR_SUPPORT (another kind of file), ERR_FORMAT
 * (nothing to do in this folder; a cohort that is not right, without a column `split`,
 * without a row of this split, or without the column of label maps), ERR_NOMEM. Then no
 * case was added; a study in which there is nothing to measure stays listed in `dicom`,
 * for the files that are bad in it.  A series that should be measured but cannot is no
 * error here and no case: it is in `dicom` (input_dicom_refuses()).
 */
bool inputs_add(struct inputs *inputs, const char *word,
                const struct inputs_options *options, struct err *err) ATTR_MUST_USE;

/* A study that was brought from elsewhere. */
struct inputs_study {
    const char *folder;                     /* that it lies in for now */
    const char *name;                       /* what messages and results call it */
    const char *uid;                        /* that it must have */
    const struct dicom_remote_list *series; /* that must be whole; NULL: not known */
};

/**
 * Add the short-axis LGE stacks of a study.
 *
 * Its folder is named neither in results nor in messages about single files.
 *
 * Errors:  ERR_FORMAT (nothing to measure; no DICOM; instances of another study, which
 *          nobody asked for; a series with fewer different instances than it should
 *          have; an instance that cannot be read, unless any_dicom is set), ERR_IO,
 *          ERR_SUPPORT, ERR_NOMEM; they name `name`.  Then nothing was added.
 * Tests:   tests/unit/cli/inputs.c
 */
bool inputs_add_study(struct inputs *inputs, const struct inputs_study *study,
                      const struct inputs_options *options,
                      struct err *err) ATTR_MUST_USE;

/** The case as input_read() takes it; borrowed. */
struct input_ref inputs_ref(const struct input_case *c);

/**
 * Tell cases of the same id apart.  Call once, after the last inputs_add().
 *
 * NIfTI files of one name get ids with as many of their folders as it takes, up to
 * INPUTS_MAX_PARENTS.  Where that does not help, `clashes` is set in every case whose
 * id an earlier one has.
 *
 * Errors:  ERR_NOMEM
 */
bool inputs_settle_ids(struct inputs *inputs, struct err *err) ATTR_MUST_USE;

#endif
