/*
 * http.h - requests to one HTTP server, with the rules of peer.h.
 *
 * Why:    libcurl does the protocol; what this program allows of it stands here: http
 *         and https alone, certificates checked (TLS 1.2 or newer), no redirect to
 *         another server, no compression, an end to waiting, and one clear sentence
 *         when it fails.
 * Layer:  dicom.
 * Thread: one thread per connection.
 *
 * Proxies are those of the environment (http_proxy, https_proxy, no_proxy).
 */
#ifndef DICOM_HTTP_H
#define DICOM_HTTP_H

#include "base/file.h"
#include "dicom/peer.h"

C_API_BEGIN

enum {
    DICOM_HTTP_TRIES = 3,
    DICOM_HTTP_REDIRECTS = 4,
    DICOM_HTTP_SAID = 200 /* bytes of a server's words in a message, with the zero */
};

struct dicom_http; /* a connection, kept between requests */

/* Where an answer goes that is a success (status 2xx but 206, a part).  Each returns
 * false to stop, with `err` recorded. */
struct dicom_http_sink {
    void *user;
    bool (*begin)(void *user, const char *content_type, struct err *err);
    bool (*data)(void *user, const void *data, size_t size, struct err *err);
    bool (*again)(void *user, struct err *err); /* forget it: it begins anew */
};

/** Errors: ERR_NOMEM, ERR_SUPPORT (libcurl refuses an option). `peer` is borrowed. */
bool dicom_http_open(const struct dicom_peer *peer, struct dicom_http **out,
                     struct err *err) ATTR_MUST_USE;

/** NULL is fine. */
void dicom_http_close(struct dicom_http *http);

/**
 * Ask for something.
 *
 * Tried up to DICOM_HTTP_TRIES times while the connection breaks or the server says
 * that it is busy (429, 502, 503, 504); a refused connection is final.  An answer
 * without a body never reaches the sink.
 *
 * @param path    after the peer's address, begins with a slash
 * @param accept  of the media types
 * Errors:  ERR_IO (no connection, certificate, time), ERR_FORMAT (no success: the
 *          status and what the server says of it in one line), those of the sink.  They
 *          name the peer's address.
 * Tests:   tests/cli/pacs.t
 */
bool dicom_http_get(struct dicom_http *http, const char *path, const char *accept,
                    const struct dicom_http_sink *sink, struct err *err) ATTR_MUST_USE;

/** Send something; once.  Errors: as dicom_http_get(). */
bool dicom_http_post(struct dicom_http *http, const char *path,
                     const struct bytes *body, const char *content_type,
                     const char *accept, const struct dicom_http_sink *sink,
                     struct err *err) ATTR_MUST_USE;

/** The peer's address, for messages; borrowed. */
const char *dicom_http_url(const struct dicom_http *http);

/** Status of the last answer, 0 if there was none. */
int dicom_http_status(const struct dicom_http *http);

/** Did the last answer come with a persistent warning (Warning: 299)?  Then its words,
 *  as one line, are in `said`. */
bool dicom_http_warned(const struct dicom_http *http,
                       char said[AT_LEAST(DICOM_HTTP_SAID)]);

C_API_END

#endif
