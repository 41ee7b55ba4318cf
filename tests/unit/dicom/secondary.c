/* Pictures: the pixels, one frame or several, refusals. */
#include "sample.h"
#include "walk.h"

#include "dicom/secondary.h"

enum { COLUMNS = 5, ROWS = 3, FRAMES = 4 };

static const struct dicom_maker maker = {"net", "0123456789abcdef0123"};

static void check_frames(int32_t frames, const char *sop_class)
{
    struct dicom_source source = sample_source();
    uint8_t rgb[FRAMES * ROWS * COLUMNS * 3];
    const struct dicom_pictures pictures = {rgb, COLUMNS, ROWS, frames};
    const size_t size = (size_t)frames * ROWS * COLUMNS * 3;
    char dir[64], path[128], text[256];
    struct err err = {0};

    for (size_t i = 0; i < sizeof rgb; i++)
        rgb[i] = (uint8_t)(i * 37 + 11);
    (void)snprintf(path, sizeof path, "%s/sc.dcm", testing_scratch(dir));
    assert_ok(dicom_secondary_write(path, &source, &pictures, &maker, &err), err);
    struct walk *w = walk_open(path);
    assert_string_equal(walk_text(w, 0x00080016, 0, text), sop_class);
    assert_string_equal(walk_text(w, 0x00280301, 0, text), "YES");
    assert_string_equal(walk_text(w, 0x00100020, 0, text), "ID-17");
    assert_int_equal(walk_find(w, 0x7fe00010, 0)->size, size + size % 2);
    assert_memory_equal(walk_find(w, 0x7fe00010, 0)->value, rgb, size);
    assert_int_equal(walk_count(w, 0x00280008), frames > 1);
    if (frames > 1)
        assert_string_equal(walk_text(w, 0x00182001, 0, text), "1\\2\\3\\4");
    walk_close(w);
    testing_remove(dir);
    dicom_source_clear(&source);
}

static void holds_one_picture(void **state)
{
    (void)state;
    check_frames(1, "1.2.840.10008.5.1.4.1.1.7"); /* 45 bytes: an odd number */
}

static void holds_several(void **state)
{
    (void)state;
    check_frames(FRAMES, "1.2.840.10008.5.1.4.1.1.7.4");
}

static void refuses(void **state)
{
    static const uint8_t rgb[3] = {1, 2, 3};
    struct dicom_source source = sample_source();
    struct dicom_pictures pictures = {rgb, 1, 1, 0};
    struct err err = {0};

    (void)state;
    assert_refused(dicom_secondary_write("a.dcm", &source, &pictures, &maker, &err),
                   err, ERR_ARG, "no picture");
    pictures = (struct dicom_pictures){rgb, 65536, 1, 1};
    assert_refused(dicom_secondary_write("a.dcm", &source, &pictures, &maker, &err),
                   err, ERR_ARG, "too large");
    pictures = (struct dicom_pictures){rgb, 65535, 65535, 1000};
    assert_refused(dicom_secondary_write("a.dcm", &source, &pictures, &maker, &err),
                   err, ERR_SUPPORT, "bytes");
    pictures = (struct dicom_pictures){rgb, 1, 1, 1};
    assert_refused(
        dicom_secondary_write("/nowhere/a.dcm", &source, &pictures, &maker, &err), err,
        ERR_IO, "/nowhere/a.dcm");
    dicom_source_clear(&source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holds_one_picture),
        cmocka_unit_test(holds_several),
        cmocka_unit_test(refuses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
