/* inflate: what zlib packed comes back; cuts, damage and bombs are refused. */
#include "testing.h"

#include <zlib.h>

#include "base/mem.h"
#include "base/rng.h"
#include "dicom/inflate.h"

enum { SIZE = 300000 };

static size_t pack(const uint8_t *in, size_t n, uint8_t *out, size_t room)
{
    z_stream z;

    memset(&z, 0, sizeof z);
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY),
                     Z_OK);
    z.next_in = (Bytef *)(uintptr_t)in;
    z.avail_in = (uInt)n;
    z.next_out = out;
    z.avail_out = (uInt)room;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    const size_t made = room - z.avail_out;
    assert_int_equal(deflateEnd(&z), Z_OK);
    return made;
}

static void comes_back(void **state)
{
    (void)state;
    uint8_t *in = mem_alloc(SIZE, 1, NULL), *packed = mem_alloc(2 * SIZE, 1, NULL);
    struct rng r = rng_make(1, 2, 3);
    struct bytes b = {0};
    struct err err = {0};

    assert_true(in && packed);
    for (size_t i = 0; i < SIZE; i++)
        in[i] = (uint8_t)rng_below(&r, i < SIZE / 2 ? 256 : 3);
    for (size_t n = 0; n <= SIZE; n += SIZE / 3) {
        const size_t size = pack(in, n, packed, 2 * SIZE);
        /* exactly as much as is allowed, and what stands behind is left alone */
        assert_ok(dicom_inflate(packed, size + 7, n, &b, &err), err);
        assert_int_equal(b.size, n);
        assert_memory_equal(b.data, in, n);
        bytes_clear(&b);
        if (n > 0)
            assert_refused(dicom_inflate(packed, size, n - 1, &b, &err), err,
                           ERR_SUPPORT, "more than");
        assert_refused(dicom_inflate(packed, size - 1, SIZE, &b, &err), err, ERR_FORMAT,
                       "end early");
    }
    mem_free(in);
    mem_free(packed);
}

static void damage_is_refused(void **state)
{
    (void)state;
    static const uint8_t reserved[4] = {0x07, 1, 2,
                                        3}; /* a kind of block that is none */
    struct bytes b = {0};
    struct err err = {0};

    assert_refused(dicom_inflate(reserved, 4, 100, &b, &err), err, ERR_FORMAT,
                   "damaged");
    assert_refused(dicom_inflate(reserved, 0, 100, &b, &err), err, ERR_FORMAT,
                   "end early");
    assert_null(b.data);
}

/* Ten megabytes of nothing in ten kilobytes: no more is allocated than is allowed. */
static void a_bomb_is_refused(void **state)
{
    (void)state;
    enum { BOMB = 10 << 20 };
    uint8_t *in = mem_alloc(BOMB, 1, NULL), *packed = mem_alloc(65536, 1, NULL);
    struct bytes b = {0};
    struct err err = {0};

    assert_true(in && packed);
    const size_t size = pack(in, BOMB, packed, 65536);
    assert_refused(dicom_inflate(packed, size, (size_t)1 << 20, &b, &err), err,
                   ERR_SUPPORT, "more than 1048576 bytes");
    assert_null(b.data);
    mem_free(in);
    mem_free(packed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comes_back),
        cmocka_unit_test(damage_is_refused),
        cmocka_unit_test(a_bomb_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
