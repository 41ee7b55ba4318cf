#include "dicom/uid.h"

#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "base/sha256.h"

enum { UUID_BYTES = 16 };

static uint8_t digit_of(char hex)
{
    return (uint8_t)(hex <= '9' ? hex - '0' : hex - 'a' + 10);
}

/* The bytes as one whole number, most significant first; they end up zero. */
static void decimal_of(uint8_t number[static UUID_BYTES], char *to)
{
    char digits[40]; /* 2^128 has 39 */
    size_t n = 0;
    bool more = true;

    while (more) {
        unsigned rest = 0;
        more = false;
        for (size_t i = 0; i < UUID_BYTES; i++) {
            rest = rest * 256 + number[i];
            number[i] = (uint8_t)(rest / 10);
            rest %= 10;
            more = more || number[i] != 0;
        }
        digits[n++] = (char)('0' + rest);
    }
    while (n > 0)
        *to++ = digits[--n];
    *to = '\0';
}

bool dicom_uid_of_bytes(const void *data, size_t size, char uid[static DICOM_UID_SIZE],
                        struct err *err)
{
    static const char ROOT[] = "2.25.";
    char hex[SHA256_HEX];
    uint8_t number[UUID_BYTES];

    if (!sha256_hex(data, size, hex, err))
        return false;
    for (size_t i = 0; i < UUID_BYTES; i++)
        number[i] = (uint8_t)(digit_of(hex[2 * i]) * 16 + digit_of(hex[2 * i + 1]));
    number[6] = (uint8_t)((number[6] & 0x0fU) | 0x80U); /* version 8 */
    number[8] = (uint8_t)((number[8] & 0x3fU) | 0x80U); /* variant of RFC 9562 */
    memcpy(uid, ROOT, sizeof ROOT - 1);
    decimal_of(number, uid + sizeof ROOT - 1);
    return true;
}

/* All words with their final zeros; NULL with ERR_NOMEM. */
static char *join(const char *word, va_list more, size_t *size, struct err *err)
{
    va_list again;
    size_t n = 0;

    va_copy(again, more);
    for (const char *w = word; w; w = va_arg(again, const char *))
        n += strlen(w) + 1;
    va_end(again);
    char *all = mem_alloc(n, 1, err);
    if (!all)
        return NULL;
    *size = 0;
    for (const char *w = word; w; w = va_arg(more, const char *)) {
        memcpy(all + *size, w, strlen(w) + 1);
        *size += strlen(w) + 1;
    }
    return all;
}

bool dicom_uid_of(char uid[static DICOM_UID_SIZE], struct err *err, const char *word,
                  ...)
{
    va_list more;
    size_t size = 0;

    va_start(more, word);
    char *all = join(word, more, &size, err);
    va_end(more);
    const bool ok = all && dicom_uid_of_bytes(all, size, uid, err);
    mem_free(all);
    return ok;
}

bool dicom_uid_ok(const char *uid)
{
    const size_t n = strlen(uid);

    return n > 0 && n < DICOM_UID_SIZE && strspn(uid, "0123456789.") == n;
}
