/*
 * calibrate_report.h - calibration.md, .csv and the figure: what a calibration is
 * worth.
 *
 * Layer:  cli.
 * Thread: one.
 */
#ifndef CLI_CALIBRATE_REPORT_H
#define CLI_CALIBRATE_REPORT_H

#include "cli/calibrate_trial.h"

/* What is told; borrowed. */
struct calibrate_story {
    const char *model; /* name of the file */
    const struct calibrate_set *set;
    const struct calibrate_trial *trial;
    const struct measure_confidence *confidence; /* learned from all */
};

/** Write DIR/calibration.md and DIR/calibration.csv (a row a patient).
 *  Errors: ERR_IO, ERR_NOMEM; name the file. */
bool calibrate_report_write(const struct calibrate_story *story, const char *dir,
                            struct err *err) ATTR_MUST_USE;

/** The numbers that are looked at first, for a terminal. */
void calibrate_report_print(const struct calibrate_story *story, FILE *to);

#endif
