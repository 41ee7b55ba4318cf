/* jpeg: the size of a picture is read from its first markers, or it is refused. */
#include "testing.h"

#include "dicom/jpeg.h"

/* SOI, a comment with fill bytes before it, SOF3 (lossless) of 300 rows x 20 columns in
 * 12 bits, SOS. */
static const uint8_t good[] = {0xff, 0xd8, 0xff, 0xff, 0xff, 0xfe, 0,    4,    'h',
                               'i',  0xff, 0xc3, 0,    11,   12,   1,    0x2c, 0,
                               20,   1,    1,    0x11, 0,    0xff, 0xda, 0,    8,
                               1,    1,    0,    1,    0,    0,    0x55};

enum { FRAME = 14 }; /* where the frame's fields begin */

static bool check(const uint8_t *data, size_t size, struct err *err)
{
    return dicom_jpeg_check(data, size, 300, 20, 16, err);
}

static void a_picture_is_measured(void **state)
{
    (void)state;
    struct err err = {0};
    uint8_t copy[sizeof good];

    assert_true(dicom_jpeg_begins(good, sizeof good));
    assert_false(dicom_jpeg_begins(good + 1, 10));
    assert_false(dicom_jpeg_begins(good, 2));
    assert_ok(check(good, sizeof good, &err), err);
    assert_ok(dicom_jpeg_check(good, sizeof good, 300, 20, 12, &err), err);
    assert_refused(dicom_jpeg_check(good, sizeof good, 300, 20, 8, &err), err,
                   ERR_FORMAT, "12 bits in 8");
    assert_refused(dicom_jpeg_check(good, sizeof good, 20, 300, 16, &err), err,
                   ERR_FORMAT, "20 x 300 where the file says 300 x 20");
    memcpy(copy, good, sizeof good);
    copy[11] = 0xf7; /* JPEG-LS */
    assert_ok(check(copy, sizeof good, &err), err);
    copy[FRAME + 5] = 3;
    assert_refused(check(copy, sizeof good, &err), err, ERR_SUPPORT, "3 components");
}

static void damage_is_refused(void **state)
{
    (void)state;
    struct err err = {0};
    uint8_t copy[2 * sizeof good];

    for (size_t n = 0; n < 27; n++) /* up to the length of the scan's header */
        assert_refused(check(good, n, &err), err, ERR_FORMAT,
                       n < 3 ? "no JPEG" : "damaged JPEG");
    memcpy(copy, good, sizeof good);
    copy[11] = 0xc4; /* tables, no frame before the scan */
    assert_refused(check(copy, sizeof good, &err), err, ERR_FORMAT, "damaged");
    copy[11] = 0xc3;
    copy[13] = 7; /* a frame's header too short for its fields */
    assert_refused(check(copy, sizeof good, &err), err, ERR_FORMAT, "damaged");
    /* a second frame before the scan, larger than the first */
    memcpy(copy, good, 23);
    memcpy(copy + 23, good + 10, sizeof good - 10);
    assert_ok(check(copy, sizeof good + 13, &err), err);
    copy[13 + FRAME + 1] = 0x7f;
    assert_refused(check(copy, sizeof good + 13, &err), err, ERR_FORMAT, "20 x 32556");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_picture_is_measured),
        cmocka_unit_test(damage_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
