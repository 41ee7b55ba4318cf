/*
 * info_dicom.h - the series of a DICOM study, what each is, and why it is taken or not.
 *
 * Layer:  cli.
 *
 * Printed is what tells series apart; whose they are only with `verbose`.
 */
#ifndef CLI_INFO_DICOM_H
#define CLI_INFO_DICOM_H

#include <jansson.h>
#include <stdio.h>

#include "cli/input_read.h"

/** A table: one line for each stack of slices, in the order of the series numbers. */
void info_dicom_print(const struct input_dicom *d, bool verbose, FILE *to);

/** How many stacks quantify would take. */
size_t info_dicom_taken(const struct input_dicom *d);

/** Append one object for each stack to `array`.  Errors: ERR_NOMEM. */
bool info_dicom_json(const struct input_dicom *d, bool verbose, json_t *array,
                     struct err *err) ATTR_MUST_USE;

#endif
