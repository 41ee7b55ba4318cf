/*
 * scu.h - the DICOM protocol spoken by DCMTK, behind plain C.
 *
 * Why:    DCMTK's network code reads what another machine sends; so it is called in a
 *         child process alone (dimse.c), and this is the only door to it.
 * Layer:  dicom.
 * Thread: one thread of one process: DCMTK's time limit of connections is global.
 */
#ifndef DICOM_SCU_H
#define DICOM_SCU_H

#include "dicom/inbox.h"
#include "dicom/remote.h"

C_API_BEGIN

/* Where answers go.  Those that return bool return false to stop, with `err` recorded.
 */
struct dicom_scu_sink {
    void *user;
    void (*alive)(void *user); /* something came or went */
    bool (*series)(void *user, const struct dicom_remote_series *series,
                   struct err *err);
    bool (*next)(void *user, char path[AT_LEAST(DICOM_INBOX_PATH)], struct err *err);
    bool (*took)(void *user, struct err *err); /* the file is at the path of `next` */
};

/** C-FIND of a study's series.  Errors: ERR_IO (no connection, no association, not
 * trusted, silent), ERR_FORMAT (refused, or an answer that is not sound), the sink's.
 */
bool dicom_scu_find(const struct dicom_peer *peer, const char *study,
                    const struct dicom_scu_sink *sink, struct err *err) ATTR_MUST_USE;

/** C-GET of a series of MR images, in the transfer syntaxes that object.h reads.  The
 *  path of an instance comes from the sink, nothing is made of what the peer calls it.
 *  Errors: as above; ERR_FORMAT also when the peer could not send some. */
bool dicom_scu_get(const struct dicom_peer *peer, const char *study, const char *series,
                   const struct dicom_scu_sink *sink, struct err *err) ATTR_MUST_USE;

/** C-STORE of files; of the sink `alive` alone is used.  Errors: as above; ERR_FORMAT
 * when one was not taken. */
bool dicom_scu_store(const struct dicom_peer *peer, char *const *path, size_t count,
                     const struct dicom_scu_sink *sink, struct err *err) ATTR_MUST_USE;

C_API_END

#endif
