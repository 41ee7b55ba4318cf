/*
 * err.h - how every function of this program fails.
 *
 * Why:    a failure is a value: a code for the program, one sentence for the user.
 *         No allocation, no global state, no longjmp.
 * Layer:  base.
 * Thread: each thread passes its own struct err.
 *
 * Idiom:
 *     bool thing_read(const char *path, struct thing *out, struct err *err);
 *
 *   - returns true on success; on failure returns false with `err` recorded;
 *   - outputs are written only on success;
 *   - the first error wins, callers add context with err_prefix();
 *   - `assert` is for a bug in this program, `err` is for the world.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>

#include "base/attr.h"

C_API_BEGIN

enum err_code {
    ERR_NONE = 0,
    ERR_ARG,     /* caller passed something the contract forbids */
    ERR_NOMEM,   /* allocation failed or a size overflowed */
    ERR_IO,      /* the operating system refused */
    ERR_FORMAT,  /* the file is not what it claims to be */
    ERR_SUPPORT, /* valid input that this program does not handle */
    ERR_NUMERIC, /* singular, non-finite, did not converge */
};

struct err {
    enum err_code code;
    char msg[512];
};

/** Record an error.  The first one wins; `err` may be NULL.  Control bytes in the
 *  message become '?': it can carry text from a file.  Of one that is too long the
 *  beginning and the end are kept. */
void err_record(struct err *err, enum err_code code, const char *fmt, ...)
    ATTR_PRINTF(3, 4);

/** Put context in front of the message: "case_012.nii.gz: short header".
 *  Does nothing when `err` is NULL or holds no error. */
void err_prefix(struct err *err, const char *fmt, ...) ATTR_PRINTF(2, 3);

/** Make '?' of control bytes, and of each byte of a control character that has two in
 *  UTF-8: text from a file must not steer a terminal. */
void err_make_printable(char *text);

/* How every function fails: `return ERR_FAIL(err, ERR_IO, "cannot open %s", path);`
 * The literal false lets static analysers see that nothing after it runs. */
#define ERR_FAIL(err, code, ...) (err_record((err), (code), __VA_ARGS__), false)

C_API_END

#endif
