/* The encoder against a reader of its own (walk.h): order, lengths, values, refusals.
 */
#include "walk.h"

#include "dicom/encode.h"

enum { TAG_ROWS = 0x00280010 };

struct scratch {
    char dir[64], path[96];
};

static int open_scratch(void **state)
{
    static struct scratch s;
    (void)testing_scratch(s.dir);
    (void)snprintf(s.path, sizeof s.path, "%s/a.dcm", s.dir);
    *state = &s;
    return 0;
}

static int close_scratch(void **state)
{
    testing_remove(((struct scratch *)*state)->dir);
    return 0;
}

static void write_file(struct dicom_encoder *e, const char *path, char *uid)
{
    struct err err = {0};

    assert_ok(dicom_encode_write(e, DICOM_CLASS_MR, path, uid, &err), err);
    dicom_encode_clear(e);
}

static void sorts_elements_and_nests_items(void **state)
{
    const struct scratch *s = *state;
    struct dicom_encoder e = {0};
    char text[256];

    dicom_encode_whole(&e, DICOM_ROWS, 513);
    for (int i = 0; i < 3; i++) {
        dicom_encode_begin(&e, DICOM_SEGMENT_SEQUENCE);
        dicom_encode_text(&e, DICOM_SEGMENT_LABEL, i == 1 ? "odd" : "even");
        dicom_encode_whole(&e, DICOM_SEGMENT_NUMBER, i + 1);
        dicom_encode_begin(&e, DICOM_TYPE_SEQUENCE);
        dicom_encode_text(&e, DICOM_CODE_VALUE, "1");
        dicom_encode_end(&e);
        dicom_encode_end(&e);
    }
    dicom_encode_empty(&e, DICOM_CONTENT_SEQUENCE);
    dicom_encode_text(&e, DICOM_PATIENT_NAME, "A^B");
    write_file(&e, s->path, NULL);

    struct walk *w = walk_open(s->path); /* refuses what is not ascending */
    assert_int_equal(walk_number(walk_find(w, TAG_ROWS, 0)->value, 2), 513);
    assert_int_equal(walk_count(w, 0x00620004), 3);
    assert_int_equal(walk_find(w, 0x00620004, 2)->depth, 1);
    assert_int_equal(walk_find(w, 0x00080100, 2)->depth, 2);
    assert_int_equal(walk_number(walk_find(w, 0x00620004, 2)->value, 2), 3);
    assert_string_equal(walk_text(w, 0x00620005, 1, text), "odd");
    assert_int_equal(walk_find(w, 0x0040a730, 0)->size, 0);
    assert_string_equal(walk_text(w, 0x00020010, 0, text), "1.2.840.10008.1.2.1");
    walk_close(w);
}

/* Every number comes back as the nearest of 16 characters. */
static void encodes_numbers(void **state)
{
    static const double value[] = {
        0,          1. / 3,     -1. / 3e9,      123456.789012345,
        -0.5,       -1e-300,    1e22,           -987654.123456789,
        2. / 3e-12, -100. / 3., 0.1234567891234};
    const struct scratch *s = *state;

    for (size_t i = 0; i < ARRAY_LEN(value); i++) {
        struct dicom_encoder e = {0};
        char text[256];
        double exact = 0;
        dicom_encode_real(&e, DICOM_TE, value[i]);
        dicom_encode_real(&e, DICOM_RESCALE_SLOPE, 1.5);
        dicom_encode_reals(&e, DICOM_TAG(0x0018, 0x9087, 'F', 'D'), &value[i], 1);
        write_file(&e, s->path, NULL);
        struct walk *w = walk_open(s->path);
        assert_true(strlen(walk_text(w, 0x00180081, 0, text)) <= 16);
        assert_near(strtod(text, NULL), value[i], 2e-9 * fabs(value[i]));
        memcpy(&exact, walk_find(w, 0x00189087, 0)->value, sizeof exact);
        assert_memory_equal(&exact, &value[i], sizeof exact);
        walk_close(w);
    }
}

