/*
 * helper.h - a thread that does one thing at a time beside its owner.
 *
 * Why:    what must not hold up the work (writing the results of the last patient)
 *         goes on beside it; one thread for all of it, since what a library keeps per
 *         thread (fonts) is then made once.
 * Layer:  base.
 * Thread: all calls from one thread, the owner's.  A process that forks should do so
 *         while the helper rests (helper_wait): the child has not its thread, but has
 *         the locks that it held.
 */
#ifndef BASE_HELPER_H
#define BASE_HELPER_H

#include "base/err.h"

struct helper;

/** The thread has begun, and rests, when it returns: a thread that begins holds locks
 *  of the allocator.
 *  Errors: ERR_NOMEM (no memory or no thread); `*out` is then NULL. */
bool helper_new(struct helper **out, struct err *err) ATTR_MUST_USE;

/** Begin `job(of)`.  What was begun before is waited for first. */
void helper_start(struct helper *h, void (*job)(void *of), void *of);

/** Wait until nothing is going on.  What the job wrote can then be read. */
void helper_wait(struct helper *h);

/** Wait, and end the thread.  NULL is allowed. */
void helper_free(struct helper *h);

#endif
