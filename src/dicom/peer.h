/*
 * peer.h - a PACS: where it is, how to speak to it, and what proves who is who.
 *
 * Why:    one description for both ways, DICOMweb over HTTP and the DICOM protocol
 *         itself (DIMSE), with the same rules of what may be sent where.
 * Layer:  dicom.
 * Thread: plain data.
 *
 *   http://HOST[:PORT]/PATH   https://HOST[:PORT]/PATH     DICOMweb, the base address
 *   dicom://AET@HOST[:PORT]   dicoms://AET@HOST[:PORT]     DIMSE, the s with TLS;
 *                                                          ports 104 and 2762
 *
 * AET is the application entity title that the PACS is called by.  An address holds no
 * password: command lines are seen by everybody on a machine.
 */
#ifndef DICOM_PEER_H
#define DICOM_PEER_H

#include <stddef.h>

#include "base/err.h"

C_API_BEGIN

enum dicom_peer_kind { DICOM_PEER_WEB, DICOM_PEER_DIMSE };

enum { DICOM_AET = 17, DICOM_HOST = 256, DICOM_URL = 1024 }; /* bytes with the zero */

/* dicom_peer_parse() sets the first part, the caller the second. */
struct dicom_peer {
    enum dicom_peer_kind kind;
    bool tls;
    char url[DICOM_URL]; /* as messages call it; without a slash at the end */
    char host[DICOM_HOST];
    int port;
    char called[DICOM_AET]; /* DIMSE: its title */

    char calling[DICOM_AET]; /* DIMSE: ours */
    char *login;             /* "user:password", owned, or NULL */
    char *token;             /* bearer token, owned, or NULL */
    const char *ca; /* PEM file of authorities to trust, or NULL: the system's */
    const char *cert, *key; /* PEM files of our certificate and its key, or NULL */
    bool insecure;          /* neither check certificates nor refuse open channels */
    int timeout_s;          /* without anything arriving */
};

/**
 * Read an address.
 *
 * @param[out] out  owned by the caller (dicom_peer_clear); with the title CICATRIX and
 *                  60 s; written only on success
 * Errors:  ERR_ARG (another scheme, user or password or query in it, no title, ...);
 *          the message does not repeat what might be a password
 * Tests:   tests/unit/dicom/peer.c
 */
bool dicom_peer_parse(const char *url, struct dicom_peer *out,
                      struct err *err) ATTR_MUST_USE;

/** Does what is sent there stay on this machine? */
bool dicom_peer_is_loopback(const struct dicom_peer *peer);

/** Set our title.  Errors: ERR_ARG (not 1 to 16 printable characters, a backslash). */
bool dicom_peer_call(struct dicom_peer *peer, const char *title,
                     struct err *err) ATTR_MUST_USE;

/**
 * Does all of it fit together?
 *
 * Errors:  ERR_ARG: a certificate without its key; a password and a token; these for
 *          DIMSE, which has no such thing; certificates where there is no TLS; a
 *          password or token over a channel that others can read (http to another
 *          machine), unless `insecure`
 */
bool dicom_peer_check(const struct dicom_peer *peer, struct err *err) ATTR_MUST_USE;

/**
 * The first line of a file that holds a password or token.
 *
 * @param[out] out  owned by the caller (dicom_peer_forget)
 * Errors:  ERR_IO, ERR_NOMEM; ERR_FORMAT (empty, or not printable)
 */
bool dicom_peer_secret(const char *path, char **out, struct err *err) ATTR_MUST_USE;

/** Overwrite and free; NULL is fine. */
void dicom_peer_forget(char *secret);

void dicom_peer_clear(struct dicom_peer *peer);

C_API_END

#endif
