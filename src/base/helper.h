/*
 * helper.h - a thread that does one thing after another beside its owner.
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

#include <stddef.h>

#include "base/err.h"

/* What may be begun and not ended. */
enum { HELPER_MOST = 4 };

struct helper;

/** The thread has begun, and rests, when it returns: a thread that begins holds locks
 *  of the allocator.
 *  Errors: ERR_NOMEM (no memory or no thread); `*out` is then NULL. */
bool helper_new(struct helper **out, struct err *err) ATTR_MUST_USE;

/** Do `job(of)` after what was begun before; of HELPER_MOST the first is waited for. */
void helper_start(struct helper *h, void (*job)(void *of), void *of);

/** How much of what was begun has not ended: the last so many. */
size_t helper_left(struct helper *h);

/** Wait until no more than `left` has not ended.  What the others wrote can then be
 *  read; with 0, the helper rests. */
void helper_wait(struct helper *h, size_t left);

/** Wait for all, and end the thread.  NULL is allowed. */
void helper_free(struct helper *h);

#endif
