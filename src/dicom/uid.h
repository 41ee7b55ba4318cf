/*
 * uid.h - unique identifiers made of what they name.
 *
 * Why:    the same input and program give the same file, byte for byte; so an
 *         identifier comes from content, not from a clock or a random number.
 * Layer:  dicom.
 * Thread: pure functions.
 */
#ifndef DICOM_UID_H
#define DICOM_UID_H

#include <stddef.h>

#include "base/err.h"

C_API_BEGIN

enum { DICOM_UID_SIZE = 65 }; /* 64 characters and the final zero */

/**
 * "2.25." and the decimal value of a UUID of version 8 made of the first 128 bits of
 * the content's SHA-256.
 *
 * Two contents share an identifier with a probability of 2^-122.
 *
 * Errors:  ERR_NUMERIC as sha256_hex()
 * Source:  DICOM PS3.5 B.2 (UUID derived UID); RFC 9562 5.8 (version 8)
 * Tests:   tests/unit/dicom/uid.c
 */
bool dicom_uid_of_bytes(const void *data, size_t size,
                        char uid[AT_LEAST(DICOM_UID_SIZE)],
                        struct err *err) ATTR_MUST_USE;

/** The same of words, NULL ends them: dicom_uid_of(uid, err, "series", name, NULL).
 *  Words are kept apart: ("ab", "c") is not ("a", "bc").  Errors: also ERR_NOMEM. */
bool dicom_uid_of(char uid[AT_LEAST(DICOM_UID_SIZE)], struct err *err, const char *word,
                  ...) ATTR_MUST_USE __attribute__((sentinel));

/** Digits and dots, 1 to 64 of them.  Leading zeros and empty parts, which PS3.5 9.1
 *  forbids, are let through: scanners write them, and a reference must be what it
 * refers to. */
bool dicom_uid_ok(const char *uid);

C_API_END

#endif
