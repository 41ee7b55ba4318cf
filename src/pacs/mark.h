/*
 * mark.h - what is known of a series, as metadata beside it in Orthanc's database.
 *
 * Why:    the mark lives and dies with its series; it tells after any end of Orthanc
 *         what is done and what is not, and which instances are results of this series.
 *
 * The identifiers of all results are in the mark before the first of them is stored.
 * So whenever Orthanc ends, a later run knows what may lie there and must go, even one
 * of another version whose results have other identifiers.
 *
 * Layer:  pacs.
 * Thread: pure functions.
 */
#ifndef PACS_MARK_H
#define PACS_MARK_H

#include <stddef.h>

#include "base/clock.h"
#include "pacs/json.h"

enum {
    PACS_UID_SIZE = 65,
    PACS_RESULTS_MAX = 64, /* instances that are or may be stored for a series */
    PACS_MESSAGE_SIZE = 256,
};

enum pacs_mark_state {
    PACS_MARK_NONE,    /* never seen */
    PACS_MARK_ASKED,   /* somebody asks for a new run */
    PACS_MARK_RUNNING, /* began, and has not ended */
    PACS_MARK_DONE,    /* results are stored */
    PACS_MARK_REFUSED, /* not for us: no short-axis LGE, a twin, ... */
    PACS_MARK_FAILED,  /* for us, but it did not work; the message says why */
    PACS_MARK_STATES,
};

/* All-zero is the mark of a series never seen. */
struct pacs_mark {
    enum pacs_mark_state state;
    int tries;                     /* starts of RUNNING */
    char instances[PACS_UID_SIZE]; /* of which instances: pacs_series.instances_hash */
    char message[PACS_MESSAGE_SIZE]; /* for people */
    char finished[CLOCK_UTC];        /* "2026-11-26T07:30:00Z", empty while RUNNING */
    char result[PACS_RESULTS_MAX][PACS_UID_SIZE]; /* SOP instances stored or to be */
    size_t results;
};

/* What to do with a series. */
enum pacs_todo {
    PACS_TODO_NOTHING,
    PACS_TODO_RUN,
    PACS_TODO_GIVE_UP, /* it was begun too often */
};

/** "asked", "running", "done", "refused", "failed"; "unknown" for PACS_MARK_NONE. */
const char *pacs_mark_word(enum pacs_mark_state state);

/**
 * Read a mark.  What is no mark (somebody else's metadata) reads as PACS_MARK_NONE.
 *
 * @param text  JSON
 */
void pacs_mark_read(const char *text, struct pacs_mark *out);

/** Its results as an array; NULL without memory. */
json_t *pacs_mark_results(const struct pacs_mark *m);

/** The mark as JSON, owned by the caller (bytes_clear).  Bytes of the message that are
 *  not ASCII become '?'.  Errors: ERR_NOMEM. */
bool pacs_mark_write(const struct pacs_mark *m, struct bytes *out,
                     struct err *err) ATTR_MUST_USE;

/**
 * Is there something to do?
 *
 * @param m  the mark of the series
 * @param instances  which instances it has now (pacs_series.instances_hash)
 * @param tries  how often it may be begun
 * Tests:  tests/unit/pacs/mark.c
 */
enum pacs_todo pacs_mark_decide(const struct pacs_mark *m, const char *instances,
                                int tries);

/** Put a run's beginning into the mark: RUNNING, one more try, or the first if the
 *  series was finished, asked for or has other instances now. */
void pacs_mark_begin(struct pacs_mark *m, const char *instances);

/** Put a run's end into the mark, with the time of day. */
void pacs_mark_end(struct pacs_mark *m, enum pacs_mark_state state,
                   const char *message);

/** Add a result if it is not there.  Errors: ERR_SUPPORT, there are too many. */
bool pacs_mark_add(struct pacs_mark *m, const char *uid, struct err *err) ATTR_MUST_USE;

#endif
