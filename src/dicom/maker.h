/*
 * maker.h - which network made a result, besides this program, and who changed it.
 *
 * Layer:  dicom.
 */
#ifndef DICOM_MAKER_H
#define DICOM_MAKER_H

#include <stdbool.h>

/* Borrowed; not NULL but where it is said. */
struct dicom_maker {
    const char *model;  /* name of the network */
    const char *sha256; /* of its weights, hexadecimal; "": it has none */
    bool corrected;     /* a person has changed what it drew */
    const char *reader; /* who that was, a name as DICOM has it; NULL: not said */
};

#endif
