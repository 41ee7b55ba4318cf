/*
 * process.h - run a program apart, within limits of time, memory and disk.
 *
 * Why:    whatever a bad series does to the program, it happens in a process of its
 *         own, and Orthanc goes on.
 * Layer:  pacs.
 * Thread: safe; the calling thread waits.  The program ends when that thread ends.
 */
#ifndef PACS_PROCESS_H
#define PACS_PROCESS_H

#include <stdint.h>

#include "base/err.h"

enum { PACS_PROCESS_WORDS = 40 }; /* most of a command, and of its environment */

struct pacs_process {
    const char *const *argv;  /* [0] is the program's absolute path; NULL ends */
    const char *const *env;   /* "NAME=value", all that the program sees; NULL ends */
    const char *dir;          /* it starts in this folder */
    const char *out, *err;    /* files for what it prints, in that folder */
    double wall_s;            /* then it is killed, with all that it started */
    uint64_t memory_bytes;    /* of address space, for each process; 0: no limit */
    uint64_t file_bytes;      /* of any one file */
    bool (*stop)(void *user); /* asked now and then: true kills it; NULL: never */
    void *user;
};

/* How it ended. */
enum pacs_process_end {
    PACS_PROCESS_EXITED, /* `value`: the exit status */
    PACS_PROCESS_KILLED, /* `value`: the signal */
    PACS_PROCESS_TIMED_OUT,
    PACS_PROCESS_STOPPED, /* as `stop` wished */
};

struct pacs_process_result {
    enum pacs_process_end end;
    int value;
};

/**
 * Run a program to its end.
 *
 * In the child: a process group of its own, no open files but its two, the usual
 * signals, no core dump; it gets SIGKILL when the calling thread ends.
 *
 * Errors:  ERR_IO: no process, or the program cannot be started;
 *          ERR_ARG: too many words
 * Tests:   tests/unit/pacs/process.c
 */
bool pacs_process_run(const struct pacs_process *p, struct pacs_process_result *out,
                      struct err *err) ATTR_MUST_USE;

#endif
