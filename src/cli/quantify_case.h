/*
 * quantify_case.h - one patient: from the image file to the folder of results.
 *
 * Layer:  cli.
 * Thread: as the predictor: one.
 */
#ifndef CLI_QUANTIFY_CASE_H
#define CLI_QUANTIFY_CASE_H

#include "cli/input_read.h"
#include "dicom/anonymise.h"
#include "measure/burden.h"
#include "measure/features.h"
#include "measure/segments.h"
#include "measure/volumes.h"
#include "report/results.h"
#include "report/words.h"
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

/* One patient's numbers.  `result` points into this struct and to what the calls below
 * borrowed. */
struct quantify_case {
    struct lv_measure lv;
    struct measure_lv_shape shape;
    struct dicom_source source; /* where the image came from; empty for NIfTI */
    struct measure_features features;
    struct patient_result result;
};

/**
 * Read, segment, measure, and write OUT/<id>/ with labels.nii.gz, results.json and,
 * if asked for, overlay.png, report.pdf and report.html, and for DICOM input the files
 * of quantify_dicom.h: all of them, or nothing.
 *
 * @param input  borrowed as long as `out` is used
 * @param[out] out  owned by the caller (quantify_case_clear); written only on success
 * Errors:  those of reading, prediction and writing; ERR_FORMAT for a label map given
 * as an image.  All name the file.
 */
bool quantify_case(const struct quantify_setup *setup, const struct input_ref *input,
                   struct quantify_case *out, struct err *err) ATTR_MUST_USE;

void quantify_case_clear(struct quantify_case *c);

#endif
