/*
 * queue.h - which series are under way, and from where to go on after a restart.
 *
 * Why:    Orthanc's log of changes is the durable queue: numbered, and in the same
 *         database as the images.  Here stands only what of it is not finished.  The
 *         number before the oldest such change is kept; a program that starts again
 *         reads the log from there and loses nothing, whenever it was killed.
 * Way:    a change that concerns a series: pacs_queue_note().  A series is then NEW, is
 *         looked at, and is left (pacs_queue_drop), WAITING for more images, or READY;
 *         pacs_queue_take() gives a READY one to a worker, which ends it by
 *         pacs_queue_finish().  What changed meanwhile is NEW again.
 * Layer:  pacs.
 * Thread: none of its own; the caller locks.
 */
#ifndef PACS_QUEUE_H
#define PACS_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

enum {
    PACS_ID_SIZE = 45,     /* Orthanc's names of series and instances, and a zero */
    PACS_QUEUE_MAX = 1000, /* series under way; more wait in the log of changes */
};

enum pacs_stage {
    PACS_NEW,     /* to be looked at */
    PACS_WAITING, /* still arriving, or to be tried later */
    PACS_READY,   /* to be worked on */
    PACS_RUNNING, /* a worker has it */
};

struct pacs_item {
    char id[PACS_ID_SIZE];
    enum pacs_stage stage;
    int64_t since;  /* number of the oldest change that is not finished */
    int64_t again;  /* oldest change noted while RUNNING; 0: none */
    double look_at; /* when a WAITING one is looked at again, in seconds of a clock */
    int tries;      /* how often it was begun before, without an end */
    char study[PACS_ID_SIZE]; /* of a READY or RUNNING one: Orthanc's name of it */
};

/* All-zero is empty and has seen nothing.  Items stand in the order of noting. */
struct pacs_queue {
    struct pacs_item item[PACS_QUEUE_MAX];
    size_t count;
    int64_t seen; /* number of the last change that was read */
};

/** "0123abcd-...": five groups of eight digits, in lower case?  Anything else must not
 *  become a path or a part of an address. */
bool pacs_queue_id_ok(const char *id);

/** No room for one more series? */
bool pacs_queue_full(const struct pacs_queue *q);

/** Change number `change` > 0 concerns this series.  A queue that is full, or what is
 *  no name of a series, is let be: see pacs_queue_full(). */
void pacs_queue_note(struct pacs_queue *q, const char *id, int64_t change);

/** The first that is NEW, or WAITING with its time come; NULL if there is none.
 *  Borrowed until the next call. */
struct pacs_item *pacs_queue_to_look_at(struct pacs_queue *q, double now);

/** The item of a series, NULL if it is not under way. */
struct pacs_item *pacs_queue_find(struct pacs_queue *q, const char *id);

/** Nothing is to be done with this series: forget it. */
void pacs_queue_drop(struct pacs_queue *q, const char *id);

/** A READY one becomes RUNNING: of those least often begun the oldest, so that one
 * which takes Orthanc down with it does not hold up the others.  Series of one study
 * run one after the other: of two twins each must see what became of the other.  False
 * if there is none. */
bool pacs_queue_take(struct pacs_queue *q, char id[AT_LEAST(PACS_ID_SIZE)]);

/** A RUNNING one has ended: gone, or NEW if it changed meanwhile. */
void pacs_queue_finish(struct pacs_queue *q, const char *id);

/** A RUNNING one is to be tried again at `when`: WAITING. */
void pacs_queue_later(struct pacs_queue *q, const char *id, double when);

/** Everything up to this change is finished. */
int64_t pacs_queue_done_to(const struct pacs_queue *q);

#endif
