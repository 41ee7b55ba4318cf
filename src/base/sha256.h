/*
 * sha256.h - the name of a file's content, for results that say which model made them;
 * and the same with a key, for names that nobody can guess.
 *
 * Layer:  base.  Done by OpenSSL's libcrypto, which uses the CPU's instructions.
 */
#ifndef BASE_SHA256_H
#define BASE_SHA256_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

C_API_BEGIN

enum {
    SHA256_HEX = 65, /* 64 hexadecimal digits and the final zero */
    SHA256_BYTES = 32
};

/** Digest of `size` bytes as lower-case hexadecimal.  Errors: ERR_NUMERIC if the
 * library refuses. */
bool sha256_hex(const void *data, size_t size, char hex[AT_LEAST(SHA256_HEX)],
                struct err *err) ATTR_MUST_USE;

/**
 * Keyed digest (HMAC): without the key it tells nothing of the data, not even to who
 * can try all that they might be.
 *
 * Errors:  ERR_NUMERIC if the library refuses
 * Source:  RFC 2104.
 */
bool sha256_hmac(const void *key, size_t key_size, const void *data, size_t size,
                 uint8_t digest[AT_LEAST(SHA256_BYTES)], struct err *err) ATTR_MUST_USE;

C_API_END

#endif
