/* Segmentations and structure sets as files. */
#include "make_dicom.h"
#include "sample.h"

#include "dicom/reading_place.h"
#include "dicom/seg.h"

enum { VOXELS = SAMPLE_COLUMNS * SAMPLE_ROWS * SAMPLE_SLICES };

static char folder[64], path[128];

static int begin(void **state)
{
    (void)state;
    (void)snprintf(path, sizeof path, "%s/reading.dcm", testing_scratch(folder));
    return 0;
}

static int end(void **state)
{
    (void)state;
    testing_remove(folder);
    return 0;
}

static bool read_it(struct dicom_reading *out, struct err *err)
{
    const struct dicom_place place = {path, 0};
    return dicom_reading_read(&place, out, err);
}

/* ---- segmentations ---- */

static void write_own_seg(const struct dicom_source *source,
                          const struct labels *labels)
{
    static const struct dicom_maker maker = {"net", "0123456789abcdef0123"};
    char uid[DICOM_UID_SIZE];
    struct err err = {0};
    assert_ok(dicom_seg_write(path, source, labels, &maker,
                              1U << DICOM_LV_BLOOD | 1U << DICOM_NO_REFLOW, uid, &err),
              err);
}

/* What the program writes it reads: regions, codes, references, every voxel. */
static void reads_our_own_back(void **state)
{
    static const unsigned sets[] = {LABELS_MYOCARDIUM, LABELS_SCAR,
                                    LABEL_BIT(LABEL_LV_BLOOD),
                                    LABEL_BIT(LABEL_NO_REFLOW)};
    static const char *const types[] = {"49848007", "12402003", "87612001",
                                        "no-reflow"};
    struct dicom_source source = sample_source();
    struct labels labels = sample_labels(&source);
    struct dicom_reading r = {0};
    struct err err = {0};
    (void)state;
    write_own_seg(&source, &labels);
    assert_ok(read_it(&r, &err), err);
    assert_int_equal(r.regions, 4);
    assert_string_equal(r.region[1].name, "LV scar");
    assert_string_equal(r.region[2].place, "87878005");
    assert_string_equal(r.region[2].frame_of_reference, "1.2.3.4.6");
    assert_int_equal(r.all_series, 1);
    assert_string_equal(r.series[0].uid, "1.2.3.4.5");
    assert_int_equal(r.instances, SAMPLE_SLICES);
    assert_string_equal(r.instance[4].uid, "1.2.3.4.5.5");
    for (size_t s = 0; s < ARRAY_LEN(sets); s++) {
        uint8_t mask[VOXELS] = {0};
        assert_string_equal(r.region[s].type, types[s]);
        assert_string_equal(r.region[s].scheme, s < 3 ? "SCT" : DICOM_OWN_SCHEME);
        assert_ok(dicom_reading_place(&r, s, &source, mask, &err), err);
        for (int v = 0; v < VOXELS; v++)
            assert_int_equal(mask[v], label_in(labels.vox[v], sets[s]));
    }
    dicom_reading_clear(&r);
    labels_clear(&labels);
    dicom_source_clear(&source);
}

/* A file that ends early anywhere is refused in one sentence, or says the same. */
static void cut_files_are_refused(void **state)
{
    struct dicom_source source = sample_source();
    struct labels labels = sample_labels(&source);
    char cut[128];
    static char content[1 << 16];
    (void)state;
    write_own_seg(&source, &labels);
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    const size_t size = fread(content, 1, sizeof content, f);
    assert_int_equal(fclose(f), 0);
    assert_in_range(size, 2000, sizeof content - 1);
    (void)snprintf(cut, sizeof cut, "%s/cut.dcm", folder);
    for (size_t n = 1; n < size; n += size / 40) {
        const struct dicom_place place = {cut, 0};
        struct dicom_reading r = {0};
        struct err err = {0};
        f = fopen(cut, "wb");
        assert_non_null(f);
        assert_int_equal(fwrite(content, 1, n, f), n);
        assert_int_equal(fclose(f), 0);
        if (dicom_reading_read(&place, &r, &err))
            fail_msg("%zu of %zu bytes are read", n, size);
        assert_non_null(strstr(err.msg, "cut.dcm: "));
    }
    labels_clear(&labels);
    dicom_source_clear(&source);
}

/* ---- structure sets ---- */

/* One structure with one contour; what is NULL is left out. */
struct structure {
    int number, contours_of;
    const char *name, *type, *data;
    int points; /* as it says */
};

static void write_structures_in(const char *charset, const struct structure *s)
{
    struct made m = made_default();
    m.charset = charset;
    m.sop_class = DICOM_RTSTRUCT_CLASS;
    m.modality = "RTSTRUCT";
    m.rows = 0;
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    made_write_to(f, &m);
    made_text(f, 0x3006, 0x0002, "SH", "Reader 1");
    made_begin(f, 0x3006, 0x0010);
    made_item(f);
    made_begin(f, 0x3006, 0x0012);
    made_item(f);
    made_begin(f, 0x3006, 0x0014);
    made_item(f);
    made_text(f, 0x0020, 0x000e, "UI", "1.2.3.4.5");
    made_begin(f, 0x3006, 0x0016);
    made_item(f);
    made_text(f, 0x0008, 0x1155, "UI", "1.2.3.4.5.2");
    made_item_end(f);
    made_end(f);
    made_item_end(f);
    made_end(f);
    made_item_end(f);
    made_end(f);
    made_item_end(f);
    made_end(f);
    made_begin(f, 0x3006, 0x0020);
    made_item(f);
    made_number(f, 0x3006, 0x0022, "IS", s->number);
    made_text(f, 0x3006, 0x0024, "UI", "1.2.3.4.6");
    made_text(f, 0x3006, 0x0026, "LO", s->name);
    made_item_end(f);
    made_end(f);
    made_begin(f, 0x3006, 0x0039);
    made_item(f);
    made_begin(f, 0x3006, 0x0040);
    made_item(f);
    made_text(f, 0x3006, 0x0042, "CS", s->type);
    made_number(f, 0x3006, 0x0046, "IS", s->points);
    made_text(f, 0x3006, 0x0050, "DS", s->data);
    made_item_end(f);
    made_end(f);
    made_number(f, 0x3006, 0x0084, "IS", s->contours_of);
    made_item_end(f);
    made_end(f);
    assert_int_equal(fclose(f), 0);
}

