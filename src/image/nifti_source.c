#include "image/nifti_source.h"

#include <string.h>
#include <unistd.h>

#define ZLIB_CONST /* input is not written to */
#include <zlib.h>

#include "base/file.h"
#include "base/mem.h"

enum { CHUNK = 64 * 1024 };

static const uint64_t DEFLATE_RATIO = 1032; /* zlib's technical notes: 1032:1 at most */
static const uint64_t MAX_TRAILING = (uint64_t)16 * 1024 * 1024;

struct nifti_source {
    int fd;              /* -1 when reading from memory */
    const uint8_t *next; /* stored bytes at hand */
    size_t have;
    uint64_t left; /* stored bytes not yet at hand */
    bool gzip;
    bool ended;     /* the last gzip member has ended and its checksum was right */
    bool inflating; /* z needs inflateEnd */
    z_stream z;
    uint8_t buffer[CHUNK]; /* of stored bytes, when reading from a file */
    uint8_t waste[CHUNK];  /* unpacked bytes that nobody wants */
};

/* Get more stored bytes; `have` stays 0 at the end. */
static bool refill(struct nifti_source *s, struct err *err)
{
    if (s->have > 0 || s->fd < 0)
        return true;
    if (!file_read_some(s->fd, s->buffer, CHUNK, &s->have, err))
        return false;
    s->next = s->buffer;
    s->left -= s->have < s->left ? s->have : s->left;
    return true;
}

static bool start(struct nifti_source *s, struct err *err)
{
    if (!refill(s, err))
        return false;
    if (s->have == 0)
        return ERR_FAIL(err, ERR_FORMAT, "the file is empty");
    s->gzip = s->have >= 2 && s->next[0] == 0x1f && s->next[1] == 0x8b;
    if (!s->gzip)
        return true;
    if (inflateInit2(&s->z, 15 + 16) != Z_OK)
        return ERR_FAIL(err, ERR_NOMEM, "out of memory for unpacking");
    s->inflating = true;
    return true;
}

bool nifti_source_open_file(const char *path, struct nifti_source **out,
                            struct err *err)
{
    struct nifti_source *s = mem_alloc(1, sizeof *s, err);
    if (!s)
        return false;
    s->fd = -1;
    if (!file_open_regular(path, &s->fd, &s->left, err))
        goto fail;
    if (!start(s, err)) {
        err_prefix(err, "%s", path);
        goto fail;
    }
    *out = s;
    return true;
fail:
    nifti_source_close(s);
    return false;
}

bool nifti_source_open_memory(const void *data, size_t size, struct nifti_source **out,
                              struct err *err)
{
    struct nifti_source *s = mem_alloc(1, sizeof *s, err);
    if (!s)
        return false;
    s->fd = -1;
    s->next = data;
    s->have = size;
    if (!start(s, err)) {
        nifti_source_close(s);
        return false;
    }
    *out = s;
    return true;
}

bool nifti_source_is_gzip(const struct nifti_source *s)
{
    return s->gzip;
}

uint64_t nifti_source_at_most(const struct nifti_source *s)
{
    const uint64_t stored = s->left + s->have;
    if (!s->gzip)
        return stored;
    /* what zlib has already taken in but not given out is at most its window */
    return stored > (UINT64_MAX >> 12) ? UINT64_MAX
                                       : stored * DEFLATE_RATIO + (uint64_t)2 * CHUNK;
}

/* After a member's end: another one, zeros (padding), or nothing may follow. */
static bool next_member(struct nifti_source *s, struct err *err)
{
    if (!refill(s, err))
        return false;
    if (s->have == 0 || s->next[0] != 0x1f) {
        s->ended = true;
        return true;
    }
    if (inflateReset(&s->z) != Z_OK)
        return ERR_FAIL(err, ERR_FORMAT, "damaged gzip data");
    return true;
}

static bool inflate_some(struct nifti_source *s, uint8_t *to, size_t size, size_t *got,
                         struct err *err)
{
    size_t done = 0;
    while (done < size && !s->ended) {
        if (!refill(s, err))
            return false;
        if (s->have == 0)
            return ERR_FAIL(err, ERR_FORMAT, "truncated (gzip data end early)");
        const uInt feed = s->have > CHUNK ? CHUNK : (uInt)s->have;
        const uInt room = size - done > (1u << 30) ? 1u << 30 : (uInt)(size - done);
        s->z.next_in = s->next;
        s->z.avail_in = feed;
        s->z.next_out = to + done;
        s->z.avail_out = room;
        const int rc = inflate(&s->z, Z_NO_FLUSH);
        s->next += feed - s->z.avail_in;
        s->have -= feed - s->z.avail_in;
        done += room - s->z.avail_out;
        if (rc == Z_STREAM_END) {
            if (!next_member(s, err))
                return false;
        } else if (rc != Z_OK) {
            return ERR_FAIL(err, rc == Z_MEM_ERROR ? ERR_NOMEM : ERR_FORMAT,
                            "damaged gzip data (%s)",
                            s->z.msg ? s->z.msg : "no progress");
        }
    }
    *got = done;
    return true;
}

static bool plain_some(struct nifti_source *s, uint8_t *to, size_t size, size_t *got,
                       struct err *err)
{
    size_t done = 0;
    while (done < size) {
        if (!refill(s, err))
            return false;
        if (s->have == 0)
            break;
        const size_t n = s->have < size - done ? s->have : size - done;
        memcpy(to + done, s->next, n);
        s->next += n;
        s->have -= n;
        done += n;
    }
    *got = done;
    return true;
}

static bool read_some(struct nifti_source *s, void *to, size_t size, size_t *got,
                      struct err *err)
{
    return s->gzip ? inflate_some(s, to, size, got, err)
                   : plain_some(s, to, size, got, err);
}

bool nifti_source_read(struct nifti_source *s, void *buffer, size_t size,
                       struct err *err)
{
    size_t got = 0;
    if (!read_some(s, buffer, size, &got, err))
        return false;
    if (got != size)
        return ERR_FAIL(err, ERR_FORMAT, "truncated (%zu bytes are missing at least)",
                        size - got);
    return true;
}

bool nifti_source_skip(struct nifti_source *s, uint64_t size, struct err *err)
{
    while (size > 0) {
        const size_t n = size < CHUNK ? (size_t)size : CHUNK;
        if (!nifti_source_read(s, s->waste, n, err))
            return false;
        size -= n;
    }
    return true;
}

bool nifti_source_finish(struct nifti_source *s, struct err *err)
{
    uint64_t trailing = 0;
    size_t got = 1;

    if (!s->gzip)
        return true; /* nothing to verify */
    while (got > 0) {
        if (!read_some(s, s->waste, CHUNK, &got, err))
            return false;
        trailing += got;
        if (trailing > MAX_TRAILING)
            return ERR_FAIL(err, ERR_FORMAT,
                            "more than %llu bytes follow the last voxel",
                            (unsigned long long)MAX_TRAILING);
    }
    return true;
}

void nifti_source_close(struct nifti_source *s)
{
    if (!s)
        return;
    if (s->inflating)
        (void)inflateEnd(&s->z);
    if (s->fd >= 0)
        (void)close(s->fd);
    mem_free(s);
}
