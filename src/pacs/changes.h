/*
 * changes.h - Orthanc's log of changes, read into the queue.
 *
 * Layer:  pacs.
 * Thread: one reader.
 */
#ifndef PACS_CHANGES_H
#define PACS_CHANGES_H

#include "pacs/queue.h"
#include "pacs/server.h"

enum { PACS_CHANGES_PAGE = 100 };

/* Changes read at one go. */
struct pacs_changes {
    struct {
        char series[PACS_ID_SIZE]; /* empty: of no series */
        int64_t number;
    } change[PACS_CHANGES_PAGE];
    size_t count;
    bool more; /* the log goes on */
};

/**
 * Read what follows change number `since`.
 *
 * New, stable and re-marked series concern themselves; a new instance its series: after
 * a crash nothing else tells that a series has grown.
 *
 * Errors:  ERR_IO, ERR_FORMAT, ERR_NOMEM
 * Tests:   tests/unit/pacs/changes.c
 */
bool pacs_changes_read(const struct pacs_server *server, int64_t since,
                       struct pacs_changes *out, struct err *err) ATTR_MUST_USE;

/** The number of the last change of all; 0 if there is none.  Errors: as above. */
bool pacs_changes_last(const struct pacs_server *server, int64_t *number,
                       struct err *err) ATTR_MUST_USE;

/** Note all that were read, or as many as there is room for. */
void pacs_changes_note(const struct pacs_changes *c, struct pacs_queue *q);

#endif
