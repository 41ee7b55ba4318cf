#include "testing.h"

#include <zlib.h>

#include "base/file.h"
#include "base/mem.h"
#include "image/nifti_source.h"

static const char text[] = "sixteen bytes..\n";

/* Append a gzip member to `to`; returns its length. */
static size_t pack(const void *data, size_t size, uint8_t *to, size_t room)
{
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 31, 9, Z_DEFAULT_STRATEGY), Z_OK);
    union {
        const void *in;
        Bytef *out;
    } u = {.in = data};
    z.next_in = u.out;
    z.avail_in = (uInt)size;
    z.next_out = to;
    z.avail_out = (uInt)room;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    const size_t n = z.total_out;
    assert_int_equal(deflateEnd(&z), Z_OK);
    return n;
}

static struct nifti_source *open_bytes(const void *data, size_t size)
{
    struct nifti_source *s = NULL;
    struct err err = {0};
    assert_ok(nifti_source_open_memory(data, size, &s, &err), err);
    return s;
}

static void members_are_joined(void **state)
{
    (void)state;
    struct err err = {0};
    uint8_t packed[200], out[32];
    size_t n = pack(text, 16, packed, sizeof packed);
    n += pack(text, 16, packed + n, sizeof packed - n);
    memset(packed + n, 0, 10); /* padding, as tapes and some tools leave it */

    struct nifti_source *s = open_bytes(packed, n + 10);
    assert_true(nifti_source_is_gzip(s));
    assert_true(nifti_source_at_most(s) >= 32);
    assert_ok(nifti_source_read(s, out, 10, &err), err);
    assert_ok(nifti_source_skip(s, 6, &err), err);
    assert_ok(nifti_source_read(s, out + 16, 16, &err), err);
    assert_memory_equal(out, text, 10);
    assert_memory_equal(out + 16, text, 16);
    assert_ok(nifti_source_finish(s, &err), err);
    assert_refused(nifti_source_read(s, out, 1, &err), err, ERR_FORMAT, "truncated");
    nifti_source_close(s);
}

/* Cut anywhere, a packed stream ends in an error, never in fewer bytes. */
static void every_cut_is_noticed(void **state)
{
    (void)state;
    struct err err = {0};
    uint8_t packed[200], out[16];
    const size_t n = pack(text, 16, packed, sizeof packed);
    for (size_t cut = 2; cut < n; cut++) {
        struct nifti_source *s = open_bytes(packed, cut);
        const bool ok =
            nifti_source_read(s, out, 16, &err) && nifti_source_finish(s, &err);
        assert_refused(ok, err, ERR_FORMAT, "truncated");
        nifti_source_close(s);
    }
}

static void damage_is_noticed(void **state)
{
    (void)state;
    struct err err = {0};
    uint8_t packed[200], out[16];
    const size_t n = pack(text, 16, packed, sizeof packed);
    packed[n - 8] ^= 1; /* the checksum stands behind the data: seen by finish alone */
    struct nifti_source *s = open_bytes(packed, n);
    const bool ok = nifti_source_read(s, out, 16, &err) && nifti_source_finish(s, &err);
    assert_refused(ok, err, ERR_FORMAT, "damaged gzip data (incorrect data check)");
    nifti_source_close(s);

    packed[n - 8] ^= 1;
    packed[10] = 0xff; /* no such block type */
    s = open_bytes(packed, n);
    assert_refused(nifti_source_read(s, out, 16, &err), err, ERR_FORMAT, "damaged");
    nifti_source_close(s);
}

static void plain_bytes_pass(void **state)
{
    (void)state;
    struct err err = {0};
    uint8_t out[16];
    struct nifti_source *s = open_bytes(text, 16);
    assert_false(nifti_source_is_gzip(s));
    assert_int_equal(nifti_source_at_most(s), 16);
    assert_ok(nifti_source_skip(s, 4, &err), err);
    assert_int_equal(nifti_source_at_most(s), 12);
    assert_ok(nifti_source_read(s, out, 12, &err), err);
    assert_memory_equal(out, text + 4, 12);
    assert_ok(nifti_source_finish(s, &err), err);
    assert_refused(nifti_source_skip(s, 1, &err), err, ERR_FORMAT, "truncated");
    nifti_source_close(s);
    nifti_source_close(NULL);
}

static void nothing_and_nowhere_are_refused(void **state)
{
    (void)state;
    struct err err = {0};
    struct nifti_source *s = NULL;
    assert_refused(nifti_source_open_memory("", 0, &s, &err), err, ERR_FORMAT, "empty");
    assert_refused(nifti_source_open_file("/nowhere.nii", &s, &err), err, ERR_IO,
                   "/nowhere.nii: cannot open");
    assert_refused(nifti_source_open_file("/tmp", &s, &err), err, ERR_IO, "folder");
    assert_null(s);
}

/* A short file cannot make the reader work for hours, or believe in what follows. */
static void endless_trailing_data_is_refused(void **state)
{
    (void)state;
    struct err err = {0};
    const size_t plain = 20u * 1024 * 1024, room = 64 * 1024;
    uint8_t *zeros = mem_alloc(plain, 1, NULL), *packed = mem_alloc(room, 1, NULL);
    const size_t n = pack(zeros, plain, packed, room);
    struct nifti_source *s = open_bytes(packed, n);
    assert_true(nifti_source_at_most(s) >= plain);
    assert_refused(nifti_source_finish(s, &err), err, ERR_FORMAT,
                   "follow the last voxel");
    nifti_source_close(s);
    mem_free(zeros);
    mem_free(packed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_are_joined),
        cmocka_unit_test(every_cut_is_noticed),
        cmocka_unit_test(damage_is_noticed),
        cmocka_unit_test(plain_bytes_pass),
        cmocka_unit_test(nothing_and_nowhere_are_refused),
        cmocka_unit_test(endless_trailing_data_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
