/*
 * history.h - series that ended since the start: the last ones, and how many in all.
 *
 * Layer:  pacs.
 * Thread: none of its own; the caller locks.
 */
#ifndef PACS_HISTORY_H
#define PACS_HISTORY_H

#include "pacs/json.h"
#include "pacs/mark.h"
#include "pacs/queue.h"

enum { PACS_HISTORY_MAX = 100 }; /* series remembered */

struct pacs_ended {
    char id[PACS_ID_SIZE], message[PACS_MESSAGE_SIZE], finished[24];
    enum pacs_mark_state state;
    double seconds;
};

/* All-zero is empty. */
struct pacs_history {
    struct pacs_ended last[PACS_HISTORY_MAX]; /* a ring */
    size_t count;                             /* ever added */
    size_t by_state[PACS_MARK_STATES];
};

/** A series has ended as its mark says, after so many seconds. */
void pacs_history_add(struct pacs_history *h, const char *id,
                      const struct pacs_mark *mark, double seconds);

/** The last ones as an array, newest first; NULL without memory.
 *  Tests: tests/unit/pacs/history.c */
json_t *pacs_history_last(const struct pacs_history *h);

/** How many were done, refused, failed, as an object; NULL without memory. */
json_t *pacs_history_counts(const struct pacs_history *h);

#endif
