/*
 * job.h - one series: out of Orthanc, through the program, the results back in.
 *
 * Why:    all that can go wrong with a series ends here as a mark on it.
 *
 * Exactly one set of results: before the first result is stored the mark names all of
 * them, besides those of earlier runs; when all are stored, what the mark names and the
 * new set lacks is deleted; then the mark is DONE.  Ended anywhere between, the next
 * run does the same again, and what is stored twice is stored once, since results have
 * identifiers made of their content.
 *
 * A series that is deleted meanwhile has no mark to name results: what was stored is
 * deleted.
 *
 * Layer:  pacs.
 * Thread: several at a time for different series.
 */
#ifndef PACS_JOB_H
#define PACS_JOB_H

#include "pacs/config.h"
#include "pacs/mark.h"
#include "pacs/server.h"

struct pacs_job {
    const struct pacs_config *config;
    const struct pacs_server *server;
    bool (*stop)(void *user); /* true: end soon, Orthanc stops */
    void *user;
};

enum pacs_job_end {
    PACS_JOB_ENDED,   /* the mark says how */
    PACS_JOB_GONE,    /* the series was deleted */
    PACS_JOB_STOPPED, /* as `stop` wished; to be done after a restart */
    PACS_JOB_LATER,   /* the disk or Orthanc failed: `err` says how; try again */
};

/**
 * Quantify a series and store what the configuration asks for.
 *
 * @param id    Orthanc's name of the series
 * @param mark  the last mark that was set
 * @param err   recorded with PACS_JOB_LATER, and with PACS_JOB_STOPPED perhaps
 * Tests:  tests/unit/pacs/job.c, tests/cli/orthanc.t
 */
enum pacs_job_end pacs_job_run(const struct pacs_job *job, const char *id,
                               struct pacs_mark *mark, struct err *err);

#endif
