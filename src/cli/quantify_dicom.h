/*
 * quantify_dicom.h - a patient's results as DICOM, beside the others in the folder.
 *
 * Layer:  cli.
 * Thread: pure function of its arguments.
 */
#ifndef CLI_QUANTIFY_DICOM_H
#define CLI_QUANTIFY_DICOM_H

#include "cli/patient_dir.h"
#include "dicom/source.h"
#include "report/results.h"

/* What the files are made of; borrowed. */
struct quantify_dicom {
    const struct dicom_source *source;
    const struct image *image;   /* slices along axis 2 */
    const struct labels *labels; /* on the grid of `image` */
    const struct labels *native; /* on the source's grid */
    const struct patient_result *result;
    bool overlay; /* pictures of the slices too */
};

/**
 * Write seg.dcm (myocardium, scar, LV blood pool; RV blood pool where there is any),
 * sr.dcm, with `overlay` overlay.dcm, and, where the folder holds a report.pdf,
 * report.dcm.
 *
 * Errors:  those of the writers; they name the file
 * Tests:   tests/cli/dicom-write.t
 */
bool quantify_dicom_write(const struct patient_dir *dir, const struct quantify_dicom *q,
                          struct err *err) ATTR_MUST_USE;

#endif
