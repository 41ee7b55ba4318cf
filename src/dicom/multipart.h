/*
 * multipart.h - the answer of a DICOMweb server, taken apart as it arrives.
 *
 * Why:    a series comes as one stream of many instances (multipart/related), from a
 *         machine that is not ours; nothing of it is kept in memory, and what is not
 *         exactly as it must be is refused.
 * Layer:  dicom.
 * Thread: one thread per parser; no input or output of its own.
 *
 * Refused: no or another boundary, a delimiter line with more on it, headers that are
 * too long, a part that does not say it is application/dicom or is encoded, a part of
 * another length than its Content-Length, an end before the closing delimiter.
 */
#ifndef DICOM_MULTIPART_H
#define DICOM_MULTIPART_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

C_API_BEGIN

enum {
    DICOM_BOUNDARY = 71,             /* bytes: 70 characters and the zero (RFC 2046) */
    DICOM_MULTIPART_PREAMBLE = 1024, /* bytes before the first delimiter */
    DICOM_MULTIPART_HEADERS = 8192   /* bytes of a part's headers */
};

/* Receives the parts, in order.  Each returns false to stop, with `err` recorded. */
struct dicom_multipart_sink {
    void *user;
    bool (*begin)(void *user, struct err *err);
    bool (*data)(void *user, const void *data, size_t size, struct err *err);
    bool (*end)(void *user, struct err *err);
};

enum dicom_multipart_state {
    DICOM_MULTIPART_START, /* before the first delimiter */
    DICOM_MULTIPART_LINE,  /* the rest of a delimiter's line */
    DICOM_MULTIPART_HEAD,
    DICOM_MULTIPART_BODY,
    DICOM_MULTIPART_END /* after the closing delimiter: ignored */
};

/* A parser; set up by dicom_multipart_init(), owns nothing. */
struct dicom_multipart {
    struct dicom_multipart_sink sink;
    enum dicom_multipart_state state;
    char delimiter[DICOM_BOUNDARY + 4]; /* CR LF - - boundary */
    size_t length, matched;             /* of the delimiter */
    size_t skipped;                     /* bytes of the preamble */
    char head[DICOM_MULTIPART_HEADERS];
    size_t head_size;
    char line[4]; /* what follows a delimiter */
    size_t line_size;
    uint64_t part_size;
    int64_t promised; /* Content-Length of the part, or -1 */
    bool typed;       /* the part said that it is DICOM */
    size_t parts;     /* complete ones */
};

/**
 * The boundary in a Content-Type header.
 *
 * @param content_type   e.g. `multipart/related; type="application/dicom"; boundary=x`
 * @param[out] boundary  written only on success
 * Errors:  ERR_FORMAT (not multipart/related, of another type, no boundary, one that
 *          RFC 2046 does not allow)
 */
bool dicom_multipart_boundary(const char *content_type,
                              char boundary[AT_LEAST(DICOM_BOUNDARY)],
                              struct err *err) ATTR_MUST_USE;

/** Begin.  `boundary` as dicom_multipart_boundary() gave it. */
void dicom_multipart_init(struct dicom_multipart *m, const char *boundary,
                          const struct dicom_multipart_sink *sink);

/**
 * The next bytes, any number of them.
 *
 * Errors:  ERR_FORMAT as above, and those of the sink.  Then it is not to be used on.
 * Cost:    O(size); body bytes are passed on as they lie
 * Source:  RFC 2046 5.1 (multipart), RFC 2387 (related), DICOM PS3.18 8.6.1.2
 * Tests:   tests/unit/dicom/multipart.c, tests/fuzz/multipart.c
 */
bool dicom_multipart_feed(struct dicom_multipart *m, const void *data, size_t size,
                          struct err *err) ATTR_MUST_USE;

/** No more bytes.  Errors: ERR_FORMAT (cut off). */
bool dicom_multipart_finish(const struct dicom_multipart *m,
                            struct err *err) ATTR_MUST_USE;

C_API_END

#endif
