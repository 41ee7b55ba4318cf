/*
 * predict_rows.h - some patients of a cohort, segmented and measured by one model.
 *
 * Why:    `study` and `crossval` predict those who were held out, and can be stopped in
 *         the midst.
 * Layer:  cli.
 * Thread: one; the network runs on threads of its own.
 */
#ifndef CLI_PREDICT_ROWS_H
#define CLI_PREDICT_ROWS_H

#include "image/cohort.h"
#include "report/results_read.h"

/* Whom, with what, where to; borrowed. */
struct predict_rows {
    const struct cohort *cohort;
    const size_t *row;
    size_t rows;
    const char *model; /* file */
    const char *out;   /* folder of all results */
    const char *what;  /* for the progress line */
    int threads;       /* 0: all cores */
    const char *precision;
};

/** OUT/<id>/<name>, owned by the caller (mem_free).  @return  NULL with ERR_NOMEM */
char *predict_rows_path(const char *out, const char *id, const char *name,
                        struct err *err) ATTR_MUST_USE;

/** Does the patient have a result in this folder?
 *  Errors: ERR_NOMEM. */
bool predict_rows_has(const char *out, const char *id, bool *has,
                      struct err *err) ATTR_MUST_USE;

/** A patient's results.json.  Errors: as report_record_read. */
bool predict_rows_record(const char *out, const char *id, struct patient_record *record,
                         struct err *err) ATTR_MUST_USE;

/**
 * Segment and measure every patient of the list who has no result of this model yet;
 * write OUT/<id>/labels.nii.gz and results.json.  A result of another model (one that
 * was trained again since) is replaced.
 *
 * Errors: as quantify_case, model_load, predictor_new; the first stops the work.
 */
bool predict_rows_missing(const struct predict_rows *p, struct err *err) ATTR_MUST_USE;

#endif
