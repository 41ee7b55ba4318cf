/*
 * patient_dir.h - a patient's folder of results: there as a whole, or not at all.
 *
 * Why:    half a folder of results looks like a folder of results.
 * Layer:  cli.
 * Thread: one thread per patient.
 *
 * Files are written into OUT/.<id>.<pid>.tmp; patient_dir_commit() sees to it that they
 * are on the disk, all at once, and then gives the folder its name.
 * An older OUT/<id> is replaced, but only if it holds nothing but files that this
 * program writes there.
 */
#ifndef CLI_PATIENT_DIR_H
#define CLI_PATIENT_DIR_H

#include "base/err.h"

/* All-zero is closed; patient_dir_abort() of a closed one does nothing. */
struct patient_dir {
    char *tmp, *path; /* owned */
    int fd;           /* of the folder while it is open: locked, so that it is seen to
                         belong to somebody who lives */
};

/** Remove the temporary folders in OUT whose processes were killed (leftover.h).
 *  Tests: tests/unit/cli/patient_dir.c */
void patient_dir_sweep(const char *out);

/** Errors: ERR_IO (not writable; OUT/<id> is a file, or holds what is not a result;
 *  an id that the table's name takes), ERR_NOMEM; name the path. */
bool patient_dir_open(const char *out, const char *id, struct patient_dir *dir,
                      struct err *err) ATTR_MUST_USE;

/** Refuse a folder that would take the place of the one with `source`, which somebody
 *  may have drawn.  Errors: ERR_ARG; names `source`. */
bool patient_dir_spares(const struct patient_dir *dir, const char *source,
                        struct err *err) ATTR_MUST_USE;

/** Path of a file to write, owned by the caller; NULL with ERR_NOMEM. */
char *patient_dir_file(const struct patient_dir *dir, const char *name,
                       struct err *err) ATTR_MUST_USE;

/** Put the folder in place.  Errors: ERR_IO; nothing new is left then. */
bool patient_dir_commit(struct patient_dir *dir, struct err *err) ATTR_MUST_USE;

/** Remove OUT/<id>, in one step for who looks at OUT.
 *  Errors: ERR_IO (it holds what is not a result, and stays whole), ERR_NOMEM. */
bool patient_dir_remove(const char *out, const char *id, struct err *err) ATTR_MUST_USE;

/** Remove what was written; safe on a closed or committed one. */
void patient_dir_abort(struct patient_dir *dir);

#endif
