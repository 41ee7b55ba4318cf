/*
 * share.h - work in a folder, divided among any number of processes and threads.
 *
 * Why:    patients are independent: whoever has nothing to do takes the next one that
 *         is not done and that nobody is at.  Processes on one machine or on many,
 *         started together or one by one, need nothing but the folder for that; the
 *         lock of one that dies is free (base/lock.h), and another one takes its work
 *         up.
 * Layer:  base.
 * Thread: share_next() and share_end() from any thread; the others from one.
 *
 * One file holds all locks: the door, through which one comes in and goes out at a
 * time; the inside, which everybody holds who works; and one for each item.
 */
#ifndef BASE_SHARE_H
#define BASE_SHARE_H

#include <pthread.h>
#include <stdint.h>

#include "base/lock.h"

C_API_BEGIN

/* What is to be done.  Borrowed. */
struct share_plan {
    int64_t items, start; /* how many; the one to begin with */
    /* Is it there, whoever made it?  From any thread. */
    bool (*is_done)(const void *user, int64_t item, bool *done, struct err *err);
    const void *user; /* of it */
    /* Called at the start and after every item, whoever made it, never from two threads
     * at the same time; may be NULL. */
    void (*report)(void *user, int64_t done, int64_t total);
    void *report_user;
};

/* All-zero is empty. */
struct share {
    char *path; /* of the locks; owned */
    struct lock door, inside;
    struct share_plan plan;
    pthread_mutex_t mutex; /* of all below */
    bool ready;            /* share_begin() was called */
    bool *done;            /* [items], owned */
    int64_t next, count;   /* turns taken, items done */
    bool stop;
};

/* An item that is ours until share_end(). */
struct share_item {
    int64_t item; /* -1: nothing is left */
    struct lock lock;
};

/**
 * Come in, and stand in the door: nobody else comes or goes until share_shut().
 *
 * @param path        of the file of locks, made when missing
 * @param[out] alone  nobody else is inside
 * Errors: as lock_take
 * Tests:  tests/unit/base/share.c
 */
bool share_enter(const char *path, struct share *out, bool *alone,
                 struct err *err) ATTR_MUST_USE;

/** Leave the door, going in or out. */
void share_shut(struct share *s);

/** See what is done already.  Errors: ERR_NOMEM, those of `is_done`. */
bool share_begin(struct share *s, const struct share_plan *plan,
                 struct err *err) ATTR_MUST_USE;

/**
 * Take an item that is not done: first those that nobody is at, from `start` on; then
 * wait for the others, and take up those that are not done when their lock is free.
 *
 * @param[out] out  to be given back with share_end(); item -1: all are done, or another
 *                  thread has failed
 * Errors: as lock_take, those of `is_done`
 */
bool share_next(struct share *s, struct share_item *out, struct err *err) ATTR_MUST_USE;

/** Give an item back; not `done`: it failed, and share_next() gives no more. */
void share_end(struct share *s, struct share_item *item, bool done);

/** Go out, and stand in the door.  @param[out] alone  nobody is left inside */
bool share_leave(struct share *s, bool *alone, struct err *err) ATTR_MUST_USE;

/** Let go of everything; safe on an empty one. */
void share_clear(struct share *s);

C_API_END

#endif
