/*
 * web.h - remote.h's questions in DICOMweb: QIDO-RS, WADO-RS, STOW-RS.
 *
 * Layer:  dicom.  Thread: one per connection.
 * Source: DICOM PS3.18 10.6 (search), 10.4 (retrieve), 10.5 (store); PS3.18 F (JSON)
 */
#ifndef DICOM_WEB_H
#define DICOM_WEB_H

#include "dicom/http.h"
#include "dicom/remote.h"

C_API_BEGIN

enum {
    DICOM_WEB_MAX_JSON = 16 * 1024 * 1024,  /* bytes of an answer in JSON */
    DICOM_WEB_MAX_SENT = 1024 * 1024 * 1024 /* bytes sent in one request */
};

/** Series of a study, appended to `list`; none if the server does not know it.
 *  Errors: ERR_FORMAT also when the server warns that it has more than it lists. */
bool dicom_web_find(struct dicom_http *http, const char *study,
                    struct dicom_remote_list *list, struct err *err) ATTR_MUST_USE;

/** One series, in the transfer syntax that it is stored in, or, for a server that
 * cannot say that, in the one that it chooses. */
bool dicom_web_fetch(struct dicom_http *http, const char *study, const char *series,
                     struct dicom_inbox *box, struct err *err) ATTR_MUST_USE;

/** Files, in one request; the server must confirm each of them by its name. */
bool dicom_web_store(struct dicom_http *http, char *const *path, size_t count,
                     struct err *err) ATTR_MUST_USE;

/** What an answer to QIDO-RS lists, appended to `list`.  Errors: ERR_FORMAT (no JSON of
 *  this kind, a series without a sound UID or number of instances), and of
 *  dicom_remote_list_add().  Tests: tests/unit/dicom/web.c */
bool dicom_web_read_series(const void *json, size_t size,
                           struct dicom_remote_list *list,
                           struct err *err) ATTR_MUST_USE;

struct dicom_web_name {
    char uid[DICOM_UID]; /* SOP Instance UID */
};

/** Did a server take all of what was sent, `sent` [count]?  Only what stands in its
 *  ReferencedSOPSequence it did, whatever page or silence comes with a status 2xx.
 *  Errors: ERR_FORMAT (it says how many not, and the reason that it gives; or that it
 *  does not confirm them). */
bool dicom_web_read_stored(int status, const struct bytes *answer,
                           const struct dicom_web_name *sent, size_t count,
                           struct err *err) ATTR_MUST_USE;

/** The body of a store request and its Content-Type header, both owned by the caller
 *  (bytes_clear, mem_free), and what the files are called, `name` [count], unless that
 * is NULL. Errors: ERR_IO, ERR_SUPPORT (too large), ERR_FORMAT (no DICOM), ERR_NOMEM.
 */
bool dicom_web_body(char *const *path, size_t count, struct bytes *body, char **type,
                    struct dicom_web_name *name, struct err *err) ATTR_MUST_USE;

C_API_END

#endif
