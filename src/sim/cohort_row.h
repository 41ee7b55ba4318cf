/*
 * cohort_row.h - what COHORT.csv says of a simulated patient.
 *
 * Layer:  sim; used by cohort.c alone.   Thread: pure functions.
 */
#ifndef SIM_COHORT_ROW_H
#define SIM_COHORT_ROW_H

#include <stdio.h>

#include "sim/case.h"

/** The column names, with the end of the line. */
void sim_cohort_row_names(FILE *to);

/** A patient's row.  A share of nothing (no myocardium was contoured) stays empty.
 *  @param dicom  the image is a folder */
void sim_cohort_row(const struct sim_case *c, const char *id, bool dicom, FILE *to);

#endif
