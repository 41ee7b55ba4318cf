/*
 * run_program.h - the program `cicatrix` on exported images: what it is called with,
 * what its environment is, and how its end reads.
 *
 * Layer:  pacs; private to job.c.
 * Thread: as process.h.
 */
#ifndef PACS_RUN_PROGRAM_H
#define PACS_RUN_PROGRAM_H

#include "pacs/config.h"
#include "pacs/mark.h"

/* How a run of the program ended. */
enum pacs_run_end {
    PACS_RUN_PRINTED, /* exit status 0; `out` holds what it printed */
    PACS_RUN_REFUSED, /* exit status 1; `out` as well, `why` says what it complained of
                       */
    PACS_RUN_BROKEN,  /* it crashed, took too long, ...: `why` */
    PACS_RUN_STOPPED, /* as `stop` wished */
};

struct pacs_run {
    const struct pacs_config *config;
    const char *dir; /* where it runs: paths in what it prints are short then */
    bool (*stop)(void *user);
    void *user;
};

/**
 * `cicatrix info --json .`, or with `series` (a folder in `dir`) `cicatrix quantify`
 * with the options of the configuration, results in the folder "results".
 *
 * @param[out] end  how it ended
 * @param[out] out  what it printed, owned by the caller (bytes_clear)
 * @param[out] why  of PACS_RUN_REFUSED and PACS_RUN_BROKEN
 * Errors:  ERR_IO, ERR_NOMEM: it could not be run, had no space to write to, or its
 *          output could not be read
 * Tests:   tests/unit/pacs/job.c
 */
bool pacs_run_program(const struct pacs_run *run, const char *series,
                      enum pacs_run_end *end, struct bytes *out,
                      char why[AT_LEAST(PACS_MESSAGE_SIZE)],
                      struct err *err) ATTR_MUST_USE;

#endif
