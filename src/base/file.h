/*
 * file.h - whole files in, whole files out, never half of one.
 *
 * Why:    what comes from outside has a size limit before memory is allocated; what is
 *         written appears under its name only when it is complete and on the disk.
 * Layer:  base.
 * Thread: safe, but for two writers of one path.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"

C_API_BEGIN

/* A block of bytes that owns its memory.  All-zero is empty. */
struct bytes {
    uint8_t *data;
    size_t size;
};

void bytes_clear(struct bytes *b);

/**
 * Put bytes at the end.
 *
 * @param[in,out] room  bytes that `b` has room for: 0 for an empty one, and never
 *                      changed by anybody else.  It at least doubles where it grows, so
 *                      that many small pieces are copied a few times only
 * Errors:  ERR_NOMEM; `b` is as it was
 * Tests:   tests/unit/base/file.c
 */
bool bytes_add(struct bytes *b, size_t *room, const void *data, size_t size,
               struct err *err) ATTR_MUST_USE;

/** What an `errno` means, in English; never NULL, and safe in any thread. */
const char *file_cause(int errnum);

/**
 * Open a regular file for reading in pieces; never waits for a pipe.
 *
 * @param[out] fd    to be closed with close()
 * @param[out] size  bytes at this moment
 * Errors:  ERR_IO (cannot open, or not a regular file); the message names the file.
 */
bool file_open_regular(const char *path, int *fd, uint64_t *size,
                       struct err *err) ATTR_MUST_USE;

/** Read `size` bytes, fewer only at the end of the file.
 *  Errors: ERR_IO, with the cause; the caller adds the name. */
bool file_read_some(int fd, void *buffer, size_t size, size_t *got,
                    struct err *err) ATTR_MUST_USE;

/**
 * Read a regular file whole.
 *
 * @param limit     most bytes accepted
 * @param[out] out  owned by the caller (bytes_clear); one zero byte stands after the
 *                  content (not counted), so that text can be scanned as a string
 * Errors:  ERR_IO      cannot open or read, or not a regular file;
 *          ERR_SUPPORT larger than `limit`;  ERR_NOMEM.   The message names the file.
 */
bool file_read(const char *path, size_t limit, struct bytes *out,
               struct err *err) ATTR_MUST_USE;

/* What a name gets, with the process number, until what bears it is finished. */
#define FILE_TEMPORARY ".%ld.tmp"

/** How long the name is that FILE_TEMPORARY was put behind, 0 if it was not.
 *  @param[out] process  whose it is; may be NULL */
size_t file_temporary_of(const char *name, long *process);

/*
 * A file being written.  It lives under a temporary name in the same folder until
 * file_writer_commit() has flushed it to the disk and renamed it.  All-zero is closed;
 * file_writer_abort() of a closed one does nothing, so one cleanup block serves success
 * and failure.
 */
struct file_writer {
    FILE *stream;           /* write here */
    char *path;             /* the final name */
    char *tmp;              /* the name until commit */
    struct file_sink *sink; /* what the stream writes to; owned by it */
};

/** Errors: ERR_IO (folder missing or not writable; the name stands for a folder or a
 *  device), ERR_NOMEM; names the file. */
bool file_writer_open(const char *path, struct file_writer *out,
                      struct err *err) ATTR_MUST_USE;

/** Flush, sync, close and rename.  On failure nothing is left behind.
 *
 * In a folder that has a temporary name of this process nothing is synced: that is done
 * once for all its files (file_sync_folder) before the folder gets its own name.  Each
 * sync costs a disk 4 to 12 ms, as long as half a slice takes to segment.
 *
 *  Errors: ERR_IO (disk full, ...), with the file's name and the cause of the first
 *  write that failed: writes to the stream need not be checked. */
bool file_writer_commit(struct file_writer *w, struct err *err) ATTR_MUST_USE;

/** Drop an unfinished file; safe on a closed or committed one. */
void file_writer_abort(struct file_writer *w);

/** Write a block as a whole file, atomically. */
bool file_write(const char *path, const void *data, size_t size,
                struct err *err) ATTR_MUST_USE;

/** mkdir -p.  Errors: ERR_IO with the path and the cause. */
bool file_make_dirs(const char *path, struct err *err) ATTR_MUST_USE;

/** See to it that a folder and the regular files in it are on the disk.
 *  Errors: ERR_IO, naming the folder or the file. */
bool file_sync_folder(const char *path, struct err *err) ATTR_MUST_USE;

/** Remove a folder with what is in it, as far as that can be done.  Links are removed,
 *  not followed.
 *
 * @param parent  open folder that `name` is in, or AT_FDCWD
 * @param deep    so many folders within folders are removed; what lies deeper stays
 */
void file_remove_tree(int parent, const char *name, int deep);

/** Does what is open still have this name?  Somebody may have removed it meanwhile.
 *  @param parent  as in file_remove_tree() */
bool file_has_name(int parent, const char *name, int fd);

bool file_exists(const char *path);
bool file_is_dir(const char *path);

/** Do both lead to one file or folder that is there? */
bool file_is_same(const char *a, const char *b);

/** Does a file lie right in a folder, by its name or, through links, by where that
 *  leads?  false where there is no such folder. */
bool file_lies_in(const char *path, const char *folder);

/** Was what bears the name `path` changed after `than`?  false where either is not
 *  there. */
bool file_is_newer(const char *path, const char *than);

/** dir + '/' + name, owned by the caller (mem_free); NULL with ERR_NOMEM. */
char *file_join(const char *dir, const char *name, struct err *err) ATTR_MUST_USE;

/** The folder part of a path ("." if there is none); owned by the caller. */
char *file_dir_of(const char *path, struct err *err) ATTR_MUST_USE;

/** The name part of a path: a pointer into `path`. */
const char *file_name_of(const char *path);

C_API_END

#endif
