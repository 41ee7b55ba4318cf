/*
 * sr.h - the numbers of a heart as a DICOM structured report that other programs read.
 *
 * Why:    a number in a picture has to be typed again; one in a report of template 1500
 *         goes into the hospital's database with its unit and what it was measured on.
 * Layer:  dicom.
 * Thread: pure function of its arguments.
 */
#ifndef DICOM_SR_H
#define DICOM_SR_H

#include "dicom/code.h"
#include "dicom/maker.h"
#include "dicom/source.h"

enum { DICOM_SR_SEGMENTS = 17 };

/* What is reported.  A number that is NaN is not available and is left out; strings are
 * borrowed. */
struct dicom_sr {
    double myocardium_ml, myocardium_g; /* of the left ventricle, scar included */
    double scar_ml, scar_g;             /* no-reflow included */
    double no_reflow_ml;
    double percent_lge; /* scar / myocardium by volume */
    double blood_pool_ml;
    bool large, from_15; /* the burden is large: %LGE >= 15 if `from_15`, else > 15 */
    const char *verdict; /* "accept", "review" or "reject" */
    const char *reasons; /* for the verdict, for readers; "" if none */
    double segment_percent[DICOM_SR_SEGMENTS]; /* scar share of AHA segments 1 to 17 */
    const char *segments_from; /* from where these are counted, for readers; "" if not
                                  said */
    const char *seg_uid;       /* instance of the segmentation; see dicom_seg_write() */
    unsigned seg_parts;        /* as given to it */
};

/**
 * Write an Enhanced SR of template TID 1500 (Imaging Measurement Report).
 *
 *   language, device observer and the reader who corrected, procedure "Cardiac MRI"
 *   image library        the series' images
 *   imaging measurements one group (TID 1411) for each of myocardium, scar and, where
 *                        the segmentation has them, blood pool and no-reflow: segment,
 *                        source series, algorithm and version, volume in mL, mass in
 *                        g, %LGE;
 *                        one group (TID 1501) for each AHA segment that is known
 *   qualitative          large burden: yes or no, with its rule; verdict and reasons
 *
 * %LGE, the rule and the verdicts have no standard code: they are coded in the scheme
 * 99LGESCAR, which the file declares.  The report is complete and not verified: nobody
 * has signed it.
 *
 * Errors:  ERR_ARG (no such verdict; no series), ERR_IO, ERR_NOMEM;  name the file
 * Source:  DICOM PS3.3 A.35.2, PS3.16 TID 1500, 1411, 1501, 1601, 4019
 * Tests:   tests/unit/dicom/sr.c, tests/cli/dicom-write.t
 */
bool dicom_sr_write(const char *path, const struct dicom_source *source,
                    const struct dicom_sr *sr, const struct dicom_maker *maker,
                    char uid[AT_LEAST(DICOM_UID_SIZE)], struct err *err) ATTR_MUST_USE;

#endif
