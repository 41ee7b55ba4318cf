/*
 * sums.h - what a folder's SHA256SUMS says of the files in it.
 *
 * Why:    a bit that was lost in a file of weights gives other numbers and no error.
 *         The list is what sha256sum writes and `sha256sum -c` reads, so anybody can
 *         look, and a folder without one is as good as before.
 * Layer:  base.
 */
#ifndef BASE_SUMS_H
#define BASE_SUMS_H

#include "base/sha256.h"

C_API_BEGIN

/* The list's name, beside what it lists. */
#define SUMS_FILE "SHA256SUMS"

enum { SUMS_LIMIT = 1024 * 1024 };

/**
 * Is a file's digest the one that is listed?  True if none is.
 *
 * Errors:  ERR_FORMAT, it is another; ERR_IO, ERR_SUPPORT (the list cannot be read, or
 *          is larger than SUMS_LIMIT), ERR_NOMEM.  Messages name the file.
 * Tests:   tests/unit/base/sums.c
 */
bool sums_check(const char *path, const char hex[AT_LEAST(SHA256_HEX)],
                struct err *err) ATTR_MUST_USE;

/** A file that was written anew: let the list, if it has the file, say so.
 *  Errors: ERR_IO, ERR_SUPPORT (the file is larger than `limit`), ERR_NOMEM. */
bool sums_renew(const char *path, size_t limit, struct err *err) ATTR_MUST_USE;

C_API_END

#endif
