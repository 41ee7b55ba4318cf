/*
 * work_dir.h - a folder that belongs to one long piece of work, taken up again and
 * again.
 *
 * Why:    work of hours goes on where it stopped; it must not go on in the folder of
 *         other work, or of work with other options.
 * Layer:  cli.
 * Thread: several processes may claim one folder for the same work.
 */
#ifndef CLI_WORK_DIR_H
#define CLI_WORK_DIR_H

#include "base/err.h"

enum { WORK_PATH = 1024, WORK_LINE = 2048 };

/* Borrowed. */
struct work_claim {
    const char *root, *state; /* the folder; the file in it that says whose it is */
    const char *line;         /* one line, without its end: all that changes a result */
    const char *what;         /* "study" */
};

/**
 * Make the folder this work's own, or see that it is.
 *
 * Errors: ERR_ARG (path too long; the folder holds other work of the kind, or files
 *     that are none); ERR_IO, ERR_NOMEM; all name the path
 * Tests:  tests/unit/cli/work_dir.c
 */
bool work_dir_claim(const struct work_claim *claim, struct err *err) ATTR_MUST_USE;

/** `dir`/`name` into a buffer.  Errors: ERR_ARG (too long). */
bool work_dir_join(const char *dir, const char *name, char out[AT_LEAST(WORK_PATH)],
                   struct err *err) ATTR_MUST_USE;

#endif
