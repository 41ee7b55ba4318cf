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
 *     frame of reference UID                U   from the identifier and the secret
 *   study ID, accession number, referring
 *     physician, study date and time        Z   empty
 *   study, series, protocol description     X
 *   series date and time                    X   and the content's date, which must be
 *                                               there, is 1 January 1900
 *   institution, station, serial number     X   of the scanner
 *
 * Files say so (Patient Identity Removed, De-identification Method Code Sequence).
 * Words within pictures and documents are the caller's: a PDF must be made with the
 * pseudonym.
 */
#ifndef DICOM_ANONYMISE_H
#define DICOM_ANONYMISE_H

#include "dicom/source.h"

struct dicom_anonymise {
    const char *pseudonym; /* 1 to 64 characters */
    const char *secret; /* who does not know it cannot try out which identifier became
                           which; may be "" */
    bool keep_uids;     /* so that results fit the images that were not anonymised
                           ("Retain UIDs Option") */
};

/** Errors: ERR_ARG (pseudonym empty, too long, or with characters other than letters,
 *  digits, '-', '_' and '.'), ERR_NOMEM;  the source is changed only on success.
 *  Tests: tests/unit/dicom/anonymise.c */
bool dicom_anonymise(struct dicom_source *source, const struct dicom_anonymise *how,
                     struct err *err) ATTR_MUST_USE;

#endif