static void write_structures(const struct structure *s)
{
    write_structures_in(NULL, s);
}

static const struct structure triangle = {
    7, 7, "Epi", "CLOSED_PLANAR", "1.5\\-2\\3e1 \\4\\5\\30\\7\\8.25\\30", 3};

static void reads_contours(void **state)
{
    static const double want[3][3] = {{1.5, -2, 30}, {4, 5, 30}, {7, 8.25, 30}};
    struct dicom_reading r = {0};
    struct err err = {0};
    (void)state;
    write_structures(&triangle);
    assert_ok(read_it(&r, &err), err);
    assert_string_equal(r.label, "Reader 1");
    assert_int_equal(r.regions, 1);
    assert_int_equal(r.region[0].number, 7);
    assert_string_equal(r.region[0].name, "Epi");
    assert_string_equal(r.region[0].frame_of_reference, "1.2.3.4.6");
    assert_int_equal(r.all_series, 1);
    assert_string_equal(r.instance[0].uid, "1.2.3.4.5.2");
    assert_int_equal(r.contours, 1);
    assert_int_equal(r.contour[0].closed, 1);
    assert_int_equal(r.points, 3);
    for (int p = 0; p < 3; p++)
        for (int a = 0; a < 3; a++)
            assert_near(r.point[p][a], want[p][a], 0);
    dicom_reading_clear(&r);
}

/* Names are in the character set of the file, though they stand in a sequence. */
static void names_are_in_the_files_characters(void **state)
{
    static const struct {
        const char *charset, *name, *want;
    } cases[] = {
        {"ISO_IR 100", "Narbe_\xdc", "Narbe_\xc3\x9c"},
        {"ISO_IR 192", "Narbe_\xc3\x9c", "Narbe_\xc3\x9c"},
        {NULL, "Narbe_\xdc", "Narbe_?"},
    };
    (void)state;
    for (size_t c = 0; c < ARRAY_LEN(cases); c++) {
        struct structure s = triangle;
        struct dicom_reading r = {0};
        struct err err = {0};
        s.name = cases[c].name;
        write_structures_in(cases[c].charset, &s);
        assert_ok(read_it(&r, &err), err);
        assert_string_equal(r.region[0].name, cases[c].want);
        dicom_reading_clear(&r);
    }
}

static void an_open_line_is_told(void **state)
{
    struct structure s = triangle;
    struct dicom_reading r = {0};
    struct err err = {0};
    (void)state;
    s.type = "OPEN_PLANAR";
    write_structures(&s);
    assert_ok(read_it(&r, &err), err);
    assert_int_equal(r.contour[0].closed, 0);
    dicom_reading_clear(&r);
}

static void refuses_contours_that_cannot_be(void **state)
{
    static const struct {
        struct structure s;
        const char *why;
    } bad[] = {
        {{7, 8, "Epi", "CLOSED_PLANAR", "1\\2\\3", 1},
         "structure 8, which is not there"},
        {{7, 7, "Epi", "CLOSED_PLANAR", "1\\2\\3\\4", 0}, "4 coordinates"},
        {{7, 7, "Epi", "CLOSED_PLANAR", "1\\2\\3", 2}, "2 points has 3 coordinates"},
        {{7, 7, "Epi", "CLOSED_PLANAR", "1\\2,5\\3", 1}, "no numbers"},
        {{7, 7, "Epi", "CLOSED_PLANAR", "1\\\\3", 1}, "no numbers"},
        {{7, 7, "Epi", "CLOSED_PLANAR", "1\\2\\1e999", 1}, "no numbers"},
        {{7, 7, "Epi", "CLOSED_PLANAR", "1\\2\\nan", 1}, "no numbers"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct dicom_reading r = {0};
        struct err err = {0};
        write_structures(&bad[i].s);
        if (read_it(&r, &err))
            fail_msg("no error: %s", bad[i].why);
        if (!strstr(err.msg, bad[i].why) || !strstr(err.msg, "reading.dcm: "))
            fail_msg("\"%s\", not \"%s\"", err.msg, bad[i].why);
    }
}

static void refuses_other_classes(void **state)
{
    struct made m = made_default();
    struct dicom_reading r = {0};
    struct err err = {0};
    (void)state;
    made_write(path, &m);
    assert_refused(read_it(&r, &err), err, ERR_SUPPORT, "are not read");
    assert_true(dicom_reading_is(DICOM_SEG_CLASS));
    assert_true(dicom_reading_is(DICOM_SURFACE_SEG_CLASS)); /* refused, not passed by */
    assert_false(dicom_reading_is(MR_CLASS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_our_own_back),
        cmocka_unit_test(cut_files_are_refused),
        cmocka_unit_test(reads_contours),
        cmocka_unit_test(names_are_in_the_files_characters),
        cmocka_unit_test(an_open_line_is_told),
        cmocka_unit_test(refuses_contours_that_cannot_be),
        cmocka_unit_test(refuses_other_classes),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
