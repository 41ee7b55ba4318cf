/*
 * guard.h - a child process with limits, for what files from outside can do.
 *
 * Why:    decoders are large programs with a history of faults, and a file decides what
 *         they do.  What goes wrong there, a crash, an endless loop, all memory asked
 *         for, ends a child and becomes an error that names the file.
 * Layer:  dicom.
 * Thread: one thread at a time.  The child has only the thread that started it.
 *
 * In the child: no core dump, no file written (or none beyond a limit), no output
 * (stdout and stderr are /dev/null), memory beyond what the parent had limited (but not
 * under an address sanitizer, which needs all of it), processor time limited for each
 * step, and it ends with its parent.  It leaves by _exit(), so nothing of the parent's
 * is flushed twice.
 */
#ifndef DICOM_GUARD_H
#define DICOM_GUARD_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

struct dicom_guard_limits {
    uint64_t memory_bytes; /* beyond what the parent has when it forks */
    int cpu_s;             /* processor time of one step, see dicom_guard_step() */
    int wall_s;            /* time between two messages */
    uint64_t file_bytes;   /* of a file that it writes; 0: none at all */
    const char *name;      /* what messages call it; NULL: "the decoder" */
};

/* All-zero is not running. */
struct dicom_guard {
    pid_t pid;
    int fd; /* reads what the child sends */
    struct dicom_guard_limits limits;
};

/** What the child does; `fd` is for dicom_guard_send(). */
typedef void dicom_guard_work(int fd, void *context);

/** Start a child that calls `work` and ends.  Errors: ERR_IO (no process, no pipe). */
bool dicom_guard_start(dicom_guard_work *work, void *context,
                       const struct dicom_guard_limits *limits, struct dicom_guard *out,
                       struct err *err) ATTR_MUST_USE;

/** In the child: send bytes; ends the child if the parent is gone. */
void dicom_guard_send(int fd, const void *data, size_t size);

/** In the child: a new step begins, with its own limit of processor time. */
void dicom_guard_step(const struct dicom_guard_limits *limits);

/**
 * In the parent: receive exactly `size` bytes.
 *
 * Errors:  ERR_FORMAT when the child ended before (its signal, time or memory is told
 * in words) or was silent for too long.  Then it has been stopped.
 */
bool dicom_guard_receive(struct dicom_guard *guard, void *data, size_t size,
                         struct err *err) ATTR_MUST_USE;

/** Stop the child if it runs and wait for its end; fine when all-zero or stopped. */
void dicom_guard_stop(struct dicom_guard *guard);

#endif
