/*
 * quantify_case.h - one patient: from the image file to the folder of results.
 *
 * Layer:  cli.
 * Thread: as the predictor: one; but see quantify_case_finish().
 */
#ifndef CLI_QUANTIFY_CASE_H
#define CLI_QUANTIFY_CASE_H

#include "cli/input_read.h"
#include "cli/patient_files.h"
#include "dicom/anonymise.h"
#include "measure/burden.h"
#include "measure/features.h"
#include "measure/segments.h"
#include "measure/volumes.h"
#include "report/results.h"
#include "unet/predict.h"

/* What all patients of a run share; borrowed. */
struct quantify_setup {
    const struct model *model;
    struct predictor *predictor;
    const struct measure_confidence *confidence; /* NULL: nothing is known of it */
    const char *out;                             /* folder of all results */
    enum measure_rule rule;
    struct measure_segments_options segments;
    bool report;                 /* write overlay.png, report.pdf and report.html */
    enum report_lang lang;       /* of the report */
    const struct dicom_key *key; /* results say nothing of the patient
                                    (dicom/anonymise.h); NULL: they do */
};

/* A patient on the way from the file to the folder of results.  `result` points into
 * this struct, which stays where it is, and to what the calls below borrowed. */
struct quantify_case {
    struct lv_measure lv;
    struct measure_lv_shape shape;
    struct dicom_source source; /* where the image came from; empty for NIfTI */
    struct patient_result result;
    struct image image;   /* slices along axis 2, once it is segmented */
    struct labels labels; /* on the grid of `image` */
    struct patient_native native;
    struct predict_info info;
    struct input_ref input; /* what it points to is borrowed */
    double read_s, find_s;  /* reading; segmenting */
};

/**
 * The way in three steps: read the image; segment it; measure, and write OUT/<id>/ with
 * labels.nii.gz, results.json and, if asked for, overlay.png, report.pdf and
 * report.html, and for DICOM input the files of quantify_dicom.h: all of them, or
 * nothing.  The last may run beside another patient's second, on another thread.
 *
 * @param input     what it points to is borrowed as long as `c` is used
 * @param[in,out] c empty at first; quantify_case_clear() by the caller, in any outcome
 * Errors:  those of reading, prediction and writing; ERR_FORMAT for a label map given
 *          as an image.  All name the file.
 */
bool quantify_case_read(const struct quantify_setup *setup,
                        const struct input_ref *input, struct quantify_case *c,
                        struct err *err) ATTR_MUST_USE;
bool quantify_case_find(const struct quantify_setup *setup, struct quantify_case *c,
                        struct err *err) ATTR_MUST_USE;
bool quantify_case_finish(const struct quantify_setup *setup, struct quantify_case *c,
                          struct err *err) ATTR_MUST_USE;

/** All three. */
bool quantify_case(const struct quantify_setup *setup, const struct input_ref *input,
                   struct quantify_case *c, struct err *err) ATTR_MUST_USE;

void quantify_case_clear(struct quantify_case *c);

#endif
