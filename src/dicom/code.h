/*
 * code.h - what is segmented and measured, in the words of SNOMED CT and DICOM.
 *
 * Layer:  dicom; private to the writers.
 * Thread: constant tables.
 * Source: DICOM PS3.16, context groups 7150, 7151, 12304, 12305; AHA segments: 3717.
 */
#ifndef DICOM_CODE_H
#define DICOM_CODE_H

#include "dicom/encode.h"
#include "image/image.h"

struct dicom_code {
    const char *value, *scheme, *meaning;
};

/* The scheme of what has no standard code (%LGE, verdicts, no-reflow); files that use
 * it declare it: dicom_code_declare_own(). */
#define DICOM_OWN_SCHEME "99LGESCAR"

/* Parts of the heart that results are about. */
enum dicom_part {
    DICOM_MYOCARDIUM, /* of the left ventricle, its scar included */
    DICOM_SCAR,       /* no-reflow included */
    DICOM_LV_BLOOD,
    DICOM_RV_BLOOD,
    DICOM_NO_REFLOW, /* a part of the scar */
    DICOM_PARTS
};

struct dicom_part_words {
    const char *name;                 /* for readers */
    unsigned labels;                  /* set of enum label */
    struct dicom_code category, type; /* of a segment */
    struct dicom_code region;         /* where it lies */
    int64_t lab[3]; /* colour to be shown in, CIELab of PS3.3 C.10.7.1.1 */
};
extern const struct dicom_part_words dicom_code_part[DICOM_PARTS];

/** Put a code as the one item of a sequence. */
void dicom_code_put(struct dicom_encoder *e, uint64_t sequence,
                    const struct dicom_code *code);

/** The same of a code of DICOM's own ("DCM"). */
void dicom_code_put_dcm(struct dicom_encoder *e, uint64_t sequence, const char *value,
                        const char *meaning);

/** Declare the scheme of our own. */
void dicom_code_declare_own(struct dicom_encoder *e);

/** AHA segment 1 to 17.  @return borrowed, constant */
const struct dicom_code *dicom_code_aha(int segment);

#endif
