/*
 * json.h - the little that this room wants of JSON beyond jansson.
 *
 * Layer:  pacs.
 * Thread: a document belongs to one thread.
 */
#ifndef PACS_JSON_H
#define PACS_JSON_H

#include <jansson.h>

#include "pacs/server.h"

/** A document; NULL if it is none. */
json_t *pacs_json_read(const struct bytes *text);

/** GET a document from Orthanc; NULL unless the reply is PACS_REPLY_OK.
 *  Errors: those of the call; ERR_FORMAT, it is none. */
json_t *pacs_json_get(const struct pacs_server *server, const char *uri,
                      enum pacs_reply *reply, struct err *err);

/** A member that is a text, borrowed; "" if there is none. */
const char *pacs_json_text(const json_t *object, const char *key);

/** The same, copied and cut to `size`. */
void pacs_json_copy(const json_t *object, const char *key, char *to, size_t size);

/** A text as a value; bytes that are not printable ASCII become '?'. */
json_t *pacs_json_ascii(const char *text);

/**
 * Print a document and drop it.
 *
 * @param take  owned by the call; NULL (a constructor had no memory) is ERR_NOMEM
 * @param flags  jansson's
 * @param[out] out  owned by the caller (bytes_clear)
 * Errors:  ERR_NOMEM.   Tests: tests/unit/pacs/json.c
 */
bool pacs_json_print(json_t *take, size_t flags, struct bytes *out,
                     struct err *err) ATTR_MUST_USE;

#endif
