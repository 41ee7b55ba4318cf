/*
 * leftover.h - folders for a while, and what killed processes left behind.
 *
 * Why:    what is half done, or somebody's images, must not stay on the disk for good.
 * Layer:  base.
 * Thread: safe.
 *
 * A folder in use is locked, so one that is not locked is nobody's.  The kernel lets go
 * of a lock when its process ends, however it ends.
 */
#ifndef BASE_LEFTOVER_H
#define BASE_LEFTOVER_H

#include <stdbool.h>

#include "base/attr.h"

C_API_BEGIN

/**
 * Lock a folder that was just made against leftover_sweep(), until the descriptor is
 * closed.
 *
 * @param[out] locked  false on a file system without locks, where nothing is swept
 * @return the folder's descriptor, or -1 with errno: ENOENT if it was swept meanwhile
 */
int leftover_claim(const char *path, bool *locked);

/**
 * Remove the folders in `base` that `is_ours` knows by their name, that belong to this
 * user, and that nobody has locked, on this machine or another one.
 *
 * @param deep  so many folders within folders (file_remove_tree)
 * @return how many were removed
 * Tests:  tests/unit/base/leftover.c
 */
int leftover_sweep(const char *base, bool (*is_ours)(const char *name), int deep);

/**
 * Remove what other processes left when they were killed while they wrote `path`: the
 * regular files of this user that bear its name and FILE_TEMPORARY (base/file.h).
 *
 * For whoever holds the lock (base/lock.h) without which nobody writes `path`: files
 * that are still being written are not told from others.
 *
 * @return how many were removed
 * Tests:  tests/unit/base/leftover.c
 */
int leftover_sweep_file(const char *path);

C_API_END

#endif
