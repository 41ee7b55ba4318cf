/*
 * dimse.h - remote.h's questions in the DICOM protocol: C-FIND, C-GET, C-STORE.
 *
 * Why:    C-GET and not C-MOVE: nothing has to listen here, and no PACS has to be
 *         told where.
 * Layer:  dicom.
 * Thread: one (guard.h).
 *
 * Each question is an association of its own, in a child process that ends with it: a
 * fault in the library that reads the network ends the child, and is an error.  The
 * child may write the files of the inbox and nothing larger.
 *
 * Source: DICOM PS3.4 C (query/retrieve), B (storage)
 * Errors: as dicom_remote_find(); they name the peer
 * Tests:  tests/cli/pacs.t
 */
#ifndef DICOM_DIMSE_H
#define DICOM_DIMSE_H

#include "dicom/remote.h"

C_API_BEGIN

/** Series of a study, appended to `list`; none if the peer does not know it. */
bool dicom_dimse_find(const struct dicom_peer *peer, const char *study,
                      struct dicom_remote_list *list, struct err *err) ATTR_MUST_USE;

bool dicom_dimse_fetch(const struct dicom_peer *peer, const char *study,
                       const char *series, struct dicom_inbox *box,
                       struct err *err) ATTR_MUST_USE;

bool dicom_dimse_store(const struct dicom_peer *peer, char *const *path, size_t count,
                       struct err *err) ATTR_MUST_USE;

C_API_END

#endif
