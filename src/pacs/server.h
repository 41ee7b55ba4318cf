/*
 * server.h - what is asked of Orthanc: its REST interface, and one number to keep.
 *
 * Why:    everything but the plugin's entry points works on this, so it can be tested
 *         without Orthanc, and knows nothing of Orthanc's own header.
 * Layer:  pacs.
 * Thread: the functions behind it must be safe in any thread.
 */
#ifndef PACS_SERVER_H
#define PACS_SERVER_H

#include <stdint.h>

#include "base/file.h"

enum pacs_method { PACS_GET, PACS_POST, PACS_PUT, PACS_DELETE };

/* How a call ended. */
enum pacs_reply {
    PACS_REPLY_OK,
    PACS_REPLY_MISSING, /* there is no such thing */
    PACS_REPLY_FAILED,
};

struct pacs_server {
    void *user;

    /** Call the REST interface.  Only PACS_REPLY_OK gives an `answer`, owned by the
     *  caller (bytes_clear), with one zero byte after its content (not counted).
     *  PACS_REPLY_FAILED records an error, ERR_IO or ERR_NOMEM. */
    enum pacs_reply (*call)(void *user, enum pacs_method method, const char *uri,
                            const struct bytes *body, struct bytes *answer,
                            struct err *err);

    /** Keep a number over restarts, in the database of the images. */
    bool (*keep)(void *user, int64_t number, struct err *err);

    /** The number kept; -1 if there is none yet. */
    bool (*kept)(void *user, int64_t *number, struct err *err);

    /** A line for Orthanc's log; nothing in it tells of a patient. */
    void (*log)(void *user, const char *line);
};

#endif
