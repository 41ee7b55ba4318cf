/*
 * say.h - what a command says on stderr: one line, `cicatrix: <file>: <cause>`.
 *
 * Why:    messages are read by people and by scripts; so each is one line, whatever
 *         characters a file name holds.
 * Layer:  cli, the only room that talks.
 */
#ifndef CLI_SAY_H
#define CLI_SAY_H

#include <stdio.h>

#include "base/err.h"
#include "base/progress.h"

/* Exit statuses of every command. */
enum exit_status {
    EXIT_DONE = 0,   /* all done */
    EXIT_FAILED = 1, /* some input failed, or nothing could be written */
    EXIT_USAGE = 2,  /* wrong usage */
};

/** `cicatrix: <message>` */
void say_error(const char *fmt, ...) ATTR_PRINTF(1, 2);

/** `cicatrix: warning: <message>` */
void say_warning(const char *fmt, ...) ATTR_PRINTF(1, 2);

/** `cicatrix: <message of err>`; the message names the file already. */
void say_err(const struct err *err);

/** The same while a progress line may stand on the terminal: not behind it. */
void say_err_over(struct progress *progress, const struct err *err);

/** Print a file's name: its control bytes, which could steer a terminal, as '?'. */
void say_name(FILE *to, const char *name);

/** Where a command of seconds draws its progress: stderr if that is a terminal and
 *  `quiet` is not set, else NULL (silent), so that logs hold errors alone. */
FILE *say_progress(bool quiet);

#endif
