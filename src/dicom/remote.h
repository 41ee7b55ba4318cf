/*
 * remote.h - a study in a PACS: what is in it, bring it here, take results there.
 *
 * Why:    DICOMweb and DIMSE are two ways to the same three questions.
 * Layer:  dicom.
 * Thread: one thread.
 *
 * What arrives is written to files and not looked at: that is for scan.h, in a child
 * process with limits.  The DIMSE protocol itself is spoken in such a child too.
 */
#ifndef DICOM_REMOTE_H
#define DICOM_REMOTE_H

#include "dicom/inbox.h"
#include "dicom/peer.h"
#include "dicom/source.h"

C_API_BEGIN

enum { DICOM_REMOTE_MAX_SERIES = 4096 }; /* of a study */

/* What a PACS says of a series. */
struct dicom_remote_series {
    char uid[DICOM_UID];
    char modality[DICOM_CODE]; /* "MR"; empty if it does not say */
    int64_t instances;         /* 0 if it does not say */
};

/* All-zero is empty. */
struct dicom_remote_list {
    struct dicom_remote_series *series; /* owned */
    size_t count, room;
};

void dicom_remote_list_clear(struct dicom_remote_list *list);

/** Append one, for the two ways.  Errors: ERR_SUPPORT (too many), ERR_NOMEM. */
bool dicom_remote_list_add(struct dicom_remote_list *list,
                           const struct dicom_remote_series *series,
                           struct err *err) ATTR_MUST_USE;

struct dicom_remote; /* a connection to a peer */

/** Connects to nobody yet.  `peer` is borrowed.  Errors: ERR_NOMEM, ERR_SUPPORT. */
bool dicom_remote_open(const struct dicom_peer *peer, struct dicom_remote **out,
                       struct err *err) ATTR_MUST_USE;

/** NULL is fine. */
void dicom_remote_close(struct dicom_remote *remote);

/**
 * The series of a study (QIDO-RS; C-FIND).
 *
 * @param study     its UID (dicom_uid_ok)
 * @param[out] out  owned by the caller (dicom_remote_list_clear); empty when the PACS
 *                  does not know the study
 * Errors:  ERR_IO (no connection, not trusted, silent), ERR_FORMAT (a refusal, or an
 *          answer that is not sound), ERR_SUPPORT (too many), ERR_NOMEM; they name the
 *          peer
 * Tests:   tests/cli/pacs.t, for all three
 */
bool dicom_remote_find(struct dicom_remote *remote, const char *study,
                       struct dicom_remote_list *out, struct err *err) ATTR_MUST_USE;

/**
 * Bring series here (WADO-RS, as they are stored there; C-GET).
 *
 * @param box  gets the instances; on failure some may be there
 * Errors:  as dicom_remote_find(), those of the inbox; ERR_FORMAT also when fewer
 *          instances came than the PACS has: a stack without a slice has another
 *          volume.  That they are different ones is for dicom_complete_check() to see.
 */
bool dicom_remote_fetch(struct dicom_remote *remote, const char *study,
                        const struct dicom_remote_list *list, struct dicom_inbox *box,
                        struct err *err) ATTR_MUST_USE;

/**
 * Send our own files (STOW-RS; C-STORE).
 *
 * Errors:  as dicom_remote_find(); ERR_FORMAT when the PACS did not take all of them
 */
bool dicom_remote_store(struct dicom_remote *remote, char *const *path, size_t count,
                        struct err *err) ATTR_MUST_USE;

C_API_END

#endif
