/*
 * tmpdir.h - a private folder that is gone when this process is, whatever ends it.
 *
 * Why:    what lies there for a while may be somebody's images: an interrupt, a crash
 *         or a kill must not leave it behind.  A signal handler would cover the first
 *         only, and would need state that all threads share.
 * Way:    a small child process waits for the end of a pipe, which comes by
 *         tmpdir_remove() or by the end of this process, and removes the folder.
 * Layer:  base.
 * Thread: one thread for each folder.
 */
#ifndef BASE_TMPDIR_H
#define BASE_TMPDIR_H

#include <sys/types.h>

#include "base/err.h"

C_API_BEGIN

enum { TMPDIR_MAX_DEEP = 4 }; /* folders within folders that are removed */

/* All-zero is none; tmpdir_remove() of none does nothing. */
struct tmpdir {
    char *path; /* owned */
    pid_t keeper;
    int fd; /* the end of the pipe that the keeper waits for */
};

/**
 * Make a folder that only this user can enter, in $TMPDIR or else in /tmp.
 *
 * @param name      part of the folder's name: "cicatrix-pacs"
 * @param[out] out  to be ended by tmpdir_remove()
 * Errors:  ERR_IO (not writable, no process), ERR_NOMEM
 * Tests:   tests/unit/base/tmpdir.c (also after SIGKILL)
 */
bool tmpdir_make(const char *name, struct tmpdir *out, struct err *err) ATTR_MUST_USE;

/** Remove the folder with all that is in it, and wait until it is gone. */
void tmpdir_remove(struct tmpdir *t);

C_API_END

#endif
