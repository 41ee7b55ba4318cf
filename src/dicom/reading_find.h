/*
 * reading_find.h - which series a reader's object was drawn on.
 *
 * Layer:  dicom.
 * Thread: pure function.
 */
#ifndef DICOM_READING_FIND_H
#define DICOM_READING_FIND_H

#include "dicom/choose.h"
#include "dicom/reading.h"

C_API_BEGIN

/**
 * The stack that an object refers to: the one with most of the instances that it names,
 * else one of the series that it names.  Of several (a magnitude image and its twin in
 * one file) the one that is measured.  An object that names none is taken for drawn on
 * the one measured stack of its study that has its frame of reference.
 *
 * @param header  of the object's series
 * @return  index of the stack; -1: it is not here
 * Cost:    O(planes of the scan * log(instances))
 * Tests:   tests/cli/import_dicom.t
 */
int64_t dicom_reading_stack(const struct dicom_reading *reading,
                            const struct dicom_header *header,
                            const struct dicom_scan *scan,
                            const struct dicom_stacks *stacks,
                            const struct dicom_choice *choice);

C_API_END

#endif
