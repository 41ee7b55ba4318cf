/*
 * results_read.h - results.json, read back.
 *
 * Why:    a run that goes on where another stopped makes one table of what both found.
 * Layer:  report.
 * Thread: plain data.
 */
#ifndef REPORT_RESULTS_READ_H
#define REPORT_RESULTS_READ_H

#include "report/results.h"

/* A patient's file.  `result` points into this struct.  All-zero is empty. */
struct patient_record {
    json_t *root; /* holds the strings */
    struct lv_measure lv;
    struct measure_features features;
    struct patient_result result;
};

/**
 * Read what report_result_write() wrote: everything but slices and segments, which stay
 * empty (no `shape`).  `result.features` is NULL where the file has none.
 *
 * @param[out] out  owned by the caller (report_record_clear); it may not be moved while
 *                  `result` is used; written only on success
 * Errors: ERR_IO, ERR_NOMEM, ERR_FORMAT (not JSON, a value missing or of another type,
 *     a verdict or reason that does not exist), ERR_SUPPORT (above 16 MiB); name the
 *     file
 * Tests:  tests/unit/report/results_read.c
 */
bool report_record_read(const char *path, struct patient_record *out,
                        struct err *err) ATTR_MUST_USE;

void report_record_clear(struct patient_record *record);

#endif
