/*
 * folder.h - every file of a folder and of the folders in it, in an order that is the
 * same everywhere.
 *
 * Why:    a study, a cohort of files: both are looked for by the same rules.
 * Layer:  base.
 * Thread: one thread for each walk.
 *
 * Names are sorted by their bytes, whatever the locale.  What begins with a dot is left
 * out, and folders that are symbolic links are not gone into, so a loop of links does
 * no harm.
 */
#ifndef BASE_FOLDER_H
#define BASE_FOLDER_H

#include "base/err.h"

C_API_BEGIN

enum { FOLDER_MAX_DEEP = 16 }; /* folders within folders; deeper ones are left out */

/** What is no folder: a file, a link of any kind, a pipe.  Returns false to stop, with
 *  `err` recorded. */
typedef bool folder_take(void *user, const char *path, struct err *err);

/**
 * Call `take` for all that lies in a folder.
 *
 * @param skip  a folder not to go into, or NULL
 * Errors:  ERR_IO (a folder cannot be read, or what is in it not looked at), ERR_NOMEM,
 *          those of `take`
 * Tests:   tests/unit/base/folder.c
 */
bool folder_walk(const char *path, const char *skip, folder_take *take, void *user,
                 struct err *err) ATTR_MUST_USE;

C_API_END

#endif
