/*
 * lock.h - one process at a time, where several work in one folder.
 *
 * Why:    two runs may share the work of a folder; neither may do what the other is at.
 * Layer:  base.
 * Thread: a lock belongs to who took it; two takers in one process exclude each other
 *         as two processes do.
 *
 * The kernel lets go of a lock when its process ends, however it ends: nothing is stale
 * after a kill.  A file that is removed while another process waits for it locks
 * nothing: who gets it then takes the file that has the name now.
 */
#ifndef BASE_LOCK_H
#define BASE_LOCK_H

#include <stdint.h>

#include "base/err.h"

C_API_BEGIN

/* All-zero holds nothing. */
struct lock {
    int fd;
    bool held;
};

/**
 * Lock a file, which is made when missing.
 *
 * @param wait      until it is free; false: come back at once
 * @param[out] out  `held` says if it was free; owned by the caller (lock_drop)
 * Errors: ERR_IO (cannot be made; the file system has no locks), with the file's name
 * Tests:  tests/unit/base/lock.c
 */
bool lock_take(const char *path, bool wait, struct lock *out,
               struct err *err) ATTR_MUST_USE;

/* Which of the many locks of a file, and how. */
struct lock_place {
    int64_t place; /* 0 and on */
    bool shared;   /* with others who say so */
    bool wait;     /* until it is free; false: come back at once */
};

/**
 * Lock a place of a file, which is made when missing: as many locks as there is work,
 * without a file for each.  Not to be mixed with lock_take() on one file.
 *
 * @param[out] out  as in lock_take
 * Errors: as lock_take
 */
bool lock_take_place(const char *path, struct lock_place place, struct lock *out,
                     struct err *err) ATTR_MUST_USE;

/** Let go; safe on one that holds nothing. */
void lock_drop(struct lock *lock);

/** Let go and leave no file; does nothing on one that holds nothing. */
void lock_remove(struct lock *lock, const char *path);

C_API_END

#endif
