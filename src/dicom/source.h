/*
 * source.h - where an image came from: the study, the series and every slice of it.
 *
 * Why:    a result goes back to the hospital as DICOM only if it says whose heart it
 *         is, in which frame of reference, and from which instances.  All that a writer
 *         needs is here: it never opens the files of the source again.
 * Layer:  dicom.
 * Thread: plain data.
 *
 * Text is UTF-8 without leading or trailing spaces; what the file does not say is empty
 * (a text) or NAN (a number).  Dates are DICOM's YYYYMMDD, times HHMMSS.FFFFFF.  Text
 * comes from a file: no path is made of it, and messages do not carry it.
 *
 * Invariants of a struct dicom_source that belongs to an image:
 *   - slice[k] is plane k of the image (image.h), slices == grid.dim[2];
 *   - voxel (i, j, k) lies in DICOM's frame (LPS+) at
 *       slice[k].position_mm + i * column_mm * slice[k].orientation[0..2]
 *                            + j * row_mm    * slice[k].orientation[3..5];
 *     the grid of the image has the same point with x and y negated (RAS+), to
 *     off_grid_mm;
 *   - slices are sorted by their projection on the normal (first row of orientation
 *     cross second), growing.
 */
#ifndef DICOM_SOURCE_H
#define DICOM_SOURCE_H

#include <stdint.h>

#include "image/image.h"

C_API_BEGIN

enum {
    DICOM_UID = 68,   /* bytes of a UID with its zero: 64 characters, rounded up */
    DICOM_TEXT = 260, /* LO and SH: 64 characters of up to four bytes */
    DICOM_NAME = 780, /* PN: three groups of 64 characters */
    DICOM_CODE = 20,  /* CS, AS, DA, TM, DS, IS: one value */
    DICOM_TYPES = 132 /* several values of CS, joined by a backslash */
};

struct dicom_patient {
    char name[DICOM_NAME];       /* (0010,0010) with its ^ and = */
    char id[DICOM_TEXT];         /* (0010,0020) */
    char issuer[DICOM_TEXT];     /* (0010,0021) */
    char birth_date[DICOM_CODE]; /* (0010,0030) */
    char sex[DICOM_CODE];        /* (0010,0040): M, F, O or empty */
};

struct dicom_study {
    char uid[DICOM_UID];             /* (0020,000D) */
    char id[DICOM_TEXT];             /* (0020,0010) */
    char date[DICOM_CODE];           /* (0008,0020) */
    char time[DICOM_CODE];           /* (0008,0030) */
    char accession[DICOM_TEXT];      /* (0008,0050) */
    char description[DICOM_TEXT];    /* (0008,1030) */
    char referring[DICOM_NAME];      /* (0008,0090) */
    char patient_age[DICOM_CODE];    /* (0010,1010) */
    char patient_size[DICOM_CODE];   /* (0010,1020), m */
    char patient_weight[DICOM_CODE]; /* (0010,1030), kg */
};

struct dicom_series_module {
    char uid[DICOM_UID];                 /* (0020,000E) */
    char frame_of_reference[DICOM_UID];  /* (0020,0052) */
    char position_indicator[DICOM_TEXT]; /* (0020,1040) */
    char modality[DICOM_CODE];           /* (0008,0060) */
    char number[DICOM_CODE];             /* (0020,0011), a decimal integer */
    char date[DICOM_CODE];               /* (0008,0021) */
    char time[DICOM_CODE];               /* (0008,0031) */
    char description[DICOM_TEXT];        /* (0008,103E) */
    char protocol[DICOM_TEXT];           /* (0018,1030) */
    char body_part[DICOM_CODE];          /* (0018,0015) */
    char patient_position[DICOM_CODE];   /* (0018,5100) */
};

struct dicom_equipment {
    char manufacturer[DICOM_TEXT]; /* (0008,0070) */
    char model[DICOM_TEXT];        /* (0008,1090) */
    char station[DICOM_TEXT];      /* (0008,1010) */
    char institution[DICOM_TEXT];  /* (0008,0080) */
    char software[DICOM_TEXT];     /* (0018,1020), its first value */
    char serial[DICOM_TEXT];       /* (0018,1000) */
};

/* Were pixels lost in compression, before or in this file?  Once they are, all that is
 * made of them says so. */
struct dicom_lossy {
    bool is;                  /* (0028,2110) 01, or the transfer syntax loses some */
    char ratio[DICOM_TYPES];  /* (0028,2112), one for each step; "" if not said */
    char method[DICOM_TYPES]; /* (0028,2114), the same; else that of the syntax */
};

/* One plane of the image. */
struct dicom_slice {
    char sop_class[DICOM_UID];
    char sop_instance[DICOM_UID];
    int32_t frame; /* in a multi-frame instance, from 1; 0 in a single-frame */
    int32_t instance_number; /* (0020,0013); 0 if not said */
    double position_mm[3];   /* (0020,0032): centre of the first voxel, LPS */
    double orientation[6];   /* (0020,0037): direction along a row, down a column */
    char series[DICOM_UID];  /* source.series.uid, unless each slice is a series */
};

/* Can the patient be told?  See anonymise.h; a series that was read is the first. */
enum dicom_identity {
    DICOM_IDENTIFIED,
    DICOM_ANONYMOUS,           /* identifiers replaced as well */
    DICOM_ANONYMOUS_UIDS_KEPT, /* those of study, series and instances kept */
};

struct dicom_source {
    struct dicom_patient patient;
    struct dicom_study study;
    struct dicom_series_module series;
    struct dicom_equipment equipment;
    struct grid grid; /* of the image, RAS+; dim = columns, rows, slices */
    int32_t columns, rows;
    double column_mm;  /* between columns: (0028,0030)[1] */
    double row_mm;     /* between rows:    (0028,0030)[0] */
    double spacing_mm; /* between slice centres along the normal, from the positions */
    double thickness_mm; /* (0018,0050), NAN if not said */
    double off_grid_mm;  /* how far slice positions are from the image's grid at most */
    struct dicom_slice *slice; /* owned; [slices] */
    int32_t slices;
    struct dicom_lossy lossy; /* of the first slice that lost any */
    enum dicom_identity identity;
};

/** Free what it owns and make it empty; fine on an empty one. */
void dicom_source_clear(struct dicom_source *source);

C_API_END

#endif
