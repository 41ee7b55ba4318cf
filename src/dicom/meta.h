/*
 * meta.h - which instance a file of our own is, without reading the rest of it.
 *
 * Layer:  dicom.
 * Thread: pure function.
 * Source: DICOM PS3.10 7.1 (file meta information: explicit, little endian)
 */
#ifndef DICOM_META_H
#define DICOM_META_H

#include <stddef.h>

#include "dicom/source.h"

C_API_BEGIN

/** The Media Storage SOP Instance UID (0002,0003) of a file's bytes.
 *  Errors: ERR_FORMAT (no DICOM file, none in it, not sound).
 *  Tests:  tests/unit/dicom/meta.c */
bool dicom_meta_instance(const void *file, size_t size, char uid[AT_LEAST(DICOM_UID)],
                         struct err *err) ATTR_MUST_USE;

C_API_END

#endif
