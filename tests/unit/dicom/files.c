/* files: heads and pixels through the child; a bad file costs no other. */
#include "make_dicom.h"

#include "base/file.h"
#include "base/mem.h"
#include "dicom/files.h"

enum { FILES = 6 };

static char scratch[64], paths[FILES][96];
static struct dicom_place list[FILES];

/* Good, junk, good, damaged, good, missing. */
static int make_files(void **state)
{
    (void)state;
    static uint16_t pixel[35];
    struct bytes b = {0};

    (void)testing_scratch(scratch);
    for (int i = 0; i < FILES; i++) {
        struct made m = made_default();
        char sop[24];
        (void)snprintf(paths[i], sizeof paths[i], "%s/%d", scratch, i);
        list[i].path = paths[i];
        (void)snprintf(sop, sizeof sop, "2.25.%d", i + 1);
        m.sop = sop;
        m.pixels = pixel;
        pixel[0] = (uint16_t)(10 * i);
        if (i < 5)
            made_write(paths[i], &m);
    }
    if (!file_write(paths[1], "junk", 4, NULL) ||
        !file_read(paths[3], 1 << 20, &b, NULL) ||
        !file_write(paths[3], b.data, 400, NULL))
        return -1;
    bytes_clear(&b);
    return 0;
}

static int remove_files(void **state)
{
    (void)state;
    testing_remove(scratch);
    return 0;
}

struct seen {
    size_t next, good, bad, foreign, blank, stop_at;
};

static bool take(void *context, const struct dicom_file_head *head, struct err *err)
{
    struct seen *s = context;

    assert_int_equal(head->index, s->next);
    s->next++;
    if (head->bad.code != ERR_NONE) {
        s->bad++;
        assert_null(head->object);
        assert_non_null(strstr(head->bad.msg, paths[head->index]));
    } else if (head->is_dicom) {
        s->good++;
        assert_string_equal(head->object->header.patient.name, "Doe^Jane");
        assert_true(head->frame[0].placed);
    } else {
        s->foreign++;
        s->blank += head->blank;
    }
    return s->next != s->stop_at || ERR_FAIL(err, ERR_ARG, "enough");
}

static void heads_come_in_order(void **state)
{
    (void)state;
    struct seen s = {0};
    struct err err = {0};

    assert_ok(dicom_files_heads(list, FILES, take, &s, &err), err);
    assert_int_equal(s.next, FILES);
    assert_int_equal(s.good, 3);
    assert_int_equal(s.bad, 2);
    assert_int_equal(s.foreign, 1);
    assert_int_equal(s.blank, 0);
    for (size_t size = 0; size < 400; size += 100) {
        static const char zeros[400];
        assert_true(file_write(paths[1], zeros, size, NULL));
        s = (struct seen){0};
        assert_ok(dicom_files_heads(list, FILES, take, &s, &err), err);
        assert_int_equal(s.blank, 1);
    }
    s = (struct seen){.stop_at = 3};
    assert_refused(dicom_files_heads(list, FILES, take, &s, &err), err, ERR_ARG,
                   "enough");
    assert_int_equal(s.next, 3);
    assert_ok(dicom_files_heads(list, 0, take, &s, &err), err);
}

static void pixels_of_several_files(void **state)
{
    (void)state;
    struct dicom_frame_ref ref[3] = {
        {list[4], "2.25.5", 0}, {list[0], "2.25.1", 0}, {list[2], "2.25.3", 0}};
    float value[3 * 35];
    struct err err = {0};

    assert_ok(dicom_files_pixels(ref, 3, 5, 7, value, &err), err);
    assert_near((double)value[0], 40.0, 0.0);
    assert_near((double)value[35], 0.0, 0.0);
    assert_near((double)value[70], 20.0, 0.0);
    /* nothing is written when one of them fails */
    value[0] = -1.0f;
    ref[1].place.path = paths[3];
    assert_refused(dicom_files_pixels(ref, 3, 5, 7, value, &err), err, ERR_FORMAT,
                   paths[3]);
    ref[1].place.path = paths[5];
    assert_refused(dicom_files_pixels(ref, 3, 5, 7, value, &err), err, ERR_IO,
                   paths[5]);
    ref[1].place.path = paths[2]; /* not the instance that was looked at */
    assert_refused(dicom_files_pixels(ref, 3, 5, 7, value, &err), err, ERR_FORMAT,
                   "has changed");
    ref[1] = ref[0];
    assert_refused(dicom_files_pixels(ref, 3, 5, 8, value, &err), err, ERR_FORMAT,
                   "has changed");
    ref[1].index = 1;
    assert_refused(dicom_files_pixels(ref, 3, 5, 7, value, &err), err, ERR_FORMAT,
                   "has changed");
    assert_refused(dicom_files_pixels(ref, 0, 5, 7, value, &err), err, ERR_SUPPORT,
                   "0 frames");
    assert_refused(dicom_files_pixels(ref, 3, 9000, 7, value, &err), err, ERR_SUPPORT,
                   "9000");
    assert_near((double)value[0], -1.0, 0.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heads_come_in_order),
        cmocka_unit_test(pixels_of_several_files),
    };
    return cmocka_run_group_tests(tests, make_files, remove_files);
}
