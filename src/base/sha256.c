#include "base/sha256.h"

#include <limits.h>
#include <stdio.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

_Static_assert(SHA256_BYTES == SHA256_DIGEST_LENGTH, "the size of a digest");
_Static_assert(SHA256_HEX == 2 * SHA256_DIGEST_LENGTH + 1, "two digits for each byte");

bool sha256_hex(const void *data, size_t size, char hex[static SHA256_HEX],
                struct err *err)
{
    unsigned char digest[SHA256_DIGEST_LENGTH];

    if (!SHA256(data, size, digest))
        return ERR_FAIL(err, ERR_NUMERIC, "libcrypto refused to compute a SHA-256");
    for (size_t i = 0; i < sizeof digest; i++)
        (void)snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    return true;
}

bool sha256_hmac(const void *key, size_t key_size, const void *data, size_t size,
                 uint8_t digest[static SHA256_BYTES], struct err *err)
{
    unsigned made = 0;

    if (key_size > INT_MAX ||
        !HMAC(EVP_sha256(), key, (int)key_size, data, size, digest, &made) ||
        made != SHA256_BYTES)
        return ERR_FAIL(err, ERR_NUMERIC, "libcrypto refused to compute an HMAC");
    return true;
}
