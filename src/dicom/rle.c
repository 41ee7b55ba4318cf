#include "dicom/rle.h"

enum { HEADER = 64 };

static size_t word(const uint8_t *b)
{
    return (size_t)b[0] | (size_t)b[1] << 8 | (size_t)b[2] << 16 | (size_t)b[3] << 24;
}

/* One segment: put its bytes below those that `value` holds. */
static bool unpack(const uint8_t *at, const uint8_t *end, size_t count, int32_t *value)
{
    size_t n = 0;

    while (n < count && at < end) {
        const unsigned control = *at++;
        const bool run = control > 128;
        size_t length = run ? 257 - control : control + 1;
        if (control == 128) /* says nothing */
            continue;
        length = length < count - n ? length : count - n;
        const size_t taken = run ? 1 : length;
        if ((size_t)(end - at) < taken)
            return false;
        for (size_t i = 0; i < length; i++, n++)
            value[n] = value[n] << 8 | at[run ? 0 : i];
        at += taken;
    }
    return n == count;
}

bool dicom_rle_decode(const uint8_t *data, size_t size, int width, size_t count,
                      int32_t *value, struct err *err)
{
    if (size < HEADER || word(data) != (size_t)width)
        return ERR_FAIL(err, ERR_FORMAT, "damaged run-length header");
    for (size_t v = 0; v < count; v++)
        value[v] = 0;
    for (int s = 0; s < width; s++) {
        const size_t from = word(data + 4 + 4 * (size_t)s),
                     to = s + 1 < width ? word(data + 8 + 4 * (size_t)s) : size;
        if (from < HEADER || from > to || to > size ||
            !unpack(data + from, data + to, count, value))
            return ERR_FAIL(err, ERR_FORMAT, "damaged run-length segment %d", s + 1);
    }
    return true;
}
