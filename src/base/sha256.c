#include "base/sha256.h"

#include <stdio.h>

#include <openssl/sha.h>

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
