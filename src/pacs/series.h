/*
 * series.h - a series as Orthanc tells it, and its mark.
 *
 * Layer:  pacs.
 * Thread: as the server's.
 */
#ifndef PACS_SERIES_H
#define PACS_SERIES_H

#include "pacs/mark.h"
#include "pacs/queue.h"
#include "pacs/server.h"

struct pacs_series {
    char id[PACS_ID_SIZE];
    char study[PACS_ID_SIZE]; /* Orthanc's name of its study */
    char uid[PACS_UID_SIZE];  /* of the series */
    char modality[17];
    char orientation[100]; /* of the first image, as text; may be empty */
    char description[68];  /* may be empty, as the protocol */
    char protocol[68];
    bool stable;                    /* nothing has arrived for a while */
    char (*instance)[PACS_ID_SIZE]; /* [count], sorted */
    size_t count;
    char instances_hash[PACS_UID_SIZE]; /* the same for the same instances alone */
};

void pacs_series_clear(struct pacs_series *s);

/** Ask for a series.  `out` is written when the answer is PACS_REPLY_OK; it is owned by
 *  the caller (pacs_series_clear).  Tests: tests/unit/pacs/series.c */
enum pacs_reply pacs_series_get(const struct pacs_server *server, const char *id,
                                struct pacs_series *out, struct err *err);

/** The other series of the study that may show the same slices: as many images, one
 *  orientation, the same modality.  First those of the same protocol; among equals, the
 *  longer the beginning that their descriptions share, the earlier.
 *
 *  @param[out] id     [most]
 *  @param[out] count  how many there are; of more than `most` the first are in `id`
 *  Errors: ERR_IO, ERR_FORMAT, ERR_NOMEM */
bool pacs_series_siblings(const struct pacs_server *server, const struct pacs_series *s,
                          size_t most, char (*id)[PACS_ID_SIZE], size_t *count,
                          struct err *err) ATTR_MUST_USE;

/** The series that an instance is in. */
enum pacs_reply pacs_series_of_instance(const struct pacs_server *server,
                                        const char *instance,
                                        char id[AT_LEAST(PACS_ID_SIZE)],
                                        struct err *err);

/** The mark of a series, all-zero if it has none.  Errors: ERR_IO, ERR_NOMEM. */
bool pacs_series_mark(const struct pacs_server *server, int metadata, const char *id,
                      struct pacs_mark *out, struct err *err) ATTR_MUST_USE;

/** Set it.  Errors: ERR_IO (also when the series is gone), ERR_NOMEM. */
bool pacs_series_set_mark(const struct pacs_server *server, int metadata,
                          const char *id, const struct pacs_mark *m,
                          struct err *err) ATTR_MUST_USE;

#endif
