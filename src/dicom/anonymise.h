/*
 * anonymise.h - results that go out without the patient's name.
 *
 * Why:    all that a result says of a patient comes from the struct dicom_source of the
 *         series; without it there, it is in no file.
 * Layer:  dicom.
 * Thread: pure functions of their arguments.
 *
 * What happens to the attributes that this program writes (PS3.15 table E.1-1, basic
 * application level confidentiality profile; Z: empty or a dummy, X: removed, U:
 * replaced by another identifier, the same for the same one):
 *
 *   patient's name, ID                      Z   the pseudonym
 *   issuer of the ID, age, size, weight     X
 *   birth date, sex                         Z   empty
 *   study, series, instance,
 *     frame of reference UID                U   from the identifier and the key
 *   study ID, accession number, referring
 *     physician, study date and time        Z   empty
 *   study, series, protocol description     X
 *   series date and time                    X   and the content's date, which must be
 *                                               there, is 1 January 1900
 *   institution, station, serial number     X   of the scanner
 *
 * A hash of a patient's ID is no pseudonym: who knows what IDs look like tries them
 * all. So all that is made from an identifier is made with a key (HMAC-SHA-256).  With
 * the same key the same patient has the same pseudonym, and with another one there is
 * no way from one to the other.
 *
 * Files say so (Patient Identity Removed, De-identification Method Code Sequence).
 * Words within pictures and documents are the caller's: a PDF must be made with the
 * pseudonym.
 */
#ifndef DICOM_ANONYMISE_H
#define DICOM_ANONYMISE_H

#include "base/sha256.h"
#include "dicom/source.h"

enum {
    DICOM_KEY_MIN = 16, /* bytes of a file with a key */
    DICOM_KEY_MAX = 64 * 1024,
    DICOM_PSEUDONYM = 20 /* bytes, with the final zero, of one that is made here */
};

struct dicom_key {
    uint8_t data[SHA256_BYTES];
};

/** The key that a file holds: any bytes that nobody can guess, for example of
 *  /dev/urandom.  Errors: ERR_IO, ERR_FORMAT (fewer than DICOM_KEY_MIN), ERR_SUPPORT
 *  (more than DICOM_KEY_MAX); they name the file. */
bool dicom_key_read(const char *path, struct dicom_key *out,
                    struct err *err) ATTR_MUST_USE;

/** A key that nobody ever has again.  Errors: ERR_IO. */
bool dicom_key_draw(struct dicom_key *out, struct err *err) ATTR_MUST_USE;

/** A pseudonym of `text`: a letter that stands for what it is and 16 hexadecimal
 *  digits. */
bool dicom_key_pseudonym(const struct dicom_key *key, char letter, const char *text,
                         char out[AT_LEAST(DICOM_PSEUDONYM)],
                         struct err *err) ATTR_MUST_USE;

struct dicom_anonymise {
    const struct dicom_key *key;
    const char *pseudonym; /* of the patient, 1 to 64 characters; NULL: from the
                              patient's ID and its issuer (without an ID, from the
                              study) */
    bool keep_uids; /* so that results fit the images that were not anonymised ("Retain
                       UIDs Option") */
};

/** Errors: ERR_ARG (pseudonym empty, too long, or with characters other than letters,
 *  digits, '-', '_' and '.'), ERR_NOMEM;  the source is changed only on success.
 *  Tests: tests/unit/dicom/anonymise.c */
bool dicom_anonymise(struct dicom_source *source, const struct dicom_anonymise *how,
                     struct err *err) ATTR_MUST_USE;

#endif