static void encodes_whole_numbers_of_every_kind(void **state)
{
    const struct scratch *s = *state;
    const int64_t pair[2] = {65535, 1};
    struct dicom_encoder e = {0};
    char text[256];

    dicom_encode_wholes(&e, DICOM_DISPLAY_LAB, pair, 2);
    dicom_encode_whole(&e, DICOM_SERIES_NUMBER, -12);
    dicom_encode_whole(&e, DICOM_DIMENSION_POINTER, DICOM_TAG_NUMBER(DICOM_ROWS));
    dicom_encode_wholes(&e, DICOM_DIMENSION_VALUES, pair, 2);
    write_file(&e, s->path, NULL);
    struct walk *w = walk_open(s->path);
    assert_int_equal(walk_number(walk_find(w, 0x0062000d, 0)->value, 4), 0x1ffff);
    assert_string_equal(walk_text(w, 0x00200011, 0, text), "-12");
    assert_int_equal(walk_tag(walk_find(w, 0x00209165, 0)->value), TAG_ROWS);
    assert_int_equal(walk_number(walk_find(w, 0x00209157, 0)->value + 4, 4), 1);
    walk_close(w);
}

/* SH holds 16 characters, not bytes; control characters do not get out. */
static void cuts_and_cleans_text(void **state)
{
    const struct scratch *s = *state;
    struct dicom_encoder e = {0};
    char text[256];

    dicom_encode_text(&e, DICOM_STUDY_ID,
                      "\xc3\xa4"
                      "bcdefghijklmno\xc3\xb6"
                      "q");
    dicom_encode_text(&e, DICOM_PATIENT_NAME, "a\033[31m\nb");
    dicom_encode_text(&e, DICOM_TEXT_VALUE, "one\ntwo");
    dicom_encode_text(&e, DICOM_IMAGE_TYPE, "DERIVED\\PRIMARY");
    dicom_encode_text_if(&e, DICOM_PATIENT_AGE, "");
    dicom_encode_text(&e, DICOM_ACCESSION, NULL);
    dicom_encode_text(&e, DICOM_STUDY_UID, "1.2.3");
    dicom_encode_text(&e, DICOM_MODALITY, "MRX");
    write_file(&e, s->path, NULL);
    struct walk *w = walk_open(s->path);
    assert_string_equal(walk_text(w, 0x00200010, 0, text), "\xc3\xa4"
                                                           "bcdefghijklmno\xc3\xb6");
    assert_string_equal(walk_text(w, 0x00100010, 0, text), "a [31m b");
    assert_string_equal(walk_text(w, 0x0040a160, 0, text), "one\ntwo");
    assert_string_equal(walk_text(w, 0x00080008, 0, text), "DERIVED\\PRIMARY");
    assert_int_equal(walk_count(w, 0x00101010), 0);
    /* odd values: identifiers end with a zero, other text with a blank */
    assert_int_equal(walk_find(w, 0x0020000d, 0)->value[5], '\0');
    assert_int_equal(walk_find(w, 0x00080060, 0)->value[3], ' ');
    assert_int_equal(walk_find(w, 0x00080050, 0)->size, 0);
    walk_close(w);
}

static void names_files_by_their_content(void **state)
{
    const struct scratch *s = *state;
    char uid[3][DICOM_UID_SIZE], text[256];

    for (int i = 0; i < 3; i++) {
        struct dicom_encoder e = {0};
        dicom_encode_whole(&e, DICOM_ROWS, i == 2 ? 7 : 8);
        dicom_encode_whole(&e, DICOM_COLUMNS, 9);
        write_file(&e, s->path, uid[i]);
    }
    assert_string_equal(uid[0], uid[1]);
    assert_string_not_equal(uid[0], uid[2]);
    struct walk *w = walk_open(s->path);
    assert_string_equal(walk_text(w, 0x00080018, 0, text), uid[2]);
    assert_string_equal(walk_text(w, 0x00020003, 0, text), uid[2]);
    walk_close(w);
}

