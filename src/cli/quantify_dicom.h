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
#include "geom/orient.h"
#include "report/results.h"

/* What the files are made of; borrowed. */
struct quantify_dicom {
    const struct dicom_source *source;
    const struct image *image;     /* slices along axis 2 */
    const struct labels *labels;   /* on the grid of `image` */
    const struct geom_order *back; /* from that grid's axes to the source's */
    const struct patient_result *result;
    bool corrected; /* a person has changed the labels: result->reader */
    bool report;    /* pictures of the slices and the document too */
};

/** What only DICOM tells of the input: its format, series and slice thickness.  The
 *  series' identifier is borrowed. */
void quantify_dicom_describe(const struct dicom_source *source,
                             struct patient_result *result);

/**
 * Write seg.dcm (myocardium, scar, LV blood pool; RV blood pool where there is any),
 * sr.dcm, and with `report` overlay.dcm and the report.pdf that is in the folder as
 * report.dcm.
 *
 * Errors:  those of the writers; they name the file
 * Tests:   tests/cli/dicom-write.t
 */
bool quantify_dicom_write(const struct patient_dir *dir, const struct quantify_dicom *q,
                          struct err *err) ATTR_MUST_USE;

#endif
