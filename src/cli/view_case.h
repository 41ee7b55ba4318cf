/*
 * view_case.h - one patient on the screen: image, the network's labels, a correction.
 *
 * Why:    `view` shows what `quantify` wrote and keeps what a reader changes, beside it
 *         and never over it.
 * Layer:  cli.
 * Thread: one.
 */
#ifndef CLI_VIEW_CASE_H
#define CLI_VIEW_CASE_H

#include <jansson.h>

#include "cli/inputs.h"
#include "cli/patient_files.h"
#include "dicom/anonymise.h"
#include "dicom/source.h"
#include "measure/burden.h"
#include "report/results_read.h"

/* Where things are; borrowed. */
struct view_folders {
    const char *results;   /* of quantify: read alone */
    const char *corrected; /* folder of corrections, or NULL: nothing is changed */
    const struct inputs *images; /* that were named, by their ids; others are where the
                                    results say */
    const struct dicom_key *key; /* of results without a patient's name, or NULL */
    const char *reader;          /* who corrects, as DICOM has names; NULL: not said */
    enum report_lang lang;       /* of the reports of corrections */
    bool report;                 /* write these */
};

/* All-zero is closed; it may not be moved. */
struct view_case {
    char id[INPUTS_MAX_ID + 1];
    struct image image;           /* slices along axis 2 */
    struct patient_native native; /* how it lay in its file */
    struct dicom_source source;   /* empty for NIfTI */
    struct labels drawn;          /* by the network, on the grid of `image` */
    struct patient_record record; /* results.json of that */
    enum measure_rule rule;
    double low, high; /* the report's window, to begin with */
    bool flip[2];     /* does the report turn columns, rows round? */
};

/**
 * Open a patient of the results.
 *
 * @param[out] out  view_case_close() by the caller, in any outcome
 * Errors: those of reading the results, the image and the labels; ERR_FORMAT (labels on
 *         another grid, an image that the results do not name), ERR_ARG (corrections of
 *         anonymous DICOM without the key); they name the file
 */
bool view_case_open(const struct view_folders *folders, const char *id,
                    struct view_case *out, struct err *err) ATTR_MUST_USE;

void view_case_close(struct view_case *c);

/** Is there a correction? */
bool view_case_is_corrected(const struct view_folders *folders, const char *id);

/** The correction's labels, on the grid of the image; owned by the caller.
 *  Errors: those of patient_files_read_labels(). */
bool view_case_corrected(const struct view_folders *folders, const struct view_case *c,
                         struct labels *out, struct err *err) ATTR_MUST_USE;

/** Labels from bytes, one for each voxel; owned by the caller.
 *  Errors: ERR_ARG (another number of bytes, a code that is no label), ERR_NOMEM. */
bool view_case_labels(const struct view_case *c, const void *bytes, size_t size,
                      struct labels *out, struct err *err) ATTR_MUST_USE;

/**
 * What labels measure, as results.json has it, with `correction`: voxels_changed (from
 * the network's), percent_lge_before (the network's).
 *
 * @param folders  if not NULL, the labels are kept in its folder of corrections, with
 *                 labels.nii.gz, results.json and, if asked for, overlay.png,
 * report.pdf and report.html; of DICOM seg.dcm and sr.dcm, and with the report
 *                 overlay.dcm and report.dcm: all of them or nothing
 * @param[out] out a new reference
 * Errors: those of measuring and writing
 */
bool view_case_measure(const struct view_folders *folders, const struct view_case *c,
                       const struct labels *labels, json_t **out,
                       struct err *err) ATTR_MUST_USE;

/** Take a correction away.  Errors: ERR_IO (also where its folder holds what is no
 *  result: nothing is removed), ERR_NOMEM. */
bool view_case_discard(const struct view_folders *folders, const char *id,
                       struct err *err) ATTR_MUST_USE;

/**
 * Is what lies in the folder of corrections, if it is there, corrections and nothing
 * else?  Else a slip of the hand would put them in the place of what a run of quantify
 * found, or delete it.
 *
 * Errors: ERR_ARG (results of another kind; names the first), ERR_IO, ERR_NOMEM
 */
bool view_case_check_corrections(const struct view_folders *folders,
                                 struct err *err) ATTR_MUST_USE;

/** Write results.csv of all corrections.  Errors: ERR_IO, ERR_FORMAT, ERR_NOMEM. */
bool view_case_write_table(const struct view_folders *folders,
                           struct err *err) ATTR_MUST_USE;

#endif
