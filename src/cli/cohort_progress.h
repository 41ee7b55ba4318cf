/*
 * cohort_progress.h - a progress line for cohorts that are made patient by patient.
 *
 * Layer:  cli.
 * Thread: one caller at a time, as sim_folder_write() calls it.
 */
#ifndef CLI_COHORT_PROGRESS_H
#define CLI_COHORT_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/progress.h"

struct cohort_progress {
    const char *what; /* "simulating" */
    FILE *stream;     /* say_progress(); NULL: silent */
    struct progress bar;
    bool started;
};

/** For `report` of a plan; `user` is a struct cohort_progress. */
void cohort_progress_show(void *user, int64_t done, int64_t total);

/** End the line; after a failure the message gets a line of its own. */
void cohort_progress_end(struct cohort_progress *p, bool ok);

#endif
