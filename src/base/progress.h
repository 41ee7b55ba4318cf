/*
 * progress.h - one line on a terminal that tells how long work is going.
 *
 * Why:    work of more than a second shows what it does, how far it is and how long
 *         it will take.  On anything but a terminal (a log, a pipe) a plain line is
 *         written now and then instead, so that logs stay readable.
 * Layer:  base.
 * Thread: one thread reports; calls cost nothing when it is too early to draw again.
 */
#ifndef BASE_PROGRESS_H
#define BASE_PROGRESS_H

#include <stdint.h>
#include <stdio.h>

#include "base/attr.h"

C_API_BEGIN

struct progress {
    FILE *stream;    /* borrowed; NULL is silent */
    char what[64];   /* "training" */
    int64_t total;   /* steps in all */
    int64_t first;   /* steps already done at the start (a resumed work) */
    double started;  /* clock_seconds() at the start */
    double last;     /* when the line was drawn last */
    int is_terminal; /* the line may be drawn over itself */
    int width;       /* of the line on the screen now */
};

/** Begin; `stream` is usually stderr, or NULL for silence. */
void progress_start(struct progress *p, FILE *stream, const char *what, int64_t done,
                    int64_t total);

/** Draw if it is time: bar, percentage, `note` ("loss 0.412"), time left. */
void progress_update(struct progress *p, int64_t done, const char *note);

/** Draw a last time and end the line. */
void progress_finish(struct progress *p, const char *note);

C_API_END

#endif
