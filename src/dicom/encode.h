/*
 * encode.h - a DICOM file under construction: elements in any order, written sorted.
 *
 * Why:    what is written must be the same bytes every time and need no dictionary, no
 *         registry and no clock; the tag itself says how its value is encoded.  So this
 *         is plain C, and the C++ library only reads.
 * Layer:  dicom.
 * Thread: plain data; one encoder per thread.
 *
 * Modules of an object may be put in any order; elements of an item are sorted when it
 * ends.  Putting cannot fail one by one: the first failure (no memory, a value that its
 * representation cannot hold, an element twice) is kept and reported by
 * dicom_encode_write().
 *
 *     struct dicom_encoder e = {0};
 *     dicom_encode_text(&e, DICOM_MODALITY, "SEG");
 *     dicom_encode_begin(&e, DICOM_SEGMENT_SEQUENCE);   an item of the sequence
 *     dicom_encode_whole(&e, DICOM_SEGMENT_NUMBER, 1);
 *     dicom_encode_end(&e);                             items follow one another
 *     ok = dicom_encode_write(&e, DICOM_CLASS_SEG, path, uid, err);
 *     dicom_encode_clear(&e);
 *
 * Files are explicit VR little endian with text in UTF-8.
 * Source: DICOM PS3.5 7 (data set), PS3.10 7 (file).  Tests: tests/unit/dicom/encode.c
 */
#ifndef DICOM_ENCODE_H
#define DICOM_ENCODE_H

#include <stddef.h>
#include <stdint.h>

#include "dicom/tags.h"
#include "dicom/uid.h"

C_API_BEGIN

enum { DICOM_ENCODE_DEPTH = 16 }; /* sequences in each other */

/* Elements of one item so far; private to encode.c. */
struct dicom_encode_level {
    uint8_t *data; /* encoded elements in the order in which they were put */
    size_t size, room;
    struct dicom_encode_entry {
        uint32_t tag;
        size_t at, size; /* its bytes in `data` */
    } * entry;
    size_t entries, entry_room;
    uint64_t sequence; /* that this item belongs to */
};

/* All-zero is empty. */
struct dicom_encoder {
    struct dicom_encode_level level[DICOM_ENCODE_DEPTH];
    int depth;
    struct err err; /* the first failure */
};

void dicom_encode_clear(struct dicom_encoder *e);

/** Characters.  NULL is an empty value.  Longer text than the representation allows is
 *  cut between characters (SH 16, LO 64, ST 1024); control characters become blanks.
 *  Values of an element with several are separated by backslashes. */
void dicom_encode_text(struct dicom_encoder *e, uint64_t tag, const char *value);

/** As dicom_encode_text(), but nothing at all for NULL or an empty text. */
void dicom_encode_text_if(struct dicom_encoder *e, uint64_t tag, const char *value);

/** Whole numbers: IS, US, SS, UL, AT. */
void dicom_encode_whole(struct dicom_encoder *e, uint64_t tag, int64_t value);
void dicom_encode_wholes(struct dicom_encoder *e, uint64_t tag, const int64_t *value,
                         size_t n);

/** Numbers: DS (the nearest of 16 characters), FD, FL.  They must be finite. */
void dicom_encode_real(struct dicom_encoder *e, uint64_t tag, double value);
void dicom_encode_reals(struct dicom_encoder *e, uint64_t tag, const double *value,
                        size_t n);

/** Bytes as they stand in the file: OB, OW (little endian).  An odd last byte is
 *  followed by a zero. */
void dicom_encode_bytes(struct dicom_encoder *e, uint64_t tag, const void *data,
                        size_t size);

/** A sequence without items. */
void dicom_encode_empty(struct dicom_encoder *e, uint64_t tag);

/** Begin and end an item of a sequence.  Items of one sequence are put one directly
 *  after the other. */
void dicom_encode_begin(struct dicom_encoder *e, uint64_t sequence);
void dicom_encode_end(struct dicom_encoder *e);

/**
 * Write the file, atomically.
 *
 * SOP class and instance are added: the instance's identifier is that of all other
 * bytes, so that equal files have equal names and different files different ones.
 *
 * @param[out] uid  of the instance; may be NULL
 * Errors:  the first failure of building;  ERR_ARG an item was not ended;
 *          ERR_IO, ERR_NOMEM
 */
bool dicom_encode_write(struct dicom_encoder *e, const char *sop_class,
                        const char *path, char *uid, struct err *err) ATTR_MUST_USE;

C_API_END

#endif
