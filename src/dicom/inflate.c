#include "dicom/inflate.h"

#include <limits.h>

#define ZLIB_CONST /* input is not written to */
#include <zlib.h>

#include "base/mem.h"

static const size_t FIRST_ROOM = (size_t)64 * 1024;

size_t dicom_inflate_limit(uint64_t packed)
{
    enum { MIB = 1 << 20, RATIO = 100, FREE = 4 * MIB, MOST = 512 * MIB };

    return packed > (MOST - FREE) / RATIO ? MOST : FREE + RATIO * (size_t)packed;
}

static unsigned at_most_int(size_t n)
{
    return n < INT_MAX ? (unsigned)n : INT_MAX;
}

/* Twice the room, up to one byte more than the limit: whoever fills that is refused. */
static bool grow(struct bytes *b, size_t limit, struct err *err)
{
    size_t room = b->size > 0 ? b->size : FIRST_ROOM / 2;

    room = room <= limit / 2 ? 2 * room : limit + 1;
    uint8_t *data = mem_grow(b->data, b->size, room, 1, err);
    if (!data)
        return false;
    b->data = data;
    b->size = room;
    return true;
}

bool dicom_inflate(const void *data, size_t size, size_t limit, struct bytes *out,
                   struct err *err)
{
    struct bytes b = {0};
    z_stream z = {0};
    size_t taken = 0, made = 0;
    int now = Z_OK;
    bool ok = false;

    if (inflateInit2(&z, -MAX_WBITS) != Z_OK)
        return ERR_FAIL(err, ERR_NOMEM, "out of memory for unpacking");
    while (now == Z_OK) {
        if (made == b.size && !grow(&b, limit, err))
            goto done;
        z.next_in = (const Bytef *)data + taken;
        z.avail_in = at_most_int(size - taken);
        z.next_out = b.data + made;
        z.avail_out = at_most_int(b.size - made);
        now = inflate(&z, Z_NO_FLUSH);
        taken = (size_t)(z.next_in - (const Bytef *)data);
        made = (size_t)(z.next_out - b.data);
        if (made > limit) {
            err_record(err, ERR_SUPPORT, "deflated data of more than %zu bytes", limit);
            goto done;
        }
        if (now == Z_OK && taken == size && made < b.size)
            break;
    }
    if (now != Z_STREAM_END) {
        err_record(err, now == Z_MEM_ERROR ? ERR_NOMEM : ERR_FORMAT,
                   now == Z_OK || now == Z_BUF_ERROR ? "deflated data end early"
                                                     : "damaged deflated data");
        goto done;
    }
    b.size = made;
    *out = b;
    b = (struct bytes){0}; /* moved */
    ok = true;
done:
    (void)inflateEnd(&z);
    bytes_clear(&b);
    return ok;
}
