/*
 * workdir.h - a folder for the images of one run, that goes with the run.
 *
 * Why:    images of patients must not stay on the disk when the run is over, nor when
 *         Orthanc was killed in the midst.
 * Layer:  pacs.
 * Thread: safe; each run has its own.
 */
#ifndef PACS_WORKDIR_H
#define PACS_WORKDIR_H

#include "base/err.h"

/* All-zero is closed. */
struct pacs_workdir {
    char *path; /* owned; "" of no use when NULL */
    int fd;     /* locked as long as it is in use */
};

/** Make a folder that only this user can enter.  Errors: ERR_IO, ERR_NOMEM. */
bool pacs_workdir_open(const char *base, struct pacs_workdir *out,
                       struct err *err) ATTR_MUST_USE;

/** Remove it with all that is in it; fine when closed. */
void pacs_workdir_close(struct pacs_workdir *w);

/** Remove the folders that nobody uses any more; returns how many.
 *  Tests: tests/unit/pacs/workdir.c */
int pacs_workdir_sweep(const char *base);

#endif
