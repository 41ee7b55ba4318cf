/* rle: packed runs come back; every cut of the input is refused. */
#include "testing.h"

#include "base/rng.h"
#include "dicom/rle.h"

enum { COUNT = 700 };

/* Pack bytes: runs of three and more, else as they are. */
static size_t pack(const uint8_t *in, size_t n, uint8_t *out)
{
    size_t at = 0, i = 0;

    while (i < n) {
        size_t run = 1;
        while (i + run < n && run < 128 && in[i + run] == in[i])
            run++;
        if (run >= 3) {
            out[at++] = (uint8_t)(257 - run);
            out[at++] = in[i];
        } else {
            run = 1;
            out[at++] = 0;
            out[at++] = in[i];
        }
        i += run;
    }
    return at;
}

static size_t make(const uint16_t *value, int width, uint8_t *out)
{
    size_t at = 64;

    memset(out, 0, 64);
    out[0] = (uint8_t)width;
    for (int s = 0; s < width; s++) {
        uint8_t plane[COUNT];
        for (size_t v = 0; v < COUNT; v++)
            plane[v] = (uint8_t)(value[v] >> (8 * (width - 1 - s)));
        out[4 + 4 * s] = (uint8_t)(at & 0xff);
        out[5 + 4 * s] = (uint8_t)(at >> 8);
        at += pack(plane, COUNT, out + at);
    }
    return at;
}

static void comes_back_or_is_refused(void **state)
{
    (void)state;
    static uint8_t packed[64 + 4 * COUNT + 8];
    static int32_t got[COUNT];
    uint16_t value[COUNT];
    struct rng r = rng_make(4, 0, 1);
    struct err err = {0};

    for (int width = 1; width <= 2; width++) {
        for (size_t v = 0; v < COUNT; v++)
            value[v] =
                (uint16_t)(v / 50 % 3 == 0 ? 7
                                           : rng_below(&r, width == 2 ? 65536 : 256));
        const size_t n = make(value, width, packed);
        assert_ok(dicom_rle_decode(packed, n, width, COUNT, got, &err), err);
        for (size_t v = 0; v < COUNT; v++)
            assert_int_equal(got[v], value[v]);
        for (size_t cut = 0; cut < n; cut += 3) {
            uint8_t *part = malloc(cut ? cut : 1); /* its end is seen by a sanitizer */
            assert_non_null(part);
            memcpy(part, packed, cut);
            assert_refused(dicom_rle_decode(part, cut, width, COUNT, got, &err), err,
                           ERR_FORMAT, "damaged run-length");
            free(part);
        }
        assert_refused(dicom_rle_decode(packed, n, 3 - width, COUNT, got, &err), err,
                       ERR_FORMAT, "header");
        packed[4] = 63; /* a segment within the header */
        assert_refused(dicom_rle_decode(packed, n, width, COUNT, got, &err), err,
                       ERR_FORMAT, "segment 1");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(comes_back_or_is_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