static void put_rows_twice(struct dicom_encoder *e)
{
    dicom_encode_whole(e, DICOM_ROWS, 1);
    dicom_encode_whole(e, DICOM_COLUMNS, 1);
    dicom_encode_whole(e, DICOM_ROWS, 2);
}

static void put_too_large(struct dicom_encoder *e)
{
    dicom_encode_whole(e, DICOM_ROWS, 65536);
}

static void put_nan(struct dicom_encoder *e)
{
    dicom_encode_real(e, DICOM_TE, (double)NAN);
}

static void put_bad_uid(struct dicom_encoder *e)
{
    dicom_encode_text(e, DICOM_STUDY_UID, "1.2.x");
}

static void put_text_as_number(struct dicom_encoder *e)
{
    dicom_encode_text(e, DICOM_ROWS, "12");
}

static void put_number_as_text(struct dicom_encoder *e)
{
    dicom_encode_real(e, DICOM_PATIENT_NAME, 1);
}

static void leave_open(struct dicom_encoder *e)
{
    dicom_encode_begin(e, DICOM_SEGMENT_SEQUENCE);
}

static void end_too_often(struct dicom_encoder *e)
{
    dicom_encode_end(e);
}

static void nest_too_deep(struct dicom_encoder *e)
{
    for (int i = 0; i < DICOM_ENCODE_DEPTH; i++)
        dicom_encode_begin(e, DICOM_SEGMENT_SEQUENCE);
}

static void split_items(struct dicom_encoder *e)
{
    for (int i = 0; i < 2; i++) {
        dicom_encode_begin(e, DICOM_SEGMENT_SEQUENCE);
        dicom_encode_end(e);
        dicom_encode_whole(e, i == 0 ? DICOM_ROWS : DICOM_COLUMNS, 1);
    }
}

static void put_long_text(struct dicom_encoder *e)
{
    static char text[70000];
    memset(text, 'x', sizeof text - 1);
    dicom_encode_text(e, DICOM_PATIENT_NAME, text);
}

/* The first failure is reported, whatever was put afterwards, and no file is left. */
static void refuses(void **state)
{
    static const struct {
        void (*put)(struct dicom_encoder *e);
        const char *says;
    } bad[] = {
        {put_rows_twice, "(0028,0010): was put twice"},
        {put_too_large, "(0028,0010): a number is out of range"},
        {put_nan, "(0018,0081): a number is not finite"},
        {put_bad_uid, "(0020,000d): is not an identifier"},
        {put_text_as_number, "(0028,0010): is not text"},
        {put_number_as_text, "(0010,0010): does not hold these numbers"},
        {leave_open, "not ended"},
        {end_too_often, "not begun"},
        {nest_too_deep, "too many in each other"},
        {split_items, "put twice"},
        {put_long_text, "too long"},
    };
    const struct scratch *s = *state;

    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct dicom_encoder e = {0};
        struct err err = {0};
        bad[i].put(&e);
        dicom_encode_whole(&e, DICOM_BITS_STORED, 12);
        assert_refused(dicom_encode_write(&e, DICOM_CLASS_MR, s->path, NULL, &err), err,
                       ERR_ARG, bad[i].says);
        dicom_encode_clear(&e);
        assert_false(file_exists(s->path));
    }
    struct dicom_encoder e = {0};
    struct err err = {0};
    assert_refused(dicom_encode_write(&e, DICOM_CLASS_MR, "/nowhere/a.dcm", NULL, &err),
                   err, ERR_IO, "/nowhere/a.dcm");
    dicom_encode_clear(&e);
}

int main(void)
{
#define IN_SCRATCH(f) cmocka_unit_test_setup_teardown(f, open_scratch, close_scratch)
    const struct CMUnitTest tests[] = {
        IN_SCRATCH(sorts_elements_and_nests_items),
        IN_SCRATCH(encodes_numbers),
        IN_SCRATCH(encodes_whole_numbers_of_every_kind),
        IN_SCRATCH(cuts_and_cleans_text),
        IN_SCRATCH(names_files_by_their_content),
        IN_SCRATCH(refuses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
