/*
 * object.h - one DICOM instance: its attributes as plain C, its frames as numbers.
 *
 * Why:    DCMTK is C++ and hostile files are normal input; this is the only door to it
 *         for reading.  What comes out has a fixed size and no pointers, so that a
 *         child process can send it through a pipe (guard.h).
 * Layer:  dicom.
 * Thread: between dicom_object_begin() and dicom_object_end(), one thread: DCMTK's list
 *         of decoders is the process's.
 *
 * Files are parsed from memory.  Single-frame and multi-frame images are read alike:
 * what a frame says of itself comes from its own functional group, else from the shared
 * one, else from the top of the file.
 *
 * Transfer syntaxes: implicit and explicit little endian, big endian, deflated, RLE,
 * JPEG (baseline, extended, lossless), JPEG-LS, JPEG 2000 and its high-throughput form.
 * Any other is refused by its UID, and so are colour, mosaics and pixels other than 8
 * to 16 bits in 8 or 16.
 */
#ifndef DICOM_OBJECT_H
#define DICOM_OBJECT_H

#include <stddef.h>

#include "dicom/source.h"

C_API_BEGIN

enum {
    DICOM_MAX_SIDE = 8192,   /* rows or columns */
    DICOM_MAX_FRAMES = 16384 /* of one instance */
};

/* What one file says; lengths in mm, times in ms, NAN or 0 or "" if it does not. */
struct dicom_instance {
    char sop_class[DICOM_UID], sop_instance[DICOM_UID];
    char transfer_syntax[DICOM_UID];
    char photometric[DICOM_CODE];
    char scanning_sequence[DICOM_TYPES]; /* (0018,0020), e.g. GR\IR */
    char sequence_name[DICOM_TEXT];      /* (0018,0024) or, enhanced, (0018,9005) */
    int32_t rows, columns;
    int32_t frames; /* 1 for a single-frame image, 0 for what is no image */
    int32_t samples, bits_allocated, bits_stored, high_bit;
    int32_t instance_number;
    int32_t phases;     /* (0018,1090) cardiac images, (0020,0105) positions in time */
    double field_t;     /* (0018,0087), tesla */
    bool signed_pixels; /* (0028,0103) */
    struct dicom_lossy lossy;
    bool multi_frame; /* of a class whose frames are numbered, even if there is one */
    bool mosaic;      /* Siemens: many slices in one plane */
};

/* What one frame says of itself. */
struct dicom_frame {
    int32_t number;          /* from 1; 0 in a single-frame image */
    int32_t instance_number; /* of its file */
    int32_t temporal;        /* (0020,0100) or (0020,9128); 0 if not said */
    bool placed;             /* position, orientation and spacing are there and sound */
    double position_mm[3];   /* LPS */
    double orientation[6];   /* two unit vectors at right angles */
    double row_mm, column_mm; /* between rows, between columns */
    double thickness_mm;
    double slope, intercept; /* value = slope * stored + intercept */
    double inversion_ms, echo_ms, trigger_ms;
    double acquired_s; /* since the year 0; since midnight, if the date is not said */
    char image_type[DICOM_TYPES]; /* (0008,0008), of a frame (0008,9007) */
    char component[DICOM_CODE];   /* MAGNITUDE, PHASE, REAL, ...: (0008,9208) */
};

/* What all files of a series say alike. */
struct dicom_header {
    struct dicom_patient patient;
    struct dicom_study study;
    struct dicom_series_module series;
    struct dicom_equipment equipment;
};

/* All of a file but its frames. */
struct dicom_object {
    struct dicom_header header;
    struct dicom_instance instance;
};

/* Class of what DICOMDIR is: a list of files, no instance of a study. */
#define DICOM_DIRECTORY_CLASS "1.2.840.10008.1.3.10"

struct dicom_parsed; /* an opened file; C++ inside */

/** Read DCMTK's dictionary of attributes, once a process; children that it forks later
 *  have it too and need not read it again (20 ms).  Errors: ERR_IO (it is not
 *  installed). */
bool dicom_object_prepare(struct err *err) ATTR_MUST_USE;

/** Register DCMTK's decoders and silence its log.  Errors: ERR_IO (DCMTK's dictionary
 * of attributes is not installed). */
bool dicom_object_begin(struct err *err) ATTR_MUST_USE;

/** Undo dicom_object_begin(). */
void dicom_object_end(void);

/** Could these first bytes of a file be DICOM?  With the prefix at byte 128, or without
 *  it a plausible first attribute. */
bool dicom_object_looks_like(const void *head, size_t size);

/**
 * Parse a file.
 *
 * @param data, size  the file; borrowed until dicom_object_close()
 * @param pixels      whether to parse up to the pixels or with them
 * @param[out] out    owned by the caller (dicom_object_close)
 * Errors:  ERR_FORMAT (not DICOM, truncated), ERR_SUPPORT (unknown transfer syntax),
 *          ERR_NOMEM
 */
bool dicom_object_open(const void *data, size_t size, bool pixels,
                       struct dicom_parsed **out, struct err *err) ATTR_MUST_USE;

/** NULL is fine. */
void dicom_object_close(struct dicom_parsed *parsed);

/**
 * The attributes of the file.
 *
 * Text becomes UTF-8 by the file's character set; where that is unknown or the text is
 * not what it claims, bytes outside of ASCII become '?'.
 *
 * A DICOMDIR has DICOM_DIRECTORY_CLASS and nothing else.
 *
 * Errors:  ERR_FORMAT (no valid SOP class, instance, study or series UID; sizes of an
 *          image that cannot be), ERR_SUPPORT (more than DICOM_MAX_...)
 */
bool dicom_object_head(struct dicom_parsed *parsed, struct dicom_object *out,
                       struct err *err) ATTR_MUST_USE;

/**
 * What frame `index` says of itself (from 0, below instance.frames).
 *
 * Philips: with a private scale slope SS (2005,100E) values are
 * (stored * slope + intercept) / (slope * SS), which are comparable between slices.
 *
 * A decimal string that is not wholly a number ("1,28") is none: in position,
 * orientation, spacing, thickness or rescaling an error, elsewhere NAN.
 *
 * Errors:  ERR_ARG (no such frame), ERR_FORMAT (such an attribute, by its name)
 * Source:  E. Chenevert et al., Translational Oncology 7:65-71, 2014,
 *          doi 10.1593/tlo.13811 (Philips scaling).
 */
bool dicom_object_frame(struct dicom_parsed *parsed, int32_t index,
                        struct dicom_frame *out, struct err *err) ATTR_MUST_USE;

/**
 * Decode the pixels of a frame and scale them to values.
 *
 * Stored numbers are bits_stored wide below high_bit and extended by their sign, as
 * (0028,0103) says, whatever the codec says.  Padding (0028,0120) that is less, or
 * more, than all else in the frame becomes the frame's least number.
 *
 * @param[out] value  [rows][columns], all written or (on failure) none that matters
 * Errors:  ERR_ARG (no such frame, opened without pixels), ERR_SUPPORT (transfer
 * syntax, colour, bits), ERR_FORMAT (damaged pixels, fewer than promised, values that
 *          are not finite), ERR_NOMEM
 */
bool dicom_object_decode(struct dicom_parsed *parsed, int32_t index, float *value,
                         struct err *err) ATTR_MUST_USE;

C_API_END

#endif
